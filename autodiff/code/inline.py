"""What a language without functions lacks is put in place: the bodies of the definitions, written into the formula."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from autodiff.code.definitions import Definition, definition
from autodiff.code.lower import FOLDED, Dialect, Lowered, Unsupported, body
from autodiff.code.symbols import Code, needed
from autodiff.passes.evaluate import resume
from autodiff.symbolic.kin import magnitude
from autodiff.tape import Apply, Const, Node, Tape, Var

UNKNOWN, NOT_NEGATIVE, POSITIVE = range(3)


class Inline(Code):
    """The algebra that reads a formula as a dialect can write it.

    Where NaN is `ordered` above all numbers and equals itself, comparisons rule it out; `nan` and `number` ask for it.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.dialect, self.within = dialect, ""
        self._magnitudes: dict[Hashable, int] = {}

    def write(self, op: str, args: tuple[int, ...]) -> int:
        if op in ("eq", "ne") and args[0] == args[1]:
            return self._asked(op, args[0])
        if op in ("and", "or"):
            for known, other in (args, args[::-1]):
                if self.truth(known) is (op == "and"):
                    return other
        if self.dialect.ordered and op in ("lt", "le", "gt", "ge", "eq", "ne"):
            return self._compared(op, *args)
        if op == "abs":  # abs(-x) is abs(x), so that sigmoid(x) and sigmoid(-x) share their exponential
            args = (self._magnitudes.setdefault(magnitude(self.recorder.nodes, args[0])[0], args[0]),)
        return super().write(op, args) if self._native(op, args) else self._defined(op, args)

    def _asked(self, op: str, x: int) -> int:
        """Whether something is a number, or none."""
        place, value = super().write("number" if op == "eq" else "nan", (x,)), self.number(x)
        if value is not None:
            self._holds[place] = (value == value) is (op == "eq")
        return place

    def _compared(self, op: str, x: int, y: int) -> int:
        """A comparison, false where one side is not a number; it is enough to ask the side that would win."""
        place = super().write(op, (x, y))
        asked, other = (y, x) if op in ("lt", "le") else (x, y)
        known = [self.number(side) for side in ((asked, other) if op in ("eq", "ne") else (asked,))]
        if any(value == value for value in known if value is not None) or place in self._holds:
            return place
        if op == "ne":
            return super().write("or", (place, super().write("nan", (asked,))))
        return super().write("and", (place, super().write("number", (asked,))))

    def _native(self, op: str, args: tuple[int, ...]) -> bool:
        """Whether the dialect may write this itself."""
        if op not in self.dialect.native or (op in FOLDED and len(args) > 2):
            return False
        if op not in self.dialect.guarded or op == self.within:
            return True
        if op in ("div", "sqrt", "log") and self.sign_of(args[-1]) >= (NOT_NEGATIVE if op == "sqrt" else POSITIVE):
            return True
        return op in self.dialect.easy and bool(self.number(args[-1]))

    def sign_of(self, place: int, depth: int = 4) -> int:
        """What is known about the sign of a number, unless it is NaN."""
        node = self.recorder.nodes[place]
        if isinstance(node, Const):
            return POSITIVE if node.value > 0 else NOT_NEGATIVE if node.value == 0 else UNKNOWN
        if isinstance(node, Var) or depth == 0:
            return UNKNOWN
        if node.op in ("exp", "abs", "sqrt") or (node.op == "mul" and node.args[0] == node.args[1]):
            return NOT_NEGATIVE
        if node.op != "add":
            return UNKNOWN
        signs = [self.sign_of(arg, depth - 1) for arg in node.args]
        return max(signs) if min(signs) else UNKNOWN

    def _defined(self, op: str, args: tuple[int, ...]) -> int:
        found = self._definition(op, args)
        if op not in FOLDED:
            return self._put(found, args[1:] if found.fixed else args)
        result = args[0]
        for arg in args[1:]:
            result = self.write(op, (result, arg)) if self._native(op, (result, arg)) else self._put(found, (result, arg))
        return result

    def _definition(self, op: str, args: tuple[int, ...]) -> Definition:
        found = self.dialect.definitions.get(op) or definition(op, len(args), self.number(args[0]))
        if found is None:
            raise Unsupported(op, Apply(op, args, (0, 0)))
        return found

    def _put(self, found: Definition, args: Sequence[int]) -> int:
        """The body of a definition for these arguments; within it, its function is the dialect's own."""
        tape, outer = body(found)[0], self.within
        known = dict(zip(found.params, args, strict=True))
        values = [self._argument(node, known) for node in tape.nodes]
        self.within = found.op
        resume(tape, values, self)
        self.within = outer
        return values[tape.output] or 0

    def _argument(self, node: Node, known: dict[str, int]) -> int | None:
        """A leaf of a definition."""
        return None if isinstance(node, Apply) else known[node.name] if isinstance(node, Var) else self.leaf(node)

    def leaf(self, node: Const | Var) -> int:
        """A constant, which may be none that a formula can write, or a variable."""
        return self.number_of(node.value) if isinstance(node, Const) and not math.isfinite(node.value) else super().leaf(node)


def inlined(tape: Tape, dialect: Dialect, needs: Sequence[int]) -> Lowered:
    """Put a straight tape in terms of what a language has, as far as some places need it. Raises Unsupported."""
    symbols, count = Inline(dialect), needed(tape, needs)
    place: list[int] = []
    for i, node in enumerate(tape.nodes):
        if count[i] < 0:
            place.append(-1)
        elif isinstance(node, Apply):
            place.append(symbols.functions[node.op](*[place[j] for j in node.args]))
        else:
            place.append(symbols.leaf(node))
    return Lowered(Tape(symbols.recorder.nodes, place[tape.output]), place, {})
