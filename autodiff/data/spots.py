"""Where in a file something is wrong, in a sentence."""

from __future__ import annotations

from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say


class Spot(NamedTuple):
    """A record of a file, counted from 1, the line in which it begins (0 where there are no lines), and a column; the header is
    record 0.
    """

    path: str
    record: int
    line: int
    column: str | None = None

    def where(self) -> str:
        """The place in a sentence."""
        if not self.record:
            return say("'{path}', line {line}", path=self.path, line=self.line)
        where = say("'{path}', row {row}", path=self.path, row=self.record)
        if self.line:
            where = say("'{path}', row {row} (line {line})", path=self.path, row=self.record, line=self.line)
        return where if self.column is None else say("{where}, column '{name}'", where=where, name=self.column)

    def error(self, problem: str, hint: str) -> AutodiffError:
        """What is wrong there, and what to do."""
        return AutodiffError("E051", say("{where}: {problem}", where=self.where(), problem=problem), hint)
