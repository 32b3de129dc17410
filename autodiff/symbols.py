"""Formulas as numbers: the algebra that writes a new tape, folding constants and sharing what is equal."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autodiff import ieee
from autodiff.algebra import CONDITIONS, Made
from autodiff.calculus import active, evaluate, linearize, places, pull
from autodiff.tape import Apply, Const, Recorder, Tape


class Symbols:
    """A value is a place on the tape that is being written. Folding here is allowed: nothing is lost but 0·∞."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.functions = Made(self._function)
        self._shared: dict[tuple[str, tuple[int, ...]], int] = {}

    def lift(self, value: float) -> int:
        text = repr(int(value)) if value == math.floor(value) and abs(value) < 1e16 else repr(value)
        return self.recorder.const(value, text)

    def truth(self, value: int) -> bool | None:
        return None

    def number(self, place: int) -> float | None:
        """The value of a constant, or None."""
        node = self.recorder.nodes[place]
        return node.value if isinstance(node, Const) else None

    def _function(self, op: str) -> Callable[..., int]:
        fold: Callable[..., int | None] = getattr(self, "_" + op, lambda *_: None)

        def apply(*args: int) -> int:
            known = [self.number(place) for place in args]
            if op not in CONDITIONS and op != "if" and None not in known:
                exact = ieee.FUNCTIONS[op](*known)
                if exact == math.floor(exact) if math.isfinite(exact) else False:
                    return self.lift(exact)
            folded = fold(*args)
            return self.write(op, args) if folded is None else folded

        return apply

    def write(self, op: str, args: tuple[int, ...]) -> int:
        """The place of an operation, written once."""
        place = self._shared.get((op, args))
        if place is None:
            place = self._shared[op, args] = self.recorder.apply(op, args)
        return place

    def _copy(self, x: int) -> int:
        return x

    def _neg(self, x: int) -> int | None:
        node = self.recorder.nodes[x]
        value = self.number(x)
        if value is not None:
            return self.lift(-value)
        return node.args[0] if isinstance(node, Apply) and node.op == "neg" else None

    def _add(self, x: int, y: int) -> int | None:
        if self.number(x) == 0:
            return y
        return x if self.number(y) == 0 else None

    def _sub(self, x: int, y: int) -> int | None:
        return x if self.number(y) == 0 else None

    def _mul(self, x: int, y: int) -> int | None:
        for a, b in ((x, y), (y, x)):
            value = self.number(a)
            if value == 0:
                return a
            if value == 1:
                return b
            if value == -1:
                return self.functions["neg"](b)  # type: ignore[no-any-return]
            chosen = self._into_branch(a, b)
            if chosen is not None:
                return chosen
        return None

    def _into_branch(self, a: int, b: int) -> int | None:
        """if(p, s, 0)·b is if(p, s·b, 0): where a branch is a structural zero, b does not count at all."""
        node = self.recorder.nodes[a]
        if not (isinstance(node, Apply) and node.op == "if" and 0 in (self.number(node.args[1]), self.number(node.args[2]))):
            return None
        p, s, t = node.args
        mul: Any = self.functions["mul"]
        return self.functions["if"](p, mul(s, b), mul(t, b))  # type: ignore[no-any-return]

    def _div(self, x: int, y: int) -> int | None:
        return x if self.number(y) == 1 else None

    def _pow(self, x: int, y: int) -> int | None:
        if self.number(y) == 0:
            return self.lift(1.0)
        return x if self.number(y) == 1 else None

    def _if(self, p: int, x: int, y: int) -> int | None:
        if x == y:
            return x
        node = self.recorder.nodes[p]
        if isinstance(node, Apply) and node.op in CONDITIONS:
            holds = self._decided(node)
            if holds is not None:
                return x if holds else y
        return None

    def _decided(self, node: Apply) -> bool | None:
        if node.op in ("and", "or"):
            sides = [self._decided(other) for other in map(self.recorder.nodes.__getitem__, node.args) if isinstance(other, Apply)]
            short = node.op == "or"
            if short in sides:
                return short
            return None if None in sides else not short
        if node.op == "not":
            return None
        values = [self.number(place) for place in node.args]
        return None if None in values else bool(ieee.FUNCTIONS[node.op](*values))


def gradient(tape: Tape, wrt: str) -> Tape:
    """The derivative with respect to one variable, as a new tape: reverse mode, carried out in symbols."""
    symbols = Symbols()
    recorder = symbols.recorder
    values = evaluate(tape, {name: recorder.var(name) for name in tape.variables()}, symbols)
    partials = linearize(tape, values, symbols, active(tape, [wrt]))
    adjoint = pull(tape, partials, symbols.lift(1.0), symbols)[places(tape)[wrt]]
    output = symbols.lift(0.0) if adjoint is None else adjoint
    return _trimmed(recorder, output)


def _trimmed(recorder: Recorder, output: int) -> Tape:
    """Only the nodes that the output needs."""
    nodes = recorder.nodes
    needed = bytearray(len(nodes))
    needed[output] = 1
    for i in range(output, -1, -1):
        node = nodes[i]
        if needed[i] and isinstance(node, Apply):
            for j in node.args:
                needed[j] = 1
    kept = Recorder()
    place: dict[int, int] = {}
    for i in range(output + 1):
        node = nodes[i]
        if needed[i]:
            place[i] = kept.apply(node.op, tuple([place[j] for j in node.args])) if isinstance(node, Apply) else kept.leaf(node)
    last = place[output]
    if not isinstance(kept.nodes[last], Apply):
        last = kept.apply("copy", (last,))
    return Tape(kept.nodes, last)
