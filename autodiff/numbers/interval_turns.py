"""Functions of intervals that turn: sines, remainders, angles, and the kin of gamma. What they may reach is known at the least."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers.interval_functions import COARSE, SLACK, Function, ends
from autodiff.numbers.intervals import GRAIN, Interval, below, least_of, seen, spread

NEAR = 2.0**-64  # no double is nearer to a multiple of pi/2, but for 0
LOWEST, DIPS = 1.4616321449683623, {"gamma": 0.8856031944108887, "lgamma": -0.1214862905358497}
"""Where gamma is least among the positive numbers, and what it and its logarithm are there."""


def waves(quarter: float) -> Function:
    """sin and cos, whose crests are so many quarter turns from 0."""

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
            a, b = ends(f, x.lo, x.hi, x.exact)
            lo, hi = np.minimum(a, b), np.maximum(a, b)
            if not x.exact:
                hi = np.where(x.broad & _meets_turn(x, quarter / 4), 1.0, hi)
                lo = np.where(x.broad & _meets_turn(x, quarter / 4 + 0.5), -1.0, lo)
            if quarter:
                lo, hi = below(lo, hi, lambda: (lo <= 0, hi >= 0))
            return spread(lo, hi, least_of(lambda: np.minimum(x.grain / 2, NEAR) if quarter else NEAR, x), False, SLACK)

        return result

    return made


def _meets_turn(x: Interval, part: float, turn: float = 2 * np.pi) -> Any:
    """Whether it may have a whole number of turns and this part of one."""
    reach = 1e-9 + 1e-15 * x.top
    return np.floor(x.hi / turn - part + reach) >= np.ceil(x.lo / turn - part - reach)


def tan(f: Function) -> Function:
    def result(x: Interval) -> Interval:
        lo, hi = ends(f, x.lo, x.hi, x.exact)
        if not x.exact:
            pole = x.broad & _meets_turn(x, 0.5, np.pi)
            lo, hi = np.where(pole, -1 / NEAR, lo), np.where(pole, 1 / NEAR, hi)
        lo, hi = below(lo, hi, lambda: (lo <= 0, hi >= 0))
        return spread(lo, hi, least_of(lambda: np.minimum(x.grain / 2, NEAR), x), False, SLACK)

    return result


def gentle(bound: Callable[[float], tuple[float, float, float]], count: int = 1) -> Function:
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


def factorial(op: str) -> Function:
    """gamma and lgamma: of positive numbers they fall, and then they rise; of others only those of points are known."""

    def made(f: Function) -> Function:
        def result(x: Interval) -> Interval:
            a, b = ends(f, x.lo, x.hi, x.exact)
            lo, hi = np.minimum(a, b), np.maximum(a, b)
            if not x.exact:
                lo = np.where((x.lo < LOWEST) & (x.hi > LOWEST), DIPS[op] - 1e-13, lo)
            far = (x.lo < 0) & x.broad | (x.lo <= 0) & (x.lo == np.floor(x.lo)) | (x.lo < -1e6)
            touches = x.nought
            if np.any(far | touches):
                lo, hi = np.where(far, -np.inf, lo), np.where(far | touches, np.inf, hi)
            if op == "gamma":
                lo, hi = below(lo, hi, lambda: (lo <= 0, hi >= 0))
            slack = 1e-13 * (np.abs(lo) < 1) if op == "lgamma" else 0.0
            return spread(lo - slack, hi + slack, least_of(lambda: 0.0, x), far | touches, COARSE)

        return result

    return made


def polygamma(f: Function) -> Function:
    """Of positive numbers it rises if its order is even, and falls if that is odd; of others only those of points are known."""

    def result(*args: Interval) -> Interval:
        x, order = args[-1], args[0].lo if len(args) == 2 else np.float64(0.0)
        if np.ndim(order) > 0 or not (args[0].exact or len(args) == 1) or not 0 <= order <= 100 or order != np.floor(order):
            return _unknown(*args)
        g = f if len(args) == 1 else lambda x: f(order, x)
        a, b = ends(g, x.lo, x.hi, x.exact)
        lo, hi = np.minimum(a, b), np.maximum(a, b)
        far = (x.lo <= 0) & x.broad | (x.lo <= 0) & (x.lo == np.floor(x.lo)) | (x.lo < -900)
        lo, hi = below(np.where(far, -np.inf, lo), np.where(far, np.inf, hi), lambda: (lo <= 0, hi >= 0))
        slack = 1e-13 * (np.abs(lo) < 1)
        return spread(lo - slack, hi + slack, least_of(lambda: 0.0, x), far, COARSE)

    return result


def atan2(f: Function) -> Function:
    def result(y: Interval, x: Interval) -> Interval:
        ends = [f(a, b) for a in (y.lo, y.hi)[: 2 - y.exact] for b in (x.lo, x.hi)[: 2 - x.exact]]
        around = (x.lo <= 0) & y.nought & (x.broad | y.broad)
        lo, hi = np.where(around, -np.pi, reduce(np.minimum, ends)), np.where(around, np.pi, reduce(np.maximum, ends))
        lo, hi = below(lo, hi, lambda: ((y.lo < 0) & (x.hi > 0), (y.hi > 0) & (x.hi > 0)))
        least = least_of(lambda: seen(y.grain / 2 / np.maximum(np.maximum(x.top, y.top), 1e-300)), y, x)
        return spread(lo, hi, least, False, SLACK)

    return result


def mod(f: Function) -> Function:
    """Between 0 and the divisor; with one divisor, and within one of its multiples, it rises."""

    def result(x: Interval, y: Interval) -> Interval:
        found = f(x.lo, y.lo)
        if x.exact and y.exact and x.least is None and y.least is None:
            return Interval(found, None, None, y.lo == 0)
        last = f(x.hi, y.lo)
        rises = ~y.broad & (x.hi - x.lo < np.abs(y.lo)) & (found <= last)
        lo, hi = np.where(rises, found, np.minimum(y.lo, 0.0)), np.where(rises, last, np.maximum(y.hi, 0.0))
        return spread(lo, hi, least_of(lambda: GRAIN * np.minimum(x.grain, y.grain), x, y), y.nought)

    return result
