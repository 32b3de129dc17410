"""What becomes of a line in a session: variables, definitions and functions are kept, results are to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.formula import number, parse
from autodiff.messages import say
from autodiff.reading.source import Source
from autodiff.reading.typed import Statement, Typed, typed
from autodiff.session import programs
from autodiff.session.needs import alone, following, needs, ordered, uses
from autodiff.session.workbook import Entry, Workbook
from autodiff.writing.numbers import shortest

SPECIAL = ("inf", "nan")
MOST = 8  # definitions that are followed when something changes


class Taken(NamedTuple):
    """What was made of a statement: a `variable`, a `definition` or a `function`, or what it asks for: a variable that is `asked`
    for, a function that is `shown`, a derivative by a name such as `db` (a `slope`), a `number`, or another `result`.

    `slopes` are the derivatives that it uses as numbers.
    """

    kind: str
    statement: Statement
    notes: tuple[str, ...] = ()
    slopes: Mapping[str, float] = {}


class Change(NamedTuple):
    """The value of a definition before and after a line; before it may have had none."""

    name: str
    before: float | None
    after: float


def take(book: Workbook, text: str) -> tuple[Workbook, list[Taken], list[str]]:
    """The session after a text, what became of its statements, and notes on its reading.

    Nothing is kept of a text with a mistake. Raises AutodiffError.
    """
    found, before, taken = typed(text), book, list[Taken]()
    for statement in found.statements:
        book, one = _KINDS[statement.kind](book, before, statement, found)
        taken.append(one)
    return book, taken, found.notes


def changes(before: Workbook, after: Workbook) -> list[Change]:
    """The definitions that have another value now, though they are written as before."""
    other = {key for key in {**before.entries, **after.entries} if before.entries.get(key) != after.entries.get(key)}
    moved = following(after, other) if other else set()
    found = []
    for name in [name for name in after.definitions if name in moved and name not in other][-MOST:]:
        now = programs.number(after, name)
        then = programs.number(before, name)
        if now is not None and now != then and (now == now or then == then):
            found.append(Change(name, then, now))
    return found


def slopes(book: Workbook, names: list[str]) -> dict[str, float]:
    """What names such as `db` are worth: the derivatives of the formula that was asked about last, as far as it has them."""
    wanted = [name for name in names if name not in book.entries and name[:1] == "d" and name[1:] in book.entries]
    if not wanted or book.current is None:
        return {}
    try:
        sheet = programs.sheet(book, book.current)
    except AutodiffError:
        return {}
    found = {}
    for name in wanted:
        if name[1:] in sheet.names.values():
            found[name] = sheet.derivative(name[1:])
    return found


def _function(book: Workbook, before: Workbook, statement: Statement, found: Typed) -> tuple[Workbook, Taken]:
    key = f"{statement.name}("
    after = book.having(key, Entry(statement))
    if statement.name not in statement.calls:
        ordered(after, [key], uses)
    formula = alone(book, statement, found)
    return after, Taken("function", statement, tuple(formula.notes))


def _assignment(book: Workbook, before: Workbook, statement: Statement, found: Typed) -> tuple[Workbook, Taken]:
    name, formula = statement.name, alone(book, statement, found)
    parse(f"{name} = 0")
    needed = needs(book, statement, formula)
    taken = slopes(before, needed)
    if name in needed and name not in book.values:
        return _refuse_itself(book, statement, found)
    if name in needed or taken:
        value = programs.sheet(book, statement.unnamed(), taken).value
        kept = statement._replace(text=f"{name} = {shortest(value)}", right=shortest(value))
        return book.having(name, Entry(kept, value)), Taken("variable", statement, slopes=taken)
    if statement.right.strip("+- ").lower() in SPECIAL and statement.right.strip("+- ") not in book.entries:
        return book.having(name, Entry(statement, number(statement.right))), Taken("variable", statement)
    if not needed:
        sheet = formula.at()
        return book.having(name, Entry(statement, sheet.value)), Taken("variable", statement, tuple(sheet.notes))
    after = book.having(name, Entry(statement))
    notes = tuple(programs.program(after, statement).notes)
    return after.asking(statement), Taken("definition", statement, notes)


def _refuse_itself(book: Workbook, statement: Statement, found: Typed) -> tuple[Workbook, Taken]:
    """A name without a number cannot be made of itself."""
    name, start = statement.name, statement.start
    message = say("'{name}' is used before it has a value", name=name)
    if name in book.definitions:
        message = say("'{name}' is a definition, which cannot use itself", name=name)
    span = found.place((start, start + len(name)))
    hint = say("choose another name, such as {other}", other=f"{name}2")
    raise Source(found.text).refuse("E016", message, span, hint)


def _result(book: Workbook, before: Workbook, statement: Statement, found: Typed) -> tuple[Workbook, Taken]:
    if statement.text in book.values:
        return book, Taken("asked", book.entries[statement.text].statement)
    if book.signature(statement.text):
        return book, Taken("shown", book.entries[f"{statement.text}("].statement)
    formula = alone(book, statement, found)
    needed = needs(book, statement, formula)
    taken = slopes(before, needed)
    kind = "number" if not needed else "slope" if [statement.text] == needed == [*taken] else "result"
    after = book.asking(book.definitions.get(statement.text, statement)) if kind == "result" and not taken else book
    return after, Taken(kind, statement, tuple(formula.notes), taken)


_KINDS = {"assignment": _assignment, "definition": _function, "result": _result}
