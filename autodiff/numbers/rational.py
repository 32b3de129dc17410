"""Numbers that are fractions: the value of a primitive where that is a fraction too, so that nothing about it is rounded."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

BITS = 4096  # of a numerator or denominator: all doubles, their products and quotients have fewer; beyond it numbers are rounded
DEGREES = 64  # of a root that is looked for

_HALF = Fraction(1, 2)
_KEPT: dict[str, dict[int, int]] = {
    "exp": {0: 1}, "expm1": {0: 0}, "log": {1: 0}, "log1p": {0: 0}, "sin": {0: 0}, "cos": {0: 1}, "tan": {0: 0}, "asin": {0: 0},
    "acos": {1: 0}, "atan": {0: 0}, "sinh": {0: 0}, "cosh": {0: 1}, "tanh": {0: 0}, "asinh": {0: 0}, "acosh": {1: 0},
    "atanh": {0: 0}, "erf": {0: 0}, "erfc": {0: 1}, "lgamma": {1: 0, 2: 0},
}  # fmt: skip
"""The fractions at which a function is a fraction again."""


def fraction(value: float, text: str) -> Fraction | None:
    """A number as it is written."""
    try:
        found = Fraction(text) if text and (value or not text.strip("0.")) else Fraction(value)
    except (ValueError, OverflowError):  # a spelling that only our grammar knows; what is not finite
        return Fraction(value) if math.isfinite(value) else None
    return found if is_small(found) else None


def is_small(x: Fraction) -> bool:
    """Whether it is worth keeping."""
    return max(x.numerator.bit_length(), x.denominator.bit_length()) <= BITS


def _whole_root(x: int, degree: int) -> int | None:
    if degree == 2:
        found = math.isqrt(x)
    else:
        found, step = 1 << -(-x.bit_length() // degree), 0
        while (step := ((degree - 1) * found + x // found ** (degree - 1)) // degree) < found:
            found = step
    return found if found**degree == x else None


def _root(x: Fraction, degree: int) -> Fraction | None:
    """The root, where it is a fraction."""
    if x < 0 or not 0 < degree <= DEGREES:
        return None
    above, below = _whole_root(x.numerator, degree) if x else 0, _whole_root(x.denominator, degree)
    return None if above is None or below is None else Fraction(above, below)


def _pow(x: Fraction, y: Fraction) -> Fraction | None:
    if x == 1 or not y:
        return Fraction(1)
    if not x:
        return x if y > 0 else None
    base = x if y.denominator == 1 else _root(x, y.denominator)
    if base is None or abs(y.numerator) * max(base.numerator.bit_length(), base.denominator.bit_length()) > BITS:
        return None
    return Fraction(base**y.numerator)


def _odd_root(x: Fraction, degree: Fraction) -> Fraction | None:
    if x >= 0 or degree.denominator != 1 or degree % 2 == 0:
        return _pow(x, 1 / degree) if degree else None
    found = _pow(-x, 1 / degree)
    return None if found is None else -found


def _log_base(x: Fraction, b: Fraction) -> Fraction | None:
    """The logarithm, where it is whole."""
    if x <= 0 or b <= 0 or b == 1:
        return None
    size, unit = math.log(x.numerator) - math.log(x.denominator), math.log(b.numerator) - math.log(b.denominator)
    power = Fraction(round(size / unit)) if abs(size) < BITS * abs(unit) else Fraction(0)
    return power if _pow(b, power) == x else None


def _gamma(x: Fraction) -> Fraction | None:
    return Fraction(math.factorial(int(x) - 1)) if x.denominator == 1 and 0 < x < DEGREES else None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": lambda x, y: x / y if y else None, "neg": operator.neg,
    "pow": _pow, "root": _odd_root, "sqrt": lambda x: _pow(x, _HALF), "cbrt": lambda x: _odd_root(x, Fraction(3)),
    "hypot": lambda *args: _pow(sum([x * x for x in args], Fraction(0)), _HALF),
    "log_base": _log_base, "log2": lambda x: _log_base(x, Fraction(2)), "log10": lambda x: _log_base(x, Fraction(10)),
    "atan2": lambda y, x: y if not y and x > 0 else None, "sinc": lambda x: None if x else Fraction(1), "gamma": _gamma,
    "abs": abs, "max": max, "min": min, "sign": lambda x: Fraction((x > 0) - (x < 0)),
    "floor": lambda x: Fraction(math.floor(x)), "ceil": lambda x: Fraction(math.ceil(x)), "round": lambda x: Fraction(round(x)),
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip
"""By the name of the row: a fraction, a truth, or None where the value is no fraction."""


def function(op: str) -> Callable[..., Any] | None:
    """What a primitive is worth exactly; None where it never is a fraction."""
    if op in _KEPT:
        kept = {Fraction(x): Fraction(value) for x, value in _KEPT[op].items()}
        return kept.get
    return FUNCTIONS.get(op)


def knowing(
    rounded: Callable[..., Any], exactly: Callable[..., Any], known: type, made: Callable[[Fraction], Any]
) -> Callable[..., Any]:
    """A function that knows the fraction which it gives of fractions; numbers of the type `known` are such, and `made` makes one,
    or None where that is too long to be kept."""

    def result(*args: Any) -> Any:
        for x in args:
            if type(x) is not known:
                return rounded(*args)
        found = exactly(*[x.fraction for x in args])
        if type(found) is bool:
            return found
        kept = None if found is None else made(found)
        return rounded(*args) if kept is None else kept

    return result
