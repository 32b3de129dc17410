"""One-sided numbers: every primitive of the table for germs, so that a formula can be read beside a point."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from autodiff.numbers import floats
from autodiff.numbers.algebra import Made
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.rules import domain, local, met, shortcuts, uses_value
from autodiff.passes.values import tape, written
from autodiff.primitives import CONDITIONS, TABLE
from autodiff.trust import elementary, germs
from autodiff.trust.germs import LINEAR, NEVER, NOWHERE, ONE, Germ, Undecided

CLOSE = 1e-9  # relative: as far as a series and the primitive itself may differ in a value


class Sides:
    """The number system of germs.

    Sums, products, roots, powers, exp and log are those of series; the order of germs decides conditions, greatest and
    least. Everything else follows from the table: f(x(t)) is its limit and the integral of f'(x(t))·x'(t), and f' is
    read in the germs of one level less. At the `last` level, what vanishes as far as it is known is taken for 0.
    """

    formulas = "exact"

    def __init__(self, level: int, last: bool = False) -> None:
        self.level, self.last, self.size = level, last, level + 2
        self.functions = Made(self._function)
        self._lower = Sides(level - 1, last) if level else self
        self._known: dict[Any, Germ] = {}
        self._own: dict[str, Callable[..., Germ]] = {
            "div": self._div, "pow": self._pow, "exp": self._exp, "log": lambda x: elementary.log(x, self.size),
            "sqrt": lambda x: self._power(x, 0.5), "cbrt": lambda x: self._power(x, 1 / 3, True), "root": self._root,
            "abs": lambda x: germs.neg(x) if self._sign(x) < 0 else x, "relu": lambda x: x if self._sign(x) > 0 else Germ(()),
            "max": lambda *args: reduce(lambda x, y: x if self._compared(x, y) >= 0 else y, args),
            "min": lambda *args: reduce(lambda x, y: x if self._compared(x, y) <= 0 else y, args),
        }  # fmt: skip

    def fresh(self) -> Sides:
        """The same number system for another side: what it remembers does not tell zeros apart."""
        self._known.clear()
        if self._lower is not self:
            self._lower.fresh()
        return self

    def lift(self, value: float, text: str = "") -> Germ:
        return germs.lift(value)

    def truth(self, value: bool | None) -> bool | None:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        if op == "if":
            return lambda condition, x, y: NOWHERE if condition is None else x if condition else y
        if op == "not":
            return lambda p: None if p is None else not p
        if op in ("and", "or"):
            return function(op)
        if op in CONDITIONS:
            compare = function(op)
            return lambda x, y: None if x is NOWHERE or y is NOWHERE else compare(self._compared(x, y), 0.0)
        ring: dict[str, Callable[..., Germ]] = {
            "add": lambda x, y: germs.add(x, y, self.size), "sub": self._sub, "mul": lambda x, y: germs.mul(x, y, self.size),
            "neg": germs.neg, "copy": lambda x: x,
        }  # fmt: skip
        apply = ring.get(op) or (lambda *args: self._apply(op, args))
        return lambda *args: NOWHERE if NOWHERE in args and op in ring else apply(*args)

    # The order of germs ------------------------------------------------------------------------------------------------

    def _sign(self, x: Germ) -> float:
        """The sign for all small t > 0."""
        if x.terms:
            return math.copysign(1.0, x.terms[0][1])
        if x.order == NEVER or (self.last and x.order > LINEAR):
            return 0.0
        raise Undecided

    def _compared(self, x: Germ, y: Germ) -> float:
        return 0.0 if x is y else self._sign(self._sub(x, y))

    def _sub(self, x: Germ, y: Germ) -> Germ:
        return germs.add(x, germs.neg(y), self.size)

    # Primitives --------------------------------------------------------------------------------------------------------

    def _apply(self, op: str, args: Sequence[Germ]) -> Germ:
        if self.last:
            args = [self._closed(arg) for arg in args]
        if NOWHERE in args or all(arg.constant for arg in args):
            return germs.lift(function(op)(*[arg.limit for arg in args]))
        key = (op, *[(arg.terms, arg.order) for arg in args])
        if key not in self._known:
            self._known[key] = self._made(op, args)
        return self._known[key]

    def _closed(self, x: Germ) -> Germ:
        """A constant where nothing moves as far as it is known."""
        still = x.order > LINEAR and all(key == ONE for key, _, _ in x.terms)
        return Germ(x.terms) if still and x is not NOWHERE else x

    def _made(self, op: str, args: Sequence[Germ]) -> Germ:
        if not self._inside(op, args):
            return NOWHERE
        if op in self._own:
            return self._settled(op, args, self._own[op](*args))
        return self._scaled(op, args) if TABLE[op].degree is not None else self._integrated(op, args)

    def _inside(self, op: str, args: Sequence[Germ]) -> bool:
        """Whether this side belongs to the domain."""
        tape = domain(op)
        return tape is None or bool(evaluate(tape, dict(zip(TABLE[op].names, args, strict=True)), self)[tape.output])

    def _settled(self, op: str, args: Sequence[Germ], found: Germ) -> Germ:
        """With the constant term that the tool itself computes, where nothing is infinite."""
        if found is NOWHERE or found.lead < ONE or any(arg.lead < ONE for arg in args):
            return found
        value = function(op)(*[arg.limit for arg in args])
        if not abs(value - found.limit) <= CLOSE * abs(value):
            return found
        return Germ([*germs.lift(value).terms, *[term for term in found.terms if term[0] != ONE]], found.order)

    def _div(self, x: Germ, y: Germ) -> Germ:
        return germs.mul(x, self._power(y, -1.0), self.size)

    def _power(self, x: Germ, p: float, odd: bool = False) -> Germ:
        return elementary.power(x, p, self.size, odd)

    def _root(self, x: Germ, n: Germ) -> Germ:
        if n.constant:
            return self._power(x, 1 / n.limit, n.limit % 2 == 1)
        return self._pow(x, self._power(n, -1.0))

    def _pow(self, x: Germ, y: Germ) -> Germ:
        if y.constant:
            return self._power(x, y.limit)
        if x.constant and not x.terms:
            return germs.lift(floats.pow(0.0, self._sign(y)))
        return self._exp(germs.mul(y, elementary.log(x, self.size), self.size))

    def _exp(self, x: Germ) -> Germ:
        at = next((c for key, c, _ in x.terms if key == ONE), 0.0)
        return elementary.exp(x, function("exp")(at), self.size)

    def _scaled(self, op: str, args: Sequence[Germ]) -> Germ:
        """A function of f(s·x) = s^degree·f(x), away from 0 and from infinity."""
        e, m = min(arg.lead for arg in args)
        if math.isinf(e) or (e, m) == ONE:
            return self._integrated(op, args)
        near = [germs.mul(arg, Germ([((-e, -m), 1.0, 0.0)]), self.size) for arg in args]
        degree = TABLE[op].degree or 0
        return germs.mul(self._integrated(op, near), Germ([((e * degree, m * degree), 1.0, 0.0)]), self.size)

    def _integrated(self, op: str, args: Sequence[Germ]) -> Germ:
        """The limit, and the integral of the derivative."""
        limits, moving = [arg.limit for arg in args], [not arg.constant for arg in args]
        out = function(op)(*limits)
        found = {where.status for where, _ in met(op, limits, out, moving)} if TABLE[op].points else ()
        jumps = "jump" in found
        if (jumps or out != out) and (value := written(op, self.formulas, len(args))) and not TABLE[op].variadic:
            composed = tape(value)
            return evaluate(composed, dict(zip(value.params, args, strict=True)), self)[composed.output]  # type: ignore[no-any-return]
        if jumps:
            out = function(op)(*map(self._nudged, args, limits))
        finite = all(map(math.isfinite, limits))
        if out != out or not (self.level or (finite and "pole" not in found)):
            raise Undecided
        if all(way == (0, 0.0) for way in shortcuts(op, False)):
            return germs.lift(out)
        if not self.level:
            return Germ(germs.lift(out).terms, min(arg.moving.lead for arg in args))
        return self._risen(out, germs.integral(self._speed(op, args, moving)), finite)

    def _risen(self, out: float, risen: Germ, finite: bool) -> Germ:
        """A limit and what is added to it; beside an infinite one, the constant term is unknown."""
        if math.isfinite(out) or (finite and risen.lead > ONE):  # the latter is merely too large for a double
            return germs.add(germs.lift(out), risen, self.size)
        if risen.lead >= ONE:
            raise Undecided
        return Germ([term for term in risen.terms if term[0] < ONE], min(risen.order, ONE))

    def _speed(self, op: str, args: Sequence[Germ], moving: Sequence[bool]) -> Germ:
        """The sum of the partial derivatives times the derivatives of the arguments."""
        lower = self._lower
        out = lower.functions[op](*args) if uses_value(op) else None
        slopes = local(op, args, out, lower, not moving[-1], moving)
        terms = [germs.mul(slope, germs.derivative(arg), self.size) for slope, arg in zip(slopes, args) if slope is not None]
        return reduce(lambda x, y: germs.add(x, y, self.size), terms, Germ(()))

    def _nudged(self, x: Germ, limit: float) -> float:
        """The next double on the side from which the limit is approached."""
        if math.isinf(limit):
            raise Undecided
        return math.nextafter(limit, math.inf * direction) if (direction := self._sign(x.moving)) else limit


def approach(x: float, sign: float) -> Germ:
    """A variable that comes from the right (1) or from the left (-1)."""
    return germs.add(germs.lift(x), Germ([(LINEAR, sign, 0.0)]), 2)


def slope(x: Germ) -> float | None:
    """The derivative with respect to the distance, as this goes to 0; None where too few terms are known."""
    if x.terms and x.lead < ONE:  # what diverges does so ever more steeply
        return -math.copysign(math.inf, x.terms[0][1])
    try:
        return germs.derivative(x).limit + 0.0
    except Undecided:
        return None


def rounding(x: Germ) -> float:
    """What rounding may have added to that derivative."""
    return next((error for key, _, error in x.terms if key == LINEAR), 0.0)
