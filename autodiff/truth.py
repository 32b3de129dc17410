"""The derivative and a claim at high precision: more digits are spent until their difference stands or vanishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from autodiff.calculus import active, linearize, pull
from autodiff.errors import FormulaError
from autodiff.precise import Precise
from autodiff.sampling import Point
from autodiff.tape import Tape
from autodiff.verdicts import Comparison
from autodiff.worksheet import parse

DIGITS = (50, 120, 300)
VANISHED = 1e-40  # of the first difference: what is left when digits alone made it
STANDS = 1e-20  # relative change of a difference that more digits do not touch


class Values(NamedTuple):
    """The values that are given: as doubles, and as formulas, so that pi/4 has all its digits."""

    numbers: Mapping[str, float]
    formulas: Mapping[str, Tape]


def values(texts: Mapping[str, str], numbers: Mapping[str, float]) -> Values:
    """Given values, from their texts and their doubles. What is no formula, such as inf, stays a double."""
    formulas: dict[str, Tape] = {}
    for name, text in texts.items():
        try:
            found = parse(text, names=())
        except FormulaError:
            continue
        if not found.variables:
            formulas[name] = found.tape
    return Values(numbers, formulas)


class Truth:
    """The derivatives of a formula with respect to all its nodes, with as many digits as are asked for."""

    def __init__(self, tape: Tape, given: Values) -> None:
        self.tape, self._given, self._flags = tape, given, active(tape, tape.variables())
        self._known: dict[tuple[int, tuple[float, ...]], list[Any]] = {}
        self._algebras: dict[int, Precise] = {}

    def compared(self, claim: Tape, place: int, point: Point, limit: float) -> Comparison | None:
        """A claim about the derivative with respect to a node; None where there is no finite derivative."""
        first = None
        for digits in DIGITS:
            computed, claimed = self._both(claim, place, point, digits)
            if computed - computed != 0:
                return None
            error = abs(claimed - computed)
            fine = bool(error <= limit * max(abs(claimed), abs(computed)))
            if fine or claimed - claimed != 0:
                return Comparison(point, float(claimed), float(computed), fine)
            if first is not None and error <= first * VANISHED:
                return Comparison(point, float(claimed), float(computed), True)
            if first is not None and abs(error - first) <= STANDS * first:
                break
            first = error if first is None else first
        return Comparison(point, float(claimed), float(computed), False)

    def _both(self, claim: Tape, place: int, point: Point, digits: int) -> tuple[Any, Any]:
        if digits not in self._algebras:
            self._algebras[digits] = Precise(digits)
        algebra = self._algebras[digits]
        exact = {name: self._lifted(algebra, name, x) for name, x in point.items()}
        key = digits, tuple(point.values())
        if key not in self._known:
            self._known[key] = self._adjoints(algebra, algebra.evaluate(self.tape, exact))
        return self._known[key][place], algebra.evaluate(claim, exact)[claim.output]

    def _lifted(self, algebra: Precise, name: str, x: float) -> Any:
        formula = self._given.formulas.get(name)
        return algebra.context.mpf(x) if formula is None else algebra.evaluate(formula, {})[formula.output]

    def _adjoints(self, algebra: Precise, known: list[Any]) -> list[Any]:
        value = known[self.tape.output]
        if value - value != 0:
            return [algebra.context.nan] * len(known)
        found = pull(self.tape, linearize(self.tape, known, algebra, self._flags), algebra.lift(1.0), algebra)
        return [algebra.context.zero if x is None else x for x in found]
