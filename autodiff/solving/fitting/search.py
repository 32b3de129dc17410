"""A fit that does not stop where it stalls: linear parameters are solved for, then other starts are tried."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving.bounds import Limits, kept
from autodiff.solving.fitting.least import length, step
from autodiff.solving.fitting.model import Model, Residuals

ARRIVED, SMALL = 1e-4, 1e-8  # of the relative offset (Bates and Watts 1981), and of a step relative to the parameter
SINGULAR = 1e-12  # the least singular value of the Jacobian with columns of one length, relative to the largest
AGAIN = 20  # starts that are tried where all else stalls
LOOKS = 10  # points at which the Jacobian is looked at, to see whether it can ever be regular
WIDTH = 1.5  # how far other starts scatter: the standard deviation of the logarithm of a factor
WORK = 10_000  # evaluations after which no further start is tried that nobody asked for


class Found(NamedTuple):
    """Where a search ended, and by which way it came there: direct, linear or starts. `offset` is the relative offset."""

    end: Residuals
    way: str
    offset: float
    weakest: float
    """The least singular value, relative to the largest, of the Jacobian with columns of one length."""
    direction: Any
    """The change of parameters, relative to each, that the residuals feel least."""
    starts: int = 1
    free: Any = None
    """A mask of the parameters that no bound holds."""
    cost: float = math.inf
    """What is least: the sum of squares, or of losses."""

    @property
    def has_arrived(self) -> bool:
        """Whether this is a least sum of squares, and no parameter is free there."""
        return self.weakest > SINGULAR and (self.offset < ARRIVED or self._is_still)

    @property
    def _is_still(self) -> bool:
        return bool((abs(step(self.end, self.free)) <= SMALL * abs(self.end.x[self.free])).all())


Lower = Callable[[Any, str], Found]
"""Goes down from a start, by a way that it names."""


def looked(end: Residuals, way: str, free: Any) -> Found:
    """What is to be known of an end, where the parameters in the mask `free` can move."""
    numpy = needs("numpy")
    slopes = end.jacobian[:, free]
    n, p = slopes.shape
    if not p:
        return Found(end, way, 0.0, 1.0, numpy.zeros(len(free)), free=free, cost=end.sum)
    sizes = numpy.linalg.norm(slopes, axis=0)
    whole = sizes > 0
    _, values, directions = numpy.linalg.svd(slopes / numpy.where(whole, sizes, 1.0), full_matrices=False)
    weakest = float(values[-1] / values[0]) if values[0] > 0 and whole.all() else 0.0
    direction = numpy.zeros(len(free))
    direction[free] = numpy.where(whole, directions[-1] / numpy.where(whole, sizes, 1.0), 0.0) if whole.all() else ~whole
    moved = length(step(end, free), end, free)
    rest = math.sqrt(max(end.sum - moved * moved, 0.0))
    offset = moved / rest * math.sqrt(max(n - p, 1) / p) if rest > 0 else 0.0 if not moved else math.inf
    return Found(end, way, offset, weakest, direction, free=free, cost=end.sum)


def search(model: Model, start: Any, lower: Lower, more: int, seed: int, limits: Limits | None) -> Found:
    """The least sum that is found from a start; `more` starts beside it are tried in any case."""
    found = lower(start, "direct")
    if not found.has_arrived and not more:
        found = _better(found, _linear(model, start, lower, limits))
    if more or (not found.has_arrived and not _is_bare(model, start)):
        found = _scattered(model, start, found, lower, more, seed, limits)
    if found.way != "direct" and not found.has_arrived:  # what was tried briefly
        found = _better(found, lower(found.end.x, "direct")._replace(way=found.way, starts=found.starts))
    return found


def _is_bare(model: Model, start: Any) -> bool:
    """Whether the formula has too many parameters wherever one looks: then no other start helps."""
    numpy = needs("numpy")
    random = numpy.random.default_rng(0)
    for k in range(LOOKS):
        at = model.at(_elsewhere(start, k, random))
        if at.is_finite and looked(at, "", numpy.ones(len(start), bool)).weakest > SINGULAR:
            return False
    return True


def _better(one: Found, other: Found | None) -> Found:
    """The lower end; of two that are equally low, the one that is an end."""
    if other is None or not other.cost <= one.cost * (1 + SMALL):
        return one
    return other if other.cost < one.cost * (1 - SMALL) or (other.has_arrived and not one.has_arrived) else one


def straight(model: Model, start: Any) -> Any:
    """A mask of parameters in which the formula is linear, all together."""
    numpy = needs("numpy")
    bends = [abs(model.bends(x)).max(axis=0, initial=0.0) for x in (numpy.array(start, float), numpy.array(start) * 1.1 + 0.01)]
    together = numpy.maximum(*bends)
    found: list[int] = []
    for k in range(len(model.names)):
        if not together[k, [*found, k]].any():
            found.append(k)
    mask = numpy.zeros(len(model.names), bool)
    mask[found] = True
    return mask


def solved(model: Model, start: Any, mask: Any) -> Any:
    """The start with its linear parameters where they fit best."""
    numpy = needs("numpy")
    at = model.at(start)
    x = numpy.array(start, float)
    if at.is_finite:
        x[mask] += step(at, mask)
    return x


def _linear(model: Model, start: Any, lower: Lower, limits: Limits | None) -> Found | None:
    mask = straight(model, start)
    if not mask.any() or mask.all():
        return None
    return lower(kept([*map(float, solved(model, start, mask))], limits), "linear")


def _scattered(model: Model, start: Any, found: Found, lower: Lower, more: int, seed: int, limits: Limits | None) -> Found:
    """The best of many starts, with the linear parameters solved for."""
    many, is_asked = more or AGAIN, bool(more)
    numpy = needs("numpy")
    random = numpy.random.default_rng(seed)
    mask = straight(model, start)
    tried, most = 0, model.calls + WORK
    while tried < many and (is_asked or model.calls < most):
        x = _elsewhere(start, tried, random)
        tried += 1
        x = solved(model, x, mask) if mask.any() and not mask.all() else x
        x = kept([*map(float, x)], limits)
        if model.at(x).is_finite:
            found = _better(found, lower(x, "starts"))
    return found._replace(starts=tried + 1)


def _elsewhere(start: Any, k: int, random: Any) -> Any:
    """Another start: each parameter is multiplied by a random factor, and every second time one of them, in turn, changes sign."""
    numpy = needs("numpy")
    x = numpy.where(numpy.array(start) == 0, 1.0, start) * numpy.exp(WIDTH * random.standard_normal(len(start)))
    if k % 2:
        x[k // 2 % len(x)] *= -1
    return x
