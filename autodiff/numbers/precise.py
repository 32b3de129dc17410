"""Numbers of any precision, by mpmath: the value of every primitive of the table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

from autodiff.errors import needs
from autodiff.numbers.algebra import Made
from autodiff.numbers.special_functions import ORDERS, cotangent
from autodiff.primitives import CONDITIONS, CONSTANTS

DECIDING = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "abs", "sign", "max", "min"})
LARGEST = 2**17  # binary exponent of the largest number; beyond it is infinity


class Precise:
    """The number system of mpmath, in a context of its own. There is one zero, and what is no real number is NaN."""

    formulas = "exact"

    def __init__(self, digits: int) -> None:
        self.context = needs("mpmath").mp.clone()
        self.context.dps = digits
        self.doubtful = False
        """Whether something was decided by a difference that may be nothing but rounding."""
        self._values = _meanings(self.context)
        self._noise = self.context.mpf(10) ** (-digits * 4 // 5)
        self.functions = Made(self._function)

    def lift(self, value: float, text: str = "") -> Any:
        """A number as it is written, with all its digits."""
        if text in CONSTANTS:
            return {"pi": +self.context.pi, "e": +self.context.e, "tau": 2 * self.context.pi}[text]
        try:
            return self.context.mpf(text or value)
        except ValueError:  # a spelling that only our grammar knows
            return self.context.mpf(value)

    def truth(self, value: bool) -> bool:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        function = self._values[op]
        function = function if op in CONDITIONS or op in ("if", "copy", "neg", "abs") else self._real(function)
        return self._deciding(function) if op in DECIDING else function

    def _deciding(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which takes note where two of its arguments, or its only one and 0, are all but equal."""

        def result(*args: Any) -> Any:
            pairs = combinations(args, 2) if len(args) > 1 else [(args[0], self.context.zero)]
            self.doubtful |= any(x != y and abs(x - y) < self._noise * max(abs(x), abs(y), 1) for x, y in pairs)
            return function(*args)

        return result

    def _real(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function in the reals: NaN where mpmath would go complex or raise, infinity where the result is out of reach."""
        context = self.context

        def result(*args: Any) -> Any:
            if any(x != x for x in args):
                return context.nan
            try:
                found = function(*args)
            except (ValueError, ZeroDivisionError, OverflowError, TypeError, context.NoConvergence):
                return context.nan
            if isinstance(found, context.mpc):
                return context.nan
            size = context.mag(found) if found and context.isfinite(found) else 0
            return found if abs(size) < LARGEST else context.zero if size < 0 else found * context.inf

        return result


def _meanings(mp: Any) -> dict[str, Callable[..., Any]]:
    """The value of every primitive, by the name of its row."""
    inf, nan, zero, one = mp.inf, mp.nan, mp.zero, mp.one

    def div(x: Any, y: Any) -> Any:
        return x / y if y else x * inf

    def power(x: Any, y: Any) -> Any:
        if not x:
            return one if not y else zero if y > 0 else inf
        if x < 0 and y != mp.floor(y):
            return nan
        if abs(y) * (1 + abs(mp.mag(x))) > 2 * LARGEST and x != 1:
            return inf if (y > 0) == (abs(x) > 1) else zero
        return mp.power(x, y)

    def root(x: Any, n: Any) -> Any:
        if x < 0:
            return -root(-x, n) if n % 2 == 1 else nan
        return power(x, one / n)

    def exponential(x: Any) -> Any:
        return mp.exp(x) if abs(x) < LARGEST else inf if x > 0 else zero

    def logarithm(x: Any) -> Any:
        return mp.log(x) if x > 0 else -inf if x == 0 else nan

    def logsumexp(*args: Any) -> Any:
        top = max(args)
        return top + logarithm(mp.fsum(exponential(x - top) for x in args)) if mp.isfinite(top) else top

    def dsinc(n: Any, x: Any) -> Any:
        if not 0 <= n <= ORDERS or n != mp.floor(n):
            return nan
        wave = mp.hyp1f1(n + 1, n + 2, mp.mpc(0, x)) / (n + 1)
        return (wave.real, -wave.imag, -wave.real, wave.imag)[int(n) % 4]

    def at_edge(function: Callable[[Any], Any], edge: int, value: Any) -> Callable[[Any], Any]:
        return lambda x: value if x == edge else function(x)

    def bounded(function: Callable[[Any], Any], outside: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda x: function(x) if abs(x) < LARGEST else outside(x)

    def expm1(x: Any) -> Any:
        return mp.expm1(x) if abs(x) < 1 else exponential(x) - 1

    def erfc(x: Any) -> Any:
        return mp.erfc(x) if x * x < LARGEST else zero if x > 0 else 2 * one

    def polygamma(n: Any, x: Any) -> Any:
        if not 0 <= n <= ORDERS or n != mp.floor(n) or (x <= 0 and x == mp.floor(x)):
            return nan
        order = int(n)
        if x > 0:
            return mp.polygamma(order, x)
        slope = mp.pi ** (order + 1) * cotangent(order, mp.cospi(x) / mp.sinpi(x))  # mpmath would count up from x to 0
        return (-1) ** order * mp.polygamma(order, 1 - x) - slope

    return {
        "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": div,
        "neg": lambda x: -x, "copy": lambda x: x, "pow": power, "sqrt": lambda x: mp.sqrt(x) if x >= 0 else nan,
        "cbrt": lambda x: root(x, 3), "root": root, "hypot": lambda *args: mp.sqrt(mp.fsum(x * x for x in args)),
        "exp": exponential, "expm1": expm1, "log": logarithm,
        "log1p": lambda x: mp.log1p(x) if x > -1 else -inf if x == -1 else nan,
        "logaddexp": logsumexp, "logsumexp": logsumexp, "softplus": lambda x: max(x, zero) + mp.log1p(exponential(-abs(x))),
        "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "atan2": mp.atan2,
        "sinc": lambda x: mp.sin(x) / x if x else one,
        "sinh": bounded(mp.sinh, lambda x: x * inf), "cosh": bounded(mp.cosh, abs), "tanh": bounded(mp.tanh, mp.sign),
        "asinh": mp.asinh, "acosh": lambda x: mp.acosh(x) if x >= 1 else nan,
        "atanh": lambda x: mp.atanh(x) if abs(x) < 1 else x * inf if abs(x) == 1 else nan,
        "abs": abs, "max": max, "min": min, "sign": mp.sign, "floor": mp.floor, "ceil": mp.ceil, "round": mp.nint,
        "erf": mp.erf, "erfc": erfc, "gamma": at_edge(bounded(mp.gamma, lambda x: inf if x > 0 else nan), 0, inf),
        "lgamma": lambda x: inf if x <= 0 and x == mp.floor(x) else mp.re(mp.loggamma(x)),
        "digamma": at_edge(mp.digamma, 0, -inf), "dsinc": dsinc, "polygamma": polygamma,
        "lt": lambda x, y: x < y, "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y,
        "eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "and": lambda p, q: p and q, "or": lambda p, q: p or q,
        "not": lambda p: not p, "if": lambda p, x, y: x if p else y,
    }  # fmt: skip
