"""The end of a profile interval by Gauss and Newton's method: all parameters move at once, to where the sum of squares is so large
and least in the others. That takes a handful of evaluations; where it does not arrive, `profile` searches step by step.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving.fitting.model import Model, Residuals

STEPS, WEAK = 12, 1e-10  # at most; and where the others are no longer told apart


class Wanted(NamedTuple):
    """An end of parameter `k` on the side `sign`; the mask `others` follow. The sum of squares is to be `rise` above `base`."""

    k: int
    sign: int
    others: Any
    base: float
    rise: float
    close: float


def end(model: Model, start: Any, wanted: Wanted) -> Residuals | None:
    """The parameters there, from a start; nothing where steps lead to no end."""
    numpy = needs("numpy")
    x = numpy.array(start, float)
    with numpy.errstate(all="ignore"):
        for _ in range(STEPS):
            at = model.at(x)
            if not at.is_finite:
                return None
            move, waste = _step(at, wanted)
            if waste <= wanted.close * wanted.rise and abs(at.sum - wanted.base - wanted.rise) <= 2 * wanted.close * wanted.rise:
                return at
            if move is None:
                return None
            x += move
    return None


def _step(at: Residuals, wanted: Wanted) -> tuple[Any, float]:
    """Where the end would be if the residuals were straight; and what the sum of squares can lose by moving the others alone."""
    numpy = needs("numpy")
    slopes, way = at.jacobian[:, wanted.others], at.jacobian[:, wanted.k]
    sizes = numpy.linalg.norm(slopes, axis=0)
    q, triangle = numpy.linalg.qr(slopes / sizes)
    if not (sizes > 0).all() or (abs(numpy.diag(triangle)) < WEAK).any():
        return None, math.inf
    along, across = q.T @ at.r, q.T @ way
    rest, free = at.r - q @ along, way - q @ across
    square, mixed = float(free @ free), float(rest @ free)
    inside = mixed * mixed - square * (float(rest @ rest) - wanted.base - wanted.rise)
    if not (square > 0 and inside >= 0):
        return None, float(along @ along)
    move = numpy.zeros(len(at.x))
    move[wanted.k] = (wanted.sign * math.sqrt(inside) - mixed) / square
    move[wanted.others] = -numpy.linalg.solve(triangle, along + across * move[wanted.k]) / sizes
    return move, float(along @ along)
