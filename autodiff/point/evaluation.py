"""A formula at a point, in numbers: its value and derivatives, and whether they can be believed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from autodiff.messages import spoken
from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.numbers.wide import Wide
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import Partials, Plan, active, linearize, places, plan, pull, push
from autodiff.passes.range import strays, unusual
from autodiff.tape import Tape
from autodiff.trust.naive.suspects import suspects
from autodiff.trust.special_points import Watched
from autodiff.trust.status import Judge, Status
from autodiff.writing.formulas import reading
from autodiff.writing.names import output_name

NO_STEPS: Mapping[str, int] = MappingProxyType({})


class Prepared:
    """What depends on the formula alone, and not on the point: made once, for as many points as are wanted.

    `steps` are names in `wrt` that are steps, and where they stand: each is differentiated as if it were free.
    """

    def __init__(self, tape: Tape, wrt: Sequence[str], steps: Mapping[str, int] = NO_STEPS) -> None:
        self.tape, self.wrt, self.steps = tape, tuple(wrt), dict(steps)
        self.active = active(tape, self.wrt, steps.values())
        self.places = {**places(tape), **steps}
        self.plan = plan(tape, FLOATS, self.active)
        self.watched = Watched(tape, self.active)
        self._advice: dict[tuple[str, str], tuple[str, ...]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Without the functions that it has made."""
        return Prepared, (self.tape, self.wrt, self.steps)

    @cached_property
    def wide(self) -> Plan:
        """The plan for unbounded exponents."""
        return plan(self.tape, unbounded(), self.active)

    @cached_property
    def output(self) -> str:
        """The name of the output."""
        return output_name(self.tape)

    @cached_property
    def reading(self) -> str:
        """The formula as it was understood, written out."""
        return reading(self.tape)

    def advice(self, text: str) -> tuple[str, ...]:
        """Stable spellings for naive ones, in the language in use."""
        key = (text, spoken())
        found = self._advice.get(key)
        if found is None:
            places = suspects(self.tape)
            notes: list[str] = []
            if places:
                from autodiff.trust.naive.advice import notes as advised  # 2 ms, and only where a naive spelling may stand

                notes = advised(self.tape, text, places)
            found = tuple(notes)
            self._advice = {key: found}
        return found

    def at(self, point: Mapping[str, float]) -> Evaluation:
        """The numbers at a point."""
        return Evaluation(self, point)


class Forward(NamedTuple):
    """The number system, and in it values and local derivatives."""

    algebra: Algebra
    values: list[Any]
    partials: Partials


def forward(prepared: Prepared, point: Mapping[str, float]) -> Forward:
    """Values and local derivatives; with unbounded exponents where something left the range of doubles."""
    tape, flags, plan = prepared.tape, prepared.active, prepared.plan
    algebra: Algebra = FLOATS
    values = evaluate(tape, point)
    partials = linearize(tape, values, FLOATS, flags, plan)
    if strays(tape, values, partials, flags, plan):
        algebra = unbounded()
        values = evaluate(tape, point, algebra)
        partials = linearize(tape, values, algebra, flags, prepared.wide)
    return Forward(algebra, values, partials)


def backward(tape: Tape, found: Forward) -> tuple[Algebra, list[Any], list[int]]:
    """The number system that adjoints needed, they themselves, and the places of those that cancelled."""
    algebra, values, partials = found
    seed = 1.0 if values[tape.output] == values[tape.output] else values[tape.output]
    cancelled: list[int] = []
    adjoints = pull(tape, partials, seed, algebra, cancelled)
    if algebra is FLOATS and unusual(adjoints):
        algebra = unbounded()
        adjoints = pull(tape, partials, seed, algebra, cancelled)
    return algebra, adjoints, cancelled


def unbounded() -> Algebra:
    """Doubles with unbounded exponents; imported where they are needed, which is seldom."""
    from autodiff.numbers.unbounded import UNBOUNDED

    return UNBOUNDED


class Evaluation:
    """The value and derivatives of a formula at a point. It is computed once and does not change."""

    __slots__ = {  # noqa: RUF023 - in the order in which they come about
        "prepared": "What depends on the formula alone.",
        "tape": "The formula, laid flat.",
        "point": "The value of every variable.",
        "wrt": "The variables, and steps, to differentiate with respect to.",
        "free": "Those of them that are steps, and where they stand: each is taken as free.",
        "active": "For every node whether it depends on one of those.",
        "places": "Where each variable stands, and each of those steps.",
        "algebra": "The number system of the sweeps: doubles, with unbounded exponents where something left their range.",
        "values": "The value of every node, None where it was not needed.",
        "value": "The value of the output.",
        "partials": "The local derivatives of every node.",
        "adjoints": "The derivative of the output with respect to every node, None for a structural zero.",
        "cancelled": "The places whose adjoint is far smaller than a term that it was added up from.",
        "special": "Whether derivatives need a word at any node.",
        "value_status": "Whether the value can be believed: ok, or what it is instead.",
        "value_node": "The node that the status of the value comes from.",
        "value_reason": "Why the value has that status.",
        "status": "The derivatives that are not simply right, and why.",
        "gradient": "The derivative of the output with respect to each of these variables and steps.",
    }

    def __init__(self, prepared: Prepared, point: Mapping[str, float], known: Forward | None = None) -> None:
        self.prepared = prepared
        self.tape, self.wrt, self.free = prepared.tape, prepared.wrt, prepared.steps
        self.active, self.places = prepared.active, prepared.places
        tape, self.point = self.tape, dict(point)
        found = known or forward(prepared, self.point)
        self.values, self.partials = found.values, found.partials
        self.algebra, self.adjoints, self.cancelled = backward(tape, found)
        self.value = float(self.values[tape.output])
        judge = self._judge()
        self.special = bool(judge.events)
        self.value_status, self.value_node, self.value_reason = judge.value()
        slopes = {name: float(self.adjoint(self.places[name])) for name in self.wrt}
        judged = {name: judge.derivative(self.places[name], slope) for name, slope in slopes.items()}
        self.status = {name: status for name, status in judged.items() if status is not None}
        self.gradient = {name: self._believed(name, slope) for name, slope in slopes.items()} if self.status else slopes

    def adjoint(self, place: int) -> float:
        """The derivative of the output with respect to a node; it knows its size where that is beyond the doubles."""
        found: float | None = self.adjoints[place]
        if found is None:
            return 0.0 if self.value == self.value else self.value
        return found if type(found) is Wide else found + 0.0

    @property
    def strays(self) -> bool:
        """Whether a number left the range of doubles on its way."""
        return self.algebra is not FLOATS

    def pushed(self, tangents: Mapping[int, float]) -> list[Any]:
        """The tangent of every node, from those of some; None is a structural zero."""
        found = push(self.tape, self.partials, tangents, self.algebra)
        return push(self.tape, self.partials, tangents, unbounded()) if self.algebra is FLOATS and unusual(found) else found

    def judged(self, place: int) -> Status | None:
        """The status of the derivative with respect to a node; None where it is simply right."""
        return self._judge().derivative(place, float(self.adjoint(place)))

    def _judge(self) -> Judge:
        return Judge(self.tape, self.values, self.partials, self.adjoints, self.active, self.prepared.watched)

    def _believed(self, name: str, slope: float) -> float:
        status = self.status.get(name)
        return math.nan if status is not None and status.status in ("domain", "undefined") else slope
