"""What is said of a claim: the verdict, its numbers, and the tolerances that decided."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from autodiff.errors import enumerated
from autodiff.messages import N_, say
from autodiff.trust.sampling import Point
from autodiff.trust.status import Status, sided

TOLERANCE = 1e-6  # relative, for a number, which people round
EXACT = 1e-25  # relative, for a formula
DOUBLES = 1e-13  # relative, where a number is written with the digits of a double, or the table has a series for doubles
NEARLY = 5e-3  # relative error of a claim that is rounded
WRONG, RIGHT = 5, 2  # points where a mistake must explain a claim
AGREES, DIFFERS, UNDECIDED = N_("agrees"), N_("differs"), N_("undecided")
UNDEFINED, UNTOLD = "undefined", "untold"  # points where there is nothing to compare, and where nobody can tell
CODES = {AGREES: None, DIFFERS: "E060", UNDECIDED: "E061"}


class Verdict(NamedTuple):
    """What is said of one claim. `points` counts where it was judged; the numbers belong to `point`.

    An error is None where nothing was decided. `reason` says what decided, `diagnosis` what is wrong with the claim. `counts` has
    the points where claim and derivative agree, where they differ, where one of them is undefined, and where it is untold which.
    `rounded_to` says to how many digits the claim is the right value rounded, `computed_formula` is the right derivative where that
    is short.
    """

    variable: str
    formula: str
    verdict: str
    claimed: float | None
    computed: float | None
    point: Point
    absolute_error: float | None
    relative_error: float | None
    points: int
    reason: str
    diagnosis: str | None = None
    counts: Mapping[str, int] = MappingProxyType({})
    rounded_to: int | None = None
    computed_formula: str | None = None

    @property
    def code(self) -> str | None:
        """The stable code of a claim that does not agree."""
        return CODES[self.verdict]


class Comparison(NamedTuple):
    """Claim and derivative at one point, and what is said of them there; the errors may be smaller than doubles can show."""

    point: Point
    claimed: float
    computed: float
    said: str
    absolute: float = 0.0
    error: float = 0.0
    is_rounded: bool = False
    """Whether they agree within what rounding the numbers of the claim can do, and not otherwise."""
    rounded_to: int | None = None

    @property
    def is_gap(self) -> bool:
        """Whether the derivative exists and the claim has no finite value."""
        return self.said == DIFFERS and self.claimed - self.claimed != 0

    def verdict(self, name: str, text: str, counts: Mapping[str, int], reason: str) -> Verdict:
        """The verdict on a claim that this comparison stands for."""
        number = counts[AGREES] + counts[DIFFERS]
        errors = self.absolute, self.error
        return Verdict(
            name, text, self.said, self.claimed, self.computed, self.point, *errors, number, reason, None, counts, self.rounded_to
        )


def in_doubles(point: Point, claimed: float, computed: float, agrees: bool) -> Comparison:
    """Claim and derivative as they are in doubles."""
    error = relative(claimed, computed)
    apart = abs(claimed - computed) if error else 0.0
    return Comparison(point, claimed, computed, AGREES if agrees else DIFFERS, apart, error)


def counted(found: Sequence[Comparison]) -> dict[str, int]:
    """How often each thing is said."""
    return {said: sum(each.said == said for each in found) for said in (AGREES, DIFFERS, UNDEFINED, UNTOLD)}


class Outcome(NamedTuple):
    """A verdict, and the comparisons that it rests upon."""

    verdict: Verdict
    wrong: Sequence[Comparison] = ()
    right: Sequence[Comparison] = ()

    @property
    def points(self) -> list[Point]:
        """Some of the points: a mistake that explains the claim must explain it at all of them."""
        return [found.point for found in (*self.wrong[:WRONG], *self.right[:RIGHT])]


def relative(claimed: float, computed: float) -> float:
    """The error relative to the true derivative; infinite where that is 0."""
    if claimed == computed:
        return 0.0
    return abs(claimed - computed) / abs(computed) if computed else math.inf


def sides(reason: str, status: Status, claimed: float, computed: float) -> str:
    """A reason with the one-sided derivatives, and which of them a claim equals."""
    names = {say("the left derivative"): status.left, say("the right derivative"): status.right}
    equal = [name for name, x in names.items() if x is not None and relative(claimed, x) <= TOLERANCE]
    equal += [say("the value that is reported by convention")] if claimed == computed and not equal else []
    if shown := sided(*("" if x is None else f"{x:g}" for x in names.values())):
        reason = say("{reason} ({sides})", reason=reason, sides=shown)
    return say("{reason}; the claim equals {what}", reason=reason, what=enumerated(equal)) if equal else reason


def short(x: float) -> str:
    """A tolerance as people write it."""
    return f"{x:g}".replace("e-0", "e-")


def left_open(text: str) -> float:
    """The relative error that the digits of a number leave open; short numbers are taken to be exact."""
    digits = text.strip().lower().lstrip("+-").partition("e")[0].replace(".", "").lstrip("0")
    return 0.5 * 10.0 ** (1 - len(digits)) if digits.isdigit() and "." in text and len(digits) > 2 else 0.0


def rounded(error: float) -> str | None:
    """Whether a relative error is that of a claim which was rounded."""
    if not 0 < error < NEARLY:
        return None
    digits = math.floor(-math.log10(error))
    accepting = 10.0 ** (math.floor(math.log10(error)) + 1)
    return say(
        "rounding: it is right to about {digits} digits; --tolerance {tolerance} accepts it",
        digits=digits,
        tolerance=short(accepting),
    )
