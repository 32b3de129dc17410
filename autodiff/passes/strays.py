"""The points of columns at which a number leaves the range of doubles on its way: suspected in arrays, judged one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from autodiff.numbers.algebra import Made
from autodiff.numbers.arrays import ARRAYS, Arrays, quiet
from autodiff.numbers.wide import TINY
from autodiff.passes.evaluate import evaluate, function
from autodiff.tape import Tape

CHUNK = 8192  # points that are looked at together

STEADY = frozenset({
    "add", "sub", "neg", "copy", "abs", "max", "min", "clip", "sign", "floor", "ceil", "round", "step", "relu", "mod", "if", "log",
    "log2", "log10", "log_base", "sqrt", "cbrt", "root", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not",
})  # fmt: skip
"""Rows whose result is 0 only where it is exactly 0."""


class Watching(Arrays):
    """The same numbers; it remembers the points at which a result is 0, subnormal or infinite though it may not be one."""

    def __init__(self, size: int) -> None:
        self.suspects = np.zeros(size, bool)
        self.functions = Made(self._function)

    def _function(self, op: str) -> Callable[..., Any]:
        plain = function(op, ARRAYS)

        def result(*args: Any) -> Any:
            found = plain(*args)
            if found.dtype == np.float64:
                finite = reduce(np.logical_and, map(np.isfinite, args))
                small = np.abs(found) < TINY
                if op in STEADY:
                    small &= found != 0
                self.suspects |= (small | np.isinf(found)) & finite
            return found

        return result


def strays(tape: Tape, flat: Mapping[str, Any], shape: tuple[int, ...], strays_at: Callable[[Mapping[str, float]], bool]) -> Any:
    """Where results that no such numbers have are 0, subnormal or infinite, one point after the other is judged."""
    found = np.zeros(shape, bool)
    row = found.reshape(-1)
    for start in range(0, row.size, CHUNK):
        part = slice(start, start + CHUNK)
        watching = Watching(len(row[part]))
        with quiet():
            evaluate(tape, {name: x if x.ndim == 0 else x[part] for name, x in flat.items()}, watching)
        for i in np.flatnonzero(watching.suspects):
            point = {name: float(x if x.ndim == 0 else x[start + i]) for name, x in flat.items()}
            row[start + i] = all(map(math.isfinite, point.values())) and strays_at(point)
    return found
