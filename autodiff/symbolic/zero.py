"""Whether a form is 0 at every point, proved: in exponentials, sines, cosines and roots it is a polynomial without terms."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from functools import reduce
from math import gcd

from autodiff.passes.evaluate import evaluate
from autodiff.passes.rules import formula
from autodiff.primitives import TABLE
from autodiff.symbolic.functions import OPENED
from autodiff.symbolic.normal import Call, Form, Rational, Sum, content_of, magnitude, nested, power_of, whole
from autodiff.symbolic.sums import Sums
from autodiff.symbolic.terms import Terms

MOST = 150  # forms of what is looked at
MANY = 300  # terms of the polynomial
HIGHEST = 8  # multiple of an angle that is expanded
BASIC = {row.name: row.value for row in TABLE.values() if row.value and "if(" not in row.value and not row.variadic} | {
    "tan": "sin(x)/cos(x)", "sinh": "(exp(x) - exp(-x))/2", "cosh": "(exp(x) + exp(-x))/2", "sign": "x/abs(x)",
    "tanh": "(exp(x) - exp(-x))/(exp(x) + exp(-x))", "softplus": "log(1 + exp(x))",
    "expm1": "exp(x) - 1", "log1p": "log(1 + x)", "erfc": "1 - erf(x)",
    "relu": "(x + abs(x))/2", "sinc": "sin(x)/x", "log_base": "log(x)/log(b)",
}  # fmt: skip
"""Functions in terms of others, wherever they have a derivative: by the table, else (it has none, or a choice) by these."""

Monomial = frozenset[tuple[int, int, Rational]]
"""Powers: a base, what its exponent is a multiple of, and the number before that."""
Polynomial = dict[Monomial, Rational]


class Basic(Terms):
    """The normal form with few functions."""

    def function(self, op: str) -> Callable[..., int]:
        if op in ("sin", "cos"):
            return lambda x: self.called(op, (self.spread(x),))
        if op in BASIC:
            tape = formula(op, BASIC[op])
            return lambda *args: evaluate(tape, dict(zip(TABLE[op].names, args)), self)[tape.output]
        return super().function(op)

    def log(self, x: int) -> int:
        """log(abs(x)) for log(x), and a sum for a product."""
        c, factors = self.factors(x)
        result = self.call("log", self.number(magnitude(c))) if magnitude(c) != 1 and c else self.zero
        for base, exponent in factors.items():
            size = self.one if base == self.e else self.call("log", base if self.is_positive(base) else self.abs(base))
            result = self.add(result, self.mul(exponent, size))
        return result

    def abs(self, x: int) -> int:
        """abs(y - x) is abs(x - y), and abs(x*y) is abs(x)*abs(y)."""
        c, factors = self.factors(x)
        if len(factors) > 1:
            sizes = (self.power(self.abs(base), exponent) for base, exponent in factors.items())
            return reduce(self.mul, sizes, self.number(magnitude(c)))
        form = self.forms[x]
        if isinstance(form, Sum) and form.terms[min(form.terms)] < 0:
            x = self.neg(x)
        return super().abs(x)

    def power(self, base: int, exponent: int) -> int:
        """exp(2*(x + 1)) is exp(2*x + 2), and sqrt(x^2/9 + 1) is sqrt(x^2 + 9)/3."""
        form, n = self.forms[base], self.rational(exponent)
        if base == self.e and n is None:
            exponent = self.spread(exponent)
        if isinstance(form, Sum) and n is not None and n.denominator != 1:
            content = content_of(form.terms)
            outside = power_of(content, n)
            if content != 1 and outside is not None:
                small = self.sum({i: whole(Fraction(c) / content) for i, c in form.terms.items()})
                return self.mul(self.number(outside), super().power(small, exponent))
        return super().power(base, exponent)

    def spread(self, place: int) -> int:
        """2*(x + 1) is 2*x + 2."""
        result = self.zero
        for i, c in self.terms(place).items():
            form = self.forms[i]
            parts = form.terms.items() if isinstance(form, Sum) else [(i, 1)]
            for j, d in parts:
                result = self.add(result, self.scaled(c * d, j))
        return result

    def max(self, *args: int) -> int:
        return reduce(lambda x, y: self._extreme_of_two(x, y, 1), args)

    def min(self, *args: int) -> int:
        return reduce(lambda x, y: self._extreme_of_two(x, y, -1), args)

    def _extreme_of_two(self, x: int, y: int, sign: int) -> int:
        size = self.mul(self.number(sign), self.abs(self.sub(x, y)))
        return self.mul(self.number(Fraction(1, 2)), self.add(self.add(x, y), size))


def vanishes(terms: Terms, place: int) -> bool:
    """Whether a form is certain to be 0 wherever it has a value; False where that is not found with little work."""
    needed = _needed(terms.forms, place)
    basic, new = Basic(), dict[int, int]()
    for i in needed:
        new[i] = basic.made(terms.forms[i], new)
    return bool(needed) and _Zero(basic).holds(new[place])


def _needed(forms: Mapping[int, Form] | list[Form], place: int) -> list[int]:
    """All that a form is made of, and itself, in order; nothing where that is too much to look at."""
    needed, stack = {place}, [place]
    while stack:
        for i in nested(forms, stack.pop()):
            if i not in needed:
                needed.add(i)
                stack.append(i)
        if len(needed) > MOST:
            return []
    return sorted(needed)


class _Zero(Sums):
    """Looks whether a form of few functions is 0."""

    def holds(self, place: int) -> bool:
        needed = _needed(self.forms, place)
        if not needed:
            return False
        new, angles = dict[int, int](), self._angles(needed)
        for i in needed:
            form = self.forms[i]
            if isinstance(form, Call) and form.op in ("sin", "cos"):
                new[i] = self._expanded_angle(form, new, angles)
            else:
                new[i] = self._joined(self.terms.made(form, new))
        found = self._polynomial(self._above(new[place]), 0)
        return new[place] == self.terms.zero or (found is not None and not found)

    def _joined(self, place: int) -> int:
        form = self.forms[place]
        return self.fraction(form.terms) if isinstance(form, Sum) and any(map(self.below, form.terms)) else place

    # Angles

    def _angles(self, needed: Collection[int]) -> Mapping[int, Rational]:
        """The greatest angle in which all others are whole numbers: for each monomial, or for the one sum that they all are."""
        angles: dict[int, Rational] = {}
        for i in needed:
            form = self.forms[i]
            if isinstance(form, Call) and form.op in ("sin", "cos"):
                for monomial, c in self.terms.terms(form.args[0]).items():
                    known = Fraction(angles.get(monomial, 0))
                    angles[monomial] = Fraction(
                        gcd(known.numerator * c.denominator, c.numerator * known.denominator), known.denominator * c.denominator
                    )
        return angles

    def _expanded_angle(self, form: Call, new: Mapping[int, int], angles: Mapping[int, Rational]) -> int:
        """sin(2*x + y) in the sines and cosines of x and y."""
        terms, sine, cosine = self.terms, self.terms.zero, self.terms.one
        for monomial, c in terms.terms(form.args[0]).items():
            times = Fraction(c) / angles[monomial]
            if abs(times) > HIGHEST or times.denominator != 1:
                return terms.call(form.op, *[new[i] for i in form.args])
            unit = terms.mul(terms.number(whole(Fraction(angles[monomial]))), new.get(monomial, monomial))
            one, other = terms.call("sin", unit), terms.call("cos", unit)
            if times < 0:
                one = terms.neg(one)
            for _ in range(abs(times.numerator)):
                sine, cosine = (
                    terms.add(terms.mul(sine, other), terms.mul(cosine, one)),
                    terms.sub(terms.mul(cosine, other), terms.mul(sine, one)),
                )
                sine, cosine = self.expanded(sine)[1], self.expanded(cosine)[1]
        return sine if form.op == "sin" else cosine

    # Polynomials

    def _polynomial(self, place: int, depth: int) -> Polynomial | None:
        """A form multiplied out; None where that is too much."""
        total = Polynomial()
        if depth > HIGHEST:
            return None
        for monomial, c in self.terms.terms(place).items():
            part: Polynomial | None = {frozenset(): c}
            for base, exponent in self.powers(monomial).items() if monomial != self.terms.one else ():
                part = self._times(part, self._power(base, exponent, depth + 1), depth)
                if part is None:
                    return None
            _add(total, part or {})
            if len(total) > MANY:
                return None
        return total

    def _power(self, base: int, exponent: int, depth: int) -> Polynomial | None:
        terms, form, n = self.terms, self.forms[base], self.terms.rational(exponent)
        if isinstance(form, Sum) and n is not None and n >= 1:
            if n > HIGHEST:
                return None
            inner, result = self._polynomial(base, depth), Polynomial({frozenset(): 1})
            for _ in range(n.numerator // n.denominator):
                product = self._times(result, inner, depth)
                if product is None:
                    return None
                result = product
            rest = whole(n - n.numerator // n.denominator)
            return result if not rest else self._times(result, {frozenset([(base, terms.one, rest)]): 1}, depth)
        return {frozenset((base, part, c) for part, c in terms.terms(exponent).items()): 1}

    def _times(self, f: Polynomial | None, g: Polynomial | None, depth: int) -> Polynomial | None:
        if f is None or g is None or len(f) * len(g) > MANY:
            return None
        total = Polynomial()
        for a, c in f.items():
            for b, d in g.items():
                exponents = {(base, part): n for base, part, n in a}
                for base, part, n in b:
                    exponents[base, part] = exponents.get((base, part), 0) + n
                product = self._simpler({atom: n for atom, n in exponents.items() if n}, c * d, depth)
                if product is None:
                    return None
                _add(total, product)
        return total

    def _simpler(self, exponents: Mapping[tuple[int, int], Rational], c: Rational, depth: int) -> Polynomial | None:
        """sin^2 is 1 - cos^2, abs(x)^2 is x^2, and a whole power of what stands under a root is multiplied out."""
        terms = self.terms
        for (base, part), n in exponents.items():
            form: Form = self.forms[base]
            if part != terms.one:
                continue
            simple = terms.power(base, terms.number(n))
            opened = isinstance(form, Call) and form.op in OPENED and simple != terms.product(1, {base: terms.number(n)})
            if isinstance(form, Call) and form.op == "sin" and n >= 2:
                square = terms.power(terms.call("cos", *form.args), terms.number(2))
                simple = terms.mul(terms.power(base, terms.number(n - 2)), terms.sub(terms.one, square))
                opened = True
            if opened or (isinstance(form, Sum) and n >= 1):
                rest = frozenset((*atom, m) for atom, m in exponents.items() if atom != (base, part))
                if isinstance(form, Sum):
                    return (
                        self._times({rest: c}, self._power(base, terms.number(n), depth + 1), depth + 1)
                        if depth < HIGHEST
                        else None
                    )
                return self._times({rest: c}, self._polynomial(simple, depth + 1), depth + 1)
        return {frozenset((*atom, n) for atom, n in exponents.items()): c}


def _add(total: Polynomial, part: Polynomial) -> None:
    for key, c in part.items():
        found = total.get(key, 0) + c
        if found:
            total[key] = found
        else:
            total.pop(key, None)
