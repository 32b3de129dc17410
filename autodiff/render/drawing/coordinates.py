"""Where everything in the picture of a graph stands: boxes in columns from left to right, edges between them, room for labels.

Between two columns of boxes stands a column of labels, one slot for each edge, so that no label meets a box, another label or the
bend of an edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from autodiff.render.drawing.layers import Layers
from autodiff.render.drawing.routes import Grid, Size
from autodiff.render.drawing.vertical import positions

STUB, NARROW = 9.0, 3.0  # how far an edge is level where it meets a box, and where it meets a label
BEND, STEEP, BROAD = 16.0, 0.16, 36.0  # the width of a bend: at least, for each unit of height, at most
TRACK, WIDEST = 12.0, 160.0  # from one bend to the next beside it; for all of them
FLAT = 3.0  # a rise that is too small for a bend


class Box(NamedTuple):
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Flat(NamedTuple):
    """A piece of an edge that is level; from one to the next it bends."""

    start: float
    stop: float
    y: float


class Route(NamedTuple):
    """An edge from left to right: level pieces, the first at its source, the last at its target; the label has one to itself."""

    flats: tuple[Flat, ...]
    label: Flat


class Layout(NamedTuple):
    """The picture of a graph, from 0, 0 to the width and the height."""

    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    crossings: int


def layout(boxes: Sequence[Size], labels: Sequence[Size], layers: Layers) -> Layout:
    """Place the boxes of layers, and the labels of their edges, so that the output is on the right."""
    return _Placement(Grid(boxes, labels, layers)).result()


class _Placement:
    """What stands where from left to right, and all of it together."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.y = grid, positions(grid)
        self.bends: dict[tuple[int, int], tuple[float, float]] = {}
        self.drawn: dict[int, float] = {}  # the height at which an edge passes: not bent for a little, it may lie beside its place

    def result(self) -> Layout:
        """The columns from left to right with the bends between them."""
        widths = [max((self.grid.width[v] for v in column), default=0.0) for column in self.grid.columns]
        left = [0.0]
        for k, column in enumerate(self.grid.columns[:-1]):  # boxes and labels by turns
            left.append(self._bend(column, left[-1] + widths[k], NARROW if k % 2 else STUB))
        self.where = {v: (left[k], left[k] + widths[k]) for k, column in enumerate(self.grid.columns) for v in column}
        boxes = [self._box(i, *self.where[i]) for i in range(self.grid.count)]
        routes = [self._route(chain, boxes) for chain in self.grid.chains]
        height = max((y + height / 2 for y, height in zip(self.y, self.grid.height)), default=0.0)
        return Layout(tuple(boxes), tuple(routes), left[-1] + widths[-1], height, self.grid.crossings)

    def _bend(self, column: list[int], x: float, level: float) -> float:
        """Give every edge that leaves a column, which ends at x, room for its bend; and say where the next column begins.

        Those that run down together bend the later, the higher they begin, and those that run up, the lower; so none meets another.
        """
        spans = [
            (*self._span(v, w), v, w) for v in column for w in sorted(self.grid.after.get(v, ()), key=lambda w: self._span(v, w))
        ]
        down = [(a, b, v, w) for a, b, v, w in reversed(spans) if b - a >= FLAT]
        up = [(b, a, v, w) for a, b, v, w in spans if a - b >= FLAT]
        tracks = {**_tracks(down), **_tracks(up)}
        count = max(tracks.values(), default=-1) + 1
        pitch = min(TRACK, WIDEST / count) if count else 0.0
        widest = max((self._run(b - a) for a, b, _, _ in [*down, *up]), default=0.0)
        for a, b, v, w in spans:
            if w >= self.grid.count:
                self.drawn[w] = b if abs(b - a) >= FLAT else a
            start = x + level + pitch * tracks.get((v, w), 0)
            self.bends[v, w] = start, start + widest
        return x + STUB + NARROW + widest + pitch * max(count - 1, 0)

    def _span(self, v: int, w: int) -> tuple[float, float]:
        """Where an edge begins and ends, from top to bottom."""
        start, stop = self.grid.port[v, w]
        return self.drawn.get(v, self.y[v] + start), self.y[w] + stop

    def _run(self, rise: float) -> float:
        return min(BEND + STEEP * rise, BROAD)

    def _box(self, i: int, start: float, stop: float) -> Box:
        width, height = self.grid.width[i], self.grid.height[i]
        return Box((start + stop - width) / 2, self.y[i] - height / 2, width, height)

    def _route(self, chain: list[int], boxes: Sequence[Box]) -> Route:
        """An edge with its level pieces, each from the end of a bend to the beginning of the next."""
        source, target = boxes[chain[0]], boxes[chain[-1]]
        x, y, flats = source.x + source.width, math.inf, []
        for v, w in [*pairwise(chain), (chain[-1], -1)]:
            level = self._span(v, w)[0] if w >= 0 else self._span(chain[-2], v)[1]
            y = level if abs(level - y) >= FLAT else y
            start, stop = self.bends.get((v, w), (target.x, 0.0))
            flats.append(Flat(x, start, y))
            x = stop
        return Route(tuple(flats), Flat(*self.where[chain[-2]], flats[-2].y))


def _tracks(spans: Sequence[tuple[float, float, int, int]]) -> dict[tuple[int, int], int]:
    """For every edge a track, such that those whose spans overlap have different ones, rising in the order given."""
    tracks: dict[tuple[int, int], int] = {}
    ends: list[tuple[float, float]] = []
    for low, high, v, w in spans:
        track = len(ends)
        while track and (ends[track - 1][1] < low or high < ends[track - 1][0]):
            track -= 1
        if track == len(ends):
            ends.append((low, high))
        else:
            ends[track] = min(ends[track][0], low), max(ends[track][1], high)
        tracks[v, w] = track
    return tracks
