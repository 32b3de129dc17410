"""What is said of a wrong claim: that it was rounded, which known mistake it is, or where it does hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autodiff.checking.cases import Case
from autodiff.checking.claims import Claim
from autodiff.checking.diagnosis import Diagnosis
from autodiff.checking.verdicts import TOLERANCE, Outcome, Verdict, left_open, rounded
from autodiff.messages import say
from autodiff.point.evaluation import Evaluation

CLOSE = 1e-8  # relative, between a claim and a mistake that explains it, in doubles


def explained(claim: Claim, outcome: Outcome, found: Sequence[Evaluation], place: int, limit: float) -> Verdict:
    """The verdict with its diagnosis; `found` are the numbers at the points of the outcome, `limit` the tolerance."""
    near = None if _holds_often(outcome) else rounded(max(found.error for found in outcome.wrong))
    if near and (not claim.is_number or outcome.wrong[0].error <= left_open(claim.text)):
        return outcome.verdict._replace(diagnosis=near)
    cases = [case for here in found if (case := Case(here, place, claim.at(here.point))).is_finite]
    tolerance = max(left_open(claim.text), limit) if claim.is_number else CLOSE
    mistake = Diagnosis(cases, tolerance).found() if cases else None
    return outcome.verdict._replace(diagnosis=mistake or near or _partly(outcome))


def _holds_often(outcome: Outcome) -> bool:
    return bool(outcome.right) and 3 * len(outcome.right) >= len(outcome.wrong)


def _hidden(outcome: Outcome) -> float:
    """A difference that is the same wherever there is one, and too small to show in all other places; 0 where it is not so."""
    gaps = [found.absolute for found in outcome.wrong]
    is_one = len(gaps) > 1 and min(gaps) > 0.99 * max(gaps)
    return max(gaps) if is_one and all(max(gaps) <= TOLERANCE * abs(found.computed) for found in outcome.right) else 0.0


def _partly(outcome: Outcome) -> str | None:
    """A claim that holds in many places, so that a case may be missing."""
    if outcome.wrong[0].is_gap:
        gap = math.isnan(outcome.wrong[0].claimed)
        return (
            say("the claim has no value there, and the derivative has")
            if gap
            else say("the claim is infinite, and the derivative is not")
        )
    if not _holds_often(outcome):
        return None
    if constant := _hidden(outcome):
        return say("it differs by {number} everywhere, and that shows only where the derivative is small", number=f"{constant:g}")
    wrong, right = outcome.wrong[0].point, outcome.right[0].point
    where = ", ".join(f"{name} = {x:.10g}" for name, x in right.items() if x != wrong[name]) or say("others")
    return say("branch: it is right for some values, such as {point}; a case, or the sign of one, is missing", point=where)
