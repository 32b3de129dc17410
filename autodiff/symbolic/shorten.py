"""Formulas made shorter: whatever text is the shortest.

Every rewrite is local, and is kept only if the text gets shorter, or as short and easier to read; so it ends.
What is long is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autodiff.symbolic.measure import LONG
from autodiff.symbolic.normal import Call, Product, Sum, nested
from autodiff.symbolic.products import Products
from autodiff.symbolic.suspects import Values
from autodiff.symbolic.terms import Terms
from autodiff.symbolic.zero import vanishes

FEW = 4  # choices beside each other whose conditions are tried


def shortened(terms: Terms, places: Sequence[int]) -> list[int]:
    """The same values, each form that they need rebuilt from shortened parts."""
    return Shortener(terms).rebuilt(places)


class Shortener(Products):
    """Rebuilds forms, and tries what is shorter."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self.done: dict[int, int] = {}
        self.values, self.tried = Values(self.forms), set[int]()

    def rebuilt(self, places: Sequence[int]) -> list[int]:
        """The shortened forms."""
        needed = {place for place in places if place not in self.done}
        for i in range(max(needed, default=0), -1, -1):
            if i in needed:
                needed.update(j for j in nested(self.forms, i) if j not in self.done)
        for i in sorted(needed):
            if i not in self.done:
                self.done[i] = self._best(self._rebuilt(i, self.done))
        return [self._known(self.done[i]) for i in places]

    def _rebuilt(self, place: int, new: dict[int, int]) -> int:
        parts = nested(self.forms, place)
        return place if all(new[i] == i for i in parts) else self.terms.rebuilt(place, new)

    def _best(self, place: int) -> int:
        """The shortest of what a form can be written as; what was familiar stays as it is."""
        while place >= self.terms.familiar and self.measured(place).length <= LONG:
            better = min(self._others(place), key=self.cost, default=place)
            if self.cost(better) >= self.cost(place):
                return place
            self.rebuilt(nested(self.forms, better))
            place = self._rebuilt(better, self.done)
        return place

    def _others(self, place: int) -> Iterator[int]:
        form = self.forms[place]
        if isinstance(form, Sum):
            yield from self._constant(place)
            yield from self._merged(place, form.terms)
            yield from self.of_sum(place, form.terms)
        elif isinstance(form, Product):
            yield from self._merged(place, form.factors)
            yield from self.of_product(place, form)

    def _known(self, place: int) -> int:
        """A number, if what was written by the user is one everywhere."""
        form = self.forms[place]
        seen = isinstance(form, Sum) and place < self.terms.familiar and self.measured(place).length <= LONG
        return next(self._constant(place), place) if seen else place

    def _constant(self, place: int) -> Iterator[int]:
        """The number that a sum is everywhere, though one does not see it."""
        if place not in self.tried:
            self.tried.add(place)
            number = self.values.number(place)
            if number is not None and vanishes(self.terms, self.terms.sub(place, self.terms.number(number))):
                yield self.terms.number(number)

    def _merged(self, place: int, parts: Iterable[int]) -> Iterator[int]:
        """Choices beside each other as one choice, where one condition decides the other; and what else is added as part of it."""
        conditions = [p for i in parts for base in self.powers(i) if (p := self._condition(base)) is not None]
        for p in dict.fromkeys(conditions[:FEW]):
            yield self.terms.if_(p, self.terms.given(place, (p, True)), self.terms.given(place, (p, False)))

    def _condition(self, place: int) -> int | None:
        form = self.forms[place]
        return form.args[0] if isinstance(form, Call) and form.op == "if" else None
