"""Compares random formulas with mpmath; `python tests/sweep.py 10000` runs a long sweep and prints what it found."""

from __future__ import annotations

import math
import random
import sys

import mpmath as mp
from oracle import Env, Sample, derivative, sample

import autodiff
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import places, push

NAMES = ("x", "y", "z")
TOLERANCE = 1e-9  # relative, where a nudge of the input in its last digit changes the derivative by less
NUDGE = mp.mpf(2) ** -52


def sweep(rng: random.Random, count: int) -> int:
    """Check so many formulas, and return how many could be judged. Raises AssertionError on a wrong derivative."""
    mp.mp.dps = 80
    judged = 0
    for _ in range(count):
        formula = sample(rng, NAMES, rng.choice([1, 2, 3, 4]))
        at = {name: rng.choice([rng.uniform(-3, 3), rng.uniform(0.1, 5), float(rng.randint(-2, 3))]) for name in NAMES}
        judged += judge(formula, at)
    return judged


def judge(formula: Sample, at: dict[str, float]) -> bool:
    """Whether the formula is smooth and well-conditioned at the point; if so, all derivatives must be right."""
    parsed = autodiff.parse(formula.text)
    used = {name: at[name] for name in parsed.variables}
    sheet = parsed.at(**used)
    if sheet.value != sheet.value:
        assert all(math.isnan(slope) for slope in sheet.gradient.values()), formula.text
        return False
    where = places(sheet.tape)
    exact = {name: mp.mpf(value) for name, value in at.items()}
    smooth = True
    for name, slope in sheet.gradient.items():
        forward = push(sheet.tape, sheet.partials, {where[name]: 1.0})[sheet.tape.output] or 0.0
        if name in sheet.status or not math.isfinite(sheet.value):
            smooth = False
            continue
        assert near(forward, slope, 1e-9, sheet), (formula.text, used, name, forward, slope)
        true, blur = truth(formula, exact, name)
        if true is None or blur > 1e-12 * max(abs(true), mp.mpf(1) / 10**6):
            smooth = False
            continue
        assert near(slope, true, TOLERANCE, sheet), (formula.text, used, name, slope, mp.nstr(true, 20))
        symbolic = parsed.diff(name).tape
        written = evaluate(symbolic, used)[symbolic.output]
        assert near(written, true, TOLERANCE, sheet), (formula.text, used, name, written, mp.nstr(true, 20))
    return smooth and bool(used)


def truth(formula: Sample, exact: Env, name: str) -> tuple[mp.mpf | None, mp.mpf]:
    """The true derivative, and how much it changes when every input moves in its last digit."""
    true = derivative(formula.meaning, exact, name)
    moved = derivative(formula.meaning, {n: x * (1 + 16 * NUDGE) + NUDGE / 64 for n, x in exact.items()}, name)
    if not (mp.isfinite(true) and mp.isfinite(moved)):
        return None, mp.mpf(0)
    return true, abs(true - moved)


def near(found: float, true: mp.mpf | float, tolerance: float, sheet: autodiff.Worksheet) -> bool:
    """Equal to a tolerance, relative to the largest product in the backward pass that made it."""
    scale = max(
        [abs(mp.mpf(true)), *[abs(g) * 1e-4 for g in sheet.adjoints if g is not None and math.isfinite(g)], mp.mpf(1) / 10**6]
    )
    return bool(abs(mp.mpf(found) - mp.mpf(true)) <= tolerance * scale)


if __name__ == "__main__":
    amount = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{sweep(random.Random(2026), amount)} of {amount} random formulas judged, all derivatives agree")
