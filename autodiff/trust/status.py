"""Whether a number can be believed: a status for the value and for every derivative, with the node that caused it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.messages import N_, say
from autodiff.numbers.wide import Wide
from autodiff.passes.push_pull import Partials
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Tape
from autodiff.trust.special_points import Event, Watched, events, too_large

if TYPE_CHECKING:
    from autodiff.trust.limits import Limits, Side
    from autodiff.trust.nearness import Nearness

ORDER = (
    N_("domain"), N_("undefined"), N_("overflow"), N_("underflow"), N_("pole"), N_("infinite"), N_("jump"), N_("kink"),
    N_("one_sided"), N_("ok"),
)  # fmt: skip
"""Where several apply, the first counts. Programs get these words as they are; people see them translated."""

CLOSE = 1e-9  # one-sided derivatives nearer than this, relative to the products they are summed from, may be equal
STEEP = ("overflow", "pole", "infinite")
SLACK = 4.0  # times the bound of what rounding did on one side
GUESSED = 1e5  # times as near where they are estimates


class Status(NamedTuple):
    """Why a derivative is not simply right. `left` and `right` are the one-sided derivatives, None where there is none."""

    status: str
    reason: str
    node: int
    left: float | None = None
    right: float | None = None
    estimated: bool = False


class Judge:
    """Looks for events once, then judges the value and one derivative after the other."""

    def __init__(
        self,
        tape: Tape,
        values: Sequence[Any],
        partials: Partials,
        adjoints: Sequence[Any],
        flags: bytearray,
        watched: Watched | None = None,
    ) -> None:
        self.tape, self.values, self.partials, self.adjoints, self.active = tape, values, partials, adjoints, flags
        self.events = events(tape, values, flags, watched)

    @cached_property
    def limits(self) -> Limits:
        """One-sided passes; prepared only where an event asks for them."""
        from autodiff.trust.limits import Limits

        return Limits(self.tape, self.values, self.partials, self.adjoints, [self._visible(event.node) for event in self.events])

    @property
    def work(self) -> int:
        """The one-sided operations that were done so far, and some for what has to be made ready."""
        return self.limits.work if "limits" in self.__dict__ else 0

    def meets(self, place: int) -> bool:
        """Whether the derivative with respect to a node meets an event."""
        return place in self._first

    @cached_property
    def _events_at(self) -> dict[int, list[Event]]:
        found: dict[int, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.node, []).append(event)
        return found

    def value(self) -> tuple[str, int, str]:
        """The status of the value, its node and the reason."""
        value = self.values[self.tape.output]
        if value != value:
            origins = [event for event in self.events if self.values[event.node] != self.values[event.node]]
            cause = min(origins, key=lambda event: _rank(event.status), default=None)
            if cause is None:
                nan = next((i for i, x in enumerate(self.values) if x != x), self.tape.output)
                return "domain", nan, say("a variable is not a number")
            return cause.status, cause.node, cause.reason
        if type(value) is Wide and math.isinf(value):
            cause = self._largest[self._source()]
            return cause.status, cause.node, cause.reason
        if math.isinf(value):
            for event in self.events:
                if math.isinf(self.values[event.node]) and event.status in ("overflow", "pole", "infinite"):
                    return event.status, event.node, event.reason
        return "ok", self.tape.output, ""

    @cached_property
    def _largest(self) -> dict[int, Event]:
        """What is too large for a double."""
        return {event.node: event for event in too_large(self.tape, self.values)}

    def _source(self) -> int:
        """The first step of those, one the argument of the next, that made the output too large for a double."""
        place: int | None = self.tape.output
        while place is not None:
            first, node = place, self.tape.nodes[place]
            place = next((j for j in node.args if j in self._largest), None) if type(node) is Apply else None
        return first

    def derivative(self, place: int, found: float) -> Status | None:
        """The status of the derivative with respect to the variable at a place; None where it is ok."""
        if self.values[place] != self.values[place]:
            return Status("domain", say("the variable is not a number"), place)
        if self.values[self.tape.output] != self.values[self.tape.output]:
            status, node, reason = self.value()
            return Status(status, reason, node)
        if not self.events and math.isfinite(found):
            return None
        if not math.isfinite(found):
            return self._not_finite(place, found)
        return self._finite(place, found, self._first[place]) if place in self._first else None

    @cached_property
    def _first(self) -> dict[int, Event]:
        """For every node the event that counts first among those which its derivative meets."""
        return self._ahead(self.events)

    @cached_property
    def _steepest(self) -> dict[int, Event]:
        """For every node the first event that made its derivative infinite or undefined."""
        return self._ahead([event for event in self.events if _is_wild(self.partials[event.node])])

    @cached_property
    def _wild(self) -> dict[int, Event]:
        """For every node the first one on its way with a local derivative that is no finite number."""
        reason = N_("the local derivative is too large for a double")
        return self._ahead([Event(i, "overflow", reason) for i, local in enumerate(self.partials) if _is_wild(local)])

    @cached_property
    def _too_large(self) -> dict[int, Event]:
        """For every node the first one on its way that is too large for a double."""
        return self._ahead([*self._largest.values()])

    def _ahead(self, events: Sequence[Event]) -> dict[int, Event]:
        """For every node the first of the events that depend on it, in one sweep from right to left."""
        at: dict[int, list[Event]] = {}
        for event in events:
            at.setdefault(event.node, []).append(event)
        first: dict[int, Event] = {}
        for i in range(len(self.tape.nodes) - 1 if at else -1, -1, -1):
            node = self.tape.nodes[i]
            if type(node) is Apply and (i in at or i in first):
                later = [first[i]] if i in first else []
                for k, j in enumerate(node.args):
                    mine = [event for event in at.get(i, ()) if event.argument in (None, k)]
                    known = [first[j]] if j in first else []
                    if found := [*mine, *later, *known]:
                        first[j] = min(found, key=lambda event: (_rank(event.status), event.node))
        return first

    # A derivative that is infinite or not a number --------------------------------------------------------------------

    def _not_finite(self, place: int, found: float) -> Status:
        cause = self._cause(place, found)
        if type(self.adjoints[place]) is Wide and place not in self._first:  # smooth here, and merely too large
            return Status("overflow", cause.reason, cause.node, found, found)
        pair = self.limits.both(place)
        kept = found == found or cause.status == "domain" or (cause.status == "pole" and self._own(cause))
        product = not kept and cause.status in ("infinite", "pole")
        status, reason = cause.status if kept else "undefined", cause.reason
        if product:
            reason = say("0 times infinity: {reason}", reason=reason)
        if pair is None:
            return Status(status, reason, cause.node)
        value = self.values[self.tape.output]
        a, b = (None if status == "undefined" and side.limit != value else _slope(side) for side in pair)
        if status == "overflow":  # of an infinite number, only an infinite slope makes sense
            a, b = (x if x is None or math.isinf(x) else None for x in (a, b))
        guessed = any(side.estimated for side in pair) or (not kept and cause.status in STEEP and not a is b is None)
        return Status(status, reason, cause.node, a, b, guessed)

    def _own(self, event: Event) -> bool:
        """Whether the local derivative at the event is itself not a number."""
        return any(slope is not None and slope != slope for slope in self.partials[event.node] or ())

    def _cause(self, place: int, found: float) -> Event:
        """The event that made a derivative infinite or undefined."""
        if type(self.adjoints[place]) is Wide and place in self._too_large:
            return self._too_large[place]
        ranked = self._steepest.get(place) or self._first.get(place)
        if ranked is not None and _rank(ranked.status) <= ORDER.index("infinite"):
            return ranked
        kind = "overflow" if found == found else "undefined"
        if place in self._wild:
            return self._wild[place]._replace(status=kind)
        return Event(self.tape.output, kind, N_("a product in the backward pass is too large for a double"))

    # A finite derivative with events on its way -----------------------------------------------------------------------

    def _finite(self, place: int, found: float, first: Event) -> Status | None:
        if first.status == "overflow":
            return Status("overflow", first.reason, first.node)
        pair = self.limits.both(place)
        if pair is None:
            return Status(_kink_if_edge(first.status), first.reason, self._visible(first.node))
        kind = self._kind(place, found, pair)
        if kind == "unclear":
            kind = _kink_if_edge(first.status)
        return None if kind == "ok" else self._verdict(kind, place, found, pair)

    def _events(self, place: int) -> list[Event]:
        """All events that the derivative with respect to a variable meets, in order of evaluation."""
        core = self.limits.core(place)
        return [event for i in sorted(core) for event in self._events_at.get(i, ()) if self._concerns(event, core)]

    def _concerns(self, event: Event, core: set[int]) -> bool:
        node = self.tape.nodes[event.node]
        return event.argument is None or (isinstance(node, Apply) and node.args[event.argument] in core)

    def _verdict(self, kind: str, place: int, found: float, pair: tuple[Side, Side]) -> Status:
        events = self._events(place)
        first = min(events, key=lambda event: _rank(event.status))
        cause = next((event for event in events if event.status == kind), first)
        reason = cause.reason if kind != "one_sided" or cause.status == kind else say("the domain ends at this point")
        a, b = (_slope(side) for side in pair)
        if kind == "kink" and a is not None and b is not None and self._same(pair[0], b, place, abs(a)):
            reason = say(
                "{reason}; the true derivative is {slope}, the conventions of the corners add up to {sum}",
                reason=reason, slope=f"{a:g}", sum=f"{found:g}",
            )  # fmt: skip
        return Status(kind, reason, self._visible(cause.node), a, b, any(side.estimated for side in pair))

    def _kind(self, place: int, found: float, pair: tuple[Side, Side]) -> str:
        """What the two sides say about a derivative that is finite."""
        there = [side for side in pair if side.limit == side.limit]
        if not all(map(self._goes_on, there)):
            return "jump"
        known, scale = [side for side in there if side.slope is not None], self._scale(place)
        if any(side.slope is not None and math.isinf(side.slope) for side in known):
            return "infinite"
        if not all(self._same(side, found, place, scale) for side in known):
            return "kink"
        if len(known) < len(there) or not there:
            return "unclear"
        return "one_sided" if len(there) == 1 else "ok"

    def _goes_on(self, side: Side) -> bool:
        """Whether a limit is the value, as far as rounding lets us know."""
        value = self.values[self.tape.output]
        if side.limit == value or not _is_close(side.limit, value, 0.0):
            return bool(side.limit == value)
        return side.estimated or abs(side.limit - value) <= self._nearness.of_value()

    def _same(self, side: Side, found: float, place: int, scale: float) -> bool:
        """Whether the slope on a side is this one, as far as rounding lets us know, or the estimate is good."""
        slope = side.slope
        if slope is None or slope == found or not _is_close(slope, found, scale + GUESSED * abs(found) * side.estimated):
            return slope == found
        return side.estimated or abs(slope - found) <= self._nearness.of_slope(place) + SLACK * side.error

    @cached_property
    def _nearness(self) -> Nearness:
        """How far rounding reaches; asked only where something differs by little."""
        from autodiff.trust.nearness import Nearness

        owners = {self._visible(event.node) for event in self.events if event.status == "edge"}
        edges = {i for i in owners if type(node := self.tape.nodes[i]) is Apply and node.op == "if"}
        return Nearness(self.tape, self.values, self.active, edges)

    def _scale(self, place: int) -> float:
        """The sum of the magnitudes that a derivative was added up from."""
        total = 0.0
        for i in self.limits.users[place]:
            node, local, adjoint = self.tape.nodes[i], self.partials[i], self.adjoints[i]
            if local is not None and adjoint is not None and isinstance(node, Apply):
                total += sum(abs(adjoint * d) for j, d in zip(node.args, local, strict=True) if j == place and d is not None)
        return total

    def _visible(self, place: int) -> int:
        """The `if` that a condition belongs to; any other node itself."""
        return self._owners.get(place, place)

    @cached_property
    def _owners(self) -> dict[int, int]:
        """For every condition, and every part of one, the `if` that it decides."""
        owners: dict[int, int] = {}
        for i in range(len(self.tape.nodes) - 1, -1, -1):
            node = self.tape.nodes[i]
            if type(node) is Apply and (node.op == "if" or i in owners):
                parts = node.args if i in owners else node.args[:1]
                owners.update((j, owners.get(i, i)) for j in parts if self._is_condition(j))
        return owners

    def _is_condition(self, place: int) -> bool:
        node = self.tape.nodes[place]
        return type(node) is Apply and node.op in CONDITIONS


def sided(left: str, right: str) -> str:
    """The one-sided derivatives in words, as far as there are any."""
    if left and right:
        return say("left {left}, right {right}", left=left, right=right)
    if left:
        return say("left {slope}", slope=left)
    return say("right {slope}", slope=right) if right else ""


def _rank(status: str) -> int:
    return ORDER.index(_kink_if_edge(status))


def _kink_if_edge(status: str) -> str:
    return "kink" if status == "edge" else status


def _is_wild(local: tuple[Any, ...] | None) -> bool:
    """Whether a local derivative is infinite or not a number."""
    return any(slope is not None and slope - slope != 0 for slope in local or ())


def _slope(side: Side) -> float | None:
    """The one-sided derivative, or None."""
    return side.slope if side.limit == side.limit else None


def _is_close(a: float, b: float, scale: float) -> bool:
    return not (math.isinf(a) or math.isinf(b)) and abs(a - b) <= CLOSE * max(abs(a), abs(b), scale)
