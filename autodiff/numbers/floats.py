"""The value of every primitive in double precision: the IEEE result where Python would raise."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from autodiff.numbers import special_functions

inf, nan = math.inf, math.nan


def _total(function: Callable[..., float], at_overflow: Callable[..., float] = lambda *_: inf) -> Callable[..., float]:
    """The function with NaN outside its domain, and `at_overflow` where the result is too large."""

    def result(*args: float) -> float:
        try:
            return function(*args)
        except OverflowError:
            return at_overflow(*args)
        except ValueError:
            return nan

    return result


def div(x: float, y: float) -> float:
    """x/y, with infinities of the right sign at y = 0."""
    try:
        return x / y
    except ZeroDivisionError:
        return nan if x == 0 or x != x else math.copysign(inf, x) * math.copysign(1, y)


def mod(x: float, y: float) -> float:
    """Floor-mod."""
    try:
        return x % y
    except ZeroDivisionError:
        return nan


def pow(x: float, y: float) -> float:
    """x^y in the reals: C's pow, but NaN for a negative base with a broken exponent, and where either is NaN."""
    try:
        result = math.pow(x, y)
        return result if result != 1 or (x == x and y == y) else nan
    except OverflowError:
        return -inf if x < 0 and y % 2 == 1 else inf
    except ValueError:  # 0 to a negative power, or a negative base
        return (math.copysign(inf, x) if y % 2 == 1 else inf) if x == 0 else nan


def root(x: float, n: float) -> float:
    """The real n-th root: odd whole degrees allow negative radicands."""
    if n == 0 or x != x or n != n:
        return nan
    if n < 0:
        return div(1.0, root(x, -n))
    if x < 0:
        return -root(-x, n) if n % 2 == 1 else nan
    if n == 2:
        return math.sqrt(x)
    if n == 3:
        return cbrt(x)
    result = pow(x, 1 / n)
    if 1e-290 < x < 1e290 and 1 < n <= 64:  # one step of Newton's method repairs the rounding of 1/n
        return result - (result - x / pow(result, n - 1)) / n
    if 1e-3 < n < 1e6 and 0 < x < inf and 0 < result < inf:  # what 1/n lacks, and the factor that it makes
        return result + result * (math.log(x) * (_remainder(n) / n))
    return result


def _remainder(n: float) -> float:
    """1 - n*(1/n) without rounding, the factors split in halves (Dekker 1971)."""
    q = 1 / n
    high, top = (n * 134217729.0) - (n * 134217729.0 - n), (q * 134217729.0) - (q * 134217729.0 - q)
    low, rest = n - high, q - top
    return ((1 - high * top) - high * rest - low * top) - low * rest


def cbrt(x: float) -> float:
    """The real cube root: C's, and one step of Newton's method, since some libraries err by several units."""
    result = math.cbrt(x)
    return result - (result - x / (result * result)) / 3 if result and result - result == 0 else result


def _edge(function: Callable[[float], float], edge: float, value: float) -> Callable[[float], float]:
    """The function with its limit at the end of its domain, where Python raises."""
    total = _total(function)
    return lambda x: value if x == edge else total(x)


def log_base(x: float, b: float) -> float:
    """The logarithm to a base, exact where it is whole: the quotient of two decimals, of which one rounding is left."""
    if b == 2:
        return log2(x)
    if b == 10:
        return log10(x)
    if not (b > 0 and b != 1):
        return nan
    if not 0 < x < inf or b == inf:
        return div(log(x), log(b))
    from decimal import Context, Decimal

    digits = Context(prec=24)
    return float(digits.divide(Decimal(x).ln(digits), Decimal(b).ln(digits)))


def sigmoid(x: float) -> float:
    """1/(1 + exp(-x)), without overflow and without losing the far left."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    return (t := math.exp(x)) / (1 + t)


def softplus(x: float) -> float:
    """log(1 + exp(x)), without overflow and without losing the far left."""
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def logsumexp(*args: float) -> float:
    """log(exp(x) + exp(y) + ...), scaled by the greatest."""
    top = maximum(*args)
    if math.isinf(top) or math.isnan(top):
        return top
    at = args.index(top)
    more = math.log1p(math.fsum(_ratio(x, top) for i, x in enumerate(args) if i != at))
    return _cancelled(args) if abs(top + more) < more else top + more


def _cancelled(args: tuple[float, ...]) -> float:
    """The same near 0, where exponentials of 16 digits would not do."""
    from decimal import Context, Decimal

    digits = Context(prec=34)
    total = Decimal(0)
    for x in args:
        total = digits.add(total, Decimal(x).exp(digits))
    return float(total.ln(digits))


def _ratio(x: float, top: float) -> float:
    """exp(x)/exp(top); what the rounding of x - top loses is made good where it can matter (Dekker 1971)."""
    rise = x - top
    if rise < -50:
        return math.exp(rise)
    lost = x - (rise + top) if abs(x) < abs(top) else (x - rise) - top
    return math.exp(rise) * (1 + lost)


def sinc(x: float) -> float:
    """sin(x)/x, and 1 at 0."""
    if x == 0:
        return 1.0
    return 0.0 if math.isinf(x) else math.sin(x) / x


log = _edge(math.log, 0, -inf)
log2 = _edge(math.log2, 0, -inf)
log10 = _edge(math.log10, 0, -inf)
_atanh = _total(math.atanh)


gamma = _total(special_functions.gamma, lambda x: inf if x > 0 or math.floor(x) % 2 == 0 else -inf)
lgamma = _total(special_functions.lgamma)


def maximum(*args: float) -> float:
    """The greatest; NaN if any is."""
    return nan if any(x != x for x in args) else max(args)


def minimum(*args: float) -> float:
    """The least; NaN if any is."""
    return nan if any(x != x for x in args) else min(args)


def hypot(*args: float) -> float:
    """The length of a vector; NaN if any of its parts is."""
    result = math.hypot(*args)
    return nan if result == inf and any(x != x for x in args) else result


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    """Rounding that leaves the infinities, NaN and the sign of zero as they are."""
    return lambda x: math.copysign(float(function(x)), x) if math.isfinite(x) else x


def relu(x: float) -> float:
    """max(x, 0)."""
    return x if x > 0 or x != x else 0.0


def sign(x: float) -> float:
    """-1, 0 or 1."""
    return x if x == 0 or x != x else math.copysign(1.0, x)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": div, "neg": operator.neg, "copy": operator.pos,
    "mod": mod, "pow": pow, "sqrt": _total(math.sqrt), "cbrt": cbrt, "root": root, "hypot": hypot,
    "exp": _total(math.exp), "expm1": _total(math.expm1), "log": log, "log2": log2, "log10": log10,
    "log1p": _edge(math.log1p, -1, -inf), "log_base": log_base, "logaddexp": logsumexp, "logsumexp": logsumexp,
    "sigmoid": sigmoid, "softplus": softplus,
    "sin": _total(math.sin), "cos": _total(math.cos), "tan": _total(math.tan),
    "asin": _total(math.asin), "acos": _total(math.acos), "atan": math.atan, "atan2": math.atan2, "sinc": sinc,
    "sinh": _total(math.sinh, lambda x: math.copysign(inf, x)), "cosh": _total(math.cosh), "tanh": math.tanh,
    "asinh": math.asinh, "acosh": _total(math.acosh), "atanh": lambda x: math.copysign(inf, x) if abs(x) == 1 else _atanh(x),
    "abs": abs, "relu": relu, "max": maximum, "min": minimum, "clip": lambda x, lo, hi: minimum(maximum(x, lo), hi),
    "sign": sign, "step": lambda x: x if x != x else float(x >= 0),
    "floor": _whole(math.floor), "ceil": _whole(math.ceil), "round": _whole(round),
    "erf": math.erf, "erfc": special_functions.erfc, "gamma": gamma, "lgamma": lgamma,
    "digamma": special_functions.digamma, "polygamma": special_functions.polygamma, "dsinc": special_functions.dsinc,
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
    "and": lambda p, q: p and q, "or": lambda p, q: p or q, "not": operator.not_, "if": lambda p, x, y: x if p else y,
}  # fmt: skip
"""By the name of the row. Conditions give True and False."""
