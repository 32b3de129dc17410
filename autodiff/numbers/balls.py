"""Numbers that are known to lie in a ball, by python-flint: what comes out of a formula is proved, or nothing is said."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from contextlib import AbstractContextManager
from fractions import Fraction
from importlib import import_module
from typing import Any

from autodiff.numbers.algebra import Made
from autodiff.numbers.rational import fraction, function, is_small, knowing
from autodiff.numbers.special_functions import ORDERS
from autodiff.primitives import CONDITIONS, CONSTANTS

BITS = 3.33  # of a digit


class Undecided(Exception):
    """So many digits cannot tell, or the number is not finite."""


def available() -> bool:
    """Whether python-flint is installed: any folder of that name can be imported too."""
    try:
        return hasattr(import_module("flint"), "arb")
    except ImportError:
        return False


class Balls:
    """The number system of Arb: every function gives a ball in which the true value lies, a comparison what holds for all numbers
    of its balls. Fractions are carried along where they are known. Functions raise Undecided."""

    formulas = "exact"

    def __init__(self) -> None:
        self.flint = import_module("flint")
        self._known: Any = type("Known", (self.flint.arb,), {"__slots__": ("fraction",)})
        self._values = _meanings(self.flint)
        self.functions = Made(self._function)

    def digits(self, count: int) -> AbstractContextManager[Any]:
        """While it is open, balls have so many digits."""
        return self.flint.ctx.workprec(int(count * BITS) + 10)  # type: ignore[no-any-return]

    def lift(self, value: float, text: str = "") -> Any:
        """A number as it is written."""
        if text in CONSTANTS:
            pi = self.flint.arb.pi()
            return {"pi": pi, "e": self.flint.arb.const_e(), "tau": 2 * pi}[text]
        found = fraction(value, text)
        if found is None:
            raise Undecided
        return self._exactly(found)

    def truth(self, value: bool) -> bool:
        return value

    def rounded(self, x: Any, digits: int) -> tuple[int, int]:
        """The whole number of so many digits, and the power of ten that it is to be multiplied with, to which every number of a
        ball is rounded; 0 has none. Raises Undecided where they differ."""
        if x == 0:
            return 0, 0
        if type(x) is self._known:
            return _rounded_fraction(x.fraction, digits)
        size = abs(x).mid().log() / self.flint.arb.const_log10()
        power = int(size.mid().floor().unique_fmpz() or 0) + 1 - digits
        for _ in range(3):  # the estimate may be one too low or too high, beside a power of ten
            scaled = abs(x) / self.flint.arb(10) ** power
            found = (scaled + self.flint.arb(0.5)).floor().unique_fmpz()
            if found is None:
                break
            if 10 ** (digits - 1) <= found < 10**digits:
                return int(found) if x > 0 else -int(found), power
            power += 1 if found >= 10**digits else -1
        raise Undecided

    def _exactly(self, value: Fraction) -> Any:
        found = self._known(self.flint.arb(self.flint.fmpq(value.numerator, value.denominator)))
        found.fraction = value
        return found

    def _function(self, op: str) -> Callable[..., Any]:
        known = self._values[op]
        made = known if op in CONDITIONS or op in ("if", "copy") else _finite(known)
        exactly = function(op)
        return made if exactly is None else knowing(made, exactly, self._known, lambda x: self._exactly(x) if is_small(x) else None)


def _rounded_fraction(x: Fraction, digits: int) -> tuple[int, int]:
    power = len(str(abs(x.numerator))) - len(str(x.denominator)) - digits
    while (found := math.floor(abs(x) / Fraction(10) ** power + Fraction(1, 2))) >= 10**digits:
        power += 1
    return found if x > 0 else -found, power


def _finite(known: Callable[..., Any]) -> Callable[..., Any]:
    def result(*args: Any) -> Any:
        try:
            found = known(*args)
        except (ValueError, ZeroDivisionError, OverflowError, TypeError, NotImplementedError):
            raise Undecided from None
        if not found.is_finite():
            raise Undecided
        return found

    return result


def _decided(holds: Callable[[Any, Any], bool], fails: Callable[[Any, Any], bool], same: bool) -> Callable[[Any, Any], bool]:
    """A comparison: it holds for all numbers of two balls, or for none; a number is equal to itself."""

    def result(x: Any, y: Any) -> bool:
        if x is y:
            return same
        if holds(x, y):
            return True
        if fails(x, y):
            return False
        raise Undecided

    return result


_less = _decided(operator.lt, operator.ge, False)
_equal = _decided(operator.eq, operator.ne, True)
COMPARISONS: dict[str, Callable[..., Any]] = {
    "lt": _less, "le": _decided(operator.le, operator.gt, True), "gt": lambda x, y: _less(y, x),
    "ge": _decided(operator.ge, operator.lt, True), "eq": _equal, "ne": lambda x, y: not _equal(x, y),
    "and": lambda p, q: p and q, "or": lambda p, q: p or q, "not": lambda p: not p, "if": lambda p, x, y: x if p else y,
}  # fmt: skip


def _meanings(flint: Any) -> dict[str, Callable[..., Any]]:
    """The value of every primitive that has a ball, by the name of its row; the others are evaluated as their rows say."""
    arb, acb, less = flint.arb, flint.acb, COMPARISONS["lt"]
    zero, one = arb(0), arb(1)

    def power(x: Any, y: Any) -> Any:
        if x == 0:
            return one if y == 0 else zero if less(zero, y) else arb.nan()
        return x**y

    def root(x: Any, n: Any) -> Any:
        if less(x, zero):
            return -root(-x, n) if n.is_integer() and not (n / 2).is_integer() else arb.nan()
        return power(x, one / n)

    def whole(x: Any) -> Any:
        """The whole number that a ball of them holds alone."""
        found = x.unique_fmpz()
        return arb.nan() if found is None else arb(found)

    def nearest(x: Any) -> Any:
        return arb.nan() if (2 * x).contains_integer() and not x.contains_integer() else whole((x + one / 2).floor())

    def sign(x: Any) -> Any:
        return zero if _equal(x, zero) else one if less(zero, x) else -one

    def greatest(*args: Any) -> Any:
        best = args[0]
        for x in args[1:]:
            best = x if x is not best and _is_less(best, x) else best
        return best

    def least(*args: Any) -> Any:
        best = args[0]
        for x in args[1:]:
            best = x if x is not best and _is_less(x, best) else best
        return best

    def _is_less(x: Any, y: Any) -> bool:
        return x != y if x != y and x < y else False if y <= x else less(x, y)

    def logsumexp(*args: Any) -> Any:
        top = max([x.mid() for x in args], key=float)
        return top + sum([(x - top).exp() for x in args], zero).log()

    def dsinc(n: Any, x: Any) -> Any:
        order = n.unique_fmpz()
        if order is None or not 0 <= order <= ORDERS:
            return arb.nan()
        wave = acb(0, x).hypgeom_1f1(n + 1, n + 2) / (n + 1)
        return (wave.real, -wave.imag, -wave.real, wave.imag)[int(order) % 4]

    def polygamma(n: Any, x: Any) -> Any:
        order = n.unique_fmpz()
        return arb.nan() if order is None or not 0 <= order <= ORDERS else acb(x).polygamma(acb(n)).real

    def square_sum(*args: Any) -> Any:
        return sum([x * x for x in args], zero).sqrt()

    return COMPARISONS | {
        "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "neg": operator.neg,
        "copy": lambda x: x, "pow": power, "root": root, "sqrt": arb.sqrt, "cbrt": lambda x: root(x, arb(3)), "hypot": square_sum,
        "exp": arb.exp, "expm1": arb.expm1, "log": arb.log, "log1p": arb.log1p, "log2": lambda x: x.log() / arb.const_log2(),
        "log10": lambda x: x.log() / arb.const_log10(), "logaddexp": logsumexp, "logsumexp": logsumexp,
        "softplus": lambda x: x.exp().log1p(), "sin": arb.sin, "cos": arb.cos, "tan": arb.tan, "asin": arb.asin, "acos": arb.acos,
        "atan": arb.atan, "atan2": arb.atan2, "sinc": arb.sinc, "dsinc": dsinc, "sinh": arb.sinh, "cosh": arb.cosh,
        "tanh": arb.tanh, "asinh": arb.asinh, "acosh": arb.acosh, "atanh": arb.atanh, "abs": abs, "max": greatest, "min": least,
        "sign": sign, "floor": lambda x: whole(x.floor()), "ceil": lambda x: whole(x.ceil()), "round": nearest, "erf": arb.erf,
        "erfc": arb.erfc, "gamma": arb.gamma, "lgamma": lambda x: x.lgamma() if less(zero, x) else abs(x.gamma()).log(),
        "digamma": arb.digamma, "polygamma": polygamma,
    }  # fmt: skip
