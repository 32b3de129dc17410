"""Counts the operations of the code that is written for a formula."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import autodiff
from autodiff.code.c import DIALECT
from autodiff.code.definitions import Definition
from autodiff.code.lower import Lowered, body, lower
from autodiff.code.sweeps import Sweeps
from autodiff.primitives import CONDITIONS
from autodiff.symbolic.kin import FORMS
from autodiff.tape import Apply, Const, Tape

CALLS = {
    "exp": 55, "expm1": 60, "log": 55, "log2": 55, "log10": 90, "log1p": 80, "sin": 75, "cos": 65, "tan": 75, "asin": 75,
    "acos": 80, "atan": 60, "sinh": 110, "cosh": 65, "tanh": 110, "asinh": 105, "acosh": 95, "atanh": 105, "cbrt": 140, "erf": 50,
    "erfc": 55, "gamma": 320, "lgamma": 95, "pow": 130, "hypot": 60, "mod": 35, "atan2": 150,
}  # fmt: skip
"""The instructions of glibc's functions at ordinary arguments on x86-64, as valgrind --tool=callgrind counts them, rounded down."""

OPERATIONS = ("add", "sub", "mul", "div", "neg")
INSTRUCTIONS = frozenset(["sqrt", "abs", "floor", "ceil", "round", "if", *OPERATIONS, *CONDITIONS])
"""Of the processor."""

CALLING = DIALECT._replace(native=DIALECT.native | FORMS)
"""C as if it had the stable forms itself, each an operation."""


class Cost(NamedTuple):
    """The operations of the sweep forward, of the one backward, and of the guards that give no derivatives where there is none."""

    forward: int
    backward: int
    guards: int

    @property
    def ratio(self) -> float:
        """How much more the sweep backward costs."""
        return self.backward / self.forward


def cost(formula: autodiff.Formula, full: bool = False) -> Cost:
    """Every operation counts once; with `full` a function of the file as what it does, one of the C library as its instructions.

    Forward is what the value alone needs.
    """
    tape, wrt, _ = formula.bind(dict.fromkeys(formula.variables, 0.0), None)
    sweeps = Sweeps(tape, wrt, False)
    guarded = [sweeps.guarded(place, name) for name, place in zip(wrt, sweeps.slopes)]

    def total(places: Sequence[int]) -> int:
        whole = Tape(sweeps.symbols.recorder.nodes, sweeps.value)
        lowered = lower(whole, DIALECT if full else CALLING, needs=[sweeps.value, *places])
        return operations(lowered, full)

    forward, both, whole = total([]), total(sweeps.slopes), total(guarded)
    return Cost(forward, both - forward, whole - both)


def operations(lowered: Lowered, full: bool) -> int:
    """Those that depend on a variable; the compiler works out the others."""
    nodes, fixed, count = lowered.tape.nodes, bytearray(len(lowered.tape.nodes)), 0
    for i, node in enumerate(nodes):
        if isinstance(node, Apply):
            fixed[i] = all(fixed[j] for j in node.args)
            if not fixed[i] and node.op != "copy":
                count += weight(node.op, lowered) if full else 1
        else:
            fixed[i] = isinstance(node, Const)
    return count


def weight(op: str, lowered: Lowered) -> int:
    """What an operation counts in full."""
    if op.endswith("()"):
        return inside(lowered.used[op[:-2]])
    return 1 if op in INSTRUCTIONS else CALLS[op]


@cache
def inside(definition: Definition) -> int:
    """The operations in a function of the file."""
    return operations(lower(body(definition)[0], DIALECT, within=definition.op), True)
