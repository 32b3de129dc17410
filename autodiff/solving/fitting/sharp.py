"""The end of a fit whose residuals are near rounding, in many digits, with the numbers of the file as they are written."""

from __future__ import annotations

import math
from typing import Any

from autodiff.errors import needs
from autodiff.numbers.precise import Precise
from autodiff.passes.evaluate import evaluate
from autodiff.solving.fitting.least import length, step
from autodiff.solving.fitting.model import Model, Residuals

NEAR, ROWS = 1e-9, 1000  # residuals relative to the target from which on doubles know too few digits of them; and rows at most
DIGITS, ROUNDS = 40, 6  # that are worked with, and steps at most
SETTLED = 1e-7  # of a step relative to the residuals
NOTHING, LEAST = 1e-30, 1e-150  # residuals relative to the target that are rounding even so, and what has no square in any case


def is_near(model: Model, end: Residuals) -> bool:
    """Whether the residuals are so small that doubles know few digits of them."""
    return end.is_finite and float(needs("numpy").linalg.norm(end.r)) <= NEAR * _size(model)


def _size(model: Model) -> float:
    """How large the target is, in the units of the residuals."""
    return float(needs("numpy").linalg.norm(model.points.y / model.points.sigma))


def sharpened(model: Model, end: Residuals, free: Any) -> Residuals:
    """The residuals where the sum of squares is least, which may lie between two doubles; the same end where that is not found."""
    numpy, points = needs("numpy"), model.points
    if len(points.y) > ROWS:
        return end
    algebra = Precise(DIGITS)
    written = [algebra.lift(x, repr(x)) for x in map(float, points.y)]
    columns = {name: [algebra.lift(x, repr(x)) for x in map(float, column)] for name, column in points.columns.items()}
    fixed = {name: algebra.lift(x, repr(x)) for name, x in model.fixed.items()}
    place = {name: algebra.lift(x, repr(x)) for name, x in zip(model.names, map(float, end.x))}
    tape, known = points.plan.tape, end
    for _ in range(ROUNDS):
        here = {**fixed, **place}
        rows = [{**here, **{name: column[k] for name, column in columns.items()}} for k in range(len(written))]
        exact = [evaluate(tape, row, algebra)[tape.output] - y for row, y in zip(rows, written)]
        x = numpy.array([float(place[name]) for name in model.names])
        known = Residuals(x, numpy.array([*map(float, exact)]) / points.sigma, model.at(x).jacobian)
        if not known.is_finite:
            return end
        move = step(known, free)
        if length(move, known, free) <= max(SETTLED * math.sqrt(known.sum), NOTHING * _size(model)):
            return _without_noise(model, known)
        for name, change in zip([name for name, is_free in zip(model.names, free) if is_free], map(float, move)):
            place[name] += change
    return end


def _without_noise(model: Model, end: Residuals) -> Residuals:
    """Where the residuals are all rounding, with zeros for them, and for parameters that do not matter more."""
    numpy, least = needs("numpy"), max(NOTHING * _size(model), LEAST)
    if math.sqrt(end.sum) > least:
        return end
    x = numpy.where(abs(end.x) * numpy.linalg.norm(end.jacobian, axis=0) <= least, 0.0, end.x)
    return Residuals(x, numpy.zeros(len(end.r)), end.jacobian)
