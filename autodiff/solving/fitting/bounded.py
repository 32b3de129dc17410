"""A least sum between bounds, or of a loss that grows slower than squares: SciPy's trust-region reflective method."""

from __future__ import annotations

import math
from typing import Any

from autodiff.errors import needs
from autodiff.solving.bounds import Limits
from autodiff.solving.fitting.least import CALLS, TOLERANCE, Once, polished
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.objective import Told

EDGE, TINY = 1e-9, 1e-3  # how near a bound counts as on it, relative to the bound, and the size of a bound of 0


def least(
    model: Model, start: Any, free: Any, limits: Limits | None, loss: str, scale: float, told: Told, tolerance: float = TOLERANCE,
    calls: int = CALLS,
) -> Residuals:  # fmt: skip
    """Where the sum is least; only the parameters in the mask `free` move."""
    numpy = needs("numpy")
    needs("scipy")
    x = numpy.array(start, float)
    ends = limits or [(-numpy.inf, numpy.inf)] * len(x)
    low, high = (numpy.array([one[k] for one in ends])[free] for k in (0, 1))
    x[free] = numpy.clip(x[free], low, high)
    seen, optimize = Once(model, x, free, told), needs("scipy.optimize")
    with numpy.errstate(all="ignore"):
        result = optimize.least_squares(
            seen.values, seen.start, jac=seen.slopes, bounds=(low, high), method="trf", x_scale="jac", loss=loss, f_scale=scale,
            ftol=tolerance, xtol=tolerance, gtol=tolerance, max_nfev=calls * (int(free.sum()) + 1),
        )  # fmt: skip
        x[free] = result.x
        end = model.at(_snapped(x, limits))
        if loss != "linear":
            return end
        inside = free & ~on_edge(end.x, limits)
        other = polished(model, end, inside) if inside.any() else end
        return other if not limits or within(other.x, limits) else end


def on_edge(x: Any, limits: Limits | None) -> Any:
    """A mask of the parameters that lie on a bound."""
    numpy = needs("numpy")
    if not limits:
        return numpy.zeros(len(x), bool)
    return numpy.array(
        [any(math.isfinite(end) and abs(a - end) <= EDGE * max(abs(end), TINY) for end in ends) for a, ends in zip(x, limits)]
    )


def _snapped(x: Any, limits: Limits | None) -> Any:
    """What is on a bound up to rounding, exactly there."""
    numpy = needs("numpy")
    if not limits:
        return x
    nearest = [low if abs(a - low) <= abs(a - high) else high for a, (low, high) in zip(x, limits)]
    return numpy.where(on_edge(x, limits), nearest, x)


def within(x: Any, limits: Limits) -> bool:
    """Whether all parameters are between their bounds."""
    return all(low <= a <= high for a, (low, high) in zip(x, limits))
