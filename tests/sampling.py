"""What a formula does on both sides of a point, found by evaluating it near by with many digits, and random formulas for it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath as mp
from oracle import MEANINGS

import autodiff
from autodiff.passes.evaluate import evaluate, function
from autodiff.tape import Tape

DIGITS = 420
STEPS = ("1e-20", "1e-30", "1e-40")
CLOSE = 1e-6
TURNING = ("sin", "cos", "tan", "sinc")
RESTLESS = ("sin", "cos", "tan", "sinc", "mod", "floor", "ceil", "round")


class Precise:
    """The number system of mpmath, in the reals; a condition on what is not a number is None."""

    functions: dict[str, Callable[..., Any]]

    def __init__(self) -> None:
        compared = {
            "lt": lambda x, y: x < y, "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y,
            "eq": lambda x, y: x == y, "ne": lambda x, y: x != y,
        }  # fmt: skip
        self.functions = {op: _known(op) for op in MEANINGS}
        self.functions |= {op: _condition(compare) for op, compare in compared.items()}
        self.functions |= {"and": lambda p, q: p and q, "or": lambda p, q: p or q, "not": lambda p: None if p is None else not p}
        self.functions["if"] = lambda p, x, y: mp.nan if p is None else x if p else y

    def lift(self, value: float, text: str = "") -> mp.mpf:
        return mp.mpf(value)

    def truth(self, value: bool | None) -> bool | None:
        return value


class Unseen(Exception):
    """A formula that steps without end, or is infinite all along one side: nothing can be said from a few places."""


def _known(op: str) -> Callable[..., mp.mpf]:
    def apply(*args: mp.mpf) -> mp.mpf:
        if any(mp.isnan(arg) for arg in args):
            return mp.nan
        if 0 in args[-2:] and math.isinf(function(op)(*map(float, args))):
            raise Unseen
        if op in RESTLESS and abs(args[0] / args[1] if op == "mod" and args[1] else args[0]) > 1e6:
            raise Unseen
        if any(abs(arg) > 1e200 for arg in args):
            raise Unseen
        if op in TURNING and abs(args[0]) > 1 and abs(mp.sin(2 * args[0])) < 1e-9:
            raise Unseen  # next to a multiple of pi/2, which no double is
        return MEANINGS[op](*args)

    return apply


def _condition(compare: Callable[..., bool]) -> Callable[..., bool | None]:
    return lambda x, y: None if mp.isnan(x) or mp.isnan(y) else compare(x, y)


class Seen(NamedTuple):
    """The limit from one side and the slope there; NaN where nothing is defined, None where it cannot be told."""

    limit: float
    slope: float | None


def seen(tape: Tape, name: str, x: float, sign: int) -> Seen:
    """One side of a formula of one variable; raises Unseen."""
    steps = [mp.mpf(step) for step in STEPS]
    values = [evaluate(tape, {name: mp.mpf(x) + sign * step}, Precise())[tape.output] for step in steps]
    if all(mp.isnan(value) for value in values):
        return Seen(math.nan, None)
    limit = _tends(values)
    if limit is None:
        raise Unseen
    slopes = [(value - limit) / (sign * step) for value, step in zip(values, steps)] if mp.isfinite(limit) else [mp.nan]
    slope = _tends(slopes)
    return Seen(float(limit), None if slope is None else float(slope))


def _tends(values: list[mp.mpf]) -> mp.mpf | None:
    """The limit of a sequence whose distance from it falls, or that grows, by a constant factor."""
    if len(values) < 3 or any(not mp.isfinite(value) for value in values):
        return None
    first, last = values[1] - values[0], values[2] - values[1]
    if abs(last) <= mp.mpf(10) ** -240:
        return values[2]
    ratio = last / first if first else mp.inf
    if abs(ratio) < 0.7:
        return values[2] + last * ratio / (1 - ratio)
    return mp.sign(last) * mp.inf if abs(ratio) > 1.4 and last / values[2] > 0.1 else None


def disagreement(text: str, x: float) -> str | None:
    """What is wrong with the status of a formula of x, or with its sides; nothing where all is right. Raises Unseen."""
    formula = autodiff.parse(text)
    sheet = formula.at(x=x)
    told, slope = sheet.status.get("x"), sheet.gradient["x"]
    with mp.workdps(DIGITS):
        exact = evaluate(formula.tape, {"x": mp.mpf(x)}, Precise())[formula.tape.output]
        sides = [seen(formula.tape, "x", x, sign) for sign in (-1, 1)]
    if (
        not mp.isfinite(exact)
        or not math.isfinite(sheet.value)
        or any(1e-9 < abs(side.limit - sheet.value) < 1e-4 for side in sides)
    ):
        raise Unseen
    status = told.status if told else "ok"
    if math.isfinite(slope):
        expected = _status(sheet.value, slope, sides)
        if expected not in (status, None):
            return f"{status} should be {expected}: {told}, {sides}"
    for side, found in zip(sides, (told.left, told.right) if told else ()):
        if not _consistent(side, found, sheet.value, math.isnan(slope)):
            return f"{status}: {told}, {sides}"
    return None


def _status(value: float, slope: float, sides: list[Seen]) -> str | None:
    """What the sides make of a finite derivative; None where they leave it open."""
    there = [side for side in sides if side.limit == side.limit]
    slopes = [side.slope for side in there]
    if any(not _same(side.limit, value) for side in there):
        return "jump"
    if not there or None in slopes:
        return None
    if any(math.isinf(s) for s in slopes if s is not None):
        return "infinite"
    if any(not _same(s, slope) for s in slopes if s is not None):
        return "kink"
    return "ok" if len(there) == 2 else "one_sided"


def _consistent(side: Seen, found: float | None, value: float, undefined: bool) -> bool:
    if side.limit != side.limit:
        return found is None
    if undefined and not _same(side.limit, value):
        return found is None
    return side.slope is None or not math.isfinite(side.limit) or (found is not None and _same(side.slope, found))


def _same(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= CLOSE * max(1.0, abs(a), abs(b))


LEAVES = ["x", "x", "sin(x)", "x^2", "x^3", "(x - sin(x))", "(1 - cos(x))", "(sinh(x) - x)", "(tan(x) - x)", "expm1(x)", "x*cos(x)"]
CONSTANTS = ["0", "1", "2", "0.5", "-1"]
CORNERS = ["abs", "sign", "relu", "floor", "ceil", "round", "step", "sqrt", "cbrt", "-", "abs", "relu", "sqrt", "cbrt"]
SMOOTH = ["sin", "exp", "cos", "atan", "sinc", "log1p", "asin", "tanh", "sinh", "asinh", "erf", "sigmoid", "acosh", "log"]
PAIRS = ["max", "min", "hypot", "atan2", "mod", "max", "min"]
POWERS = ["2", "3", "0.5", "1.5", "(1/3)", "-1", "2.5"]


def random_formula(rng: random.Random, depth: int) -> str:
    """A composition of corners, steps and roots with functions that vanish at 0 to first, second or third order."""
    kind = rng.random() if depth else 0.0
    if kind < 0.12:
        return rng.choice(LEAVES if rng.random() < 0.85 else CONSTANTS)
    parts = [random_formula(rng, depth - 1) for _ in range(4 if kind > 0.93 else 2)]
    if kind < 0.40:
        return f"{rng.choice(CORNERS)}({parts[0]})"
    if kind < 0.50:
        return f"{rng.choice(SMOOTH)}({parts[0]})"
    if kind < 0.60:
        return f"{rng.choice(PAIRS)}({parts[0]}, {parts[1]})"
    if kind < 0.67:
        return f"({parts[0]})^{rng.choice(POWERS)}"
    if kind < 0.93:
        return f"(({parts[0]}) {rng.choice('+-*++-*/')} ({parts[1]}))"
    return f"if({parts[0]} {rng.choice(['<', '<=', '==', '>'])} {parts[1]}, {parts[2]}, {parts[3]})"
