"""In which column every node of a graph stands, and in which order: short edges, and no crossing that can be avoided.

This is the layered drawing of Sugiyama, Tagawa and Toda (1981): columns from left to right, an edge over several columns
led through each of them by a place of its own, and the order within the columns improved by sweeps.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import NamedTuple

Edges = Sequence[tuple[int, int]]
Order = list[list[int]]

EXACT = 15_000  # pairs of orders of neighbouring columns, up to which all are tried
SWEEPS, PATIENCE = 24, 20_000  # sweeps from each start; vertices times sweeps
EFFORT = 80_000  # pairs of vertices that are compared at most
FAR = 12  # crossings more: a vertex is not moved on that way


class Layers(NamedTuple):
    """The columns with their vertices from top to bottom. A vertex beyond the nodes is a place where an edge passes.

    `chains` holds for every edge the vertices that it runs through, from its source to its target.
    """

    columns: Order
    chains: list[list[int]]


class Neighbours(NamedTuple):
    """The vertices that are linked to one, by its number."""

    before: dict[int, list[int]]
    after: dict[int, list[int]]


def layered(count: int, edges: Edges, output: int) -> Layers:
    """The columns of a graph whose edges go from lower numbers to higher ones."""
    column = _columns(count, edges, output)
    chains = _chains(count, edges, column)
    near = neighbours(chains)
    columns: Order = [[] for _ in range(max(column, default=0) + 1)]
    where = dict(enumerate(column))
    for chain in chains:
        where.update(zip(chain, range(column[chain[0]], column[chain[-1]] + 1)))
    for vertex in _from_the_output(output, where, near):
        columns[where[vertex]].append(vertex)
    return Layers(_improved(columns, near), chains)


def _columns(count: int, edges: Edges, output: int) -> list[int]:
    """Every node as near as possible to the first step that uses it; one that nothing uses, where it is known first."""
    used, users = _adjacent(count, edges)
    early = [0] * count
    for i in range(count):
        early[i] = max((early[j] + 1 for j in used[i]), default=0)
    column, last = early[:], max(early, default=0)
    for i in range(count - 1, -1, -1):
        if users[i]:
            column[i] = min(column[k] for k in users[i]) - 1
        elif i == output:
            column[i] = last
    for i in range(count):  # with more arguments than users, edges are shorter further to the left
        if len(used[i]) > len(users[i]) and users[i]:
            column[i] = max(column[j] for j in used[i]) + 1
    first = min(column, default=0)
    return [k - first for k in column]


def _adjacent(count: int, edges: Edges) -> tuple[list[list[int]], list[list[int]]]:
    used: list[list[int]] = [[] for _ in range(count)]
    users: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        used[target].append(source)
        users[source].append(target)
    return used, users


def _chains(count: int, edges: Edges, column: Sequence[int]) -> list[list[int]]:
    chains, fresh = [], count
    for source, target in edges:
        between = column[target] - column[source] - 1
        chains.append([source, *range(fresh, fresh + between), target])
        fresh += between
    return chains


def neighbours(chains: Sequence[Sequence[int]]) -> Neighbours:
    """For every vertex its neighbours in the column before, and those in the column after."""
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for chain in chains:
        for a, b in pairwise(chain):
            before.setdefault(b, []).append(a)
            after.setdefault(a, []).append(b)
    return Neighbours(before, after)


def _from_the_output(output: int, where: dict[int, int], near: Neighbours) -> list[int]:
    """All vertices in the order in which they are reached from the output through the arguments: a tree has no crossing then."""
    reached: dict[int, None] = {}
    for root in [output, *sorted(where, reverse=True)]:
        todo = [root]
        while todo:
            vertex = todo.pop()
            if vertex not in reached:
                reached[vertex] = None
                todo.extend(reversed(near.before.get(vertex, [])))
    return list(reached)


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


def _improved(columns: Order, near: Neighbours) -> Order:
    """The best of all orders where the columns are short, else of many sweeps."""
    if not crossings(columns, near.after):
        return columns
    choices = [math.factorial(min(len(column), 9)) for column in columns]
    if sum(a * b for a, b in pairwise(choices)) <= EXACT:
        return _best(columns, near)
    effort = [EFFORT]
    found = [_swept(start, near, effort) for start in (columns, [column[::-1] for column in columns])]
    return min(found, key=lambda order: crossings(order, near.after))


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


def _swept(start: Order, near: Neighbours, effort: list[int]) -> Order:
    """Sweeps to and fro: every column in the order of the means of its neighbours, then vertices moved where it helps."""
    order, best = [*map(list, start)], [*map(list, start)]
    fewest = crossings(best, near.after)
    half = effort[0] // 2
    for sweep in range(max(6, min(SWEEPS, PATIENCE // sum(map(len, order))))):
        _sweep(order, near, sweep % 2 == 0)
        if effort[0] > half:
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
