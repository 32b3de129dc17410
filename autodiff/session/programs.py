"""A statement of a session as a formula of its own: behind all that it needs, and at the point where the variables stand."""

from __future__ import annotations

from collections.abc import Mapping

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.reading.resolve import resolve
from autodiff.reading.typed import Statement
from autodiff.session.needs import needs, ordered, uses
from autodiff.session.workbook import Workbook
from autodiff.writing.names import OUTPUTS, output_name, owned_names, unused


def program(book: Workbook, statement: Statement) -> Formula:
    """A statement, behind all that it needs from the session except the numbers of the variables.

    A name that is a definition is that definition, and a result is given a name where its usual one is taken.
    """
    if statement not in book.programs:
        book.programs[statement] = _made(book, book.definitions.get(statement.text, statement))
    return book.programs[statement]


def _made(book: Workbook, statement: Statement) -> Formula:
    keys = ordered(book, needs(book, statement), uses)
    before = [book.entries[key].statement.text for key in keys if book.entries[key].number is None and key != statement.name]
    formula = parse("\n".join([*before, statement.text]))
    if statement.kind == "result" and output_name(formula.tape) in book.names and not lacking(book, formula):
        name = next(unused(OUTPUTS, {*book.names, *owned_names(formula.tape)}, "out"))
        return parse("\n".join([*before, statement.renamed(name).text]))
    return formula


def lacking(book: Workbook, formula: Formula) -> list[str]:
    """The names of a program that have no value."""
    return [name for name in used(book, formula) if name not in book.values]


def used(book: Workbook, formula: Formula) -> tuple[str, ...]:
    """The variables of a program, where those of the session have values."""
    return resolve(formula.tape, book.values, formula.text)[0].variables()


def sheet(book: Workbook, statement: Statement, more: Mapping[str, float] | None = None) -> Worksheet:
    """The worksheet of a statement. Raises FormulaError where a value is missing."""
    values = {**book.values, **(more or {})}
    try:
        return program(book, statement).worksheet(values, surplus=values.keys())
    except FormulaError as error:
        if error.code == "E030" and error.missing:
            given = "; ".join(f"{name} = …" for name in error.missing)
            error.hint = say("give it a value first: {given}", given=given)
        raise


def number(book: Workbook, name: str) -> float | None:
    """The value of a definition; None where it has none now."""
    try:
        return sheet(book, book.definitions[name]).value
    except AutodiffError:
        return None
