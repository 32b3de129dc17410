"""Points to judge a formula at: signs, magnitudes, both tails, every branch, and both sides of every special point."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise

from autodiff.tape import Apply, Const, Tape
from autodiff.trust.landmarks import Line, Region, landmarks

Point = dict[str, float]

NICE = (1.0, 2.0, -1.0, 3.0, 0.5, -2.0, 5.0, -0.5, 1.5, 0.25, -3.0, -1.5, 0.1, -0.25, 10.0, -5.0, -0.1, -10.0)
FAR = (20.0, 50.0, 100.0, 700.0, 1000.0, 21.0, 30.0, 200.0)
TINY = (0.001, 0.01)
POOLS = ((2.0, 3.0, 5.0, 1.5, 7.0), (0.5, 0.25, 0.75, 0.1, 0.9), (-1.0, -2.0, -3.0, -0.5, -5.0), (2.0, -1.0, 3.0, -2.0, 0.5))
MOST = 240  # points
WORK = 400_000  # operations spent on looking for special points, and again on points
FUNCTION = 4  # sums or products that a function of one argument costs
PLAIN = frozenset({"add", "sub", "mul", "div", "neg", "copy", "if"})
USES = 500_000  # points times operations, times what each point is used for
LINES = 24  # along which special points are looked for
CONSTANTS = 24  # numbers of the formula that are tried as values
NEAR = (1e-3, 1e-6)  # how far from a special point, relative to it or to 1
INSIDE = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)  # of the way from an edge far out to where it was noticed
HALVINGS, THIRDS = 80, 40
FAR_WORK, FAR_LINES, FAR_EDGES = 200_000, 12, 8  # operations, lines, and edges on each of them, beyond the grid
DECADES = (*range(3, 25), *range(28, 309, 8), 308)  # powers of ten at which edges far out, or close to 0, are looked for

Reading = tuple[float, Region, list[float]]
"""A value of one variable, on which side of everything it lies, and how far from it."""


def points(
    tapes: Sequence[Tape], free: Sequence[str], given: Mapping[str, float], special: bool = True, uses: int = 1
) -> list[Point]:
    """Points of the free variables with the given ones, the simplest first. The same for the same formulas.

    Looking for the special points takes long; `special` says whether it is done. There are fewer points if each has many uses.
    """
    if not free:
        return [dict(given)]
    size = sum(map(effort, tapes))
    most = max(12, min(MOST, WORK // (10 * size), USES // (uses * effort(tapes[0]) + size)))
    bases = [{**given, **base} for base in _bases(free)]
    grid = _grid(tapes)
    survey = Survey(tapes if special else ())
    lines = [(base, name) for base in (bases if len(free) == 1 else bases[:4]) for name in free][: 1 if len(free) == 1 else LINES]
    near = spread([point for base, name in lines for point in survey.along(base, name, grid)], most // 3)
    far = spread([point for base, name in lines[:FAR_LINES] for point in survey.beyond(base, name, grid)], most // 4)
    on_lines = ({**base, name: x} for x in sorted(grid, key=simplicity) for base, name in lines)
    chosen = chain(bases[: max(8, most // 3)], near, far, on_lines)
    distinct: dict[tuple[float, ...], Point] = {}
    for point in chosen:
        distinct.setdefault(tuple(point.values()), point)
        if len(distinct) >= most:
            break
    return sorted(distinct.values(), key=lambda point: sum(simplicity(point[name]) for name in free))


def effort(tape: Tape) -> int:
    """About how much work a formula is at a point, in sums and products: a function is more, the more arguments it has."""
    nodes = [node for node in tape.nodes if isinstance(node, Apply)]
    return len(tape.nodes) + sum([FUNCTION * len(node.args) for node in nodes if node.op not in PLAIN])


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

    def __init__(self, tapes: Sequence[Tape]) -> None:
        self._landmarks = [found for tape in tapes if (found := landmarks(tape))]
        self._left = WORK

    def along(self, base: Point, name: str, grid: Sequence[float]) -> Iterator[Point]:
        """Points on both sides of every special point that is met while one variable runs through a grid."""
        if not self._landmarks or self._left <= 0:
            return
        line = Search(self, base, name)
        read = [line.reading(x) for x in grid]
        read = sorted([*read, *line.hidden(read)])
        found = [line.edge(a[0], b[0], a[1]) for a, b in pairwise(read) if a[1] != b[1] and self._left > 0]
        middles = [(a + b) / 2 for a, b in pairwise(found)]
        for x in [*(s + side * size * max(1.0, abs(s)) for s in found for size in NEAR for side in (-1, 1)), *middles]:
            yield {**base, name: x}

    def beyond(self, base: Point, name: str, grid: Sequence[float]) -> Iterator[Point]:
        """Points on both sides of the edges where regions begin that the grid has not met, over the whole range of doubles."""
        if not self._landmarks:
            return
        self._left = min(self._left, 0) + FAR_WORK // FAR_LINES
        line = Search(self, base, name)
        seen = {line.coarse(line.reading(x)[1]) for x in grid}
        large, small = [10.0**k for k in DECADES], [10.0**-k for k in DECADES]
        for sizes in (large, [-x for x in large], small, [-x for x in small]):
            yield from ({**base, name: x} for x in self._new(line, sizes, seen))

    def _new(self, line: Search, sizes: Sequence[float], seen: set[Region]) -> Iterator[float]:
        """Values of one variable on both sides of every edge behind which something new begins, and further behind it."""
        read = [line.reading(x) for x in sizes if self._left > 0]
        read = sorted([*read, *line.hidden(read)], key=lambda found: abs(found[0]), reverse=abs(sizes[0]) < 1)
        edges = 0
        for a, b in pairwise(read):
            if (coarse := line.coarse(b[1])) in seen or edges == FAR_EDGES or self._left <= 0:
                continue
            seen.add(coarse)
            edges += 1
            edge = line.edge(a[0], b[0], a[1])
            yield from (edge * (1 + side * size) for size in NEAR for side in (-1, 1))
            yield from (between(edge, b[0], share) for share in INSIDE)

    def lines(self, base: Point, name: str) -> list[Line]:
        """What each formula meets while one variable varies; to make them costs as much as to read every formula once."""
        self._left -= sum(len(marks.tape.nodes) for marks in self._landmarks)
        return [marks.along(base, name) for marks in self._landmarks]

    def spend(self, cost: int) -> None:
        """So many operations are done."""
        self._left -= cost

    @property
    def is_over(self) -> bool:
        """Whether there is no work left to be done."""
        return self._left <= 0


class Search:
    """One variable varies, and the regions on its line are told apart."""

    def __init__(self, survey: Survey, base: Point, name: str) -> None:
        self._survey, self._lines = survey, survey.lines(base, name)
        self._cost = 1 + sum(line.cost for line in self._lines)

    def reading(self, x: float) -> Reading:
        """What is read at one value."""
        self._survey.spend(self._cost)
        read = [line.read(x) for line in self._lines]
        return x, tuple([region for region, _ in read]), [gap for _, gaps in read for gap in gaps]

    def coarse(self, region: Region) -> Region:
        """The region without the numbers of steps."""
        return tuple([line.coarse(sides) for line, sides in zip(self._lines, region, strict=True)])

    def hidden(self, read: Sequence[Reading]) -> Iterator[Reading]:
        """Places between three of the grid where something that seems to turn back before 0 has crossed it."""
        for (low, _, a), (_, region, b), (high, _, c) in zip(read, read[1:], read[2:]):
            for k in range(len(b) if len(a) == len(b) == len(c) else 0):
                if a[k] * b[k] > 0 and b[k] * c[k] > 0 and abs(b[k]) < min(abs(a[k]), abs(c[k])):
                    yield from self._lowest(low, high, k, region)

    def _lowest(self, low: float, high: float, k: int, region: Region) -> Iterator[Reading]:
        """Where one gap is least, by thirds, if something lies on another side there."""
        seen = {self.coarse(region)}
        for _ in range(THIRDS):
            if self._survey.is_over:
                return
            inner = between(low, high, 1 / 3), between(low, high, 2 / 3)
            pair = [self.reading(x) for x in inner]
            for found in pair:
                if (coarse := self.coarse(found[1])) not in seen:
                    seen.add(coarse)
                    yield found
            if len(pair[0][2]) <= k or len(pair[1][2]) <= k:
                return
            low, high = (low, inner[1]) if abs(pair[0][2][k]) < abs(pair[1][2][k]) else (inner[0], high)

    def edge(self, low: float, high: float, region: Region) -> float:
        """Where the region of `low` ends, by bisection."""
        for _ in range(HALVINGS):
            middle = between(low, high, 1 / 2)
            if middle in (low, high) or self._survey.is_over:
                break
            if self.reading(middle)[1] == region:
                low = middle
            else:
                high = middle
        return min(low, high, key=simplicity)


def between(low: float, high: float, share: float) -> float:
    """A number between two others: of two that are far from each other on one side of 0, in the order of magnitude."""
    if low * high > 0 and not 0.25 < low / high < 4:
        return math.copysign(abs(low) ** (1 - share) * abs(high) ** share, low)
    return low + (high - low) * share
