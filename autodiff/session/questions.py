"""Derivatives that are asked for as they are written, and the answers in a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from autodiff.errors import AutodiffError, FormulaError
from autodiff.messages import say
from autodiff.reading.leibniz import fraction, path
from autodiff.reading.typed import Statement, typed
from autodiff.session import programs
from autodiff.session.needs import alone, needs
from autodiff.session.workbook import Entry, Workbook
from autodiff.tape import canonical
from autodiff.writing.numbers import shortest

if TYPE_CHECKING:
    from autodiff.study.differentiation import Differentiation


class Question(NamedTuple):
    """A derivative that is asked for: of what, and by which names, each as often as it is differentiated by."""

    statement: Statement
    path: tuple[str, ...]


def question(book: Workbook, text: str) -> Question | None:
    """The derivative that a text asks for; None where it is a formula of what is known, or none at all.

    Raises FormulaError where what is differentiated is no formula.
    """
    found = fraction(text)
    if found is None or _is_formula(book, text):
        return None
    order, subject, below, is_joined = found
    if is_joined and canonical(subject) not in book.names:
        return None
    statement = _only(book.signature(subject) or subject.strip()) if subject.strip() else book.current
    if statement is None:
        return None
    by = path(below, order, _names(book, statement))
    return Question(book.definitions.get(statement.text, statement), by) if by else None


def answer(book: Workbook, asked: Question) -> tuple[Differentiation, list[str]]:
    """The derivative as a formula, with its number where all that it needs has a value; and the names that have none.

    What is differentiated by is taken as free where it is a definition. Raises AutodiffError.
    """
    from autodiff.study.differentiation import Asked, differentiate

    names = list(dict.fromkeys(asked.path))
    book = freed(book, asked.statement, names)
    formula = programs.program(book, asked.statement)
    lacking = programs.lacking(book, formula)
    values = {} if lacking else book.values
    if len(names) > 1 and len(asked.path) > 2:
        message = say("a mixed derivative is of order 2 here")
        raise AutodiffError("E042", message, say("differentiate by one variable, or by two once"))
    wanted = Asked(len(asked.path)) if len(names) == 1 else Asked(hessian=True)
    found = differentiate(formula, names, wanted, values, values.keys())
    if len(names) > 1:
        index = asked.path if asked.path in found.found.places else asked.path[::-1]
        found = found._replace(indices=(index,))
    return found, lacking


def freed(book: Workbook, statement: Statement, names: Iterable[str]) -> Workbook:
    """The session where definitions of these names are variables, with the values that they have now."""
    for name in names:
        if name in book.definitions and name != statement.name:
            value = programs.number(book, name)
            held = book.definitions[name]._replace(right="" if value is None else shortest(value))
            book = book.without([name]) if value is None else book.having(name, Entry(held, value))
    return book


def _is_formula(book: Workbook, text: str) -> bool:
    """Whether a text is a formula all whose names are known."""
    try:
        (statement,) = typed(text).statements
        return set(needs(book, statement)) <= book.entries.keys()
    except (FormulaError, ValueError):
        return False


def _only(text: str) -> Statement | None:
    """The statement of a text, if it is one formula without a name."""
    found = typed(text).statements
    return found[0] if len(found) == 1 and found[0].kind == "result" else None


def _names(book: Workbook, statement: Statement | None) -> set[str]:
    """The names by which one may differentiate."""
    free = alone(book, statement).variables if statement else ()
    return {*book.entries, *free}
