"""The primitives in normal form: what people fold without thinking about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from autodiff.primitives import CONDITIONS, CONSTANTS
from autodiff.symbolic.choices import DEEPEST
from autodiff.symbolic.functions import Functions
from autodiff.symbolic.normal import Call, Factors, Form, Leaf, Product, nested
from autodiff.tape import Const, Var

LONGEST = 25  # characters of a number that is still folded


class Terms(Functions):
    """An algebra for formulas that are read by people: 0·∞ and the sign of zero are lost."""

    formulas = "book"

    def __init__(self) -> None:
        super().__init__()
        self._transcendental: list[bool] = []
        self.decimal = False  # whether the formula was written with decimal fractions
        self.order: dict[int, int] = {}  # of the variables in a product

    def lift(self, value: float, text: str = "") -> int:
        """A constant: a rational number wherever its text is one."""
        text = text or repr(value)
        if text == "e":
            return self.e
        if text in CONSTANTS or not math.isfinite(value) or len(text) > LONGEST or not 1e-30 < abs(value or 1.0) < 1e30:
            return self.leaf(Const(value, text, (0, 0)))
        self.decimal |= ("." in text and not text.endswith(".0")) or "e" in text
        return self.number(Fraction(text))

    def variable(self, name: str) -> int:
        """A variable."""
        return self.leaf(Var(name, (0, 0)))

    def function(self, op: str) -> Callable[..., int]:
        found: Callable[..., int] | None = getattr(self, f"{op}_" if op in _KEYWORDS else op, None)
        if op in _RULES and found is not None:
            return found
        if op in CONDITIONS:
            return lambda *args: self.condition(op, args)
        return lambda *args: self.called(op, args)

    def settle(self) -> None:
        """Say that everything so far was written by the user."""
        if not self.familiar:
            self.familiar = len(self.forms)
            self.order = _order(self.forms)

    def is_familiar(self, factors: Factors) -> bool:
        """Whether a product was written by the user, whatever number stands before it."""
        place = self._places.get(("factors", frozenset(factors.items())))
        return place is not None and place < self.familiar

    def is_transcendental(self, place: int) -> bool:
        """Whether a function stands anywhere in a form."""
        while len(self._transcendental) <= place:
            at = len(self._transcendental)
            form = self.forms[at]
            inner = any(self._transcendental[i] for i in nested(self.forms, at))
            powers = isinstance(form, Product) and any(self.rational(n) is None for n in form.factors.values())
            self._transcendental.append(inner or powers or isinstance(form, Call))
        return self._transcendental[place]

    # Arithmetic

    def neg(self, x: int) -> int:
        return self.mul(self.minus_one, x)

    def sub(self, x: int, y: int) -> int:
        return self.add(x, self.neg(y))

    def copy(self, x: int) -> int:
        return x

    def div(self, x: int, y: int) -> int:
        return self.mul(x, self.power(y, self.minus_one)) if y != self.zero else self.call("div", x, y)

    def pow(self, x: int, y: int) -> int:
        n = self.rational(y)
        return self.call("pow", x, y) if x == self.zero and (n is None or n <= 0) and y != self.zero else self.power(x, y)

    def sqrt(self, x: int) -> int:
        return self.power(x, self.number(Fraction(1, 2)))

    def exp(self, x: int) -> int:
        return self.power(self.e, x)

    def log(self, x: int) -> int:
        coefficient, factors = self.factors(x)
        if coefficient == 1 and set(factors) <= {self.e}:
            return factors.get(self.e, self.zero)
        return self.called("log", (x,))

    def add(self, x: int, y: int) -> int:
        """A sum; choices under the same condition are one choice, if one of them is 0 on a side."""
        for a, b in ((x, y), (y, x)):
            choice = self._choice(b)
            if choice is not None:
                merged = self._with_choice(a, choice)
                if merged is not None:
                    return merged
        return super().add(x, y)

    def _with_choice(self, x: int, choice: tuple[int, int, int]) -> int | None:
        p, s, t = choice
        for place, c in self.terms(x).items():
            form = self.forms[place]
            if isinstance(form, Call) and form.op == "if" and form.args[0] == p:
                rest = self.sum({other: d for other, d in self.terms(x).items() if other != place})
                a, b = (self.scaled(c, arg) if c != 1 else arg for arg in form.args[1:])
                return self.add(rest, self.if_(p, super().add(a, s), super().add(b, t)))
        return None

    def _choice(self, place: int) -> tuple[int, int, int] | None:
        """The parts of a choice that is 0 somewhere."""
        form = self.forms[place]
        if isinstance(form, Call) and form.op == "if" and self._may_vanish(form, DEEPEST):
            p, x, y = form.args
            return p, x, y
        return None

    def _may_vanish(self, form: Form, depth: int) -> bool:
        """Whether one of the branches is 0, or a choice that may be."""
        if not (isinstance(form, Call) and form.op == "if") or not depth:
            return False
        return self.zero in form.args[1:] or any(self._may_vanish(self.forms[i], depth - 1) for i in form.args[1:])

    def mul(self, x: int, y: int, depth: int = 0) -> int:
        """A product; where a choice is 0, what it is multiplied by does not count, not even as infinity."""
        if self.zero in (x, y):
            return self.zero
        for a, b in ((x, y), (y, x)):
            choice = self._choice(a)
            if choice is not None and depth < DEEPEST and b != self.one:
                p, s, t = choice
                return self.if_(p, self.mul(s, b, depth + 1), self.mul(t, b, depth + 1))
        return super().mul(x, y)


def _order(forms: Sequence[Form]) -> dict[int, int]:
    """The order of variables in products: as the user wrote them, and by name where no product has both."""
    before: dict[int, set[int]] = {}
    for i, form in enumerate(forms):
        if isinstance(form, Leaf) and isinstance(form.node, Var):
            before[i] = set()
        if isinstance(form, Product):
            names = [base for base in form.factors if base in before]
            for first, second in pairwise(names):
                before[second].add(first)
    order: dict[int, int] = {}
    names = sorted(before, key=lambda i: forms[i].node.name.casefold())  # type: ignore[union-attr]
    while names:
        free = next((i for i in names if before[i] <= order.keys()), names[0])
        order[free] = len(order)
        names.remove(free)
    return order


_RULES = frozenset("neg sub copy div pow sqrt exp log add mul if abs sign relu max min cbrt root hypot".split())  # noqa: SIM905
_KEYWORDS = frozenset(["if"])
