"""The mean or the sum of a formula over the records of files, which are read once and kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from importlib.util import find_spec

from autodiff.data import job
from autodiff.data.batch import Batch, Numbers, Source
from autodiff.data.formats import Format
from autodiff.data.mapping import File, Run
from autodiff.data.reduction import Reduction
from autodiff.data.task import Plan, Task, planned
from autodiff.data.telling import without
from autodiff.errors import AutodiffError
from autodiff.messages import N_, count, say
from autodiff.solving.bare import Bare, Statuses
from autodiff.solving.objective import Over, Place, nothing_moves

FEW = 10  # records up to which NumPy is not asked


class Shelf:
    """Some records of a file that have been read, by column."""

    def __init__(self, start: int, height: int, columns: Mapping[str, Numbers]) -> None:
        self.start, self.height, self.columns = start, height, columns

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column."""
        return self.columns[name]


class Store:
    """A file that has been read: it can be read again as often as is wished."""

    def __init__(self, source: Source, plan: Plan) -> None:
        self.names = source.names
        self.shelves = [
            Shelf(batch.start, batch.height, {column: batch.numbers(column) for column in plan.columns.values()})
            for batch in source.batches()
        ]
        self.format: Format = source.format

    def opened(self) -> AbstractContextManager[Source]:
        """To be read again."""
        return nullcontext(self)

    def batches(self) -> Iterator[Batch]:
        """Its records."""
        return iter(self.shelves)

    def share(self) -> float | None:
        """Nothing is left to read."""
        return None


class OverRows:
    """A formula over variables that are the same for all records."""

    def __init__(
        self, text: str, paths: Sequence[str], kind: str | None, reduce: str, start: Mapping[str, float],
        fixed: Mapping[str, float], renamed: Mapping[str, str] = {},
    ) -> None:  # fmt: skip
        self.text = text
        self.task = Task(text, {**start, **fixed}, renamed, reduce=reduce)
        self.stores: list[tuple[File, Plan]] = []
        self.rows = 0
        for file in job.made(paths, kind, None, None, None, False).files():
            with file.open() as source:
                plan = planned(self.task, source.names, file.name)
                store = Store(source, plan)
            self.rows += sum(shelf.height for shelf in store.shelves)
            self.stores.append((File(file.name, store.opened), plan))
        self.plan = self.stores[0][1]
        self.names = tuple(name for name in start if name in self.plan.fixed)
        self.fixed = {name: x for name, x in fixed.items() if name in self.plan.fixed}
        if not self.names:
            raise nothing_moves()
        self.output, self.tape = self.plan.output, self.plan.tape
        self.most = -1  # records without a value: as many as at the first point, which is where a search starts
        self._last: tuple[tuple[float, ...], Reduction] | None = None

    def judged(self, x: Sequence[float]) -> Reduction:
        """The whole at a point with the statuses of its records."""
        if self._last is None or self._last[0] != tuple(x):
            self._last = tuple(x), self._reduced(x, False, Run)
        return self._last[1]

    def over(self, x: Sequence[float]) -> Over:
        """How many records count at a point."""
        found, names = self.judged(x), ", ".join(file.name for file, _ in self.stores)
        rows = count(found.rows, "{number} row", "{number} rows")
        text = N_("the mean over {rows} of {source}") if self.task.reduce == "mean" else N_("the sum over {rows} of {source}")
        said = without(say(text, rows=rows, source=names), found.skipped)
        return Over(said, found.rows, found.skipped, found.notes)

    def at(self, x: Sequence[float]) -> Place:
        """The numbers at a point. Records without a value are left out; where there are more of them than at the start, the whole
        has none, so that no search can get rid of records.
        """
        try:
            found = self._reduced(x, False)
        except AutodiffError:
            if self.most < 0:
                raise
            return self._without(x, self.rows)
        lost = sum(n for word, n in found.skipped.items() if word != "empty")
        is_start, self.most = self.most < 0, lost if self.most < 0 else self.most
        if lost > self.most:
            return self._without(x, lost)
        if is_start and not math.isfinite(found.value):
            found = self.judged(x)
        slopes = tuple(found.gradient[name] for name in self.names)
        return Place(tuple(x), found.value, slopes, found.value_status, Statuses(partial(self.judged, tuple(x))))

    def _without(self, x: Sequence[float], lost: int) -> Place:
        """A point where records lose their value."""
        why = say("rows without a value: {number}, and {first} at the start", number=lost, first=self.most)
        return Place(tuple(x), math.nan, (math.nan,) * len(self.names), ("domain", why))

    def second(self, x: Sequence[float]) -> list[list[float]]:
        """The second derivatives at a point."""
        found = self._reduced(x, True).hessian
        return [[found[(a, b)] if (a, b) in found else found[(b, a)] for b in self.names] for a in self.names]

    def sheet(self, x: Sequence[float]) -> None:
        """There is no single point."""

    def notes(self) -> list[str]:
        """What is to be said of the reading."""
        return [*self.plan.notes]

    def _reduced(self, x: Sequence[float], hessian: bool, kind: type[Run] | None = None) -> Reduction:
        values = {**dict(zip(self.names, x)), **self.fixed}
        engine = "numpy" if self.rows > FEW and find_spec("numpy") is not None else "auto"
        task = self.task._replace(values=values, hessian=hessian, engine=engine, wrt=self.names)
        run = (kind or Bare)(task)
        run.known = {file.name: plan._replace(task=task, fixed=values, wrt=self.names) for file, plan in self.stores}
        return run.reduced([file for file, _ in self.stores])
