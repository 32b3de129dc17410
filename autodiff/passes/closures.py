"""Formulas of the table as functions of Python, written from their tapes: they compute what reading the tapes computes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from types import CodeType
from typing import Any, NamedTuple

from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.passes.evaluate import function
from autodiff.tape import Apply, Const, Tape, Var, ancestors

OPERATORS = {
    "add": "{} + {}", "sub": "{} - {}", "mul": "{} * {}", "neg": "-{}", "copy": "+{}", "abs": "abs({})",
    "lt": "{} < {}", "le": "{} <= {}", "gt": "{} > {}", "ge": "{} >= {}", "eq": "{} == {}", "ne": "{} != {}",
    "and": "{} and {}", "or": "{} or {}", "not": "not {}",
}  # fmt: skip
"""How Python spells what the floats' own functions do."""


PATIENCE = 32
"""Readings of a tape that cost about as much as to write it as Python."""


class Warm:
    """A function that reads tapes at first, and is written as Python once it has been used so often that this pays."""

    __slots__ = ("_left", "_make", "_read", "of")

    def __init__(
        self, read: Callable[..., Any], make: Callable[[], Callable[..., Any]] | None = None, patience: int = PATIENCE
    ) -> None:
        self._read, self._make, self._left = read, make, patience
        self.of: Callable[..., Any] = self._counted if make else read

    def _counted(self, *args: Any) -> Any:
        self._left -= 1
        if self._left < 0 and self._make:
            self.of = self._make()
        return self._read(*args)


class Written(NamedTuple):
    """A function as code, and what it needs: constants by their names, and primitives, called do_ and their name."""

    code: CodeType
    constants: dict[str, Const]
    ops: tuple[str, ...]


def spelled_out(algebra: Algebra) -> frozenset[str]:
    """The primitives of a number system that Python's operators are."""
    return frozenset(op for op in OPERATORS if function(op, algebra) is FLOATS.functions[op])


def bound(written: Written, algebra: Algebra) -> Callable[..., tuple[Any, ...]]:
    """The function in a number system that decides every condition."""
    space: dict[str, Any] = {name: algebra.lift(const.value, const.text) for name, const in written.constants.items()}
    space |= {f"do_{op}": function(op, algebra) for op in written.ops}
    exec(written.code, space)
    made: Callable[..., tuple[Any, ...]] = space["closure"]
    return made


def write(formulas: Sequence[Tape | None], params: Sequence[str], operators: Collection[str]) -> Written:
    """A function of these names that gives a tuple with the value of every formula; a literal 0 becomes None, a structural zero.

    The texts are those of the table: nothing comes from outside.
    """
    writer = _Writer(operators)
    results = ["None" if tape is None else writer.formula(tape, f"_{k}_") for k, tape in enumerate(formulas)]
    text = "\n".join([f"def closure({', '.join(params)}):", *writer.lines, f" return ({', '.join(results)},)"])
    return Written(compile(text, "<a row of the table>", "exec"), writer.constants, tuple(writer.ops))


class _Writer:
    """The lines of a function, and what they need."""

    def __init__(self, operators: Collection[str]) -> None:
        self.operators = operators
        self.lines: list[str] = []
        self.constants: dict[str, Const] = {}
        self.ops: dict[str, None] = {}

    def formula(self, tape: Tape, label: str) -> str:
        """Write one formula; its result as an expression of what the lines compute."""
        names = [self._leaf(node, f"{label}{i}") for i, node in enumerate(tape.nodes)]
        needed: set[int] = set()
        result = self._result(tape, tape.output, names, needed)
        live, ends = ancestors(tape, needed), [len(tape.nodes)]
        for i, node in enumerate(tape.nodes):
            while i >= ends[-1]:
                ends.pop()
            if (run := tape.runs.get(i)) is not None and any(live[j] and type(tape.nodes[j]) is Apply for j in range(i, run.stop)):
                self._line(ends, f"if {'' if run.when else 'not '}{names[run.condition]}:")
                ends.append(run.stop)
            if live[i] and type(node) is Apply:
                self._line(ends, f"{names[i]} = {self._operation(node, names)}")
        return result

    def _line(self, ends: Sequence[int], text: str) -> None:
        self.lines.append(" " * len(ends) + text)

    def _leaf(self, node: Any, name: str) -> str:
        if isinstance(node, Const):
            self.constants[name] = node
        return node.name if isinstance(node, Var) else name

    def _operation(self, node: Apply, names: Sequence[str]) -> str:
        args = [names[j] for j in node.args]
        if node.op == "if":
            return "{1} if {0} else {2}".format(*args)
        if node.op in self.operators:
            return OPERATORS[node.op].format(*args)
        self.ops[node.op] = None
        return f"do_{node.op}({', '.join(args)})"

    def _result(self, tape: Tape, place: int, names: Sequence[str], needed: set[int]) -> str:
        """The value of a node, chosen as late as can be, so that a literal 0 is seen."""
        node = tape.nodes[place]
        if isinstance(node, Const) and node.value == 0:
            return "None"
        if isinstance(node, Apply) and node.op == "copy":
            return self._result(tape, node.args[0], names, needed)
        if isinstance(node, Apply) and node.op == "if":
            needed.add(node.args[0])
            this, other = (self._result(tape, j, names, needed) for j in node.args[1:])
            return f"({this} if {names[node.args[0]]} else {other})"
        needed.add(place)
        return names[place]
