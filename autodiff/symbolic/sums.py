"""Sums made shorter: over one bar, multiplied out, with a common factor in front, by sin^2 + cos^2 = 1."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.symbolic.normal import Addends, Call, Factors, Rational, Sum, common_denominator, content_of
from autodiff.symbolic.quotients import Quotients

MOST = 16  # terms of a sum that is multiplied out
HIGHEST = 2  # power of a sum that is multiplied out
_SQUARES = {"sin": ("cos", 1, 1), "cos": ("sin", 1, 1), "cosh": ("sinh", -1, 1), "sinh": ("cosh", -1, -1)}
"""f^2 + sign*g^2 = one: the name of g, its sign, and the sum."""


class Sums(Quotients):
    """What else a sum may be written as."""

    def of_sum(self, place: int, addends: Addends) -> Iterator[int]:
        """All of it."""
        if len(addends) > MOST:
            return
        yield from self._identities(addends)
        yield self._multiplied_out(place)
        if not self.is_polynomial(addends):
            yield from self._over_one_bar(addends)
            yield from self._factored(addends)

    def _identities(self, addends: Addends) -> Iterator[int]:
        """sin^2 + cos^2 = 1 and cosh^2 - sinh^2 = 1, any two of the three with the same factor."""
        terms = self.terms
        for place, c in addends.items():
            factors = self.powers(place)
            for base, exponent in factors.items():
                form, n = self.forms[base], terms.rational(exponent)
                if not (isinstance(form, Call) and form.op in _SQUARES and n is not None and n >= 2):
                    continue
                partner, sign, one = _SQUARES[form.op]
                common = terms.mul(terms.product(1, factors), terms.power(base, terms.number(-2)))
                square = terms.mul(common, terms.power(terms.call(partner, *form.args), terms.number(2)))
                left = {i: d for i, d in addends.items() if i != place}
                for other, d, result, e in ((square, c * sign, common, c * one), (common, -c * one, square, -c * sign)):
                    if left.get(other) == d:
                        rest = terms.sum({i: d for i, d in left.items() if i != other})
                        yield terms.add(rest, terms.mul(terms.number(e), result))
                yield from self._of_twice(form, common, c, partner, left)
            yield from self._tangents(place, c, addends)

    def _of_twice(self, form: Call, common: int, c: Rational, partner: str, left: Addends) -> Iterator[int]:
        """cos(x/2)^2 - sin(x/2)^2 is cos(x), where twice the angle is shorter."""
        terms, twice = self.terms, self.twice(form.args[0])
        square = terms.mul(common, terms.power(terms.call(partner, *form.args), terms.number(2)))
        sign, result = (-1, "cos") if form.op in ("sin", "cos") else (1, "cosh")
        if left.get(square) == sign * c and self.cost(twice) < self.cost(form.args[0]):
            rest = terms.sum({i: d for i, d in left.items() if i != square})
            front = terms.number(-c if form.op == "sin" else c)
            yield terms.add(rest, terms.mul(front, terms.mul(common, terms.functions[result](twice))))

    def twice(self, place: int) -> int:
        """2·u, multiplied out."""
        return self.expanded(self.terms.mul(self.terms.number(2), place))[1]

    def _tangents(self, place: int, c: Rational, addends: Addends) -> Iterator[int]:
        """1 + tan^2 = 1/cos^2 and 1 - tanh^2 = 1/cosh^2."""
        terms = self.terms
        for base, exponent in self.powers(place).items():
            form, n = self.forms[base], terms.rational(exponent)
            if isinstance(form, Call) and form.op in ("tan", "tanh") and n is not None and n >= 2:
                sign, below = (1, "cos") if form.op == "tan" else (-1, "cosh")
                common = terms.mul(terms.product(1, self.powers(place)), terms.power(base, terms.number(-2)))
                if addends.get(common) == sign * c:
                    rest = terms.sum({i: d for i, d in addends.items() if i not in (place, common)})
                    square = terms.power(terms.call(below, *form.args), terms.number(-2))
                    yield terms.add(rest, terms.mul(terms.number(sign * c), terms.mul(common, square)))

    def _multiplied_out(self, place: int) -> int:
        """A sum whose products of sums are multiplied out."""
        count, total = self.expanded(place)
        return total if len(self.terms.terms(total)) < count else place

    def expanded(self, place: int) -> tuple[int, int]:
        """How many terms a sum has when it is multiplied out, and what comes of it."""
        pieces, known = list(self._pieces(place)), len(self.forms)
        return len(pieces), self.ordered(self.total(iter(pieces)), known) if len(pieces) <= MOST else place

    def _pieces(self, place: int) -> Iterator[int]:
        """The terms of a form, its products of small sums multiplied out."""
        for monomial, c in self.terms.terms(place).items():
            parts = [self.terms.number(c)]
            for base, exponent in self.powers(monomial).items():
                form, n = self.forms[base], self.terms.rational(exponent)
                stable = self._is_stable(base, monomial)
                if isinstance(form, Sum) and n is not None and 1 <= n <= HIGHEST and n.denominator == 1 and not stable:
                    for _ in range(int(n)):
                        addends = [self.terms.scaled(d, i) for i, d in form.terms.items()]
                        parts = [self.terms.mul(x, y) for x in parts for y in addends]
                        if len(parts) > MOST:
                            yield from parts
                            return
                else:
                    parts = [self.terms.mul(x, self.terms.power(base, exponent)) for x in parts]
            yield from parts

    def _is_stable(self, place: int, monomial: int) -> bool:
        """Whether a factor is sigmoid(-u) beside sigmoid(u): 1 - sigmoid(u), multiplied out, would lose digits."""
        form = self.forms[place]
        beside = self.powers(monomial)
        return isinstance(form, Sum) and any(i in beside and self._is_sigmoid(i) for i in form.terms)

    def _is_sigmoid(self, place: int) -> bool:
        form = self.forms[place]
        return isinstance(form, Call) and form.op == "sigmoid"

    def _over_one_bar(self, addends: Addends) -> Iterator[int]:
        """The terms with a common base below the bar over one denominator."""
        counts: dict[int, list[int]] = {}
        for place in addends:
            for base in self.below(place):
                counts.setdefault(base, []).append(place)
        groups = {tuple(group) for group in counts.values() if len(group) > 1}
        for group in sorted(groups):
            whole = self.fraction({i: addends[i] for i in group})
            rest = self.terms.sum({i: c for i, c in addends.items() if i not in group})
            yield self.terms.add(rest, whole)
        if counts and (*addends,) not in groups:
            yield self.fraction(addends)

    def fraction(self, addends: Addends) -> int:
        """The terms over one denominator."""
        terms, bar, highest = self.terms, self.terms.one, dict[int, Rational]()
        for place in addends:
            for base, exponent in self.below(place).items():
                highest[base] = max(highest.get(base, 0), terms.rational(exponent) or 0)
        for base, n in highest.items():
            power = terms.power(base, terms.number(n))
            if isinstance(self.forms[base], Sum):
                power = self._above(self.cancelled(terms.div(power, bar)))
            bar = terms.mul(bar, power)
        bar, known = terms.mul(bar, terms.number(common_denominator(addends))), len(self.forms)
        over = (self.cancelled(terms.mul(terms.scaled(c, i), bar)) for i, c in addends.items())
        numerator = self.ordered(self.total(over), known)
        fractions = [terms.div(place, bar) for place in self._numerators(numerator)]
        return min((*fractions, *map(self.cancelled, fractions)), key=self.cost)

    def _above(self, place: int) -> int:
        """What stands above the bar, without a number."""
        factors = {base: e for base, e in self.powers(place).items() if (self.terms.rational(e) or 0) > 0}
        return self.terms.product(1, factors) if factors else self.terms.one

    def _numerators(self, place: int) -> Iterator[int]:
        """What may stand above the bar."""
        for found in dict.fromkeys([place, self.expanded(place)[1]]):
            form = self.forms[found]
            if isinstance(form, Sum):
                yield from self._identities(form.terms)
                yield from self._factored(form.terms)
            yield found

    def below(self, place: int) -> Factors:
        """The powers below the bar, their exponents made positive."""
        found: Factors = {}
        for base, exponent in self.powers(place).items():
            n = self.terms.rational(exponent)
            if n is not None and n < 0 and base != self.terms.e:
                found[base] = self.terms.number(-n)
        return found

    def _factored(self, addends: Addends) -> Iterator[int]:
        """The common factor in front; the powers x^(n - 1) and x^n have x^n in common."""
        for split in (False, True):
            common = self.shared(addends, split)
            if not common:
                continue
            factor = self.terms.number(content_of(addends))
            for base, n in common.items():
                factor = self.terms.mul(factor, self.terms.power(base, self.terms.number(n)))
            inverse, known = self.terms.power(factor, self.terms.minus_one), len(self.forms)
            rest = self.total(self.terms.mul(self.terms.scaled(c, i), inverse) for i, c in addends.items())
            yield self.terms.mul(factor, self.ordered(rest, known))
