"""First derivatives just beside a point: a mixed second derivative is one of theirs, so it needs them there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from autodiff.messages import say
from autodiff.passes.push_pull import active
from autodiff.point.evaluation import Evaluation, Prepared
from autodiff.point.sparing import Sparing, Time
from autodiff.tape import Apply, ancestors
from autodiff.trust.special_points import events
from autodiff.trust.status import Status

DISTANCES = (1361 * 2.0**-26, 1237 * 2.0**-22, 1109 * 2.0**-17, 1291 * 2.0**-15)
"""From the nearest on, as beside it a small corner is lost in rounding: of a few bits, so that equal products stay equal."""

WORK = 400_000  # nodes read for one Hessian; what would take more is not called ok
HARMLESS = ("one_sided", "domain", "overflow", "underflow")  # of these the first derivative exists where there is a value


class Beside:
    """Where a corner's inner slope vanishes at the point, no variable moving alone sees it; it is looked for beside the point.

    A derivative that meets no corner at the point meets none near by. Of the others, each that is right at the point is
    judged at some distances on each side along the other variable: it does not exist beside the point where two of them that
    follow on each other say so.
    """

    def __init__(self, here: Evaluation, time: Time) -> None:
        self.here, self._time = here, time
        self._known: dict[str, list[list[Sparing]]] = {}
        self._active: dict[str, bytearray] = {}
        self._work = 0

    @cached_property
    def _corners(self) -> list[int]:
        return [event.node for event in events(self.here.tape, self.here.values, self.here.active, self.here.prepared.watched)]

    def _meet(self, name: str, other: str) -> bool:
        """Whether a corner depends on both variables."""
        one, two = self._moved(name), self._moved(other)
        return any(one[i] and two[i] for i in self._corners)

    def _mix(self, name: str, other: str) -> bool:
        """Whether a step that is no sum depends on both: else each has corners of its own, whatever the other does."""
        one, two = (int.from_bytes(self._moved(each), "little") for each in (name, other))
        return one & two & self._mixing != 0

    @cached_property
    def _mixing(self) -> int:
        nodes = self.here.tape.nodes
        flags = bytearray(isinstance(node, Apply) and node.op not in ("add", "sub", "neg", "copy") for node in nodes)
        return int.from_bytes(flags, "little")

    def _moved(self, name: str) -> bytearray:
        """The nodes that depend on a variable."""
        if name not in self._active:
            self._active[name] = active(self.here.tape, [name])
        return self._active[name]

    @cached_property
    def _suspects(self) -> list[str]:
        """The variables that an event at the point depends on, and whose derivatives are right there all the same."""
        here = self.here
        before = ancestors(here.tape, self._corners)
        return [name for name in here.wrt if before[here.places[name]] and not _broken(here.status.get(name))]

    def first(self, name: str, other: str, joined: bool) -> Status | None:
        """Why the derivative by one variable does not exist at or beside the point, as another moves; None where it does.

        `joined` says that a first derivative by one of them holds the other; where neither that nor a corner joins the two,
        what it is at the point is of no concern.
        """
        at_point = self.here.status.get(name)
        if at_point is not None and _broken(at_point):
            return _without(name, at_point) if joined or self._meet(name, other) else None
        if name not in self._suspects or not (joined or self._meet(name, other) or self._mix(name, other)):
            return None
        if other not in self._known:
            self._known[other] = [*self._sides(other)]
        for side in self._known[other]:
            found = (x.status(name) for x in side)
            for one, two in pairwise(found):
                if one is not None and _broken(one) and _broken(two):
                    return _without(name, one, other)
        if not self._known[other] and self._is_late():
            return Status("undefined", say("the point is special, and the formula is too long to be judged beside it"), -1)
        return None

    @cached_property
    def _prepared(self) -> Prepared:
        return Prepared(self.here.tape, self._suspects)

    def _is_late(self) -> bool:
        return self._work > WORK or self._time.left <= 0

    def _sides(self, other: str) -> Iterator[list[Sparing]]:
        """The formula at all distances on the left, and on the right, as far as it has a value there."""
        here = self.here
        self._work += 2 * len(DISTANCES) * len(here.tape.nodes)
        if self._is_late():
            return
        prepared, x = self._prepared, here.point[other]
        for sign in (-1, 1):
            points = [{**here.point, other: x + sign * h * (abs(x) or 1.0)} for h in DISTANCES]
            found = [Sparing(here.tape, prepared.wrt, point, self._time, prepared) for point in points]
            yield [y for y in found if math.isfinite(y.value)]


def _broken(status: Status | None) -> bool:
    return status is not None and status.status not in HARMLESS


def _without(name: str, status: Status, other: str = "") -> Status:
    kind = status.status if status.status in ("kink", "jump") else "undefined"
    if not other:
        reason = say("the first derivative by {name} is not ok here ({status})", name=name, status=say(status.status))
    else:
        reason = say(
            "the first derivative by {name} does not exist beside the point, where {other} moves: {reason}",
            name=name, other=other, reason=status.reason,
        )  # fmt: skip
    return Status(kind, reason, -1)
