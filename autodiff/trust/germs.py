"""Germs: numbers that tell what happens just beside a point, as truncated series in the distance t > 0 from it.

A germ is a sum of c·t^e·λ^l with λ = log(1/t), any real e and l, the greatest for small t first. Germs are ordered by
their first term, and closed under roots, powers, exp and log, as far as those are again such sums (J. van der Hoeven,
Transseries and Real Differential Algebra, chapter 1). t^∞ stands for all that is flatter than every power of t, such as
exp(-1/t), and t^-∞ for all that is steeper; of these the sign alone is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Key = tuple[float, float]
"""The exponents (e, -l), in the order of keys the greater number first."""

ONE, LINEAR, LAMBDA = (0.0, 0.0), (1.0, 0.0), (0.0, -1.0)
FLAT, STEEP = (math.inf, 0.0), (-math.inf, 0.0)
NEVER = (math.inf, math.inf)  # the first unknown term of a germ that is known in full
DEEPEST = 6  # powers of λ in one integral
ROUNDING = 2.0**-48  # what a few operations may lose, relative to what they work on


class Undecided(Exception):
    """A question whose answer is beyond the terms that are known."""


class Germ:
    """Terms as (key, coefficient, bound of its rounding error), and the key from which on nothing is known."""

    __slots__ = ("order", "terms")

    def __init__(self, terms: Sequence[tuple[Key, float, float]], order: Key = NEVER) -> None:
        self.terms, self.order = tuple(terms), order

    @property
    def lead(self) -> Key:
        """The key of the first term, or where it may be."""
        return self.terms[0][0] if self.terms else self.order

    @property
    def constant(self) -> bool:
        """Whether nothing moves."""
        return self.order == NEVER and (not self.terms or (self.terms[0][0] == ONE and len(self.terms) == 1))

    @property
    def limit(self) -> float:
        """Where it goes as t goes to 0; a whole number that rounding has missed by a little is hit."""
        if not self.terms or self.lead > ONE:
            if self.lead <= ONE:
                raise Undecided
            return 0.0
        key, c, error = self.terms[0]
        if key < ONE:
            return math.copysign(math.inf, c)
        return float(round(c)) if error and math.isfinite(c) and abs(c - round(c)) <= error else c

    @property
    def moving(self) -> Germ:
        """What is left without the constant term."""
        return Germ([term for term in self.terms if term[0] != ONE], self.order)


NOWHERE = Germ(((ONE, math.nan, 0.0),))
"""The germ of what has no value on this side."""


def lift(value: float) -> Germ:
    """A constant."""
    return NOWHERE if value != value else Germ(((ONE, value, 0.0),) if value else ())


def germ(found: dict[Key, tuple[float, float]], order: Key, size: int) -> Germ:
    """The first terms, without those that rounding may have left of nothing."""
    order = min([order, *[key for key, (c, _) in found.items() if c != c]])
    terms = sorted([(key, c, error) for key, (c, error) in found.items() if key < order and (abs(c) > error or math.isinf(c))])
    return Germ(terms[:size], order if len(terms) <= size else terms[size][0])


def neg(x: Germ) -> Germ:
    return Germ([(key, -c, error) for key, c, error in x.terms], x.order)


def add(x: Germ, y: Germ, size: int) -> Germ:
    found = {key: (c, error) for key, c, error in x.terms}
    exact = x.lead >= ONE <= y.lead  # the constant term is the sum as the tool computes it
    for key, c, error in y.terms:
        if (known := found.get(key)) is None:
            found[key] = c, error
        elif math.isinf(key[0]):
            found[key] = (c if c == known[0] else math.nan), 0.0
        else:
            total = known[0] + c
            found[key] = total, 0.0 if exact and key == ONE else known[1] + error + ROUNDING / 16 * abs(total)
    return germ(found, min(x.order, y.order), size)


def mul(x: Germ, y: Germ, size: int) -> Germ:
    if (not x.terms and x.order == NEVER) or (not y.terms and y.order == NEVER):
        return Germ(())
    order = min(times(x.order, y.lead), times(x.lead, y.order))
    exact = x.lead >= ONE <= y.lead
    found: dict[Key, tuple[float, float]] = {}
    for k, a, p in x.terms:
        for j, b, q in y.terms:
            key = times(k, j)
            if key >= order:
                break
            c, error = a * b, 0.0 if exact and key == ONE else abs(a) * q + abs(b) * p + ROUNDING * abs(a * b)
            if key in found:
                c = (c if c == found[key][0] else math.nan) if math.isinf(key[0]) else found[key][0] + c
                error += found[key][1]
            found[key] = c, error
    return germ(found, order, size)


def times(k: Key, j: Key) -> Key:
    """The key of the product of two terms."""
    if k == NEVER or j == NEVER:
        return NEVER
    e = k[0] + j[0]
    if e != e:
        raise Undecided
    return (e, 0.0) if math.isinf(e) else (snapped(e), k[1] + j[1])


def snapped(e: float) -> float:
    """An exponent without the rounding of thirds, sevenths and decimals, so that those of equal terms are equal."""
    if e.is_integer():
        return e
    near = round(e * 72072000) / 72072000
    return near if abs(e - near) <= 2e-15 * max(1.0, abs(e)) else e


def series(coefficients: Iterable[float], u: Germ, size: int, ends: bool = False) -> Germ:
    """The sum of c_k·u^k for a small u; what follows the last coefficient is 0 or unknown."""
    known = list(coefficients)
    result = lift(known[-1])
    for c in known[-2::-1]:
        result = add(lift(c), mul(u, result, size), size)
    order = result.order if ends else min(result.order, raised(u.lead, len(known)))
    return Germ([term for term in result.terms if term[0] < order], order)


def raised(key: Key, p: float) -> Key:
    """The key of the p-th power of a term."""
    e = key[0] * p
    if e != e:
        raise Undecided
    return NEVER if key == NEVER else (e, 0.0) if math.isinf(e) else (snapped(e), key[1] * p)


def derivative(x: Germ) -> Germ:
    """The derivative with respect to t, where λ has -1/t."""
    found: dict[Key, tuple[float, float]] = {}
    for (e, m), c, error in x.terms:
        if math.isinf(e):
            found[(e, m)] = math.copysign(1.0, c * e), 0.0
            continue
        for key, factor in (((snapped(e - 1), m), e), ((snapped(e - 1), m + 1), m)):
            if factor:
                a, q = found.get(key, (0.0, 0.0))
                found[key] = a + c * factor, q + error * abs(factor)
    return germ(found, times(x.order, (-1.0, 0.0)), len(found))


def integral(x: Germ) -> Germ:
    """The integral from t = 0, or without a constant where that is infinite."""
    found: dict[Key, tuple[float, float]] = {}
    order = times(x.order, LINEAR)
    for (e, m), c, error in x.terms:
        if math.isinf(e):
            found[(e, m)] = math.copysign(1.0, c * e), 0.0
            continue
        for _ in range(DEEPEST):  # by parts, down to λ^0
            if e == -1 and m == 1:
                raise Undecided
            key, factor = ((0.0, m - 1), 1 / (m - 1)) if e == -1 else ((snapped(e + 1), m), 1 / (e + 1))
            a, q = found.get(key, (0.0, 0.0))
            found[key] = a + c * factor, q + error * abs(factor)
            c, error, m = -c * m * factor, abs(error * m * factor), m + 1
            if e == -1 or not c or key >= order:
                break
        else:
            order = min(order, (e + 1, m))
    return germ(found, order, len(found))
