"""Which records of a batch need a word: those that may meet a special point of the table, or have no finite value or derivative.

What holds of a box around all records holds of each; only what the box leaves open is looked at record by record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autodiff.data.batch import BLOCK
from autodiff.formula import Formula
from autodiff.numbers.arrays import quiet
from autodiff.numbers.intervals import Interval, Maybe, equal
from autodiff.passes import rules
from autodiff.passes.enclosures import INTERVALS
from autodiff.passes.evaluate import evaluate, resume
from autodiff.passes.push_pull import active
from autodiff.symbolic.gradients import gradients
from autodiff.tape import Apply, Run, Tape, ancestors, needed

FAR = 1e300
"""A derivative that is proved to be smaller is finite."""
KEPT = 8


class Special(NamedTuple):
    """A step, and a condition of its row under which derivatives need a word; without one, that it may have no finite value."""

    place: int
    when: str = ""


class Findings(NamedTuple):
    """What a box leaves open: special points, and whether a derivative may be too large for a double."""

    open: tuple[Special, ...]
    far: bool


class Box(NamedTuple):
    """For every column its least and its greatest number, and the least size of one that is not 0, if that is known."""

    ends: dict[str, tuple[float, float, float]]

    def has(self, other: Box) -> bool:
        """Whether another box lies within."""
        return all(a <= c and d <= b and g <= h for (a, b, g), (c, d, h) in zip(self.ends.values(), other.ends.values()))

    def around(self, other: Box) -> Box:
        """The least box around both."""
        return Box({name: (min(a, c), max(b, d), min(g, h)) for (name, (a, b, g)), (c, d, h) in zip(self.ends.items(), other.ends.values())})


class Screen:
    """Finds the records of batches whose value, or a derivative with respect to one of `wrt`, may have a status that is not ok."""

    def __init__(self, formula: Formula, fixed: Mapping[str, float], varying: Sequence[str], wrt: Sequence[str]) -> None:
        self.tape = formula.bind({**fixed, **dict.fromkeys(varying, 0.0)})[0]
        self.fixed = {name: Interval(np.float64(fixed[name])) for name in self.tape.variables() if name in fixed}
        self.varying = [name for name in self.tape.variables() if name not in fixed]
        self.derivatives = gradients(self.tape, list(wrt))
        self.live = ancestors(self.tape, [self.tape.output])
        self.points = list(_points(self.tape, active(self.tape, wrt)))
        self.runs = list(self.tape.runs.values())
        self._known: dict[bool, tuple[tuple[Box, Findings], ...]] = {False: (), True: ()}

    def candidates(self, columns: Mapping[str, Any], without: Sequence[int] = ()) -> Any:
        """The places of those records, in order, but for some; all that do not consist of finite numbers are among them."""
        size = len(next(iter(columns.values()))) if columns else 0
        found = np.zeros(size, bool)
        if not all(np.isfinite(x.lo) for x in self.fixed.values()):
            found[:] = True
        else:
            with quiet():
                self._mark({name: np.asarray(columns[name], float) for name in self.varying}, found)
        found[list(without)] = False
        return np.flatnonzero(found)

    def _mark(self, columns: Mapping[str, Any], found: Any) -> None:
        columns = _finite(columns, found)
        if not found.size or found.all():
            return
        box = Box({name: (float(x.min()), float(x.max()), 0.0) for name, x in columns.items()})
        findings = self._findings(box, False)
        if findings.far:
            findings = min(findings, self._findings(_finer(box, columns), True), key=_size)
        far = self._is_far({**_blocks(columns, found.size), **self.fixed}) if findings.far else np.False_
        if findings.open or findings.far:
            for k, start in enumerate(range(0, found.size, BLOCK)):
                part = slice(start, start + BLOCK)
                points = {name: Interval(x[part]) for name, x in columns.items()}
                found[part] |= self._looked(Findings(findings.open, bool(far if far.ndim == 0 else far[k])), points)

    # Boxes ------------------------------------------------------------------------------------------------------------

    def _findings(self, box: Box, fine: bool) -> Findings:
        """What a box leaves open: what is known of one around it, or else of itself, or of one around it and another."""
        kept = self._known[fine]
        known = [findings for other, findings in kept if other.has(box)]
        if known:
            return min(known, key=_size)
        found = self._open(box)
        for k, (other, findings) in enumerate(kept):
            wide = other.around(box)
            if _size(findings) == _size(found) == _size(more := self._open(wide)):
                self._known[fine] = (*kept[:k], (wide, more), *kept[k + 1 :])
                return more
        self._known[fine] = ((box, found), *kept)[:KEPT]
        return found

    def _open(self, box: Box) -> Findings:
        known = {name: Interval(np.float64(a), np.float64(b), np.float64(g)) for name, (a, b, g) in box.ends.items()}
        values = evaluate(self.tape, {**known, **self.fixed}, INTERVALS)
        points = [self._limit(i, values) for i, x in enumerate(values) if self.live[i] and type(x) is Interval and np.any(self._faulty(i, values))]
        points += [point for point in self.points if np.any(self._meets(point, values))]
        return Findings(tuple(points), bool(np.any(self._is_far({**known, **self.fixed}))))

    def _limit(self, place: int, values: Sequence[Any]) -> Special:
        """That a step may have no finite value: as a condition of its row, where that alone can be why."""
        node, x = self.tape.nodes[place], values[place]
        row = rules.TABLE[node.op] if type(node) is Apply else None
        if row is None or not row.domain + row.finite or not np.all(np.isfinite(x.lo) & np.isfinite(x.hi)):
            return Special(place)
        return Special(place, f"not ({row.finite or row.domain})")

    # Records ----------------------------------------------------------------------------------------------------------

    def _looked(self, findings: Findings, points: Mapping[str, Interval]) -> Any:
        """Which records meet what a box around them left open."""
        found: Any = False
        if findings.open:
            values = self._values(findings.open, {**points, **self.fixed})
            for point in findings.open:
                found = found | (self._meets(point, values) if point.when else self._faulty(point.place, values))
        return found | self._is_far({**points, **self.fixed}) if findings.far else found

    def _values(self, points: tuple[Special, ...], known: Mapping[str, Interval]) -> list[Any]:
        """The values of the steps that some special points need."""
        nodes = self.tape.nodes
        values: list[Any] = [
            None if type(node) is Apply else known[node.name] if hasattr(node, "name") else INTERVALS.lift(node.value) for node in nodes
        ]
        resume(self.tape, values, INTERVALS, [(i, nodes[i]) for i in self._needed(points)])
        return values

    @cache  # noqa: B019 - there are few
    def _needed(self, points: tuple[Special, ...]) -> list[int]:
        roots: set[int] = set()
        for place, when in points:
            node = self.tape.nodes[place]
            assert type(node) is Apply
            roots |= {place} if not when or _uses_value(node, when) else set(node.args)
            roots |= {run.condition for run in self.runs if run.start <= place < run.stop}
        return sorted(set().union(*[needed(self.tape, i) for i in roots]))

    # Both -------------------------------------------------------------------------------------------------------------

    def _faulty(self, place: int, values: Sequence[Any]) -> Any:
        """Where a step may have no finite value."""
        x = values[place]
        if x is None:
            return False
        return (x.fault | np.isinf(x.lo) | np.isinf(x.hi)) & self._reached(place, values)

    def _meets(self, point: Special, values: Sequence[Any]) -> Any:
        """Where a step may meet a special point."""
        node, out = self.tape.nodes[point.place], values[point.place]
        assert type(node) is Apply
        args = [values[j] for j in node.args]
        if any(x is None for x in args) or (out is None and _uses_value(node, point.when)):
            return False
        tape = _condition(node.op, point.when)
        found = evaluate(tape, _environment(node.op, args, out, tape.variables()), INTERVALS)[tape.output]
        return found.yes & self._reached(point.place, values)

    def _reached(self, place: int, values: Sequence[Any]) -> Any:
        """Where the branches that a step stands in may be taken."""
        found: Any = True
        for run in self.runs:
            if run.start <= place < run.stop and type(condition := values[run.condition]) is Maybe:
                found = found & (condition.yes if run.when else condition.no)
        return found

    def _is_far(self, known: Mapping[str, Interval]) -> Any:
        """Where a derivative may be too large for a double, or no number."""
        tape, slopes = self.derivatives
        values = evaluate(tape, known, INTERVALS)
        found: Any = False
        for i in slopes.values():
            found = found | ~(values[i].top <= FAR)
        return found


def _points(tape: Tape, flags: bytearray) -> Iterator[Special]:
    """The special points that a derivative may meet."""
    live = ancestors(tape, [tape.output])
    for i, node in enumerate(tape.nodes):
        if type(node) is Apply and live[i]:
            for point in rules.TABLE[node.op].points:
                moving = node.args if not point.wrt else [node.args[rules.names(node.op).index(point.wrt)]]
                if any(flags[j] for j in moving):
                    yield Special(i, point.when)


def _uses_value(node: Apply, when: str) -> bool:
    """Whether a condition needs the value of the step too."""
    names = _condition(node.op, when).variables()
    return "out" in names or ("ties" in names and len(node.args) > 2)


@cache
def _condition(op: str, when: str) -> Tape:
    return rules.condition(op, when)


def _environment(op: str, args: Sequence[Interval], out: Any, names: Sequence[str]) -> dict[str, Any]:
    """What the condition of a special point may use."""
    if not rules.is_variadic(op):
        return {**dict(zip(rules.names(op), args)), "out": out}
    return {"out": out, "ties": _ties(args, out)} if "ties" in names else {"out": out}


def _ties(args: Sequence[Interval], out: Interval) -> Interval:
    """How many arguments may be equal to the value: of two, both or one."""
    if len(args) == 2:
        same = equal(*args)
        return Interval(np.where(same.no, 1.0, 2.0), np.where(same.yes, 2.0, 1.0))
    same = [equal(arg, out) for arg in args]
    return Interval(sum(np.where(p.no, 0.0, 1.0) for p in same), sum(np.where(p.yes, 1.0, 0.0) for p in same))


def _finite(columns: dict[str, Any], found: Any) -> dict[str, Any]:
    """The columns with a record of finite numbers in place of each that is none; those are marked."""
    for x in columns.values():
        if not np.isfinite(np.add.reduce(x)) and not (fine := np.isfinite(x)).all():
            found |= ~fine
    if not found.any() or found.all():
        return columns
    some = int(np.argmin(found))
    return {name: np.where(found, x[some], x) for name, x in columns.items()}


def _finer(box: Box, columns: Mapping[str, Any]) -> Box:
    """The same with the least sizes."""
    ends = {name: (a, b, _least(columns[name]) if a <= 0 <= b else 0.0) for name, (a, b, _) in box.ends.items()}
    return Box(ends)


def _least(x: Any) -> float:
    size = np.abs(x)
    size[size == 0] = 1.0
    return min(float(size.min()), 1.0)


def _blocks(columns: Mapping[str, Any], size: int) -> dict[str, Interval]:
    """The boxes of all blocks."""
    starts, known = list(range(0, size, BLOCK)), dict[str, Interval]()
    for name, x in columns.items():
        sizes = np.minimum(np.minimum.reduceat(np.where(x == 0, 1.0, np.abs(x)), starts), 1.0)
        known[name] = Interval(np.minimum.reduceat(x, starts), np.maximum.reduceat(x, starts), sizes)
    return known


def _size(findings: Findings) -> tuple[bool, int]:
    return findings.far, len(findings.open)


__all__ = ["Run", "Screen"]
