"""Intervals of doubles, many at once: what the numbers of a box, or of one point, may be.

An interval holds the results that doubles with unbounded exponents give: what lies beyond them is between the greatest double and
infinity, what lies below them between 0 and the least.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autodiff.numbers.wide import HUGE, TINY

GRAIN = 2.0**-53
"""A sum of doubles, none of which is smaller than 1 but for zeros, is 0 or no smaller than this."""


class Interval:
    """Arrays of lower and upper ends, one and the same array where they are single points.

    What is not 0 is at least as great as `least`. Where there is a `fault` there may be no value, or an infinite one, though the
    arguments are finite; what is said of the interval is said of the other points.
    """

    __slots__ = ("fault", "hi", "least", "lo")

    def __init__(self, lo: Any, hi: Any = None, least: Any = None, fault: Any = False) -> None:
        self.lo, self.hi, self.fault = lo, lo if hi is None else hi, fault
        self.least: Any = np.maximum(least, self.off) if least is not None else None

    @property
    def exact(self) -> bool:
        """Whether these are points."""
        return self.lo is self.hi

    @property
    def broad(self) -> Any:
        """Where it is more than a point."""
        return self.lo != self.hi

    @property
    def off(self) -> Any:
        """How far it is from 0."""
        return np.maximum(np.maximum(self.lo, -self.hi), 0.0)

    @property
    def grain(self) -> Any:
        """The least size of a number of it that is not 0, as far as it is known; anything, where it is 0 alone."""
        return np.where((self.lo == 0) & (self.hi == 0), 1.0, self.off) if self.least is None else self.least

    @property
    def top(self) -> Any:
        """The greatest size."""
        return np.maximum(-self.lo, self.hi)

    @property
    def nought(self) -> Any:
        """Whether it has 0."""
        return (self.lo <= 0) & (self.hi >= 0)


class Maybe:
    """A condition: where it may hold, and where it may not."""

    __slots__ = ("_no", "yes")

    def __init__(self, yes: Any, no: Callable[[], Any]) -> None:
        self.yes, self._no = yes, no

    @property
    def no(self) -> Any:
        """Where it may fail."""
        return self._no()


def least_of(function: Callable[..., Any], *args: Interval) -> Any:
    """What is known of the least size of a result, if anything is known of that of the arguments."""
    return function() if any(arg.least is not None for arg in args) else None


def spread(lo: Any, hi: Any, least: Any = None, fault: Any = False, slack: float = 0.0) -> Interval:
    """The interval between ends that were computed: widened by their rounding, and where they leave the range of doubles."""
    if slack:
        margin = slack * np.abs(lo)
        lo, hi = lo - margin, hi + (margin if lo is hi else slack * np.abs(hi))
    if not np.isfinite(hi - lo).all():
        lo, hi = np.where(lo > HUGE, HUGE, lo), np.where(hi < -HUGE, -HUGE, hi)
        lo, hi = np.where(np.isnan(lo), -np.inf, lo), np.where(np.isnan(hi), np.inf, hi)
    return Interval(lo, hi, least, fault)


def below(lo: Any, hi: Any, signs: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
    """The ends, where one is below all doubles with all their digits, out to the least of these, or to 0 if signs allow: whether a
    number may be negative, and whether it may be positive.
    """
    first = np.abs(lo) < TINY
    last = first if lo is hi else np.abs(hi) < TINY
    if not (np.any(first) or np.any(last)):
        return lo, hi
    negative, positive = signs()
    return np.where(first, np.where(negative, -TINY, 0.0), lo), np.where(last, np.where(positive, TINY, 0.0), hi)


def watching(left: list[int]) -> Any:
    """A context; the list stays empty if nothing leaves the range of doubles within, and no infinities meet."""
    return np.errstate(over="call", under="call", invalid="call", call=lambda _, flag: left.append(flag))


def computed(apply: Callable[..., Any], x: Any, y: Any, lost: Callable[..., Any] | None = None, fault: Any = False) -> Interval:
    """What an operation that is rounded rightly makes of single points; `lost` says where a result below the least double with all
    its digits has lost some. The processor tells if any left the range of doubles.
    """
    left: list[int] = []
    with watching(left):
        found = apply(x, y)
    if not left:
        return Interval(found, None, None, fault)
    size, sign = np.abs(found), np.signbit(found)
    wide, far = ~(size <= HUGE) | (lost(x, y, found) & (size < TINY) if lost else False), size > 1
    if not np.any(wide):
        return Interval(found, None, None, fault)
    kinds = [~wide, np.isnan(found), sign & far, far, sign]
    lo = np.select(kinds, [found, -np.inf, -np.inf, HUGE, -TINY], 0.0)
    return Interval(lo, np.select(kinds, [found, np.inf, -HUGE, np.inf, 0.0], TINY), None, fault)


def seen(least: Any) -> Any:
    """A least size, if doubles can hold it with all its digits."""
    return np.where(least < TINY, 0.0, least * (1 - 2.0**-50))
