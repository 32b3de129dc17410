"""Two points between which a function of one variable changes its sign."""

from __future__ import annotations

LEAST = 1e-40
"""What is so small beside the points that were met that nothing is looked for within."""


class Bracket:
    """What is known of the sign so far."""

    def __init__(self) -> None:
        self.ends: dict[bool, float] = {}
        self.reach = 0.0

    def take(self, x: float, value: float) -> None:
        """A point and the value there; the nearest of each sign are kept. 0, or what is too small for a double, has no sign."""
        if not value:
            return
        self.reach = max(self.reach, abs(x))
        sign = value > 0
        other = self.ends.get(not sign)
        if sign not in self.ends or other is None or abs(x - other) < abs(self.ends[sign] - other):
            self.ends[sign] = x

    @property
    def is_closed(self) -> bool:
        """Whether both signs were met."""
        return len(self.ends) == 2

    def middle(self) -> float | None:
        """The point halfway; None where there is no number between the ends."""
        low, high = sorted(self.ends.values())
        middle = low / 2 + high / 2
        return middle if low < middle < high and high - low > LEAST * self.reach else None
