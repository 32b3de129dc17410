"""The algebra in which formulas become code: squares are products, infinity and NaN are literals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autodiff.passes.evaluate import resume
from autodiff.symbolic.symbols import Symbols
from autodiff.tape import Apply, Tape


class Code(Symbols):
    """Folds as Symbols do, and writes as programmers do.

    What stands before `turn` is the formula itself; from there on a product with 1/y is a quotient.
    """

    turn: float = math.inf

    def number_of(self, value: float) -> int:
        """Any number, also one that no formula can write."""
        return self.constant(value) if math.isfinite(value) else self.recorder.const(value, "nan" if value != value else str(value))

    def _add(self, x: int, y: int) -> int | None:
        """x + (-y) is x - y, to the last bit; so is x + 0 x, unless x may be -0."""
        for a, b in ((x, y), (y, x)):
            if self.number(b) == 0 and self.never_minus_zero(a):
                return a
            node = self.recorder.nodes[b]
            if isinstance(node, Apply) and node.op == "neg":
                difference: int = self.functions["sub"](a, node.args[0])
                return difference
        return None

    def never_minus_zero(self, x: int) -> bool:
        """Whether this is known not to be -0: a sum with another number that is not 0, or what is positive anyway."""
        node = self.recorder.nodes[x]
        if not isinstance(node, Apply):
            return False
        if node.op in ("add", "sub"):
            return any(self.number(j) for j in node.args)
        is_square = node.op == "mul" and node.args[0] == node.args[1]
        return is_square or node.op in ("exp", "sigmoid", "softplus", "cosh", "abs", "hypot")

    def _sub(self, x: int, y: int) -> int | None:
        node = self.recorder.nodes[y]
        total: int | None = self.functions["add"](x, node.args[0]) if isinstance(node, Apply) and node.op == "neg" else None
        return total

    def _mul(self, x: int, y: int) -> int | None:
        folded = super()._mul(x, y)
        for a, b in ((x, y), (y, x)) if folded is None else ():
            node = self.recorder.nodes[b]
            if b >= self.turn and isinstance(node, Apply) and node.op == "div" and self.number(node.args[0]) == 1:
                quotient: int = self.functions["div"](a, node.args[1])
                return quotient
        return self._outside("mul", x, y) if folded is None else folded

    def _outside(self, op: str, x: int, y: int) -> int | None:
        """A minus that the way back put before a factor as one before the product, where a sum takes it: it changes no bit."""
        for k, place in enumerate((x, y)):
            node = self.recorder.nodes[place]
            if isinstance(node, Apply) and node.op == "neg" and place >= self.turn:
                product: int = self.functions[op](*((node.args[0], y) if k == 0 else (x, node.args[0])))
                negative: int = self.functions["neg"](product)
                return negative
        return None

    def _div(self, x: int, y: int) -> int | None:
        a, b = self.number(x), self.number(y)
        if a is not None and b == 0:
            return self.number_of(math.nan if a == 0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b))
        node = self.recorder.nodes[x]
        if isinstance(node, Apply) and node.op == "if" and self._has_blank(node):
            p, s, t = node.args
            return self._choose(
                p, s if self.blank(s) else self.functions["div"](s, y), t if self.blank(t) else self.functions["div"](t, y)
            )
        folded = super()._div(x, y)
        return self._outside("div", x, y) if folded is None else folded

    def _neg(self, x: int) -> int | None:
        value = self.number(x)
        return super()._neg(x) if value is None or math.isfinite(value) else self.number_of(-value)

    def _pow(self, x: int, y: int) -> int | None:
        return self.functions["mul"](x, x) if self.number(y) == 2 else super()._pow(x, y)


def straight(tape: Tape, symbols: Code | None = None) -> tuple[Tape, list[Any]]:
    """A tape without branches to skip, and where each node of the old one stands on it."""
    symbols = symbols or Code()
    values: list[Any] = [None if isinstance(node, Apply) else symbols.leaf(node) for node in tape.nodes]
    resume(tape, values, symbols)
    return Tape(symbols.recorder.nodes, values[tape.output]), values


def needed(tape: Tape, roots: Sequence[int]) -> list[int]:
    """How often each node is used by what the roots need; -1 where it is not needed at all."""
    count = [-1] * len(tape.nodes)
    for root in roots:
        count[root] = 0
    for i in range(len(tape.nodes) - 1, -1, -1):
        node = tape.nodes[i]
        if count[i] >= 0 and isinstance(node, Apply):
            for j in node.args:
                count[j] = max(count[j], 0) + 1
    return count
