"""What a statement of a session needs: the names and functions in it, and those that these need in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.messages import say, spoken
from autodiff.primitives import CONSTANTS
from autodiff.reading.typed import Statement, Typed
from autodiff.session.workbook import Workbook
from autodiff.tape import Var


def alone(book: Workbook, statement: Statement, typed: Typed | None = None) -> Formula:
    """What stands to the right in a statement, with the functions that it calls; its free names are what it needs.

    Raises FormulaError, which points into what was typed if that is given.
    """
    own = f"{statement.name}("
    known = [key for key in keys(statement.calls) if key in book.entries]
    called = [key for key in ordered(book, known, _calls) if key != own] if known else []
    before = "".join(f"{book.entries[key].statement.text}\n" for key in called)
    text, at = statement.right, statement.at
    if statement.kind == "definition":
        text, at = f"{statement.text}\n{statement.name}({', '.join('0' * statement.parameters)})", statement.start
    try:
        return _parsed(before + text, spoken())
    except FormulaError as error:
        if typed is not None and error.span[0] >= len(before):
            start, end = (place - len(before) + at for place in error.span)
            error.move(typed.place((start, end)), typed.text)
        raise


def needs(book: Workbook, statement: Statement, formula: Formula | None = None) -> list[str]:
    """The names and functions of the session that a statement uses itself, and the names that it lacks."""
    tape = (formula or alone(book, statement)).tape
    found = [key for key in keys(statement.calls) if key in book.entries]
    for place, node in enumerate(tape.nodes):
        if isinstance(node, Var) and node.name not in book.entries and _may_split(book, node.name, tape.scopes.get(place, {})):
            found += [letter for letter in node.name if letter in book.entries]
        elif isinstance(node, Var):
            found.append(node.name)
    return list(dict.fromkeys(found))


def following(book: Workbook, names: Iterable[str]) -> set[str]:
    """What uses these names, itself or by what it uses."""
    users: dict[str, list[str]] = {}
    for key in book.entries:
        with suppress(AutodiffError):  # it calls what is gone, or is called otherwise now
            for name in uses(book, key):
                users.setdefault(name, []).append(key)
    found, waiting = set[str](), [*names]
    while waiting:
        new = [key for key in users.get(waiting.pop(), ()) if key not in found]
        found.update(new)
        waiting += new
    return found


def _may_split(book: Workbook, name: str, parameters: Mapping[str, int]) -> bool:
    """Whether letters run together may be their product."""
    return len(name) > 1 and name.isalpha() and all(x in book.entries or x in CONSTANTS or x in parameters for x in name)


def _calls(book: Workbook, key: str) -> Iterator[str]:
    return (other for other in keys(book.entries[key].statement.calls) if key.endswith("("))


def uses(book: Workbook, key: str) -> Iterable[str]:
    """What a definition or a function needs; a variable needs nothing."""
    entry = book.entries[key]
    return needs(book, entry.statement) if entry.number is None else ()


def ordered(book: Workbook, keys: Iterable[str], uses: Callable[[Workbook, str], Iterable[str]]) -> list[str]:
    """The keys and all that they use in turn, each behind what it uses. Raises AutodiffError for a circle."""
    graph: dict[str, list[str]] = {}
    waiting = [*keys]
    while waiting:
        key = waiting.pop(0)
        if key in book.entries and key not in graph:
            graph[key] = [other for other in uses(book, key) if other in book.entries]
            waiting += graph[key]
    try:
        return [*TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise circular(error.args[1]) from None


@lru_cache(1000)
def _parsed(text: str, language: str) -> Formula:
    """A formula, which is asked for again with every line that needs it; with notes in a language."""
    return parse(text)


def keys(calls: Iterable[str]) -> list[str]:
    """The keys of functions that are called."""
    return [f"{name}(" for name in calls]


def circular(keys: Iterable[str]) -> AutodiffError:
    """The error for names that would use each other in a circle."""
    names = " → ".join(key.rstrip("(") for key in keys)
    return AutodiffError("E016", say("these would use each other in a circle: {names}", names=names), say("choose another name"))
