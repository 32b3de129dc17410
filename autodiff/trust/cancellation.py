"""Where digits may have been lost: one quick look at every step, so that most formulas pay little for the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff.numbers.algebra import FLOATS
from autodiff.passes.push_pull import CANCELLED, Partials
from autodiff.passes.rules import local
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Const, Node, Tape, Var

STEEP = 1e3  # how many times as much as its argument a function may change
FLAT = 1e-4  # of what it may be at most, a slope that comes near 0 beside its own change
WAVY = frozenset({"sin", "cos", "sinc", "dsinc", "gamma", "lgamma", "digamma", "polygamma", "pow", "log_base"})
"""The rows with a slope that passes through 0 where neither argument nor value does."""
SHARING = frozenset({"logaddexp", "logsumexp"})
"""The rows whose slopes depend on differences of arguments."""
FAR = 1e4
EVEN = frozenset({"mul", "div", "neg", "copy", "if", "abs", "sqrt", "cbrt", "max", "min", "and", "or", "not"})
"""The rows that are never steep beside their value."""
STEPPING = frozenset({"floor", "ceil", "round", "mod", "eq", "ne", "lt", "le", "gt", "ge"})
"""The rows that decide by a difference that is no step of its own."""


def suspicious(tape: Tape, values: Sequence[Any], partials: Partials) -> bool:
    """Whether any step may have lost digits: a sum far smaller than its terms, a steep function, a choice made by little."""
    for i, node in enumerate(tape.nodes):
        if type(node) is Apply:
            op = node.op
            if op == "add" or op == "sub":
                is_small = (out := values[i]) is not None and abs(out) < CANCELLED * abs(values[node.args[0]])
                if is_small and not all(map(_is_exact, [tape.nodes[j] for j in node.args])):
                    return True  # such a difference is exact itself: it has lost what its terms had lost before
            elif op not in EVEN and (out := values[i]) is not None:
                args = [values[j] for j in node.args]
                if _decides(op, args, out) if op in STEPPING else _is_steep(op, args, out, partials[i]):
                    return True
    return False


def _is_exact(node: Node) -> bool:
    """Whether a number is what was typed, and not rounded."""
    return type(node) is Var or (type(node) is Const and node.value % 1 == 0)


def _is_steep(op: str, args: Sequence[Any], out: Any, slopes: Sequence[Any] | None) -> bool:
    """Whether a function, or its slope, changes much more than its argument does."""
    size = abs(out)
    for x, slope in zip(args, slopes or _slopes(op, args, out)):
        if slope is not None:
            d = abs(slope)
            if d * abs(x) > STEEP * size or (d < 1e-2 and op in WAVY and d < FLAT * abs(x) * size):
                return True
    return op in SHARING and max(map(abs, args)) > FAR


def _slopes(op: str, args: Sequence[Any], out: Any) -> Sequence[Any]:
    """The local derivatives of what depends on no variable, and may be steep all the same."""
    return () if op in CONDITIONS or op == "if" else local(op, args, out, FLOATS, True, [True] * len(args))


def _decides(op: str, args: Sequence[Any], out: Any) -> bool:
    """Whether a step or a condition is so near that rounding may have decided it."""
    x, y = args[0], args[-1]
    if len(args) == 1:
        gap = abs(2 * x - round(2 * x)) if x - x == 0 else x
    else:
        gap = min(abs(out), abs(y - out)) if op == "mod" else abs(x - y)
    return bool(gap <= CANCELLED**3 * abs(x))
