"""Formulas as numbers: the algebra that writes a new tape, folding constants and sharing what is equal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autodiff import ieee
from autodiff.algebra import CONDITIONS, Made
from autodiff.calculus import active, linearize, places, pull
from autodiff.evaluate import evaluate
from autodiff.tape import Apply, Const, Recorder, Tape


class Symbols:
    """A value is a place on the tape that is being written. Folding here is allowed: nothing is lost but 0·∞."""

    formulas = "paper"

    def __init__(self) -> None:
        self.recorder = Recorder()
        self.functions = Made(self._function)
        self._shared: dict[tuple[str, tuple[int, ...]], int] = {}
        self._when: dict[int, int] = {}
        self._holds: dict[int, bool] = {}

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
                value = ieee.FUNCTIONS[op](*known)
                if math.isfinite(value) and (value == math.floor(value) or _is_exact(op, known, value)):
                    return self.lift(value)
            folded = fold(*args)
            return self.write(op, args) if folded is None else folded

        return apply

    def write(self, op: str, args: tuple[int, ...]) -> int:
        """The place of an operation, written once."""
        place = self._shared.get((op, args))
        if place is None:
            place = self._shared[op, args] = self.recorder.apply(op, args)
            self._watch(place, op, args)
        return place

    def _watch(self, place: int, op: str, args: tuple[int, ...]) -> None:
        """Remember under which condition a result is anything but a structural zero."""
        if op in CONDITIONS:
            self._decide(place, op, args)
        elif op == "if" and self.number(args[2]) == 0:
            self._when[place] = args[0]
        elif op == "if" and self.number(args[1]) == 0:
            self._when[place] = self.write("not", args[:1])
        elif op == "neg" and args[0] in self._when:
            self._when[place] = self._when[args[0]]
        elif op == "add" and args[0] in self._when and args[1] in self._when:
            self._when[place] = self.write("or", (self._when[args[0]], self._when[args[1]]))

    def _copy(self, x: int) -> int:
        return x

    def _neg(self, x: int) -> int | None:
        node = self.recorder.nodes[x]
        value = self.number(x)
        if value is not None:
            return self.lift(-value if value else 0.0)
        if isinstance(node, Apply) and node.op == "if" and x in self._when:
            p, s, t = node.args
            return self.write("if", (p, self.functions["neg"](s), self.functions["neg"](t)))
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
            if a in self._when:
                return self._into_branch(a, b)
        return None

    def _into_branch(self, a: int, b: int) -> int:
        """if(p, s, 0)·b is if(p, s·b, 0): where a is structurally zero, b does not count at all, not even as NaN."""
        node = self.recorder.nodes[a]
        assert isinstance(node, Apply)
        if node.op != "if":
            return self.write("if", (self._when[a], self.write("mul", (a, b)), self.lift(0.0)))
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
        flat = self._flattened(p, x, y)
        if flat is not None:
            return flat
        return None if p not in self._holds else x if self._holds[p] else y

    def _flattened(self, p: int, x: int, y: int) -> int | None:
        """A choice within a choice, each with a structural zero, as one choice; so they never nest."""
        first = self.number(x) == 0
        if not first and self.number(y) != 0:
            return None
        inner = self.recorder.nodes[y if first else x]
        if not (isinstance(inner, Apply) and inner.op == "if"):
            return None
        q, s, t = inner.args
        if first and self.number(s) == 0:
            return self.write("if", (self.write("or", (p, q)), x, t))
        if self.number(t) == 0:
            p = self.write("not", (p,)) if first else p
            return self.write("if", (self.write("and", (p, q)), s, t))
        if self.number(s) == 0:
            return self.write("if", (self.write("and", (p, self.write("not", (q,)))), t, s))
        return None

    def _decide(self, place: int, op: str, args: tuple[int, ...]) -> None:
        """Remember whether a condition holds, where its parts are known."""
        known = [self._holds.get(arg) if op in ("and", "or", "not") else self.number(arg) for arg in args]
        if op in ("and", "or") and (op == "or") in known:
            self._holds[place] = op == "or"
        elif None not in known:
            self._holds[place] = bool(ieee.FUNCTIONS[op](*known))


def _is_exact(op: str, args: Sequence[float | None], value: float) -> bool:
    """Whether a sum, difference, product or quotient was not rounded."""
    if op not in ("add", "sub", "mul", "div"):
        return False
    from fractions import Fraction

    x, y = (Fraction(arg or 0.0) for arg in args)
    exact = x + y if op == "add" else x - y if op == "sub" else x * y if op == "mul" else x / y
    return exact == Fraction(value)


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
