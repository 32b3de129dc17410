"""Forms written as a teacher writes them: numbers, powers, functions; sums that begin with a plus; one fraction bar."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Generic, NamedTuple, Protocol, TypeVar

from autodiff.primitives import ROWS
from autodiff.symbolic.normal import Call, Factors, Leaf, Number, Product, Rational, Sum, magnitude, nested
from autodiff.symbolic.terms import Terms
from autodiff.tape import Apply, Const, Recorder, Var
from autodiff.writing.pieces import pieces
from autodiff.writing.styles import ATOM, BOOK, CONSTANT, NEGATIVE, Style

T = TypeVar("T")
HALF = Fraction(1, 2)
_ORDER = {row.name: chr(k) for k, row in enumerate(ROWS)}
Power = tuple[int, int]
"""A base and an exponent."""


def _order(op: str) -> str:
    """Where a function stands in the table."""
    return _ORDER.get(op, "")


class Builder(Protocol[T]):
    """What formulas are assembled with."""

    def leaf(self, node: Const | Var) -> T:
        """A constant or a variable."""

    def apply(self, op: str, *args: T) -> T:
        """An operation."""


class Assembler(Generic[T]):
    """Assembles formulas from forms, each of them once. Nothing recurses."""

    def __init__(self, terms: Terms, builder: Builder[T]) -> None:
        self.forms, self.terms, self.builder = terms.forms, terms, builder
        self.built: dict[int, T] = {}

    def place(self, root: int) -> T:
        """What a form has become."""
        stack = [root]
        while stack:
            at = stack[-1]
            todo = [] if at in self.built else [i for i in self._parts(at) if i not in self.built]
            if not todo and at not in self.built:
                self.built[at] = self._built(at)
            if todo:
                stack.extend(reversed(todo))
            else:
                stack.pop()
        return self.built[root]

    def _parts(self, place: int) -> Sequence[int]:
        """The forms that must be written before: the exponents that are numbers are part of the power."""
        form = self.forms[place]
        if isinstance(form, Sum):
            complement = self._complement(form)
            if complement is not None:
                return [complement[1]]
            return [i for monomial in form.terms for i in self._parts_of_monomial(monomial)]
        if isinstance(form, Product):
            return self._parts_of_powers(form.factors)
        return nested(self.forms, place)

    def _parts_of_monomial(self, place: int) -> Sequence[int]:
        form = self.forms[place]
        return self._parts_of_powers(form.factors) if isinstance(form, Product) else [place]

    def _parts_of_powers(self, factors: Factors) -> Sequence[int]:
        return [
            i for base, exponent in self._split(factors) for i in (base, exponent) if self.terms.rational(i) is None or i == base
        ]

    def _split(self, factors: Factors) -> list[Power]:
        """The powers, those with an exponent in two parts taken apart where that reads better, unless the user wrote them so.

        x^log(x)/x is better than x^(log(x) - 1), and exp(x)*exp(exp(x)) better than exp(x + exp(x)).
        """
        return [part for base, exponent in factors.items() for part in self._parts_of_power(base, exponent)]

    def _parts_of_power(self, base: int, exponent: int) -> list[Power]:
        form, terms = self.forms[exponent], self.terms
        if not isinstance(form, Sum) or len(form.terms) != 2 or exponent < terms.familiar:
            return [(base, exponent)]
        first, second = sorted(form.terms, key=terms.is_transcendental)
        apart = not terms.is_transcendental(first) and terms.is_transcendental(second)
        if not apart or (form.terms[second] < 0 if base == terms.e else first != terms.one):
            return [(base, exponent)]
        return [(base, terms.scaled(form.terms[i], i)) for i in (first, second)]

    def _built(self, place: int) -> T:
        form = self.forms[place]
        if isinstance(form, Leaf):
            return self.builder.leaf(form.node)
        if isinstance(form, Call):
            return self.builder.apply(form.op, *[self.built[i] for i in form.args])
        if isinstance(form, Sum):
            return self._sum(form)
        c, factors = self.terms.factors(place)
        return self._signed(c, self._product(magnitude(c), factors))

    def _signed(self, c: Rational, written: T) -> T:
        return self.builder.apply("neg", written) if c < 0 else written

    def _complement(self, form: Sum) -> tuple[Rational, int] | None:
        """The number c and the argument -u of c - c*sigmoid(u), which is c*sigmoid(-u), exact in both tails."""
        if len(form.terms) == 2 and self.terms.one in form.terms:
            c = form.terms[self.terms.one]
            other = next(self.forms[i] for i in form.terms if i != self.terms.one)
            if isinstance(other, Call) and other.op == "sigmoid" and -c in form.terms.values():
                return c, self.terms.neg(other.args[0])
        return None

    def _sum(self, form: Sum) -> T:
        complement = self._complement(form)
        if complement is not None:
            c, argument = complement
            written = self.builder.apply("sigmoid", self.built[argument])
            return self._signed(c, written if magnitude(c) == 1 else self.builder.apply("mul", self._lone(magnitude(c)), written))
        terms = [(c, place) for place, c in form.terms.items()]
        first = next((k for k, (c, _) in enumerate(terms) if c > 0), 0)
        terms.insert(0, terms.pop(first))
        total: T | None = None
        for c, place in terms:
            written = self._product(magnitude(c), self.terms.factors(place)[1] if place != self.terms.one else {})
            sign = "sub" if c < 0 else "add"
            total = self._signed(c, written) if total is None else self.builder.apply(sign, total, written)
        assert total is not None
        return total

    def _product(self, c: Rational, factors: Factors) -> T:
        above, below = self._sides(factors)
        top, bottom = self._number(c)
        over = ([top] if top != "1" or not above else []), ([bottom] if bottom != "1" else [])
        numerator = [self._constant(text) for text in over[0]] + [self._power(*power) for power in above]
        denominator = [self._constant(text) for text in over[1]] + [self._power(*power, -1) for power in below]
        written = self._times(numerator)
        return self.builder.apply("div", written, self._times(denominator)) if denominator else written

    def _times(self, factors: list[T]) -> T:
        result = factors[0]
        for factor in factors[1:]:
            result = self.builder.apply("mul", result, factor)
        return result

    def _sides(self, factors: Factors) -> tuple[list[Power], list[Power]]:
        """The powers above and below the fraction bar, in order."""
        above: list[Power] = []
        below: list[Power] = []
        for base, exponent in self._in_order(factors):
            n = self.terms.rational(exponent)
            (below if n is not None and n < 0 and base != self.terms.e else above).append((base, exponent))
        return above, below

    def _in_order(self, factors: Factors) -> list[Power]:
        """What the user wrote stays in its order, as far as the kinds of factors allow."""
        if self.terms.is_familiar(factors):
            return sorted(factors.items(), key=lambda power: self._rank(power)[0])
        return sorted(self._split(factors), key=self._rank)

    def _rank(self, power: Power) -> tuple[int, str, Sequence[int]]:
        """Numbers, constants, variables, polynomials, powers with other exponents, functions, sums of functions, choices."""
        base, exponent = power
        form, n = self.forms[base], self.terms.rational(exponent)
        if base == self.terms.e:
            return (1, "", ()) if n is not None else (5, _order("exp"), (exponent,))
        if isinstance(form, Leaf):
            kind = 1 if isinstance(form.node, Const) else 2 if n is not None else 4
            return kind, "", (self.terms.order.get(base, 0), base)
        if n is None:
            return 4, "", (base,)
        if isinstance(form, Call):
            beside = form.op == "abs" and isinstance(self.forms[form.args[0]], Leaf)  # abs(x) stands where x would
            return (7, "", (base,)) if form.op == "if" else (2 if beside else 5, _order(form.op), form.args)
        if isinstance(form, Sum) and self._complement(form) is not None:
            return 5, _order("sigmoid"), (base,)
        return (0 if isinstance(form, Number) else 6 if self.terms.is_transcendental(base) else 3), "", (base,)

    def _power(self, base: int, exponent: int, sign: int = 1) -> T:
        apply, built, n = self.builder.apply, self.built, self.terms.rational(exponent)
        if base == self.terms.e:
            return self._exponential(exponent)
        if n is None:
            return apply("pow", built[base], built[exponent])
        if n == sign:
            return built[base]
        return apply("sqrt", built[base]) if n == sign * HALF else apply("pow", built[base], self._lone(n * sign))

    def _exponential(self, exponent: int) -> T:
        n = self.terms.rational(exponent)
        if n is None:
            return self.builder.apply("exp", self.built[exponent])
        return self.built[self.terms.e] if n == 1 else self.builder.apply("pow", self.built[self.terms.e], self._lone(n))

    def _lone(self, value: Rational) -> T:
        """A number by itself."""
        return self._signed(value, self._product(magnitude(value), {}))

    def _number(self, value: Rational) -> tuple[str, str]:
        """A positive number as numerator and denominator, or as a decimal fraction."""
        top, bottom = value.numerator, value.denominator
        if bottom == 1:
            return _whole(top), "1"
        if self.terms.decimal or max(top, bottom) >= 10**15:
            text = decimal(value)
            if Fraction(text) == value or max(top, bottom) >= 10**15:
                return text, "1"
        return _whole(top), _whole(bottom)

    def _constant(self, text: str) -> T:
        return self.builder.leaf(Const(float(text), text, (0, 0)))


def _whole(value: int) -> str:
    return str(value) if value < 10**15 else decimal(value)


def decimal(value: Rational) -> str:
    """A positive number as people write it: the shortest text that reads back as the same double."""
    if value >= 2**1023:
        return str(int(value))  # beyond the doubles
    digits, _, exponent = repr(float(value)).partition("e")
    return digits.removesuffix(".0") + (f"e{int(exponent)}" if exponent else "")


class TapeBuilder:
    """A builder that writes a tape, in which nothing stands twice."""

    def __init__(self) -> None:
        self.recorder = Recorder()
        self._shared: dict[tuple[str, tuple[int, ...]], int] = {}

    def leaf(self, node: Const | Var) -> int:
        return self.recorder.leaf(node)

    def apply(self, op: str, *args: int) -> int:
        place = self._shared.get((op, args))
        if place is None:
            place = self._shared[op, args] = self.recorder.apply(op, args)
        return place


class Extent(NamedTuple):
    """How many characters a text has, how tightly it binds, and how many fraction bars there are."""

    length: int
    binds: int
    bars: int = 0

    @property
    def weight(self) -> int:
        """What is to be made small: a fraction bar counts as two characters more."""
        return self.length + 2 * self.bars


ENDLESS = 1_000_000


class Ruler:
    """A builder that only measures."""

    def __init__(self, style: Style = BOOK) -> None:
        self.style = style

    def leaf(self, node: Const | Var) -> Extent:
        text = node.name if isinstance(node, Var) else node.text
        return Extent(len(text), ATOM if isinstance(node, Var) else NEGATIVE if text.startswith("-") else CONSTANT)

    def apply(self, op: str, *args: Extent) -> Extent:
        binds, parts = pieces(Apply(op, tuple(range(len(args))), (0, 0)), self.style)
        length = sum(len(p) if isinstance(p, str) else args[p[0]].length + 2 * (args[p[0]].binds < p[1]) for p in parts)
        return Extent(min(length, ENDLESS), binds, min(sum(arg.bars for arg in args) + (op == "div"), ENDLESS))
