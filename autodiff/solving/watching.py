"""An objective as SciPy calls it: what was computed is kept, and the best point."""

from __future__ import annotations

import math
from typing import Any

from autodiff.errors import needs
from autodiff.solving.objective import Objective, Place, Told

PATIENCE, NOTABLE, TINY = 60, 1e-3, 1e-20  # steps without getting lower by such a share, of the value and of the first one
BOTTOM = -1e150
"""What lies below is no minimum."""


class Bottomless(Exception):
    """The value fell below all that is a minimum."""


class Watched:
    """The objective as SciPy calls it; the last point is kept, and the best one."""

    def __init__(self, objective: Objective, first: Place, told: Told) -> None:
        self.objective, self.last, self.best, self.told = objective, first, first, told
        self.size = abs(first.value)
        self.calls, self.steps, self.still, self.known, self.has_radius = 1, 0, 0, first, False

    def at(self, x: Any) -> Place:
        """The numbers at a point; they are computed once."""
        point = tuple(map(float, x))
        if point != self.last.x:
            self.last, self.calls = self.objective.at(point), self.calls + 1
            self.told(self.calls, None)
            if self.last.is_finite and self.last.value < self.best.value:
                self.best = self.last
        if self.last.value < BOTTOM:
            raise Bottomless
        return self.last

    def step(self, *_: Any) -> None:
        """SciPy has made a step. Raises StopIteration, as it wishes, where a method with a radius only makes that smaller."""
        fall = self.known.value - self.best.value
        is_lower = fall > NOTABLE * abs(self.known.value) and fall > TINY * self.size
        self.still, self.known = (0, self.best) if is_lower else (self.still + 1, self.known)
        self.steps += 1
        if self.still > PATIENCE and self.has_radius:
            raise StopIteration

    def value(self, x: Any) -> float:
        """The value; where there is none, it is higher than any."""
        place = self.at(x)
        return place.value if place.is_finite else math.inf

    def gradient(self, x: Any) -> list[float]:
        """The gradient."""
        return [*self.at(x).gradient]

    def hessian(self, x: Any) -> Any:
        """The second derivatives; 0 where there are none."""
        numpy = needs("numpy")
        return numpy.nan_to_num(numpy.array(self.objective.second([*map(float, x)])), posinf=0.0, neginf=0.0)
