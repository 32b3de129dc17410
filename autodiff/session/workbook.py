"""The names of a session: variables with their numbers, definitions that follow them, and functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.messages import say
from autodiff.primitives import CONSTANTS
from autodiff.reading.typed import Statement, Typed
from autodiff.tape import Var, canonical


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
        return Workbook(self.entries, statement)

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

    # What a statement needs -------------------------------------------------------------------------------------------

    def alone(self, statement: Statement, typed: Typed | None = None) -> Formula:
        """What stands to the right in a statement, with the functions that it calls; its free names are what it needs.

        Raises FormulaError, which points into what was typed if that is given.
        """
        own = f"{statement.name}("
        called = [key for key in self.sorted(keys(statement.calls), self._calls) if key != own]
        before = "".join(f"{self.entries[key].statement.text}\n" for key in called)
        text, at = statement.right, statement.at
        if statement.kind == "definition":
            text, at = f"{statement.text}\n{statement.name}({', '.join('0' * statement.parameters)})", statement.start
        try:
            return parse(before + text)
        except FormulaError as error:
            if typed is not None and error.span[0] >= len(before):
                start, end = (place - len(before) + at for place in error.span)
                error.move(typed.place((start, end)), typed.text)
            raise

    def needs(self, statement: Statement, formula: Formula | None = None) -> list[str]:
        """The names and functions of the session that a statement uses itself, and the names that it lacks."""
        tape = (formula or self.alone(statement)).tape
        found = [key for key in keys(statement.calls) if key in self.entries]
        for place, node in enumerate(tape.nodes):
            if isinstance(node, Var) and node.name not in self.entries and self._may_split(node.name, tape.scopes.get(place, {})):
                found += [letter for letter in node.name if letter in self.entries]
            elif isinstance(node, Var):
                found.append(node.name)
        return list(dict.fromkeys(found))

    def _may_split(self, name: str, parameters: Mapping[str, int]) -> bool:
        """Whether letters run together may be their product."""
        return len(name) > 1 and name.isalpha() and all(x in self.entries or x in CONSTANTS or x in parameters for x in name)

    def _calls(self, key: str) -> Iterator[str]:
        return (other for other in keys(self.entries[key].statement.calls) if key.endswith("("))

    def uses(self, key: str) -> Iterable[str]:
        """What a definition or a function needs; a variable needs nothing."""
        entry = self.entries[key]
        return self.needs(entry.statement) if entry.number is None else ()

    def sorted(self, keys: Iterable[str], uses: Callable[[str], Iterable[str]]) -> list[str]:
        """The keys and all that they use in turn, each behind what it uses. Raises AutodiffError for a circle."""
        graph: dict[str, list[str]] = {}
        waiting = [*keys]
        while waiting:
            key = waiting.pop(0)
            if key in self.entries and key not in graph:
                graph[key] = [other for other in uses(key) if other in self.entries]
                waiting += graph[key]
        try:
            return [*TopologicalSorter(graph).static_order()]
        except CycleError as error:
            raise circular(error.args[1]) from None


def keys(calls: Iterable[str]) -> list[str]:
    """The keys of functions that are called."""
    return [f"{name}(" for name in calls]


def circular(keys: Iterable[str]) -> AutodiffError:
    """The error for names that would use each other in a circle."""
    names = " → ".join(key.rstrip("(") for key in keys)
    return AutodiffError("E016", say("these would use each other in a circle: {names}", names=names), say("choose another name"))
