"""What functions of functions come down to: cbrt(x^3) is x, sqrt(x^2) is abs(x), hypot(x, y)^2 is x^2 + y^2, tan(atan(x)) is x."""

from __future__ import annotations

import math
from fractions import Fraction

from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.rules import formula
from autodiff.symbolic.choices import DEEPEST, Choices
from autodiff.symbolic.normal import (
    Call,
    Factors,
    Form,
    Leaf,
    Number,
    Product,
    Rational,
    Sum,
    content_of,
    magnitude,
    power_of,
    whole,
)
from autodiff.tape import Const

ODD = frozenset(["sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "cbrt", "sign"])
EVEN = frozenset(["cos", "cosh", "abs", "sinc"])
EXACT = frozenset(["abs", "floor", "ceil", "round", "sign", "step", "max", "min", "clip", "relu", "mod", "gamma"])
POSITIVE = frozenset(["abs", "cosh", "relu", "step", "sigmoid", "softplus", "hypot", "erfc"])
OPENED = frozenset(["abs", "cbrt", "root", "hypot", "sign"])  # some of their powers are simpler
LEGS = 4  # arguments of a hypot whose squares are written out
INVERSE = {
    "sin asin": "x", "cos acos": "x", "tan atan": "x", "sinh asinh": "x", "cosh acosh": "x", "tanh atanh": "x",
    "asinh sinh": "x", "atanh tanh": "x", "acosh cosh": "abs(x)", "expm1 log1p": "x", "log1p expm1": "x",
    "cos asin": "sqrt(1 - x^2)", "sin acos": "sqrt(1 - x^2)", "tan asin": "x/sqrt(1 - x^2)", "tan acos": "sqrt(1 - x^2)/x",
    "sin atan": "x/sqrt(x^2 + 1)", "cos atan": "1/sqrt(x^2 + 1)", "cosh asinh": "sqrt(x^2 + 1)", "tanh asinh": "x/sqrt(x^2 + 1)",
    "sinh acosh": "sqrt(x^2 - 1)", "sinh atanh": "x/sqrt(1 - x^2)", "cosh atanh": "1/sqrt(1 - x^2)",
}  # fmt: skip
"""A function of the inverse of one, wherever that has a value."""


class Functions(Choices):
    """Functions and powers of functions."""

    formulas = "book"

    def __init__(self) -> None:
        self._positive: dict[int, bool] = {}
        super().__init__()

    def lift(self, value: float, text: str = "") -> int:
        """A constant."""
        raise NotImplementedError

    def called(self, op: str, args: tuple[int, ...]) -> int:
        """A function that has no more to say than its parity and its inverse."""
        folded = self._folded(op, args)
        if folded is not None:
            return folded
        inner = self.forms[args[0]]
        if len(args) == 1 and isinstance(inner, Call) and f"{op} {inner.op}" in INVERSE:
            tape = formula(op, INVERSE[f"{op} {inner.op}"])
            place: int = evaluate(tape, {"x": inner.args[0]}, self)[tape.output]
            return place
        if len(args) == 1 and self.is_negative(args[0]):
            opposite = self.mul(self.minus_one, args[0])
            if op in ODD:
                return self.mul(self.minus_one, self.functions[op](opposite))
            if op in EVEN:
                return self.call(op, opposite)
            if op == "sigmoid":
                return self.add(self.one, self.mul(self.minus_one, self.call(op, opposite)))
        return self.call(op, *args)

    def _folded(self, op: str, args: tuple[int, ...]) -> int | None:
        """The value at numbers, where it is a whole one and certain to be exact."""
        known = [self.rational(arg) for arg in args]
        if None in known or not (op in EXACT or set(known) <= {0, 1}):
            return None
        value = function(op)(*map(float, known))  # type: ignore[arg-type]
        return self.number(int(value)) if math.isfinite(value) and value == math.floor(value) and abs(value) < 1e15 else None

    def is_negative(self, place: int) -> bool:
        """Whether a form is written with a minus sign."""
        form = self.forms[place]
        if isinstance(form, Sum):
            return all(c < 0 for c in form.terms.values())
        return (isinstance(form, Product) and form.coefficient < 0) or (isinstance(form, Number) and form.value < 0)

    def is_positive(self, place: int, depth: int = 0) -> bool:
        """Whether a form is certain never to be less than 0."""
        found = self._positive.get(place)
        if found is None:
            found = self._positive[place] = depth <= DEEPEST and self._never_negative(place, depth + 1)
        return found

    def _never_negative(self, place: int, depth: int) -> bool:
        form = self.forms[place]
        if isinstance(form, Number):
            return form.value >= 0
        if isinstance(form, Leaf):
            return isinstance(form.node, Const) and form.node.value >= 0
        if isinstance(form, Call):
            return form.op in POSITIVE or (form.op == "max" and any(self.is_positive(i, depth) for i in form.args))
        if isinstance(form, Sum):
            return len(form.terms) <= DEEPEST and all(c > 0 and self.is_positive(i, depth) for i, c in form.terms.items())
        powers = form.factors.items()
        return form.coefficient > 0 and len(powers) <= DEEPEST and all(self._is_positive_power(*p, depth) for p in powers)

    def _is_positive_power(self, base: int, exponent: int, depth: int) -> bool:
        n = self.rational(exponent)
        return (n is not None and (n.denominator != 1 or n.numerator % 2 == 0)) or self.is_positive(base, depth)

    # Functions with rules of their own

    def abs(self, x: int) -> int:
        """abs(x^2*y) is x^2*abs(y)."""
        if self.is_positive(x):
            return x
        c, factors = self.factors(x)
        if c == 1 and len(factors) == 1 and x not in factors:
            ((base, exponent),) = factors.items()
            if (self.rational(exponent) or Fraction(1, 2)).denominator == 1:
                return self.power(self.abs(base), exponent)
        outside = {base: exponent for base, exponent in factors.items() if self._is_positive_power(base, exponent, 0)}
        if not outside and c == 1:
            return self.called("abs", (x,))
        rest = self.product(1, {base: exponent for base, exponent in factors.items() if base not in outside})
        front = self.product(magnitude(c), outside) if outside else self.number(magnitude(c))
        return self.mul(front, self.called("abs", (rest,)))

    def sign(self, x: int) -> int:
        """sign(2*x) is sign(x), sign(abs(x)) is sign(x)^2."""
        c, factors = self.factors(x)
        if factors and c != 1 and c > 0:
            return self.sign(self.product(1, factors))
        form = self.forms[x]
        if isinstance(form, Call) and form.op == "abs":
            return self.power(self.sign(*form.args), self.number(2))
        return self.called("sign", (x,))

    def relu(self, x: int) -> int:
        return x if self.is_positive(x) else self.called("relu", (x,))

    def max(self, *args: int) -> int:
        return self._extreme("max", args)

    def min(self, *args: int) -> int:
        return self._extreme("min", args)

    def _extreme(self, op: str, args: tuple[int, ...]) -> int:
        """max(x, max(x, y)) is max(x, y)."""
        forms = [(arg, self.forms[arg]) for arg in args]
        flat = [i for arg, form in forms for i in (form.args if isinstance(form, Call) and form.op == op else (arg,))]
        if len(set(flat)) < len(flat):
            args = tuple(dict.fromkeys(flat))
        return self.called(op, args) if len(args) > 1 else args[0]

    def cbrt(self, x: int) -> int:
        found = self._root_of(x, 3)
        return self.called("cbrt", (x,)) if found is None else found

    def root(self, x: int, n: int) -> int:
        degree = self.rational(n)
        found = self._root_of(x, degree.numerator) if degree is not None and degree.denominator == 1 and degree > 1 else None
        return self.called("root", (x, n)) if found is None else found

    def _root_of(self, place: int, degree: int) -> int | None:
        """The root of a product of powers that all have one."""
        c, factors = self.factors(place)
        front = power_of(-c if c < 0 else c, Fraction(1, degree))
        if front is None or (c < 0 and degree % 2 == 0):
            return None
        result, part = self.number(-front if c < 0 else front), Fraction(1, degree)
        for base, exponent in factors.items():
            n = self.rational(exponent)
            if base != self.e and (n is None or n.numerator % degree):
                return None
            base = base if degree % 2 else self.abs(base)
            result = self.mul(result, self.power(base, self.mul(exponent, self.number(part))))
        return result

    def hypot(self, *args: int) -> int:
        """hypot(3*x, 4*x) is 5*abs(x)."""
        legs = [self.mul(self.minus_one, arg) if self.is_negative(arg) else arg for arg in args if arg != self.zero]
        parts = [self._scaled(leg) for leg in legs]
        if len({unit for _, unit in parts}) > 1:
            return self.called("hypot", tuple(legs))
        if not parts:
            return self.zero
        common = content_of({k: c for k, (c, _) in enumerate(parts)})
        root = self.power(self.number(sum((c / common) ** 2 for c, _ in parts)), self.number(Fraction(1, 2)))
        return self.mul(self.mul(self.number(whole(common)), root), self.abs(parts[0][1]))

    def _scaled(self, place: int) -> tuple[Rational, int]:
        """A number and what it is multiplied by."""
        c, factors = self.factors(place)
        return c, self.product(1, factors) if factors else self.one

    # Powers

    def opens(self, base: int) -> bool:
        form = self.forms[base]
        return super().opens(base) or (isinstance(form, Call) and form.op in OPENED)

    def power(self, base: int, exponent: int) -> int:
        """A power; an even one of abs(u) is one of u, and so on."""
        form, n = self.forms[base], self.rational(exponent)
        if isinstance(form, Call) and n is not None and n.denominator == 1:
            opened = self._opened(form, n.numerator)
            if opened is not None:
                return self.power(*opened)
        if isinstance(form, Product) and n is not None and n.denominator != 1:
            found = self._without_squares(form, n)
            if found is not None:
                return found
        if base == self.e and n is None:
            return self._exponential(exponent)
        return super().power(base, exponent)

    def _opened(self, form: Call, n: int) -> tuple[int, int] | None:
        """A simpler base with its exponent."""
        degree = 3 if form.op == "cbrt" else self.rational(form.args[1]) if form.op == "root" else None
        if degree is not None and degree.denominator == 1 and degree > 1 and n % degree == 0:
            return form.args[0], self.number(n // degree)
        if form.op == "abs" and n % 2 == 0:
            return form.args[0], self.number(n)
        if form.op == "sign" and n not in (0, 1, 2):
            return self.call("sign", *form.args), self.number(1 if n % 2 else 2)
        if form.op == "hypot" and n % 2 == 0 and len(form.args) <= LEGS and not any(map(self._has_hypot, form.args)):
            square = self.zero
            for leg in form.args:
                square = self.add(square, self.power(leg, self.number(2)))
            return square, self.number(n // 2)
        return None

    def _has_hypot(self, place: int) -> bool:
        return any(isinstance(form := self.forms[i], Call) and form.op == "hypot" for i in self.factors(place)[1])

    def _without_squares(self, form: Product, n: Rational) -> int | None:
        """(x^2)^(1/2) is abs(x); beside other factors only where these are never negative, or the square is below the bar."""
        squares = {base: m for base, exponent in form.factors.items() if (m := self._even(exponent))}
        rest = {base: exponent for base, exponent in form.factors.items() if base not in squares}
        if not rest and form.coefficient < 0:
            return None
        if rest and not all(self._is_positive_power(base, exponent, 0) for base, exponent in rest.items()):
            squares = {base: m for base, m in squares.items() if m < 0}
        if not squares:
            return None
        left: Factors = {base: exponent for base, exponent in form.factors.items() if base not in squares}
        inside = self.product(form.coefficient, left) if left else self.number(form.coefficient)
        result = self.power(inside, self.number(n))
        for base, m in squares.items():
            result = self.mul(result, self.power(self.abs(base), self.number(m * n)))
        return result

    def _even(self, exponent: int) -> Rational | None:
        n = self.rational(exponent)
        return n if n is not None and n.denominator == 1 and n.numerator % 2 == 0 else None

    def _exponential(self, exponent: int) -> int:
        """exp(x + 2*log(y)) is y^2*exp(x)."""
        logs: list[tuple[int, Rational]] = []
        rest = dict(self.terms(exponent))
        for place in [*rest]:
            form: Form = self.forms[place]
            if isinstance(form, Call) and form.op == "log":
                logs.append((form.args[0], rest.pop(place)))
        result = super().power(self.e, self.sum(rest) if logs else exponent)
        for base, n in logs:
            result = self.mul(result, self.power(base, self.number(n)))
        return result
