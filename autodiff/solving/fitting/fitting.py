"""A fit from beginning to end: the rows, the search, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving import bounds
from autodiff.solving.bounds import Limits
from autodiff.solving.fitting import bounded, orthogonal, robust, sharp, verdict
from autodiff.solving.fitting.distances import Distances
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.least import CALLS, FEW, TOLERANCE, least
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.fitting.points import Asked, Points, read
from autodiff.solving.fitting.profile import profiled
from autodiff.solving.fitting.search import Found, looked, search
from autodiff.solving.objective import Told, nothing_moves

ROUNDS, SAME = 20, 1e-3  # of estimating the scatter that a robust loss is measured against, and when that is settled
BETTER = 3  # times that a profile may meet a better fit


class Manner(NamedTuple):
    """How to fit. `scale` of 0 is estimated; `starts` are tried beside the given one."""

    level: float = 0.95
    is_absolute: bool = False
    loss: str = "linear"
    scale: float = 0.0
    bounds: str = ""
    starts: int = 0
    seed: int = 0
    profiles: bool = True


class Fitted(NamedTuple):
    """A fit with its profile intervals; none where it failed, and where there is a loss other than squares."""

    fit: Fit
    intervals: dict[str, tuple[float, float]]


class Fitter:
    """Goes down from any start, in one manner."""

    def __init__(self, model: Model, manner: Manner, limits: Limits | None, told: Told) -> None:
        self.model, self.manner, self.limits, self.told = model, manner, limits, told
        self.scale = manner.scale

    def lower(self, start: Any, free: Any, tolerance: float = TOLERANCE, calls: int = CALLS) -> Residuals:
        """The least sum from a start."""
        if not self.limits and self.manner.loss == "linear":
            return least(self.model, start, free, self.told, tolerance, calls)
        loss, scale = self.manner.loss, self.scale or 1.0
        return bounded.least(self.model, start, free, self.limits, loss, scale, self.told, tolerance, calls)

    def found(self, start: Any, way: str) -> Found:
        """The same, looked at."""
        end = self.lower(start, needs("numpy").ones(len(start), bool), calls=FEW if way in ("linear", "starts") else CALLS)
        if self.manner.loss != "linear" and not self.manner.scale:
            end = self._settled(end)
        free = ~bounded.on_edge(end.x, self.limits)
        if self.manner.loss == "linear" and sharp.is_near(self.model, end):
            end = sharp.sharpened(self.model, end, free)
        if self.manner.loss == "linear":
            return looked(end, way, free)
        flat = robust.squared(end, self.manner.loss, self.scale)
        return looked(flat, way, free)._replace(end=end, cost=robust.cost(end.r, self.manner.loss, self.scale))

    def _settled(self, end: Residuals) -> Residuals:
        """With the scatter of the residuals as the scale, until that does not change any more."""
        self.scale = 0.0
        for _ in range(ROUNDS):
            size = robust.scatter(end.r)
            if not size or abs(size - self.scale) <= SAME * size:
                break
            self.scale = size
            end = self.lower(end.x, needs("numpy").ones(len(end.x), bool))
        self.scale = self.scale or 1.0
        return end


def fitted(asked: Asked, start: Mapping[str, float], fixed: Mapping[str, float], manner: Manner, told: Told) -> Fitted:
    """The parameters that fit best; what goes wrong on the way is a condition. Raises AutodiffError for what cannot be begun."""
    points = read(asked, {**start, **fixed})
    if asked.orthogonal:
        orthogonal.checked(points)
    with needs("numpy").errstate(all="ignore"):
        return of_points(points, start, fixed, manner, told)


def of_points(points: Points, start: Mapping[str, float], fixed: Mapping[str, float], manner: Manner, told: Told) -> Fitted:
    """The same, of rows that are read."""
    used = points.plan.fixed
    names = [name for name in start if name in used]
    if not names:
        raise nothing_moves()
    begin = [start[name] for name in names]
    limits = bounds.read(manner.bounds, names, begin) if manner.bounds else None
    model = Model(points, names, {name: x for name, x in fixed.items() if name in used})
    verdict.check(model, begin)
    fitter = Distances(model, limits, told) if points.asked.orthogonal else Fitter(model, manner, limits, told)
    found = search(model, begin, fitter.found, manner.starts, manner.seed, limits)
    if manner.loss != "linear" and found.starts > 1:  # the scale of the best start, not of the last
        found = fitter.found(found.end.x, found.way)._replace(starts=found.starts)
    for _ in range(BETTER):
        fit = _fit(model, begin, found, manner, fitter)
        if isinstance(fitter, Distances) or not manner.profiles or fit.has_failed or not fit.can_be_judged:
            return Fitted(fit, {})
        if sharp.is_near(model, found.end):  # so near a line that the profile is one
            return Fitted(fit, fit.student)
        ends = profiled(fit, fitter.lower, limits)
        if ends.better is None:
            return Fitted(fit, ends.intervals)
        found = fitter.found(ends.better.x, "profile")
    return Fitted(_fit(model, begin, found, manner, fitter), {})


def _fit(model: Model, begin: Sequence[float], found: Found, manner: Manner, fitter: Fitter | Distances) -> Fit:
    condition, message = verdict.judged(model, begin, found)
    kind, points = Fit, model.points
    if isinstance(fitter, Distances):
        kind, wrong = orthogonal.Orthogonal, orthogonal.unsettled(found, fitter)
        condition, message = ("limit", wrong) if wrong else (condition, message)
    fit = kind(
        points.asked, points, model, tuple(begin), found, found.free, manner.level, manner.is_absolute, manner.loss, fitter.scale,
        condition, message, fitter.limits is not None,
    )  # fmt: skip
    return replace(fit, more=verdict.remarks(fit))
