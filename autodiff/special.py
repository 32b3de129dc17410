"""Functions that Python's math module lacks, by sound published methods, in double precision."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

ORDERS = 100  # the highest order of polygamma

# Bernoulli numbers B2, B4, ..., B24: the coefficients of the asymptotic series of digamma and its derivatives.
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
    43867 / 798, -174611 / 330, 854513 / 138, -236364091 / 2730,
)  # fmt: skip
_ROOT = 1.4616321449683622  # the positive zero of digamma, to double precision
_ROOT_TAIL = 9.549995429965697e-17  # and what is missing there


def digamma(x: float) -> float:
    """The logarithmic derivative of gamma.

    Recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.5, 6.3.18); reflection for negative
    arguments (6.3.7); a Taylor series around the positive zero, where the recurrence would cancel.
    """
    if math.isinf(x) or x != x:
        return x if x > 0 else math.nan
    if abs(x) < 1e-300:
        return -1 / x if abs(x) > 1e-307 else -math.copysign(math.inf, x)
    if x <= 0:
        if x == math.floor(x):
            return math.nan
        return digamma(1 - x) - math.pi * _cot_pi(x)
    if abs(x - _ROOT) < 0.25:
        return _near_root((x - _ROOT) - _ROOT_TAIL)
    terms = []
    while x < 10:
        terms.append(-1 / x)
        x += 1
    square = 1 / (x * x)
    series = 0.0
    for k in range(len(_BERNOULLI), 0, -1):
        series = square * (_BERNOULLI[k - 1] / (2 * k) + series)
    return math.fsum([*terms, math.log(x), -0.5 / x, -series])


def _near_root(h: float) -> float:
    result = 0.0
    for coefficient in _taylor():
        result = h * (coefficient + result)
    return result


@cache
def _taylor() -> list[float]:
    return [polygamma(n, _ROOT) / math.factorial(n) for n in range(24, 0, -1)]


def polygamma(n: float, x: float) -> float:
    """The n-th derivative of digamma, for a whole n >= 0.

    Recurrence, then the asymptotic series (Abramowitz and Stegun 6.4.6, 6.4.11); for negative arguments the reflection
    formula (6.4.7), whose derivatives of the cotangent are polynomials in it.
    """
    if not 0 <= n <= ORDERS or n != math.floor(n) or x != x or x == -math.inf:
        return math.nan
    if math.isinf(x):
        return x if n == 0 else 0.0
    if n == 0:
        return digamma(x)
    order = int(n)
    sign = -1.0 if order % 2 == 0 else 1.0
    if x == 0:
        return sign * math.inf if order % 2 else math.copysign(math.inf, -x)
    if x < 0:
        if x == math.floor(x):
            return math.nan
        return -sign * polygamma(n, 1 - x) - math.pi ** (order + 1) * float(cotangent(order, _cot_pi(x)))
    terms = []
    while x < 12 + order:
        terms.append(math.factorial(order) * _power(x, -order - 1))
        x += 1
    series = [math.factorial(order - 1) * _power(x, -order), math.factorial(order) / 2 * _power(x, -order - 1)]
    factor = math.factorial(order + 1) / 2
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        series.append(bernoulli * factor * _power(x, -order - 2 * k))
        factor *= (2 * k + order) * (2 * k + order + 1) / ((2 * k + 1) * (2 * k + 2))
    return sign * math.fsum(terms + series)


def _power(x: float, n: int) -> float:
    try:
        return math.pow(x, n)
    except OverflowError:
        return math.inf


def _cot_pi(x: float) -> float:
    """cot(pi*x), exact in its zeros and near its poles."""
    rest = x - round(x)
    if abs(rest) < 0.25:
        return 1 / math.tan(math.pi * rest)
    return math.copysign(math.tan(math.pi * (0.5 - abs(rest))), rest)


def cotangent(order: int, c: Any) -> Any:
    """The n-th derivative of cot at the point where it is c, a number of any kind, from cot' = -(1 + cot^2)."""
    poly = [0, 1]
    for _ in range(order):
        slope = [k * poly[k] for k in range(1, len(poly))]
        poly = [-((slope[k] if k < len(slope) else 0) + (slope[k - 2] if k >= 2 else 0)) for k in range(len(slope) + 2)]
    result = 0.0
    for coefficient in reversed(poly):
        result = result * c + coefficient
    return result
