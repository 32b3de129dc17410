"""Any number of digits: every row of the table beside the oracle, cancellation, constants, and numbers beyond doubles."""

import sys
from itertools import product
from types import ModuleType

import mpmath as mp
import pytest
from length import LONG, sized
from oracle import MEANINGS, ORDERED, derivative
from test_table import ALL, points_of, special, tape_of

import autodiff
from autodiff.numbers import balls
from autodiff.numbers.precise import Precise
from autodiff.point.digits import Exact, _doubled, exact, exactly, gradient
from autodiff.primitives import Primitive
from autodiff.reading.resolve import resolve
from autodiff.tape import Tape

DIGITS = 50


def formula(text: str) -> Tape:
    return resolve(autodiff.parse(text).tape, ())[0]


def digits(text: str, count: int = DIGITS, **values: str) -> Exact:
    tape = resolve(autodiff.parse(text).tape, values)[0]
    return exact(tape, {name: formula(value) for name, value in values.items()}, tape.variables(), count)


DEAR = ("gamma", "lgamma", "digamma", "polygamma")  # Bernoulli's numbers to 900 digits take seconds
IN_ORDER = [pytest.param(row, marks=LONG) if row.name in DEAR else row for row in ALL]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("part", sized(slice(1), slice(1, 6)), ids=str)
@pytest.mark.parametrize("row", IN_ORDER, ids=lambda row: row.name)
def test_every_row(row: Primitive, part: slice) -> None:
    """Value and derivatives to 50 digits, where the oracle has 400."""
    for args in points_of(row, 6)[part]:
        judge(row, args)


def judge(row: Primitive, args: tuple[float, ...]) -> None:
    """At a point."""
    tape, algebra = tape_of(row), Precise(DIGITS + 450)
    point = dict(zip(tape.variables(), map(mp.mpf, args), strict=True))
    wrt = [name for name in point if not special(row, args, name)]
    value, *slopes = gradient(tape, {name: algebra.context.mpf(x) for name, x in zip(point, args, strict=True)}, wrt, algebra)
    with mp.workdps(900):
        assert near(value, MEANINGS[row.name](*point.values()))
        for name, slope in zip(wrt, slopes, strict=True):
            if name == "n" and row.name in ORDERED:
                continue  # the order does not vary
            assert near(slope, derivative(lambda env: MEANINGS[row.name](*env.values()), point, name, mp.mpf(10) ** -300))


def near(found: mp.mpf, true: mp.mpf) -> bool:
    return bool(abs(mp.mpf(str(found)) - true) <= mp.mpf(10) ** -DIGITS * max(abs(true), mp.mpf(10) ** -290))


def test_constants_and_values_have_all_their_digits() -> None:
    third = digits("x/3", x="1").value
    assert third == "0." + "3" * DIGITS
    assert digits("x", x="pi/4").value == mp.nstr(mp.pi / 4, DIGITS)
    assert digits("x*0.1", x="3").value == "0.3"
    assert digits("0.1 - 0.10000000000000000555 + x", x="0").value == "-5.55e-18"


def test_cancellation_costs_time_and_not_truth() -> None:
    assert digits("(1 + x) - 1", x="1e-200").value == "1.0e-200"
    assert digits("sin(x)", x="pi") == Exact(DIGITS, "0.0", {"x": "-1.0"}, True)
    assert digits("exp(x) - exp(x - 1e-60)", 20, x="1").value == "2.7182818284590452354e-60"


def test_beyond_doubles() -> None:
    assert digits("exp(x)", 10, x="1000").value == "1.970071114e+434"
    assert digits("exp(x)", 10, x="-80000").value.endswith("e-34744")
    assert digits("exp(exp(exp(x)))", 10, x="9").value == "Infinity"
    assert digits("9.9999999*10^400*x", 3, x="1").value == "1.0e+401"


def test_outside_the_reals() -> None:
    assert digits("log(x)", x="-1") == Exact(DIGITS, "NaN", {"x": "NaN"}, True)
    assert digits("1/x", x="0") == Exact(DIGITS, "Infinity", {"x": "-Infinity"}, True)


def test_what_is_not_certain_is_not_shown() -> None:
    found = digits("sin(exp(x))", 20, x="80000")
    assert (found.value, found.certain) == ("NaN", False)


def test_a_worksheet_reads_doubles_as_they_are_printed() -> None:
    assert exactly(autodiff.parse("3*x").at(x=0.1), 30, {}).value == "0.3"
    assert exactly(autodiff.parse("3*x").at(x=float("inf")), 30, {}).value == "Infinity"


@pytest.mark.parametrize(
    ("text", "values", "value"),
    [
        ("erfc(x)", {"x": "1e300"}, "0.0"),
        ("erfc(x)", {"x": "-1e300"}, "2.0"),
        ("polygamma(1, x)", {"x": "-1e15-0.5"}, "9.869604401"),
        ("polygamma(60, x)", {"x": "-3.5"}, "-1.186352108e+42"),
        ("polygamma(n, x)", {"n": "1.5", "x": "2"}, "NaN"),
        ("polygamma(n, x)", {"n": "1e9", "x": "2"}, "NaN"),
        ("gamma(x)", {"x": "1e300"}, "Infinity"),
    ],
)
def test_far_out(text: str, values: dict[str, str], value: str) -> None:
    assert digits(text, 10, **values).value == value


def test_the_gamma_functions_have_fewer_digits() -> None:
    """A thousand digits of digamma take half a minute."""
    with mp.workdps(300):
        assert digits("gamma(x)", 240, x="0.5").value == mp.nstr(mp.sqrt(mp.pi), 240)
    for text in ("gamma(x)", "x*lgamma(2)", "digamma(x)", "polygamma(1, x)"):
        with pytest.raises(autodiff.AutodiffError, match="at most 240 digits"):
            digits(text, 241, x="0.5")


def test_a_condition_without_value_leaves_no_derivative() -> None:
    found = exactly(autodiff.parse("if(log(x) > 0, 1, 2)").at(x=-1), 20, {})
    assert found.gradient == {"x": "NaN"}


def test_what_rests_on_a_difference_of_nothing_is_not_certain() -> None:
    """sin(pi) is 0, but no number of digits can say so."""
    assert not digits("abs(x)", 20, x="sin(pi)").certain
    assert not digits("if(sin(x) == 0, 5, x)", 20, x="pi").certain
    assert digits("abs(x)", 20, x="1e-300") == Exact(20, "1.0e-300", {"x": "1.0"}, True)
    assert digits("max(x, y)", 20, x="0.1", y="1/10").certain


@pytest.mark.parametrize("order", ["-1e308", "-1", "0.5", "1e300", "101"])
def test_an_order_that_is_none_has_no_value(order: str) -> None:
    for name in ("dsinc", "polygamma"):
        assert digits(f"{name}(n, x)", 20, n=order, x="2").value == "NaN"


@pytest.mark.balls
def test_another_module_of_that_name_is_not_python_flint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flint", ModuleType("flint"))
    assert not balls.available()


NOISE = ("-x*cos(x)", "x*sin(x)", "(x + cos(3))*pi - x*pi", "cbrt(x*cos(x))", "1 - cos(x) - x*cos(x)", "tan(x)")
DECISIONS = (
    "relu({})", "abs({})", "sign({})", "max({}, 0)", "min({}, 1)", "clip({}, -1, 1)", "step({})", "floor({})", "round({})",
    "mod({}, 7)", "sqrt({})", "log({})", "({})^0.5", "acosh({})", "atan2({}, -1)", "if({} > 0, x, 2)", "if({} == 0, x, 2)",
    "hypot({}, 0)",
)  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.parametrize("decision", DECISIONS)
def test_what_was_decided_by_rounding_is_decided_anew(decision: str) -> None:
    """Of a number that has lost all its digits even a sign may be wrong, twice in the same way."""
    for noise, x in product(NOISE, ("1e100", "1e200", "-3e250")):
        tape = resolve(autodiff.parse(decision.format(noise)).tape, ())[0]
        given = {"x": formula(x)}
        found, system = _doubled(tape, given, ["x"], 20, 1500), Precise(1200)
        right = [mp.nstr(y, 20) for y in gradient(tape, {"x": system.lift(float(x), x)}, ["x"], system)]
        assert not found.certain or [found.value, found.gradient["x"]] == [y.replace("nan", "NaN") for y in right], (noise, x)


def test_two_numbers_that_are_out_of_reach_are_not_equal() -> None:
    for text in ("if(sinh(x) - x < expm1(x), 0.5, tan(x) - x)", "if(exp(x) == exp(2*x), x, 2)", "max(exp(x), cosh(x))"):
        tape = resolve(autodiff.parse(text).tape, ())[0]
        assert not _doubled(tape, {"x": formula("1e200")}, ["x"], 17, 1500).certain, text
