"""What came of a search for a minimum."""

from __future__ import annotations

from typing import NamedTuple

from autodiff.solving.objective import Objective, Place


class Outcome(NamedTuple):
    """The point that was found, and how. `places` are all steps, where they are kept, the start first. `condition` is a word for
    what went wrong: diverging, unbounded, flat, kink, domain, limit; or nothing. `has_failed` tells that the point is only the best
    so far.
    """

    objective: Objective
    method: str
    start: Place
    end: Place
    places: list[Place]
    nit: int
    nfev: int
    success: bool
    message: str
    condition: str
    has_failed: bool
    rate: float = 0.0

    @property
    def notes(self) -> list[str]:
        """What is to be said of the reading."""
        return self.objective.notes()
