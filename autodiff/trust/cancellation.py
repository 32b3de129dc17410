"""Where digits may have been lost: one quick look at every step, so that most formulas pay little for the question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

from autodiff.passes.push_pull import Partials
from autodiff.tape import Apply, Tape

CANCELLED = 1e-3  # what is left of a sum
STEEP = 1e3  # how many times as much as its argument a function may change
FLAT = 1e-4  # of what it may be at most, a slope that comes near 0 beside its own change
WAVY = frozenset({"sin", "cos", "sinc", "dsinc", "gamma", "lgamma", "digamma", "polygamma", "pow", "log_base"})
"""The rows with a slope that passes through 0 where neither argument nor value does."""
SHARING = frozenset({"logaddexp", "logsumexp"})
"""The rows whose slopes depend on differences of arguments."""
FAR = 1e4
STEPPING = frozenset({"floor", "ceil", "round", "mod", "eq", "ne", "lt", "le", "gt", "ge"})
"""The rows that decide by a difference that is no step of its own."""


def suspicious(tape: Tape, values: Sequence[Any], partials: Partials, adjoints: Sequence[Any]) -> bool:
    """Whether any step may have lost digits: a sum far smaller than its terms, here or in the sweep back, or a steep function."""
    nodes = tape.nodes
    for i, node in enumerate(nodes):
        if type(node) is Apply and (out := values[i]) is not None:
            op, args = node.op, node.args
            if op == "add" or op == "sub":
                if abs(out) < CANCELLED * abs(values[args[0]]):
                    return True
            elif op != "mul" and op != "div" and _is_steep(op, [values[j] for j in args], out, partials[i]):
                return True
    return _shrinks(tape, partials, adjoints)


def _is_steep(op: str, args: Sequence[Any], out: Any, slopes: Sequence[Any] | None) -> bool:
    """Whether a function, or its slope, changes much more than its argument does."""
    if op in STEPPING:
        return _decides(op, args, out)
    for x, slope in zip(args, slopes or ()):
        if slope is not None:
            size = abs(slope)
            if not size * abs(x) <= STEEP * abs(out) or (op in WAVY and size < 1e-2 and size < FLAT * abs(x * out)):
                return True
    return op in SHARING and max(map(abs, args)) > FAR


def _decides(op: str, args: Sequence[Any], out: Any) -> bool:
    """Whether a step or a condition is so near that rounding may have decided it."""
    x, y = args[0], args[-1]
    if len(args) == 1:
        gap = abs(2 * x - round(2 * x)) if x - x == 0 else x
    else:
        gap = min(abs(out), abs(y - out)) if op == "mod" else abs(x - y)
    return bool(gap <= CANCELLED**3 * abs(x))


def _shrinks(tape: Tape, partials: Partials, adjoints: Sequence[Any]) -> bool:
    """Whether an adjoint is far smaller than the terms that it was added up from."""
    used = Counter(chain.from_iterable([node.args for node in tape.nodes if type(node) is Apply]))
    shared = {j for j, count in used.items() if count > 1 and adjoints[j] is not None}
    if not shared:
        return False
    for i, node in enumerate(tape.nodes):
        slopes, adjoint = partials[i], adjoints[i]
        if slopes is not None and adjoint is not None and type(node) is Apply:
            for j, slope in zip(node.args, slopes):
                if j in shared and slope is not None and abs(adjoints[j]) < CANCELLED * abs(adjoint * slope):
                    return True
    return False
