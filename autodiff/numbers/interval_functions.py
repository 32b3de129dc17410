"""Functions of intervals that rise or fall: their values at the ends, by NumPy, widened by more than it and the floats err."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers.intervals import GRAIN, Interval, below, least_of, spread
from autodiff.numbers.wide import TINY

Function = Callable[..., Any]
SLACK, COARSE = 2.0**-48, 2.0**-43  # relative errors: of what every library has, and of approximations
HALVED = 0.5 * GRAIN


def ends(f: Function, a: Any, b: Any, same: bool) -> tuple[Any, Any]:
    found = f(a)
    return found, found if same else f(b)


def rising(
    slack: float = SLACK,
    odd: bool = True,
    low: float = -np.inf,
    high: float = np.inf,
    open_at: tuple[float, ...] = (),
    near: float | None = None,
) -> Function:
    """A function that rises. It is `odd` if it has the sign of its argument, else it is positive or has `near`, the least size of
    what it is but for 0. Beyond `low` and `high` it has no value, and an infinite one at those ends that it is open at.
    """

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
            fault: Any = np.False_
            if low > -np.inf or high < np.inf:
                fault = (x.lo < low) | (x.hi > high)
            for end in open_at:
                fault = fault | ((x.lo <= end) & (x.hi >= end))
            if x.exact and x.least is None:
                lo = hi = f(x.lo)
            else:
                first = x.grain if low == 0 else np.nextafter(low, 2) if low in open_at else low
                last = np.nextafter(high, 0) if high in open_at else high
                lo, hi = f(np.maximum(x.lo, first)), f(np.minimum(x.hi, last))
            if odd:
                lo, hi = below(lo, hi, lambda: (x.lo < 0, x.hi > 0))
            elif near is None:
                lo, hi = below(lo, hi, lambda: (False, True))
            least = least_of(lambda: near or (_odd_least(f, x) if odd else 0.0), x)
            return spread(lo, hi, least, fault, slack)

        return result

    return made


def _odd_least(f: Function, x: Interval) -> Any:
    found = np.minimum(np.abs(f(x.grain)), np.abs(f(-x.grain)))
    return np.where(found > TINY, 0.99 * found, 0.0)


def falling(slack: float = SLACK, low: float = -np.inf, high: float = np.inf, near: float = 0.0) -> Function:
    """A function that falls and is never negative."""

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
            lo, hi = ends(f, np.minimum(x.hi, high), np.maximum(x.lo, low), x.exact)
            lo, hi = below(lo, hi, lambda: (False, True))
            return spread(lo, hi, least_of(lambda: near, x), (x.lo < low) | (x.hi > high), slack)

        return result

    return made


def stepping(least: float | None = 1.0) -> Function:
    """A function that rises, to the bit what the floats have; what is not 0 is no smaller than this, or than its argument."""

    def made(f: Function) -> Function:
        def result(*args: Interval) -> Interval:
            found = f(*[x.lo for x in args])
            if all(x.exact and x.least is None for x in args):
                return Interval(found)
            known = least_of(lambda: least or reduce(np.minimum, [x.grain for x in args]), *args)
            return Interval(found, f(*[x.hi for x in args]), known)

        return result

    return made


def sqrt(f: Function) -> Function:
    def result(x: Interval) -> Interval:
        if x.exact and x.least is None:
            return Interval(f(x.lo), None, None, x.lo < 0)
        return Interval(f(np.maximum(x.lo, 0.0)), f(np.maximum(x.hi, 0.0)), least_of(lambda: f(x.grain), x), x.lo < 0)

    return result


def size(f: Function) -> Function:
    return lambda x: Interval(f(x.lo)) if x.exact and x.least is None else Interval(x.off, x.top, x.least)


def even(f: Function) -> Function:
    """cosh: it rises with the size of its argument."""
    return lambda x: spread(*ends(f, x.off, x.top, False), least_of(lambda: 1.0, x), False, SLACK)


def hypot(f: Function) -> Function:
    def result(*args: Interval) -> Interval:
        lo = reduce(np.hypot, [x.off if not x.exact else x.lo for x in args])
        hi = lo if all(x.exact for x in args) else reduce(np.hypot, [x.top for x in args])
        least = least_of(lambda: 0.99 * reduce(np.minimum, [x.grain for x in args]), *args)
        return spread(lo, hi, least, False, SLACK)

    return result


def logsumexp(f: Function) -> Function:
    """Near 0 it is a difference, whose error is as great as that of its terms."""

    def result(*args: Interval) -> Interval:
        lo, hi = f(*[x.lo for x in args]), f(*[x.hi for x in args])
        reach = SLACK * (1 + reduce(np.maximum, [np.minimum(x.top, 1e300) for x in args]))
        return spread(lo - reach, hi + reach, least_of(lambda: 0.0, *args))

    return result
