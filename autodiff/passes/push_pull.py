"""Differentiation: linearize a tape that has been evaluated, then push tangents forward or pull adjoints back."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.passes.closures import Warm
from autodiff.passes.rules import local, row, shortcuts
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Tape, Var

CANCELLED = 1e-3
"""What is left of a sum that has lost digits, beside its terms."""

Partials = list[tuple[Any, ...] | None]
"""For every node its local derivatives, one for each argument; None is a structural zero."""


def active(tape: Tape, wrt: Collection[str], steps: Collection[int] = ()) -> bytearray:
    """For every node 1 if it depends on one of these variables, or on a step at one of these places."""
    names, flags = frozenset(wrt), bytearray(len(tape.nodes))
    for place in steps:
        flags[place] = 1
    for i, node in enumerate(tape.nodes):
        if type(node) is Apply:
            for j in node.args:
                if flags[j]:
                    flags[i] = 1
                    break
        elif type(node) is Var:
            flags[i] = node.name in names
    return flags


class Plan(NamedTuple):
    """What the local derivatives owe to the formula alone: which nodes vary; the active steps with their arguments and derivatives;
    and those of them whose derivatives need work."""

    varies: bytearray
    steps: list[tuple[int, tuple[int, ...], Warm]]
    made: list[int]


def plan(tape: Tape, algebra: Algebra, flags: bytearray) -> Plan:
    """The plan of a formula in a number system that decides every condition, where these nodes are active."""
    varies = _varying(tape, flags)
    known: dict[Any, tuple[Warm, bool]] = {}
    steps, made = list[tuple[int, tuple[int, ...], Warm]](), list[int]()
    for i, node in enumerate(tape.nodes):
        if flags[i] and type(node) is Apply:
            op, args = node.op, node.args
            if len(args) == 2:
                j, k = args
                alike: Any = (op, flags[j], flags[k], varies[k])
            else:
                alike = (op, *[flags[j] for j in args], varies[args[-1]])
            try:
                slopes, needs_work = known[alike]
            except KeyError:
                slopes = row(op, not varies[args[-1]], tuple([flags[j] == 1 for j in args]), algebra)
                needs_work = op != "if" and _ready(op, algebra) is None
                known[alike] = slopes, needs_work
            steps.append((i, args, slopes))
            if needs_work:
                made.append(i)
    return Plan(varies, steps, made)


def _varying(tape: Tape, flags: bytearray) -> bytearray:
    """Which nodes vary: where every variable does, those that are active; an exponent that is a step of constants does where it
    is taken as free.
    """
    if all(flags[i] for i, node in enumerate(tape.nodes) if type(node) is Var):
        return flags
    if any(TABLE[op].literal for op in {node.op for node in tape.nodes if type(node) is Apply}):
        return active(tape, tape.variables(), [i for i, flag in enumerate(flags) if flag])
    return flags


def linearize(tape: Tape, values: Sequence[Any], algebra: Algebra, flags: bytearray, planned: Plan | None = None) -> Partials:
    """The local derivatives of every node that is active and was evaluated, towards its active arguments."""
    if not hasattr(algebra, "rows"):
        return _read(tape, values, algebra, flags)
    partials: Partials = [None] * len(tape.nodes)
    for i, args, slopes in (planned or plan(tape, algebra, flags)).steps:
        out = values[i]
        if out is None:
            continue
        if out != out:
            partials[i] = _none(args, algebra, flags)
        elif len(args) == 2:
            j, k = args
            partials[i] = slopes.of(values[j], values[k], out)
        else:
            partials[i] = slopes.of(*[values[j] for j in args], out)
    return partials


def _none(args: Sequence[int], algebra: Algebra, flags: bytearray) -> tuple[Any, ...]:
    """The local derivatives of a value that is not a number: it has no finite one."""
    return tuple([algebra.lift(math.nan) if flags[j] else None for j in args])


def _read(tape: Tape, values: Sequence[Any], algebra: Algebra, flags: bytearray) -> Partials:
    """The same in a number system in which the rows are read."""
    partials: Partials = [None] * len(tape.nodes)
    varies = _varying(tape, flags)
    ready = {op: _ready(op, algebra) for op in {node.op for node in tape.nodes if type(node) is Apply}}
    for i, node in enumerate(tape.nodes):
        if not flags[i] or type(node) is not Apply or (out := values[i]) is None:
            continue
        args, known = node.args, ready[node.op]
        if out != out:
            partials[i] = _none(args, algebra, flags)
        elif known is not None:
            partials[i] = tuple([(values[args[k]] if k >= 0 else c) if flags[j] else None for (k, c), j in zip(known, args)])
        else:
            wanted = [flags[j] for j in args]
            partials[i] = tuple(local(node.op, [values[j] for j in args], out, algebra, not varies[args[-1]], wanted))
    return partials


def _ready(op: str, algebra: Algebra) -> list[tuple[int, Any]] | None:
    """The partials of a row where each is a constant or an argument, as (number of the argument or -1, constant)."""
    row = TABLE[op]
    ways = shortcuts(op, False, algebra.formulas)
    if row.variadic or row.literal or not ways or any(kind > 1 or (kind == 0 and not what) for kind, what in ways):
        return None
    return [(-1, algebra.lift(what)) if kind == 0 else (what, None) for kind, what in ways]


def push(tape: Tape, partials: Partials, tangents: Mapping[int, Any], algebra: Algebra = FLOATS) -> list[Any]:
    """Forward mode: the tangent of every node, from those of variables, and of steps that are taken as free. None is a structural
    zero."""
    add, mul = algebra.functions["add"], algebra.functions["mul"]
    result: list[Any] = [tangents.get(i) for i in range(len(tape.nodes))]
    for i, node in enumerate(tape.nodes):
        slopes = partials[i]
        if slopes is None or type(node) is not Apply or i in tangents:
            continue
        total = None
        for j, slope in zip(node.args, slopes, strict=True):
            if slope is not None and result[j] is not None:
                term = mul(slope, result[j])
                total = term if total is None else add(total, term)
        result[i] = total
    return result


def pull(tape: Tape, partials: Partials, seed: Any, algebra: Algebra = FLOATS, cancelled: list[int] | None = None) -> list[Any]:
    """Reverse mode: the adjoint of every node, the derivative of the output with respect to it. None is a structural zero.

    The places whose adjoint is far smaller than a term of it join those that are `cancelled`.
    """
    add, mul = algebra.functions["add"], algebra.functions["mul"]
    nodes = tape.nodes
    adjoints: list[Any] = [None] * len(nodes)
    adjoints[tape.output] = seed
    for i in range(tape.output, -1, -1):
        adjoint, slopes = adjoints[i], partials[i]
        if adjoint is None or slopes is None:
            continue
        for j, slope in zip(nodes[i].args, slopes):  # type: ignore[union-attr]
            if slope is not None:
                term, before = mul(adjoint, slope), adjoints[j]
                adjoints[j] = total = term if before is None else add(before, term)
                if before is not None and cancelled is not None and abs(total) < CANCELLED * abs(term):
                    cancelled.append(j)
    return adjoints


def places(tape: Tape) -> dict[str, int]:
    """Where each variable stands."""
    return {node.name: i for i, node in enumerate(tape.nodes) if type(node) is Var}
