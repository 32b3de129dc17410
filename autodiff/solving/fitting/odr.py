"""odrpack's search for the least sum of orthogonal distances, with our derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autodiff.errors import needs
from autodiff.solving.bounds import Limits
from autodiff.solving.fitting.least import above, without_gaps
from autodiff.solving.fitting.points import Points

TIGHT, ITERATIONS = 1e-15, 1000
At = Callable[[Any, Any], tuple[Any, Any, Any]]
"""Fitted values, and their derivatives by parameters and by predictors, at parameters and predictors."""


def lowered(at: At, points: Points, x: Any, u: Any, start: Any, limits: Limits | None) -> tuple[Any, Any]:
    """The parameters, and by how much predictors were moved. odrpack's arrays are its own: what is kept of them is a copy."""
    numpy, odrpack, known = needs("numpy"), needs("odrpack"), dict[bytes, Any]()

    def found(moved: Any, beta: Any) -> Any:
        key = beta.tobytes() + moved.tobytes()
        if key not in known:
            known.clear()
            known[key] = at(numpy.array(beta), numpy.array(moved).reshape(x.shape))
        return known[key]

    def values(moved: Any, beta: Any) -> Any:
        return above(found(moved, beta)[0])

    def slopes(moved: Any, beta: Any) -> Any:
        return without_gaps(found(moved, beta)[1].T[None])

    def tilts(moved: Any, beta: Any) -> Any:
        return without_gaps(found(moved, beta)[2][None])

    exact, ends = u == 0, [list(side) for side in zip(*limits)] if limits else None
    result = odrpack.odr_fit(
        values, x.copy(), points.y.copy(), numpy.array(start, float), jac_beta=slopes, jac_x=tilts,
        weight_x=(1 / numpy.where(exact, 1.0, u) ** 2)[:, None, :], weight_y=points.sigma**-2, fix_x=exact,
        bounds=None if ends is None else (ends[0], ends[1]), sstol=TIGHT, partol=TIGHT, maxit=ITERATIONS,
    )  # fmt: skip
    return result.beta, result.delta.reshape(x.shape)
