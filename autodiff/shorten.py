"""Sums made shorter: over one denominator, multiplied out, or with a common factor in front, whichever text is the shortest.

Every rewrite is local, and is kept only if the text gets shorter; so it ends. What is long is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import gcd

from autodiff.layout import ENDLESS, Extent, Layout, Ruler
from autodiff.normal import Call, Factors, Leaf, Number, Product, Rational, Sum, nested, power_of, whole
from autodiff.normal import Terms as Addends
from autodiff.styles import ATOM
from autodiff.tape import Var
from autodiff.terms import Terms

LONG = 400  # characters beyond which nobody reads, and nothing is shortened
MOST = 16  # terms of a sum that is multiplied out
HIGHEST = 2  # power of a sum that is multiplied out


def shortened(terms: Terms, places: Sequence[int]) -> list[int]:
    """The same values, each form that they need rebuilt from shortened parts."""
    return Shortener(terms).rebuilt(places)


class Shortener:
    """Rebuilds forms, and tries what is shorter."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self.forms = terms, terms.forms
        self.ruler: Layout[Extent] = Layout(terms, Ruler())
        self.done: dict[int, int] = {}

    def measured(self, place: int) -> Extent:
        """How long the text of a form would be."""
        known = self.ruler.placed
        if place not in known and any(i in known and known[i].length > LONG for i in nested(self.forms, place)):
            known[place] = Extent(ENDLESS, ATOM)  # for what is long need not be measured
        return self.ruler.place(place)

    def rebuilt(self, places: Sequence[int]) -> list[int]:
        """The shortened forms."""
        needed = {place for place in places if place not in self.done}
        for i in range(max(needed, default=0), -1, -1):
            if i in needed:
                needed.update(j for j in nested(self.forms, i) if j not in self.done)
        for i in sorted(needed):
            if i not in self.done:
                self.done[i] = self._best(self._rebuilt(i, self.done))
        return [self.done[i] for i in places]

    def _rebuilt(self, place: int, new: dict[int, int]) -> int:
        form, terms = self.forms[place], self.terms
        parts = nested(self.forms, place)
        if all(new[i] == i for i in parts):
            return place
        if isinstance(form, Call):
            result: int = terms.functions[form.op](*[new[i] for i in form.args])
            return result
        if isinstance(form, Sum):
            return self._total(self._times(terms.number(c), new[i]) for i, c in form.terms.items())
        assert isinstance(form, Product)
        result = terms.number(form.coefficient)
        for base, exponent in form.factors.items():
            result = terms.mul(result, terms.power(new[base], new[exponent]))
        return result

    def _total(self, places: Iterator[int]) -> int:
        result = self.terms.zero
        for place in places:
            result = self.terms.add(result, place)
        return result

    def _times(self, x: int, y: int) -> int:
        return self.terms.mul(x, y)

    def _best(self, place: int) -> int:
        """The shortest of what a form can be written as; what was familiar stays as it is."""
        while place >= self.terms.familiar and self.measured(place).length <= LONG:
            better = min(self._others(place), key=self._cost, default=place)
            if self._cost(better) >= self._cost(place):
                return place
            self.rebuilt(nested(self.forms, better))
            place = self._rebuilt(better, self.done)
        return place

    def _cost(self, place: int) -> tuple[int, int, bool]:
        """Of two that are as long, the one with fewer bars is better, then the one that is not awkward."""
        extent, form = self.measured(place), self.forms[place]
        if isinstance(form, Sum):
            awkward = any(map(self.terms.is_transcendental, self._shared(form.terms, False)))
        else:
            awkward = isinstance(form, Product) and any(map(self._is_awkward, form.factors.items()))
        return extent.weight, extent.bars, awkward

    def _is_awkward(self, power: tuple[int, int]) -> bool:
        """Whether a factor is a sum with a sign or a number that should stand in front."""
        form = self.forms[power[0]]
        if not isinstance(form, Sum) or power[1] != self.terms.one:
            return False
        return _content(form.terms) != 1 or all(c < 0 for c in form.terms.values())

    def _others(self, place: int) -> Iterator[int]:
        form = self.forms[place]
        if isinstance(form, Sum) and len(form.terms) <= MOST:
            yield from self._identities(form.terms)
            yield self._multiplied_out(place)
            if not self._is_polynomial(form.terms):
                yield from self._over_one_bar(form.terms)
                yield from self._factored(form.terms)
        elif isinstance(form, Product):
            yield from self._turned(form)
            yield from self._reduced(form)
            yield from self._joined(form)
            yield from self._unsigned(form)
            yield from self._quotients(form)
            yield from self._differences(form)

    # Sums

    def _is_polynomial(self, addends: Addends) -> bool:
        """Whether a sum has only powers of variables."""
        return not any(self.terms.is_transcendental(i) or self._has_sum(i) for i in addends)

    def _has_sum(self, place: int) -> bool:
        _, factors = self.terms.factors(place)
        return any(not isinstance(self.forms[base], Leaf | Number) for base in factors)

    def _identities(self, addends: Addends) -> Iterator[int]:
        """sin^2 + cos^2 = 1 and cosh^2 - sinh^2 = 1, any two of the three with the same factor."""
        terms = self.terms
        for place, c in addends.items():
            factors = terms.factors(place)[1] if place != terms.one else {}
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

    def _multiplied_out(self, place: int) -> int:
        """A sum whose products of sums are multiplied out."""
        count, total = self._expanded(place)
        return total if len(self.terms.terms(total)) < count else place

    def _expanded(self, place: int) -> tuple[int, int]:
        """How many terms a sum has when it is multiplied out, and what comes of it."""
        pieces, known = list(self._pieces(place)), len(self.forms)
        return len(pieces), self._ordered(self._total(iter(pieces)), known) if len(pieces) <= MOST else place

    def _ordered(self, place: int, known: int) -> int:
        """A polynomial by falling powers and by name, unless it has been known before."""
        form = self.forms[place]
        if place >= known and isinstance(form, Sum) and self._is_polynomial(form.terms):
            for i in sorted(form.terms, key=self._degrees):
                form.terms[i] = form.terms.pop(i)
        return place

    def _degrees(self, place: int) -> tuple[Rational, list[tuple[str, Rational]]]:
        found = []
        for base, exponent in self.terms.factors(place)[1].items() if place != self.terms.one else ():
            form = self.forms[base]
            if isinstance(form, Leaf) and isinstance(form.node, Var):
                found.append((form.node.name.casefold(), -(self.terms.rational(exponent) or 0)))
        return sum(n for _, n in found), sorted(found)

    def _pieces(self, place: int) -> Iterator[int]:
        """The terms of a form, its products of small sums multiplied out."""
        for monomial, c in self.terms.terms(place).items():
            parts = [self.terms.number(c)]
            for base, exponent in self.terms.factors(monomial)[1].items() if monomial != self.terms.one else ():
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
        beside = self.terms.factors(monomial)[1]
        return isinstance(form, Sum) and any(i in beside and self._is_sigmoid(i) for i in form.terms)

    def _is_sigmoid(self, place: int) -> bool:
        form = self.forms[place]
        return isinstance(form, Call) and form.op == "sigmoid"

    def _over_one_bar(self, addends: Addends) -> Iterator[int]:
        """The terms with a common base below the bar over one denominator."""
        counts: dict[int, list[int]] = {}
        for place in addends:
            for base in self._below(place):
                counts.setdefault(base, []).append(place)
        groups = {tuple(group) for group in counts.values() if len(group) > 1}
        for group in sorted(groups):
            whole = self._fraction({i: addends[i] for i in group})
            rest = self.terms.sum({i: c for i, c in addends.items() if i not in group})
            yield self.terms.add(rest, whole)
        if counts and (*addends,) not in groups:
            yield self._fraction(addends)

    def _below(self, place: int) -> Factors:
        """The powers below the bar, their exponents made positive."""
        found: Factors = {}
        for base, exponent in self.terms.factors(place)[1].items() if place != self.terms.one else ():
            n = self.terms.rational(exponent)
            if n is not None and n < 0 and base != self.terms.e:
                found[base] = self.terms.number(-n)
        return found

    def _fraction(self, addends: Addends) -> int:
        terms, highest = self.terms, dict[int, Rational]()
        for place in addends:
            for base, exponent in self._below(place).items():
                highest[base] = max(highest.get(base, 0), terms.rational(exponent) or 0)
        bar = terms.number(_common([c.denominator for c in addends.values()]))
        for base, n in highest.items():
            bar = terms.mul(bar, terms.power(base, terms.number(n)))
        known = len(self.forms)
        numerator = self._ordered(self._total(terms.mul(terms.scaled(c, i), bar) for i, c in addends.items()), known)
        return min((terms.div(place, bar) for place in self._numerators(numerator)), key=self._cost)

    def _numerators(self, place: int) -> Iterator[int]:
        """What may stand above the bar."""
        for found in dict.fromkeys([place, self._expanded(place)[1]]):
            form = self.forms[found]
            if isinstance(form, Sum):
                yield from self._identities(form.terms)
                yield from self._factored(form.terms)
            yield found

    def _factored(self, addends: Addends) -> Iterator[int]:
        """The common factor in front; the powers x^(n - 1) and x^n have x^n in common."""
        for split in (False, True):
            common = self._shared(addends, split)
            if not common:
                continue
            factor = self.terms.number(_content(addends))
            for base, n in common.items():
                factor = self.terms.mul(factor, self.terms.power(base, self.terms.number(n)))
            inverse, known = self.terms.power(factor, self.terms.minus_one), len(self.forms)
            rest = self._total(self.terms.mul(self.terms.scaled(c, i), inverse) for i, c in addends.items())
            yield self.terms.mul(factor, self._ordered(rest, known))

    def _shared(self, addends: Addends, split: bool) -> dict[int, Rational]:
        """The powers that all terms of a sum have as factors."""
        found: dict[int, Rational] | None = None
        for place in addends:
            here = self._numeric(place, split)
            found = here if found is None else {b: min(n, here[b]) for b, n in found.items() if b in here}
        return {b: n for b, n in (found or {}).items() if n > 0}

    def _numeric(self, place: int, split: bool) -> dict[int, Rational]:
        """The powers of a monomial, those whose exponent is no number as bases of their own."""
        found: dict[int, Rational] = {}
        for base, exponent in self.terms.factors(place)[1].items() if place != self.terms.one else ():
            n = self.terms.rational(exponent)
            if n is None or base == self.terms.e:
                base, n = self.terms.power(base, self._without_number(exponent) if split else exponent), 1
            found[base] = n
        return found

    def _without_number(self, exponent: int) -> int:
        form = self.forms[exponent]
        if isinstance(form, Sum) and self.terms.one in form.terms:
            return self.terms.sum({i: c for i, c in form.terms.items() if i != self.terms.one})
        return exponent

    # Products

    def _turned(self, form: Product) -> Iterator[int]:
        """A sign carried into a difference."""
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], self.terms.rational(exponent)
            if isinstance(inner, Sum) and n == 1 and (form.coefficient < 0 or self._is_awkward((base, exponent))):
                turned = self.terms.power(self.terms.neg(base), exponent)
                rest = {b: e for b, e in form.factors.items() if b != base}
                yield self.terms.mul(turned, self.terms.product(-form.coefficient, rest))

    def _reduced(self, form: Product) -> Iterator[int]:
        """A number that the terms of a sum have in common, taken out where it goes into the coefficient."""
        for base, exponent in form.factors.items():
            inner, n = self.forms[base], self.terms.rational(exponent)
            if isinstance(inner, Sum) and n is not None:
                content = _content(inner.terms)
                outside = power_of(content, n)
                if content != 1 and outside is not None:
                    small = self.terms.sum({i: whole(Fraction(c) / content) for i, c in inner.terms.items()})
                    rest = {b: e for b, e in form.factors.items() if b != base}
                    front = self.terms.product(whole(form.coefficient * outside), rest)
                    yield self.terms.mul(front, self.terms.power(small, exponent))

    def _joined(self, form: Product) -> Iterator[int]:
        """A sum with fractions put over one denominator."""
        for base, exponent in form.factors.items():
            inner = self.forms[base]
            if (
                isinstance(inner, Sum)
                and len(inner.terms) <= MOST
                and any(map(self._below, inner.terms))
                and not (self._is_polynomial(inner.terms) and exponent == self.terms.one)
            ):
                rest = self.terms.product(form.coefficient, {b: e for b, e in form.factors.items() if b != base})
                yield self.terms.mul(rest, self.terms.power(self._fraction(inner.terms), exponent))

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
                _, product = self._expanded(self.terms.product(1, {a: self.terms.one, b: self.terms.one}))
                if self._has_two_terms(product):
                    rest = self.terms.product(form.coefficient, {i: e for i, e in form.factors.items() if i not in (a, b)})
                    yield self.terms.mul(rest, self.terms.power(product, exponent))

    def _has_two_terms(self, place: int) -> bool:
        form = self.forms[place]
        return isinstance(form, Sum) and len(form.terms) == 2

    def _unsigned(self, form: Product) -> Iterator[int]:
        """sign(u)·u is abs(u), and sign(u)/abs(u) is 1/u."""
        terms = self.terms
        for base, exponent in form.factors.items():
            inner = self.forms[base]
            if not (isinstance(inner, Call) and inner.op == "sign" and exponent == terms.one):
                continue
            u, size = inner.args[0], terms.call("abs", *inner.args)
            rest = terms.product(form.coefficient, {b: e for b, e in form.factors.items() if b not in (base, size)})
            n = terms.rational(form.factors.get(size, terms.zero))
            if u in form.factors and n == 0:
                yield terms.mul(terms.mul(rest, size), terms.power(u, terms.minus_one))
            elif n is not None and n.denominator == 1 and n.numerator % 2:
                yield terms.mul(rest, terms.power(u, terms.number(n)))


_SQUARES = {"sin": ("cos", 1, 1), "cos": ("sin", 1, 1), "cosh": ("sinh", -1, 1), "sinh": ("cosh", -1, -1)}
"""f^2 + sign*g^2 = one: the name of g, its sign, and the sum."""
_QUOTIENTS = {"tan": ("sin", "cos"), "tanh": ("sinh", "cosh")}


def _content(addends: Addends) -> Fraction:
    """The number that all terms of a sum have in common."""
    return Fraction(gcd(*[c.numerator for c in addends.values()]), _common([c.denominator for c in addends.values()]))


def _common(denominators: Sequence[int]) -> int:
    result = 1
    for d in denominators:
        result = result * d // gcd(result, d)
    return result
