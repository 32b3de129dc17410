"""Claimed derivatives are judged: a number at a point, a formula everywhere, at high precision and with a counter-example."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from autodiff.checking.claims import Claim, is_double, settled
from autodiff.checking.truth import Truth, Values
from autodiff.checking.verdicts import DOUBLES, EXACT, TOLERANCE, UNDECIDED, Comparison, Outcome, Verdict, relative, short, sides
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point import rounding
from autodiff.point.evaluation import Evaluation, Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.trust.landmarks import Landmarks, landmarks, on_edge
from autodiff.trust.sampling import Point, points
from autodiff.trust.status import Status

ENOUGH = 8  # points, before "agrees" is said of a formula
BESIDE = 1e-7  # where a claim is tried again that has no value at a point


class Examination:
    """A formula, the values that are given, and the claims about its derivatives. Variables without a value may be anything.

    Raises FormulaError where a claim cannot be read, AutodiffError where a name is unknown or a package is missing.
    """

    def __init__(
        self,
        formula: Formula,
        claims: Mapping[str, str],
        given: Values,
        tolerance: float | None = None,
        surplus: Collection[str] = (),
    ) -> None:
        self.formula, self.tolerance = formula, tolerance
        self.tape, self.claims, self.notes = settled(formula, claims, given.numbers)
        used = self.tape.variables()
        formula.refuse_surplus([name for name in given.numbers if name not in surplus], used)
        self.given = Values({name: x for name, x in given.numbers.items() if name in used}, given.formulas)
        self.free = [name for name in used if name not in given.numbers]
        self._prepared = Prepared(self.tape, used)
        self.where = {**{name: place for place, name in self.tape.names.items()}, **self._prepared.places}
        self._truth = Truth(self.tape, given)

    def verdicts(self) -> list[Verdict]:
        """One verdict for each claim."""
        return [self._explained(claim, self._everywhere(claim) if self.free else self._at_point(claim)) for claim in self.claims]

    def _explained(self, claim: Claim, outcome: Outcome) -> Verdict:
        """The verdict with the mistake that explains it."""
        if not outcome.wrong:
            return outcome.verdict
        from autodiff.checking.explanation import explained

        found = [self.at(point) for point in outcome.points]
        return explained(claim, outcome, found, self.where[claim.name], self.limit(claim))

    def at(self, point: Mapping[str, float]) -> Evaluation:
        """The numbers at a point."""
        return self._prepared.at({name: point[name] for name in self._prepared.wrt})

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
        return Verdict(claim.name, claim.text, UNDECIDED, claimed, computed, self._point, None, None, 0, reason)

    def _number(self, claim: Claim) -> Outcome:
        """A number is compared in doubles; what rounding alone can do is allowed."""
        place, limit = self.where[claim.name], self.limit(claim)
        claimed, computed = claim.at(self._point), self.sheet.adjoint(place)
        fine = relative(claimed, computed) <= limit
        reason = _beyond(limit) if not fine else _within(limit)
        if not fine and abs(claimed - computed) <= (least := rounding.floor(self.sheet, place)):
            bound = short(float(f"{least:.1g}"))
            fine, reason = True, say("the difference is within {bound}, what rounding alone can do here", bound=bound)
        found = Comparison(self._point, claimed, computed, fine)
        return Outcome(found.verdict(claim.name, claim.text, 1, reason), [] if fine else [found])

    # Everywhere -------------------------------------------------------------------------------------------------------

    @cached_property
    def _landmarks(self) -> Landmarks:
        return landmarks(self.tape)

    def _everywhere(self, claim: Claim) -> Outcome:
        """Judge a claim at all sampled points where the derivative exists."""
        tried = points([self.tape, claim.tape], self.free, self.given.numbers)
        compared = [None if self._is_special(claim, point) else self._compared(claim, point) for point in tried]
        return self._settled(claim, compared, ENOUGH)

    def _is_special(self, claim: Claim, point: Point) -> bool:
        """Whether a point lies exactly on something special, and the derivative is not simply right there."""
        return on_edge(self._landmarks.read(point)[0]) and self._status(self.at(point), claim) is not None

    def _compared(self, claim: Claim, point: Point) -> Comparison | None:
        """Claim and derivative; None where there is no derivative, or the claim lacks a value at this very point only."""
        found = self._truth.compared(claim.tape, self.where[claim.name], point, self.limit(claim))
        if found is None or not found.is_gap or not self.free:
            return found
        for step in (-BESIDE, BESIDE):
            moved = {name: x + step * max(1.0, abs(x)) if name in self.free else x for name, x in point.items()}
            other = self._truth.compared(claim.tape, self.where[claim.name], moved, self.limit(claim))
            if other is not None and other.is_gap:
                return found
        return None

    def _settled(self, claim: Claim, compared: Sequence[Comparison | None], least: int) -> Outcome:
        """The verdict that comparisons add up to; the first counter-example is the simplest."""
        kept = [found for found in compared if found is not None]
        wrong, right = [found for found in kept if not found.agrees], [found for found in kept if found.agrees]
        if wrong:
            reason = say("the difference stands at high precision")
            if self.free:
                reason = say("it differs at {wrong} of {number} points", wrong=len(wrong), number=len(kept))
            if claim.is_number and self.free:
                reason = say(
                    "{reason}; {names} may be anything, since no value was given", reason=reason, names=", ".join(self.free)
                )
            return Outcome(wrong[0].verdict(claim.name, claim.text, len(kept), reason), wrong, right)
        if len(kept) >= least:
            reason = _within(self.limit(claim)) if self.free else _within_here(self.limit(claim))
            return Outcome(right[0].verdict(claim.name, claim.text, len(kept), reason))
        reason = say(
            "the derivative exists at only {number} of {tried} points tried: give values to some variables",
            number=len(kept), tried=len(compared),
        )  # fmt: skip
        point = kept[0].point if kept else dict(self.given.numbers)
        return Outcome(Verdict(claim.name, claim.text, UNDECIDED, None, None, point, None, None, len(kept), reason))


def _within(limit: float) -> str:
    return say("within the relative tolerance of {tolerance}", tolerance=short(limit))


def _within_here(limit: float) -> str:
    return say("within the relative tolerance of {tolerance}, at this point only", tolerance=short(limit))


def _beyond(limit: float) -> str:
    return say("beyond the relative tolerance of {tolerance}", tolerance=short(limit))
