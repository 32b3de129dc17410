"""The derivative of a formula that was misread as a whole: angles in degrees, or another base of the logarithm."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from autodiff.messages import N_, say
from autodiff.numbers.algebra import FLOATS, Made
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import Partials, active, linearize, pull
from autodiff.point.evaluation import Evaluation
from autodiff.tape import Apply, Tape

DEGREE = math.pi / 180
TURNED = frozenset({"sin", "cos", "tan"})  # take an angle
TURNING = frozenset({"asin", "acos", "atan", "atan2"})  # give an angle
BASES = {  # what people read, and what stands there
    "log10": ("log", N_("log base: log is the natural logarithm, and is taken for the decimal one")),
    "log2": ("log", N_("log base: log is the natural logarithm, and is taken for the binary one")),
    "log": ("log10", N_("log base: log10 is the decimal logarithm, and is taken for the natural one")),
}


class Misread(NamedTuple):
    """A way to misread a formula, and the derivative that comes of it."""

    said: str
    derivative: Callable[[Evaluation, int], float | None]


class Other:
    """Doubles in which some functions give another value."""

    formulas = "doubles"

    def __init__(self, replaced: Mapping[str, Callable[..., Any]]) -> None:
        self.functions = Made(lambda op: replaced.get(op) or FLOATS.functions[op])

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool) -> bool:
        return value


def degrees() -> Other:
    """Angles in degrees: a calculator in the wrong mode."""
    functions = FLOATS.functions
    taken = {op: lambda x, f=functions[op]: f(x * DEGREE) for op in TURNED}
    given = {op: lambda *args, f=functions[op]: f(*args) / DEGREE for op in TURNING}
    return Other({**taken, **given})


def ways(ops: Collection[str]) -> Iterator[Misread]:
    """How a formula of these operations can be misread."""
    if not (TURNED | TURNING).isdisjoint(ops):
        yield Misread(say("degrees: degrees are taken for radians, as by a calculator in the wrong mode"), _calculator)
        yield Misread(say("degrees: every angle is taken in degrees, not in radians"), _in_degrees)
    for other, (op, said) in BASES.items():
        if op in ops:
            yield Misread(say(said), partial(_swapped, op=op, other=other))
            yield Misread(say(said), partial(_valued, op=op, other=other))


def _calculator(here: Evaluation, place: int) -> float | None:
    """The right formula, computed in degrees."""
    values = evaluate(here.tape, here.point, degrees())
    return _pulled(here.tape, linearize(here.tape, values, degrees(), here.active), place)


def _in_degrees(here: Evaluation, place: int) -> float | None:
    """The derivative of the formula in degrees."""
    values = evaluate(here.tape, here.point, degrees())
    partials = linearize(here.tape, values, degrees(), here.active)
    for i, node in enumerate(here.tape.nodes):
        slopes = partials[i]
        if isinstance(node, Apply) and slopes is not None and node.op in TURNED | TURNING:
            factor = DEGREE if node.op in TURNED else 1 / DEGREE
            partials[i] = tuple([None if slope is None else slope * factor for slope in slopes])
    return _pulled(here.tape, partials, place)


def _swapped(here: Evaluation, place: int, op: str, other: str) -> float | None:
    """The derivative with another function in place of one."""
    nodes = [Apply(other, n.args, n.span) if isinstance(n, Apply) and n.op == op else n for n in here.tape.nodes]
    tape = Tape(nodes, here.tape.output, runs=here.tape.runs)
    return _pulled(tape, linearize(tape, evaluate(tape, here.point), FLOATS, active(tape, here.wrt)), place)


def _valued(here: Evaluation, place: int, op: str, other: str) -> float | None:
    """The right formula, computed with the value of another function."""
    algebra = Other({op: FLOATS.functions[other]})
    values = evaluate(here.tape, here.point, algebra)
    return _pulled(here.tape, linearize(here.tape, values, algebra, here.active), place)


def _pulled(tape: Tape, partials: Partials, place: int) -> float | None:
    found = pull(tape, partials, 1.0)[place]
    return None if found is None else float(found)
