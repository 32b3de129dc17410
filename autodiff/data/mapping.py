"""A formula over files: batches read ahead, computed on all cores, and handed on in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from importlib.util import find_spec
from itertools import chain, islice
from typing import Any, NamedTuple

from autodiff.data.arithmetic import FEW, Computed, in_columns, one_by_one
from autodiff.data.batch import Batch, Numbers, Part, Source
from autodiff.data.reduction import Gathering, Reduction
from autodiff.data.task import Plan, Task, kept, planned
from autodiff.errors import AutodiffError
from autodiff.messages import count, say
from autodiff.passes.registers import Key
from autodiff.point.worksheet import Worksheet

Progress = Callable[[int, float | None], None]
"""Told how many records there were so far, and what share of the input that is, from 0 to 1, where it is known."""

Write = Callable[[Iterator[Part], Sequence[str], Sequence[str]], int]
"""Writes records with these columns of theirs and these new ones, and says how many there were."""


class File(NamedTuple):
    """An input: what messages call it, and how it is opened."""

    name: str
    open: Callable[[], AbstractContextManager[Source]]


class Run:
    """One task over files. While it goes on, it counts: `records`, `empty` (those with an empty cell), `rounded` (integers
    that no double holds), `engines`.
    """

    def __init__(self, task: Task, jobs: int = 1, progress: Progress = lambda records, share: None) -> None:
        self.task, self.jobs, self.progress = task, jobs, progress
        self.records = self.empty = self.rounded = 0
        self.engines: dict[str, None] = {}
        self._notes: dict[str, None] = {}
        self.plan: Plan | None = None

    def written(self, files: Sequence[File], keep: Sequence[str] | None, write: Write) -> int:
        """Write the records of all files, with the columns to keep (all for None) and the new ones, and say how many."""
        with ExitStack() as stack:
            first = stack.enter_context(files[0].open())
            plan = self._planned(first.names, files[0].name)
            columns = kept(keep, first.names, plan.new, files[0].name)
            return write(self._parts(self._computed(files, first), columns), columns, plan.new)

    def reduced(self, files: Sequence[File]) -> Reduction:
        """The sum or mean over the records of all files."""
        gathering = Gathering()
        for name, plan, found in self._computed(files):
            gathering.add(plan, name, found, self._judged(plan, found))
        assert self.plan is not None
        return gathering.result(self.plan, {}, self.engines)

    def notes(self) -> list[str]:
        """What is to be said, once all is done."""
        found = [*self._notes]
        if self.empty and not self.task.reduce:
            one = "one record has an empty cell among the variables: its new cells are empty too"
            many = "{number} records have an empty cell among the variables: their new cells are empty too"
            found.append(count(self.empty, one, many))
        if self.rounded:
            one, many = (
                "one whole number is too large for a double, and was rounded",
                "{number} whole numbers are too large for a double, and were rounded",
            )
            found.append(count(self.rounded, one, many))
        if self.task.engine == "c" and "c" not in self.engines and self.records:
            found.append(say("there is no compiler for --engine c: {engine} computed this", engine=", ".join(self.engines)))
        return found

    def _parts(self, computed: Iterable[tuple[str, Plan, Computed]], columns: Sequence[str]) -> Iterator[Part]:
        for _, plan, found in computed:
            numbers: dict[Key | None, Any] = dict([(None, found.value), *found.slopes.items()])
            yield Part(found.batch, {plan.column(key): Numbers(x, found.missing) for key, x in numbers.items()})

    def _computed(self, files: Iterable[File], first: Source | None = None) -> Iterator[tuple[str, Plan, Computed]]:
        """The records of all files with what was computed of them, in order; the first file may be open already."""
        for file in files:
            with nullcontext(first) if first is not None else file.open() as source:
                plan = self._planned(source.names, file.name)
                with closing(self._of_one(plan, source)) as found:
                    yield from ((file.name, plan, one) for one in found)
            first = None

    def _planned(self, header: Sequence[str], name: str) -> Plan:
        """The plan for a file; all must have the same columns where the formula looks for them."""
        plan = planned(self.task, header, name)
        if self.plan is not None and self.plan.columns.keys() != plan.columns.keys():
            changed = sorted(self.plan.columns.keys() ^ plan.columns.keys())[0]
            message = say("'{name}' is a column of some files only, and not of all", name=changed)
            raise AutodiffError("E051", message, say("map these files apart, or give {name}=… after the formula", name=changed))
        self.plan = plan
        self._notes |= dict.fromkeys(plan.notes)
        return plan

    def _of_one(self, plan: Plan, source: Source) -> Generator[Computed]:
        batches = source.batches()
        first = [*islice(batches, 1)]
        few = self.task.engine == "auto" and bool(first) and first[0].height <= FEW
        way = one_by_one if few or (self.task.engine == "auto" and find_spec("numpy") is None) else in_columns
        for found in in_order(lambda batch: way(plan, batch), chain(first, batches), 1 if few else self.jobs):
            self.records += found.batch.height
            self.empty += len(found.missing)
            self.rounded += found.rounded
            self.engines[found.engine] = None
            yield found
            self.progress(self.records, source.share())

    def _judged(self, plan: Plan, found: Computed) -> Mapping[int, Worksheet]:
        """The records that are not ok, as far as they are judged."""
        return found.sheets


def in_order(apply: Callable[[Batch], Any], batches: Iterable[Batch], jobs: int) -> Generator[Any]:
    """The results in the order of the batches, of which some are worked on at once, and few are read ahead."""
    if jobs == 1:
        yield from map(apply, batches)
        return
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for batch in batches:
                waiting.append(pool.submit(apply, batch))
                if len(waiting) > jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
