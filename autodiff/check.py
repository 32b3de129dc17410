"""Claimed derivatives are judged: a number at a point, a formula everywhere, at high precision and with a counter-example."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from autodiff.calculus import active, linearize, places, pull
from autodiff.claims import Claim, settled
from autodiff.errors import FormulaError
from autodiff.evaluate import evaluate
from autodiff.landmarks import Landmarks, on_edge
from autodiff.precise import Precise
from autodiff.rounding import floor
from autodiff.sampling import Point, points
from autodiff.status import Judge, Status
from autodiff.tape import Apply, Tape
from autodiff.worksheet import Formula, Worksheet, parse

TOLERANCE = 1e-6  # relative, for a number, which people round
EXACT = 1e-25  # relative, for a formula
SERIES = 1e-15  # relative, where the table itself has a series for doubles
DIGITS = (50, 120, 300)  # spent until a difference stands or vanishes
CLOSE = 1e-8  # relative, between a claim and a mistake that explains it, in doubles
NEARLY = 5e-3  # relative error of a claim that is rounded
CASES = 5  # points where a mistake must explain a claim
ENOUGH = 8  # points, before "agrees" is said of a formula
AGREES, DIFFERS, UNDECIDED = "agrees", "differs", "undecided"
CODES = {AGREES: None, DIFFERS: "E060", UNDECIDED: "E061"}


class Verdict(NamedTuple):
    """What is said of one claim. `points` counts where it was judged; numbers belong to `point`; errors are None if undecided."""

    variable: str
    formula: str
    verdict: str
    claimed: float | None
    computed: float | None
    point: Point
    absolute_error: float | None
    relative_error: float | None
    diagnosis: str | None
    points: int
    reason: str

    @property
    def code(self) -> str | None:
        """The stable code of a claim that does not agree."""
        return CODES[self.verdict]


class Values(NamedTuple):
    """The values that are given: as doubles, and as formulas, so that pi/4 has all its digits."""

    numbers: Mapping[str, float]
    formulas: Mapping[str, Tape]


class Examination:
    """A formula, the values that are given, and the claims about its derivatives. Variables without a value may be anything."""

    def __init__(self, formula: Formula, claims: Mapping[str, str], given: Values, tolerance: float | None = None) -> None:
        self.formula, self.tolerance = formula, tolerance
        self.tape, self.claims, self.notes = settled(formula, claims, given.numbers)
        used = self.tape.variables()
        formula.refuse_surplus(given.numbers, used)
        self.given = Values({name: x for name, x in given.numbers.items() if name in used}, given.formulas)
        self.free = [name for name in used if name not in given.numbers]
        self.where = {**{name: place for place, name in self.tape.names.items()}, **places(self.tape)}
        self._wrong: dict[str, list[Point]] = {}
        self._worst: dict[str, float] = {}
        self._partly: dict[str, str] = {}
        self._known: dict[tuple[int, tuple[float, ...]], list[Any]] = {}

    def verdicts(self) -> list[Verdict]:
        """One verdict for each claim."""
        return [self._explained(claim, self.judged(claim)) for claim in self.claims]

    def _explained(self, claim: Claim, verdict: Verdict) -> Verdict:
        """A verdict with the mistake that explains it."""
        if verdict.verdict != DIFFERS:
            return verdict
        from autodiff.diagnosis import Case, Diagnosis

        tolerance = max(_shown(claim.text), TOLERANCE) if claim.is_number else CLOSE
        place = self.where[claim.name]
        cases = [Case(self.at(point), place, self.claimed(claim, point)) for point in self._wrong.get(claim.name, [verdict.point])]
        usable = [case for case in cases if math.isfinite(case.right) and math.isfinite(case.claimed)]
        found = Diagnosis(usable, tolerance).found() if usable else None
        rounded = self._rounded(claim, verdict)
        if rounded and claim.is_number and (verdict.relative_error or 0.0) <= _shown(claim.text):
            return verdict._replace(diagnosis=rounded)
        return verdict._replace(diagnosis=found or rounded or self._partly.get(claim.name))

    def _rounded(self, claim: Claim, verdict: Verdict) -> str | None:
        """Whether a claim is right to the digits that were given."""
        error = verdict.relative_error
        if error is None or not error < NEARLY or not (claim.is_number or self._worst.get(claim.name, math.inf) < NEARLY):
            return None
        error = max(error, self._worst.get(claim.name, 0.0))
        return f"rounding: it is right to about {max(1, math.floor(-math.log10(error)))} digits; --tolerance {_above(error):g} accepts it"

    def judged(self, claim: Claim) -> Verdict:
        """The verdict of one claim."""
        if self.free:
            return self._everywhere(claim)
        return self._at_point(claim)

    # At a point -------------------------------------------------------------------------------------------------------

    @cached_property
    def sheet(self) -> Worksheet:
        """Everything known at the given point."""
        return self.at(self.given.numbers)

    def at(self, point: Mapping[str, float]) -> Worksheet:
        """The worksheet of a point."""
        used = self.tape.variables()
        return Worksheet(self.formula.text, self.tape, {name: point[name] for name in used}, used, ())

    def status(self, sheet: Worksheet, name: str) -> Status | None:
        """Why the derivative with respect to a variable or a step is not simply right; None where it is."""
        if name in sheet.status or name in sheet.gradient:
            return sheet.status.get(name)
        judge = Judge(sheet.tape, sheet.values, sheet.partials, sheet.adjoints, sheet.active)
        return judge.derivative(self.where[name], sheet.adjoint(self.where[name]))

    def _at_point(self, claim: Claim) -> Verdict:
        sheet, point = self.sheet, dict(self.given.numbers)
        computed = sheet.adjoint(self.where[claim.name])
        status = self.status(sheet, claim.name)
        if not claim.is_number and status is None:
            return self._settled(claim, point, 1, [self._compared(claim, point)])
        claimed = self.claimed(claim, point)
        if status is not None:
            return self._refused(claim, point, claimed, computed, status)
        return self._number(claim, point, claimed, computed)

    def claimed(self, claim: Claim, point: Mapping[str, float]) -> float:
        """What a claim says at a point, in doubles."""
        return float(evaluate(claim.tape, point)[claim.tape.output])

    def _number(self, claim: Claim, point: Point, claimed: float, computed: float) -> Verdict:
        tolerance = TOLERANCE if self.tolerance is None else self.tolerance
        error = abs(claimed - computed)
        reason = f"the relative error is within {tolerance:g}"
        fine = relative(claimed, computed) <= tolerance
        if not fine and error <= (least := floor(self.sheet, self.where[claim.name])):
            fine, reason = True, f"the difference is within {least:.1g}, what rounding alone can do here"
        if fine:
            return self._verdict(claim, AGREES, claimed, computed, point, 1, reason)
        return self._verdict(claim, DIFFERS, claimed, computed, point, 1, f"the relative error is above {tolerance:g}")

    def _refused(self, claim: Claim, point: Point, claimed: float, computed: float, status: Status) -> Verdict:
        node = self.sheet.names.get(status.node, self.sheet.output)
        reason = f"not judged: {status.status} at {node}: {status.reason}{_sides(status, claimed, computed)}"
        return Verdict(claim.name, claim.text, UNDECIDED, claimed, computed, point, None, None, reason, 0, reason)

    # Everywhere -------------------------------------------------------------------------------------------------------

    @cached_property
    def _landmarks(self) -> Landmarks:
        return Landmarks(self.tape)

    def _everywhere(self, claim: Claim) -> Verdict:
        """Judge a claim at all sampled points where the derivative exists."""
        compared: list[Comparison] = []
        for point in points([self.tape, claim.tape], self.free, self.given.numbers):
            if not self._is_doubtful(claim, point):
                found = self._compared(claim, point)
                if found is not None and not self._is_hole(claim, found):
                    compared.append(found)
        return self._settled(claim, compared[0].point if compared else {}, ENOUGH, compared)

    def _is_doubtful(self, claim: Claim, point: Point) -> bool:
        """Whether a point lies exactly on something special, and the derivative is not simply right there."""
        return on_edge(self._landmarks.region(point)) and self.status(self.at(point), claim.name) is not None

    def _is_hole(self, claim: Claim, found: Comparison) -> bool:
        """Whether a claim lacks a value at this very point only, as x^2/x does at 0."""
        if not found.is_gap:
            return False
        beside = [{name: x + d * max(1.0, abs(x)) if name in self.free else x for name, x in found.point.items()} for d in (-1e-7, 1e-7)]
        return all(other is None or not other.is_gap for other in [self._compared(claim, point) for point in beside])

    def _settled(self, claim: Claim, point: Point, least: int, compared: Sequence[Comparison | None]) -> Verdict:
        """The verdict that comparisons add up to."""
        kept = [found for found in compared if found is not None]
        wrong = [found for found in kept if not found.agrees]
        if wrong:
            first = wrong[0]
            self._wrong[claim.name] = [found.point for found in [*wrong[:CASES], *[x for x in kept if x.agrees][:2]]]
            self._worst[claim.name] = max(relative(found.claimed, found.computed) for found in wrong)
            if 4 * len(wrong) < 3 * len(kept):
                right = next(found.point for found in kept if found.agrees)
                where = ", ".join(f"{name} = {right[name]:.10g}" for name in self.free)
                self._partly[claim.name] = f"it is right for some values, such as {where}: a case, or a sign in one, is missing"
            said = f"it differs at {len(wrong)} of {len(kept)} points" if len(kept) > 1 else "it differs beyond all rounding"
            return self._verdict(claim, DIFFERS, first.claimed, first.computed, first.point, len(kept), said)
        if len(kept) < least:
            reason = f"only {len(kept)} points were found where the derivative exists: fix some variables by values"
            return Verdict(claim.name, claim.text, UNDECIDED, None, None, point, None, None, reason, len(kept), reason)
        first = kept[0]
        reason = f"the relative error is within {self.limit(claim):g}"
        return self._verdict(claim, AGREES, first.claimed, first.computed, first.point, len(kept), reason)

    def limit(self, claim: Claim) -> float:
        """The relative error that is allowed to a claim that is judged at high precision."""
        if self.tolerance is not None:
            return self.tolerance
        if claim.is_number:
            return TOLERANCE
        return SERIES if any(isinstance(node, Apply) and node.op == "sinc" for node in self.tape.nodes) else EXACT

    def _compared(self, claim: Claim, point: Point) -> Comparison | None:
        """Claim and derivative at one point, with more digits until their difference stands or vanishes."""
        limit, first = self.limit(claim), None
        for digits in DIGITS:
            computed, claimed = self._exactly(claim, point, digits)
            if computed - computed != 0:
                return None
            error = abs(claimed - computed)
            size = max(abs(claimed), abs(computed))
            if error <= limit * size or (first is not None and error <= first * 1e-40):
                return Comparison(point, float(claimed), float(computed), True)
            first = error if first is None else first
            if claimed - claimed != 0 or (digits > DIGITS[0] and error > limit * size and abs(error - first) <= 1e-20 * first):
                break
        return Comparison(point, float(claimed), float(computed), False)

    def _exactly(self, claim: Claim, point: Point, digits: int) -> tuple[Any, Any]:
        """The derivative and the claim, with so many digits."""
        algebra = _precise(digits)
        exact = {name: _lifted(algebra, self.given.formulas.get(name), x) for name, x in point.items()}
        key = digits, tuple(point.values())
        adjoints = self._known.get(key)
        if adjoints is None:
            values = algebra.evaluate(self.tape, exact)
            adjoints = self._known[key] = self._pulled(algebra, values)
        return adjoints[self.where[claim.name]], algebra.evaluate(claim.tape, exact)[claim.tape.output]

    def _pulled(self, algebra: Precise, values: Sequence[Any]) -> list[Any]:
        """The derivative with respect to every node; what has no finite value has none."""
        value = values[self.tape.output]
        if value - value != 0:
            return [algebra.context.nan] * len(values)
        flags = active(self.tape, self.tape.variables())
        found = pull(self.tape, linearize(self.tape, values, algebra, flags), algebra.lift(1.0), algebra)
        return [algebra.lift(0.0) if x is None else x for x in found]

    # Verdicts ---------------------------------------------------------------------------------------------------------

    def _verdict(
        self, claim: Claim, verdict: str, claimed: float, computed: float, point: Point, count: int, reason: str
    ) -> Verdict:
        error = abs(claimed - computed) if claimed != computed else 0.0
        return Verdict(
            claim.name, claim.text, verdict, claimed, computed, point, error, relative(claimed, computed), None, count, reason
        )


class Comparison(NamedTuple):
    """Claim and derivative at one point. A gap is where the derivative exists and the claim has no value."""

    point: Point
    claimed: float
    computed: float
    agrees: bool

    @property
    def is_gap(self) -> bool:
        """Whether the claim has no finite value here."""
        return self.claimed - self.claimed != 0


_algebras: dict[int, Precise] = {}


def _precise(digits: int) -> Precise:
    if digits not in _algebras:
        _algebras[digits] = Precise(digits)
    return _algebras[digits]


def _lifted(algebra: Precise, formula: Tape | None, value: float) -> Any:
    return algebra.context.mpf(value) if formula is None else algebra.evaluate(formula, {})[formula.output]


def relative(claimed: float, computed: float) -> float:
    """The relative error, with respect to the true derivative; infinite where that is 0."""
    if claimed == computed:
        return 0.0
    return abs(claimed - computed) / abs(computed) if computed else math.inf


def _shown(text: str) -> float:
    """The relative error that the digits of a number leave open; short numbers are taken to be exact."""
    digits = text.strip().lower().lstrip("+-").partition("e")[0].replace(".", "").lstrip("0")
    return 0.5 * 10.0 ** (1 - len(digits)) if digits.isdigit() and "." in text and len(digits) > 2 else 0.0


def _above(error: float) -> float:
    """The next power of ten."""
    return 10.0 ** (math.floor(math.log10(error)) + 1)


def _sides(status: Status, claimed: float, computed: float) -> str:
    """The one-sided derivatives, and which of them a claim equals."""
    sides = {"left": status.left, "right": status.right}
    shown = [f"{side} {x:g}" for side, x in sides.items() if x is not None]
    equal = [f"the {side} derivative" for side, x in sides.items() if x is not None and relative(claimed, x) <= TOLERANCE]
    equal += ["the value that is reported by convention"] if claimed == computed and not equal else []
    return (f" ({', '.join(shown)})" if shown else "") + (f"; the claim equals {' and '.join(equal)}" if equal else "")


def values(texts: Mapping[str, str], numbers: Mapping[str, float]) -> Values:
    """Given values, from their texts and their doubles."""
    formulas: dict[str, Tape] = {}
    for name, text in texts.items():
        try:
            formulas[name] = parse(text, names=()).tape
        except FormulaError:  # inf and nan
            continue
        if formulas[name].variables():
            del formulas[name]
    return Values(numbers, formulas)
