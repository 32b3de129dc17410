"""In which column every node of a graph stands, and in which order: short edges, and no crossing that can be avoided.

This is the layered drawing of Sugiyama, Tagawa and Toda (1981): columns from left to right, an edge over several columns
led through each of them by a place of its own, and the order within the columns improved by sweeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.render.drawing.order import Neighbours, Order, improved, neighbours

PASSED = 100_000  # columns that all edges together run through; more take minutes and all memory

Edges = Sequence[tuple[int, int]]


class Layers(NamedTuple):
    """The columns with their vertices from top to bottom. A vertex beyond the nodes is a place where an edge passes.

    `chains` holds for every edge the vertices that it runs through, from its source to its target.
    """

    columns: Order
    chains: list[list[int]]


def layered(count: int, edges: Edges, output: int) -> Layers:
    """The columns of a graph whose edges go from lower numbers to higher ones. Raises AutodiffError if they are too many."""
    column = _columns(count, edges, output)
    passed = sum(column[target] - column[source] - 1 for source, target in edges)
    if passed > PASSED:
        message = say("the picture is too large: its arrows would run through {number} columns", number=passed)
        raise AutodiffError("E056", message, say("choose --format text, dot or mermaid, or draw a part of the formula"))
    chains = _chains(count, edges, column)
    near = neighbours(chains)
    columns: Order = [[] for _ in range(max(column, default=0) + 1)]
    where = dict(enumerate(column))
    for chain in chains:
        where.update(zip(chain, range(column[chain[0]], column[chain[-1]] + 1)))
    for vertex in _from_the_output(output, where, near):
        columns[where[vertex]].append(vertex)
    return Layers(improved(columns, near), chains)


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
