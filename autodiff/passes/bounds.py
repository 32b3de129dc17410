"""Running error analysis: a number, and how far rounding may have carried it on its way (Higham, Accuracy and Stability, 3.3)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra, Made
from autodiff.numbers.rational import function as fractional
from autodiff.numbers.wide import Wide
from autodiff.passes.evaluate import function
from autodiff.passes.rules import local
from autodiff.primitives import CONDITIONS

UNIT = 2.0**-53  # half a unit in the last place of 1; the value of a primitive may err by four of them
SPLITTER = 2.0**27 + 1
LOOSE, COARSE = 1e-5, 1e-3  # relative errors of an argument, and of the value, beyond which a slope says too little
LARGE, SMALL = 1e140, 1e-140  # where products of halves stay within the range of doubles
EXACT = frozenset({"neg", "copy", "abs", "max", "min", "relu", "clip", "sign", "step", "floor", "ceil", "round"})
"""What is not rounded."""


class Bound:
    """A number as doubles have it, and a bound of its error, of first order."""

    __slots__ = ("error", "value")

    def __init__(self, value: float, error: float = 0.0) -> None:
        self.value, self.error = value, error

    def __repr__(self) -> str:
        return f"Bound({self.value!r}, {self.error!r})"

    def __float__(self) -> float:
        return float(self.value)

    def __neg__(self) -> Bound:
        return Bound(-self.value, self.error)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bound) and (self.value, self.error) == (other.value, other.error)

    def __hash__(self) -> int:
        return hash((self.value, self.error))

    def __ne__(self, other: object) -> bool:
        """Whether the values differ; so a number differs from itself where it is not one."""
        return not isinstance(other, Bound) or bool(self.value != other.value)


class Bounds:
    """The number system of doubles that know their errors: what their arguments bring along, and what their own rounding adds.

    The rounding of sums, products and quotients is known exactly (Dekker 1971), and that of what is a fraction of fractions.
    """

    formulas = "doubles"

    def __init__(self, base: Algebra = FLOATS) -> None:
        self._base = base
        self.functions = Made(self._function)
        self.doubtful = False
        """Whether something was decided by a difference that may be nothing but rounding."""
        self._plus, self._minus, self._times, self._over = (base.functions[op] for op in ("add", "sub", "mul", "div"))

    def lift(self, value: float, text: str = "") -> Bound:
        return Bound(value)

    def truth(self, value: bool) -> bool:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        ring: dict[str, Callable[..., Any]] = {
            "add": self._add, "sub": self._sub, "mul": self._mul, "div": self._div, "if": _chosen,
        }  # fmt: skip
        if op in ring:
            return ring[op]
        value = function(op, self._base)
        if op in ("and", "or", "not"):
            return value
        if op in CONDITIONS:
            return lambda x, y: self._compared(value, x, y)
        return lambda *args: self._carried(op, value, args)

    def _add(self, x: Bound, y: Bound) -> Bound:
        out = self._plus(x.value, y.value)
        return self._bound(out, x.error, y.error, self._rest(x.value, y.value, out))

    def _sub(self, x: Bound, y: Bound) -> Bound:
        out = self._minus(x.value, y.value)
        return self._bound(out, x.error, y.error, self._rest(x.value, -y.value, out))

    def _mul(self, x: Bound, y: Bound) -> Bound:
        a, b, times = x.value, y.value, self._times
        out = times(a, b)
        moved = [times(abs(a), y.error) if y.error else 0.0, times(abs(b), x.error) if x.error else 0.0]
        return self._bound(out, *moved, times(x.error, y.error) if x.error and y.error else 0.0, abs(self._lack(a, b, out)))

    def _div(self, x: Bound, y: Bound) -> Bound:
        a, b, over = x.value, y.value, self._over
        out = over(a, b)
        if not b:
            return Bound(out, math.inf if x.error or y.error else 0.0)
        moved = [over(x.error, abs(b)) if x.error else 0.0, self._times(abs(over(out, b)), y.error) if y.error else 0.0]
        return self._bound(out, *moved, self._shortfall(a, b, out))

    def _bound(self, out: float, *errors: float) -> Bound:
        """A number with the sum of what it may err by."""
        total = errors[0]
        for error in errors[1:]:
            total = self._plus(total, error) if error else total
        return Bound(out, total if total == total else math.inf if out - out == 0 else 0.0)

    def _rest(self, x: float, y: float, total: float) -> float:
        """What the rounding of x + y lost, exactly."""
        if Wide in (type(x), type(y), type(total)):
            return self._unit(total)
        part = total - x
        lost = (x - (total - part)) + (y - part)
        return abs(lost) if lost == lost else 0.0

    def _lack(self, x: float, y: float, product: float) -> float:
        """What the rounding of x*y lost, exactly, the factors split in halves; beyond the range of that, at most half a unit."""
        if not (SMALL < abs(x) < LARGE and SMALL < abs(y) < LARGE):
            return self._unit(product) if x and y else 0.0
        high, top = SPLITTER * x - (SPLITTER * x - x), SPLITTER * y - (SPLITTER * y - y)
        low, rest = x - high, y - top
        return low * rest - (((product - high * top) - low * top) - high * rest)

    def _shortfall(self, x: float, y: float, quotient: float) -> float:
        """What the rounding of x/y lost."""
        if not (SMALL < abs(quotient) < LARGE and SMALL < abs(y) < LARGE):
            return self._unit(quotient) if x else 0.0
        product = quotient * y
        return abs((x - product - self._lack(quotient, y, product)) / y)

    def _compared(self, value: Callable[..., Any], x: Bound, y: Bound) -> Any:
        self.doubtful |= bool(abs(x.value - y.value) <= x.error + y.error != 0)
        return value(x.value, y.value)

    def _carried(self, op: str, value: Callable[..., Any], args: tuple[Bound, ...]) -> Bound:
        """A primitive: its value; the errors of its arguments times its local derivatives; and its own rounding."""
        values = [arg.value for arg in args]
        out = value(*values)
        moving = [arg.error != 0 for arg in args]
        errors = [self._own(op, values, out)]
        if any(moving):
            self.doubtful |= op in REACHES and bool(REACHES[op](args, out))
            slopes = local(op, values, out, self._base, not moving[-1], moving)
            carried = [self._times(abs(slope), arg.error) if slope else 0.0 for slope, arg in zip(slopes, args, strict=True)]
            loose = [k for k, arg in enumerate(args) if arg.error > LOOSE * abs(arg.value) or carried[k] > COARSE * abs(out)]
            errors += [*carried, *(_moved(value, values, k, args[k]) for k in loose)]
        return self._bound(out, *errors)

    def _own(self, op: str, values: list[float], out: float) -> float:
        """What the rounding of a primitive's own value adds: known exactly where that is a fraction."""
        if op in EXACT:
            return 0.0
        exactly = fractional(op)
        plain = exactly is not None and all(type(x) is float and x - x == 0 for x in (*values, out))
        found = exactly(*map(Fraction, values)) if plain and exactly is not None else None
        return self._times(4.0, self._unit(out)) if found is None else float(abs(found - Fraction(out)))

    def _unit(self, x: float) -> float:
        """Half a unit in the last place; nothing for what is not finite."""
        return self._times(UNIT, abs(x)) if type(x) is Wide or x - x == 0 else 0.0


def _chosen(condition: bool, x: Any, y: Any) -> Any:
    return x if condition else y


def _moved(value: Callable[..., Any], values: Sequence[float], k: int, arg: Bound) -> float:
    """How far the error of an argument that is hardly known carries the value: more than the slope says, as for 0 squared."""
    step = max(arg.error, math.ulp(arg.value))  # no less than what moves it
    ends = [value(*values[:k], x, *values[k + 1 :]) for x in (arg.value, arg.value - step, arg.value + step)]
    return float(max(abs(x - ends[0]) for x in ends))


def _near_zero(args: tuple[Bound, ...], out: float) -> bool:
    return abs(args[0].value) <= args[0].error


def _near_others(args: tuple[Bound, ...], out: float) -> bool:
    return sum(abs(arg.value - out) <= arg.error for arg in args) > 1


def _near_step(x: float, error: float, at: float = 0.0) -> bool:
    return abs(x - at - round(x - at)) <= error if math.isfinite(x) else False


def _near_multiple(x: Bound, y: Bound, out: float) -> bool:
    return min(abs(out), abs(y.value - out)) <= x.error + abs(x.value / (y.value or 1.0)) * y.error


REACHES: dict[str, Callable[..., bool]] = {
    "abs": _near_zero, "relu": _near_zero, "sign": _near_zero, "step": _near_zero,
    "max": _near_others, "min": _near_others,
    "clip": lambda args, out: any(abs(args[0].value - edge.value) <= args[0].error + edge.error for edge in args[1:]),
    "floor": lambda args, out: _near_step(args[0].value, args[0].error),
    "ceil": lambda args, out: _near_step(args[0].value, args[0].error),
    "round": lambda args, out: _near_step(args[0].value, args[0].error, 0.5),
    "mod": lambda args, out: _near_multiple(args[0], args[1], out),
    "atan2": lambda args, out: abs(args[0].value) <= args[0].error and args[1].value < 0,
}  # fmt: skip
"""By operation, whether the errors of the arguments reach a corner or a step."""
