"""The least sum of squares where predictors are uncertain too, and the distances that it is a sum of."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving.bounds import Limits
from autodiff.solving.fitting import bounded, odr
from autodiff.solving.fitting.least import least, length, step
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.fitting.points import Points
from autodiff.solving.fitting.search import Found, looked
from autodiff.solving.objective import Told

POLISHED = 10  # steps of Gauss and Newton at the end
SETTLED = 1e-6  # of the root of the sum: so far may moved predictors be from where they fit best


class Aside(NamedTuple):
    """Beside the residuals: by how much each uncertain predictor was moved (a row of `moved` for each), the fitted value less the
    target there, the derivatives by these predictors, and `wide`, the standard deviation of target and predictors together, in the
    unit of the target.
    """

    moved: Any
    misfit: Any
    tilts: Any
    wide: Any


class Distances:
    """Goes down from any start. Of Σ (misfit/σ)² + Σ (moved/u)², least by the moves, the residual of a row is misfit·wide/σ² with
    wide² = σ² + Σ (tilt·u)², and its derivative by a parameter is that of the fitted value over `wide`, exactly.
    """

    scale = 1.0

    def __init__(self, model: Model, limits: Limits | None, told: Told) -> None:
        numpy = needs("numpy")
        self.model, self.limits, self.told = model, limits, told
        self.names = [*model.points.spread]
        self.x = numpy.array([model.points.columns[name] for name in self.names], float)
        self.u = numpy.array([model.points.spread[name] for name in self.names], float)

    def found(self, start: Any, way: str) -> Found:
        """The least sum from a start; from the ordinary fit, where that leads nowhere."""
        numpy = needs("numpy")
        found = self._looked(self._lowered(start), way)
        if found.has_arrived:
            return found
        free = numpy.ones(len(start), bool)
        if self.limits:
            plain = bounded.least(self.model, start, free, self.limits, "linear", 1.0, self.told)
        else:
            plain = least(self.model, start, free, self.told)
        other = self._looked(self._lowered(plain.x), way)
        return other if other.has_arrived or other.end.sum < found.end.sum else found

    def _looked(self, end: Residuals, way: str) -> Found:
        return looked(end, way, ~bounded.on_edge(end.x, self.limits))

    def _lowered(self, start: Any) -> Residuals:
        """What odrpack finds, polished."""
        with needs("numpy").errstate(all="ignore"):
            x, moved = odr.lowered(self.at_columns, self.model.points, self.x, self.u, start, self.limits)
            return self._polished(self.at(x, moved))

    def at_columns(self, x: Any, columns: Any) -> tuple[Any, Any, Any]:
        """Fitted values, and their derivatives by the parameters and by the uncertain predictors."""
        self.model.calls += 1
        self.told(self.model.calls, None)
        values, slopes = self.model.elsewhere(x, dict(zip(self.names, columns)), len(self.model.points.y), self.names)
        many = len(self.model.names)
        return values, slopes[:, :many], slopes[:, many:].T

    def at(self, x: Any, moved: Any) -> Residuals:
        """The residuals where predictors are moved; what the moves would still gain is taken as gained."""
        numpy, points = needs("numpy"), self.model.points
        values, slopes, tilts = self.at_columns(x, self.x + moved)
        wide = numpy.sqrt(points.sigma**2 + ((tilts * self.u) ** 2).sum(axis=0))
        misfit = values - points.y
        r = (misfit - (tilts * moved).sum(axis=0)) / wide
        return Residuals(numpy.array(x, float), r, slopes / wide[:, None], Aside(moved, misfit, tilts, wide))

    def best_moves(self, at: Residuals, change: Any) -> Any:
        """Where the predictors fit best if the formula is straight, after a change of the parameters."""
        aside = at.aside
        return -(self.u**2) * aside.tilts * ((at.r + at.jacobian @ change) / aside.wide)

    def _polished(self, end: Residuals) -> Residuals:
        """The same, to the digits that the derivatives know and the sum of squares does not."""
        numpy = needs("numpy")
        free = ~bounded.on_edge(end.x, self.limits)
        if not end.is_finite or not free.any():
            return end
        size, total = self.unsettled(end) + length(step(end, free), end, free), self.total(end)
        for _ in range(POLISHED):
            change = numpy.zeros(len(end.x))
            change[free] = step(end, free)
            if self.limits and not bounded.within(end.x + change, self.limits):
                return end
            other = self.at(end.x + change, self.best_moves(end, change))
            if not other.is_finite:
                return end
            after = self.unsettled(other) + length(step(other, free), other, free)
            if not after < size or not self.total(other) <= total * (1 + 1e-12):
                return end
            end, size, total = other, after, self.total(other)
        return end

    def total(self, at: Residuals) -> float:
        """The sum of squares of the target and of all uncertain predictors."""
        return math.fsum(parts(self.model.points, at))

    def unsettled(self, at: Residuals) -> float:
        """How far the moved predictors are from where they fit best, in standard uncertainties."""
        numpy = needs("numpy")
        rest = self.best_moves(at, numpy.zeros(len(at.x))) - at.aside.moved
        return float(numpy.linalg.norm(rest / numpy.where(self.u == 0, 1.0, self.u)))

    def has_settled(self, at: Residuals) -> bool:
        """Whether the moved predictors are where they fit best."""
        return self.unsettled(at) <= SETTLED * max(math.sqrt(self.total(at)), SETTLED)


def parts(points: Points, at: Residuals) -> list[float]:
    """The sums of squares of the target and of each uncertain predictor."""
    sizes = [at.aside.misfit / points.sigma]
    for u, moved in zip(points.spread.values(), at.aside.moved):
        sizes.append(moved / needs("numpy").where(u == 0, 1.0, u))
    return [float((size**2).sum()) for size in sizes]
