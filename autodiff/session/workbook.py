"""The names of a session: variables with their numbers, definitions that follow them, and functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from autodiff.formula import Formula
from autodiff.reading.typed import Statement
from autodiff.tape import canonical


class Entry(NamedTuple):
    """What a name stands for: a statement, and its number if the name is a variable."""

    statement: Statement
    number: float | None = None


class Workbook:
    """What a session knows, and the statement that it was asked about last. It does not change: a line makes another one.

    A variable or a definition is kept by its name, a function by its name with an opening bracket.
    """

    def __init__(self, entries: Mapping[str, Entry] | None = None, current: Statement | None = None) -> None:
        self.entries, self.current = dict(entries or {}), current
        self.programs: dict[Statement, Formula] = {}
        """What has been made of these entries."""

    def having(self, key: str, entry: Entry) -> Workbook:
        """The same with a name that stands for something else from now on; it keeps its place."""
        return Workbook({**self.entries, key: entry}, self._current_beside([key]))

    def without(self, keys: Iterable[str]) -> Workbook:
        """The same without some names."""
        gone = {*keys}
        return Workbook({key: entry for key, entry in self.entries.items() if key not in gone}, self._current_beside(gone))

    def _current_beside(self, keys: Iterable[str]) -> Statement | None:
        """The statement that was asked about last, unless its name stands for something else now, or for nothing."""
        return None if self.current is not None and self.current.name in {*keys} - {""} else self.current

    def asking(self, statement: Statement) -> Workbook:
        """The same after a statement has been asked about."""
        asked = Workbook(self.entries, statement)
        asked.programs = self.programs
        return asked

    @cached_property
    def values(self) -> dict[str, float]:
        """The numbers of the variables."""
        return {name: entry.number for name, entry in self.entries.items() if entry.number is not None}

    @cached_property
    def definitions(self) -> dict[str, Statement]:
        """The formulas that have a name."""
        found = {name: entry.statement for name, entry in self.entries.items() if entry.number is None}
        return {name: statement for name, statement in found.items() if not name.endswith("(")}

    @cached_property
    def names(self) -> dict[str, None]:
        """All names, in the order in which they came; those of functions too."""
        return dict.fromkeys(key.rstrip("(") for key in self.entries)

    def is_named(self, statement: Statement) -> bool:
        """Whether the user has a name for what a statement gives."""
        return statement.kind == "assignment" or statement.text in self.definitions

    def signature(self, text: str) -> str:
        """How a function is called with its own parameters, where a text is its name and nothing else; or nothing."""
        entry = None if text in self.entries else self.entries.get(f"{canonical(text.strip())}(")
        return entry.statement.text.partition("=")[0].strip() if entry else ""
