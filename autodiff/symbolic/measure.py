"""How long a form would be as a text, and what its terms have in common: what decides which of two is better."""

from __future__ import annotations

from collections.abc import Iterable

from autodiff.symbolic.building import ENDLESS, Assembler, Extent, Ruler
from autodiff.symbolic.normal import Addends, Factors, Leaf, Number, Product, Rational, Sum, content_of, nested
from autodiff.symbolic.terms import Terms
from autodiff.writing.styles import ATOM

LONG = 400  # characters beyond which nobody reads, and nothing is shortened


class Measure:
    """Measures forms."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self.forms = terms, terms.forms
        self.ruler: Assembler[Extent] = Assembler(terms, Ruler())
        self.divisors: dict[tuple[int, int], tuple[int, int, int] | None] = {}  # of two sums, as far as they are known

    def measured(self, place: int) -> Extent:
        """How long the text of a form would be."""
        known = self.ruler.built
        if place not in known and any(i in known and known[i].length > LONG for i in nested(self.forms, place)):
            known[place] = Extent(ENDLESS, ATOM)  # for what is long need not be measured
        return self.ruler.place(place)

    def cost(self, place: int) -> tuple[int, int, bool]:
        """Of two that are as long, the one with fewer bars is better, then the one that is not awkward."""
        extent, form = self.measured(place), self.forms[place]
        if isinstance(form, Sum):
            awkward = any(self._repeats(base, form.terms) for base in self.shared(form.terms, False))
        else:
            awkward = isinstance(form, Product) and any(map(self.is_awkward, form.factors.items()))
        return extent.weight, extent.bars, awkward

    def _repeats(self, base: int, addends: Addends) -> bool:
        """Whether terms repeat a function, or the same power of a variable, for nothing."""
        powers = {self.powers(i).get(base) for i in addends}
        return self.terms.is_transcendental(base) or (len(powers) == 1 and not self.is_polynomial(addends))

    def is_awkward(self, power: tuple[int, int]) -> bool:
        """Whether a factor is a sum with a sign or a number that should stand in front."""
        form = self.forms[power[0]]
        if not isinstance(form, Sum) or power[1] != self.terms.one:
            return False
        return content_of(form.terms) != 1 or all(c < 0 for c in form.terms.values())

    def powers(self, place: int) -> Factors:
        """The powers of a monomial."""
        return self.terms.factors(place)[1]

    def total(self, places: Iterable[int]) -> int:
        """A sum of forms."""
        result = self.terms.zero
        for place in places:
            result = self.terms.add(result, place)
        return result

    def is_polynomial(self, addends: Addends) -> bool:
        """Whether a sum has only powers of variables."""
        return not any(self.terms.is_transcendental(i) or self._has_sum(i) for i in addends)

    def _has_sum(self, place: int) -> bool:
        return any(not isinstance(self.forms[base], Leaf | Number) for base in self.powers(place))

    def shared(self, addends: Addends, split: bool) -> dict[int, Rational]:
        """The powers that all terms of a sum have as factors."""
        found: dict[int, Rational] | None = None
        for place in addends:
            here = self._numeric(place, split)
            found = here if found is None else {b: min(n, here[b]) for b, n in found.items() if b in here}
        return {b: n for b, n in (found or {}).items() if n > 0}

    def _numeric(self, place: int, split: bool) -> dict[int, Rational]:
        """The powers of a monomial, those whose exponent is no number as bases of their own."""
        found: dict[int, Rational] = {}
        for base, exponent in self.powers(place).items():
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
