"""Claimed derivatives are judged: a number at a point, a formula everywhere, at high precision and with a counter-example."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from autodiff.checking.answer import answer
from autodiff.checking.claims import Claim, settled
from autodiff.checking.literals import is_double, rounded_to
from autodiff.checking.truth import Truth, Values
from autodiff.checking.verdicts import (
    AGREES,
    DIFFERS,
    DOUBLES,
    EXACT,
    TOLERANCE,
    UNDECIDED,
    UNDEFINED,
    UNTOLD,
    Comparison,
    Outcome,
    Verdict,
    counted,
    in_doubles,
    relative,
    short,
    sides,
)
from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say, series
from autodiff.point import rounding
from autodiff.point.evaluation import Evaluation, Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.reading.unfit import refuse_surplus
from autodiff.trust.landmarks import Landmarks, landmarks, on_edge
from autodiff.trust.sampling import Point, points
from autodiff.trust.status import Status

ENOUGH = 8  # points, before "agrees" is said of a formula
FEW, LARGEST = 10, 20_000  # claims on a formula of any size; beyond them, claims times steps
REMEMBERED = 100_000  # nodes, of the evaluations that are kept for the next claim
BESIDE = 1e-7  # where a claim is tried again that has no value at a point


class Examination:
    """A formula, the values that are given, and the claims about its derivatives. Variables without a value may be anything.

    With `answered`, verdicts have the right derivative as a formula.

    Raises FormulaError where a claim cannot be read, AutodiffError where a name is unknown or a package is missing.
    """

    def __init__(
        self,
        formula: Formula,
        claims: Mapping[str, str],
        given: Values,
        tolerance: float | None = None,
        surplus: Collection[str] = (),
        answered: bool = True,
    ) -> None:
        self.formula, self.tolerance, self.answered = formula, tolerance, answered
        self.tape, self.claims, self.notes = settled(formula, claims, given.numbers)
        used = self.tape.variables()
        refuse_surplus(formula.text, formula.tape, [name for name in given.numbers if name not in surplus], used)
        self.given = Values({name: x for name, x in given.numbers.items() if name in used}, given.formulas)
        self.free = [name for name in used if name not in given.numbers]
        _refuse_too_many(len(self.claims), len(self.tape.nodes))
        self._prepared = Prepared(self.tape, used)
        self.where = {**{name: place for place, name in self.tape.names.items()}, **self._prepared.places}
        self._truth = Truth(self.tape, given)
        self._evaluations: dict[tuple[float, ...], Evaluation] = {}

    def verdicts(self) -> list[Verdict]:
        """One verdict for each claim."""
        return [self._verdict(claim) for claim in self.claims]

    def _verdict(self, claim: Claim) -> Verdict:
        found = self._explained(claim, self._everywhere(claim) if self.free else self._at_point(claim))
        return found._replace(computed_formula=answer(self.tape, self.where[claim.name])) if self.answered else found

    def _explained(self, claim: Claim, outcome: Outcome) -> Verdict:
        """The verdict with the mistake that explains it."""
        if not outcome.wrong:
            return outcome.verdict
        from autodiff.checking.explanation import explained

        found = [self.at(point) for point in outcome.points]
        return explained(claim, outcome, found, self.where[claim.name], self.limit(claim))

    def at(self, point: Mapping[str, float]) -> Evaluation:
        """The numbers at a point, kept: all claims are judged at the same points."""
        key = tuple([point[name] for name in self._prepared.wrt])
        if key not in self._evaluations or 0.0 in key:  # which may be a -0.0
            if len(self._evaluations) * len(self.tape.nodes) > REMEMBERED:
                self._evaluations.clear()
            self._evaluations[key] = self._prepared.at(dict(zip(self._prepared.wrt, key, strict=True)))
        return self._evaluations[key]

    def limit(self, claim: Claim) -> float:
        """The relative error that is allowed."""
        if self.tolerance is not None:
            return self.tolerance
        if claim.is_number:
            return TOLERANCE
        return DOUBLES if any(is_double(node) for tape in (self.tape, claim.tape) for node in tape.nodes) else EXACT

    # At a point -------------------------------------------------------------------------------------------------------

    @cached_property
    def sheet(self) -> Worksheet:
        """The worksheet at the given point."""
        return Worksheet(self._prepared, self._point)

    def _at_point(self, claim: Claim) -> Outcome:
        status = self._status(self.sheet, claim)
        if status is not None:
            return Outcome(self._refused(claim, status))
        if claim.is_number:
            return self._number(claim)
        return self._settled(claim, [self._compared(claim, self._point)], 1)

    @property
    def _point(self) -> Point:
        return {name: self.given.numbers[name] for name in self._prepared.wrt}

    def _status(self, here: Evaluation, claim: Claim) -> Status | None:
        """Why a derivative is not simply right; None where it is. Steps are judged as variables are."""
        return here.status.get(claim.name) if claim.name in here.gradient else here.judged(self.where[claim.name])

    def _refused(self, claim: Claim, status: Status) -> Verdict:
        claimed, computed = claim.at(self._point), self.sheet.adjoint(self.where[claim.name])
        node = self.sheet.names.get(status.node, self.sheet.output)
        about = say("{status} at {node}: {reason}", status=say(status.status), node=node, reason=status.reason)
        reason = sides(about, status, claimed, computed)
        nothing = counted([Comparison(self._point, claimed, computed, UNDEFINED)])
        return Verdict(claim.name, claim.text, UNDECIDED, claimed, computed, self._point, None, None, 0, reason, counts=nothing)

    def _number(self, claim: Claim) -> Outcome:
        """A number is compared in doubles; what rounding alone can do is allowed, of the point and of the number itself."""
        place, limit = self.where[claim.name], self.limit(claim)
        claimed, computed = claim.at(self._point), self.sheet.adjoint(place)
        fine = relative(claimed, computed) <= limit
        reason = _beyond(limit) if not fine else _within(limit)
        least = 0.0 if claimed == computed else rounding.floor(self.sheet, place)
        digits = self._rounded_to(claim, computed, least) if claimed != computed else None
        if not fine and abs(claimed - computed) <= least:
            bound = short(float(f"{least:.1g}"))
            fine, reason = True, say("the difference is within {bound}, what rounding alone can do here", bound=bound)
        elif not fine and digits:
            fine, reason = True, _rounded(digits)
        found = in_doubles(self._point, claimed, computed, fine)._replace(rounded_to=digits)
        return Outcome(found.verdict(claim.name, claim.text, counted([found]), reason), [] if fine else [found])

    def _rounded_to(self, claim: Claim, computed: float, slack: float = 0.0) -> int | None:
        """To how many digits a claim is the derivative rounded; None where a tolerance was given, which alone counts then."""
        return rounded_to(claim.text, computed, slack) if claim.is_number and self.tolerance is None else None

    # Everywhere -------------------------------------------------------------------------------------------------------

    @cached_property
    def _landmarks(self) -> Landmarks:
        return landmarks(self.tape)

    @cached_property
    def _tried(self) -> list[Point]:
        """The points of all claims: edges are looked for once, those of the formula and those of the claims, in one budget."""
        tapes = [self.tape, *(claim.tape for claim in self.claims)]
        return points(tapes, self.free, self.given.numbers, uses=len(self.claims))

    def _everywhere(self, claim: Claim) -> Outcome:
        """Judge a claim at all sampled points where the derivative exists."""
        compared = [self._compared(claim, point) for point in self._tried]
        return self._settled(claim, compared, ENOUGH)

    def _is_special(self, claim: Claim, point: Point) -> bool:
        """Whether a point lies exactly on something special, and the derivative is not simply right there."""
        if not on_edge(self._landmarks.read(point)[0]):
            return False
        status = self._status(self.at(point), claim)
        return status is not None and status.status != "overflow"  # what is too large for doubles is not for many digits

    def _compared(self, claim: Claim, point: Point) -> Comparison:
        """Claim and derivative; undefined where the derivative is special, or the claim has a hole at this very point only."""
        nothing = Comparison(point, math.nan, math.nan, UNDEFINED)
        if self.free and self._is_special(claim, point):
            return nothing
        found = self._truth.compared(claim.tape, self.where[claim.name], point, self.limit(claim))
        if found.said == DIFFERS and (digits := self._rounded_to(claim, found.computed)):
            return found._replace(said=AGREES, rounded_to=digits)
        if not found.is_gap or not self.free:
            return found
        for step in (-BESIDE, BESIDE):
            moved = {name: x + step * max(1.0, abs(x)) if name in self.free else x for name, x in point.items()}
            if self._truth.compared(claim.tape, self.where[claim.name], moved, self.limit(claim)).is_gap:
                return found
        return nothing

    def _settled(self, claim: Claim, found: Sequence[Comparison], least: int) -> Outcome:
        """The verdict that comparisons add up to; the first counter-example is the simplest."""
        counts = counted(found)
        wrong, right = [each for each in found if each.said == DIFFERS], [each for each in found if each.said == AGREES]
        wrong.sort(key=lambda each: each.claimed == each.computed or math.isinf(each.computed))  # others are better examples
        number = len(wrong) + len(right)
        if wrong:
            reason = say("the difference stands at high precision")
            if self.free:
                reason = say("it differs at {wrong} of {number} points", wrong=len(wrong), number=number)
            if claim.is_number and self.free:
                reason = say("{reason}; {names} may be anything, since no value was given", reason=reason, names=series(self.free))
            return Outcome(wrong[0].verdict(claim.name, claim.text, counts, reason), wrong, right)
        if number >= least:
            return Outcome(right[0].verdict(claim.name, claim.text, counts, self._agreement(claim, right, counts)))
        reason = say(
            "the derivative exists at only {number} of {tried} points tried: give values to some variables",
            number=number, tried=len(found),
        )  # fmt: skip
        if counts[UNTOLD]:
            reason = say(
                "of {tried} points tried they agree at {number}, {undefined} have no derivative, and {untold} cannot be told",
                tried=len(found), number=number, undefined=counts[UNDEFINED], untold=counts[UNTOLD],
            )  # fmt: skip
        point = right[0].point if right else dict(self.given.numbers)
        return Outcome(Verdict(claim.name, claim.text, UNDECIDED, None, None, point, None, None, number, reason, counts=counts))

    def _agreement(self, claim: Claim, right: Sequence[Comparison], counts: Mapping[str, int]) -> str:
        """Within which tolerance a claim agrees, and what remains open."""
        limit = self.limit(claim)
        if digits := right[0].rounded_to:
            return _rounded(digits)
        reason = _within(limit) if self.free else _within_here(limit)
        if any(found.is_rounded for found in right):
            reason = say("{reason}, or what rounding the numbers in the claim can do", reason=reason)
        if counts[UNTOLD]:
            reason = say("{reason}; at {untold} more points it cannot be told", reason=reason, untold=counts[UNTOLD])
        return reason


def _refuse_too_many(claims: int, steps: int) -> None:
    """Raises AutodiffError where so many claims on so many steps would take too long."""
    if (claims - FEW) * steps > LARGEST:
        message = say("{claims} claims on {steps} steps are more than {limit} numbers", claims=claims, steps=steps, limit=LARGEST)
        raise AutodiffError("E018", message, say("claim fewer derivatives at a time"))


def _within(limit: float) -> str:
    return say("within the relative tolerance of {tolerance}", tolerance=short(limit))


def _within_here(limit: float) -> str:
    return say("within the relative tolerance of {tolerance}, at this point only", tolerance=short(limit))


def _beyond(limit: float) -> str:
    return say("beyond the relative tolerance of {tolerance}", tolerance=short(limit))


def _rounded(digits: int) -> str:
    return say("it is the right value rounded to {digits} digits", digits=digits)
