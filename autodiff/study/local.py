"""The arguments of a step, and its local derivatives written in the names of the steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active
from autodiff.passes.rules import local
from autodiff.primitives import CONDITIONS
from autodiff.symbolic.gradients import Tidy
from autodiff.tape import Apply, Const, Tape
from autodiff.writing import formulas


def arguments(tape: Tape, node: Apply, taken: bool | None) -> Iterator[tuple[int, int]]:
    """The arguments of a step with their numbers; for a condition, what it compares, each once."""
    if node.op != "if":
        yield from enumerate(node.args)
        return
    asked, todo = {}, [node.args[0]]
    while todo:
        part = tape.nodes[place := todo.pop()]
        if isinstance(part, Apply) and part.op in CONDITIONS:
            todo.extend(reversed(part.args))
        else:
            asked[place] = 0
    yield from ((0, place) for place in asked)
    yield from ((k, node.args[k]) for k, when in ((1, True), (2, False)) if taken in (None, when))


class Rules:
    """Writes the local derivatives of steps in the names of the steps; where values are known, as they are at this point.

    `write` is the module that spells them: `writing.formulas`, or `writing.latex`.
    """

    def __init__(self, tape: Tape, names: Mapping[int, str], values: Sequence[Any] | None, write: ModuleType = formulas) -> None:
        self.tape, self.names, self.values, self.write = tape, names, values, write
        self.varies = active(tape, tape.variables())

    def of(self, place: int, node: Apply, taken: bool | None) -> list[str]:
        """One for each argument; nothing for a condition."""
        if node.op == "if" and taken is None:
            condition = self.write.expression(self.tape, node.args[0], self.names.get)
            if self.write is not formulas:  # brackets that are 1 where the condition holds, and else 0
                return ["", rf"\left[{condition}\right]", rf"1 - \left[{condition}\right]"]
            return ["", *(f"if({condition}, {a}, {b})" for a, b in ((1, 0), (0, 1)))]
        found = self.formulas(place, node)
        return [self.written(rule) if self._counts(node, k) else "" for k, rule in enumerate(found)]

    def written(self, rule: Tape) -> str:
        """A formula that stands by itself, on one line."""
        root = rule.nodes[rule.output]
        if self.write is not formulas and isinstance(root, Apply) and root.op == "if":
            return (
                rf"\operatorname{{if}}\left({', '.join(self.write.expression(rule, j, lambda _: None) for j in root.args)}\right)"
            )
        return str(self.write.expression(rule, rule.output, lambda _: None))

    def formulas(self, place: int, node: Apply) -> list[Tape]:
        """One for each argument; of an `if`, 1 for the branch that is taken."""
        if node.op == "if":
            return [_constant(0.0), _constant(1.0), _constant(1.0)]
        symbols = Tidy("paper") if self.values is None else _Here({self.names[i]: self.values[i] for i in (place, *node.args)})
        args = [self._symbol(j, symbols) for j in node.args]
        literal, wanted = not self.varies[node.args[-1]], [True] * len(args)
        slopes = local(node.op, args, symbols.recorder.var(self.names[place]), symbols, literal, wanted)
        return [_constant(0.0) if slope is None else Tape(symbols.recorder.nodes, slope) for slope in slopes]

    def _counts(self, node: Apply, argument: int) -> bool:
        return node.op != "if" or argument > 0

    def _symbol(self, place: int, symbols: Tidy) -> int:
        node = self.tape.nodes[place]
        return symbols.leaf(node) if isinstance(node, Const) else symbols.recorder.var(self.names[place])


def _constant(value: float) -> Tape:
    return Tape([Const(value, f"{value:.0f}", (0, 0))], 0)


class _Here(Tidy):
    """Formulas at a point, where every condition is decided."""

    def __init__(self, point: Mapping[str, Any]) -> None:
        super().__init__("paper")
        self.point = point

    def truth(self, value: int) -> bool:
        return bool(evaluate(Tape(self.recorder.nodes, value), self.point)[value])
