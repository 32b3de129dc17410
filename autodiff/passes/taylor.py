"""Taylor series: a formula and all its derivatives along one variable, up to an order, in one sweep."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra, Made
from autodiff.numbers.wide import HUGE, TINY
from autodiff.passes.evaluate import function
from autodiff.passes.rules import local
from autodiff.primitives import CONDITIONS

HIGHEST = 40  # order: each one nests the rules once more
REMEMBERED = 10_000  # results kept, so that a rule that needs another twice does not double the work with each order


class Taylor:
    """The coefficients of 1, t, t², …; what is beyond the last is a structural zero."""

    __slots__ = ("terms",)

    def __init__(self, terms: Sequence[float]) -> None:
        self.terms = tuple(terms)

    def __ne__(self, other: object) -> bool:
        """Whether the values differ; so a series differs from itself where its value is not a number."""
        return not isinstance(other, Taylor) or self.terms[0] != other.terms[0]


class Taylors:
    """The number system of series up to an order.

    Sums, products and quotients have their recurrences (Griewank and Walther, Evaluating Derivatives, section 13.2);
    everything else follows from the table: the series of f(x(t)) is that of f'(x(t))·x'(t), one order lower, integrated.
    """

    def __init__(self, order: int, base: Algebra = FLOATS) -> None:
        self.order, self._base, self.formulas = order, base, base.formulas
        self.functions = Made(self._function)
        self._lower = Taylors(order - 1, base) if order else self
        self._known: dict[tuple[Any, ...], Taylor] = {}
        self._has_strayed = False
        self._plus, self._minus, self._times, self._over = (base.functions[op] for op in ("add", "sub", "mul", "div"))
        self._nothing = base.lift(-0.0)
        self._whole = [base.lift(float(k)) for k in range(order + 2)]

    @property
    def strayed(self) -> bool:
        """Whether a term of a local derivative was 0, subnormal or infinite, as where it left the range of doubles."""
        return self._has_strayed or (self.order > 0 and self._lower.strayed)

    def lift(self, value: float, text: str = "") -> Taylor:
        return Taylor((self._base.lift(value, text),))

    def truth(self, value: bool) -> bool:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        if op == "if":
            return lambda condition, x, y: x if condition else y
        if op in ("and", "or", "not"):
            return function(op, self._base)
        if op in CONDITIONS:
            compare = function(op, self._base)
            return lambda x, y: compare(x.terms[0], y.terms[0])
        ring: dict[str, Callable[..., Any]] = {
            "add": self._add,
            "sub": self._sub,
            "mul": self._mul,
            "div": self._div,
            "neg": _neg,
            "copy": lambda x: x,
        }
        return ring.get(op, lambda *args: self._remembered(op, args))

    def _add(self, x: Taylor, y: Taylor) -> Taylor:
        short, long = sorted((x.terms, y.terms), key=len)
        return Taylor([*map(self._plus, short, long), *long[len(short) :]])

    def _sub(self, x: Taylor, y: Taylor) -> Taylor:
        return self._add(x, _neg(y))

    def _mul(self, x: Taylor, y: Taylor) -> Taylor:
        a, b = x.terms, y.terms
        size = min(len(a) + len(b) - 1, self.order + 1)
        ranges = (range(max(0, k - len(b) + 1), min(k + 1, len(a))) for k in range(size))
        return Taylor(
            [self._sum([self._times(a[j], b[k - j]) for j in ranges_k], self._nothing) for k, ranges_k in enumerate(ranges)]
        )

    def _div(self, x: Taylor, y: Taylor) -> Taylor:
        a, b = x.terms, y.terms
        terms: list[float] = []
        for k in range(len(a) if len(b) == 1 else self.order + 1):
            known = self._sum([self._times(terms[k - j], b[j]) for j in range(1, min(k + 1, len(b)))], self._whole[0])
            terms.append(self._over(self._minus(a[k] if k < len(a) else self._whole[0], known), b[0]))
        return Taylor(terms)

    def _sum(self, terms: Sequence[float], start: float) -> float:
        return sum(terms, start) if self._base is FLOATS else reduce(self._plus, terms, start)

    def _derivative(self, x: Taylor) -> Taylor:
        return Taylor([self._times(self._whole[k], term) for k, term in enumerate(x.terms)][1:])

    def _key(self, terms: Sequence[float]) -> Any:
        """What tells series apart, zeros of either sign and numbers beyond the doubles included."""
        return array("d", terms).tobytes() if self._base is FLOATS else tuple([(x, math.copysign(1.0, x)) for x in terms])

    def _remembered(self, op: str, args: Sequence[Taylor]) -> Taylor:
        key = (op, *[self._key(arg.terms) for arg in args])
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._composed(op, args)
        return found

    def _composed(self, op: str, args: Sequence[Taylor]) -> Taylor:
        """The series of a primitive, from that of its derivative."""
        out = function(op, self._base)(*[arg.terms[0] for arg in args])
        moving = [len(arg.terms) > 1 for arg in args]
        if not any(moving) or not self.order:
            return Taylor((out,))
        if out != out:
            return Taylor((math.nan,) * (self.order + 1))
        lower, known = self._lower, [Taylor(arg.terms[: self.order]) for arg in args]
        slopes = local(op, known, lower.functions[op](*known), lower, not moving[-1], moving)
        speed = Taylor(())
        for slope, arg in zip(slopes, args, strict=True):
            if slope is not None:
                self._has_strayed |= self._base is FLOATS and not all(TINY <= abs(x) <= HUGE for x in slope.terms)
                speed = lower._add(speed, lower._mul(slope, self._derivative(arg)))
        return Taylor((out, *(self._over(term, self._whole[k]) for k, term in enumerate(speed.terms, 1))))


def _neg(x: Taylor) -> Taylor:
    return Taylor([-term for term in x.terms])
