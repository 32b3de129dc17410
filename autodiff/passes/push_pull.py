"""Differentiation: linearize a tape that has been evaluated, then push tangents forward or pull adjoints back."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.passes.rules import local, shortcuts
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
    """What the local derivatives owe to the formula alone: which nodes vary, by operation the partials that need no work, and the
    nodes whose partials do."""

    varies: bytearray
    partials: dict[str, list[tuple[int, Any]] | None]
    made: list[int]


def plan(tape: Tape, algebra: Algebra, flags: bytearray) -> Plan:
    """The plan of a formula in a number system, where these nodes are active."""
    operations = {node.op for node in tape.nodes if type(node) is Apply}
    varies = flags
    if any(TABLE[op].literal for op in operations):  # an exponent that is a step of constants varies where it is taken as free
        varies = active(tape, tape.variables(), [i for i, flag in enumerate(flags) if flag])
    partials = {op: _ready(op, algebra) for op in operations}
    applied = ((i, node.op) for i, node in enumerate(tape.nodes) if flags[i] and type(node) is Apply)
    made = [i for i, op in applied if partials[op] is None and op != "if"]
    return Plan(varies, partials, made)


def linearize(tape: Tape, values: Sequence[Any], algebra: Algebra, flags: bytearray, planned: Plan | None = None) -> Partials:
    """The local derivatives of every node that is active and was evaluated, towards its active arguments."""
    nodes = tape.nodes
    partials: Partials = [None] * len(nodes)
    varies, plans, _ = planned or plan(tape, algebra, flags)
    for i, node in enumerate(nodes):
        if not flags[i] or type(node) is not Apply or (out := values[i]) is None:
            continue
        args = node.args
        ready = plans[node.op]
        if out != out:  # a value that is not a number has no finite derivative
            partials[i] = tuple([algebra.lift(math.nan) if flags[j] else None for j in args])
        elif ready is not None:
            partials[i] = tuple([(values[args[k]] if k >= 0 else c) if flags[j] else None for (k, c), j in zip(ready, args)])
        else:
            known, literal = [values[j] for j in args], not varies[args[-1]]
            partials[i] = tuple(local(node.op, known, out, algebra, literal, [flags[j] for j in args]))
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
