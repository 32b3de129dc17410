"""Equations at a point, as numbers, and what came of a search for a root."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from autodiff.passes.evaluate import evaluate
from autodiff.point.evaluation import Evaluation, unbounded
from autodiff.solving.equations import System

EPS = 2.0**-52
ROUNDING = 64 * EPS
"""How far two sides may differ for rounding alone, relative to what they are made of."""


class Try(NamedTuple):
    """The equations at a point: left minus right of each, their derivatives, and the sizes that their rounding is relative to."""

    x: tuple[float, ...]
    residuals: tuple[float, ...]
    slopes: tuple[tuple[float, ...], ...]
    sizes: tuple[float, ...]
    status: tuple[str, str] = ("ok", "")

    @property
    def distance(self) -> float:
        """How far the sides are apart."""
        return math.hypot(*self.residuals)

    @property
    def is_finite(self) -> bool:
        """Whether there are numbers."""
        return all(map(math.isfinite, self.residuals)) and all(map(math.isfinite, (x for row in self.slopes for x in row)))

    @property
    def is_usable(self) -> bool:
        """Whether a search can go on from here, or has no need to."""
        return self.is_finite or not any(self.residuals)

    @property
    def is_root(self) -> bool:
        """Whether the sides differ by rounding alone."""
        return self.is_usable and all(abs(x) <= ROUNDING * size for x, size in zip(self.residuals, self.sizes))


class Root(NamedTuple):
    """The point that was found, with all steps; `condition` is a word for what went wrong, or nothing."""

    system: System
    tries: list[Try]
    end: Try
    nfev: int
    success: bool
    message: str
    condition: str

    @property
    def notes(self) -> list[str]:
        """What is to be said of the reading."""
        return self.system.notes


def tried(system: System, x: Sequence[float]) -> Try:
    """The equations at a point."""
    residuals, rows, sizes, status = [], [], [], ("ok", "")
    for line, sheet in zip(system.lines, system.at(x)):
        row = tuple(sheet.gradient.get(name, 0.0) for name in system.names)
        sides = [abs(float(sheet.values[place])) for place in line.sides or ()]
        residuals.append(sheet.value)
        rows.append(row)
        sizes.append(sum(sides) + sum(abs(a * b) for a, b in zip(row, x)))
        if not math.isfinite(sheet.value):
            status = sheet.value_status, sheet.value_reason
        elif not sheet.value and _is_only_small(sheet):
            status = "underflow", ""
        elif not all(map(math.isfinite, row)) and status[0] == "ok":
            status = next(((one.status, one.reason) for one in sheet.status.values()), ("overflow", ""))
    return Try(tuple(x), tuple(residuals), tuple(rows), tuple(sizes), status)


def _is_only_small(sheet: Evaluation) -> bool:
    """Whether what is 0 as a double is none: a number too small for one."""
    found = evaluate(sheet.tape, sheet.point, unbounded())[sheet.tape.output]
    return bool(found != 0)
