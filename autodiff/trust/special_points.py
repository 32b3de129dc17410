"""Where on a tape derivatives need a word: the special points that its nodes meet, and values that are not ordinary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from autodiff.messages import N_, say
from autodiff.numbers.wide import Wide
from autodiff.passes import rules
from autodiff.passes.closures import Warm
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Tape, ancestors

SPELLED = {
    "div": N_("the quotient"),
    "pow": N_("this power"),
    "mul": N_("the product"),
    "add": N_("the sum"),
    "sub": N_("the difference"),
}
NO_ROOT = N_("a power of a negative number that is no integer (cbrt(x) and root(x, n) are real roots) has no real value here")


class Event(NamedTuple):
    """A node where derivatives need a word; `argument` says which of its arguments it is about, None means all.

    There may be as many as nodes, so the message is translated, and the name of the primitive put in, only where it is read.
    """

    node: int
    status: str
    message: str
    argument: int | None = None
    op: str = "copy"

    @property
    def reason(self) -> str:
        """Why, in a sentence."""
        return say(self.message, name=spelled(self.op))


class Watched:
    """The steps of a formula that may meet a special point; and those that its output depends on, None where that is chosen."""

    def __init__(self, tape: Tape, active: bytearray) -> None:
        pointed = _pointed()
        self.steps: list[tuple[int, Apply, Warm, bool]] = []
        chooses = False
        known: dict[tuple[Any, ...], Warm | None] = {}
        for i, node in enumerate(tape.nodes):
            if type(node) is not Apply:
                continue
            op = node.op
            chooses = chooses or op == "if"
            if op in pointed:
                flags = [active[j] for j in node.args]
                alike = (op, *flags)
                if alike not in known:
                    known[alike] = rules.meets(op, rules.directions(op, flags))
                meets = known[alike]
                if meets is not None:
                    self.steps.append((i, node, meets, rules.is_variadic(op)))
        self.live = None if chooses else ancestors(tape, [tape.output])


def events(tape: Tape, values: Sequence[Any], active: bytearray, watched: Watched | None = None) -> list[Event]:
    """All events among the nodes that the output was computed from, in order of evaluation."""
    watched = watched or Watched(tape, active)
    met = [i for i, node, meets, is_counted in watched.steps if _meets(node, values, values[i], meets, is_counted)]
    wild = [i for i, x in enumerate(values) if x is not None and x - x != 0]
    if not met and not wild:
        return []
    live, found = watched.live or ancestors(tape, [tape.output], values), list[Event]()
    for i in sorted({*met, *wild}):
        if live[i] and type(node := tape.nodes[i]) is Apply and node.op != "if":
            found += _at(i, node, values, active)
    return found


@cache
def _pointed() -> frozenset[str]:
    """The rows with special points."""
    return frozenset(op for op, row in TABLE.items() if row.points)


def _meets(node: Apply, values: Sequence[Any], out: Any, meets: Warm, is_counted: bool) -> bool:
    """Whether a step meets a special point."""
    if out is None:
        return False
    args = [values[j] for j in node.args]
    return bool(meets.of(out, args.count(out))[0] if is_counted else meets.of(*args, out)[0])


def _at(i: int, node: Apply, values: Sequence[Any], active: bytearray) -> Iterator[Event]:
    args, out = [values[j] for j in node.args], values[i]
    finite = all(math.isfinite(x) or type(x) is Wide for x in args)
    if out != out:
        if not any(x != x for x in args):
            yield _without_value(i, node.op, args, finite)
        return
    met = rules.met(node.op, args, out, [active[j] for j in node.args])
    for where, k in met:
        yield Event(i, where.status, where.reason, k, node.op)
    if math.isinf(out) and type(out) is not Wide and finite and not {where.status for where, _ in met} & {"pole", "infinite"}:
        yield Event(i, "overflow", N_("{name} is too large for a double here"), None, node.op)


def too_large(tape: Tape, values: Sequence[Any]) -> list[Event]:
    """The nodes whose value is a number that is too large for a double."""
    message = N_("{name} is too large for a double here")
    large = [i for i, x in enumerate(values) if type(x) is Wide and math.isinf(x)]
    return [Event(i, "overflow", message, None, node.op) for i in large if type(node := tape.nodes[i]) is Apply]


def _without_value(i: int, op: str, args: Sequence[float], finite: bool) -> Event:
    if not finite:
        return Event(i, "undefined", N_("{name} of these infinities has no value"), None, op)
    if all(abs(x) < 1 for x in args if type(x) is Wide) and Wide in map(type, args):
        return Event(i, "underflow", N_("{name} of a number below all doubles is not known"), None, op)
    if Wide in map(type, args):
        return Event(i, "undefined", N_("{name} of a number beyond all doubles is not known"), None, op)
    if op == "pow" and args[0] < 0:
        return Event(i, "domain", NO_ROOT, None, op)
    return Event(i, "domain", N_("{name} has no real value here"), None, op)


def spelled(op: str) -> str:
    """A primitive's name for a sentence."""
    return say(SPELLED[op]) if op in SPELLED else TABLE[op].spelled or op
