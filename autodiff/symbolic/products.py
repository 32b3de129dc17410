"""Products made shorter: signs and numbers in front, fractions within fractions, tan = sin/cos, (a + b)*(a - b) = a^2 - b^2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations

from autodiff.symbolic.normal import Addends, Call, Factors, Number, Product, Rational, Sum, content_of, power_of, whole
from autodiff.symbolic.sums import MOST, Sums

_QUOTIENTS = {"tan": ("sin", "cos"), "tanh": ("sinh", "cosh")}


class Products(Sums):
    """What else a product may be written as."""

    def of_product(self, place: int, form: Product) -> Iterator[int]:
        """All of it."""
        signs = (self._turned, self._reduced, self._joined, self._unsigned, self._numbers)
        functions = (self._quotients, self._differences, self._roots, self._doubled, self._secants)
        for rewrite in (*signs, *functions):
            yield from rewrite(form)
        yield self.cancelled(place)

    def _without(self, form: Product, *bases: int) -> Factors:
        return {base: exponent for base, exponent in form.factors.items() if base not in bases}

    def _turned(self, form: Product) -> Iterator[int]:
        """A sign carried into a difference."""
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], self.terms.rational(exponent)
            if isinstance(inner, Sum) and n == 1 and (form.coefficient < 0 or self.is_awkward((base, exponent))):
                turned = self.terms.power(self.terms.neg(base), exponent)
                rest = self._without(form, base)
                yield self.terms.mul(turned, self.terms.product(-form.coefficient, rest))

    def _reduced(self, form: Product) -> Iterator[int]:
        """A number that the terms of a sum have in common, taken out where it goes into the coefficient."""
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], self.terms.rational(exponent)
            if isinstance(inner, Sum) and n is not None:
                content = content_of(inner.terms)
                outside = power_of(content, n)
                if content != 1 and outside is not None:
                    small = self.terms.sum({i: whole(Fraction(c) / content) for i, c in inner.terms.items()})
                    rest = self._without(form, base)
                    front = self.terms.product(whole(form.coefficient * outside), rest)
                    yield self.terms.mul(front, self.terms.power(small, exponent))

    def _joined(self, form: Product) -> Iterator[int]:
        """A sum with fractions put over one denominator."""
        for base, exponent in form.factors.items():
            inner = self.forms[base]
            if (
                isinstance(inner, Sum)
                and len(inner.terms) <= MOST
                and any(map(self.below, inner.terms))
                and (exponent != self.terms.one or not self.is_polynomial(inner.terms) or self._meets(inner.terms, form, base))
            ):
                rest = self.terms.product(form.coefficient, self._without(form, base))
                joined = self.terms.mul(rest, self.terms.power(self.fraction(inner.terms), exponent))
                yield joined
                if isinstance(whole := self.forms[joined], Product):
                    yield from self._unsigned(whole)

    def _meets(self, addends: Addends, form: Product, base: int) -> bool:
        """Whether something below a bar of the sum stands beside the sum."""
        return any(i in form.factors for place in addends for i in self.below(place) if i != base)

    def _unsigned(self, form: Product) -> Iterator[int]:
        """sign(u)·u is abs(u), u/abs(u) is sign(u), and so on: what is odd is a sign, or u beside abs(u)."""
        terms = self.terms
        for base in form.factors:
            inner = self.forms[base]
            if not (isinstance(inner, Call) and inner.op in ("sign", "abs")):
                continue
            u = inner.args[0]
            size, sign = terms.call("abs", u), terms.call("sign", u)
            k, n, m = (terms.rational(form.factors.get(i, terms.zero)) for i in (sign, u, size))
            if k not in (0, 1) or n is None or m is None or n.denominator != 1 or m.denominator != 1:
                continue
            rest, size_of = terms.product(form.coefficient, self._without(form, u, size, sign)), n + m
            ways = _signed(size_of) if (k + n) % 2 else _unsigned(size_of)
            least = min(n, m, 0)  # no division that was not there: sign(u) is 0 at 0, and u/abs(u) is nothing
            for exponents in (way for way in ways if min(way[1:]) >= least):
                powers = (terms.power(i, terms.number(e)) for i, e in zip((sign, u, size), exponents))
                yield reduce(terms.mul, powers, rest)

    def _roots(self, form: Product) -> Iterator[int]:
        """x*cbrt(x) is cbrt(x)^4, and (x^2 + y^2)*hypot(x, y) is hypot(x, y)^3."""
        terms = self.terms
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], terms.rational(exponent)
            degree = {"cbrt": 3, "hypot": 2}.get(inner.op) if isinstance(inner, Call) else None
            if degree is None or n is None:
                continue
            whole = terms.power(base, terms.number(degree))
            m = terms.rational(form.factors.get(whole, terms.zero))
            if m:
                rest = terms.product(form.coefficient, self._without(form, base, whole))
                yield terms.mul(rest, terms.power(base, terms.number(n + m * degree)))

    def _doubled(self, form: Product) -> Iterator[int]:
        """2*sin(x/2)*cos(x/2) is sin(x), where twice the angle is shorter."""
        terms = self.terms
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], terms.rational(exponent)
            if isinstance(inner, Call) and inner.op in ("sin", "sinh") and n is not None and n.denominator == 1:
                other = terms.call("cos" if inner.op == "sin" else "cosh", *inner.args)
                twice = self.twice(inner.args[0])
                if form.factors.get(other) == exponent and self.cost(twice) < self.cost(inner.args[0]):
                    rest = terms.product(form.coefficient, self._without(form, base, other))
                    half = terms.scaled(Fraction(1, 2), terms.functions[inner.op](twice))
                    yield terms.mul(rest, terms.power(half, exponent))

    def _numbers(self, form: Product) -> Iterator[int]:
        """2/sqrt(2) is sqrt(2)."""
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], self.terms.rational(exponent)
            if isinstance(inner, Number) and n is not None and inner.value > 0:
                for step in (1, -1):
                    rest = self.terms.product(whole(form.coefficient * Fraction(inner.value) ** -step), self._without(form, base))
                    yield self.terms.mul(rest, self.terms.power(base, self.terms.number(n + step)))

    def _quotients(self, form: Product) -> Iterator[int]:
        """tan is sin/cos, where one of these stands beside it, or both do."""
        terms, whole = self.terms, self.terms.product(form.coefficient, form.factors)
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], terms.rational(exponent)
            if not isinstance(inner, Call) or n is None:
                continue
            if inner.op in _QUOTIENTS:
                above, below = (terms.call(op, *inner.args) for op in _QUOTIENTS[inner.op])
                if above in form.factors or below in form.factors:
                    yield self._exchanged(whole, n, ((base, -1), (above, 1), (below, -1)))
            for quotient, (op, other) in _QUOTIENTS.items():
                if inner.op == op and (below := terms.call(other, *inner.args)) in form.factors:
                    yield self._exchanged(whole, n, ((base, -1), (below, 1), (terms.call(quotient, *inner.args), 1)))

    def _secants(self, form: Product) -> Iterator[int]:
        """(1 + tan^2)/tan is 1/(sin*cos)."""
        for base, exponent in form.factors.items():
            inner = self.forms[base]
            addends = inner.terms if isinstance(inner, Sum) and len(inner.terms) == 2 else {}
            for square in [square for place, c in addends.items() for square in self._tangents(place, c, addends)]:
                rest = self.terms.product(form.coefficient, self._without(form, base))
                result = self.terms.mul(rest, self.terms.power(square, exponent))
                yield result
                if isinstance(whole := self.forms[result], Product):
                    yield from self._quotients(whole)

    def _exchanged(self, place: int, n: Rational, powers: Sequence[tuple[int, int]]) -> int:
        for base, sign in powers:
            place = self.terms.mul(place, self.terms.power(base, self.terms.number(sign * n)))
        return place

    def _differences(self, form: Product) -> Iterator[int]:
        """(a + b)*(a - b) is a^2 - b^2."""
        sums = [(base, exponent) for base, exponent in form.factors.items() if self._has_two_terms(base)]
        for (a, exponent), (b, other) in combinations(sums, 2):
            if exponent == other:
                _, product = self.expanded(self.terms.product(1, {a: self.terms.one, b: self.terms.one}))
                if self._has_two_terms(product):
                    rest = self.terms.product(form.coefficient, self._without(form, a, b))
                    yield self.terms.mul(rest, self.terms.power(product, exponent))

    def _has_two_terms(self, place: int) -> bool:
        form = self.forms[place]
        return isinstance(form, Sum) and len(form.terms) == 2


def _signed(n: Rational) -> Sequence[tuple[Rational, Rational, Rational]]:
    """The exponents of sign(u), u and abs(u), where sign(u)*abs(u)^n is meant."""
    return (1, 0, n), *([(0, n, 0)] if n % 2 else [(0, n + 1, -1), (0, n - 1, 1)])


def _unsigned(n: Rational) -> Sequence[tuple[Rational, Rational, Rational]]:
    """The same where abs(u)^n is meant."""
    return (0, 0, n), *([(0, n - 1, 1)] if n % 2 else [(0, n, 0)])
