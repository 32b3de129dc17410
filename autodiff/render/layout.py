"""Where everything in the picture of a graph stands: boxes in columns from left to right, edges between them, room for labels.

Between two columns of boxes stands a column of labels, one slot for each edge, so that no label meets a box, another label or the
bend of an edge. Heights are found column by column: everything as near to its neighbours as order and room allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from autodiff.render.layers import crossings, layered, neighbours

Size = tuple[float, float]
"""Width and height."""

GAP, PITCH = 18.0, 16.0  # between boxes; between edges at the side of a box
LINE = 10.0  # the height of an edge that passes
STUB = 9.0  # where an edge meets a box or a label it is level
BEND, STEEP, BROAD = 18.0, 0.16, 44.0  # the width of a bend: at least, for each unit of height, at most
TRACK, WIDEST = 12.0, 160.0  # from one bend to the next beside it; for all of them
FLAT = 3.0  # a rise that is too small for a bend
NEAR = 30.0  # a box that is out of line by less than this is put into line
SWEEPS, EFFORT = 40, 30_000  # over all columns, to find the heights; vertices times sweeps


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


def layout(boxes: Sequence[Size], edges: Sequence[tuple[int, int]], labels: Sequence[Size], output: int) -> Layout:
    """Place boxes, whose edges go from lower numbers to higher ones, so that the output is on the right."""
    return _Layout(boxes, edges, labels, output).result()


class _Layout:
    """Works out a layout. A vertex is a box, a place where an edge passes a column of boxes, or a slot between two columns."""

    def __init__(self, boxes: Sequence[Size], edges: Sequence[tuple[int, int]], labels: Sequence[Size], output: int) -> None:
        self.count = len(boxes)
        found = layered(self.count, edges, output)
        self.crossings = crossings(found.columns, neighbours(found.chains)[1])
        self.labels = labels
        self._weave(found.columns, found.chains)
        self._measure(boxes)
        self._attach()
        self._heights()
        self._straighten()

    def _weave(self, columns: list[list[int]], chains: list[list[int]]) -> None:
        """Put a column of slots into every gap; within it the edges stand in the order of their targets."""
        place = {vertex: (k, n) for k, column in enumerate(columns) for n, vertex in enumerate(column)}
        fresh = max(place, default=0) + 1
        slots: list[list[tuple[int, int, int, int]]] = [[] for _ in columns[1:]]
        self.chains: list[list[int]] = []
        self.slot: list[int] = []
        for number, chain in enumerate(chains):
            woven = chain[:1]
            for a, b in pairwise(chain):
                slots[place[a][0]].append((place[b][1], place[a][1], number, fresh))
                woven += [fresh, b]
                fresh += 1
            self.chains.append(woven)
            self.slot.append(woven[-2])
        self.columns = [columns[0]]
        for gap, column in zip(slots, columns[1:]):
            self.columns += [[slot[3] for slot in sorted(gap)], column]
        self.vertices = fresh

    def _measure(self, boxes: Sequence[Size]) -> None:
        """The size of every vertex: a box is as high as the edges at its sides ask for."""
        self.width, self.height = [0.0] * self.vertices, [LINE] * self.vertices
        self.before, self.after = neighbours(self.chains)
        for i, (width, height) in enumerate(boxes):
            ports = max(len(self.before.get(i, ())), len(self.after.get(i, ())))
            self.width[i], self.height[i] = width, max(height, (ports + 0.5) * PITCH)
        for slot, (width, height) in zip(self.slot, self.labels):
            self.width[slot], self.height[slot] = width, max(height, LINE)

    def _attach(self) -> None:
        """How far from the middle of its ends every link begins and stops, and how much it wants to be straight."""
        rank = {vertex: n for column in self.columns for n, vertex in enumerate(column)}
        self.links: dict[int, list[tuple[int, float, float]]] = {v: [] for v in rank}
        out = {v: sorted(others, key=rank.__getitem__) for v, others in self.after.items()}
        into = {v: sorted(others, key=rank.__getitem__) for v, others in self.before.items()}
        self.port: dict[tuple[int, int], tuple[float, float]] = {}
        for v, others in out.items():
            for w in others:
                start = self._side(v, others.index(w), len(others))
                stop = self._side(w, into[w].index(v), len(into[w]))
                self.port[v, w] = start, stop
                weight = 8.0 if v >= self.count and w >= self.count else 1.0
                self.links[v].append((w, stop - start, weight))
                self.links[w].append((v, start - stop, weight))

    def _side(self, vertex: int, number: int, among: int) -> float:
        return PITCH * (number - (among - 1) / 2) if vertex < self.count else 0.0

    def _heights(self) -> None:
        """The middle of every vertex."""
        self.y = y = [0.0] * self.vertices
        self.steps = [[0.0, *(self._distance(a, b) for a, b in pairwise(column))] for column in self.columns]
        for column, steps in zip(self.columns, self.steps):
            for v, at in zip(column, _apart([0.0] * len(column), [1.0] * len(column), steps)):
                y[v] = at
        inner = range(len(self.columns))
        for sweep in range(max(6, min(SWEEPS, EFFORT // self.vertices))):
            for k in inner if sweep % 2 == 0 else reversed(inner):
                self._settle(self.columns[k], self.steps[k])

    def _straighten(self) -> None:
        """Take out every bend that need not be there: an edge stays level until it must give way, and boxes fall into line."""
        place = {v: (k, n) for k, column in enumerate(self.columns) for n, v in enumerate(column)}
        for chains in (self.chains, self.chains[::-1]):
            for chain in sorted(chains, key=lambda chain: place[chain[-1]][0]):
                box = chain[-1]
                if len(self.before[box]) == 1:
                    self._align(box, self._level(chain[0], chain[1]), place[box])
                    self._align(box, self.y[chain[-2]], place[box])
            for chain in chains:
                self._level_out(chain, [self._freedom(v, *place[v]) for v in chain[1:-1]])

    def _level(self, v: int, w: int) -> float:
        """Where an edge leaves a vertex for another."""
        return self.y[v] + self.port[v, w][0]

    def _align(self, box: int, level: float, place: tuple[int, int]) -> None:
        """Put a box with one argument in line with it, if it is nearly so and there is room."""
        low, high = self._freedom(box, *place)
        if low <= level <= high and abs(level - self.y[box]) < NEAR:
            self.y[box] = level

    def _level_out(self, chain: list[int], free: list[tuple[float, float]]) -> None:
        """Lead an edge through the room that is free with as few bends as possible."""
        level, goal = self._level(chain[0], chain[1]), self.y[chain[-1]] + self.port[chain[-2], chain[-1]][1]
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
        column, y = self.columns[k], self.y
        above, below = column[n - 1 : n], column[n + 1 : n + 2]
        least = [y[v] + self._distance(v, vertex) for v in above]
        most = [y[v] - self._distance(vertex, v) for v in below]
        return (least or [-math.inf])[0], (most or [math.inf])[0]

    def _settle(self, column: list[int], steps: Sequence[float]) -> None:
        """Every vertex of a column as near as it can be to where its neighbours want it."""
        wanted, weights, y = [], [], self.y
        for v in column:
            total = weight = 0.0
            for other, shift, w in self.links[v]:
                total += w * (y[other] + shift)
                weight += w
            wanted.append(total / weight if weight else y[v])
            weights.append(weight or 0.01)
        for v, at in zip(column, _apart(wanted, weights, steps)):
            y[v] = at

    def _distance(self, a: int, b: int) -> float:
        """How far the middles of two vertices are apart at least."""
        return (self.height[a] + self.height[b]) / 2 + (GAP if a < self.count and b < self.count else GAP / 2)

    def result(self) -> Layout:
        """Widths and bends, and all of it together."""
        top = min((self.y[v] - self.height[v] / 2 for v in range(self.vertices)), default=0.0)
        self.y = [at - top for at in self.y]
        widths = [max((self.width[v] for v in column), default=0.0) for column in self.columns]
        self.bends: dict[tuple[int, int], tuple[float, float]] = {}
        left = [0.0]
        for width, column in zip(widths, self.columns[:-1]):
            left.append(self._bend(column, left[-1] + width))
        self.where = {v: (left[k], left[k] + widths[k]) for k, column in enumerate(self.columns) for v in column}
        boxes = [self._box(i, *self.where[i]) for i in range(self.count)]
        routes = [self._route(chain, boxes) for chain in self.chains]
        height = max((self.y[v] + self.height[v] / 2 for v in range(self.vertices)), default=0.0)
        return Layout(tuple(boxes), tuple(routes), left[-1] + widths[-1], height, self.crossings)

    def _bend(self, column: list[int], x: float) -> float:
        """Give every edge that leaves a column, which ends at x, room for its bend; and say where the next column begins.

        Those that run down together bend the later, the higher they begin, and those that run up, the lower; so none meets another.
        """
        spans = [(*self._span(v, w), v, w) for v in column for w in sorted(self.after.get(v, ()), key=lambda w: self._span(v, w))]
        down = [(a, b, v, w) for a, b, v, w in reversed(spans) if b - a >= FLAT]
        up = [(b, a, v, w) for a, b, v, w in spans if a - b >= FLAT]
        tracks = {**_tracks(down), **_tracks(up)}
        count = max(tracks.values(), default=-1) + 1
        pitch = min(TRACK, WIDEST / count) if count else 0.0
        widest = max((self._run(b - a) for a, b, _, _ in [*down, *up]), default=0.0)
        for _, _, v, w in spans:
            start = x + STUB + pitch * tracks.get((v, w), 0)
            self.bends[v, w] = start, start + widest
        return x + 2 * STUB + widest + pitch * max(count - 1, 0)

    def _span(self, v: int, w: int) -> tuple[float, float]:
        """Where an edge begins and ends, from top to bottom."""
        start, stop = self.port[v, w]
        return self.y[v] + start, self.y[w] + stop

    def _run(self, rise: float) -> float:
        return min(BEND + STEEP * rise, BROAD)

    def _box(self, i: int, start: float, stop: float) -> Box:
        width, height = self.width[i], self.height[i]
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
