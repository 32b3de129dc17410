"""The derivative and a claim at high precision: more digits are spent until their difference stands or vanishes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from autodiff.checking.literals import half_unit, is_printed
from autodiff.checking.verdicts import DIFFERS, UNDEFINED, UNTOLD, Comparison, in_doubles
from autodiff.errors import FormulaError
from autodiff.formula import parse
from autodiff.numbers.precise import Precise
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import Partials, active, linearize, pull
from autodiff.tape import Apply, Const, Tape
from autodiff.trust.sampling import Point

DIGITS = (50, 250, 1000)
POWERS = 8  # of a number far from 1 that may cancel
SAFE = 15  # of the digits are left to the growth of errors


class Values(NamedTuple):
    """The values that are given: as doubles, and as formulas, so that pi/4 has all its digits."""

    numbers: Mapping[str, float]
    formulas: Mapping[str, Tape]


def values(texts: Mapping[str, str], numbers: Mapping[str, float]) -> Values:
    """Given values, from their texts and their doubles. What is no formula, such as inf, stays a double."""
    formulas: dict[str, Tape] = {}
    for name, text in texts.items():
        if name not in numbers:
            continue
        try:
            found = parse(text, names=())
        except FormulaError:
            continue
        if not found.variables:
            formulas[name] = found.tape
    return Values(numbers, formulas)


class Known(NamedTuple):
    """A formula at a point, with so many digits, and the point. `sizes` are the adjoints if no two terms cancelled."""

    algebra: Precise
    point: dict[str, Any]
    partials: Partials
    adjoints: list[Any]
    sizes: list[Any]


class Truth:
    """The derivatives of a formula with respect to all its nodes, with as many digits as are asked for."""

    def __init__(self, tape: Tape, given: Values) -> None:
        self.tape, self._given, self._flags = tape, given, active(tape, tape.variables())
        self._known: dict[tuple[int, tuple[float, ...]], Known] = {}
        self._algebras: dict[int, Precise] = {}

    def compared(self, claim: Tape, place: int, point: Point, limit: float) -> Comparison:
        """A claim about the derivative with respect to a node.

        A difference counts where it is larger than what rounding may have made, and does not where it shrinks as digits are added,
        since two spellings of 0 never agree relatively; far out and close to 0 only as the last are added.
        """
        before, lost = None, max((abs(math.log10(abs(x))) for x in point.values() if x and math.isfinite(x)), default=0.0)
        for digits in DIGITS:
            known = self._at(point, digits)
            computed, values = known.adjoints[place], evaluate(claim, known.point, known.algebra)
            if computed - computed != 0:
                return Comparison(point, math.nan, math.nan, UNDEFINED)
            claimed = values[claim.output]
            pair, error = (float(claimed), float(computed)), abs(claimed - computed)
            if claimed - claimed != 0:
                return in_doubles(point, *pair, False)
            unit = known.algebra.context.mpf(10) ** (SAFE - digits)
            enough = digits == DIGITS[-1] or POWERS * lost <= digits
            noise = unit * (self._size(known, place) + _noise(claim, values, known.algebra)) if error or not enough else 0
            allowed = limit * max(abs(claimed), abs(computed))
            if error <= allowed and (enough or noise <= allowed):
                return in_doubles(point, *pair, True)
            if 0 < error <= limit * abs(computed) + _written(claim, values, known.algebra):
                return in_doubles(point, *pair, True)._replace(is_rounded=True)
            if error > noise:
                errors = float(error), float(error / abs(computed)) if computed else math.inf
                return Comparison(point, *pair, DIFFERS, *errors)
            if before is not None and enough and error < before * unit**0.25:
                return in_doubles(point, *pair, True)
            before = error
        return Comparison(point, math.nan, math.nan, UNTOLD)

    def _at(self, point: Point, digits: int) -> Known:
        """The formula at a point with so many digits, kept: the other claims are judged at the same points."""
        key = digits, tuple(point.values())
        if key not in self._known:
            algebra = self._algebras.get(digits) or self._algebras.setdefault(digits, Precise(digits))
            exact = {name: self._lifted(algebra, name, x) for name, x in point.items()}
            self._known[key] = self._differentiated(algebra, exact, evaluate(self.tape, exact, algebra))
        return self._known[key]

    def _lifted(self, algebra: Precise, name: str, x: float) -> Any:
        formula = self._given.formulas.get(name)
        return algebra.context.mpf(x) if formula is None else evaluate(formula, {}, algebra)[formula.output]

    def _differentiated(self, algebra: Precise, point: dict[str, Any], values: list[Any]) -> Known:
        value = values[self.tape.output]
        if value - value != 0:
            return Known(algebra, point, [], [algebra.context.nan] * len(values), [])
        partials = linearize(self.tape, values, algebra, self._flags)
        found = pull(self.tape, partials, algebra.lift(1.0), algebra)
        return Known(algebra, point, partials, [algebra.context.zero if x is None else x for x in found], [])

    def _size(self, known: Known, place: int) -> Any:
        """How large the terms are that a derivative is added up from: what cancels, loses digits. One sweep for all claims."""
        if not known.sizes:
            slopes = [None if row is None else tuple([None if p is None else abs(p) for p in row]) for row in known.partials]
            known.sizes.extend(pull(self.tape, slopes, known.algebra.lift(1.0), known.algebra))
        size = known.sizes[place]
        return size if size is not None and size - size == 0 else 0


def _noise(claim: Tape, values: list[Any], algebra: Precise) -> Any:
    """What one unit of rounding in every step of a claim does to it, to first order."""
    names = claim.variables()
    if not names:
        return _largest(x for x in values if x is not None and not isinstance(x, bool))
    partials = linearize(claim, values, algebra, active(claim, names))
    adjoints = pull(claim, partials, algebra.lift(1.0), algebra)
    return _largest(a * x for a, x in zip(adjoints, values, strict=True) if a is not None and x is not None)


def _written(claim: Tape, values: list[Any], algebra: Precise) -> Any:
    """What rounding can do to a claim, to first order, of the numbers in it that are written with the digits of a double."""
    flags = bytearray(isinstance(node, Const) and is_printed(node) for node in claim.nodes)
    rounded = [i for i, flag in enumerate(flags) if flag]
    if not rounded:
        return 0
    for i, node in enumerate(claim.nodes):
        flags[i] |= isinstance(node, Apply) and any(flags[j] for j in node.args)
    adjoints = pull(claim, linearize(claim, values, algebra, flags), algebra.lift(1.0), algebra)
    terms = [abs(a) * half_unit(claim.nodes[i]) for i in rounded if (a := adjoints[i]) is not None and a - a == 0]
    return sum(terms, algebra.context.zero)


def _largest(terms: Iterable[Any]) -> Any:
    """The largest magnitude of those that are finite."""
    return max((abs(x) for x in terms if x - x == 0), default=0)
