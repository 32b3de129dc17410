"""What is counted and noted while a formula goes over files, and what is said of it at the end."""

from __future__ import annotations

from typing import Self

from autodiff.data import spreading
from autodiff.data.arithmetic import Computed
from autodiff.data.judging import Verdict, Verdicts
from autodiff.data.task import Plan, Task
from autodiff.errors import AutodiffError
from autodiff.messages import count, say


class Counts:
    """Of one task: `records`, `empty` (those with an empty cell), `rounded` (integers that no double holds), `unsaid` (those
    without an uncertainty), `engines`; the plan, and the verdicts on records that are not ok.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.records = self.empty = self.rounded = self.unsaid = 0
        self.engines: dict[str, None] = {}
        self.plan: Plan | None = None
        self.verdicts: Verdicts | None = None
        self._notes: dict[str, None] = {}

    def count(self, found: Computed) -> None:
        """Some records have been computed."""
        self.records += found.batch.height
        self.empty += len(found.missing)
        self.rounded += found.rounded
        self.unsaid += len({*found.spreads.empty}.difference(map(int, found.missing)))
        self.engines[found.engine] = None

    def take(self, later: Self) -> None:
        """Go on as if the files of another run, perhaps of another process, had been the next ones of this one."""
        assert later.plan is not None
        self.agreed(later.plan)
        self.records += later.records
        self.empty += later.empty
        self.rounded += later.rounded
        self.unsaid += later.unsaid
        self.engines |= later.engines
        if self.verdicts is not None and later.verdicts is not None:
            self.verdicts.join(later.verdicts)
        self.verdicts = self.verdicts or later.verdicts

    def agreed(self, plan: Plan) -> Plan:
        """The plan for a file; all must have the same columns where the formula looks for them."""
        if self.plan is not None and self.plan.wanted != plan.wanted:
            changed = sorted(self.plan.wanted ^ plan.wanted)[0]
            message = say("'{name}' is a column of some files only, and not of all", name=changed)
            raise AutodiffError("E051", message, say("map these files apart, or give {name}=… after the formula", name=changed))
        self.plan = plan
        self._notes |= dict.fromkeys(plan.notes)
        return plan

    def judged(self, plan: Plan, found: Computed, source: str) -> list[Verdict]:
        """The records that are not ok. Raises AutodiffError for the first one, if that is wished."""
        if self.verdicts is None:
            told = bool(self.task.status or self.task.reduce or self.task.errors == "null" or plan.spread)
            stop = self.task.errors == "fail"
            limit = None if stop else self.task.limit
            self.verdicts = Verdicts(plan.formula, plan.fixed, plan.wrt, limit, stop, self.task.hessian, told)
        start, wrong = found.batch.start, found.spreads.wrong
        sheets = found.sheets.items()
        known = [self.verdicts.count(start + place + 1, sheet, source, wrong.get(place, "")) for place, sheet in sheets]
        judged = self.verdicts.judge(start, found.columns, found.suspects, source, wrong)
        if self.task.errors == "fail" and (error := self.verdicts.refusal()):
            raise error
        return [*filter(None, known), *judged]

    def notes(self) -> list[str]:
        """What is to be said, once all is done."""
        found = [*self._notes]
        if self.empty and not self.task.reduce:
            found.append(
                count(
                    self.empty,
                    "one row has an empty cell among the variables: its new cells are empty too",
                    "{number} rows have an empty cell among the variables: their new cells are empty too",
                )
            )
        if self.rounded:
            found.append(
                count(
                    self.rounded,
                    "one whole number has more digits than a double, and was rounded",
                    "{number} whole numbers have more digits than a double, and were rounded",
                )
            )
        if self.unsaid and self.plan is not None:
            found.append(spreading.remark(self.unsaid, self.plan.uncertainty))
        found += self.verdicts.sentences() if self.verdicts else []
        if self.task.engine == "c" and "c" not in self.engines and self.records:
            found.append(say("there are no kernels in C here, for want of a compiler or of a function: NumPy computed this"))
        return found
