"""The number system of intervals: what the functions of the table make of all numbers of a box at once."""

from __future__ import annotations

import numpy as np

from autodiff.numbers import interval_arithmetic
from autodiff.numbers.algebra import Made
from autodiff.numbers.arrays import ARRAYS
from autodiff.numbers.interval_functions import (
    COARSE,
    HALVED,
    Function,
    even,
    falling,
    hypot,
    logsumexp,
    rising,
    size,
    sqrt,
    stepping,
)
from autodiff.numbers.interval_powers import log_base, power
from autodiff.numbers.interval_turns import atan2, factorial, gentle, mod, polygamma, tan, waves
from autodiff.numbers.intervals import Interval, Maybe
from autodiff.passes.evaluate import function

_POSITIVE = rising(odd=False)
_LOGARITHM = rising(odd=False, low=0.0, open_at=(0.0,), near=HALVED)
TABLE: dict[str, Function] = {
    "exp": _POSITIVE, "softplus": _POSITIVE, "sigmoid": _POSITIVE, "expm1": rising(), "log1p": rising(low=-1.0, open_at=(-1.0,)),
    "log": _LOGARITHM, "log2": _LOGARITHM, "log10": _LOGARITHM, "log_base": log_base,
    "sinh": rising(), "tanh": rising(), "asinh": rising(), "atan": rising(), "cbrt": rising(), "erf": rising(COARSE),
    "asin": rising(low=-1.0, high=1.0), "atanh": rising(low=-1.0, high=1.0, open_at=(-1.0, 1.0)),
    "acosh": rising(odd=False, low=1.0, near=HALVED), "acos": falling(low=-1.0, high=1.0, near=HALVED), "erfc": falling(COARSE),
    "floor": stepping(), "ceil": stepping(), "round": stepping(), "sign": stepping(), "step": stepping(), "relu": stepping(None),
    "max": stepping(None), "min": stepping(None), "clip": stepping(None),
    "sqrt": sqrt, "abs": size, "cosh": even, "sin": waves(1), "cos": waves(0), "tan": tan, "hypot": hypot, "mod": mod,
    "sinc": gentle(lambda n: (-0.22, 1.0, 0.5)),
    "dsinc": gentle(lambda n: (-1 / (n + 1), 1 / (n + 1), 1 / (n + 2)), 2),
    "gamma": factorial("gamma"), "lgamma": factorial("lgamma"), "digamma": polygamma, "polygamma": polygamma,
    "logaddexp": logsumexp, "logsumexp": logsumexp, "atan2": atan2,
    "pow": lambda f: power(f, False), "root": lambda f: power(f, True),
}  # fmt: skip
"""By the name of the row, from the function of arrays; rows that it lacks are read from the table."""


class Intervals:
    """The number system."""

    formulas = "doubles"

    def __init__(self) -> None:
        self.functions = Made(self._function)

    def _function(self, op: str) -> Function:
        if op in interval_arithmetic.FUNCTIONS:
            return interval_arithmetic.FUNCTIONS[op]
        if op not in TABLE:
            raise KeyError(op)
        return TABLE[op](function(op, ARRAYS))  # type: ignore[no-any-return]

    def lift(self, value: float, text: str = "") -> Interval:
        return Interval(np.float64(value))

    def truth(self, value: Maybe) -> bool | None:
        """What holds of all, or of none."""
        if value is None or not np.any(value.no):
            return None if value is None else True
        return None if np.any(value.yes) else False


INTERVALS = Intervals()
