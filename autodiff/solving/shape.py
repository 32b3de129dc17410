"""What the second derivatives say of a point where the gradient is 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.solving.linear import eliminated
from autodiff.solving.objective import Objective, Place

MOST = 30  # variables whose second derivatives are looked at
SWEEPS = 60


def is_minimum(objective: Objective, place: Place) -> bool:
    """Whether the second derivatives say that a minimum is nearer than anybody asks."""
    found = _bends(objective, place)
    return bool(found) and min(found) > 0 and place.norm / min(found) <= 1e-5 * (1 + math.hypot(*place.x))


def promised(objective: Objective, place: Place) -> float:
    """How much lower the value is at the minimum, as the second derivatives have it; infinite where they know of none. In whatever
    units the variables are measured, it is the same.
    """
    matrix = _seconds(objective, place)
    sizes = [math.sqrt(row[i]) if row[i] > 0 else math.nan for i, row in enumerate(matrix)]
    scaled = [[x / (sizes[i] * sizes[j]) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
    if not scaled or not all(map(math.isfinite, sizes)) or not min(eigenvalues(scaled)) > 0:
        return math.inf
    slopes = [g / size for g, size in zip(place.gradient, sizes)]
    step = eliminated(scaled, slopes)
    return math.inf if step is None else sum(a * b for a, b in zip(step, slopes)) / 2


def shape(objective: Objective, place: Place) -> str:
    """A minimum, a maximum, a saddle; or that the second derivatives do not tell."""
    found = _bends(objective, place)
    size = 1e-12 * max(map(abs, found), default=0.0)
    if all(x > size for x in found) and size:
        return say("this is a minimum")
    if any(x > size for x in found) and any(x < -size for x in found):
        return say("this is a saddle")
    if all(x < -size for x in found) and size:
        return say("this is a maximum")
    return say("the second derivatives do not say what this point is")


def _bends(objective: Objective, place: Place) -> list[float]:
    """The eigenvalues of the second derivatives; none where they cannot be had."""
    return eigenvalues(_seconds(objective, place))


def _seconds(objective: Objective, place: Place) -> list[list[float]]:
    """The second derivatives; none where they cannot be had, or are too many."""
    if len(place.x) > MOST:
        return []
    try:
        matrix = objective.second(place.x)
    except AutodiffError:
        return []
    return matrix if all(math.isfinite(x) for row in matrix for x in row) else []


def eigenvalues(matrix: Sequence[Sequence[float]]) -> list[float]:
    """Those of a symmetric matrix, by Jacobi's rotations."""
    a, n = [[*row] for row in matrix], len(matrix)
    for _ in range(SWEEPS):
        off = sum(a[i][j] ** 2 for i in range(n) for j in range(i))
        if not off > 1e-30 * sum(a[i][i] ** 2 for i in range(n)):
            break
        for i in range(n):
            for j in range(i):
                _rotate(a, i, j)
    return [a[i][i] for i in range(n)]


def _rotate(a: list[list[float]], i: int, j: int) -> None:
    """Make one entry beside the diagonal 0."""
    if not a[i][j]:
        return
    angle = 0.5 * math.atan2(2 * a[i][j], a[i][i] - a[j][j])
    c, s = math.cos(angle), math.sin(angle)
    for row in a:
        row[i], row[j] = c * row[i] + s * row[j], c * row[j] - s * row[i]
    a[i], a[j] = [c * x + s * y for x, y in zip(a[i], a[j])], [c * y - s * x for x, y in zip(a[i], a[j])]
