"""Where a text that is being typed is wrong: what is underlined, or nothing."""

from __future__ import annotations

from autodiff.errors import AutodiffError
from autodiff.reading.leibniz import BEGUN
from autodiff.reading.typed import continued, typed
from autodiff.session.needs import alone
from autodiff.session.questions import question
from autodiff.session.workbook import Entry, Workbook
from autodiff.tape import Span

LONGEST = 2_000  # signs of a text that is looked at with every key


def wrong(book: Workbook, text: str) -> Span | None:
    """The place of a mistake; what is not finished is none yet, and nothing is computed."""
    if len(text) > LONGEST or not text.strip() or continued(text) is not None:
        return None
    try:
        if question(book, text) or ("d" not in book.names and BEGUN.fullmatch(text)):
            return None
        found = typed(text)
        for statement in found.statements:
            alone(book, statement, found)
            name = f"{statement.name}(" if statement.kind == "definition" else statement.name
            book = book.having(name, Entry(statement)) if name else book
    except AutodiffError as error:
        return error.span if error.text == text else None
    except Exception:  # what is typed goes through all kinds of nonsense, and the answer to a line will tell of a bug
        return None
    return None
