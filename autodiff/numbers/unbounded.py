"""Doubles with unbounded exponents: a step within the range of doubles is what it was, one that leaves it is made in decimals.

What lies beyond 10^(10^17) is known by its side alone: a result that depends on how far it lies is no number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    Overflow,
    Underflow,
    localcontext,
)  # fmt: skip
from itertools import product
from typing import Any, ClassVar

from autodiff.numbers import decimal_series, floats
from autodiff.numbers.special_functions import ORDERS
from autodiff.numbers.wide import HUGE, TINY, Wide

DIGITS = Context(prec=34, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
FAR, NEARER, FARTHER = 10**17, 3 * 10**17, 9 * 10**17  # exponents: what is beyond, and two places where it may lie
SMALL = Decimal("1e-40")  # beside 1 it is nothing
NAN, ZERO, ONE, TWO = Decimal("NaN"), Decimal(0), Decimal(1), Decimal(2)
LN2, LN10 = Decimal("0.69314718055994530941723212145817656808"), Decimal("2.3025850929940456840179914546843642076")
PI = Decimal("3.1415926535897932384626433832795028842")


def fitting(exact: Decimal) -> float:
    """A double where one can hold it with all its digits."""
    if not exact.is_finite() or not exact:
        return float(exact)
    near = float(exact)
    return near if TINY <= abs(near) <= HUGE or near == exact else Wide(exact)


def unbounded(op: str) -> Callable[..., Any]:
    """A primitive: that of doubles as long as nothing leaves their range."""
    plain, exactly = floats.FUNCTIONS[op], EXACTLY[op]

    def result(*args: float) -> float:
        if Wide not in map(type, args):
            found: float = plain(*args)
            if TINY <= found <= HUGE or -HUGE <= found <= -TINY or found != found:
                return found
            return _left(op, found, args, exactly)
        if (op in _ABSORBING and not all(args)) or (op not in _KEEPING and not all(type(x) is Wide or x - x == 0 for x in args)):
            return float(plain(*map(_stand_in, args)))
        return _sure(exactly, args)

    return result


def _left(op: str, found: float, args: Sequence[float], exactly: Callable[..., Decimal]) -> float:
    """The result of doubles that may have left their range: an exact zero, a pole and the value at infinity stay."""
    if not all(map(math.isfinite, args)) or (op in _ABSORBING and not all(args)):
        return found
    exact = _sure(exactly, args)
    return exact if type(exact) is Wide or (exact == exact != 0 and found - found == 0) else found


def _stand_in(x: float) -> float:
    """An ordinary double of the same side, where only that matters."""
    return x if type(x) is not Wide else math.copysign(1e-300 if abs(x) < 1 else 1e300, x)


def _sure(exactly: Callable[..., Decimal], args: Sequence[float]) -> float:
    """The result in decimals; where something is beyond, only if it does not matter how far."""
    exact = [x.exact if type(x) is Wide else Decimal(x) for x in args]
    if not any(map(_beyond, exact)):
        return fitting(_saturated(exactly, exact))
    first, *others = [_saturated(exactly, places) for places in product(*map(_places, exact))]
    if all(_beyond(x) and _side(x) == _side(first) for x in (first, *others)):
        return Wide(first)
    alike = [first.is_nan() or abs(float(x) - float(first)) <= 1e-15 * abs(float(first)) for x in others]
    return fitting(first) if all(alike) else math.nan


def _beyond(exact: Decimal) -> bool:
    return bool(exact) and exact.is_finite() and abs(exact.adjusted()) > FAR


def _side(exact: Decimal) -> tuple[bool, bool]:
    return exact.is_signed(), exact.adjusted() < 0


def _places(exact: Decimal) -> list[Decimal]:
    """Where a number may lie."""
    if not _beyond(exact):
        return [exact]
    return [_power_of_ten(e if exact.adjusted() > 0 else -e).copy_sign(exact) for e in (NEARER, FARTHER)]


def _power_of_ten(exponent: int) -> Decimal:
    return Decimal((0, (1,), exponent))


def _saturated(exactly: Callable[..., Decimal], args: Sequence[Decimal]) -> Decimal:
    """The result, with what is too great or too small for decimals as far out as they go."""
    decimal_series.DIGITS.clear_flags()
    with localcontext(DIGITS) as context:
        found = exactly(*args)
        if found.is_infinite() and all(x.is_finite() for x in args):
            return _power_of_ten(FARTHER).copy_sign(found)
        if not found and any(used.flags[signal] for used in (context, decimal_series.DIGITS) for signal in (Overflow, Underflow)):
            return _power_of_ten(-FARTHER).copy_sign(found)
        return found


# Powers, exponentials and logarithms ----------------------------------------------------------------------------------


def power(x: Decimal, y: Decimal) -> Decimal:
    if x > 0:
        return x**y
    if y != y.to_integral_value():
        return NAN
    return abs(x) ** y if is_even(y) else -(abs(x) ** y)


def is_even(y: Decimal) -> bool:
    return y.adjusted() > 30 or y % 2 == 0


def root(x: Decimal, n: Decimal) -> Decimal:
    if x >= 0:
        return x ** (1 / n)
    return -((-x) ** (1 / n)) if n == n.to_integral_value() and not is_even(n) else NAN


def expm1(x: Decimal) -> Decimal:
    return x if abs(x) < SMALL else x.exp() - 1


def log(x: Decimal) -> Decimal:
    return x.ln() if x > 0 else NAN


def log1p(x: Decimal) -> Decimal:
    return x if abs(x) < SMALL else log(1 + x)


def logsumexp(*args: Decimal) -> Decimal:
    top = max(args)
    return top + sum([(x - top).exp() for x in args], ZERO).ln()


def softplus(x: Decimal) -> Decimal:
    return max(x, ZERO) + log1p((-abs(x)).exp())


# Circular and hyperbolic functions: beside 0 and far out; in between doubles serve ------------------------------------


def odd(far: Callable[[Decimal], Decimal] = lambda x: NAN, steep: Decimal = ONE) -> Callable[[Decimal], Decimal]:
    """A function that is steep·x beside 0, and far out what is said for positive x."""
    return lambda x: steep * x if abs(x) < 1 else far(abs(x)).copy_sign(x)


def even(far: Callable[[Decimal], Decimal] = lambda x: NAN, near: Decimal = ONE) -> Callable[[Decimal], Decimal]:
    """A function that has a value beside 0, and far out what is said of the size of x."""
    return lambda x: near if abs(x) < 1 else far(abs(x))


def atan2(y: Decimal, x: Decimal) -> Decimal:
    ratio = abs(y / x) if x else FAR * ONE
    angle = ratio if ratio < SMALL else PI / 2 if ratio > 1 / SMALL else Decimal(math.atan(float(ratio)))
    return (angle if x >= 0 else PI - angle).copy_sign(y)


def dsinc(n: Decimal, x: Decimal) -> Decimal:
    """The n-th derivative of sin(x)/x beside 0, and far out by the recurrence of x·sinc(x) = sin(x)."""
    if not 0 <= n <= ORDERS or n != n.to_integral_value():
        return NAN
    order = int(n)
    if abs(x) < SMALL:
        size = x / (order + 2) if order % 2 else ONE / (order + 1)
        return size if (order + 1) // 2 % 2 == 0 else -size
    if abs(x) > HUGE:
        return NAN
    sine, cosine = Decimal(math.sin(x)), Decimal(math.cos(x))
    waves, found = (sine, cosine, -sine, -cosine), sine / x
    for k in range(1, order + 1):
        found = (waves[k % 4] - k * found) / x
    return found


# Gamma and erfc -------------------------------------------------------------------------------------------------------


def gamma(x: Decimal) -> Decimal:
    """By Stirling's series, left of 0 by reflection (Abramowitz and Stegun 6.1.17)."""
    if abs(x) < SMALL:
        return 1 / x
    if x > 0:
        return decimal_series.decimal_gamma(x)
    whole = x.to_integral_value()
    sine = Decimal(math.sin(math.pi * float(x - whole)))
    return PI / (sine if is_even(whole) else -sine) / decimal_series.decimal_gamma(1 - x) if sine else NAN


def lgamma(x: Decimal) -> Decimal:
    return -log(abs(x)) if abs(x) < SMALL else decimal_series.series(-1, x) if x > 100 else NAN


def polygamma(n: Decimal, x: Decimal) -> Decimal:
    """Derivatives of digamma: the term of the pole beside 0, else by recurrence and series; not far to the left."""
    if not 0 <= n <= ORDERS or n != n.to_integral_value() or x < -1000 or x == x.to_integral_value() <= 0:
        return NAN
    order = int(n)
    if abs(x) < SMALL:
        return math.factorial(order) / x ** (order + 1) * (1 if order % 2 else -1)
    return decimal_series.decimal_polygamma(order, x)


def erfc(x: Decimal) -> Decimal:
    """Beside 0 and to the left it is constant; to the right the asymptotic series (Abramowitz and Stegun 7.1.23)."""
    if x < 20:
        return ONE if abs(x) < 1 else TWO
    term, total, square = ONE, ONE, x * x
    for k in range(1, 40, 2):
        term *= -k / (2 * square)
        total += term
    return (-square).exp() * total / (x * PI.sqrt())


def mod(x: Decimal, y: Decimal) -> Decimal:
    with localcontext() as context:  # the quotient is needed with all its digits
        context.prec = min(max(DIGITS.prec, x.adjusted() - y.adjusted() + DIGITS.prec), 2_000)
        rest = x % y
    return rest + y if rest and (rest < 0) != (y < 0) else rest


def hypot(*args: Decimal) -> Decimal:
    return sum([x * x for x in args], ZERO).sqrt()


EXACTLY: dict[str, Callable[..., Decimal]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": lambda x, y: x / y, "mod": mod,
    "pow": power, "sqrt": lambda x: x.sqrt(), "cbrt": lambda x: root(x, Decimal(3)), "root": root, "hypot": hypot,
    "exp": lambda x: x.exp(), "expm1": expm1, "log": log, "log2": lambda x: log(x) / LN2, "log10": lambda x: log(x) / LN10,
    "log1p": log1p, "log_base": lambda x, b: log(x) / log(b), "logaddexp": logsumexp, "logsumexp": logsumexp,
    "sigmoid": lambda x: 1 / (1 + (-x).exp()), "softplus": softplus,
    "sin": odd(), "cos": even(), "tan": odd(), "asin": odd(), "acos": even(near=PI / 2), "atan": odd(lambda x: PI / 2),
    "atan2": atan2, "sinc": lambda x: dsinc(ZERO, x), "dsinc": dsinc,
    "sinh": odd(lambda x: x.exp() / 2), "cosh": even(lambda x: x.exp() / 2), "tanh": odd(lambda x: ONE),
    "asinh": odd(lambda x: log(2 * x)), "acosh": lambda x: log(2 * x) if x > 1 else NAN, "atanh": odd(),
    "erf": odd(lambda x: ONE, steep=2 / PI.sqrt()), "erfc": erfc,
    "gamma": gamma, "lgamma": lgamma, "digamma": lambda x: polygamma(ZERO, x), "polygamma": polygamma,
    "floor": lambda x: x.to_integral_value(ROUND_FLOOR), "ceil": lambda x: x.to_integral_value(ROUND_CEILING),
    "round": lambda x: x.to_integral_value(ROUND_HALF_EVEN),
}  # fmt: skip
"""By the name of the row; the others only compare and choose, which doubles of true size do by themselves."""

_ABSORBING = frozenset(
    ["mul", "div", "pow", "atan2", "mod", "root", "log_base", "log", "log2", "log10", "gamma", "lgamma", "digamma"]
)
"""With an exact 0 among their arguments the result is the exact one, or the infinite one, of doubles."""

_KEEPING = frozenset(["mod", "logaddexp", "logsumexp"])
"""Beside an infinite argument the result may be the other one."""


_FUNCTIONS: dict[str, Callable[..., Any]] = {**floats.FUNCTIONS, **{op: unbounded(op) for op in EXACTLY}}


class Unbounded:
    """The number system."""

    formulas = "doubles"
    functions = _FUNCTIONS
    rows: ClassVar[dict[Any, Any]] = {}

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool) -> bool:
        return value


UNBOUNDED = Unbounded()
