"""Powers, roots and logarithms to a base, of intervals."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers.interval_arithmetic import div
from autodiff.numbers.interval_functions import COARSE, HALVED, SLACK, Function, ends, rising
from autodiff.numbers.intervals import Interval, below, least_of, seen, spread


def _is_odd(n: Any) -> Any:
    return np.mod(n, 2) == 1


def power(f: Function, root: bool) -> Function:
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
        low, high = below(low, high, lambda: (negative, (x.hi > 0) | ~odd))
        known = least_of(lambda: seen(least * (1 - COARSE)), x, y)
        return spread(low, high, known, fault, COARSE if root else SLACK)

    return result


def _whole_power(f: Function, x: Interval, n: Any) -> Interval:
    even, least = n % 2 == 0, least_of(lambda: seen(0.99 * f(x.grain, n)), x)
    first, last = (x.off, x.top) if even and not x.exact else (x.lo, x.hi)
    lo, hi = ends(lambda x: f(x, n), first, last, x.exact)

    def signs() -> tuple[Any, Any]:
        zero = (first == 0) & (last == 0)
        return ~zero & (not even) & (x.lo < 0), ~zero & (even | (x.hi > 0))

    return spread(*below(lo, hi, signs), least, False, SLACK)


def log_base(f: Function) -> Function:
    log = rising(odd=False, low=0.0, open_at=(0.0,), near=HALVED)(np.log)

    def result(x: Interval, b: Interval) -> Interval:
        above, over = log(x), log(b)
        found = div(above, over)
        fault = above.fault | over.fault | ((b.lo <= 1) & (b.hi >= 1))
        return spread(found.lo, found.hi, found.least, fault, COARSE)

    return result
