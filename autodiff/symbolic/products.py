"""Products made shorter: signs and numbers in front, fractions within fractions, tan = sin/cos, (a + b)*(a - b) = a^2 - b^2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from autodiff.symbolic.measure import content_of
from autodiff.symbolic.normal import Call, Factors, Product, Rational, Sum, power_of, whole
from autodiff.symbolic.sums import MOST, Sums

_QUOTIENTS = {"tan": ("sin", "cos"), "tanh": ("sinh", "cosh")}


class Products(Sums):
    """What else a product may be written as."""

    def of_product(self, place: int, form: Product) -> Iterator[int]:
        """All of it."""
        for rewrite in (self._turned, self._reduced, self._joined, self._unsigned, self._quotients, self._differences):
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
                and not (self.is_polynomial(inner.terms) and exponent == self.terms.one)
            ):
                rest = self.terms.product(form.coefficient, self._without(form, base))
                yield self.terms.mul(rest, self.terms.power(self.fraction(inner.terms), exponent))

    def _unsigned(self, form: Product) -> Iterator[int]:
        """sign(u)·u is abs(u), and sign(u)/abs(u) is 1/u."""
        terms = self.terms
        for base, exponent in form.factors.items():
            inner = self.forms[base]
            if not (isinstance(inner, Call) and inner.op == "sign" and exponent == terms.one):
                continue
            u, size = inner.args[0], terms.call("abs", *inner.args)
            rest = terms.product(form.coefficient, self._without(form, base, size))
            n = terms.rational(form.factors.get(size, terms.zero))
            if u in form.factors and n == 0:
                yield terms.mul(terms.mul(rest, size), terms.power(u, terms.minus_one))
            elif n is not None and n.denominator == 1 and n.numerator % 2:
                yield terms.mul(rest, terms.power(u, terms.number(n)))

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
