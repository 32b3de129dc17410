"""Formulas as numbers, in a normal form: sums of products of powers, numbers kept exact, every form written once.

A value is a place in the list of forms. Equal forms have equal places, so like terms and like powers find each other by
looking them up. Products are never multiplied out, and sums and products beyond some size are no longer gathered, so that the
forms grow in proportion to what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd, lcm

from autodiff.numbers.algebra import Made
from autodiff.tape import Const, Var

Rational = int | Fraction
"""An exact number: an int wherever it is whole, for that is faster."""
Addends = dict[int, Rational]
"""What a sum is made of: the coefficient of every monomial, by its place; the monomial of a number is 1."""
Factors = dict[int, int]
"""What a product is made of: the exponent of every base, both by their places."""

MANY_TERMS, FEW_TERMS = 64, 8
MANY_FACTORS, FEW_FACTORS = 12, 6
DIGITS = 60  # bits of a fraction that is still exact


class Number:
    """A rational number."""

    __slots__ = ("value",)

    def __init__(self, value: Rational) -> None:
        self.value = value


class Leaf:
    """A variable, or a number that has a name or is no ordinary one."""

    __slots__ = ("node",)

    def __init__(self, node: Const | Var) -> None:
        self.node = node


class Call:
    """A primitive of other forms, about which no more is known."""

    __slots__ = ("args", "op")

    def __init__(self, op: str, args: tuple[int, ...]) -> None:
        self.op, self.args = op, args


class Product:
    """A number times powers; no base stands twice."""

    __slots__ = ("coefficient", "factors")

    def __init__(self, coefficient: Rational, factors: Factors) -> None:
        self.coefficient, self.factors = coefficient, factors


class Sum:
    """Numbers times monomials; no monomial stands twice."""

    __slots__ = ("terms",)

    def __init__(self, terms: Addends) -> None:
        self.terms = terms


# Forms are never changed. They are plain classes, for the module that writes such loads another that is larger than all of this.
Form = Number | Leaf | Call | Product | Sum


class Normal:
    """Arithmetic with forms; a structural zero is the number 0."""

    def __init__(self) -> None:
        self.forms: list[Form] = []
        self._places: dict[object, int] = {}
        self.functions = Made(self.function)
        self.zero, self.one, self.minus_one = self.number(0), self.number(1), self.number(-1)
        self.e = self.leaf(Const(2.718281828459045, "e", (0, 0)))

    def function(self, op: str) -> Callable[..., int]:
        """The primitive as a function of places."""
        raise NotImplementedError

    def _place(self, key: object, form: Form) -> int:
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.forms)
            self.forms.append(form)
        return place

    def number(self, value: Rational) -> int:
        """The place of a rational number."""
        value = whole(value)
        place = self._places.get(("number", value))
        return self._place(("number", value), Number(value)) if place is None else place

    def leaf(self, node: Const | Var) -> int:
        """The place of a variable, or of a constant that is to stay as it is."""
        key = node.name if isinstance(node, Var) else (node.text, node.value)
        return self._place(("leaf", key), Leaf(node))

    def call(self, op: str, *args: int) -> int:
        """The place of a primitive that is taken as it stands."""
        return self._place((op, args), Call(op, args))

    def rational(self, place: int) -> Rational | None:
        """The value of a number."""
        form = self.forms[place]
        return form.value if isinstance(form, Number) else None

    def rebuilt(self, place: int, new: Mapping[int, int]) -> int:
        """A form made anew from other parts; `new` has all that it is made of."""
        return self.made(self.forms[place], new)

    def made(self, form: Form, new: Mapping[int, int]) -> int:
        """The same for a form from anywhere."""
        if isinstance(form, Leaf):
            return self.leaf(form.node)
        if isinstance(form, Number):
            return self.number(form.value)
        if isinstance(form, Call):
            result: int = self.functions[form.op](*[new[i] for i in form.args])
        elif isinstance(form, Sum):
            result = self.zero
            for i, c in form.terms.items():
                result = self.add(result, self.mul(self.number(c), new[i]))
        else:
            result = self.number(form.coefficient)
            for base, exponent in form.factors.items():
                result = self.mul(result, self.power(new[base], new[exponent]))
        return result

    # Sums

    def terms(self, place: int) -> Addends:
        """A form as a sum; not to be changed."""
        form = self.forms[place]
        if isinstance(form, Sum):
            return form.terms
        if isinstance(form, Number):
            return {self.one: form.value} if form.value else {}
        if isinstance(form, Product) and form.coefficient != 1:
            return {self.product(1, form.factors): form.coefficient}
        return {place: 1}

    def sum(self, terms: Addends) -> int:
        """The place of a sum."""
        if len(terms) > 1:
            return self._place(("sum", frozenset(terms.items())), Sum(terms))
        return next((self.scaled(c, place) for place, c in terms.items()), self.zero)

    def scaled(self, coefficient: Rational, place: int) -> int:
        """A number times a monomial; apart where their product would be no double."""
        form = self.forms[place]
        if isinstance(form, Product | Number) and not _fits(coefficient * self.factors(place)[0]):
            return self.call("mul", self.number(coefficient), place)
        if isinstance(form, Product):
            return self.product(rounded(coefficient * form.coefficient), form.factors)
        if isinstance(form, Number):
            return self.number(rounded(coefficient * form.value))
        return self.product(coefficient, {place: self.one})

    def add(self, x: int, y: int) -> int:
        """x + y."""
        a, b = self.terms(x), self.terms(y)
        if len(a) + len(b) > MANY_TERMS or min(len(a), len(b)) > FEW_TERMS:
            return self.call("add", x, y)
        terms = dict(a)
        for place, c in b.items():
            total = rounded(terms.get(place, 0) + c)
            if not _fits(total):
                return self.call("add", x, y)
            if total:
                terms[place] = total
            else:
                del terms[place]
        return self.sum(terms)

    # Products

    def factors(self, place: int) -> tuple[Rational, Factors]:
        """A form as a product; not to be changed."""
        form = self.forms[place]
        if isinstance(form, Product):
            return form.coefficient, form.factors
        if isinstance(form, Number):
            return form.value, {}
        return 1, {place: self.one}

    def product(self, coefficient: Rational, factors: Factors) -> int:
        """The place of a product."""
        if not factors or not coefficient or self._is_flat(factors):
            return self.number(coefficient if not factors else 0)
        if len(factors) == 1:
            ((base, exponent),) = factors.items()
            form = self.forms[base]
            if exponent == self.one and coefficient == 1:
                return base
            if exponent == self.one and coefficient == -1 and isinstance(form, Sum):
                return self.sum({place: -c for place, c in form.terms.items()})
        items = frozenset(factors.items())
        first = self._places.setdefault(("factors", items), len(self.forms))
        if first < len(self.forms) and isinstance(known := self.forms[first], Product):
            factors = known.factors  # in the order in which they were first written
        return self._place(("product", coefficient, items), Product(coefficient, factors))

    def _is_flat(self, factors: Factors) -> bool:
        """Whether this holds 0^y·log(0), which is the slope of 0^y: that is 0 wherever it has a derivative."""
        if self._places.get(("log", (self.zero,))) not in factors:
            return False
        calls = [form for base in factors if isinstance(form := self.forms[base], Call)]
        return any(form.op in ("pow", "root") and form.args[0] == self.zero for form in calls)

    def mul(self, x: int, y: int) -> int:
        """x·y."""
        (c, a), (d, b) = self.factors(x), self.factors(y)
        if not _fits(c * d):
            return self.call("mul", x, y)
        if len(a) + len(b) > MANY_FACTORS:
            c, a = (c, a) if len(a) <= FEW_FACTORS else (1, {x: self.one})
            d, b = (d, b) if len(b) <= FEW_FACTORS else (1, {y: self.one})
        factors, opened = dict(a), list[int]()
        for base, exponent in b.items():
            total = self.add(factors.pop(base), exponent) if base in factors else exponent
            if base in a and self.opens(base):
                opened.append(self.power(base, total))
            elif total != self.zero:
                factors[base] = total
        result = self.product(rounded(c * d), factors)
        for place in opened:
            result = self.mul(result, place)
        return result

    def opens(self, base: int) -> bool:
        """Whether a power of this may be something simpler."""
        return isinstance(self.forms[base], Number | Product)

    def power(self, base: int, exponent: int) -> int:
        """base^exponent; it is taken apart only where the result is the same wherever the base has this power."""
        n, form = self.rational(exponent), self.forms[base]
        if n == 0 or n == 1 or base == self.one:
            return self.one if n != 1 else base
        if isinstance(form, Number) and n is not None:
            found = power_of(form.value, n)
            if found is not None:
                return self.number(found)
        if isinstance(form, Product):
            found = self._power_of_product(form, n, exponent)
            if found is not None:
                return found
        return self.product(1, {base: exponent})

    def _power_of_product(self, form: Product, n: Rational | None, exponent: int) -> int | None:
        is_whole = n is not None and n.denominator == 1
        coefficient: Rational | None = 1 if form.coefficient == 1 else power_of(form.coefficient, n) if n is not None else None
        if coefficient is None or not (
            is_whole or (len(form.factors) == 1 and all(map(self._may_nest, *zip(*form.factors.items()))))
        ):
            return None
        result = self.number(coefficient)
        for base, inner in form.factors.items():
            result = self.mul(result, self.power(base, self.mul(inner, exponent)))
        return result

    def _may_nest(self, base: int, inner: int) -> bool:
        """Whether (base^inner)^y is base^(inner·y) wherever it has a value: not so for (x^2)^(1/2), which is abs(x)."""
        n = self.rational(inner)
        return base == self.e or (n is not None and (n.denominator != 1 or n.numerator % 2 == 1))


def whole(value: Rational) -> Rational:
    """A number as an int, if it is one."""
    return value.numerator if value.denominator == 1 else value


def magnitude(value: Rational) -> Rational:
    """A number without its sign."""
    return -value if value < 0 else value


def rounded(value: Rational) -> Rational:
    """A number, or its nearest double where it has too many digits."""
    if value.numerator.bit_length() <= DIGITS and value.denominator.bit_length() <= DIGITS:
        return whole(value)
    try:
        return whole(Fraction(repr(float(value))))
    except OverflowError:
        return value


def _fits(value: Rational) -> bool:
    """Whether a number is well within the range of doubles: exact whole numbers would grow without end in repeated squares."""
    return abs(value.numerator.bit_length() - value.denominator.bit_length()) < 1000


def power_of(base: Rational, exponent: Rational) -> Rational | None:
    """A power of a number, where it is a number of few digits."""
    n, root = exponent.numerator, exponent.denominator
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if not base or bits * abs(n) > DIGITS * root or (root != 1 and base < 0):
        return 0 if not base and n > 0 else None
    top, bottom = (_root(part, root) for part in (base.numerator, base.denominator))
    return None if top is None or bottom is None else whole(Fraction(top, bottom) ** n)


def _root(value: int, degree: int) -> int | None:
    if degree == 1:
        return value
    near = round(value ** (1 / degree))
    return near if near**degree == value else None


def content_of(addends: Addends) -> Fraction:
    """The number that all terms of a sum have in common."""
    return Fraction(gcd(*[c.numerator for c in addends.values()]), common_denominator(addends))


def common_denominator(addends: Addends) -> int:
    """The least number that makes all coefficients whole."""
    return lcm(*[c.denominator for c in addends.values()])


def nested(forms: Mapping[int, Form] | list[Form], place: int) -> tuple[int, ...]:
    """The forms that a form is made of."""
    form = forms[place]
    if isinstance(form, Call):
        return form.args
    if isinstance(form, Sum):
        return tuple(form.terms)
    return (*form.factors, *form.factors.values()) if isinstance(form, Product) else ()
