"""Where numbers leave the range of doubles on their way through a tape: found cheaply, and then made with unbounded exponents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autodiff.numbers.wide import HUGE, TINY, Wide
from autodiff.passes.evaluate import function
from autodiff.passes.push_pull import Partials, Plan
from autodiff.passes.rules import local
from autodiff.tape import Apply, Tape


def unusual(numbers: Sequence[Any]) -> list[int]:
    """The places of those that are 0, subnormal or infinite: nearly always none."""
    return [
        i
        for i, x in enumerate(numbers)
        if x is not None and not (TINY <= x <= HUGE or -HUGE <= x <= -TINY) and x == x and x is not False
    ]


def strays(tape: Tape, values: Sequence[Any], partials: Partials, flags: bytearray, plan: Plan) -> bool:
    """Whether a value or a local derivative left the range of doubles."""
    odd, steep = unusual(values), _suspects(partials, plan.made)
    if not odd and not steep:
        return False
    return any(_is_outside(tape, i, values) for i in odd) or any(_has_outside(tape, i, values, flags, plan) for i in steep)


def _is_outside(tape: Tape, place: int, values: Sequence[Any]) -> bool:
    from autodiff.numbers.unbounded import UNBOUNDED

    node = tape.nodes[place]
    return type(node) is Apply and type(function(node.op, UNBOUNDED)(*[values[j] for j in node.args])) is Wide


def _suspects(partials: Partials, made: Iterable[int]) -> list[int]:
    """The nodes with a local derivative that was computed and is 0, subnormal or infinite."""
    return [
        i for i in made for d in partials[i] or () if d is not None and not (TINY <= d <= HUGE or -HUGE <= d <= -TINY) and d == d
    ]


def _has_outside(tape: Tape, place: int, values: Sequence[Any], flags: bytearray, plan: Plan) -> bool:
    from autodiff.numbers.unbounded import UNBOUNDED

    node = tape.nodes[place]
    assert type(node) is Apply
    args = [values[j] for j in node.args]
    slopes = local(node.op, args, values[place], UNBOUNDED, not plan.varies[node.args[-1]], [flags[j] for j in node.args])
    return Wide in map(type, slopes)
