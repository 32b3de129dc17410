"""Powers, the exponential and the logarithm of germs, from the first term and the series of what is left."""

from __future__ import annotations

import math

from autodiff.numbers import floats
from autodiff.trust.germs import (
    FLAT,
    LAMBDA,
    NEVER,
    ONE,
    ROUNDING,
    STEEP,
    Germ,
    Key,
    Undecided,
    add,
    germ,
    lift,
    mul,
    raised,
    series,
    snapped,
    times,
)


def power(x: Germ, p: float, size: int, odd: bool = False) -> Germ:
    """x^p for a constant p, by the binomial series; `odd` is for roots that negative numbers have."""
    if p == 0 or not x.terms:
        if p <= 0 and x.order != NEVER and p:
            raise Undecided
        return lift(1.0) if p == 0 else Germ((), raised(x.order, p)) if p > 0 else lift(math.inf)
    (key, c, error), rest = x.terms[0], x.terms[1:]
    flipped = c < 0 and (odd or (p.is_integer() and p % 2 == 1))
    lead = math.copysign(floats.pow(abs(c), p), -1.0 if flipped else 1.0)
    if math.isinf(key[0]) or math.isinf(c):
        there = raised(key, p) if math.isinf(key[0]) else (ONE if p > 0 else FLAT)
        return Germ([(there, math.copysign(1.0, lead) if math.isinf(there[0]) else lead, 0.0)])
    u = Germ([(_over(k, key), a / c, q / abs(c)) for k, a, q in rest], _over(x.order, key))
    first = germ({raised(key, p): (lead, abs(lead) * abs(p) * error / abs(c) + ROUNDING * abs(lead))}, NEVER, 1)
    count = int(p) + 1 if p.is_integer() and 0 < p < size else size
    binomial = [1.0]
    for k in range(1, count):
        binomial.append(binomial[-1] * (p - k + 1) / k)
    return mul(first, series(binomial, u, size, p.is_integer() and 0 < p < size), size) if u.lead != NEVER else first


def _over(k: Key, j: Key) -> Key:
    return k if math.isinf(k[0]) else times(k, (-j[0], -j[1]))


def exp(x: Germ, at: float, size: int) -> Germ:
    """The exponential; `at` is that of the constant term."""
    small = Germ([term for term in x.terms if term[0] > ONE], x.order)
    big = [term for term in x.terms if term[0] < ONE]
    if big and big[0][0] < LAMBDA:
        return Germ([(STEEP if big[0][1] > 0 else FLAT, 1.0, 0.0)])
    if x.order <= ONE or (big and (len(big) > 1 or big[0][0] != LAMBDA)):
        raise Undecided
    found = series([1 / math.factorial(k) for k in range(size)], small, size) if small.lead != NEVER else lift(1.0)
    power_of_t = (snapped(-big[0][1]), 0.0) if big else ONE
    return mul(Germ([(power_of_t, at, ROUNDING * abs(at))]), found, size)


def log(x: Germ, size: int) -> Germ:
    """The logarithm of a positive germ."""
    if not x.terms or math.isinf(x.lead[0]) or x.lead[1]:
        raise Undecided
    (key, c, error), rest = x.terms[0], x.terms[1:]
    u = Germ([(_over(k, key), a / c, q / c) for k, a, q in rest], _over(x.order, key))
    found = series([0.0, *[(-1.0) ** (k + 1) / k for k in range(1, size)]], u, size) if u.lead != NEVER else Germ(())
    lead = [(LAMBDA, -key[0], 0.0)] if key[0] else []
    return add(Germ([*lead, (ONE, floats.log(c), error / c + ROUNDING * abs(floats.log(c)))]), found, size)
