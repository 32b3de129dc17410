"""Correlations between inputs: whether they can hold together, and what a quadratic form makes of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from autodiff.errors import AutodiffError, listed
from autodiff.messages import say, series

SLACK = 1e-9
"""How far below 0 a pivot may fall: correlations are rounded when they are written."""
Pair = tuple[str, str]


class Correlations:
    """The correlations that are not 0, by pairs of names, each pair once."""

    def __init__(self, pairs: Mapping[Pair, float] | None = None) -> None:
        self.pairs = {pair: r for pair, r in (pairs or {}).items() if r}

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def between(self, one: str, other: str) -> float:
        """The correlation of two inputs."""
        return 1.0 if one == other else self.pairs.get((one, other), self.pairs.get((other, one), 0.0))

    def matrix(self, names: Sequence[str]) -> list[list[float]]:
        """All correlations of some inputs."""
        return [[self.between(one, other) for other in names] for one in names]

    def times(self, terms: Mapping[str, float]) -> dict[str, float]:
        """The product of the matrix and a vector."""
        sums = {name: [x] for name, x in terms.items()}
        for (one, other), r in self.pairs.items():
            if one in terms and other in terms:
                sums[one].append(r * terms[other])
                sums[other].append(r * terms[one])
        return {name: math.fsum(parts) for name, parts in sums.items()}

    def groups(self, names: Sequence[str]) -> list[list[str]]:
        """The inputs that hang together, each group in the order of the names."""
        group = {name: {name} for name in names}
        for one, other in self.pairs:
            if one in group and other in group and group[one] is not group[other]:
                joined = group[one] | group[other]
                group.update(dict.fromkeys(joined, joined))
        return [
            [name for name in names if name in some]
            for k, some in enumerate(group.values())
            if names[k] == min(some, key=names.index)
        ]


def checked(pairs: Mapping[Pair, float], known: Sequence[str], uncertain: Sequence[str]) -> Correlations:
    """Correlations of the inputs that have an uncertainty.

    Raises AutodiffError for one beyond [-1, 1], of an input that there is not, or that cannot hold together with the others.
    """
    once: dict[Pair, float] = {}
    for (one, other), r in pairs.items():
        for name in (one, other):
            if name not in known:
                raise _wrong(say("'{name}' is no input", name=name), listed(known))
            if name not in uncertain:
                hint = say("give it an uncertainty, or leave its correlation out")
                raise _wrong(say("'{name}' has no uncertainty, so it is correlated with nothing", name=name), hint)
        if not -1 <= r <= 1:
            message = say("the correlation of {one} and {other} is not between -1 and 1", one=one, other=other)
            raise _wrong(message, say("write {spelling}", spelling=f"--corr {one},{other}=0.3"))
        if one == other:
            if r != 1:
                raise _wrong(say("the correlation of {name} with itself is 1", name=one), say("leave it out"))
            continue
        before = once.get((other, one), once.get((one, other)))
        if before is not None and before != r:
            message = say("the correlation of {one} and {other} is given twice, and differs", one=one, other=other)
            raise _wrong(message, say("keep one of them"))
        if before is None:
            once[one, other] = r
    found = Correlations(once)
    _check(found, [name for name in uncertain if any(name in pair for pair in found.pairs)])
    return found


def _wrong(message: str, hint: str) -> AutodiffError:
    return AutodiffError("E042", message, hint)


def _check(found: Correlations, names: Sequence[str]) -> None:
    """Raise an error where no inputs can be correlated so: some sum of them would have a negative variance."""
    factor(found.matrix(names), names)


def factor(matrix: list[list[float]], names: Sequence[str]) -> list[list[float]]:
    """A matrix L with L times its transpose the matrix: Cholesky's method with pivots, which takes one of any rank.

    Raises AutodiffError where there is none.
    """
    n = len(names)
    rest, columns, left = [row[:] for row in matrix], list[list[float]](), list(range(n))
    taken: list[int] = []
    while left:
        k = max(left, key=lambda i: rest[i][i])
        pivot = rest[k][k]
        bad = [i for i in left if rest[i][i] < -SLACK] or [
            i for i in left if pivot < SLACK and any(abs(rest[i][j]) > 1e-4 for j in left)
        ]
        if bad:
            some = [names[i] for i in sorted({*taken, *left[:2], bad[0]})]
            message = say("these correlations cannot hold together: their matrix is not positive semi-definite")
            raise _wrong(message, say("check those of {names}", names=series(some)))
        if pivot < SLACK:
            break
        root = math.sqrt(pivot)
        column = [rest[i][k] / root if i in left else 0.0 for i in range(n)]
        columns.append(column)
        left.remove(k)
        taken.append(k)
        for i in left:
            for j in left:
                rest[i][j] -= column[i] * column[j]
    return [[column[i] for column in columns] for i in range(n)]
