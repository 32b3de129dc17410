"""Derivatives as formulas: reverse mode, carried out in symbols, writes a new tape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.passes.evaluate import resume
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.symbolic.symbols import Symbols
from autodiff.tape import Apply, Node, Recorder, Tape


class Tidy(Symbols):
    """Folds as people do, for formulas that are read: lost are 0·∞ and the sign of zero."""

    def lift(self, value: float, text: str = "") -> int:
        return self.constant(value, text)

    def blank(self, place: int) -> bool:
        return self.number(place) == 0

    def _live(self, p: int, x: int, y: int) -> int | None:
        return super()._live(p, x, y) if self.blank(x) or self.blank(y) else None

    def _add(self, x: int, y: int) -> int | None:
        if self.blank(x):
            return y
        return x if self.blank(y) else None

    def _pow(self, x: int, y: int) -> int | None:
        return self.constant(1.0) if self.blank(y) else super()._pow(x, y)

    def _sub(self, x: int, y: int) -> int | None:
        return x if self.blank(y) else None


class Gradients(NamedTuple):
    """The value of a formula and its derivatives on one tape: the value is its output, `slopes` are their places."""

    tape: Tape
    slopes: Mapping[str, int]


def gradients(tape: Tape, wrt: Sequence[str], symbols: Symbols | None = None) -> Gradients:
    """The value and its derivatives with respect to some variables, from one sweep, in one tape without branches to skip.

    Every node means the same, to the last bit, as in the sweep that a worksheet makes; but where the value is not a
    number, neither are its derivatives, and that is for the reader of the tape to see to.
    """
    symbols = symbols or Symbols()
    values: list[Any] = [None if isinstance(node, Apply) else symbols.leaf(node) for node in tape.nodes]
    resume(tape, values, symbols)
    adjoints = pull(tape, linearize(tape, values, symbols, active(tape, wrt)), symbols.lift(1.0), symbols)
    where, zero = places(tape), symbols.lift(0.0)
    slopes = [zero if (found := adjoints[where[name]]) is None else found for name in wrt]
    nodes, kept = trimmed(symbols.recorder.nodes, [values[tape.output], *slopes])
    return Gradients(Tape(nodes, kept[0]), dict(zip(wrt, kept[1:])))


def formula_at(nodes: Sequence[Node], place: int) -> Tape:
    """What stands at a place, as a formula of its own."""
    nodes, (last,) = trimmed(nodes, [place])
    if not isinstance(nodes[last], Apply):
        nodes.append(Apply("copy", (last,), (0, 0)))
    return Tape(nodes, len(nodes) - 1)


def trimmed(nodes: Sequence[Node], outputs: Sequence[int]) -> tuple[list[Node], list[int]]:
    """Only the nodes that the outputs need, and where the outputs are now."""
    needed = bytearray(len(nodes))
    for i in outputs:
        needed[i] = 1
    for i in range(max(outputs), -1, -1):
        node = nodes[i]
        if needed[i] and isinstance(node, Apply):
            for j in node.args:
                needed[j] = 1
    kept = Recorder()
    place: dict[int, int] = {}
    for i, node in enumerate(nodes):
        if needed[i]:
            place[i] = kept.apply(node.op, tuple([place[j] for j in node.args])) if isinstance(node, Apply) else kept.leaf(node)
    return kept.nodes, [place[i] for i in outputs]
