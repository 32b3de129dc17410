"""Formulas as numbers: the algebra that writes a new tape, folding constants and sharing what is equal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from autodiff.numbers.algebra import Made
from autodiff.passes.evaluate import function
from autodiff.primitives import CONDITIONS, CONSTANTS
from autodiff.tape import Apply, Const, Recorder, Var


class Symbols:
    """A value is a place on the tape that is being written. What is folded is folded without loss, to the last bit.

    A structural zero keeps out what it is multiplied by, even infinity. It has a place of its own: a zero that the user
    wrote, or that was computed, is an ordinary number.
    """

    def __init__(self, formulas: str = "code") -> None:
        self.formulas = formulas
        self.recorder = Recorder()
        self.functions = Made(self._function)
        self._shared: dict[tuple[str, tuple[int, ...]], int] = {}
        self._when: dict[int, int] = {}
        self._holds: dict[int, bool] = {}
        self._zero = self.recorder.add(Const(0.0, "0", (0, 0)))

    def lift(self, value: float, text: str = "") -> int:
        """A number from a formula of the table, where 0 is structural."""
        return self.constant(value, text) if value else self._zero

    def constant(self, value: float, text: str = "") -> int:
        """Any other number; pi stays pi."""
        if text not in CONSTANTS:
            text = f"{value:.0f}" if value == math.floor(value) and abs(value) < 1e16 else repr(value)
        return self.recorder.const(value, text)

    def leaf(self, node: Const | Var) -> int:
        """A constant or a variable of the formula that is differentiated."""
        return self.constant(node.value, node.text) if isinstance(node, Const) else self.recorder.var(node.name)

    def truth(self, value: int) -> bool | None:
        return self._holds.get(value)

    def number(self, place: int) -> float | None:
        """The value of a constant, or None."""
        node = self.recorder.nodes[place]
        return node.value if isinstance(node, Const) else None

    def blank(self, place: int) -> bool:
        """Whether this is a structural zero."""
        return place == self._zero

    def _function(self, op: str) -> Callable[..., int]:
        if op == "if":
            return self._choose
        fold: Callable[..., int | None] = getattr(self, "_" + op, lambda *_: None)

        def apply(*args: int) -> int:
            folded = fold(*args)
            if folded is None and op not in CONDITIONS:
                folded = self._computed(op, args)
            return self.write(op, args) if folded is None else folded

        return apply

    def _computed(self, op: str, args: tuple[int, ...]) -> int | None:
        """The result of constants, if it is as easy to read."""
        known = [self.number(place) for place in args]
        if None in known or any(getattr(self.recorder.nodes[place], "text", "") in CONSTANTS for place in args):
            return None
        value = function(op)(*known)
        easy = math.isfinite(value) and (value == math.floor(value) or _is_exact(op, known, value))
        return self.constant(value) if easy else None

    def write(self, op: str, args: tuple[int, ...]) -> int:
        """The place of an operation, written once."""
        place = self._shared.get((op, args))
        if place is None:
            place = self._shared[op, args] = self.recorder.apply(op, args)
            self._watch(place, op, args)
        return place

    def _watch(self, place: int, op: str, args: tuple[int, ...]) -> None:
        """Remember under which condition a result is anything but a structural zero."""
        when = None
        if op in CONDITIONS:
            self._decide(place, op, args)
        elif op == "if":
            when = self._live(*args)
        elif op == "neg":
            when = self._when.get(args[0])
        elif op == "add" and args[0] in self._when and args[1] in self._when:
            when = self.write("or", (self._when[args[0]], self._when[args[1]]))
        if when is not None:
            self._when[place] = when

    def _live(self, p: int, x: int, y: int) -> int | None:
        """The condition under which a choice is no structural zero; None where it never is one."""
        if self.blank(y):
            return p
        if self.blank(x):
            return self.write("not", (p,))
        first, second = self._when.get(x), self._when.get(y)
        if first is None and second is None:
            return None
        other = self.write("not", (p,))
        first = p if first is None else self.write("and", (p, first))
        second = other if second is None else self.write("and", (other, second))
        return self.write("or", (first, second))

    def _copy(self, x: int) -> int:
        return x

    def _neg(self, x: int) -> int | None:
        node = self.recorder.nodes[x]
        if self.blank(x):
            return x
        if isinstance(node, Const):
            return self.constant(-node.value)
        if isinstance(node, Apply) and node.op == "if" and self._has_blank(node):
            p, s, t = node.args
            return self.write("if", (p, self.functions["neg"](s), self.functions["neg"](t)))
        return node.args[0] if isinstance(node, Apply) and node.op == "neg" else None

    def _mul(self, x: int, y: int) -> int | None:
        for a, b in ((x, y), (y, x)):
            if self.blank(a):
                return a
            value = self.number(a)
            if value == 1:
                return b
            if value == -1:
                return self.functions["neg"](b)  # type: ignore[no-any-return]
            if a in self._when:
                return self._into_branch(a, b)
        return None

    def _has_blank(self, node: Apply) -> bool:
        return self.blank(node.args[1]) or self.blank(node.args[2])

    def _into_branch(self, a: int, b: int) -> int:
        """if(p, s, 0)·b is if(p, s·b, 0): where a is structurally zero, b does not count at all, not even as NaN."""
        node = self.recorder.nodes[a]
        assert isinstance(node, Apply)
        if node.op != "if" or not self._has_blank(node):
            when = self._when[a] if b not in self._when else self.write("and", (self._when[a], self._when[b]))
            return self.write("if", (when, self.write("mul", (a, b)), self.lift(0.0)))
        p, s, t = node.args
        return self._choose(p, self.functions["mul"](s, b), self.functions["mul"](t, b))

    def _div(self, x: int, y: int) -> int | None:
        return x if self.number(y) == 1 else None

    def _pow(self, x: int, y: int) -> int | None:
        return x if self.number(y) == 1 else None

    def _choose(self, p: int, x: int, y: int) -> int:
        holds = self.truth(p)
        if holds is not None:
            return x if holds else y
        if x == y:
            return x
        flat = self._flattened(p, x, y)
        return self.write("if", (p, x, y)) if flat is None else flat

    def _flattened(self, p: int, x: int, y: int) -> int | None:
        """A choice within a choice, each with a structural zero, as one choice; so they never nest."""
        first = self.blank(x)
        if not first and not self.blank(y):
            return None
        inner = self.recorder.nodes[y if first else x]
        if not (isinstance(inner, Apply) and inner.op == "if"):
            return None
        q, s, t = inner.args
        if first and self.blank(s):
            return self.write("if", (self.write("or", (p, q)), x, t))
        if self.blank(t):
            p = self.write("not", (p,)) if first else p
            return self.write("if", (self.write("and", (p, q)), s, t))
        if self.blank(s):
            return self.write("if", (self.write("and", (p, self.write("not", (q,)))), t, s))
        return None

    def _decide(self, place: int, op: str, args: tuple[int, ...]) -> None:
        """Remember whether a condition holds, where its parts are known."""
        known = [self._holds.get(arg) if op in ("and", "or", "not") else self.number(arg) for arg in args]
        if op in ("and", "or") and (op == "or") in known:
            self._holds[place] = op == "or"
        elif None not in known:
            self._holds[place] = bool(function(op)(*known))


def _is_exact(op: str, args: Sequence[float | None], value: float) -> bool:
    """Whether a sum, difference, product or quotient was not rounded."""
    if op not in ("add", "sub", "mul", "div"):
        return False
    from fractions import Fraction

    x, y = (Fraction(arg or 0.0) for arg in args)
    exact = x + y if op == "add" else x - y if op == "sub" else x * y if op == "mul" else x / y
    return exact == Fraction(value)
