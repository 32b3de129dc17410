"""Numbers of any precision, by mpmath: the value of every primitive of the table."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

from autodiff.errors import needs
from autodiff.numbers.algebra import Made
from autodiff.numbers.rational import BITS, fraction, is_small, knowing
from autodiff.numbers.rational import function as exact
from autodiff.numbers.special_functions import ORDERS, cotangent
from autodiff.primitives import CONDITIONS, CONSTANTS

DECIDING = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "abs", "sign", "max", "min"})
POLES = frozenset({"gamma", "lgamma", "digamma", "polygamma", "pow", "root"})  # where any whole number is a special one
JUMPS = {"floor": 0.0, "ceil": 0.0, "round": 0.5}  # how far from a whole number they jump
LARGEST = 2**60  # binary exponent of the largest number; beyond it is infinity
WHOLE = 2**BITS
RISE = 60  # bits before the point of the largest number whose exponential is within reach
WAVES = 2**17  # binary exponent of the largest angle: it takes as many digits of pi


class Precise:
    """The number system of mpmath, in a context of its own. There is one zero, and what is not a real number is NaN.

    Numbers that are known to be fractions carry them, so that what is decided of them is decided exactly.
    """

    formulas = "exact"

    def __init__(self, digits: int, bounded: bool = False) -> None:
        self.context = needs("mpmath").mp.clone()
        self.context.dps = digits
        self.doubtful = False
        """Whether something was decided by a difference that may be nothing but rounding."""
        self.vanished = False
        """Whether a number came out as 0 that need not be 0."""
        self.beyond = False
        """Whether infinity, 0 or NaN stands for a number that is out of reach; if `bounded`, the largest or the least one."""
        self.decided: list[Any] = []
        """The differences by which it was decided, in order."""
        self._bounded = bounded
        self._values = _meanings(self.context)
        self._noise = self.context.mpf(10) ** (-digits * 4 // 5)
        self._known: Any = type("Known", (self.context.mpf,), {"__slots__": ("fraction",)})
        self.functions = Made(self._function)

    def lift(self, value: float, text: str = "") -> Any:
        """A number as it is written, with all its digits."""
        if text in CONSTANTS:
            return {"pi": +self.context.pi, "e": +self.context.e, "tau": 2 * self.context.pi}[text]
        if (found := fraction(value, text)) is not None:
            return self._exactly(found)
        try:
            return self.context.mpf(text or value)
        except ValueError:  # a spelling that only our grammar knows
            return self.context.mpf(value)

    def truth(self, value: bool) -> bool:
        return value

    def _exactly(self, value: Fraction) -> Any:
        found = self._known(self.context.convert(value))
        found.fraction = value
        return found

    def is_exact(self, x: Any) -> bool:
        """Whether a number is known to be a fraction."""
        return type(x) is self._known

    def _function(self, op: str) -> Callable[..., Any]:
        function = self._values[op]
        if op in JUMPS:
            function = self._stepping(function, JUMPS[op])
        function = function if op in CONDITIONS or op in ("if", "copy", "neg", "abs") else self._real(function, op in POLES)
        function = self._deciding(function) if op in DECIDING else function
        exactly = exact(op)
        if exactly is None:
            return function
        return knowing(function, exactly, self._known, lambda x: self._exactly(x) if is_small(x) else None)

    def _deciding(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which takes note where two of its arguments, or its only one and 0, are all but equal."""

        def result(*args: Any) -> Any:
            pairs = combinations(args, 2) if len(args) > 1 else [(args[0], self.context.zero)]
            for x, y in pairs:
                stands = self.beyond and not (self.is_exact(x) and self.is_exact(y))  # two that are out of reach look alike
                self.doubtful |= stands if x == y else self._are_near(x, y)
                self.vanished |= x == y and x is not y
                self._note(x, y)
            return function(*args)

        return result

    def _note(self, x: Any, y: Any) -> None:
        """A decision. What more digits decide by another difference was decided by rounding."""
        self.decided.append(x - y if x != y and x == x and y == y else self.context.zero)

    def decided_as(self, other: Precise) -> bool:
        """Whether everything was decided by the same differences, as far as three digits tell."""
        pairs = zip(self.decided, other.decided, strict=False)
        return len(self.decided) == len(other.decided) and all(x == y or abs(x - y) * 1000 < abs(y) for x, y in pairs)

    def _are_near(self, x: Any, y: Any) -> bool:
        return bool(abs(x - y) < self._noise * max(abs(x), abs(y), 1))

    def _stepping(self, function: Callable[..., Any], jump: float) -> Callable[..., Any]:
        """The function, which takes an argument for the place of a jump where rounding may be all that it lacks."""

        def result(x: Any) -> Any:
            if not self.context.isfinite(x):
                return x
            edge = self.context.nint(x - jump) + jump
            self._note(x, edge)
            if self._are_near(x, edge):
                self.doubtful = True
                return function(edge)
            found = function(x)
            return self._exactly(Fraction(int(found))) if abs(found) < WHOLE else found

        return result

    def _real(self, function: Callable[..., Any], whole: bool) -> Callable[..., Any]:
        """The function in the reals: NaN where mpmath would go complex or raise, infinity where the result is out of reach.

        It takes note of a 0, and of what is no finite number because of an argument that may be a whole one by rounding alone;
        `whole` says that all whole arguments are special ones.
        """
        context = self.context

        def result(*args: Any) -> Any:
            if any(x != x for x in args):
                return context.nan
            try:
                found = function(*args)
            except OutOfReach as reached:
                return self._instead(reached.args[0])
            except (ValueError, ZeroDivisionError, OverflowError, TypeError, context.NoConvergence):
                found = context.nan
            if isinstance(found, context.mpc):
                found = context.nan
            if found != found:  # to be outside of the domain is decided, too
                for x in args:
                    self._note(x, context.zero)
            if whole and min(args) < 0:
                self.doubtful |= self._may_be_whole(args[-1], True)
            if not context.isfinite(found):
                self.doubtful |= all(map(context.isfinite, args)) and any(self._may_be_whole(x, whole) for x in args)
                return found
            if not found or type(found) is self._known:
                self.vanished |= not any(type(x) is self._known and not x for x in (*args, found))
                return found
            size = context.mag(found)
            if abs(size) < LARGEST:
                return found
            return self._instead(context.zero if size < 0 else found * context.inf)

        return result

    def _instead(self, found: Any) -> Any:
        """What stands for a number that is out of reach."""
        self.beyond = True
        if found != found:
            self.doubtful = True
        if not self._bounded or found != found:
            return found
        return self.context.ldexp(self.context.sign(found), LARGEST) if found else self.context.ldexp(1, -LARGEST)

    def _may_be_whole(self, x: Any, everywhere: bool) -> bool:
        """Whether a number that is not known to be whole is one but for rounding: any one, or -1, 0 or 1."""
        if type(x) is self._known and (x.fraction.denominator == 1 or not everywhere):
            return False
        return (everywhere or abs(x) < 2) and self._are_near(x, self.context.nint(x))


class OutOfReach(Exception):
    """A number that cannot be computed, and what stands for it."""


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
            raise OutOfReach(nan if x < 0 else inf if (y > 0) == (x > 1) else zero)
        return mp.power(x, y)

    def root(x: Any, n: Any) -> Any:
        if x < 0:
            return -root(-x, n) if n % 2 == 1 else nan
        return power(x, one / n)

    def vanishing(x: Any) -> Any:
        """The exponential, beside which something greater stands."""
        return mp.exp(x) if x > -LARGEST else zero

    def logarithm(x: Any) -> Any:
        return mp.log(x) if x > 0 else -inf if x == 0 else nan

    def logsumexp(*args: Any) -> Any:
        top = max(args)
        return top + logarithm(mp.fsum(vanishing(x - top) for x in args)) if mp.isfinite(top) else top

    def dsinc(n: Any, x: Any) -> Any:
        if x and mp.isfinite(x) and mp.mag(x) > WAVES:
            raise OutOfReach(nan)
        if not 0 <= n <= ORDERS or n != mp.floor(n):
            return nan
        wave = mp.hyp1f1(n + 1, n + 2, mp.mpc(0, x)) / (n + 1)
        return (wave.real, -wave.imag, -wave.real, wave.imag)[int(n) % 4]

    def at_edge(function: Callable[[Any], Any], edge: int, value: Any) -> Callable[[Any], Any]:
        return lambda x: value if x == edge else function(x)

    def within(function: Callable[[Any], Any], size: int, outside: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """The function of numbers of so many bits before the point; beyond it what stands for its value."""

        def result(x: Any) -> Any:
            if mp.isfinite(x) and x and mp.mag(x) > size:
                raise OutOfReach(outside(x))
            return function(x)

        return result

    def expm1(x: Any) -> Any:
        return mp.expm1(x) if abs(x) < 1 else exponential(x) - 1 if x > 0 else vanishing(x) - 1

    def softplus(x: Any) -> Any:
        return x + mp.log1p(vanishing(-x)) if x > 0 else mp.log1p(exponential(x))

    def gamma(x: Any) -> Any:
        return mp.gamma(x) if x else inf

    exponential = within(mp.exp, RISE, lambda x: inf if x > 0 else zero)
    erfc = within(mp.erfc, RISE // 2, lambda x: zero)

    def polygamma(n: Any, x: Any) -> Any:
        if not 0 <= n <= ORDERS or n != mp.floor(n) or (x <= 0 and x == mp.floor(x)):
            return nan
        order = int(n)
        if mp.isfinite(x) and x and mp.mag(x) > WAVES:
            raise OutOfReach(nan)
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
        "logaddexp": logsumexp, "logsumexp": logsumexp, "softplus": softplus,
        "sin": within(mp.sin, WAVES, lambda x: nan), "cos": within(mp.cos, WAVES, lambda x: nan),
        "tan": within(mp.tan, WAVES, lambda x: nan), "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "atan2": mp.atan2,
        "sinc": within(lambda x: mp.sin(x) / x if x else one, WAVES, lambda x: zero),
        "sinh": within(mp.sinh, RISE, lambda x: x * inf), "cosh": within(mp.cosh, RISE, lambda x: inf),
        "tanh": lambda x: mp.tanh(x) if abs(x) < LARGEST else mp.sign(x),
        "asinh": mp.asinh, "acosh": lambda x: mp.acosh(x) if x >= 1 else nan,
        "atanh": lambda x: mp.atanh(x) if abs(x) < 1 else x * inf if abs(x) == 1 else nan,
        "abs": abs, "max": max, "min": min, "sign": mp.sign, "floor": mp.floor, "ceil": mp.ceil, "round": mp.nint,
        "erf": mp.erf, "erfc": lambda x: erfc(x) if x > 0 or mp.mag(x) < RISE // 2 else 2 * one,
        "gamma": within(gamma, RISE, lambda x: inf if x > 0 else nan if x == mp.floor(x) else zero),
        "log2": lambda x: logarithm(x) / mp.ln2, "log10": lambda x: logarithm(x) / mp.ln10,
        "lgamma": lambda x: inf if x <= 0 and x == mp.floor(x) else mp.re(mp.loggamma(x)),
        "digamma": at_edge(within(mp.digamma, WAVES, lambda x: nan), 0, -inf), "dsinc": dsinc, "polygamma": polygamma,
        "lt": lambda x, y: x < y, "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y,
        "eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "and": lambda p, q: p and q, "or": lambda p, q: p or q,
        "not": lambda p: not p, "if": lambda p, x, y: x if p else y,
    }  # fmt: skip
