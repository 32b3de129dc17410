"""What is fitted: a formula at all rows at once, as residuals of the target and their derivatives by the parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.passes.again import Again
from autodiff.solving.fitting.points import Points


class Residuals(NamedTuple):
    """At parameters `x`: (f - y)/sigma at each row, and its derivatives by the parameters, a column for each. `aside` tells more
    where predictors move too.
    """

    x: Any
    r: Any
    jacobian: Any
    aside: Any = None

    @property
    def sum(self) -> float:
        """The sum of squares."""
        return float(self.r @ self.r)

    @property
    def is_finite(self) -> bool:
        """Whether there is a value at all rows."""
        numpy = needs("numpy")
        return bool(numpy.isfinite(self.r).all() and numpy.isfinite(self.jacobian).all())


class Model:
    """A formula over the rows of `points`: `names` move, the others are `fixed`. `calls` counts evaluations."""

    def __init__(self, points: Points, names: Sequence[str], fixed: dict[str, float]) -> None:
        self.points, self.names, self.fixed = points, tuple(names), fixed
        self.formula, self.calls = points.plan.formula, 0

    @cached_property
    def _slopes(self) -> Again:
        return self._again(False)

    @cached_property
    def _bends(self) -> Again:
        return self._again(True)

    def _again(self, hessian: bool) -> Again:
        numbers = {**self.fixed, **dict.fromkeys(self.names, 0.0)}
        program = self.formula.program({**self.points.columns, **numbers}, self.names, hessian)
        return Again(program, self.points.columns, len(self.points.y))

    def _numbers(self, x: Any) -> dict[str, float]:
        return {**self.fixed, **dict(zip(self.names, map(float, x), strict=True))}

    def at(self, x: Any) -> Residuals:
        """The residuals and their Jacobian."""
        self.calls += 1
        numpy, points = needs("numpy"), self.points
        value, *slopes = self._slopes.at(self._numbers(x))
        jacobian = numpy.array(slopes).T / points.sigma[:, None]
        return Residuals(numpy.array(x, float), (value - points.y) / points.sigma, jacobian)

    def elsewhere(self, x: Any, columns: Mapping[str, Any], rows: int, wrt: Sequence[str] = ()) -> tuple[Any, Any]:
        """Values where predictors have other ones, and derivatives by the parameters and by those in `wrt`, a column for each."""
        numpy, names = needs("numpy"), [*self.names, *wrt]
        found = self.formula.vectorized({**self.points.columns, **self._numbers(x), **columns}, engine="numpy", wrt=names)
        slopes = numpy.empty((rows, len(names)))
        for k, name in enumerate(names):
            slopes[:, k] = found.gradient[name]
        return numpy.array(numpy.broadcast_to(found.value, (rows,)), float), slopes

    def bends(self, x: Any) -> Any:
        """The second derivatives of the residuals by two parameters: an array of rows × parameters × parameters."""
        numpy, points, n = needs("numpy"), self.points, len(self.names)
        found = dict(zip(self._bends.program.slopes, self._bends.at(self._numbers(x))[1:], strict=True))
        bends = numpy.zeros((len(points.y), n, n))
        for i, one in enumerate(self.names):
            for j, other in enumerate(self.names[: i + 1]):
                slopes = found[one, other] if (one, other) in found else found[other, one]
                bends[:, i, j] = bends[:, j, i] = slopes / points.sigma
        return bends
