"""Losses that grow slower than squares: what they weigh, the scatter that they are measured against, and standard errors."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving.fitting.model import Residuals

NORMAL = 0.6744897501960817
"""Half of a normal distribution lies within so many standard deviations."""


class Weighed(NamedTuple):
    """At each residual: the weight of its square, and the slope of its pull, which is weight times residual."""

    weight: Any
    slope: Any


def weighed(r: Any, loss: str, scale: float) -> Weighed:
    """For residuals; `scale` is from where on the loss grows slower."""
    numpy = needs("numpy")
    z = (r / scale) ** 2
    if loss == "soft_l1":
        first, second = (1 + z) ** -0.5, -0.5 * (1 + z) ** -1.5
    elif loss == "huber":
        large = numpy.maximum(z, 1.0)
        first, second = large**-0.5, numpy.where(z > 1, -0.5 * large**-1.5, 0.0)
    elif loss == "cauchy":
        first, second = 1 / (1 + z), -1 / (1 + z) ** 2
    elif loss == "arctan":
        first, second = 1 / (1 + z * z), -2 * z / (1 + z * z) ** 2
    else:
        first, second = numpy.ones(len(z)), numpy.zeros(len(z))
    return Weighed(first, first + 2 * z * second)


def cost(r: Any, loss: str, scale: float) -> float:
    """The sum of the losses, in the units of the squares."""
    numpy = needs("numpy")
    z = (r / scale) ** 2
    grown = {
        "soft_l1": lambda: 2 * (numpy.sqrt(1 + z) - 1),
        "huber": lambda: numpy.where(z > 1, 2 * numpy.sqrt(z) - 1, z),
        "cauchy": lambda: numpy.log1p(z),
        "arctan": lambda: numpy.arctan(z),
    }
    return scale**2 * float(grown.get(loss, lambda: z)().sum())


def squared(end: Residuals, loss: str, scale: float) -> Residuals:
    """The least squares problem that has its minimum at the same place."""
    root = needs("numpy").sqrt(weighed(end.r, loss, scale).weight)
    return Residuals(end.x, end.r * root, end.jacobian * root[:, None])


def variance(r: Any, parameters: int, loss: str, scale: float) -> float:
    """What the inverse of JᵀJ is multiplied with (Huber 1981, section 7.6, the first of his three formulas)."""
    numpy = needs("numpy")
    n, found = len(r), weighed(r, loss, scale)
    pull, mean = found.weight * r, float(found.slope.mean())
    if n <= parameters or not mean > 0:
        return math.nan
    grown = 1 + parameters / n * float(numpy.var(found.slope)) / mean**2
    return grown**2 * float(pull @ pull) / (n - parameters) / mean**2


def scatter(r: Any) -> float:
    """The standard deviation of residuals, as their median absolute deviation tells it."""
    numpy = needs("numpy")
    return float(numpy.median(abs(r))) / NORMAL
