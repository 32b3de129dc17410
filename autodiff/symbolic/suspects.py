"""Sums that seem to be the same number everywhere: tried at a few points, before that is proved."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from autodiff.passes.evaluate import function
from autodiff.symbolic.normal import Call, Form, Leaf, Number, Product, Rational, Sum, nested, whole
from autodiff.tape import Const

POINTS: tuple[Callable[[float], float], ...] = (
    lambda u: 0.2 + 0.6 * u, lambda u: 0.8 - 0.5 * u, lambda u: 1.2 + 1.7 * u, lambda u: -0.3 - 1.1 * u,
    lambda _: 0.0, lambda _: 1.0, lambda _: -1.0,
)  # fmt: skip
"""Where each variable is, from a number of its own between 0 and 1; at the last ones signs step."""
CLOSE = 1e-9  # how far values may differ that seem to be equal, relative to the terms of the sum
LARGEST = 64  # denominator of the number


class Values:
    """The values of forms at some points, each computed once."""

    def __init__(self, forms: list[Form]) -> None:
        self.forms = forms
        self._known: dict[int, tuple[float, ...]] = {}

    def at(self, root: int) -> tuple[float, ...]:
        """The values of a form. Nothing recurses."""
        stack = [root]
        while stack:
            place = stack[-1]
            todo = [] if place in self._known else [i for i in nested(self.forms, place) if i not in self._known]
            if todo:
                stack.extend(todo)
                continue
            if place not in self._known:
                self._known[place] = tuple([self._value(place, k) for k in range(len(POINTS))])
            stack.pop()
        return self._known[root]

    def _value(self, place: int, k: int) -> float:
        form = self.forms[place]
        if isinstance(form, Number):
            return _double(form.value)
        if isinstance(form, Leaf):
            return form.node.value if isinstance(form.node, Const) else POINTS[k](place * 0.6180339887498949 % 1)
        if isinstance(form, Sum):
            return sum(self._times(c, i, k) for i, c in form.terms.items())
        if isinstance(form, Product):
            power = function("pow")
            factors = (power(self._known[base][k], self._known[n][k]) for base, n in form.factors.items())
            return math.prod(factors, start=_double(form.coefficient))
        return self._called(form, [self._known[i][k] for i in form.args])

    def _called(self, form: Call, args: list[float]) -> float:
        if form.op == "if":
            return args[1] if args[0] else args[2]
        return form.op == "true" if form.op in ("true", "false") else function(form.op)(*args)

    def _times(self, c: Rational, place: int, k: int) -> float:
        return _double(c) * self._known[place][k]

    def number(self, place: int) -> Rational | None:
        """The number that a sum seems to be."""
        form, found = self.forms[place], self.at(place)
        assert isinstance(form, Sum)
        seen = [k for k, value in enumerate(found) if math.isfinite(value)]
        size = max((sum(abs(self._times(c, i, k)) for i, c in form.terms.items()) for k in seen), default=0.0)
        if len(seen) < 2 or not size or not math.isfinite(size):
            return None
        near = Fraction(found[seen[0]]).limit_denominator(LARGEST)
        return whole(near) if all(abs(found[k] - near) <= CLOSE * size for k in seen) else None


def _double(value: Rational) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)
