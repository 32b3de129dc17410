"""A formula at a point whose derivatives are judged one by one as they are asked for, as long as there is time."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autodiff.messages import say
from autodiff.point.evaluation import Prepared, backward, forward
from autodiff.trust.status import Judge, Status

TIME = 60_000
"""One-sided operations for all the derivatives that are judged together."""


class Time:
    """How many one-sided operations are left."""

    def __init__(self, left: int = TIME) -> None:
        self.left = left


class Sparing:
    """The value and the derivatives of a formula at a point; the status of a derivative is found when it is wanted."""

    def __init__(self, prepared: Prepared, point: Mapping[str, float], time: Time) -> None:
        self.tape, self.places, self._time = prepared.tape, prepared.places, time
        self._wrt = frozenset(prepared.wrt)
        found = forward(prepared, point)
        _, self._adjoints, _ = backward(self.tape, found)
        self._judge = Judge(self.tape, found.values, found.partials, self._adjoints, prepared.active, prepared.watched)
        self.value = float(found.values[self.tape.output])
        self._known: dict[str, Status | None] = {}

    def status(self, name: str) -> Status | None:
        """The status of the derivative with respect to a variable; None where it is simply right."""
        if name not in self._wrt:
            return None
        if name not in self._known:
            self._known[name] = self._judged(self.places[name])
        return self._known[name]

    def slope(self, name: str) -> float:
        """The derivative with respect to a variable; NaN where there is none."""
        if name not in self._wrt:
            return 0.0
        status = self.status(name)
        return math.nan if status is not None and status.status in ("domain", "undefined") else self._slope(self.places[name])

    def _slope(self, place: int) -> float:
        found = self._adjoints[place]
        if found is None:
            return 0.0 if self.value == self.value else self.value
        return float(found) + 0.0

    def _judged(self, place: int) -> Status | None:
        slope = self._slope(place)
        if self._time.left <= 0 and (self._judge.meets(place) or not math.isfinite(slope)):
            return Status("undefined", say("the point is special, and the written derivative is too long to be judged there"), -1)
        before = self._judge.work
        found = self._judge.derivative(place, slope)
        self._time.left -= self._judge.work - before
        return found
