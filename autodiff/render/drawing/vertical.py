"""How high everything in the picture of a graph stands: near its neighbours, apart from each other, edges level if possible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from autodiff.render.drawing.routes import Grid

GAP = 18.0  # between boxes
NEAR = 30.0  # a box that is out of line by less than this is put into line
SWEEPS, EFFORT = 40, 30_000  # over all columns; vertices times sweeps


def positions(grid: Grid) -> list[float]:
    """The middle of every vertex, downwards from the upper edge of the picture."""
    found = _Positions(grid)
    found.relax()
    found.straighten()
    top = min((y - height / 2 for y, height in zip(found.y, grid.height)), default=0.0)
    return [y - top for y in found.y]


class _Positions:
    def __init__(self, grid: Grid) -> None:
        self.grid, self.y = grid, [0.0] * grid.vertices
        self.steps = [[0.0, *(self._distance(a, b) for a, b in pairwise(column))] for column in grid.columns]

    def _distance(self, a: int, b: int) -> float:
        """How far the middles of two vertices are apart at least."""
        return (self.grid.height[a] + self.grid.height[b]) / 2 + (GAP if a < self.grid.count and b < self.grid.count else GAP / 2)

    def relax(self) -> None:
        """Give every vertex, column by column and again, the height that its neighbours want."""
        for column, steps in zip(self.grid.columns, self.steps):
            self._put(column, _apart([0.0] * len(column), [1.0] * len(column), steps))
        numbers = range(len(self.grid.columns))
        for sweep in range(max(6, min(SWEEPS, EFFORT // self.grid.vertices))):
            for k in numbers if sweep % 2 == 0 else reversed(numbers):
                self._settle(self.grid.columns[k], self.steps[k])

    def _put(self, column: Sequence[int], heights: Sequence[float]) -> None:
        for v, height in zip(column, heights):
            self.y[v] = height

    def _settle(self, column: list[int], steps: Sequence[float]) -> None:
        """Every vertex of a column as near as it can be to where its neighbours want it."""
        wanted, weights, y = [], [], self.y
        for v in column:
            total = weight = 0.0
            for other, shift, w in self.grid.links[v]:
                total += w * (y[other] + shift)
                weight += w
            wanted.append(total / weight if weight else y[v])
            weights.append(weight or 0.01)
        self._put(column, _apart(wanted, weights, steps))

    def straighten(self) -> None:
        """Take out every bend that need not be there: an edge stays level until it must give way, and boxes fall into line."""
        place = {v: (k, n) for k, column in enumerate(self.grid.columns) for n, v in enumerate(column)}
        for chains in (self.grid.chains, self.grid.chains[::-1]):
            for chain in sorted(chains, key=lambda chain: place[chain[-1]][0]):
                box = chain[-1]
                if len(self.grid.before[box]) == 1:
                    self._align(box, self._level(chain[0], chain[1]), place[box])
                    self._align(box, self.y[chain[-2]], place[box])
            for chain in chains:
                self._level_out(chain, [self._freedom(v, *place[v]) for v in chain[1:-1]])

    def _level(self, v: int, w: int) -> float:
        """Where an edge leaves a vertex for another."""
        return self.y[v] + self.grid.port[v, w][0]

    def _align(self, box: int, level: float, place: tuple[int, int]) -> None:
        """Put a box with one argument in line with it, if it is nearly so and there is room."""
        low, high = self._freedom(box, *place)
        if low <= level <= high and abs(level - self.y[box]) < NEAR:
            self.y[box] = level

    def _level_out(self, chain: list[int], free: list[tuple[float, float]]) -> None:
        """Lead an edge through the room that is free with as few bends as possible."""
        level, goal = self._level(chain[0], chain[1]), self.y[chain[-1]] + self.grid.port[chain[-2], chain[-1]][1]
        for k, v in enumerate(chain[1:-1]):
            if not free[k][0] <= level <= free[k][1]:
                low, high = free[k]
                for lower, upper in free[k + 1 :]:
                    if max(low, lower) > min(high, upper):
                        break
                    low, high = max(low, lower), min(high, upper)
                level = min(max(goal, low), high)
            self.y[v] = level

    def _freedom(self, vertex: int, k: int, n: int) -> tuple[float, float]:
        """How far up and down a vertex may move between its neighbours in the column."""
        column, y = self.grid.columns[k], self.y
        above, below = column[n - 1 : n], column[n + 1 : n + 2]
        least = [y[v] + self._distance(v, vertex) for v in above]
        most = [y[v] - self._distance(vertex, v) for v in below]
        return (least or [-math.inf])[0], (most or [math.inf])[0]


def _apart(wanted: Sequence[float], weights: Sequence[float], steps: Sequence[float]) -> list[float]:
    """The places nearest to the wanted ones, by weighted squares, that keep their distances: those in conflict share a mean."""
    blocks: list[tuple[float, float, int]] = []
    offset, offsets = 0.0, []
    for want, weight, step in zip(wanted, weights, steps):
        offset += step
        offsets.append(offset)
        mean, total, size = want - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, more, count = blocks.pop()
            mean = (mean * total + other * more) / (total + more)
            total, size = total + more, size + count
        blocks.append((mean, total, size))
    means = [mean for mean, _, size in blocks for _ in range(size)]
    return [mean + offset for mean, offset in zip(means, offsets)]
