"""A formula at a point whose derivatives are judged one by one as they are asked for, as long as there is time."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from autodiff.messages import say
from autodiff.point.evaluation import Prepared, backward, forward
from autodiff.tape import Tape
from autodiff.trust.status import Judge, Status

TIME = 60_000
"""Nodes that are read, and one-sided operations, for all the derivatives that are judged together."""


class Time:
    """How many of those are left."""

    def __init__(self, left: int = TIME) -> None:
        self.left = left


class Sparing:
    """The value and the derivatives of a formula at a point; the status of a derivative is found when it is wanted."""

    def __init__(
        self, tape: Tape, wrt: Collection[str], point: Mapping[str, float], time: Time, prepared: Prepared | None = None
    ) -> None:
        self.tape, self.variables = tape, frozenset(tape.variables())
        self._wrt, self._point, self._time, self._given = [x for x in wrt if x in self.variables], point, time, prepared
        self._known: dict[str, Status | None] = {}

    @cached_property
    def _prepared(self) -> Prepared:
        return self._given or Prepared(self.tape, self._wrt)

    @cached_property
    def _judge(self) -> Judge:
        prepared, tape = self._prepared, self.tape
        self._time.left -= len(tape.nodes)
        found = forward(prepared, {name: self._point[name] for name in self.variables})
        adjoints = backward(tape, found)[1]
        return Judge(tape, found.values, found.partials, adjoints, prepared.active, prepared.watched)

    @property
    def is_late(self) -> bool:
        """Whether there is no time left to read it."""
        return self._time.left <= 0 and "_judge" not in self.__dict__

    @property
    def value(self) -> float:
        """The value of the output."""
        return float(self._judge.values[self.tape.output])

    def status(self, name: str) -> Status | None:
        """The status of the derivative with respect to a variable; None where it is simply right."""
        if name not in self._wrt:
            return None
        if name not in self._known:
            self._known[name] = _late() if self.is_late else self._judged(self._prepared.places[name])
        return self._known[name]

    def slope(self, name: str) -> float:
        """The derivative with respect to a variable; NaN where there is none."""
        if name not in self._wrt:
            return 0.0
        status = self.status(name)
        lost = status is not None and status.status in ("domain", "undefined")
        return math.nan if lost else self._slope(self._prepared.places[name])

    def _slope(self, place: int) -> float:
        found: Any = self._judge.adjoints[place]
        if found is None:
            return 0.0 if self.value == self.value else self.value
        return float(found) + 0.0

    def _judged(self, place: int) -> Status | None:
        judge, slope = self._judge, self._slope(place)
        if self._time.left <= 0 and (judge.meets(place) or not math.isfinite(slope)):
            return _late()
        before = judge.work
        found = judge.derivative(place, slope)
        self._time.left -= judge.work - before
        return found


def _late() -> Status:
    return Status("undefined", say("the point is special, and the written derivative is too long to be judged there"), -1)
