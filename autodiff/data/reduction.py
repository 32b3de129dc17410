"""The sum or mean of a formula over all records, with its derivatives: the same bits however the records are read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from autodiff.data.arithmetic import Computed
from autodiff.data.batch import BLOCK
from autodiff.data.judging import Verdict
from autodiff.data.task import Plan
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.passes.registers import Key
from autodiff.trust.status import ORDER

SAMPLES = 3  # records that an explanation shows


class Sample(NamedTuple):
    """A record: its number, its file, its point, and what was computed of it; None stands for the value."""

    number: int
    file: str
    point: dict[str, float]
    numbers: dict[Key | None, float]


class Reduction(NamedTuple):
    """The sum or mean over `rows` records, with its derivatives by what is the same for all. `skipped` are those that are left
    out: "empty" where a cell is, else by the status of a value that is not a number. `statuses` counts all that are not ok;
    `status` has for each derivative the worst status of a record, and what to say of it. `samples` are the first records that
    count, `sums` what the results were divided from.
    """

    plan: Plan
    value: float
    value_status: tuple[str, str]
    gradient: dict[str, float]
    hessian: dict[tuple[str, str], float]
    status: dict[Key, tuple[str, str]]
    rows: int
    skipped: dict[str, int]
    statuses: dict[str, int]
    engines: list[str]
    samples: list[Sample]
    sums: dict[Key | None, float]
    notes: list[str]


class Sums(NamedTuple):
    """Some records: the sum of each block by what is summed (None is the value), and how many records they are without those that
    are left out.
    """

    blocks: dict[Key | None, list[float]]
    rows: int


class Gathering:
    """A reduction while records come in."""

    def __init__(self) -> None:
        self.parts: list[Sums] = []
        self.skipped: Counter[str] = Counter()
        self.status: dict[Key | None, tuple[str, str]] = {}
        self.samples: list[Sample] = []

    def add(self, plan: Plan, name: str, found: Computed, verdicts: Iterable[Verdict]) -> None:
        """Take some records of a file, with those that are not ok."""
        judged = {verdict.record - found.batch.start - 1: verdict.numbers for verdict in verdicts}
        out = {*found.missing, *without_value(found)}
        self.parts.append(summed(found, out))
        self.skipped.update(["empty"] * len(found.missing))
        for place in out.difference(found.missing):
            self.skipped[judged[place][""][0]] += 1
        for place, numbers in judged.items():
            if place not in out:
                self._heed(numbers, say("row {number} of {source}", number=found.batch.start + place + 1, source=name))
        if len(self.samples) < SAMPLES:
            places = islice((i for i in range(found.batch.height) if i not in out), SAMPLES - len(self.samples))
            self.samples += [_sample(plan, name, found, place) for place in places]

    def _heed(self, numbers: Mapping[Key, tuple[str, str]], where: str) -> None:
        """Keep the worst status of each number."""
        for name, (status, reason) in numbers.items():
            self._worst(name or None, status, say("{where}: {problem}", where=where, problem=reason))

    def _worst(self, key: Key | None, status: str, reason: str) -> None:
        if status in ORDER and ORDER.index(status) < ORDER.index(self.status.get(key, ("ok", ""))[0]):
            self.status[key] = status, reason

    def take(self, later: Gathering) -> None:
        """Go on as if the records of another reduction had been the next ones of this one."""
        self.parts += later.parts
        self.skipped += later.skipped
        for key, worst in later.status.items():
            self._worst(key, *worst)
        self.samples = [*self.samples, *later.samples][:SAMPLES]

    def result(self, plan: Plan, statuses: Mapping[str, int], engines: Iterable[str], notes: list[str]) -> Reduction:
        """What all records give. Raises AutodiffError where there is none."""
        rows = sum(part.rows for part in self.parts)
        if not rows:
            message = say("no row is left to sum")
            hint = say("each has an empty cell, or a value that is no number") if self.skipped else say("there is only a header")
            raise AutodiffError("E051", message, hint, 1)
        sums = {key: total(self.parts, key) for key in (None, *plan.keys)}
        found = {key: x / rows if plan.task.reduce == "mean" else x for key, x in sums.items()}
        for key, x in found.items():
            if x - x != 0 and key not in self.status:
                self.status[key] = "overflow", say("the sum is too large for a double")
                if x != x:
                    self.status[key] = "undefined", say("infinities of both signs are summed")
        return Reduction(
            plan, found[None], self.status.get(None, ("ok", "")),
            {key: found[key] for key in plan.keys if isinstance(key, str)},
            {key: found[key] for key in plan.keys if not isinstance(key, str)},
            {key: self.status[key] for key in plan.keys if key in self.status},
            rows, {word: n for word, n in self.skipped.items() if n}, dict(statuses), [*engines], self.samples, sums, notes,
        )  # fmt: skip


def _sample(plan: Plan, name: str, found: Computed, place: int) -> Sample:
    point = {variable: float(x[place]) for variable, x in found.columns.items()}
    numbers: dict[Key | None, Any] = dict([(None, found.value), *found.slopes.items()])
    return Sample(
        found.batch.start + place + 1, name, {**plan.fixed, **point}, {key: float(x[place]) for key, x in numbers.items()}
    )


def without_value(found: Computed) -> list[int]:
    """The records whose value is not a number, those with an empty cell among them."""
    if isinstance(found.value, list):
        return [place for place, x in enumerate(found.value) if x != x]
    import numpy as np

    return [int(place) for place in np.flatnonzero(np.isnan(found.value))]


def summed(found: Computed, out: Collection[int]) -> Sums:
    """The sums of the blocks, pairwise within each; the records at the places `out` are left out."""
    columns: dict[Key | None, Any] = dict([(None, found.value), *found.slopes.items()])
    return Sums({key: _blocks(x, out) for key, x in columns.items()}, found.batch.height - len(out))


def _blocks(numbers: Any, out: Collection[int]) -> list[float]:
    if isinstance(numbers, list):
        kept = [0.0 if place in out else x for place, x in enumerate(numbers)] if out else numbers
        return [_total(kept[start : start + BLOCK]) for start in range(0, len(kept), BLOCK)]
    import numpy as np

    if len(out):
        numbers = numbers.copy()
        numbers[np.fromiter(out, np.intp, len(out))] = 0.0
    return [float(np.sum(numbers[start : start + BLOCK])) for start in range(0, len(numbers), BLOCK)]


def total(parts: Iterable[Sums], key: Key | None) -> float:
    """The sum of all blocks, rounded once."""
    return _total([x for part in parts for x in part.blocks[key]])


def _total(numbers: Iterable[float]) -> float:
    """As math.fsum; where that would raise an error, an infinite sum or none at all."""
    numbers = [*numbers]
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return sum(numbers)
