"""Limits guessed from values at shrinking steps, where no series tells them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from autodiff.numbers import floats
from autodiff.numbers.algebra import Floats
from autodiff.primitives import CONDITIONS

STEPS = [4.0**-k for k in range(2, 15)]  # each a quarter of the one before
NOISE = 2.0**-49  # of a value, relative
DIVERGES, CONVERGES, ALIKE = 0.97, 0.9, 0.1


def _condition(op: str) -> Callable[..., bool | None]:
    compare = floats.FUNCTIONS[op]
    return lambda *args: None if any(arg is None or arg != arg for arg in args) else compare(*args)


def _choice(p: bool | None, x: float, y: float) -> float:
    return math.nan if p is None else x if p else y


_FUNCTIONS: dict[str, Callable[..., Any]] = {**floats.FUNCTIONS, **{op: _condition(op) for op in CONDITIONS}, "if": _choice}


class Cautious(Floats):
    """Double precision, where a condition on what is not a number is None, and so is a choice that it decides."""

    functions = _FUNCTIONS


def tends(values: Sequence[float], noise: Sequence[float]) -> float | None:
    """The limit of a sequence, infinite where it grows without end; None where it cannot be told.

    Differences that shrink geometrically are summed to their end (Aitken's process); those that do not shrink diverge.
    """
    if any(value != value for value in values[-3:]):
        return math.nan if all(value != value for value in values[-3:]) else None
    if math.isinf(values[-1]):
        return values[-1] if values[-2] == values[-1] else None
    kept = [pair for pair in zip(values, noise) if math.isfinite(pair[0])]
    steps = [(b[0] - a[0], max(a[1], b[1])) for a, b in pairwise(kept)]
    last = max((k for k, (step, blur) in enumerate(steps) if abs(step) > 8 * blur), default=-1)
    if last >= 3:
        return _extrapolated([value for value, _ in kept], [step for step, _ in steps], last)
    value, blur = kept[last + 1]  # what follows is constant
    return None if last + 3 >= len(kept) else value if abs(value) > 16 * blur else 0.0


def _extrapolated(values: Sequence[float], steps: Sequence[float], last: int) -> float | None:
    """The end of the sequence, from the three ratios of its steps that are most alike, up to the last that is no noise."""
    ratios = [b / a if a else math.inf for a, b in pairwise(steps[: last + 1])]
    spread, k = min((max(ratios[k - 2 : k + 1]) - min(ratios[k - 2 : k + 1]), k) for k in range(2, len(ratios)))
    ratio, value, step = ratios[k], values[k + 2], steps[k + 1]
    if spread <= ALIKE and ratio >= DIVERGES:
        return math.copysign(math.inf, step)
    if spread <= ALIKE and abs(ratio) <= CONVERGES:
        return _believed(value + step * ratio / (1 - ratio), max(map(abs, values)))
    half = len(steps) // 2
    early, late = max(map(abs, steps[:half])), max(map(abs, steps[half:]))
    return None if late > early / 64 else values[-1] if abs(values[-1]) > late else 0.0


def _believed(value: float, scale: float) -> float:
    """0 for what is next to nothing beside what it came from."""
    return 0.0 if abs(value) <= 1e-7 * scale else value


def near(x: float) -> list[float]:
    """The distances from a point where it is looked at."""
    return [step * max(1.0, abs(x)) for step in STEPS]


def quotients(values: Sequence[float], limit: float, distances: Sequence[float]) -> tuple[list[float], list[float]]:
    """The difference quotients, and what rounding does to each."""
    slopes = [(value - limit) / h for value, h in zip(values, distances)]
    return slopes, [NOISE * max(abs(value), abs(limit)) / h for value, h in zip(values, distances)]
