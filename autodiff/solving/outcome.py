"""What came of a search for a minimum."""

from __future__ import annotations

from typing import NamedTuple

from autodiff.solving.objective import Objective, Over, Place


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
    def over(self) -> Over | None:
        """Over which records the formula was taken, where the search ended."""
        return self.objective.over(self.end.x)

    @property
    def notes(self) -> list[str]:
        """What is to be said of the reading, and of the records."""
        return [*dict.fromkeys([*self.objective.notes(), *(self.over.notes if self.over else ())])]
