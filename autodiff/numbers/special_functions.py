"""Gamma and its relatives, and erfc, in double precision where that is exact enough and by series in decimals elsewhere."""

from __future__ import annotations

import math
from typing import Any

ORDERS = 100  # the highest derivative of digamma, and of sinc
FAR = -150.0  # to the left of it a recurrence would be long, and the reflection formulas serve


def erfc(x: float) -> float:
    """1 - erf(x): C's, but in the middle, where some libraries err by several units, a series in decimals."""
    if not 0.5 < x < 3:
        return math.erfc(x)
    from autodiff.numbers import decimal_series

    return decimal_series.erfc(x)


def gamma(x: float) -> float:
    """Euler's gamma; infinite at 0, with the sign of the zero. Raises as math.gamma does."""
    if x == 0:
        return math.copysign(math.inf, x)
    if -184 < x < 171.7 and x != math.floor(x) and abs(x) > 1e-300:
        from autodiff.numbers import decimal_series

        return decimal_series.gamma(x)
    return math.gamma(x)  # whole numbers, from a table or nearly; and what overflows


def lgamma(x: float) -> float:
    """log(abs(gamma(x))); math.lgamma, but for the arguments where that cancels."""
    if math.isinf(x) or (x <= 0 and x == math.floor(x)):
        return math.inf
    if FAR < x < 30 and abs(x) > 1e-20 and x not in (1, 2):
        from autodiff.numbers import decimal_series

        return decimal_series.lgamma(x)
    return math.lgamma(x)


def digamma(x: float) -> float:
    """The logarithmic derivative of gamma."""
    if 10 <= x < math.inf:
        return _asymptotic(x)
    return polygamma(0, x)


def _asymptotic(x: float) -> float:
    """Digamma beyond 10 (Abramowitz and Stegun 6.3.18)."""
    square = 1 / (x * x)
    series = 0.0
    for k in range(len(_TAIL) - 1, -1, -1):
        series = square * (_TAIL[k] + series)
    return math.log(x) - (0.5 / x + series)


_TAIL = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12, -3617 / 8160, 43867 / 14364)  # B(2k)/(2k)


def polygamma(n: float, x: float) -> float:
    """The n-th derivative of digamma, for a whole n from 0 to 100.

    Far to the left the reflection formula (Abramowitz and Stegun 6.4.7) gives it, in whose right-hand side the
    derivatives of the cotangent are polynomials in the cotangent.
    """
    if not 0 <= n <= ORDERS or n != math.floor(n) or x != x or x == -math.inf:
        return math.nan
    order = int(n)
    if math.isinf(x):
        return x if order == 0 else 0.0
    if x == 0:
        return math.inf if order % 2 else math.copysign(math.inf, -x)
    if x < 0 and x == math.floor(x):
        return math.nan
    if x < FAR:
        return (-1.0) ** order * polygamma(n, 1 - x) - math.pi ** (order + 1) * float(cotangent(order, _cot_pi(x)))
    from autodiff.numbers import decimal_series

    return decimal_series.polygamma(order, x)


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


def dsinc(n: float, x: float) -> float:
    """The n-th derivative of sin(x)/x, for a whole n >= 0.

    From x·sinc(x) = sin(x), differentiated: x·d(n) + n·d(n-1) is a sine or cosine. That recurrence is stable where x is
    large; elsewhere the power series of sin(x)/x, differentiated term by term.
    """
    if not 0 <= n <= ORDERS or n != math.floor(n) or x != x:
        return math.nan
    if math.isinf(x):
        return 0.0
    order = int(n)
    if abs(x) > (1.5 if order <= 1 else 30 + order):
        return _dsinc_far(order, x)
    return _dsinc_first(x) if order == 1 else _dsinc_near(order, x)


def _dsinc_far(order: int, x: float) -> float:
    sine, cosine = math.sin(x), math.cos(x)
    waves = (sine, cosine, -sine, -cosine)
    result = sine / x
    for k in range(1, order + 1):
        result = (waves[k % 4] - k * result) / x
    return result


def _dsinc_first(x: float) -> float:
    """-x/3 + x^3/30 - ..., nested, as far as doubles can tell."""
    series, square = 1.0, x * x
    for k in range(10, 0, -1):
        series = 1 - square / (2 * k * (2 * k + 3)) * series
    return -x / 3 * series


def _dsinc_near(order: int, x: float) -> float:
    """The sum of (-1)^k x^(2k-n)/((2k+1)(2k-n)!), in decimals, with digits for what it cancels."""
    from decimal import Context, Decimal  # half a millisecond, and seldom needed

    context = Context(prec=45 + int(abs(x) / 2))
    exact, first = Decimal(x), (order + 1) // 2
    square = context.multiply(exact, exact)
    term = exact if order % 2 else Decimal(1)  # x^(2k-n)/(2k-n)!
    total = Decimal(0)
    for k in range(first, first + 60 + 2 * int(abs(x))):
        part = context.divide(term, 2 * k + 1)
        total = context.subtract(total, part) if k % 2 else context.add(total, part)
        power = 2 * k - order
        term = context.divide(context.multiply(term, square), (power + 1) * (power + 2))
    return float(total)
