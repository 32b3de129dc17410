"""How far rounding may have carried a value and its derivatives: two sides that differ by no more may be the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any

from autodiff.numbers.wide import Wide
from autodiff.passes.bounds import Bound, Bounds
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import linearize, pull
from autodiff.tape import Apply, Tape, Var

SLACK = 4.0  # times as much as the bounds, which are of first order
FEW = 2.0**-50  # relative: what the other way to a number may round


class Nearness:
    """The rounding of a formula at a point, and of the other branches there of the `if`s that are exactly on their edges."""

    def __init__(self, tape: Tape, values: Sequence[Any], flags: bytearray, edges: Collection[int]) -> None:
        self._tape, self._values, self._flags, self._edges = tape, values, flags, edges

    def of_value(self) -> float:
        """What the value may err by."""
        return self._allowed(self._tape.output, 0)

    def of_slope(self, place: int) -> float:
        """What the derivative with respect to a node may err by."""
        return self._allowed(place, 1)

    def _allowed(self, place: int, row: int) -> float:
        found = [rows[row][place] for rows in self._rounded if type(rows[row][place]) is Bound]
        total = SLACK * sum(x.error for x in found) + FEW * max((abs(x.value) for x in found), default=0.0)
        return total if total == total else float("inf")

    @cached_property
    def _rounded(self) -> list[tuple[Sequence[Any], Sequence[Any]]]:
        """Values and adjoints with their bounds: by the branches that are taken, and by the others."""
        if any(type(value) is Wide for value in self._values):
            return [([Bound(0.0, float("inf"))] * len(self._values),) * 2]
        point = {node.name: Bound(x) for node, x in zip(self._tape.nodes, self._values) if isinstance(node, Var)}
        tapes = [self._tape, self._turned()] if self._edges else [self._tape]
        return [self._passes(tape, point) for tape in tapes]

    def _passes(self, tape: Tape, point: dict[str, Bound]) -> tuple[Sequence[Any], Sequence[Any]]:
        algebra = Bounds()
        values = evaluate(tape, point, algebra)
        return values, pull(tape, linearize(tape, values, algebra, self._flags), Bound(1.0), algebra)

    def _turned(self) -> Tape:
        """The formula in which every `if` on its edge is its other branch."""
        nodes = list(self._tape.nodes)
        for i in self._edges:
            node = nodes[i]
            assert isinstance(node, Apply)
            condition, then, other = node.args
            nodes[i] = Apply("copy", (other if self._values[condition] else then,), node.span)
        return Tape(nodes, self._tape.output)
