"""One sweep for all second derivatives against one sweep for each variable, bit for bit; and against mpmath's differences."""

import math
import random
import struct

import mpmath
import pytest
from length import sized
from oracle import sample

import autodiff
import autodiff.passes.hessian as sweeps
from autodiff.numbers.algebra import FLOATS
from autodiff.numbers.precise import Precise
from autodiff.numbers.unbounded import UNBOUNDED
from autodiff.numbers.wide import HUGE, TINY
from autodiff.passes.duals import Dual, Duals
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.passes.range import unusual
from autodiff.point.higher import hessian
from autodiff.point.sparing import Time

SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 1e-200, 1e200, -1e160, 1e-310, 700.0, -750.0]


class Single(Duals):
    """Dual numbers that know whether a local derivative was 0, subnormal or infinite."""

    strayed = False

    def _mul_watched(self, slope, tangent):
        self.strayed |= not TINY <= abs(float(slope)) <= HUGE
        return self._plain(slope, tangent)

    def __init__(self, base):
        super().__init__(base)
        self._plain, self._mul = self._mul, self._mul_watched


def column(tape, point, name):
    """The second derivatives by one variable and every other, by a sweep of its own."""

    def swept(base):
        duals = Single(base)
        values = evaluate(tape, {other: Dual(x, 1.0 if other == name else None) for other, x in point.items()}, duals)
        partials = linearize(tape, values, duals, active(tape, point))
        return duals, [values, pull(tape, partials, duals.lift(1.0), duals), *[row for row in partials if row is not None]]

    duals, rows = swept(FLOATS)
    met = [x for row in rows for x in row if isinstance(x, Dual)]
    if duals.strayed or unusual([x.value for x in met]) or unusual([x.tangent for x in met]):
        _, rows = swept(UNBOUNDED)
    found = {other: rows[1][place] for other, place in places(tape).items()}
    return {other: 0.0 if x is None or x.tangent is None else float(x.tangent) for other, x in found.items()}


def bits(x):
    return "nan" if x != x else struct.pack("d", x)


def agree(text, point):
    tape, used, _ = autodiff.parse(text).bind(point)
    if math.isnan(evaluate(tape, point)[tape.output]):
        return
    columns, found = {name: column(tape, point, name) for name in used}, hessian(tape, point, used)
    for a in used:
        for b in used:
            assert bits(found[a][b]) == bits(columns[min(a, b)][max(a, b)]), (text, point, a, b)


@pytest.mark.parametrize("count", sized(80, 1500))
def test_random_formulas(count):
    draw = random.Random(count)
    for _ in range(count):
        formula = autodiff.parse(sample(draw, ("x", "y", "z"), draw.choice((2, 3, 4))).text)
        for _ in range(2):
            agree(
                formula.text,
                {n: draw.choice(SPECIAL) if draw.random() < 0.4 else draw.uniform(-2.5, 2.5) for n in formula.variables},
            )


LONG = [
    lambda n: " + ".join(f"100*(x{k + 1} - x{k}^2)^2 + (1 - x{k})^2" for k in range(n - 1)),
    lambda n: f"log(1 + exp({' + '.join(f'{k / 7:.2f}*x{k}' for k in range(n))}))",
    lambda n: f"({' + '.join(f'x{k}^x{(k + 1) % n}' for k in range(n))})^2",
    lambda n: f"hypot({', '.join(f'x{k}*x{(k + 3) % n}' for k in range(n))}) + max({', '.join(f'x{k}' for k in range(n))})",
    lambda n: f"exp(-500*({' + '.join(f'x{k}^2' for k in range(n))}))*x1",
]


@pytest.mark.parametrize("held", [sweeps.ENTRIES, 40])
@pytest.mark.parametrize("text", LONG)
def test_many_variables(text, held, monkeypatch):
    """In one part and in several, at ordinary points and at zeros."""
    monkeypatch.setattr(sweeps, "ENTRIES", held)
    draw = random.Random(7)
    for zero in (0.0, 0.3):
        agree(text(12), {f"x{k}": 0.0 if draw.random() < zero else draw.uniform(0.1, 1.5) for k in range(12)})


@pytest.mark.parametrize("text", LONG[:3])
def test_differences_of_many_digits(text):
    """Central differences with steps of 1e-20 in numbers of 80 digits, of values that are made by mpmath."""
    draw, precise = random.Random(8), Precise(80)
    point = {f"x{k}": draw.uniform(0.2, 1.2) for k in range(4)}
    sheet = autodiff.parse(text(4)).at(**point)

    def value(moves):
        at = {name: precise.lift(x) + moves.get(name, 0) for name, x in point.items()}
        return evaluate(sheet.tape, at, precise)[sheet.tape.output]

    h = mpmath.mpf(10) ** -20
    for a in point:
        for b in point:
            signs = [(s, t, value({a: s * h, b: t * h} if a != b else {a: (s + t) * h})) for s in (-1, 1) for t in (-1, 1)]
            true = sum(s * t * x for s, t, x in signs) / (4 * h * h)
            assert sheet.hessian[a][b] == pytest.approx(float(true), rel=1e-12, abs=1e-12)


def test_more_variables_than_before():
    """The chain of Rosenbrock has a Hessian with three diagonals, which can be written by hand."""
    n = 300
    formula, point = autodiff.parse(LONG[0](n)), {f"x{k}": 0.5 + k / n for k in range(n)}
    found = formula.at(**point).hessian
    for k in range(n):
        x = point[f"x{k}"]
        after = 1200 * x**2 - 400 * point[f"x{k + 1}"] + 2 if k < n - 1 else 0.0
        assert found[f"x{k}"][f"x{k}"] == pytest.approx(after + (200 if k else 0), rel=1e-12)
        assert found[f"x{k}"][f"x{(k + 7) % n}"] == 0
        if k:
            assert found[f"x{k - 1}"][f"x{k}"] == found[f"x{k}"][f"x{k - 1}"] == pytest.approx(-400 * point[f"x{k - 1}"], rel=1e-12)


CORNERS = [
    " + ".join(f"relu(x{k})*x{(k + 1) % 6}" for k in range(6)),
    f"({' + '.join(f'abs(x{k})' for k in range(6))})^2",
    f"max({', '.join(f'x{k}^2' for k in range(6))})*x0",
    " + ".join(f"x{k}^x{(k + 1) % 6}" for k in range(6)),
    f"sqrt({' + '.join(f'x{k}^2' for k in range(6))})",
]


@pytest.mark.parametrize("text", CORNERS)
@pytest.mark.parametrize("left", [0, 30, 300])
def test_what_there_is_no_time_for_is_not_called_ok(text, left, monkeypatch):
    formula, point = autodiff.parse(text), {f"x{k}": 0.0 for k in range(6)}
    whole = formula.at(**point).second.status
    monkeypatch.setattr(Time, "__init__", lambda self: setattr(self, "left", left))
    part = formula.at(**point).second.status
    assert all(b in part.get(a, {}) for a, row in whole.items() for b in row)


def test_many_variables_at_a_corner():
    """A hundred products of a corner and another variable: what the two share has no second derivative, all others have."""
    n = 100
    text = " + ".join(f"relu(x{k})*x{(k + 1) % n}" for k in range(n))
    told = autodiff.parse(text).at(**{f"x{k}": 0.0 for k in range(n)}).second.status
    for k in range(n):
        assert {f"x{(k + 1) % n}", f"x{k - 1 if k else n - 1}"} == told[f"x{k}"].keys() - {f"x{k}"}
