"""Digits proved by ball arithmetic are those that mpmath finds, and where a ball does not decide, nothing is proved."""

import json
import random
from fractions import Fraction
from pathlib import Path

import mpmath as mp
import pytest
from console import inside
from length import sized
from oracle import MEANINGS, ORDERED, derivative
from sampling import random_formula
from schemas import fits, strict
from test_precise import IN_ORDER, digits, formula
from test_table import points_of, special, tape_of

import autodiff
from autodiff.numbers.balls import Balls, Undecided
from autodiff.point.digits import Proved, _doubled, exact, proved
from autodiff.primitives import ROWS, Primitive
from autodiff.reading.resolve import resolve

flint = pytest.importorskip("flint", reason="python-flint is not installed")
pytestmark = pytest.mark.balls

VALUES = ("0", "1", "2", "0.1", "0.5", "-0.3", "1.5", "pi/4", "3", "-2", "10", "1e-5", "7.25", "sqrt(2)", "100", "1e-200", "1e200")


def test_every_row_has_a_ball_or_a_value() -> None:
    system = Balls()
    lacking = [row.name for row in ROWS if row.name not in system._values and not row.value]
    assert not lacking


@pytest.mark.sampled(5)
@pytest.mark.parametrize("row", IN_ORDER, ids=lambda row: row.name)
def test_every_row(row: Primitive) -> None:
    """Every digit is that of the oracle, value and derivatives; most ordinary points are proved."""
    done, tape = 0, tape_of(row)
    for args in points_of(row, 4):
        if any(x - x != 0 for x in args):
            continue
        names = tape.variables()
        wrt = [name for name in names if not special(row, args, name) and not (name == "n" and row.name in ORDERED)]
        found = proved(tape, {name: formula(repr(x)) for name, x in zip(names, args, strict=True)}, wrt, 30)
        if found is None:
            continue
        done += 1
        with mp.workdps(900):
            point = {name: mp.mpf(repr(x)) for name, x in zip(names, args, strict=True)}
            assert near(found.value, MEANINGS[row.name](*point.values()))
            for name, text in found.gradient.items():
                right = derivative(lambda env: MEANINGS[row.name](*env.values()), point, name, mp.mpf(10) ** -300)
                assert near(text, right), (args, name)
    assert done


def near(found: str, true: mp.mpf) -> bool:
    return bool(abs(mp.mpf(found) - true) <= mp.mpf(10) ** -29 * max(abs(true), mp.mpf(10) ** -290))


@pytest.mark.sampled(3)
@pytest.mark.parametrize("count", sized(50, 2000))
@pytest.mark.parametrize("number", [17, 60])
def test_random_formulas(count: int, number: int) -> None:
    """What is proved is what mpmath finds with more and more digits; nearly all of it is proved."""
    rng, done = random.Random(number), 0
    for _ in range(count):
        text = random_formula(rng, rng.choice((1, 2, 3)))
        tape = resolve(autodiff.parse(text).tape, ())[0]
        given = {name: formula(rng.choice(VALUES)) for name in tape.variables()}
        found = proved(tape, given, tape.variables(), number)
        if found is not None:
            other = _doubled(tape, given, tape.variables(), number, 1500)
            done += 1
            assert (found.value, found.gradient) == (other.value, other.gradient) or not other.certain, (text, given)
    assert done > 0.7 * count


@pytest.mark.parametrize(
    "text", ["floor(sin(x))", "abs(sin(x))", "if(sin(x) == 0, 5, x)", "1/sin(x)", "log(sin(x))", "sqrt(x - 4)"]
)
def test_what_no_ball_decides_is_not_proved(text: str) -> None:
    assert not isinstance(digits(text, 20, x="pi"), Proved)


@pytest.mark.parametrize("text", ["max(x, y)", "abs(x - y)", "floor(10*x)", "if(x == y, x^2, 0)", "mod(x, y)", "round(x*25)"])
def test_fractions_are_decided(text: str) -> None:
    """What is a fraction has no ball around it."""
    found = digits(text, 25, x="0.1", y="1/10")
    assert isinstance(found, Proved)
    assert found == exact_without(text, x="0.1", y="1/10")


def exact_without(text: str, **values: str) -> object:
    tape = resolve(autodiff.parse(text).tape, values)[0]
    return _doubled(tape, {name: formula(value) for name, value in values.items()}, tape.variables(), 25, 1500)


def test_numbers_are_rounded_as_fractions_are() -> None:
    """All numbers of a ball have the digits that an exact fraction inside of it has; a tie in a ball is not decided."""
    rng, system = random.Random(4), Balls()
    with system.digits(40):
        for _ in range(300):
            value = Fraction(rng.randint(1, 10**12), rng.randint(1, 10**9)) * Fraction(10) ** rng.randint(-40, 40)
            count, sign = rng.choice((1, 3, 8, 15)), rng.choice((1, -1))
            ball = system.flint.arb(system.flint.fmpq(value.numerator, value.denominator)) * sign
            mantissa, power = system.rounded(ball, count)
            assert abs(Fraction(mantissa) * Fraction(10) ** power - sign * value) <= Fraction(10) ** power / 2
            assert len(str(abs(mantissa))) == count
            assert system.rounded(system._exactly(sign * value), count) == (mantissa, power)
        with pytest.raises(Undecided):
            system.rounded(system.flint.arb("0.12345", "1e-30"), 4)


def test_far_beyond_doubles() -> None:
    found = exact(formula("exp(exp(20))"), {}, (), 30)
    assert isinstance(found, Proved)
    with mp.workdps(60):
        assert abs(mp.mpf(found.value) / mp.exp(mp.exp(20)) - 1) < 1e-29


def test_it_is_said(tmp_path: Path) -> None:
    found = strict(inside(["eval", "exp(x)", "x=1", "--precision", "30", "--json"], tmp_path).stdout)
    fits("eval", found)
    e = "2.71828182845904523536028747135"
    assert found["precise"] == {"digits": 30, "value": e, "gradient": {"x": e}, "proved": True}
    assert "With 30 digits, proved by ball arithmetic" in inside(["eval", "exp(x)", "x=1", "--precision", "30"], tmp_path).stdout
    found = json.loads(inside(["eval", "abs(sin(x))", "x=pi", "--precision", "30", "--json"], tmp_path).stdout)
    assert "proved" not in found["precise"]
