"""The columns of a graph with a column of slots between every two, and how the edges run through them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autodiff.render.drawing.layers import Layers
from autodiff.render.drawing.order import crossings, neighbours

Size = tuple[float, float]
"""Width and height."""

PITCH = 16.0  # between edges at the side of a box
LINE = 10.0  # the height of an edge that passes
STRAIGHT = 8.0  # how much more an edge that passes wants to be straight than one that begins or ends


class Grid:
    """What a layout is worked out from. A vertex is a box, a place where an edge passes a column of boxes, or a slot.

    `chains` leads every edge through its vertices, the slot of its label being the last but one. `port` says for every link how far
    from the middle of its two ends it begins and stops, `links` the same from either end, with its weight.
    """

    def __init__(self, boxes: Sequence[Size], labels: Sequence[Size], found: Layers) -> None:
        self.count = len(boxes)
        self.crossings = crossings(found.columns, neighbours(found.chains).after)
        self._insert_slots(found.columns, found.chains)
        self.before, self.after = neighbours(self.chains)
        self._measure(boxes, labels)
        self._attach()

    def _insert_slots(self, columns: list[list[int]], chains: list[list[int]]) -> None:
        """Put a column of slots into every gap; within it the edges stand in the order of their targets."""
        place = {vertex: (k, n) for k, column in enumerate(columns) for n, vertex in enumerate(column)}
        fresh = max(place, default=0) + 1
        slots: list[list[tuple[int, int, int, int]]] = [[] for _ in columns[1:]]
        self.chains: list[list[int]] = []
        for number, chain in enumerate(chains):
            longer = chain[:1]
            for a, b in pairwise(chain):
                slots[place[a][0]].append((place[b][1], place[a][1], number, fresh))
                longer += [fresh, b]
                fresh += 1
            self.chains.append(longer)
        self.columns = [columns[0]]
        for gap, column in zip(slots, columns[1:]):
            self.columns += [[slot[3] for slot in sorted(gap)], column]
        self.vertices = fresh

    def _measure(self, boxes: Sequence[Size], labels: Sequence[Size]) -> None:
        """The size of every vertex: a box is as high as the edges at its sides ask for."""
        self.width, self.height = [0.0] * self.vertices, [LINE] * self.vertices
        for i, (width, height) in enumerate(boxes):
            ports = max(len(self.before.get(i, ())), len(self.after.get(i, ())))
            self.width[i], self.height[i] = width, max(height, (ports + 0.5) * PITCH)
        for chain, (width, height) in zip(self.chains, labels):
            self.width[chain[-2]], self.height[chain[-2]] = width, max(height, LINE)

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
                weight = STRAIGHT if v >= self.count and w >= self.count else 1.0
                self.links[v].append((w, stop - start, weight))
                self.links[w].append((v, start - stop, weight))

    def _side(self, vertex: int, number: int, among: int) -> float:
        return PITCH * (number - (among - 1) / 2) if vertex < self.count else 0.0
