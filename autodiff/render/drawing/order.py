"""The order of the vertices within the columns of a graph: as few edges as possible cross."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise, permutations
from random import Random
from typing import NamedTuple

Order = list[list[int]]
"""The vertices of every column, from top to bottom."""

EXACT = 15_000  # pairs of orders of neighbouring columns, up to which all are tried
SWEEPS, PATIENCE = 24, 20_000  # sweeps from each start; vertices times sweeps
STARTS, SHUFFLED = 10, 1_000  # further starts; their vertices
EFFORT = 80_000  # pairs of vertices that are compared at most
FAR = 12  # crossings more: a vertex is not moved on that way


class Neighbours(NamedTuple):
    """The vertices that are linked to one, by its number."""

    before: dict[int, list[int]]
    after: dict[int, list[int]]


def neighbours(chains: Sequence[Sequence[int]]) -> Neighbours:
    """For every vertex its neighbours in the column before, and those in the column after."""
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for chain in chains:
        for a, b in pairwise(chain):
            before.setdefault(b, []).append(a)
            after.setdefault(a, []).append(b)
    return Neighbours(before, after)


def crossings(columns: Order, after: dict[int, list[int]]) -> int:
    """How many pairs of edges cross; edges with a common end do not."""
    return sum(_between(left, right, after) for left, right in pairwise(columns))


def _between(left: Sequence[int], right: Sequence[int], after: dict[int, list[int]]) -> int:
    place = {vertex: k for k, vertex in enumerate(right)}
    total = 0
    seen: list[int] = []
    for vertex in left:
        ends = [place[other] for other in after.get(vertex, ())]
        for end in ends:
            total += len(seen) - bisect_right(seen, end)
        for end in ends:
            insort(seen, end)
    return total


def improved(columns: Order, near: Neighbours) -> Order:
    """The best of all orders where the columns are short, else of many sweeps."""
    if not crossings(columns, near.after):
        return columns
    choices = [math.factorial(min(len(column), 9)) for column in columns]
    if sum(a * b for a, b in pairwise(choices)) <= EXACT:
        return _upright(_best(columns, near), columns)
    starts = _starts(columns)
    found = [_swept(start, near, EFFORT // len(starts)) for start in starts]
    return _upright(min(found, key=lambda order: crossings(order, near.after)), columns)


def _upright(order: Order, first: Order) -> Order:
    """The order, or the same upside down, whichever is more like the first one, in which arguments stand as they are written."""
    likeness = 0
    for column, other in zip(order, first):
        place = {vertex: k for k, vertex in enumerate(other)}
        likeness += sum((2 * k - len(column) + 1) * place[vertex] for k, vertex in enumerate(column))
    return order if likeness >= 0 else [column[::-1] for column in order]


def _starts(columns: Order) -> list[Order]:
    """The order as it is, upside down, and shuffled: the more, the smaller the graph."""
    count = min(STARTS, SHUFFLED // sum(map(len, columns)))
    chance = Random(0)  # always the same
    shuffled = [[chance.sample(column, len(column)) for column in columns] for _ in range(count)]
    return [columns, [column[::-1] for column in columns], *shuffled]


def _best(columns: Order, near: Neighbours) -> Order:
    """The order with the fewest crossings, column after column: for every order of one the best of all before it."""
    known: dict[tuple[int, ...], tuple[int, Order]] = {order: (0, [list(order)]) for order in permutations(columns[0])}
    for column in columns[1:]:
        known = {
            order: min(
                ((cost + _between(left, order, near.after), [*path, list(order)]) for left, (cost, path) in known.items()),
                key=lambda found: found[0],
            )
            for order in permutations(column)
        }
    return min(known.values(), key=lambda found: found[0])[1]


def _swept(start: Order, near: Neighbours, most: int) -> Order:
    """Sweeps to and fro: every column in the order of the means of its neighbours, then vertices moved where it helps."""
    order, best = [*map(list, start)], [*map(list, start)]
    fewest = crossings(best, near.after)
    effort = [most]
    for sweep in range(max(6, min(SWEEPS, PATIENCE // sum(map(len, order))))):
        _sweep(order, near, sweep % 2 == 0)
        if effort[0] > 0:
            _exchange(order, near, effort)
        if (now := crossings(order, near.after)) < fewest:
            fewest, best = now, [*map(list, order)]
    return best


def _sweep(order: Order, near: Neighbours, forward: bool) -> None:
    side = near.before if forward else near.after
    steps = range(1, len(order)) if forward else range(len(order) - 2, -1, -1)
    for k in steps:
        place = {vertex: n for n, vertex in enumerate(order[k - 1 if forward else k + 1])}
        mean = {v: _mean([place[other] for other in side.get(v, ())], n) for n, v in enumerate(order[k])}
        order[k].sort(key=mean.__getitem__)


def _mean(places: Sequence[int], otherwise: float) -> float:
    return sum(places) / len(places) if places else otherwise


def _exchange(order: Order, near: Neighbours, effort: list[int]) -> None:
    """Move every vertex within its column to where it crosses least, as long as that helps and the effort lasts."""
    improved = True
    while improved:
        improved = False
        places = [{vertex: k for k, vertex in enumerate(column)} for column in order]
        for k, column in enumerate(order):
            sides = [(near.before, places[k - 1])] if k > 0 else []
            sides += [(near.after, places[k + 1])] if k + 1 < len(order) else []
            ends = {v: [sorted([place[other] for other in side.get(v, ())]) for side, place in sides] for v in column}
            for vertex in column[:]:
                if effort[0] > 0 and any(ends[vertex]):
                    improved |= _sift(column, vertex, ends, effort)
            places[k] = {vertex: n for n, vertex in enumerate(column)}


def _sift(column: list[int], vertex: int, ends: dict[int, list[list[int]]], effort: list[int]) -> bool:
    """Move one vertex to its best place; whether that helped."""
    here = column.index(vertex)
    best, at = 0, here
    for direction in (-1, 1):
        change, k = 0, here + direction
        while 0 <= k < len(column) and change < FAR:
            above, below = (column[k], vertex) if direction < 0 else (vertex, column[k])
            change += _pair(ends[below], ends[above]) - _pair(ends[above], ends[below])
            effort[0] -= 1
            if change < best:
                best, at = change, k
            k += direction
    if at != here:
        column.insert(at, column.pop(here))
    return at != here


def _pair(above: list[list[int]], below: list[list[int]]) -> int:
    """How often the edges of two vertices cross if one stands above the other."""
    total = 0
    for upper, lower in zip(above, below):
        if upper and lower and lower[0] < upper[-1]:
            for end in upper:
                total += bisect_left(lower, end)
    return total
