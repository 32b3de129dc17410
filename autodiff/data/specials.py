"""Special points of a tape as conditions on intervals: where a step may meet one, or may have no finite value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autodiff.numbers.interval_arithmetic import equal
from autodiff.numbers.intervals import Interval, Maybe
from autodiff.passes import rules
from autodiff.passes.enclosures import INTERVALS
from autodiff.passes.evaluate import evaluate, resume
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Const, Tape, Var, ancestors, needed


class Special(NamedTuple):
    """A step, and a condition of its row under which numbers need a word; without one, that it may have no finite value."""

    place: int
    when: str = ""


class Specials:
    """The special points that derivatives of a formula may meet, where these nodes vary."""

    def __init__(self, tape: Tape, active: bytearray) -> None:
        self.tape, self._live = tape, ancestors(tape, [tape.output])
        self._points = list(_points(tape, self._live, active))
        self._runs = list(tape.runs.values())
        self._needs: dict[tuple[Special, ...], list[int]] = {}

    def open(self, known: Mapping[str, Interval]) -> tuple[Special, ...]:
        """Those that may be met somewhere in a box."""
        values = evaluate(self.tape, known, INTERVALS)
        faulty = [
            self._limit(i, values)
            for i, x in enumerate(values)
            if self._live[i] and isinstance(x, Interval) and np.any(self._faulty(i, values))
        ]
        return (*faulty, *(point for point in self._points if np.any(self._meets(point, values))))

    def met(self, points: tuple[Special, ...], known: Mapping[str, Interval]) -> Any:
        """Where any of these may be met."""
        values: list[Any] = [_leaf(node, known) for node in self.tape.nodes]
        resume(self.tape, values, INTERVALS, [(i, self.tape.nodes[i]) for i in self._needed(points)])
        found: Any = np.False_
        for point in points:
            found = found | (self._meets(point, values) if point.when else self._faulty(point.place, values))
        return found

    def _needed(self, points: tuple[Special, ...]) -> list[int]:
        """The steps that some special points ask for, and those that decide whether they are reached."""
        if points not in self._needs:
            roots = {run.condition for run in self._runs for point in points if run.start <= point.place < run.stop}
            for place, when in points:
                node = self.tape.nodes[place]
                roots |= set(node.args) if type(node) is Apply and when and not _uses_value(node, when) else {place}
            self._needs[points] = sorted(set().union(*[needed(self.tape, i) for i in roots]))
        return self._needs[points]

    def _limit(self, place: int, values: Sequence[Any]) -> Special:
        """That a step may have no finite value: as a condition of its row, where that alone can be why."""
        node, x = self.tape.nodes[place], values[place]
        row = TABLE[node.op] if type(node) is Apply else None
        if row is None or not (row.finite or row.domain) or not np.all(np.isfinite(x.lo) & np.isfinite(x.hi)):
            return Special(place)
        return Special(place, f"not ({row.finite or row.domain})")

    def _faulty(self, place: int, values: Sequence[Any]) -> Any:
        """Where a step may have no finite value."""
        x = values[place]
        return np.False_ if x is None else (x.fault | np.isinf(x.lo) | np.isinf(x.hi)) & self._reached(place, values)

    def _meets(self, point: Special, values: Sequence[Any]) -> Any:
        """Where a step may meet a special point."""
        node, out = self.tape.nodes[point.place], values[point.place]
        assert type(node) is Apply
        args = [values[j] for j in node.args]
        if any(x is None for x in args) or (out is None and _uses_value(node, point.when)):
            return np.False_
        tape = _condition(node.op, point.when)
        found = evaluate(tape, _environment(node.op, args, out, _names(node.op, point.when)), INTERVALS)[tape.output]
        return found.yes & self._reached(point.place, values)

    def _reached(self, place: int, values: Sequence[Any]) -> Any:
        """Where the branches that a step stands in may be taken."""
        found: Any = np.True_
        for run in self._runs:
            if run.start <= place < run.stop and isinstance(condition := values[run.condition], Maybe):
                found = found & (condition.yes if run.when else condition.no)
        return found


def _points(tape: Tape, live: bytearray, active: bytearray) -> Iterator[Special]:
    for i, node in enumerate(tape.nodes):
        for point in TABLE[node.op].points if type(node) is Apply and live[i] else ():
            assert type(node) is Apply
            moving = [node.args[rules.names(node.op).index(point.wrt)]] if point.wrt else node.args
            if any(active[j] for j in moving):
                yield Special(i, point.when)


def _leaf(node: Any, known: Mapping[str, Interval]) -> Interval | None:
    if isinstance(node, Const):
        return INTERVALS.lift(node.value)
    return known[node.name] if isinstance(node, Var) else None


def _uses_value(node: Apply, when: str) -> bool:
    """Whether a condition needs the value of the step too."""
    names = _names(node.op, when)
    return "out" in names or ("ties" in names and len(node.args) > 2)


@cache
def _names(op: str, when: str) -> frozenset[str]:
    return frozenset(_condition(op, when).variables())


@cache
def _condition(op: str, when: str) -> Tape:
    return rules.condition(op, when)


def _environment(op: str, args: Sequence[Interval], out: Any, names: Collection[str]) -> dict[str, Any]:
    """What a condition of a row may use."""
    if not rules.is_variadic(op):
        return {**dict(zip(rules.names(op), args)), "out": out}
    return {"out": out, "ties": _ties(args, out)} if "ties" in names else {"out": out}


def _ties(args: Sequence[Interval], out: Interval) -> Interval:
    """How many arguments may be equal to the value: of two, both or one."""
    if len(args) == 2:
        same = equal(*args)
        return Interval(np.where(same.no, 1.0, 2.0), np.where(same.yes, 2.0, 1.0))
    each = [equal(arg, out) for arg in args]
    return Interval(sum(np.where(p.no, 0.0, 1.0) for p in each), sum(np.where(p.yes, 1.0, 0.0) for p in each))
