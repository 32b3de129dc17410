"""A formula over files: batches read ahead, computed on all cores, and handed on in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.data import spreading
from autodiff.data.arithmetic import FEW, Computed, in_columns, one_by_one
from autodiff.data.batch import Batch, Numbers, Part, Source
from autodiff.data.counting import Counts
from autodiff.data.judging import Verdict, words
from autodiff.data.reduction import Gathering, Reduction
from autodiff.data.task import Plan, Task, kept, planned
from autodiff.errors import AutodiffError, needs
from autodiff.messages import say

if TYPE_CHECKING:
    from autodiff.data.screen import Screen

Progress = Callable[[int, float | None], None]
"""Told how many records there were so far, and what share of the input that is, from 0 to 1, where it is known."""

Write = Callable[[Iterator[Part], Sequence[str], Sequence[str]], int]
"""Writes records with these columns of theirs and these new ones, and says how many there were."""


class File(NamedTuple):
    """An input: what messages call it, and how it is opened."""

    name: str
    open: Callable[[], AbstractContextManager[Source]]


class Run(Counts):
    """One task over files."""

    def __init__(self, task: Task, jobs: int = 1, progress: Progress = lambda records, share: None) -> None:
        super().__init__(task)
        self.jobs, self.progress = jobs, progress
        self.known: dict[str, Plan] = {}
        """Plans that are made already, by the name of the file."""
        self.screen: Screen | None = None
        self.whole: set[str] | None = None
        """The columns that every file must have and no other ones, where all are kept."""
        self.several = False
        """Whether there are several files: then what is said of a record names its file."""

    def written(self, files: Sequence[File], keep: Sequence[str] | None, write: Write, columns: Sequence[str] | None = None) -> int:
        """Write the records of all files, with the columns to keep (all for None) and the new ones, and say how many; `columns`
        are those that are kept, where that is settled.
        """
        with ExitStack() as stack:
            first = stack.enter_context(files[0].open())
            plan = self._planned(first.names, files[0].name)
            columns = kept(keep, first.names, plan.new, files[0].name) if columns is None else columns
            self.whole = {*columns} if keep is None else None
            return write(self._parts(self._computed(files, first, columns), self._is_one(files)), columns, plan.new)

    def reduced(self, files: Sequence[File]) -> Reduction:
        """The sum or mean over the records of all files."""
        return self.result(self.gathered(files))

    def gathered(self, files: Sequence[File]) -> Gathering:
        """The sums of all blocks of all files."""
        gathering, alone = Gathering(), self._is_one(files)
        for name, plan, found in self._computed(files):
            gathering.add(plan, name, found, self.judged(plan, found, "" if alone else name))
        return gathering

    def result(self, gathering: Gathering) -> Reduction:
        """What the sums of the blocks give."""
        assert self.plan is not None
        return gathering.result(self.plan, self.verdicts.counts if self.verdicts else {}, self.engines, self.notes())

    def __getstate__(self) -> dict[str, Any]:
        """What another process is told."""
        return {**vars(self), "progress": None, "screen": None}

    def _is_one(self, files: Sequence[File]) -> bool:
        return len(files) == 1 and not self.several

    def _parts(self, computed: Iterable[tuple[str, Plan, Computed]], alone: bool) -> Iterator[Part]:
        """The records with their new columns; `alone` says that there is one file."""
        for name, plan, found in computed:
            verdicts = self.judged(plan, found, "" if alone else name)
            yield Part(found.batch, _columns(plan, found, verdicts))

    def _computed(
        self, files: Iterable[File], first: Source | None = None, columns: Sequence[str] = ()
    ) -> Iterator[tuple[str, Plan, Computed]]:
        """The records of all files with what was computed of them, in order; the first file may be open already. All must have
        these columns, objects excepted: what they lack is missing there.
        """
        for file in files:
            with nullcontext(first) if first is not None else file.open() as source:
                plan = self._planned(source.names, file.name)
                self._complete(source.names, file.name)
                kept(columns if source.format.kind != "jsonl" else (), source.names, (), file.name)
                with closing(self._of_one(plan, source)) as found:
                    yield from ((file.name, plan, one) for one in found)
            first = None

    def _complete(self, header: Sequence[str], name: str) -> None:
        """Raises AutodiffError for a column that the files before do not have: it would be lost."""
        more = [column for column in header if column not in self.whole] if self.whole is not None else []
        if more:
            message = say("'{path}' has a column '{name}', which the files before do not have", path=name, name=more[0])
            raise AutodiffError("E051", message, say("write files with other columns apart, or say which to --keep"))

    def _planned(self, header: Sequence[str], name: str) -> Plan:
        return self.agreed(self.known.get(name) or planned(self.task, header, name))

    def _of_one(self, plan: Plan, source: Source) -> Generator[Computed]:
        batches = source.batches()
        first = [*islice(batches, 1)]
        few = self.task.engine == "auto" and bool(first) and first[0].height <= FEW
        way = partial(one_by_one, plan)
        if not few and not (self.task.engine == "auto" and find_spec("numpy") is None):
            way = partial(in_columns, plan, screen=self._screen(plan))
        for found in in_order(way, chain(first, batches), 1 if few else self.jobs):
            self.count(found)
            yield found
            self.progress(self.records, source.share())

    def _screen(self, plan: Plan) -> Screen:
        if self.screen is None:
            needs("numpy")
            from autodiff.data.screen import Screen

            self.screen = Screen(plan.formula, plan.fixed, [*plan.columns], plan.wrt, self.task.hessian)
        return self.screen


def _columns(plan: Plan, found: Computed, verdicts: Sequence[Verdict]) -> dict[str, Numbers | Sequence[str]]:
    """The new columns by their names."""
    start, new = found.batch.start, dict[str, Numbers | Sequence[str]]()
    blank = verdicts if plan.task.errors == "null" else ()
    for key, numbers in [(None, found.value), *((key, found.slopes[key]) for key in plan.shown)]:
        places = [one.record - start - 1 for one in blank if (key or "") in one.numbers]
        new[plan.column(key)] = Numbers(numbers, sorted({*found.missing, *places}) if places else found.missing)
    if plan.spread:
        new[plan.uncertainty] = spreading.column(plan, found, verdicts)
    if plan.task.status:
        said = words(verdicts, start, found.batch.height)
        for place in found.missing:
            said[place] = ""
        new[plan.new[-1]] = said
    return new


def in_order(apply: Callable[[Batch], Any], batches: Iterable[Batch], jobs: int) -> Generator[Any]:
    """The results in the order of the batches, of which some are worked on at once, and few are read ahead."""
    if jobs == 1:
        yield from map(apply, batches)
        return
    from concurrent.futures import ThreadPoolExecutor  # as much as all else of a start

    waiting: deque[Any] = deque()
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
