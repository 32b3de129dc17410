"""Whether a number can be believed: a status for the value and for every derivative, with the node that caused it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from autodiff import rules
from autodiff.algebra import CONDITIONS
from autodiff.calculus import Partials, resume
from autodiff.primitives import TABLE
from autodiff.sides import Side, Sides, approach, estimate
from autodiff.tape import Apply, Const, Tape, Var

ORDER = ("domain", "undefined", "overflow", "pole", "infinite", "jump", "kink", "one_sided", "ok")
"""Where several apply, the first counts."""

REACH = 200_000  # in longer formulas the one-sided passes, which cost time, are left out
CLOSE = 1e-9  # one-sided derivatives nearer than this, relatively, are equal


class Status(NamedTuple):
    """Why a derivative is not simply right. `left` and `right` are the one-sided derivatives, None where there is none."""

    status: str
    reason: str
    node: int
    left: float | None = None
    right: float | None = None
    estimated: bool = False


class Event(NamedTuple):
    """A node where something happens that derivatives must know about."""

    node: int
    status: str
    reason: str


def needed(tape: Tape, values: Sequence[Any], roots: Sequence[int]) -> bytearray:
    """For every node 1 if the roots were computed from it; the branch of an `if` that was not taken is not."""
    flags = bytearray(len(tape.nodes))
    for root in roots:
        flags[root] = 1
    for i in range(len(tape.nodes) - 1, -1, -1):
        node = tape.nodes[i]
        if flags[i] and type(node) is Apply:
            args = node.args
            if node.op == "if":
                args = (args[0], args[1] if values[args[0]] else args[2])
            for j in args:
                flags[j] = 1
    return flags


class Judge:
    """Looks for events once, then judges value and derivatives."""

    def __init__(self, tape: Tape, values: Sequence[Any], partials: Partials, flags: bytearray) -> None:
        self.tape, self.values, self.partials = tape, values, partials
        self.active = flags
        live = needed(tape, values, [tape.output])
        pointed = {op for op, row in TABLE.items() if row.points}
        self.events: list[Event] = []
        self._users: list[list[int]] | None = None
        for i, node in enumerate(tape.nodes):
            if live[i] and type(node) is Apply and (node.op in pointed or values[i] - values[i] != 0):
                self._look(i, node)

    def _look(self, i: int, node: Apply) -> None:
        out = self.values[i]
        if node.op == "if":  # it only hands on what its branch has
            return
        args = [self.values[j] for j in node.args]
        met = rules.point(node.op, args, out, [bool(self.active[j]) for j in node.args])
        finite = all(math.isfinite(x) for x in args)
        if out != out and not any(x != x for x in args):
            reason = (
                f"{spelled(node.op)} has no real value here" if finite else f"{spelled(node.op)} of these infinities has no value"
            )
            self.events.append(Event(i, "domain" if finite else "undefined", reason))
        elif met is not None:
            self.events.append(Event(i, met.status, met.reason.format(name=spelled(node.op))))
        elif math.isinf(out) and finite:
            self.events.append(Event(i, "overflow", f"{spelled(node.op)} is too large for a double here"))

    def value(self) -> tuple[str, int, str]:
        """The status of the value, its node and the reason."""
        value = self.values[self.tape.output]
        if value != value:
            cause = next((e for e in self.events if self.values[e.node] != self.values[e.node]), None)
            if cause is None:
                nan = next((i for i, x in enumerate(self.values) if x != x), self.tape.output)
                return "domain", nan, "a variable is not a number"
            return cause.status, cause.node, cause.reason
        if math.isinf(value):
            for event in self.events:
                if math.isinf(self.values[event.node]) and event.status in ("overflow", "pole", "infinite"):
                    return event.status, event.node, event.reason
        return "ok", self.tape.output, ""

    def derivative(self, place: int, found: float) -> Status | None:
        """The status of the derivative with respect to the variable at a place; None where it is ok."""
        x = self.values[place]
        status, node, reason = self.value()
        if x != x:
            return Status("domain", "the variable is not a number", place)
        if self.values[self.tape.output] != self.values[self.tape.output]:
            return Status(status, reason, node)
        if not self.events and math.isfinite(found):
            return None
        reached = self._downstream(place)
        events = [event for event in self.events if event.node in reached]
        if not math.isfinite(found):
            return self._not_finite(place, found, events, reached)
        return self._finite(place, found, events, reached) if events else None

    def _not_finite(self, place: int, found: float, events: list[Event], reached: set[int]) -> Status:
        cause = self._steepest(events, reached, found)
        left, right = self._sides(place, reached)
        a, b = _slope(left), _slope(right)
        if found == found or cause.status == "domain":
            return Status(cause.status, cause.reason, cause.node, a, b)
        reason = f"0 times infinity: {cause.reason}" if cause.status in ("infinite", "pole") else cause.reason
        if left is None or right is None:
            return Status("undefined", reason, cause.node)
        x, value = self.values[place], self.values[self.tape.output]
        c, d = _estimated(a, -estimate(x, value, left), left, value), _estimated(b, estimate(x, value, right), right, value)
        return Status("undefined", reason, cause.node, c, d, (a, b) != (c, d))

    def _steepest(self, events: list[Event], reached: set[int], found: float) -> Event:
        """The event that made a derivative infinite or undefined."""
        hot = [e for e in events if not all(math.isfinite(s) for s in self.partials[e.node] or () if s is not None)]
        ranked = sorted(hot or events, key=lambda event: _rank(event.status))
        if ranked and _rank(ranked[0].status) <= ORDER.index("infinite"):
            return ranked[0]
        for i in sorted(reached):
            if any(s - s != 0 for s in self.partials[i] or () if s is not None):
                return Event(i, "overflow" if found == found else "undefined", "the local derivative is too large for a double")
        return Event(
            self.tape.output,
            "overflow" if found == found else "undefined",
            "a product in the backward pass is too large for a double",
        )

    def _finite(self, place: int, found: float, events: list[Event], reached: set[int]) -> Status | None:
        value = self.values[self.tape.output]
        left, right = self._sides(place, reached)
        first = min(events, key=lambda event: _rank(event.status))
        if left is None or right is None:
            return Status("kink" if first.status == "edge" else first.status, first.reason, self._visible(first.node))
        a, b = _slope(left), _slope(right)
        kind = _kind(value, found, left, right)
        if kind == "ok":
            return None
        if kind == "unclear":
            kind = "kink" if first.status == "edge" else first.status
        cause = next((event for event in events if event.status == kind), first)
        reason = cause.reason if kind != "one_sided" or cause.status == kind else "the domain ends at this point"
        if kind == "kink" and a is not None and b is not None and _same(a, b):
            reason += f"; the true derivative is {a:g}, the conventions of the corners add up to {found:g}"
        return Status(kind, reason, self._visible(cause.node), a, b)

    def _visible(self, place: int) -> int:
        """The `if` that a condition belongs to; any other node itself."""
        while self.tape.nodes[place].op in CONDITIONS:  # type: ignore[union-attr]
            place = next(i for i, node in enumerate(self.tape.nodes) if type(node) is Apply and place in node.args)
        return place

    def _downstream(self, place: int) -> set[int]:
        """The nodes that depend on one node, those of branches not taken included."""
        if self._users is None:
            self._users = [[] for _ in self.tape.nodes]
            for i, node in enumerate(self.tape.nodes):
                if type(node) is Apply:
                    for j in node.args:
                        self._users[j].append(i)
        reached, fresh = {place}, [place]
        while fresh:
            for i in self._users[fresh.pop()]:
                if i not in reached:
                    reached.add(i)
                    fresh.append(i)
        return reached

    def _sides(self, place: int, reached: set[int]) -> tuple[Side | None, Side | None]:
        """The output as the variable comes from the left, and from the right."""
        if len(reached) > REACH:
            return None, None
        return self._side(place, -1.0, reached), self._side(place, 1.0, reached)

    def _side(self, place: int, direction: float, reached: set[int]) -> Side:
        sides = Sides()
        values: list[Any] = []
        for i, node in enumerate(self.tape.nodes):
            value = self.values[i]
            if i in reached or value is None:
                values.append(None)
            else:
                values.append(value if isinstance(value, bool) else sides.lift(value))
            if values[i] is None and not isinstance(node, Apply):
                assert isinstance(node, (Var, Const))
                values[i] = sides.lift(value)
        values[place] = approach(self.values[place], direction)
        resume(self.tape, values, sides)
        side: Side = values[self.tape.output]
        return Side(side.limit, None if side.tangent is None else side.tangent * direction, side.near)


def spelled(op: str) -> str:
    """A primitive's name for a sentence."""
    return {"div": "the quotient", "pow": "this power", "mul": "the product", "add": "the sum", "sub": "the difference"}.get(
        op, TABLE[op].spelled or op
    )


def _rank(status: str) -> int:
    return ORDER.index("kink" if status == "edge" else status)


def _slope(side: Side | None) -> float | None:
    """The one-sided derivative, or None."""
    if side is None or side.tangent is None:
        return None if side is None else 0.0
    return None if side.tangent != side.tangent else side.tangent + 0.0


def _estimated(slope: float | None, guess: float, side: Side, value: float) -> float | None:
    """The slope, or a guess from the near value, unless the formula steps or has no value on this side."""
    if slope is not None or not math.isfinite(guess) or not abs(side.near - value) <= 1e-3 * max(1.0, abs(value)):
        return slope
    return round(guess, 4) + 0.0


def _same(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= CLOSE * max(abs(a), abs(b), 1e-300)


def _kind(value: float, found: float, left: Side, right: Side) -> str:
    """What the two sides say about a derivative that is finite."""
    limits = [side.limit for side in (left, right) if side.limit == side.limit]
    if any(not _same(limit, value) for limit in limits):
        return "jump"
    slopes = [_slope(side) for side in (left, right) if side.limit == side.limit]
    if any(slope is not None and math.isinf(slope) for slope in slopes):
        return "infinite"
    if any(slope is not None and not _same(slope, found) for slope in slopes):
        return "kink"
    if None in slopes or not limits:
        return "unclear"
    return "one_sided" if len(limits) == 1 else "ok"
