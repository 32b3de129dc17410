"""Sums, products, quotients, choices and conditions of intervals; of single points they are single points, to the bit."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers.intervals import GRAIN, Interval, Maybe, below, computed, least_of, seen, spread, watching

SCALE = 2.0**500
"""It lifts what lies below the least double with all its digits far above it."""


def add(x: Interval, y: Interval) -> Interval:
    if x.exact and y.exact and x.least is None and y.least is None:
        return computed(np.add, x.lo, y.lo)
    return _sum(np.add, x, y, y.lo, y.hi)


def sub(x: Interval, y: Interval) -> Interval:
    if x.exact and y.exact and x.least is None and y.least is None:
        return computed(np.subtract, x.lo, y.lo)
    return _sum(np.subtract, x, y, y.hi, y.lo)


def _sum(apply: Callable[..., Any], x: Interval, y: Interval, low: Any, high: Any) -> Interval:
    left: list[int] = []
    with watching(left):
        lo, hi = apply(x.lo, low), apply(x.hi, high)
    least = least_of(lambda: _least_sum(x, y), x, y)
    return spread(lo, hi, least) if left else Interval(lo, hi, least)


def _least_sum(x: Interval, y: Interval) -> Any:
    """Sums are multiples of the last place of the smaller number; a number and an exact 0 are that number."""
    none, nothing = ((z.lo == 0) & (z.hi == 0) for z in (x, y))
    return np.where(none, y.grain, np.where(nothing, x.grain, GRAIN * np.minimum(x.grain, y.grain)))


def mul(x: Interval, y: Interval) -> Interval:
    if x.exact and y.exact and x.least is None and y.least is None:
        return computed(np.multiply, x.lo, y.lo, _lost_product)
    pairs = [(a, b) for a in (x.lo, x.hi)[: 2 - x.exact] for b in (y.lo, y.hi)[: 2 - y.exact]]
    least, left = least_of(lambda: seen(x.grain * y.grain), x, y), list[int]()
    with watching(left):
        ends = [a * b for a, b in pairs]
    if not left:
        return Interval(reduce(np.minimum, ends), reduce(np.maximum, ends), least)
    found = [computed(np.multiply, a, b, _lost_product) for a, b in pairs]
    return Interval(reduce(np.minimum, [part.lo for part in found]), reduce(np.maximum, [part.hi for part in found]), least)


def _lost_product(x: Any, y: Any, found: Any) -> Any:
    least = np.abs(x) < np.abs(y)
    other = np.where(least, x, y) * SCALE * np.where(least, y, x)
    return (other != found * SCALE) | ((found == 0) & (x != 0) & (y != 0))


def _signs(x: Interval, y: Interval) -> tuple[Any, Any]:
    """Whether a product may be negative, and whether it may be positive."""
    p, q, r, s = x.lo < 0, x.hi > 0, y.lo < 0, y.hi > 0
    return (p & s) | (q & r), (p & r) | (q & s)


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
    lo, hi = below(reduce(np.fmin, ends), reduce(np.fmax, ends), lambda: _signs(x, y))
    none = (x.lo == 0) & (x.hi == 0) & (y.lo == 0) & (y.hi == 0)
    if np.any(none):
        lo, hi = np.where(none, -np.inf, lo), np.where(none, np.inf, hi)
    return spread(lo, hi, least_of(lambda: seen(x.grain / y.top), x, y), fault)


def _quotient(x: Any, y: Any) -> Interval:
    fault = y == 0
    if np.any(fault):
        found, none = x / y, fault & (x == 0)
        return spread(np.where(none, -np.inf, found), np.where(none, np.inf, found), None, fault)
    return computed(np.divide, x, y, lambda x, y, found: (found * SCALE * y != x * SCALE) | ((found == 0) & (x != 0)), fault)


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
