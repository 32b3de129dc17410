"""The array form says at every point what the scalar form says there; so does the symbolic form, by the same names."""

import itertools
import math
import random
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from cases import PLAIN, Case
from length import each, first
from oracle import ORDERED, sample
from plain import doubles_alone  # noqa: F401
from test_table import ALL, points_of, tape_of

import autodiff
from autodiff.numbers.algebra import FLOATS
from autodiff.numbers.arrays import ARRAYS, quiet
from autodiff.passes.columns import CHUNK, columns
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.push_pull import places
from autodiff.passes.registers import program
from autodiff.point.evaluation import Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import CONDITIONS, LONG, Primitive
from autodiff.symbolic.gradients import gradients

inf, nan = math.inf, math.nan
VALUE = 4  # ulp: the error that NumPy allows its own functions, which differ from those of the C library in the last digits
APPROXIMATE = 8  # ulp: of what NumPy lacks
SLOPE = 16  # ulp: the formula of a slope joins up to four such functions
EDGES = (0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 2.0, -2.0, 3.0, 0.5, -0.5, 2.5, 10.0, 25.0, 1e300, 5e-324, -1e-310, 800.0, -745.2)


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    """No warning of NumPy reaches the user, whatever stands in the columns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def assert_same(found: Any, true: float, ulps: float, scale: float = 0.0) -> None:
    """Equal to some ulp, of the scale if that is larger; NaN, infinities and the sign of zero exactly."""
    found = float(found)
    if math.isfinite(true) and true != 0:
        assert abs(found - true) <= ulps * math.ulp(max(abs(true), scale))
    else:
        assert repr(found) == repr(true)


def precision(row: Primitive, args: tuple[float, ...]) -> float:
    """How many ulp the array form may differ by: NumPy's own, or those of an approximation; one more for each high order."""
    return (max(APPROXIMATE, 2 * args[0] + 2) if row.name == "polygamma" else APPROXIMATE) if row.doubles == LONG else VALUE


def scale(row: Primitive, args: tuple[float, ...]) -> float:
    """Sums of logarithms cancel near 0: there an error is measured by the largest argument."""
    return max(map(abs, args)) if row.name in ("logaddexp", "logsumexp") else 0.0


# Every row of the table -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_every_row_over_its_domain(row: Primitive) -> None:
    tape, points = tape_of(row), points_of(row, 100)
    names = tape.variables()
    prepared = Prepared(tape, names)
    found = columns(program(*gradients(tape, names)), dict(zip(names, map(np.array, zip(*points)))))
    for i, args in enumerate(points):
        here = prepared.at(dict(zip(names, args, strict=True)))
        assert_same(found.value[i], here.value, precision(row, args), scale(row, args))
        for name in names:
            assert_same(found.gradient[name][i], here.gradient[name], SLOPE)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_every_row_at_its_edges(row: Primitive) -> None:
    """Zeros of both signs, infinities, NaN, subnormals, and outside the domain."""
    count = 3 if row.variadic else len(row.names)
    points = list(itertools.product(EDGES, repeat=count))
    points = random.Random(row.name).sample(points, min(1000, len(points)))
    points = [args for args in points if row.name not in ORDERED or args[0] in (0, 1, 2, nan, -1, 0.5)]
    with quiet():
        found = function(row.name, ARRAYS)(*map(np.array, zip(*points)))
    for value, args in zip(found, points, strict=True):
        assert_same(value, function(row.name)(*args), precision(row, args), scale(row, args))


@pytest.mark.parametrize("op", sorted(CONDITIONS - {"and", "or", "not"}))
def test_conditions(op: str) -> None:
    pairs = list(itertools.product(EDGES, repeat=2))
    found = ARRAYS.functions[op](*map(np.array, zip(*pairs)))
    assert found.tolist() == [FLOATS.functions[op](*pair) for pair in pairs]


@pytest.mark.parametrize("text", ["not (x > 0)", "x > 0 and y > 0", "x > 0 or y > 0", "x > 0 and not (y > 0 or x > 2)"])
def test_joined_conditions(text: str) -> None:
    assert_forms_agree(f"if({text}, x*y, x - y)", list(itertools.product((-1.0, 0.0, 3.0, nan), repeat=2)))


# Every case of the conventions ----------------------------------------------------------------------------------------

SIGNED = {"sqrt(x) at x = -0", "log(x) at x = -0"}  # x + 0 is folded to x for readers, which loses the sign of zero


@each(PLAIN)
def test_conventions_in_array_form(case: Case) -> None:
    """Three copies of the point, between points that are nothing special."""
    text, at, value, expected = case.text, case.at, case.value, case.slopes
    mixed = {name: np.array([x, 0.7, x, 1.3, x]) for name, x in at.items()}
    found = autodiff.parse(text).columns(**mixed)
    for i in (0, 2, 4):
        assert found.value[i] == pytest.approx(value, rel=1e-15, nan_ok=True)
        for name, (slope, *_) in expected.items():
            assert_same(found.gradient[name][i], float(slope), SLOPE)
    assert_forms_agree(text, list(zip(*mixed.values())), tuple(mixed))


ELSEWHERE = {
    "hypot(x, y) at x = 0, y = 0": "there is no derivative",
    "hypot(x, y, z) at x = 0, y = 0, z = 0": "there is no derivative",
    "x^y at x = 0, y = 0": "there is no derivative",
    "x^y at x = 0, y = -1": "there is no derivative",
    "0^y at y = 0": "there is no derivative",
    "1/x^2 at x = 0": "there is no derivative",
    "x^y at x = 0, y = 2": "x^y*log(x) is 0 times infinity",
    "x^y at x = 0, y = 0.5": "x^y*log(x) is 0 times infinity",
    "0^y at y = 2": "0^y*log(0) is 0 times infinity",
    "root(x, n) at x = 0, n = 2": "root(x, n)*log(x) is 0 times infinity",
    "1 % y at y = 0.1": "floor(1/y) is 10 in doubles",
    "sqrt(x)^2 at x = 0": "the derivative of x",
    "cbrt(x)^3 at x = 0": "the derivative of x",
    "exp(log(x)) at x = 0": "the derivative of x",
    "acos(cos(x)) at x = 0": "the derivative of x up to its sign, which is 0 at 0",
    "sqrt(x^2) at x = 0": "the derivative of abs(x)",
}
"""Where the derivative that is written to be read says something else than the conventions, or nothing: see docs/diff.md."""


@each(PLAIN)
def test_conventions_in_symbolic_form(case: Case) -> None:
    """Both the derivative that is written to be read, and the tape of value and derivatives without lossy folding.

    A written derivative stands beside its formula and does not repeat where that has a value: 1/x for log(x) at -1.
    """
    formula, point = autodiff.parse(case.text), {key: float(x) for key, x in case.at.items()}
    known = not any(math.isnan(x) for x in (case.value, *point.values()))
    for wrt, (slope, *_) in case.slopes.items():
        tape = formula.diff(wrt).tape
        written = evaluate(tape, point)[tape.output]
        if known and case.title not in {*SIGNED, *ELSEWHERE}:
            assert written == pytest.approx(slope, rel=1e-14, nan_ok=True)
        tape, slopes = gradients(formula.bind(case.at)[0], [wrt])
        values = evaluate(tape, point)
        assert values[slopes[wrt]] == pytest.approx(slope, rel=1e-14, nan_ok=True) or not known


# What may not happen between the points -------------------------------------------------------------------------------


def assert_forms_agree(text: str, points: list[tuple[float, ...]], names: tuple[str, ...] = ("x", "y")) -> None:
    """At every point: the same value, the same gradient."""
    formula = autodiff.parse(text)
    used = [name for name in names if name in formula.variables]
    arrays = {name: np.array([args[names.index(name)] for args in points]) for name in used}
    found = formula.columns(**arrays)
    for i in range(len(points) if used else 0):
        sheet = formula.at(**{name: float(arrays[name][i]) for name in used})
        if sheet.value == sheet.value and any(value != value for value in sheet.values):
            continue  # a step that is not a number and does not matter, as in nan^0
        size = max([abs(x) for x in (*sheet.values, *sheet.adjoints) if x is not None and math.isfinite(x)], default=0.0)
        for a, b in [(found.value[i], sheet.value), *((found.gradient[name][i], swept(sheet, name)) for name in used)]:
            assert a == pytest.approx(b, rel=1e-13, abs=1e-13 * size, nan_ok=True), (text, points[i])


def swept(sheet: Worksheet, name: str) -> float:
    """The derivative, but what the sweep gives where only the status, which arrays do not have, says that it is none."""
    found = sheet.adjoint(places(sheet.tape)[name])
    return found if math.isinf(found) or math.isinf(sum(map(abs, sheet.point.values()))) else sheet.gradient[name]


TRAPS = (
    "if(x > 0, sqrt(x), 0)", "if(x > 0, 1/x, y)", "if(x > 0 and y > 0, log(x*y), x)", "if(x > 0, if(y > 0, x^y, 0), 0)*log(y)",
    "sqrt(relu(x) + x*x)", "relu(log(x))", "relu(x)*sqrt(y)", "max(sqrt(x), y)", "max(x, y, log(x))", "clip(1/x, x, y)",
    "sqrt(x^y)", "x^max(x^0, y - 2)", "(0*log(x))", "0*sqrt(x)", "if(x > 0, x, 0)*sqrt(y)", "hypot(x, y)*log(x)", "sqrt(x)^0 + x",
    "if(1 > 2, log(x), x)", "sqrt(x^0 - 1)", "if(x > 0, sqrt(x), -sqrt(-x)) % y", "sqrt(x*y)*sign(x)", "root(x, 3)*root(y, 2)",
)  # fmt: skip


@pytest.mark.sampled(4)
@pytest.mark.parametrize("text", TRAPS)
def test_nothing_enters_from_a_branch_not_taken(text: str) -> None:
    special = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, inf, -inf, nan, -800.0)
    assert_forms_agree(text, list(itertools.product(special, repeat=2)))


@pytest.mark.parametrize("seed", first(1, range(4)))
def test_random_formulas(seed: int) -> None:
    rng = random.Random(seed)
    special = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.0, 1e-320)
    for _ in range(100):
        points = [(rng.choice(special), rng.choice(special)) for _ in range(4)]
        points += [(rng.uniform(-3, 3), rng.uniform(-3, 3)) for _ in range(2)]
        assert_forms_agree(sample(rng, ("x", "y"), rng.choice((2, 3, 4))).text, points)


# Shapes, kinds and errors ---------------------------------------------------------------------------------------------


def test_the_worked_example() -> None:
    value, gradient = autodiff.parse("3*(a+b*c)").columns(a=np.array([5, 1]), b=[3, 2], c=2.0)
    assert value.tolist() == [33, 15]
    assert {name: slope.tolist() for name, slope in gradient.items()} == {"a": [3, 3], "b": [6, 6], "c": [9, 6]}
    assert {slope.dtype for slope in (value, *gradient.values())} == {np.dtype("float64")}


@pytest.mark.parametrize(
    ("x", "y", "shape"),
    [
        (2.0, 3, ()), (np.float32(2), np.array(3), ()), ([], 3, (0,)), ([1, 2], [3], (2,)), ([[1], [2]], [3, 4, 5], (2, 3)),
        (np.zeros((2, 0)), 1, (2, 0)), ([True, False], 2, (2,)), (range(4), np.arange(4, dtype=np.uint8)[::-1], (4,)),
    ],
)  # fmt: skip
def test_shapes(x: Any, y: Any, shape: tuple[int, ...]) -> None:
    value, gradient = autodiff.parse("x^2*y").columns(x=x, y=y)
    exact, by = np.asarray(x, float), np.asarray(y, float)
    for found, true in ((value, exact**2 * by), (gradient["x"], 2 * exact * by), (gradient["y"], exact**2 + 0 * by)):
        assert found.shape == shape
        assert np.array_equal(found, true)
        assert found.flags.writeable


def test_more_points_than_are_computed_at_once() -> None:
    x = np.linspace(-2, 2, 2 * CHUNK + 5)
    value, gradient = autodiff.parse("if(x > 0, sin(x), a*x)").columns(x=x, a=3)
    assert np.allclose(value, np.where(x > 0, np.sin(x), 3 * x), rtol=1e-15, atol=0)
    assert np.array_equal(gradient["x"], np.where(x > 0, np.cos(x), 3))
    assert np.array_equal(gradient["a"], np.where(x > 0, 0, x))


def test_fewer_points_at_once_of_a_long_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autodiff.passes.columns.NUMBERS", 100)
    x = np.linspace(-2, 2, 77)
    value, gradient = autodiff.parse("if(x > 0, sin(x), a*x)").columns(x=x, a=3)
    assert np.array_equal(gradient["a"], np.where(x > 0, 0, x))
    assert np.allclose(value, np.where(x > 0, np.sin(x), 3 * x), rtol=1e-15, atol=0)


@pytest.mark.parametrize(("text", "names"), [("2 + 3", ()), ("x^0", ("x",)), ("y", ("y",)), ("0*x + 1", ("x",))])
def test_constants_are_spread_too(text: str, names: tuple[str, ...]) -> None:
    value, gradient = autodiff.parse(text).columns(**{name: [1.0, 2.0] for name in names})
    assert value.shape == ((2,) if names else ())
    assert all(slope.shape == (2,) for slope in gradient.values())


def test_zeros_have_no_sign() -> None:
    gradient = autodiff.parse("-x^2").columns(x=[0.0]).gradient
    assert repr(float(gradient["x"][0])) == "0.0"


def test_a_variable_that_is_not_a_number_has_no_derivative() -> None:
    """Not even where it does not matter: as in a worksheet."""
    value, gradient = autodiff.parse("if(x > 0, x*y, 1)").columns(x=[nan, 1.0, -1.0], y=[2.0, nan, nan])
    assert np.array_equal(value, [1, nan, 1], equal_nan=True)
    assert np.array_equal(gradient["x"], [nan, nan, 0], equal_nan=True)
    assert np.array_equal(gradient["y"], [0, nan, nan], equal_nan=True)


def test_logarithms_of_powers_are_whole() -> None:
    exponents = np.arange(-300, 300)
    assert np.array_equal(autodiff.parse("log(x, 2)").columns(x=2.0**exponents).value, exponents)
    powers = [float(f"1e{k}") for k in range(20)]
    assert np.array_equal(autodiff.parse("log(x, 10)").columns(x=powers).value, np.log10(powers))


def test_names_are_resolved_as_in_at() -> None:
    assert autodiff.parse("bc + pi").columns(b=[1, 2], c=3).gradient["c"].tolist() == [1, 2]
    assert autodiff.parse("self*e").columns(self=[1], e=[2]).gradient["e"].tolist() == [1]


@pytest.mark.parametrize("given", [{"x": 1}, {"x": 1, "y": 2, "z": 3}, {"y": 1, "X": 1}, {"x": 1, "y": 1, "u": 1}, {}])
def test_names_are_refused_as_in_at(given: dict[str, float]) -> None:
    formula, seen = autodiff.parse("u = x*y; u + x"), []
    for form in (formula.at, formula.columns):
        with pytest.raises(autodiff.AutodiffError) as caught:
            form(**given)
        seen.append((caught.value.code, caught.value.message, caught.value.hint, caught.value.span, caught.value.text))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"x": [1, 2], "y": [1, 2, 3]}, ("'x' and 'y'", "2 and 3")),
        ({"x": 1, "y": [1, 2, 3], "z": [1, 2]}, ("'y' and 'z'", "3 and 2")),
        ({"x": np.ones((2, 3)), "y": [1, 2]}, ("'x' and 'y'", "2 x 3 and 2")),
    ],
)
def test_lengths_that_differ(given: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(autodiff.AutodiffError) as caught:
        autodiff.parse(" + ".join(given)).columns(**given)
    assert (caught.value.code, caught.value.exit_code) == ("E054", 2)
    assert all(word in caught.value.message for word in words)
    assert words[0] in caught.value.hint


@pytest.mark.parametrize(
    "column",
    ["text", ["1"], None, [1, None], [1j], [[1], [2, 3]], {"a": 1}, 10**400, np.array(["2020-01-01"], "datetime64[D]"),
     np.ma.array([1.0, 2.0], mask=[True, False])],
    ids=repr,
)  # fmt: skip
def test_columns_that_are_no_numbers(column: Any) -> None:
    with pytest.raises(autodiff.AutodiffError, match="the column 'x' does not consist of numbers") as caught:
        autodiff.parse("x^2").columns(x=column)
    assert caught.value.code == "E032"


def test_numpy_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(autodiff.AutodiffError, match="numpy") as caught:
        autodiff.parse("x^2").columns(x=[1.0])
    assert (caught.value.code, caught.value.exit_code) == ("E053", 4)
    assert caught.value.hint == "pip install numpy, or the extra [data]"


def test_numpy_is_loaded_only_for_columns() -> None:
    script = "import autodiff, sys; f = autodiff.parse('x^2'); f.at(x=1); f.diff('x'); assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_settings_of_numpy_do_not_matter() -> None:
    with np.errstate(all="raise"):
        value, _ = autodiff.parse("exp(x)/x + log(x - 1) + y^0.5").columns(x=[0, 1000, -1, 1e-320], y=[-1.0, inf, -inf, 5e-324])
        assert np.geterr()["over"] == "raise"
    assert np.isnan(value[0])


def test_many_operations_and_many_variables() -> None:
    """The tape of all derivatives grows with the formula, not with its square."""
    count = 2000
    text = "+".join(f"sin(x{k})*x{k + 1}" for k in range(count))
    formula = autodiff.parse(text)
    found = gradients(*formula.bind(dict.fromkeys(formula.variables, 0.5))[:2])
    assert len(found.slopes) == count + 1
    assert len(found.tape.nodes) < 8 * count


def test_shares_far_out() -> None:
    """The weights of logsumexp are right for large arguments too."""
    for a in (700.0, 1e10, 1e17, 1e300):
        assert autodiff.parse("logsumexp(x, y)").columns(x=[a], y=[a]).gradient["x"][0] == 0.5


@pytest.mark.parametrize("text", ["sinc(x)", "dsinc(2, x)", "digamma(x)", "lgamma(x)", "gamma(x)", "polygamma(1, x)", "erf(x)"])
@pytest.mark.parametrize("x", [-2.5, 0.3, 1.5])
def test_a_single_number_is_a_column_too(text: str, x: float) -> None:
    formula = autodiff.parse(text)
    found, sheet = formula.columns(x=x), formula.at(x=x)
    assert found.value.shape == ()
    assert_same(found.value, sheet.value, APPROXIMATE)
    assert_same(found.gradient["x"], sheet.gradient["x"], SLOPE)


def test_generated_numpy_takes_what_a_mask_hides_for_no_number() -> None:
    """As a database gives where there is NULL; beneath a mask stands whatever number."""
    names: dict[str, Any] = {}
    exec(autodiff.parse("x^2*y").compile("numpy"), names)
    value, gradient = names["f"](np.ma.array([1.0, 2.0], mask=[False, True]), 3.0)
    assert np.array_equal(value, [3.0, np.nan], equal_nan=True)
    assert np.array_equal(gradient["x"], [6.0, np.nan], equal_nan=True)
