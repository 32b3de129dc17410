"""What the functions of the table make of intervals: by their ends where they rise or fall, else as far as they may reach.

Ends are computed by NumPy, and widened by more than it and the floats err: what a worksheet computes lies within.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers import intervals
from autodiff.numbers.algebra import Made
from autodiff.numbers.arrays import ARRAYS
from autodiff.numbers.intervals import GRAIN, Interval, Maybe, below, least_of, point, spread
from autodiff.numbers.wide import TINY
from autodiff.passes.evaluate import function

Function = Callable[..., Any]
SLACK, COARSE = 2.0**-48, 2.0**-43  # relative errors: of what every library has, and of approximations
NEAR = 2.0**-64  # no double is nearer to a multiple of pi/2, but for 0
HALVED = 0.5 * GRAIN
LOWEST, DIPS = 1.4616321449683623, {"gamma": 0.8856031944108887, "lgamma": -0.1214862905358497}
"""Where gamma is least among the positive numbers, and what it and its logarithm are there."""


def _ends(f: Function, a: Any, b: Any, same: bool) -> tuple[Any, Any]:
    found = f(a)
    return found, found if same else f(b)


def rising(slack: float = SLACK, odd: bool = True, low: float = -np.inf, high: float = np.inf, open_at: Any = (), near: Any = None) -> Function:
    """A function that rises. It is `odd` if it has the sign of its argument, else it is positive or has `near`, the least size of
    what it is but for 0. Beyond `low` and `high` it has no value, and an infinite one at those ends that it is open at.
    """

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
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
                lo, hi = below(lo, hi, x.lo < 0, x.hi > 0)
            elif near is None:
                lo, hi = below(lo, hi, False, True)
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
            lo, hi = _ends(f, np.minimum(x.hi, high), np.maximum(x.lo, low), x.exact)
            lo, hi = below(lo, hi, False, True)
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


def _sqrt(f: Function) -> Function:
    def result(x: Interval) -> Interval:
        if x.exact and x.least is None:
            return Interval(f(x.lo), None, None, x.lo < 0)
        return Interval(f(np.maximum(x.lo, 0.0)), f(np.maximum(x.hi, 0.0)), least_of(lambda: f(x.grain), x), x.lo < 0)

    return result


def _abs(f: Function) -> Function:
    return lambda x: Interval(f(x.lo)) if x.exact and x.least is None else Interval(x.off, x.top, x.least)


def _even(f: Function) -> Function:
    """cosh: it rises with the size of its argument."""
    return lambda x: spread(*_ends(f, x.off, x.top, False), least_of(lambda: 1.0, x), False, SLACK)


def _waves(quarter: float) -> Function:
    """sin and cos, whose crests are so many quarter turns from 0."""

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
            a, b = _ends(f, x.lo, x.hi, x.exact)
            lo, hi = np.minimum(a, b), np.maximum(a, b)
            if not x.exact:
                hi = np.where(x.broad & _meets_turn(x, quarter / 4), 1.0, hi)
                lo = np.where(x.broad & _meets_turn(x, quarter / 4 + 0.5), -1.0, lo)
            if quarter:
                lo, hi = below(lo, hi, lo <= 0, hi >= 0)
            return spread(lo, hi, least_of(lambda: np.minimum(x.grain / 2, NEAR) if quarter else NEAR, x), False, SLACK)

        return result

    return made


def _meets_turn(x: Interval, part: float, turn: float = 2 * np.pi) -> Any:
    """Whether it may have a whole number of turns and this part of one."""
    reach = 1e-9 + 1e-15 * x.top
    return np.floor(x.hi / turn - part + reach) >= np.ceil(x.lo / turn - part - reach)


def _tan(f: Function) -> Function:
    def result(x: Interval) -> Interval:
        lo, hi = _ends(f, x.lo, x.hi, x.exact)
        if not x.exact:
            pole = x.broad & _meets_turn(x, 0.5, np.pi)
            lo, hi = np.where(pole, -1 / NEAR, lo), np.where(pole, 1 / NEAR, hi)
        lo, hi = below(lo, hi, lo <= 0, hi >= 0)
        return spread(lo, hi, least_of(lambda: np.minimum(x.grain / 2, NEAR), x), False, SLACK)

    return result


def _gentle(bound: Callable[[float], tuple[float, float, float]], count: int = 1) -> Function:
    """A function that lies between bounds and is nowhere steeper than a third number: sinc, and its derivatives by their order."""

    def made(f: Function) -> Function:
        def result(*args: Interval) -> Interval:
            x, order = args[-1], args[0].lo if count == 2 else np.float64(-0.0)
            wrong = np.ndim(order) > 0 or (count == 2 and not args[0].exact) or order < 0 or order != np.floor(order)
            if wrong:
                return _unknown(x)
            least, most, slope = bound(float(order))
            middle = x.lo if x.exact else x.lo / 2 + x.hi / 2
            found = f(middle) if count == 1 else f(order, middle)
            reach = 1e-13 * most + (0.0 if x.exact else slope * (x.hi - middle))
            lo, hi = np.maximum(found - reach, least), np.minimum(found + reach, most)
            return spread(lo, hi, least_of(lambda: 0.0, x))

        return result

    return made


def _unknown(*args: Interval) -> Interval:
    """Anything, or nothing."""
    shape = sum(x.lo + x.hi for x in args) * 0
    return Interval(shape - np.inf, shape + np.inf, least_of(lambda: 0.0, *args), np.ones(np.shape(shape), bool))


def _factorial(op: str) -> Function:
    """gamma and lgamma: of positive numbers they fall, and then they rise; of others only those of points are known."""

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
            a, b = _ends(f, x.lo, x.hi, x.exact)
            lo, hi = np.minimum(a, b), np.maximum(a, b)
            if not x.exact:
                lo = np.where((x.lo < LOWEST) & (x.hi > LOWEST), DIPS[op] - 1e-13, lo)
            far = (x.lo < 0) & x.broad | (x.lo <= 0) & (x.lo == np.floor(x.lo)) | (x.lo < -1e6)
            touches = x.nought
            if np.any(far | touches):
                lo, hi = np.where(far, -np.inf, lo), np.where(far | touches, np.inf, hi)
            if op == "gamma":
                lo, hi = below(lo, hi, lo <= 0, hi >= 0)
            slack = 1e-13 * (np.abs(lo) < 1) if op == "lgamma" else 0.0
            return spread(lo - slack, hi + slack, least_of(lambda: 0.0, x), far | touches, COARSE)

        return result

    return made


def _polygamma(f: Function) -> Function:
    """Of positive numbers it rises if its order is even, and falls if that is odd; of others only those of points are known."""

    def result(*args: Interval) -> Interval:
        x, order = args[-1], args[0].lo if len(args) == 2 else np.float64(0.0)
        if np.ndim(order) > 0 or not (args[0].exact or len(args) == 1) or not 0 <= order <= 100 or order != np.floor(order):
            return _unknown(*args)
        g = f if len(args) == 1 else lambda x: f(order, x)
        a, b = _ends(g, x.lo, x.hi, x.exact)
        lo, hi = np.minimum(a, b), np.maximum(a, b)
        far = (x.lo <= 0) & x.broad | (x.lo <= 0) & (x.lo == np.floor(x.lo)) | (x.lo < -900)
        lo, hi = below(np.where(far, -np.inf, lo), np.where(far, np.inf, hi), lo <= 0, hi >= 0)
        slack = 1e-13 * (np.abs(lo) < 1)
        return spread(lo - slack, hi + slack, least_of(lambda: 0.0, x), far, COARSE)

    return result


def _hypot(f: Function) -> Function:
    def result(*args: Interval) -> Interval:
        lo = reduce(np.hypot, [x.off if not x.exact else x.lo for x in args])
        hi = lo if all(x.exact for x in args) else reduce(np.hypot, [x.top for x in args])
        least = least_of(lambda: 0.99 * reduce(np.minimum, [x.grain for x in args]), *args)
        return spread(lo, hi, least, False, SLACK)

    return result


def _logsumexp(f: Function) -> Function:
    """Near 0 it is a difference, whose error is as great as that of its terms."""

    def result(*args: Interval) -> Interval:
        lo, hi = f(*[x.lo for x in args]), f(*[x.hi for x in args])
        reach = SLACK * (1 + reduce(np.maximum, [np.minimum(x.top, 1e300) for x in args]))
        return spread(lo - reach, hi + reach, least_of(lambda: 0.0, *args))

    return result


def _atan2(f: Function) -> Function:
    def result(y: Interval, x: Interval) -> Interval:
        ends = [f(a, b) for a in (y.lo, y.hi)[: 2 - y.exact] for b in (x.lo, x.hi)[: 2 - x.exact]]
        around = (x.lo <= 0) & y.nought & (x.broad | y.broad)
        lo, hi = np.where(around, -np.pi, reduce(np.minimum, ends)), np.where(around, np.pi, reduce(np.maximum, ends))
        lo, hi = below(lo, hi, (y.lo < 0) & (x.hi > 0), (y.hi > 0) & (x.hi > 0))
        least = least_of(lambda: intervals._seen(y.grain / 2 / np.maximum(np.maximum(x.top, y.top), 1e-300)), y, x)
        return spread(lo, hi, least, False, SLACK)

    return result


def _mod(f: Function) -> Function:
    """Between 0 and the divisor."""

    def result(x: Interval, y: Interval) -> Interval:
        if x.exact and y.exact and x.least is None and y.least is None:
            return point(f(x.lo, y.lo), None, y.lo == 0)
        least, broad, found = least_of(lambda: GRAIN * np.minimum(x.grain, y.grain), x, y), x.broad | y.broad, f(x.lo, y.lo)
        lo, hi = np.where(broad, np.minimum(y.lo, 0.0), found), np.where(broad, np.maximum(y.hi, 0.0), found)
        return spread(lo, hi, least, y.nought)

    return result


def _is_odd(n: Any) -> Any:
    return np.mod(n, 2) == 1


def _power(f: Function, root: bool) -> Function:
    """x^y, or x^(1/y): the size is a power of the size of x; a negative x wants a whole exponent, or an odd degree."""

    def result(x: Interval, y: Interval) -> Interval:
        if not root and y.exact and np.ndim(y.lo) == 0 and 0 < y.lo < 64 and y.lo == np.floor(y.lo):
            return _whole_power(f, x, y.lo)
        small, great = np.maximum(x.off, x.grain), x.top
        exponents = [y.lo] if y.exact else [y.lo, y.hi]
        if root:
            exponents = [1 / n for n in exponents]
        ends = [np.power(a, e) for a in (small, great) for e in exponents]
        least, most = reduce(np.fmin, ends), reduce(np.fmax, ends)
        if root and np.any(around := y.broad & y.nought):
            least, most = np.where(around, 0.0, least), np.where(around, np.inf, most)
        whole = (y.lo == y.hi) & (y.lo == np.floor(y.lo))
        odd = whole & _is_odd(y.lo)
        fault = ((x.lo < 0) & ~(odd if root else whole)) | (x.nought & (y.lo < 0))
        fault = fault | y.nought if root else fault
        lo = np.where(x.nought & (y.hi > 0), 0.0, least)
        if not root:  # 0^0 is 1
            most = np.where(x.nought & y.nought, np.maximum(most, 1.0), most)
        negative = (x.lo < 0) & (odd | ~whole)
        least_negative = np.where(x.hi < 0, least, 0.0)
        low = np.where(negative, -most, lo)
        high = np.where(negative & (x.hi <= 0) & odd, np.where(x.hi < 0, -least_negative, 0.0), most)
        low, high = below(low, high, negative, (x.hi > 0) | ~odd)
        known = least_of(lambda: intervals._seen(least * (1 - COARSE)), x, y)
        return spread(low, high, known, fault, COARSE if root else SLACK)

    return result


def _whole_power(f: Function, x: Interval, n: Any) -> Interval:
    even, least = n % 2 == 0, least_of(lambda: intervals._seen(0.99 * f(x.grain, n)), x)
    first, last = (x.off, x.top) if even and not x.exact else (x.lo, x.hi)
    lo, hi = _ends(lambda x: f(x, n), first, last, x.exact)
    zero = (first == 0) & (last == 0)
    return spread(*below(lo, hi, ~zero & (not even) & (x.lo < 0), ~zero & (even | (x.hi > 0))), least, False, SLACK)


def _log_base(f: Function) -> Function:
    log = rising(odd=False, low=0.0, open_at=(0.0,), near=HALVED)(np.log)

    def result(x: Interval, b: Interval) -> Interval:
        above, over = log(x), log(b)
        found = intervals.div(above, over)
        fault = above.fault | over.fault | ((b.lo <= 1) & (b.hi >= 1))
        return spread(found.lo, found.hi, found.least, fault, COARSE)

    return result


_POSITIVE = rising(odd=False)
_LOGARITHM = rising(odd=False, low=0.0, open_at=(0.0,), near=HALVED)
TABLE: dict[str, Function] = {
    "exp": _POSITIVE, "softplus": _POSITIVE, "sigmoid": _POSITIVE, "expm1": rising(), "log1p": rising(low=-1.0, open_at=(-1.0,)),
    "log": _LOGARITHM, "log2": _LOGARITHM, "log10": _LOGARITHM, "log_base": _log_base,
    "sinh": rising(), "tanh": rising(), "asinh": rising(), "atan": rising(), "cbrt": rising(), "erf": rising(COARSE),
    "asin": rising(low=-1.0, high=1.0), "atanh": rising(low=-1.0, high=1.0, open_at=(-1.0, 1.0)),
    "acosh": rising(odd=False, low=1.0, near=HALVED), "acos": falling(low=-1.0, high=1.0, near=HALVED), "erfc": falling(COARSE),
    "floor": stepping(), "ceil": stepping(), "round": stepping(), "sign": stepping(), "step": stepping(), "relu": stepping(None),
    "max": stepping(None), "min": stepping(None), "clip": stepping(None),
    "sqrt": _sqrt, "abs": _abs, "cosh": _even, "sin": _waves(1), "cos": _waves(0), "tan": _tan, "hypot": _hypot, "mod": _mod,
    "sinc": _gentle(lambda n: (-0.22, 1.0, 0.5)),
    "dsinc": _gentle(lambda n: (-1 / (n + 1), 1 / (n + 1), 1 / (n + 2)), 2),
    "gamma": _factorial("gamma"), "lgamma": _factorial("lgamma"), "digamma": _polygamma, "polygamma": _polygamma,
    "logaddexp": _logsumexp, "logsumexp": _logsumexp, "atan2": _atan2,
    "pow": lambda f: _power(f, False), "root": lambda f: _power(f, True),
}  # fmt: skip
"""By the name of the row, from the function of arrays; rows that it lacks are read from the table."""


class Intervals:
    """The number system."""

    formulas = "doubles"

    def __init__(self) -> None:
        self.functions = Made(self._function)

    def _function(self, op: str) -> Function:
        if op in intervals.FUNCTIONS:
            return intervals.FUNCTIONS[op]
        if op not in TABLE:
            raise KeyError(op)
        return TABLE[op](function(op, ARRAYS))  # type: ignore[no-any-return]

    def lift(self, value: float, text: str = "") -> Interval:
        return Interval(np.float64(value))

    def truth(self, value: Maybe) -> bool | None:
        """What holds of all, or of none."""
        if value is None or not np.any(value.no):
            return None if value is None else True
        return None if np.any(value.yes) else False


INTERVALS = Intervals()
