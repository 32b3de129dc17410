"""Quotients of polynomials without what stands both above and below the bar: (x^2 - 1)/(x - 1) is x + 1."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from autodiff.symbolic.measure import Measure
from autodiff.symbolic.normal import Leaf, Rational, Sum, content_of, magnitude, whole
from autodiff.symbolic.polynomials import Polynomial, common_divisor, divided
from autodiff.tape import Var

MANY = 60  # terms of a sum that is looked at as a polynomial
HIGHEST = 12  # power of it
DEEPEST = 3  # sums within a sum that are multiplied out
Atom = tuple[int, int]
"""What a polynomial is in: the power of a base whose exponent is this monomial; 1 where it is a number."""


Sparse = dict[frozenset[tuple[Atom, Rational]], Rational]
"""A sum of products of powers of atoms."""


class Read(NamedTuple):
    """A sum as a number times a monomial times a polynomial with whole coefficients."""

    front: int
    polynomial: Polynomial


class Quotients(Measure):
    """What cancels in a product."""

    def cancelled(self, place: int) -> int:
        """A product in which no sum above the bar has a divisor in common with one below."""
        for _ in range(HIGHEST):
            found = self._without_divisor(place)
            if found is None:
                break
            place = found
        return place

    def _without_divisor(self, place: int) -> int | None:
        terms, (c, factors) = self.terms, self.terms.factors(place)
        numbers = ((base, terms.rational(exponent)) for base, exponent in factors.items())
        powers: list[tuple[int, Rational]] = [(base, n) for base, n in numbers if n is not None and n.denominator == 1]
        below = [(base, n) for base, n in powers if n < 0 and base != terms.e]
        for a, n in powers if below else ():
            for b, m in below:
                if n > 0 and (isinstance(self.forms[a], Sum) or isinstance(self.forms[b], Sum)):
                    found = self._taken_apart(a, b)
                    if found is not None:
                        common, first, second = found
                        result = terms.product(c, {base: e for base, e in factors.items() if base not in (a, b)})
                        for base, exponent in ((first, n), (second, m), (common, n + m)):
                            result = terms.mul(result, terms.power(base, terms.number(exponent)))
                        return result
        return None

    def _taken_apart(self, a: int, b: int) -> tuple[int, int, int] | None:
        """A common divisor of two sums, and what is left of each."""
        key = (a, b)
        if key not in self.divisors:
            self.divisors[key] = self._divisor(a, b)
        return self.divisors[key]

    def _divisor(self, a: int, b: int) -> tuple[int, int, int] | None:
        read = [side for place in (a, b) if (side := self._expanded(place))]
        if len(read) < 2:
            return None
        first, second = ({atom for monomial in side for atom, _ in monomial} for side in read)
        atoms = [*(first & second), *(first ^ second)]
        if not first & second:
            return None
        scales = [1] * len(atoms)
        for k, atom in enumerate(atoms):
            scales[k] = lcm(*(n.denominator for side in read for monomial in side for one, n in monomial if one == atom))
        f, g = (self._dense(side, atoms, scales) for side in read)
        common = common_divisor(f.polynomial, g.polynomial)
        if common is None:
            return None
        left, right = (
            self.terms.mul(side.front, self._written(divided(side.polynomial, common) or {}, atoms, scales)) for side in (f, g)
        )
        return self._written(common, atoms, scales), left, right

    def _expanded(self, place: int, depth: int = 0) -> Sparse | None:
        """A form with its powers of sums multiplied out; None where that is too much."""
        total = Sparse()
        for monomial, c in self.terms.terms(place).items():
            part: Sparse | None = {frozenset(): c}
            for base, exponent in self.powers(monomial).items() if monomial != self.terms.one else ():
                part = part and _times(part, self._expanded_power(base, exponent, depth))
            if part is None or len(part) + len(total) > MANY:
                return None
            for key, d in part.items():
                total[key] = total.get(key, 0) + d
        return {key: c for key, c in total.items() if c}

    def _expanded_power(self, base: int, exponent: int, depth: int) -> Sparse | None:
        """x^(n - 1) is x^n times x^-1."""
        n = self.terms.rational(exponent)
        if n is not None and magnitude(n) > HIGHEST:
            return None
        if n is not None and n > 0 and n.denominator == 1 and isinstance(self.forms[base], Sum) and depth < DEEPEST:
            inner, result = self._expanded(base, depth + 1), Sparse({frozenset(): 1})
            for _ in range(int(n)):
                grown = _times(result, inner)
                if grown is None:
                    return None
                result = grown
            return result
        return {frozenset(((base, part), c) for part, c in self.terms.terms(exponent).items()): 1}

    def _dense(self, side: Sparse, atoms: Sequence[Atom], scales: Sequence[int]) -> Read:
        rows = [(dict(monomial), c) for monomial, c in side.items()]
        least = [min(0, *(row.get(atom, 0) for row, _ in rows)) for atom in atoms]
        number = content_of({k: c for k, (_, c) in enumerate(rows)})
        polynomial = {
            tuple([int((row.get(atom, 0) - low) * scale) for atom, low, scale in zip(atoms, least, scales)]): int(c / number)
            for row, c in rows
        }
        return Read(self.terms.mul(self.terms.number(whole(number)), self._monomial(atoms, least)), polynomial)

    def _monomial(self, atoms: Sequence[Atom], exponents: Sequence[Rational]) -> int:
        result, terms = self.terms.one, self.terms
        for (base, part), n in zip(atoms, exponents):
            if n:
                result = terms.mul(result, terms.power(base, terms.scaled(whole(n), part)))
        return result

    def _written(self, polynomial: Polynomial, atoms: Sequence[Atom], scales: Sequence[int]) -> int:
        known = len(self.forms)
        rows = ((c, [Fraction(n, scale) for n, scale in zip(exponents, scales)]) for exponents, c in polynomial.items())
        return self.ordered(self.total(self.terms.mul(self.terms.number(c), self._monomial(atoms, row)) for c, row in rows), known)

    def ordered(self, place: int, known: int) -> int:
        """A polynomial by falling powers and by name, unless it has been known before."""
        form = self.forms[place]
        if place >= known and isinstance(form, Sum) and self.is_polynomial(form.terms):
            for i in sorted(form.terms, key=self._degrees):
                form.terms[i] = form.terms.pop(i)
        return place

    def _degrees(self, place: int) -> tuple[Rational, list[tuple[str, Rational]]]:
        found = []
        for base, exponent in self.powers(place).items():
            form = self.forms[base]
            if isinstance(form, Leaf) and isinstance(form.node, Var):
                found.append((form.node.name.casefold(), -(self.terms.rational(exponent) or 0)))
        return sum(n for _, n in found), sorted(found)


def _times(f: Sparse, g: Sparse | None) -> Sparse | None:
    if g is None or len(f) * len(g) > MANY:
        return None
    result = Sparse()
    for a, c in f.items():
        for b, d in g.items():
            exponents = dict(a)
            for atom, n in b:
                exponents[atom] = exponents.get(atom, 0) + n
            key = frozenset((atom, n) for atom, n in exponents.items() if n)
            result[key] = result.get(key, 0) + c * d
    return result
