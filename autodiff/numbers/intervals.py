"""Intervals of doubles, many at once: what the numbers of a box, or of one point, may be. It knows the ring, choices and conditions.

An interval holds the results that doubles with unbounded exponents give: what lies beyond them is between the greatest double and
infinity, what lies below them between 0 and the least. Sums, products and quotients of single points are single points, to the bit.
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
        lo, hi = lo - slack * np.abs(lo), hi + slack * np.abs(hi)
    if not np.isfinite(hi - lo).all():
        lo, hi = np.where(lo > HUGE, HUGE, lo), np.where(hi < -HUGE, -HUGE, hi)
        lo, hi = np.where(np.isnan(lo), -np.inf, lo), np.where(np.isnan(hi), np.inf, hi)
    return Interval(lo, hi, least, fault)


def below(lo: Any, hi: Any, negative: Any, positive: Any) -> tuple[Any, Any]:
    """The ends, where one is below all doubles with all their digits, out to the least of these, or to 0 if signs allow."""
    if np.any(small := np.abs(lo) < TINY):
        lo = np.where(small, np.where(negative, -TINY, 0.0), lo)
    if np.any(small := np.abs(hi) < TINY):
        hi = np.where(small, np.where(positive, TINY, 0.0), hi)
    return lo, hi


def point(found: Any, inexact: Callable[[], Any] | None = None, fault: Any = False) -> Interval:
    """Single points, but for those that left the range of doubles; `inexact` says where one that is 0 or subnormal is not exact."""
    size = np.abs(found)
    if size.max(initial=0.0) <= HUGE and (inexact is None or size.min(initial=1.0) >= TINY):
        return Interval(found, None, None, fault)
    wide = ~(size <= HUGE)
    if inexact is not None:
        wide |= (size < TINY) & inexact()
    if not wide.any():
        return Interval(found, None, None, fault)
    lo, hi = (np.where(wide, found, found) for _ in "12")
    for end, far, near in ((lo, (HUGE, -np.inf), (0.0, -TINY)), (hi, (np.inf, -HUGE), (TINY, 0.0))):
        sign = np.signbit(found).astype(int)
        end[wide] = np.where(size > 1, np.choose(sign, far), np.choose(sign, near))[wide]
    lo[np.isnan(found)], hi[np.isnan(found)] = -np.inf, np.inf
    return Interval(lo, hi, None, fault)


def add(x: Interval, y: Interval) -> Interval:
    if x.exact and y.exact and x.least is None and y.least is None:
        return point(x.lo + y.lo)
    return spread(x.lo + y.lo, x.hi + y.hi, least_of(lambda: _least_sum(x, y), x, y))


def sub(x: Interval, y: Interval) -> Interval:
    if x.exact and y.exact and x.least is None and y.least is None:
        return point(x.lo - y.lo)
    return spread(x.lo - y.hi, x.hi - y.lo, least_of(lambda: _least_sum(x, y), x, y))


def _least_sum(x: Interval, y: Interval) -> Any:
    """Sums are multiples of the last place of the smaller number; a number and an exact 0 are that number."""
    none, nothing = ((z.lo == 0) & (z.hi == 0) for z in (x, y))
    return np.where(none, y.grain, np.where(nothing, x.grain, GRAIN * np.minimum(x.grain, y.grain)))


def mul(x: Interval, y: Interval) -> Interval:
    if x.exact and y.exact and x.least is None and y.least is None:
        return point(x.lo * y.lo, lambda: (x.lo != 0) & (y.lo != 0))
    ends = [x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi]
    negative, positive = _signs(x, y)
    lo, hi = below(_least(ends), _greatest(ends), negative, positive)
    return spread(lo, hi, least_of(lambda: _seen(x.grain * y.grain), x, y))


def _signs(x: Interval, y: Interval) -> tuple[Any, Any]:
    """Whether a product may be negative, and whether it may be positive."""
    p, q, r, s = x.lo < 0, x.hi > 0, y.lo < 0, y.hi > 0
    return (p & s) | (q & r), (p & r) | (q & s)


def _least(ends: list[Any]) -> Any:
    """Without those that are 0 times infinity: what is infinite stands for finite numbers."""
    return np.fmin(np.fmin(ends[0], ends[1]), np.fmin(ends[2], ends[3]))


def _greatest(ends: list[Any]) -> Any:
    return np.fmax(np.fmax(ends[0], ends[1]), np.fmax(ends[2], ends[3]))


def _seen(least: Any) -> Any:
    """A least size, if doubles can hold it with all its digits."""
    return np.where(least < TINY, 0.0, least * (1 - 2.0**-50))


def div(x: Interval, y: Interval) -> Interval:
    """Where the divisor may be 0 there is a fault; of the others it is no smaller than the least size."""
    if x.exact and y.exact and x.least is None and y.least is None:
        return _quotient(x.lo, y.lo)
    fault, grain = y.nought, y.grain
    a = np.where((y.lo <= 0) & (y.hi > 0), np.where(y.lo == 0, grain, y.lo), y.lo)
    b = np.where((y.hi >= 0) & (y.lo < 0), np.where(y.hi == 0, -grain, y.hi), y.hi)
    ends = [x.lo / a, x.lo / b, x.hi / a, x.hi / b]
    if np.any(fault):
        over = x.top / grain
        both = (y.lo < 0) & (y.hi > 0)
        ends += [np.where(both, -over, ends[0]), np.where(both, over, ends[1])]
    negative, positive = _signs(x, y)
    lo, hi = _least(ends[:4]), _greatest(ends[:4])
    if len(ends) > 4:
        lo, hi = np.fmin(lo, ends[4]), np.fmax(hi, ends[5])
    lo, hi = below(lo, hi, negative, positive)
    none = (x.lo == 0) & (x.hi == 0) & (y.lo == 0) & (y.hi == 0)
    if np.any(none):
        lo, hi = np.where(none, -np.inf, lo), np.where(none, np.inf, hi)
    return spread(lo, hi, least_of(lambda: _seen(x.grain / y.top), x, y), fault)


def _quotient(x: Any, y: Any) -> Interval:
    found, fault = x / y, y == 0
    if np.any(none := fault & (x == 0)):
        return spread(np.where(none, -np.inf, found), np.where(none, np.inf, found), None, fault)
    return point(found, lambda: x != 0, fault)


def chosen(p: Maybe, x: Interval | None, y: Interval | None) -> Interval:
    """What a choice may be; a branch that was not read is not taken anywhere."""
    if x is None or y is None:
        return x or y  # type: ignore[return-value]
    yes, no = p.yes, p.no
    both = yes & no
    if not np.any(both) and x.exact and y.exact and x.least is None and y.least is None:
        return Interval(np.where(yes, x.lo, y.lo))
    least = np.where(both, np.minimum(x.grain, y.grain), np.where(yes, x.grain, y.grain))
    lo = np.where(both, np.minimum(x.lo, y.lo), np.where(yes, x.lo, y.lo))
    return Interval(lo, np.where(both, np.maximum(x.hi, y.hi), np.where(yes, x.hi, y.hi)), least)


def _less(x: Interval, y: Interval) -> Maybe:
    return Maybe(x.lo < y.hi, lambda: x.hi >= y.lo)


def _at_most(x: Interval, y: Interval) -> Maybe:
    return Maybe(x.lo <= y.hi, lambda: x.hi > y.lo)


def equal(x: Interval, y: Interval) -> Maybe:
    if x.exact and y.exact:
        same = x.lo == y.lo
        return Maybe(same, lambda: ~same)
    return Maybe((x.lo <= y.hi) & (y.lo <= x.hi), lambda: ~((x.lo == x.hi) & (y.lo == y.hi) & (x.lo == y.lo)))


def _not(p: Maybe) -> Maybe:
    return Maybe(p.no, lambda: p.yes)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": add, "sub": sub, "mul": mul, "div": div, "copy": lambda x: x, "if": chosen,
    "neg": lambda x: Interval(-x.lo, None if x.exact else -x.hi, x.least) if x.exact else Interval(-x.hi, -x.lo, x.least),
    "lt": _less, "le": _at_most, "gt": lambda x, y: _less(y, x), "ge": lambda x, y: _at_most(y, x),
    "eq": equal, "ne": lambda x, y: _not(equal(x, y)), "not": _not,
    "and": lambda p, q: Maybe(p.yes & q.yes, lambda: p.no | q.no), "or": lambda p, q: Maybe(p.yes | q.yes, lambda: p.no & q.no),
}  # fmt: skip
"""By the name of the row."""
