"""Gamma's logarithm and all its derivatives, by one series in decimal arithmetic, where doubles would lose digits."""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import cache

DIGITS = Context(prec=45, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
TERMS = 17
_HALF_LOG_TAU = Decimal("0.9189385332046727417803297364056176398613974736377834")  # log(2*pi)/2


@cache
def bernoulli() -> list[Fraction]:
    """The Bernoulli numbers B2, B4, ..., from the recurrence of Knuth and Buckholtz for the tangent numbers."""
    tangent = [0, 1] + [0] * (TERMS - 1)
    for k in range(2, TERMS + 1):
        tangent[k] = (k - 1) * tangent[k - 1]
    for k in range(2, TERMS + 1):
        for j in range(k, TERMS + 1):
            tangent[j] = (j - k) * tangent[j - 1] + (j - k + 2) * tangent[j]
    return [(-1) ** (k - 1) * Fraction(2 * k * tangent[k], 4**k * (4**k - 1)) for k in range(1, TERMS + 1)]


@cache
def coefficients(n: int) -> list[Decimal]:
    """B(2k) * (2k + n - 1)!/(2k)!, for k = 1, 2, ..."""
    exact = [b * Fraction(math.factorial(2 * k + n - 1), math.factorial(2 * k)) for k, b in enumerate(bernoulli(), 1)]
    return [DIGITS.divide(Decimal(part.numerator), Decimal(part.denominator)) for part in exact]


def series(n: int, z: Decimal) -> Decimal:
    """Derivative number n + 1 of log(gamma), for a z that is large beside n; n is -1 for log(gamma) itself.

    Stirling's series and its derivatives: Abramowitz and Stegun 6.1.40, 6.3.18, 6.4.11.
    """
    c, inverse = DIGITS, DIGITS.divide(1, z)
    square, tail = c.multiply(inverse, inverse), Decimal(0)
    for coefficient in reversed(coefficients(n)):
        tail = c.multiply(square, c.add(coefficient, tail))
    if n == -1:
        main = c.subtract(c.multiply(c.subtract(z, Decimal("0.5")), z.ln(c)), z)
        return c.add(c.add(main, _HALF_LOG_TAU), c.multiply(tail, z))
    tail = c.add(tail, c.multiply(Decimal(math.factorial(n)), c.divide(inverse, 2)) if n == 0 else _first(n, inverse))
    if n == 0:
        return c.subtract(z.ln(c), tail)
    return c.multiply(tail, c.multiply((-1) ** (n + 1), c.power(inverse, n)))


def _first(n: int, inverse: Decimal) -> Decimal:
    """The first two terms, (n-1)! + n!/(2z)."""
    return DIGITS.add(math.factorial(n - 1), DIGITS.multiply(math.factorial(n), DIGITS.divide(inverse, 2)))


def _far(x: float | Decimal, n: int) -> tuple[list[Decimal], Decimal]:
    """The numbers x, x + 1, ... below the place where the series holds, and the first one there."""
    z, steps, enough = DIGITS.plus(Decimal(x)), [], 32 + n
    while z < enough:
        steps.append(z)
        z = DIGITS.add(z, 1)
    return steps, z


def gamma(x: float) -> float:
    """Euler's gamma."""
    return float(decimal_gamma(x))


def decimal_gamma(x: float | Decimal) -> Decimal:
    """The same with all its digits, by its recurrence (Abramowitz and Stegun 6.1.15) and Stirling's series."""
    steps, z = _far(x, 0)
    return DIGITS.divide(series(-1, z).exp(DIGITS), _product(steps))


def lgamma(x: float) -> float:
    """log(abs(gamma(x))), likewise."""
    steps, z = _far(x, 0)
    return float(DIGITS.subtract(series(-1, z), DIGITS.abs(_product(steps)).ln(DIGITS)))


def _product(factors: list[Decimal]) -> Decimal:
    result = Decimal(1)
    for factor in factors:
        result = DIGITS.multiply(result, factor)
    return result


def polygamma(n: int, x: float) -> float:
    """The n-th derivative of digamma."""
    return float(decimal_polygamma(n, x))


def decimal_polygamma(n: int, x: float | Decimal) -> Decimal:
    """The same with all its digits, by its recurrence (Abramowitz and Stegun 6.4.6) and its asymptotic series."""
    steps, z = _far(x, n)
    total = Decimal(0)
    for step in steps:
        total = DIGITS.add(total, DIGITS.power(step, -n - 1))
    return DIGITS.subtract(series(n, z), DIGITS.multiply((-1) ** n * math.factorial(n), total))


def erfc(x: float) -> float:
    """1 - erf(x) for a small x > 0, by the series of positive terms for erf (Abramowitz and Stegun 7.1.6)."""
    c, z = DIGITS, Decimal(x)
    square = c.multiply(z, z)
    term, total, k = z, z, 1
    while term > c.multiply(total, _NEGLIGIBLE):
        term = c.divide(c.multiply(term, c.multiply(2, square)), 2 * k + 1)
        total, k = c.add(total, term), k + 1
    return float(c.subtract(1, c.multiply(c.multiply(_TWO_OVER_ROOT_PI, c.exp(c.minus(square))), total)))


_NEGLIGIBLE = Decimal("1e-35")
_TWO_OVER_ROOT_PI = Decimal("1.1283791670955125738961589031215451716881012586580")  # 2/sqrt(pi)
