"""Points to judge a formula at: signs, magnitudes, both tails, every branch, and both sides of every special point."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise

from autodiff.tape import Apply, Const, Tape
from autodiff.trust.landmarks import Region, landmarks

Point = dict[str, float]

NICE = (1.0, 2.0, -1.0, 3.0, 0.5, -2.0, 5.0, -0.5, 1.5, 0.25, -3.0, -1.5, 0.1, -0.25, 10.0, -5.0, -0.1, -10.0)
FAR = (20.0, 50.0, 100.0, 700.0, 1000.0, 21.0, 30.0, 200.0)
TINY = (0.001, 0.01)
POOLS = ((2.0, 3.0, 5.0, 1.5, 7.0), (0.5, 0.25, 0.75, 0.1, 0.9), (-1.0, -2.0, -3.0, -0.5, -5.0), (2.0, -1.0, 3.0, -2.0, 0.5))
MOST = 240  # points
WORK = 400_000  # operations spent on looking for special points, and again on points
LINES = 24  # along which special points are looked for
CONSTANTS = 24  # numbers of the formula that are tried as values
NEAR = (1e-3, 1e-6)  # how far from a special point, relative to it or to 1
HALVINGS, THIRDS = 64, 40

Reading = tuple[float, Region, list[float]]
"""A value of one variable, on which side of everything it lies, and how far from it."""


def points(tapes: Sequence[Tape], free: Sequence[str], given: Mapping[str, float], special: bool = True) -> list[Point]:
    """Points of the free variables with the given ones, the simplest first. The same for the same formulas.

    Looking for the special points takes long; `special` says whether it is done.
    """
    if not free:
        return [dict(given)]
    size = sum(len(tape.nodes) for tape in tapes)
    most = max(12, min(MOST, WORK // (10 * size)))
    bases = [{**given, **base} for base in _bases(free)]
    grid = _grid(tapes)
    survey = Survey(tapes if special else (), size)
    lines = [(base, name) for base in (bases if len(free) == 1 else bases[:4]) for name in free][: 1 if len(free) == 1 else LINES]
    near = spread([point for base, name in lines for point in survey.along(base, name, grid)], most // 3)
    on_lines = ({**base, name: x} for x in sorted(grid, key=simplicity) for base, name in lines)
    chosen = chain(bases[: max(8, most // 3)], near, on_lines)
    distinct: dict[tuple[float, ...], Point] = {}
    for point in chosen:
        distinct.setdefault(tuple(point.values()), point)
        if len(distinct) >= most:
            break
    return sorted(distinct.values(), key=lambda point: sum(simplicity(point[name]) for name in free))


def spread(found: Sequence[Point], most: int) -> list[Point]:
    """So many of a list, evenly."""
    if len(found) <= most:
        return list(found)
    return [found[k * len(found) // most] for k in range(most)]


def simplicity(x: float) -> float:
    """Small for numbers that are easy to compute with by hand."""
    return len(repr(abs(x)).removesuffix(".0")) + (0.5 if x < 0 else 0.0) + (3.0 if x == 0 else min(abs(x), 1e3) / 1e3)


def _bases(free: Sequence[str]) -> Iterator[Point]:
    """Points that differ in all variables at once."""
    if len(free) == 1:
        yield from ({free[0]: x} for x in NICE)
        return
    for pool in POOLS:
        for shift in range(3):
            yield {name: pool[(k + shift) % len(pool)] * (1 + (k + shift) // len(pool)) for k, name in enumerate(free)}
    rng = random.Random(2)
    for _ in range(20):
        yield {name: rng.choice(NICE) for name in free}


def _grid(tapes: Sequence[Tape]) -> list[float]:
    """The values that each variable takes in turn: the numbers of the formula are among them."""
    sizes = [*NICE, *FAR, *(-x for x in FAR), *TINY, *(-x for x in TINY), 0.0]
    own = dict.fromkeys(node.value for tape in tapes for node in tape.nodes if isinstance(node, Const))
    near = [y for x in list(own)[:CONSTANTS] for y in (x, -x, x + 0.001, x - 0.001)]
    return sorted({x + 0.0 for x in [*sizes, *near] if abs(x) <= 1e6})


class Survey:
    """Looks along lines for the places where the region changes, within a bound of work."""

    def __init__(self, tapes: Sequence[Tape], size: int) -> None:
        self._landmarks = [found for tape in tapes if (found := landmarks(tape))]
        self._cost, self._left = 1 + sum(isinstance(n, Apply) for tape in tapes for n in tape.nodes) + size // 4, WORK

    def along(self, base: Point, name: str, grid: Sequence[float]) -> Iterator[Point]:
        """Points on both sides of every special point that is met while one variable runs through a grid."""
        if not self._landmarks:
            return
        read = [(x, *self._read(base, name, x)) for x in grid]
        read = sorted([*read, *self._hidden(base, name, read)])
        found = [self._edge(base, name, a[0], b[0], a[1]) for a, b in pairwise(read) if a[1] != b[1] and self._left > 0]
        middles = [(a + b) / 2 for a, b in pairwise(found)]
        for x in [*(s + side * size * max(1.0, abs(s)) for s in found for size in NEAR for side in (-1, 1)), *middles]:
            yield {**base, name: x}

    def _read(self, base: Point, name: str, x: float) -> tuple[Region, list[float]]:
        self._left -= self._cost
        read = [marks.read({**base, name: x}) for marks in self._landmarks]
        return tuple([region for region, _ in read]), [gap for _, gaps in read for gap in gaps]

    def _hidden(self, base: Point, name: str, read: Sequence[Reading]) -> Iterator[Reading]:
        """Places between three of the grid where something that seems to turn back before 0 has crossed it."""
        for (low, _, a), (_, region, b), (high, _, c) in zip(read, read[1:], read[2:]):
            for k in range(len(b) if len(a) == len(b) == len(c) else 0):
                if a[k] * b[k] > 0 and b[k] * c[k] > 0 and abs(b[k]) < min(abs(a[k]), abs(c[k])):
                    yield from self._lowest(base, name, low, high, k, region)

    def _lowest(self, base: Point, name: str, low: float, high: float, k: int, region: Region) -> Iterator[Reading]:
        """Where one gap is least, by thirds, if it changes its sign there."""
        for _ in range(THIRDS):
            if self._left <= 0:
                return
            inner = low + (high - low) / 3, high - (high - low) / 3
            pair = [(x, *self._read(base, name, x)) for x in inner]
            if crossed := [found for found in pair if found[1] != region and len(found[2]) > k]:
                yield from crossed
                return
            if len(pair[0][2]) <= k or len(pair[1][2]) <= k:
                return
            low, high = (low, inner[1]) if abs(pair[0][2][k]) < abs(pair[1][2][k]) else (inner[0], high)

    def _edge(self, base: Point, name: str, low: float, high: float, region: Region) -> float:
        """Where the region of `low` ends, by bisection."""
        for _ in range(HALVINGS):
            middle = low + (high - low) / 2
            if middle in (low, high) or self._left <= 0:
                break
            if self._read(base, name, middle)[0] == region:
                low = middle
            else:
                high = middle
        return min(low, high, key=simplicity)
