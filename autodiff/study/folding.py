"""Sums of sums and products of products as one step of several inputs: a choice of pictures alone, the tape keeps two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.point.worksheet import Worksheet
from autodiff.study.local import arguments
from autodiff.tape import Apply, Const, Tape, Var

FAMILY = {"add": "sum", "sub": "sum", "mul": "product"}
MOST = 24  # inputs of one step

Path = tuple[tuple[int, int], ...]
"""The way from a step down to one of its inputs: the steps on it, each with the number of the argument."""


class Input(NamedTuple):
    """What a step of the picture uses, and on which way."""

    place: int
    path: Path


def folded(tape: Tape, shown: Sequence[int], values: Sequence[object] | None) -> set[int]:
    """Steps without a name of their own that only a step of the same kind uses, once."""
    users: dict[int, list[int]] = {}
    for i in shown:
        node = tape.nodes[i]
        if isinstance(node, Apply):
            for _, j in arguments(tape, node, _taken(node, values)):
                users.setdefault(j, []).append(i)
    inner: set[int] = set()
    inputs: dict[int, int] = {}
    for i in shown:
        family, node = _family(tape, i), tape.nodes[i]
        if not family or not isinstance(node, Apply):
            continue
        inputs[i] = len(node.args)
        for j in dict.fromkeys(node.args):
            joined = inputs[i] + inputs.get(j, MOST) - 1
            if _family(tape, j) == family and j not in tape.names and users[j] == [i] and joined <= MOST:
                inputs[i] = joined
                inner.add(j)
    return inner


def foldable(sheet: Worksheet, inner: set[int]) -> set[int]:
    """Those of them whose slopes multiply within the range of numbers."""

    def is_plain(place: int) -> bool:
        slopes = [slope for slope in sheet.partials[place] or () if slope is not None]
        numbers = [sheet.values[place], sheet.adjoint(place), *slopes]
        return all(x == 0 or 1e-12 < abs(x) < 1e12 for x in numbers if not isinstance(x, bool))

    return {place for place in inner if math.isfinite(sheet.value) and is_plain(place)}


def inputs(tape: Tape, place: int, taken: bool | None, inner: set[int]) -> Iterator[Input]:
    """The arguments of a step, and in place of one that is folded into it, those of that one."""
    root = tape.nodes[place]
    assert isinstance(root, Apply)
    todo = [Input(j, ((place, k),)) for k, j in arguments(tape, root, taken)][::-1]
    while todo:
        found = todo.pop()
        node = tape.nodes[found.place]
        if found.place in inner and isinstance(node, Apply):
            todo += [Input(j, (*found.path, (found.place, k))) for k, j in enumerate(node.args)][::-1]
        else:
            yield found


def rule(tape: Tape, names: dict[int, str], path: Path, others: Sequence[int]) -> Tape:
    """The local derivative of a folded step: the sign of a term, or the product of the other factors."""
    if tape.nodes[path[0][0]].op != "mul":  # type: ignore[union-attr]
        minus = sum(tape.nodes[step].op == "sub" and k == 1 for step, k in path) % 2  # type: ignore[union-attr]
        return Tape([Const(-1.0, "-1", (0, 0)) if minus else Const(1.0, "1", (0, 0))], 0)
    nodes: list[Const | Var | Apply] = []
    for number, j in enumerate(others):
        leaf = tape.nodes[j]
        nodes.append(leaf if isinstance(leaf, Const) else Var(names[j], (0, 0)))
        if number:
            nodes.append(Apply("mul", (len(nodes) - 2, len(nodes) - 1), (0, 0)))
    return Tape(nodes, len(nodes) - 1)


def _family(tape: Tape, place: int) -> str | None:
    node = tape.nodes[place]
    return FAMILY.get(node.op) if isinstance(node, Apply) else None


def _taken(node: Apply, values: Sequence[object] | None) -> bool | None:
    return bool(values[node.args[0]]) if values is not None and node.op == "if" else None
