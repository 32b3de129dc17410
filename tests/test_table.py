"""Every row of the table, over its own domain: all ways of differentiating agree, and so does mpmath."""

import itertools
import math
import random
from functools import cache

import mpmath as mp
import pytest
from length import sized
from oracle import MEANINGS, ORDERED, derivative

import autodiff
from autodiff.numbers.algebra import FLOATS
from autodiff.passes.duals import Dual, Duals
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.push_pull import active, linearize, places, pull, push
from autodiff.passes.rules import domain, partials, point, watch
from autodiff.primitives import ALIASES, CONDITIONS, FUNCTIONS, ROWS, TABLE, Primitive, called
from autodiff.symbolic.derivatives import derivatives
from autodiff.tape import Const, Recorder, Tape

GRID = [
    -300.0,
    -20.5,
    -3.7,
    -2.0,
    -1.5,
    -1.0,
    -0.99,
    -0.75,
    -0.5,
    -0.3,
    -0.1,
    -1e-5,
    1e-5,
    0.2,
    0.5,
    0.9,
    1.0,
    1.3,
    2.0,
    2.5,
    4.25,
    17.0,
    250.0,
]
ALL = [row for row in ROWS if row.name not in CONDITIONS and row.name != "if"]


def tape_of(row: Primitive, literal: float | None = None) -> Tape:
    """The row applied to variables, the last one a literal if wanted."""
    recorder = Recorder()
    names = ["p", "q", "r"] if row.variadic else row.names
    leaves = names if literal is None else names[:-1]
    args = [recorder.var(name) for name in leaves]
    if literal is not None:
        args.append(recorder.const(literal, repr(literal)))
    return Tape(recorder.nodes, recorder.apply(row.name, tuple(args)))


def regular(row: Primitive, args: tuple[float, ...]) -> bool:
    """Whether the point lies inside the domain, away from special points, and the value is an ordinary number."""
    if row.name in ORDERED and args[0] not in (0, 1, 2):
        return False
    out = function(row.name)(*args)
    tape = domain(row.name)
    inside = tape is None or evaluate(tape, dict(zip(row.names, args, strict=True)))[tape.output]
    return bool(inside) and 1e-200 < abs(out) < 1e200 and not special(row, args, "")


def special(row: Primitive, args: tuple[float, ...], wrt: str) -> bool:
    """Whether the row has a word to say about this point, in the direction of one parameter or in all."""
    return point(row.name, list(args), function(row.name)(*args), wrt) is not None


@cache
def regular_points(row: Primitive) -> list[tuple[float, ...]]:
    """Those of the grid, of which a part will do in space."""
    grid = list(itertools.product(GRID, repeat=3 if row.variadic else len(row.names)))
    return [args for args in (grid if len(grid) < 1500 else random.Random(row.name).sample(grid, 1500)) if regular(row, args)]


def points_of(row: Primitive, count: int = 25) -> list[tuple[float, ...]]:
    found = regular_points(row)
    return random.Random(row.name).sample(found, min(count, len(found)))


def test_every_row_has_points() -> None:
    """The piecewise constant rows have few values of ordinary size, the others at least six points."""
    for row in ALL:
        assert len(points_of(row)) >= (3 if row.name in ("sign", "step", *ORDERED) else 6), row.name


@pytest.mark.parametrize("part", sized(slice(2), slice(2, None)), ids=str)
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_all_ways_agree(row: Primitive, part: slice) -> None:
    for args in points_of(row)[part]:
        agree(row, args)


def agree(row: Primitive, args: tuple[float, ...]) -> None:
    """The value and the derivatives at a point, by all ways."""
    tape = tape_of(row)
    names = list(tape.variables())
    at = dict(zip(names, args, strict=True))
    values = evaluate(tape, at)
    local = linearize(tape, values, FLOATS, active(tape, names))
    where, adjoints = places(tape), pull(tape, local, 1.0)
    exact = {name: mp.mpf(x) for name, x in at.items()}
    assert_near(values[tape.output], MEANINGS[row.name](*exact.values()), 1e-13)
    for name in names:
        if special(row, args, name):
            continue  # as for x^y towards y at a negative x
        reverse = adjoints[where[name]] or 0.0
        forward = push(tape, local, {where[name]: 1.0})[tape.output] or 0.0
        dual = evaluate(tape, {n: Dual(x, 1.0 if n == name else None) for n, x in at.items()}, Duals())[tape.output].tangent or 0.0
        symbolic = derivatives(tape, [(name,)]).tape((name,))
        written = evaluate(symbolic, at)[symbolic.output]
        with mp.workdps(400):  # enough for the differences of 1e-250 in the tails
            true = derivative(lambda env: MEANINGS[row.name](*env.values()), exact, name)
        assert reverse == forward == dual
        assert_near(written, reverse, 1e-13)
        assert_near(reverse, true, 1e-11)


@pytest.mark.parametrize("exponent", [-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("x", [-2.5, -1.0, 0.3, 2.0])
def test_literal_exponents(x: float, exponent: float) -> None:
    tape = tape_of(TABLE["pow"], exponent)
    found = linearize(tape, evaluate(tape, {"x": x}), FLOATS, active(tape, ["x"]))[tape.output]
    assert found is not None
    if x < 0 and exponent != int(exponent):
        assert math.isnan(found[0])
    else:
        assert_near(found[0] or 0.0, exponent * mp.power(mp.mpf(x), mp.mpf(exponent) - 1), 1e-15)
    assert found[1] is None


def assert_near(found: float, true: mp.mpf | float, tolerance: float) -> None:
    error = abs(mp.mpf(found) - true)
    assert error <= tolerance * max(abs(mp.mpf(true)), mp.mpf(10) ** -290), f"{found!r} is not {mp.nstr(mp.mpf(true), 20)}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row_is_well_formed(row: Primitive) -> None:
    """Its formulas are formulas, one for each parameter, of nothing but its own names."""
    allowed = {*row.names, "out", "ties"}
    if row.name != "if":
        assert len(row.partials) == (1 if row.variadic else len(row.names))
    for literal in (False, True):
        for tape in partials(row.name, literal):
            assert set(tape.variables()) <= allowed
    found = [found for wrt in ("", *row.names) if (found := watch(row.name, wrt)) is not None]
    assert sorted(where for _, kept in found for where in kept) == sorted(row.points)
    assert all(set(tape.variables()) <= allowed for tape, _ in found)
    condition = domain(row.name)
    assert condition is None or set(condition.variables()) <= set(row.names)


def test_every_function_can_be_called() -> None:
    for name in FUNCTIONS - {"if"}:
        assert any(called(name, count) is not None for count in (1, 2, 3)), name
    assert set(ALIASES.values()) <= set(TABLE)


def test_the_functions_of_the_design_are_there() -> None:
    wanted = """exp expm1 log ln log10 log2 log1p sqrt cbrt root pow abs sign sin cos tan asin acos atan atan2 sinh cosh tanh
    asinh acosh atanh sinc hypot min max clip floor ceil round mod sigmoid softplus relu logaddexp logsumexp erf erfc gamma
    lgamma digamma step"""
    assert set(wanted.split()) <= FUNCTIONS


def test_constants_are_shared_by_bits_and_text() -> None:
    recorder = Recorder()
    assert recorder.const(0.0, "0") != recorder.const(-0.0, "-0")
    assert recorder.const(1.0, "1") == recorder.const(1.0, "1")
    assert recorder.const(1.0, "1") != recorder.const(1.0, "1.0")  # a reading shows each as it was written
    assert recorder.const(math.nan, "nan") == recorder.const(math.nan, "nan")
    assert recorder.nodes[0] == Const(0.0, "0", (0, 0))


@pytest.mark.parametrize(
    ("text", "at", "second"),
    [
        ("tanh(x)", 400, 0), ("tanh(x)", -800, 0), ("sigmoid(x)", 800, 0), ("sigmoid(x)", -800, 0), ("softplus(x)", 800, 0),
        ("softplus(x)", -800, 0), ("erf(x)", 30, 0), ("erfc(x)", 1e200, 0), ("log1p(x)", 1e300, 0), ("logaddexp(x, -800)", 800, 0),
        ("logaddexp(x, 1e300)", -1e300, 0), ("logsumexp(x, 0, -1)", 800, 0), ("atan(x)", 1e200, 0), ("asinh(x)", 1e200, 0),
        ("hypot(x, 1e200)", 1e200, 1e-200 / 2**1.5), ("sinc(x)", 0, -1 / 3), ("sinc(x)", 1e-5, -1 / 3 + 1e-11), ("1/x", 1e200, 0),
        ("x^2", 0, 2), ("x^3", 0, 0), ("x^0.3", 1, -0.21), ("root(x, 5)", 1, -0.16), ("log10(x)", 1, -1 / math.log(10)),
    ],
)  # fmt: skip
def test_second_derivatives_far_out(text: str, at: float, second: float) -> None:
    assert autodiff.parse(text).at(x=at).hessian["x"]["x"] == pytest.approx(second, rel=1e-14, abs=1e-310)
