"""Derivatives as they are written: d J/db, dJ/db, d/db J, d²J/db², d²J/dbdc; and what the answer is in a session."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from autodiff.errors import AutodiffError, FormulaError
from autodiff.messages import say
from autodiff.reading.source import SUPERSCRIPTS
from autodiff.reading.typed import Statement, typed
from autodiff.session import programs
from autodiff.session.workbook import Entry, Workbook
from autodiff.tape import canonical
from autodiff.writing.numbers import shortest

if TYPE_CHECKING:
    from autodiff.study.differentiation import Differentiation

RAISED = "⁰¹²³⁴-⁹"
NAME = rf"[^\W\d{RAISED}](?:[^\W{RAISED}])*"
ORDER = rf"(?:\^\s*\d+|[{RAISED}]+)?"
HEAD = re.compile(rf"\s*[d∂]({ORDER})(?=[\s/(∂]|[^\W{RAISED}])")
BELOW = re.compile(rf"[d∂][\w\s·*^{RAISED}∂]*")
SUBJECT = re.compile(r"[^\s=*/^+,;)-]")
"""How what is differentiated begins."""
MOST = 20  # times that one may differentiate
MANY = 100  # ways to read names that are written together
DIGITS = re.compile(rf"\s*d([2-9])\s*({NAME})\s*/\s*d({NAME})\1\s*")
"""As d2J/db2, in which neither digit belongs to a name."""
BEGUN = re.compile(rf"\s*[d∂]{ORDER}(?:\s+\S.*|\s*/\s*[d∂].*)", re.DOTALL)
"""What may become one."""


class Question(NamedTuple):
    """A derivative that is asked for: of what, and by which names, each as often as it is differentiated by."""

    statement: Statement
    path: tuple[str, ...]


def question(book: Workbook, text: str) -> Question | None:
    """The derivative that a text asks for; None where it is a formula of what is known, or none at all.

    Raises FormulaError where what is differentiated is no formula.
    """
    found = _parts(text)
    if found is None or _is_formula(book, text):
        return None
    order, subject, below = found
    if re.fullmatch(NAME, subject) and not subject[0].isspace() and canonical(subject) not in book.names:
        return None
    statement = _only(subject.strip()) if subject.strip() else book.current
    if statement is None:
        return None
    path = _path(below, _number(order) if order else 1, _names(book, statement))
    return Question(book.definitions.get(statement.text, statement), path) if path else None


def _parts(text: str) -> tuple[str, str, str] | None:
    """The order, what is differentiated, with the blank before it, and what stands below the line."""
    if plain := DIGITS.fullmatch(text):
        return plain[1], plain[2], f"d{plain[3]}^{plain[1]}"
    head = HEAD.match(text)
    if head is None:
        return None
    rest = text[head.end() :]
    if rest.lstrip().startswith("/") and (found := re.match(r"\s*/\s*([d∂][^\s/(]*)", rest)) and rest[found.end() :].strip():
        subject, below = f" {rest[found.end() :].strip()}", found[1]
    else:
        subject, _, below = rest.rstrip().rpartition("/")
        below = below.strip()
        below = below[1:-1].strip() if below[:1] == "(" and below[-1:] == ")" else below
    is_one = BELOW.fullmatch(below) and (not subject.strip() or SUBJECT.match(subject.strip()))
    return (head[1], subject.rstrip(), below) if is_one else None


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
        return set(book.needs(statement)) <= book.entries.keys()
    except (FormulaError, ValueError):
        return False


def _only(text: str) -> Statement | None:
    """The statement of a text, if it is one formula without a name."""
    found = typed(text).statements
    return found[0] if len(found) == 1 and found[0].kind == "result" else None


def _names(book: Workbook, statement: Statement | None) -> set[str]:
    """The names by which one may differentiate."""
    free = book.alone(statement).variables if statement else ()
    return {*book.entries, *free}


def _path(below: str, order: int, names: Collection[str]) -> tuple[str, ...] | None:
    """The names below the line, as many as the order says: in dx, dx^2, dx dy, dx·dy and dxdy."""
    pieces = re.sub(r"(?<=[d∂])\s+|\s+(?=\^)|(?<=\^)\s+", "", re.sub(r"[·*]", " ", below)).split()
    found = list(islice(_splits(pieces, names, order), MANY)) if order <= MOST else []
    return next((path for path in found if set(path) <= set(names)), found[0] if found else None)


def _splits(pieces: list[str], names: Collection[str], left: int) -> Iterator[tuple[str, ...]]:
    """The ways to read some pieces as so many names. A piece is split behind a name that is known."""
    if not pieces or left <= 0:
        if not pieces and left == 0:
            yield ()
        return
    first, *rest = pieces
    cuts = [k for k in range(2, len(first)) if first[k] in "d∂"]
    for head, tail in [(first, ""), *((first[:k], first[k:]) for k in cuts)]:
        match = re.fullmatch(rf"[d∂]({NAME})({ORDER})", head)
        if match and (not tail or canonical(match[1]) in names):
            times = _number(match[2]) if match[2] else 1
            for others in _splits([tail, *rest] if tail else rest, names, left - times):
                yield (canonical(match[1]),) * times + others


def _number(text: str) -> int:
    return int(text.translate(SUPERSCRIPTS).lstrip("^ ").strip()[:4])
