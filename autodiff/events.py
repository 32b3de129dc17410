"""Where on a tape derivatives need a word: the special points that its nodes meet, and values that are not ordinary."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autodiff import rules
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Tape, ancestors


class Event(NamedTuple):
    """A node where derivatives need a word; `argument` says which of its arguments it is about, None means all."""

    node: int
    status: str
    reason: str
    argument: int | None = None


def events(tape: Tape, values: Sequence[Any], active: bytearray) -> list[Event]:
    """All events among the nodes that the output was computed from, in order of evaluation."""
    live = ancestors(tape, [tape.output], values)
    pointed = {op for op, row in TABLE.items() if row.points}
    found: list[Event] = []
    for i, node in enumerate(tape.nodes):
        if live[i] and type(node) is Apply and (node.op in pointed or values[i] - values[i] != 0) and node.op != "if":
            found += _at(i, node, values, active)
    return found


def _at(i: int, node: Apply, values: Sequence[Any], active: bytearray) -> Iterator[Event]:
    args, out, name = [values[j] for j in node.args], values[i], spelled(node.op)
    finite = all(math.isfinite(x) for x in args)
    if out != out:
        if not any(x != x for x in args):
            yield _without_value(i, node.op, args, finite)
        return
    met = rules.met(node.op, args, out, [active[j] for j in node.args])
    for where, k in met:
        yield Event(i, where.status, where.reason.format(name=name), k)
    if math.isinf(out) and finite and not {where.status for where, _ in met} & {"pole", "infinite"}:
        yield Event(i, "overflow", f"{name} is too large for a double here")


def _without_value(i: int, op: str, args: Sequence[float], finite: bool) -> Event:
    name = spelled(op)
    if op == "pow" and finite and args[0] < 0:
        name = "a power of a negative number that is no integer (cbrt(x) and root(x, n) are real roots)"
    reason = f"{name} has no real value here" if finite else f"{name} of these infinities has no value"
    return Event(i, "domain" if finite else "undefined", reason)


def spelled(op: str) -> str:
    """A primitive's name for a sentence."""
    return {"div": "the quotient", "pow": "this power", "mul": "the product", "add": "the sum", "sub": "the difference"}.get(
        op, TABLE[op].spelled or op
    )
