"""The mean or the sum of a formula over the records of files, which are read once and kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec

from autodiff.data import job
from autodiff.data.batch import Batch, Numbers, Source
from autodiff.data.formats import Format
from autodiff.data.mapping import File, Run
from autodiff.data.reduction import Reduction
from autodiff.data.task import Plan, Task, planned
from autodiff.messages import count, say
from autodiff.solving.objective import Place, nothing_moves

FEW = 50  # records up to which NumPy is not asked


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
        fixed: Mapping[str, float],
    ) -> None:  # fmt: skip
        self.text = text
        self.task = Task(text, {**start, **fixed}, reduce=reduce)
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
        self.skipped, self._notes = 0, [*self.plan.notes]

    @property
    def about(self) -> str:
        """Over what the formula is taken."""
        names = ", ".join(file.name for file, _ in self.stores)
        rows = count(self.rows - self.skipped, "{number} row", "{number} rows")
        if self.task.reduce == "mean":
            return say("the mean over {rows} of {source}", rows=rows, source=names)
        return say("the sum over {rows} of {source}", rows=rows, source=names)

    def at(self, x: Sequence[float]) -> Place:
        """The numbers at a point. A record without a value, unless it has an empty cell, leaves the whole without one."""
        found = self._reduced(x, False)
        self.skipped = found.skipped.get("empty", 0)
        slopes = tuple(found.gradient[name] for name in self.names)
        status = {name: told for name, told in found.status.items() if isinstance(name, str)}
        lost = next((word for word in found.skipped if word != "empty"), "")
        if lost:
            rows = count(found.skipped[lost], "{number} row", "{number} rows")
            return Place(tuple(x), math.nan, slopes, (lost, say("{rows} have no value", rows=rows)), status)
        return Place(tuple(x), found.value, slopes, found.value_status, status)

    def second(self, x: Sequence[float]) -> list[list[float]]:
        """The second derivatives at a point."""
        found = self._reduced(x, True).hessian
        return [[found[(a, b)] if (a, b) in found else found[(b, a)] for b in self.names] for a in self.names]

    def sheet(self, x: Sequence[float]) -> None:
        """There is no single point."""

    def notes(self) -> list[str]:
        """What is to be said of the reading."""
        if not self.skipped:
            return [*self._notes]
        said = count(self.skipped, "one row has an empty cell and is left out", "{number} rows have an empty cell and are left out")
        return [*self._notes, said]

    def _reduced(self, x: Sequence[float], hessian: bool) -> Reduction:
        values = {**dict(zip(self.names, x)), **self.fixed}
        engine = "numpy" if self.rows > FEW and find_spec("numpy") is not None else "auto"
        task = self.task._replace(values=values, hessian=hessian, engine=engine, wrt=self.names)
        run = Run(task)
        run.known = {file.name: plan._replace(task=task, fixed=values, wrt=self.names) for file, plan in self.stores}
        return run.reduced([file for file, _ in self.stores])
