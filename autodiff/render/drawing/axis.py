"""An axis for numbers, straight or logarithmic, with round numbers on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from autodiff.writing.numbers import human

TICKS = 6
DECADES, UNEVEN = 3, 20  # that numbers span where their axis is logarithmic, and how far the largest is above the middle one
DIGITS = 6  # of a round number, at least
ROOM = 0.04  # of an axis on both sides of what is drawn


class Axis(NamedTuple):
    """From one number to a larger one."""

    low: float
    high: float
    is_log: bool = False

    def share(self, x: float) -> float:
        """How far along a number is, from 0 to 1; beyond the ends by no more than once the length."""
        if self.is_log:
            return max(math.log(x / self.low) / math.log(self.high / self.low), -1.0) if x > 0 else -1.0
        return min(max((x / 2 - self.low / 2) / (self.high / 2 - self.low / 2), -1.0), 2.0)

    def ticks(self) -> list[str]:
        """Round numbers between the ends, as they are written."""
        found = self._powers() if self.is_log else []
        if len(found) > 1:
            return [human(x, DIGITS) for x in found]
        step = _round(self.high / TICKS - self.low / TICKS)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        digits = max(len(str(max(abs(first), abs(last)))) + 1, DIGITS)
        return [human(k * step, digits) for k in range(first, last + 1)]

    def _powers(self) -> list[float]:
        """Powers of ten, few enough; with 2 and 5 times them where they are few."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        if last - first > 1:
            return [10.0**k for k in range(first, last + 1, -(-(last - first) // TICKS))]
        return [x for k in range(first - 1, last + 1) for x in (10.0**k, 2 * 10.0**k, 5 * 10.0**k) if self.low <= x <= self.high]


def _round(rough: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is no less."""
    power = math.floor(math.log10(rough))
    return next(float(f"{k}e{power}") for k in (1, 2, 5, 10) if float(f"{k}e{power}") >= rough * (1 - 1e-9))


def spanning(numbers: Sequence[float], is_log: bool | None = None) -> Axis:
    """An axis for numbers, with room at the ends; logarithmic where they span decades, if that is not said."""
    shown = [x for x in numbers if math.isfinite(x)] or [0.0]
    low, high = min(shown), max(shown)
    if is_log is None:
        is_log = low > 0 and high / low >= 10**DECADES and high / sorted(shown)[len(shown) // 2] >= UNEVEN
    if is_log and 0 < low < high:
        factor = (high / low) ** ROOM
        return Axis(low / factor, high * factor, True)
    half = high / 2 - low / 2
    room = 2 * ROOM * half if half > 1e-12 * max(abs(low), abs(high)) else abs(low) / 2 or 1.0
    limit = 1.7e308
    return Axis(max(low - room, -limit), min(high + room, limit))
