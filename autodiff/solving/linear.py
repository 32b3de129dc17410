"""The step of Newton's method: a small system of linear equations, regular or not."""

from __future__ import annotations

import math
from collections.abc import Sequence

Rows = Sequence[Sequence[float]]


def direction(slopes: Rows, residuals: Sequence[float]) -> list[float]:
    """Where the residuals would be 0 if they were straight; where they are not independent, downhill."""
    found = eliminated(slopes, [-x for x in residuals])
    if found is not None and all(map(math.isfinite, found)):
        return found
    n = len(residuals)
    largest = max((abs(x) for row in slopes for x in row), default=0.0) or 1.0
    rows = [[x / largest for x in row] for row in slopes]
    right = [-x / largest for x in residuals]
    square = [[sum(row[i] * row[j] for row in rows) + 1e-10 * (i == j) for j in range(n)] for i in range(n)]
    downhill = [sum(row[i] * x for row, x in zip(rows, right)) for i in range(n)]
    return eliminated(square, downhill) or downhill


def eliminated(rows: Rows, right: Sequence[float]) -> list[float] | None:
    """The solution by elimination, rows brought to one size; None where there is no single one."""
    n = len(right)
    a = []
    for row, b in zip(rows, right):
        size = max(map(abs, row))
        if not size:
            return None
        a.append([*(x / size for x in row), b / size])
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(a[i][k]))
        if not abs(a[pivot][k]) > 1e-14:
            return None
        a[k], a[pivot] = a[pivot], a[k]
        for i in range(k + 1, n):
            factor = a[i][k] / a[k][k]
            a[i] = [x - factor * y for x, y in zip(a[i], a[k])]
    found = [0.0] * n
    for k in reversed(range(n)):
        found[k] = (a[k][n] - sum(a[k][j] * found[j] for j in range(k + 1, n))) / a[k][k]
    return found
