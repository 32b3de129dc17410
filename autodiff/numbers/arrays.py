"""The number system of NumPy arrays: many points at once, with the IEEE results of the floats.

NumPy computes both branches of a choice, and warns of what it finds there: whoever reads a tape here does so under `quiet`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers import floats


def quiet() -> Any:
    """A context without NumPy's warnings: what is no number is shown by the result."""
    return np.errstate(all="ignore")


def _maximum(x: Any, y: Any) -> Any:
    """The greater; the first of two equal ones, so that the sign of zero is that of the floats; NaN if any is."""
    return np.where((y > x) | (y != y), y, x)


def _minimum(x: Any, y: Any) -> Any:
    return np.where((y < x) | (y != y), y, x)


def maximum(*args: Any) -> Any:
    """The greatest; NaN if any is."""
    return reduce(_maximum, args)


def minimum(*args: Any) -> Any:
    """The least; NaN if any is."""
    return reduce(_minimum, args)


def pow(x: Any, y: Any) -> Any:
    """x^y in the reals. NumPy takes a square root where the only exponent is 1/2, which differs at -0 and -∞."""
    if np.ndim(y) == 0 and y == y and y != 0:
        if y == 0.5:
            x = np.where((x == 0) | np.isinf(x), np.abs(x), x)
        return np.multiply(x, x) if y == 2 else np.power(x, y)
    if np.size(y) == 1 and np.all(y == 0.5):
        x = np.where((x == 0) | np.isinf(x), np.abs(x), x)
    return np.where(np.isnan(x) | np.isnan(y), np.nan, np.power(x, y))  # as 1^NaN and NaN^0 too are none


def hypot(*args: Any) -> Any:
    """The length of a vector; NaN if any of its parts is, even beside an infinite one."""
    return np.where(reduce(np.logical_or, map(np.isnan, args)), np.nan, reduce(np.hypot, args))


def log_base(x: Any, b: Any) -> Any:
    """The logarithm to a base, exact for the bases 2 and 10."""
    general = np.where((b > 0) & (b != 1), np.log(x) / np.log(b), np.nan)
    return np.where(b == 2, np.log2(x), np.where(b == 10, np.log10(x), general))


def logsumexp(*args: Any) -> Any:
    """log(exp(x) + exp(y) + ...), scaled by the greatest, which stands for itself once."""
    top: Any = maximum(*args)
    rest: Any = 0.0
    counted: Any = np.False_
    for x in args:
        first = (x == top) & ~counted
        rest, counted = rest + np.where(first, 0.0, np.exp(x - top)), counted | first
    return np.where(np.isfinite(top), top + np.log1p(rest), top)


def sigmoid(x: Any) -> Any:
    """1/(1 + exp(-x)), without overflow and without losing the far left."""
    t = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, t) / (1 + t)


def softplus(x: Any) -> Any:
    """log(1 + exp(x)), without overflow and without losing the far left."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def sinc(x: Any) -> Any:
    """sin(x)/x, and 1 at 0."""
    return np.where(x == 0, 1.0, np.where(np.isinf(x), 0.0, np.sin(x) / x))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative, "copy": np.positive,
    "mod": np.remainder, "pow": pow, "sqrt": np.sqrt, "cbrt": np.cbrt, "hypot": hypot,
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p,
    "log_base": log_base, "logaddexp": logsumexp, "logsumexp": logsumexp, "sigmoid": sigmoid, "softplus": softplus,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "atan2": np.arctan2, "sinc": sinc,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "abs": np.abs, "max": maximum, "min": minimum, "sign": lambda x: np.copysign(np.sign(x), x),
    "floor": np.floor, "ceil": np.ceil, "round": np.rint,
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
    "and": np.logical_and, "or": np.logical_or, "not": np.logical_not, "if": np.where,
}  # fmt: skip
"""By the name of the row. Conditions give arrays of True and False."""

NEAR_ZERO: dict[str, Callable[[Any], Any]] = {
    "lgamma": lambda x: np.where(x < 0, 0.5, 0.0), "digamma": lambda x: np.where(x < 0, 1.0, 0.0),
    "dsinc": lambda x: 0.35 / (1 + np.abs(x)),
}  # fmt: skip
"""Rows whose approximation loses digits beside its zeros: how small values are there, by the last argument."""


class Arrays:
    """Arrays in double precision. A condition holds here and not there, so both branches of a choice are read."""

    functions = FUNCTIONS
    formulas = "doubles"

    def lift(self, value: float, text: str = "") -> Any:
        return np.float64(value)

    def truth(self, value: Any) -> bool | None:
        return None

    def settled(self, op: str, found: Any, args: Sequence[Any]) -> Any:
        """What an approximation gave, but for the few points beside its zeros, where each number is computed by itself."""
        if op not in NEAR_ZERO:
            return found
        found = np.array(found)
        for at in zip(*np.nonzero(np.atleast_1d(np.abs(found) < NEAR_ZERO[op](args[-1])))):
            place = at if found.ndim else ()
            found[place] = floats.FUNCTIONS[op](*[float(np.broadcast_to(arg, found.shape)[place]) for arg in args])
        return found

    def by_order(self, op: str, order: Any, x: Any, function: Callable[[float], Callable[[Any], Any]]) -> Any:
        """A function that is another for each order, for all the orders that occur."""
        if np.ndim(order) == 0:
            return self.settled(op, function(float(order))(x), (order, x))
        orders, x = np.broadcast_arrays(order, x)
        found = np.full(x.shape, np.nan)
        for k in np.unique(orders[orders == orders]):
            at = orders == k
            found[at] = function(float(k))(x[at])
        return self.settled(op, found, (orders, x))


ARRAYS = Arrays()
