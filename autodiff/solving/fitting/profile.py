"""Profile-likelihood intervals: how far a parameter may go while the others follow it, until the sum of squares is too large."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving.bounds import Limits
from autodiff.solving.fitting import ends
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.model import Residuals

CLOSE, INNER = 1e-7, 1e-11  # to the threshold, and of the other parameters
STEPS, FAR = 40, 1e4  # of the search for one end, and how many linear half-widths count as without end
LOWER = 1e-9  # of the sum of squares: what lies below it is another, better fit

Least = Callable[[Any, Any, float], Residuals]
"""The least sum of squares from a start, for the parameters in a mask, to a tolerance."""


class Profiled(NamedTuple):
    """The intervals by parameter, infinite where they have no end; and a better fit that was met on the way, or nothing."""

    intervals: dict[str, tuple[float, float]]
    better: Residuals | None = None


def profiled(fit: Fit, least: Least, limits: Limits | None = None) -> Profiled:
    """The intervals of all free parameters at the level of the fit; none goes beyond the bounds."""
    found: dict[str, tuple[float, float]] = {}
    for k, name in enumerate(fit.model.names):
        if not fit.free[k]:
            continue
        pair = []
        for sign in (-1, 1):
            room = abs(limits[k][sign > 0] - fit.found.end.x[k]) if limits else math.inf
            end = _end(fit, least, k, sign, room)
            if isinstance(end, Residuals):
                return Profiled({}, end)
            pair.append(end)
        found[name] = (pair[0], pair[1])
    return Profiled(found)


def _end(fit: Fit, least: Least, k: int, sign: int, room: float) -> float | Residuals:
    """One end, no further than `room`, by Newton's method between brackets: the slope of the profile is the gradient there, since
    the others are at their best. A better fit instead, where one is met.
    """
    numpy = needs("numpy")
    best, goal, variance = fit.found.end, fit.quantile, fit.variance
    error = math.sqrt(fit.covariance[k, k])
    others = fit.free.copy()
    others[k] = False
    trace = numpy.where(fit.free, numpy.nan_to_num(fit.covariance[:, k]) / fit.covariance[k, k], 0.0)
    if not fit.is_bounded:
        wanted = ends.Wanted(k, sign, others, best.sum, goal * goal * variance, CLOSE)
        quick = ends.end(fit.model, best.x + sign * goal * error * trace, wanted)
        if quick is not None and sign * (quick.x[k] - best.x[k]) > 0:
            return float(quick.x[k])
    low, high, move, start = 0.0, math.inf, goal * error, best.x
    for _ in range(STEPS):
        move = min(move, room)
        x = start + (best.x[k] + sign * move - start[k]) * trace
        at = least(x, others, INNER) if others.any() else fit.model.at(x)
        rise = (at.sum - best.sum) / variance
        if at.is_finite and rise < -LOWER * best.sum / variance:
            return at
        height = math.sqrt(max(rise, 0.0)) if at.is_finite else math.inf
        if abs(height - goal) <= CLOSE * goal:
            return float(best.x[k] + sign * move)
        if height < goal and move == room:
            return float(best.x[k] + sign * room)
        if height < goal:
            low, start = move, at.x
        else:
            high = move
        slope = sign * float(at.r @ at.jacobian[:, k]) / (variance * height) if 0 < height < math.inf else 0.0
        wish = move - (height - goal) / slope if slope > 0 else math.inf
        move = min(wish, 3 * move) if high == math.inf else wish if low < wish < high else (low + high) / 2
        if move > FAR * goal * error or high - low <= 1e-12 * low:
            break
    return sign * math.inf if high == math.inf else float(best.x[k] + sign * low)
