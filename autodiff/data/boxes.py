"""Boxes around records: for every column its least and its greatest number, and how small one may be that is not 0."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from autodiff.data.batch import BLOCK
from autodiff.numbers.intervals import Interval

Columns = Mapping[str, Any]


class Box(NamedTuple):
    """The least number, the greatest, and the least size of one that is not 0, which is 0 while it is not known."""

    ends: dict[str, tuple[float, float, float]]

    def has(self, other: Box) -> bool:
        """Whether another box lies within."""
        return all(a <= c and d <= b and g <= h for (a, b, g), (c, d, h) in zip(self.ends.values(), other.ends.values()))

    def around(self, other: Box) -> Box:
        """The least box around both."""
        pairs = zip(self.ends.items(), other.ends.values())
        return Box({name: (min(a, c), max(b, d), min(g, h)) for (name, (a, b, g)), (c, d, h) in pairs})

    def wider(self, held: Collection[tuple[str, int]] = ()) -> Box:
        """A box twice as wide where numbers have both signs, and else one that goes on to the half and the double; but for the ends
        that are held, the lower one being 0 and the upper one 1.
        """
        return Box({name: (*_wider(a, b, (name, 0) in held, (name, 1) in held), g / 2) for name, (a, b, g) in self.ends.items()})

    def finer(self, columns: Columns) -> Box:
        """The same with the least sizes, where there may be zeros."""
        return Box({name: (a, b, least(columns[name]) if a <= 0 <= b else 0.0) for name, (a, b, _) in self.ends.items()})

    @property
    def intervals(self) -> dict[str, Interval]:
        """What each column may be."""
        return {name: Interval(np.float64(a), np.float64(b), np.float64(g)) for name, (a, b, g) in self.ends.items()}


def _wider(a: float, b: float, low: bool, high: bool) -> tuple[float, float]:
    margin = min((b - a) / 2, 1e300)
    return (
        a if low else a / 2 if a > 0 else max(a - margin, 2 * a) if b <= 0 else a - margin,
        b if high else b / 2 if b < 0 else min(b + margin, 2 * b) if a >= 0 else b + margin,
    )


def box(columns: Columns, marked: Any) -> tuple[Columns, Box] | None:
    """The box around the records that consist of finite numbers, one of which stands in place of each of the others: these are
    marked. None where there is no other.
    """
    if marked.size and not _is_finite(found := _box(columns)):
        for x in columns.values():
            marked |= ~np.isfinite(x)
        some = int(np.argmin(marked))
        columns = {name: np.where(marked, x[some], x) for name, x in columns.items()}
        found = _box(columns)
    return None if marked.all() else (columns, found)


def _box(columns: Columns) -> Box:
    return Box({name: (float(x.min()), float(x.max()), 0.0) for name, x in columns.items()})


def _is_finite(box: Box) -> bool:
    return all(a - a == b - b == 0 for a, b, _ in box.ends.values())


def sizes(x: Any) -> Any:
    """How great the numbers are; of 0 it may be said that it is 1, as long as it is asked how small others are."""
    found = np.abs(x)
    return found if found.all() else np.where(found == 0, 1.0, found)


def least(x: Any) -> float:
    """The least size of a number that is not 0, and no more than 1."""
    parts = (sizes(x[start : start + BLOCK]) for start in range(0, x.size, BLOCK))  # whole columns would leave the cache
    return min([float(part.min()) for part in parts], default=1.0)


def blocks(columns: Columns, size: int) -> dict[str, Interval]:
    """The boxes of all blocks, as arrays."""
    starts = list(range(0, size, BLOCK))

    def each(reduced: np.ufunc, x: Any) -> Any:
        return reduced.reduceat(x, starts)

    return {
        name: Interval(each(np.minimum, x), each(np.maximum, x), np.minimum(each(np.minimum, sizes(x)), 1.0))
        for name, x in columns.items()
    }
