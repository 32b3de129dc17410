"""One-sided numbers: what a formula does as its variable comes from one side, for left and right derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autodiff import ieee
from autodiff.algebra import CONDITIONS, FLOATS, Made
from autodiff.evaluate import evaluate
from autodiff.primitives import TABLE
from autodiff.rules import definition, domain, local, met

STEP = 2.0**-26  # how far away, relative to the variable, the near value is taken


class Side:
    """The limit from one side, the tangent there, and the value a small step away.

    Sides are ordered by the limit, then by the tangent, then by the near value, as x + t·tangent is for a small t > 0.
    A tangent of None marks what does not change at all.
    """

    __slots__ = ("limit", "near", "tangent")

    def __init__(self, limit: float, tangent: float | None, near: float) -> None:
        self.limit, self.tangent, self.near = limit, tangent, near

    @property
    def direction(self) -> float:
        """The sign of the approach: 1 from above, -1 from below, 0 where nothing moves or nobody knows."""
        if self.tangent is None:
            return 0.0
        known = self.tangent if self.tangent == self.tangent else 0.0
        return ieee.sign(known or self.near - self.limit)


def side(limit: float, tangent: float, near: float) -> Side:
    """A one-sided number; one that does not move at all is constant, and a value that is not a number has no tangent."""
    if tangent == 0 and near == limit:
        return Side(limit, None, near)
    return Side(limit, tangent if limit == limit else math.nan, near)


class Sides:
    """The number system of one-sided numbers."""

    def __init__(self) -> None:
        self.functions = Made(self._function)

    def lift(self, value: float, text: str = "") -> Side:
        return Side(value, None, value)

    def truth(self, value: bool) -> bool:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        if op == "if":
            return lambda condition, x, y: x if condition else y
        if op in ("and", "or", "not"):
            return ieee.FUNCTIONS[op]
        if op in CONDITIONS:
            compare = ieee.FUNCTIONS[op]
            return lambda x, y: compare(*_ordered(x, y))
        if TABLE[op].definition:
            tape, names = definition(op), TABLE[op].names
            return lambda *args: evaluate(tape, dict(zip(names, args, strict=True)), self)[tape.output]
        return lambda *args: self._apply(op, args)

    def _apply(self, op: str, args: Sequence[Side]) -> Side:
        function = ieee.FUNCTIONS[op]
        limits = [arg.limit for arg in args]
        out = function(*limits)
        if all(arg.tangent is None for arg in args):
            return self.lift(out)
        near = function(*[arg.near for arg in args])
        if out != out or not self._inside(op, args):
            return Side(math.nan, math.nan, near)
        found = [where for where, _ in met(op, limits, out, [arg.tangent is not None for arg in args])]
        statuses = {where.status for where in found}
        if "kink" in statuses and TABLE[op].homogeneous:
            return side(out, function(*[arg.tangent or 0.0 for arg in args if arg.limit == out]), near)
        if statuses & {"jump", "pole", "undefined"}:
            limits = [math.nextafter(arg.limit, math.inf * d) if (d := arg.direction) else arg.limit for arg in args]
            out = self._landed(op, out, near, args) if TABLE[op].landing else function(*limits)
        tangent = math.nan if "undefined" in statuses else self._tangent(op, limits, out, args)
        if "pole" in statuses:
            out, tangent = math.copysign(math.inf, out) if out == out else out, tangent * math.inf
        return side(out, tangent, near)

    def _landed(self, op: str, at: float, near: float, args: Sequence[Side]) -> float:
        """The limit beside a step that leads to the value of an argument: there or here, whichever is nearer."""
        row = TABLE[op]
        landing = args[row.names.index(row.landing)].limit
        return landing if abs(near - landing) < abs(near - at) else at

    def _tangent(self, op: str, limits: Sequence[float], out: float, args: Sequence[Side]) -> float:
        moving = [arg.tangent is not None for arg in args]
        slopes = local(op, limits, out, FLOATS, not moving[-1], moving)
        return sum((slope * (arg.tangent or 0.0) for slope, arg in zip(slopes, args, strict=True) if slope is not None), 0.0)

    def _inside(self, op: str, args: Sequence[Side]) -> bool:
        """Whether the side that is approached belongs to the domain."""
        tape = domain(op)
        return tape is None or bool(evaluate(tape, dict(zip(TABLE[op].names, args, strict=True)), self)[tape.output])


def _ordered(x: Side, y: Side) -> tuple[float, float]:
    if x.limit != y.limit:
        return x.limit, y.limit
    if (x.tangent or 0.0) != (y.tangent or 0.0):
        return x.tangent or 0.0, y.tangent or 0.0
    return x.near, y.near


def approach(x: float, direction: float) -> Side:
    """A variable that comes from the right (1) or from the left (-1)."""
    return Side(x, direction, x + direction * STEP * max(1.0, abs(x)))


def estimate(x: float, value: float, side: Side) -> float:
    """The difference quotient, where the exact one-sided derivative cannot be told."""
    return (side.near - value) / (STEP * max(1.0, abs(x)))
