"""Digits that are lost: found by a gate, bounded, proved, said in a note; and never said of what is right."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import mpmath as mp
import pytest
from console import inside
from length import each, sized
from lossy import FAMILIES, PLACES, healthy, judged, lossy
from outofrange import Unbounded

import autodiff
from autodiff.passes.evaluate import evaluate
from autodiff.passes.taylor import Taylor, Taylors
from autodiff.point.higher import orders
from autodiff.point.surviving import surviving
from autodiff.trust.naive.table import CANCELLING, Row

ROWS = [row for rows in CANCELLING.values() for row in rows]


@pytest.mark.parametrize("count", sized(30, 4_000))
def test_every_lossy_formula_is_found(count: int) -> None:
    """All pass the gate, the bounds are never optimistic where digits are left, and the verdict is that of mpmath."""
    found = [one for one in (judged(*lossy(seed)) for seed in range(count)) if one is not None]
    few = [one for one in found if one.few]
    assert len(few) > count // 4
    assert [one for one in few if not one.gate] == []
    assert [one for one in found if one.said != one.few] == []
    assert [(one, name) for one in found for name, digits in one.right.items() if one.bounds[name] > max(digits, 2) + 0.2] == []


@pytest.mark.parametrize("count", sized(30, 4_000))
def test_there_is_no_false_alarm(count: int) -> None:
    """Random formulas over all rows: what is said to be lost is lost."""
    found = [one for one in (judged(*healthy(seed)) for seed in range(count)) if one is not None]
    assert len(found) > count // 2
    assert [one for one in found if one.said != one.few] == []
    assert sum(one.gate for one in found if not one.few) < 0.15 * len(found)


@each(FAMILIES)
def test_every_family_loses_somewhere(family: tuple[str, str]) -> None:
    """No family is in the list for nothing."""
    text, where = family
    rng = random.Random(text)
    points = ({name: PLACES[where](rng) for name in autodiff.parse(text).variables} for _ in range(200))
    assert any(found.few for point in points if (found := judged(text, point)) is not None)


def test_the_note_names_the_numbers_the_step_and_the_way_out() -> None:
    notes = autodiff.parse("(1-cos(x))/x^2").at(x=1e-5).notes
    assert notes == [
        "right digits: J 7, dx none (0 within 0.0083); the others are lost at 1 - cos(x); --precision 17 has them all",
        "(1 - cos(x))/x^2 is sinc(x/2)^2/2, which keeps its digits where x is small",
    ]
    sheet = autodiff.parse("u = x + y; v = u - x; v*y").at(x=1e12, y=1e-3)
    assert sheet.notes == ["right digits: J 1, dy 1; the others are lost at u - x; --precision 17 has them all"]


def test_at_a_minimum_the_derivative_is_0_within_rounding() -> None:
    (note,) = autodiff.parse("(x^2 - 2)^2 + 1").at(x=2**0.5).notes
    assert note.startswith("right digits: dx none (0 within 2.5e-15);")


@pytest.mark.parametrize("text", ["3*(a+b*c)", "x - x", "sin(x)^2 + cos(x)^2", "x^2 - 2*x", "cos(x) - 1", "1 - exp(-x)*0"])
def test_what_is_exact_is_not_accused(text: str) -> None:
    formula = autodiff.parse(text)
    for x in (0.0, 1.0, 3.0):
        assert [note for note in formula.at(**dict.fromkeys(formula.variables, x)).notes if "digits" in note] == []


def test_a_step_that_rounding_decides_is_told() -> None:
    """0.3 is a double below 3/10: ten times it is below 3, and rounds to 3."""
    (note,) = autodiff.parse("floor(x*10)").at(x=0.3).notes
    assert note.startswith("right digits: J none")
    assert autodiff.parse("floor(x*10)").at(x=0.31).notes == []


def test_inputs_and_literals_are_the_doubles_that_they_are() -> None:
    assert autodiff.parse("sin(x) + x - 0.1").at(x=1e8).notes == []
    assert autodiff.parse("sin(pi) + x").at(x=-1.2e-16).notes == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.spelling)
def test_a_better_spelling_is_offered_where_digits_are_lost(row: Row) -> None:
    """It has the same value and derivatives, has its digits where the first has lost them, and is offered there alone."""
    point = {name: float(x) for name, x in (pair.split("=") for pair in row.where.split())}
    naive, stable = autodiff.parse(row.spelling), autodiff.parse(row.offer)
    notes = naive.at(**point).notes
    assert f"{naive} is {row.offer}, which {row.reason.format('x')}" in notes
    assert [note for note in stable.at(**point).notes if "digits" in note] == []
    usual = {name: 0.4 + 0.2 * k for k, name in enumerate(point)}
    assert [note for note in naive.at(**usual).notes if "digits" in note] == []
    one, other = naive.at(**usual), stable.at(**usual)
    assert other.value == pytest.approx(one.value, rel=1e-13)
    assert other.gradient == {name: pytest.approx(slope, rel=1e-12) for name, slope in one.gradient.items()}


def test_the_digits_on_request(tmp_path: Path) -> None:
    done = inside(["eval", "(1-cos(x))/x^2", "x=1e-5", "--digits-lost", "--json", "--no-nodes"], tmp_path)
    document = json.loads(done.stdout)
    assert document["digits"] == {"value": 7.1, "gradient": {"x": 0.0}}
    assert surviving(autodiff.parse("3*(a+b*c)").at(a=5, b=3, c=2)).gradient == {"a": 16.0, "b": 16.0, "c": 16.0}
    assert surviving(autodiff.parse("abs(x) + 1/y").at(x=0, y=0)).gradient == {"x": None, "y": None}


def test_of_many_numbers_the_first_are_told_and_the_others_counted() -> None:
    formula = autodiff.parse(" + ".join(f"(1 - cos(x{k}))/x{k}" for k in range(20)))
    notes = formula.at(**dict.fromkeys(formula.variables, 1e-7)).notes
    assert sum(note.startswith("right digits") for note in notes) == 4
    assert "… and 16 more numbers with few right digits" in notes


def test_many_steps_are_bounded_and_not_proved() -> None:
    text = "; ".join(["u0 = x", *(f"u{k} = u{k - 1} + x/{k}" for k in range(1, 2_000)), "u1999 + (1 - cos(y))"])
    sheet = autodiff.parse(text).at(x=1e-12, y=1e-6)
    (note,) = [note for note in sheet.notes if "right digits" in note]
    assert note.startswith("right digits: about ")
    assert surviving(sheet).proved is False


# Higher orders ----------------------------------------------------------------------------------------------------------


def true_orders(text: str, x: float, highest: int) -> list[mp.mpf]:
    """The derivatives in 400 digits, with meanings that share no code with ours."""
    tape = autodiff.parse(text).bind({"x": x})[0]
    with mp.workdps(400):
        series = evaluate(tape, {"x": Taylor((mp.mpf(x), mp.mpf(1)))}, Taylors(highest, Unbounded()))[tape.output]
        return [series.terms[k] * mp.factorial(k) if k < len(series.terms) else mp.mpf(0) for k in range(1, highest + 1)]


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("x/expm1(x)", 0.01), ("sinh(x)/x", 0.01), ("tanh(x)/x", 0.01), ("cos(sqrt(x))", 0.01), ("1/gamma(x)", -2.001),
        ("sin(x)/x", 0.02), ("log1p(x)/x", 0.003), ("atan(x)/x", 0.01), ("(exp(x) - 1 - x)/x^2", 0.05), ("erf(x)/x", 0.01),
        ("x^5 + 2*x", 1.5), ("exp(sin(x))", 0.5),
    ],
)  # fmt: skip
def test_higher_orders_have_as_many_digits_as_they_need(text: str, x: float) -> None:
    found = orders(autodiff.parse(text).at(x=x), "x", 8)
    true = true_orders(text, x, 8)
    assert found.digits == {}
    for ours, right in zip(found.values[2:], true[2:], strict=True):
        assert abs(mp.mpf(ours) - right) <= abs(right) * mp.mpf("1e-12") + mp.mpf(10) ** -300


def test_second_derivatives_that_lost_their_digits_are_told(tmp_path: Path) -> None:
    sheet = autodiff.parse("(1-cos(x))/x^2").at(x=1e-4)
    assert {a: {b: int(digits) for b, digits in row.items()} for a, row in sheet.second.digits.items()} == {"x": {"x": 0}}
    assert "right digits: d²J/dx² none" in inside(["eval", "(1-cos(x))/x^2", "x=1e-4", "--hessian"], tmp_path).stdout
    assert autodiff.parse("x^2*y + sin(x)^2 + cos(x)^2").at(x=1.3, y=2).second.digits == {}


def test_nothing_is_loaded_where_nothing_is_suspected() -> None:
    code = (
        "import sys, autodiff; autodiff.parse('3*x + sin(x)*2 + x^2').at(x=1).notes;"
        "print([name for name in sys.modules if 'surviving' in name or 'mpmath' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stderr
