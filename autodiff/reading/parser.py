"""Text to tape: a loop that lexes, and drives the LALR tables which Lark makes of formula.lark."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from autodiff.errors import FormulaError
from autodiff.reading.callbacks import Reader
from autodiff.reading.lexer import CLOSES, KIND, LAST, OPENS, is_product, tokens
from autodiff.reading.source import Lexeme, Source
from autodiff.reading.tables import COLUMNS, RULES, STATES
from autodiff.tape import Tape, moved

if TYPE_CHECKING:
    from autodiff.reading.pasted import Pasted

FOREIGN = frozenset("\\${")  # signs that numbers and formulas from elsewhere have
OPEN, CLOSE, JOINT = KIND["LPAR"], KIND["RPAR"], KIND["JUXT"]
SPECIAL = frozenset({OPEN, CLOSE, KIND["SEP"], LAST, LAST + 1})
make = tuple.__new__  # of a token, in a third of the time that calling its class takes


@contextmanager
def _unhurried() -> Iterator[None]:
    """Pause the cyclic garbage collector: nodes form no cycles, and looking for them costs a sixth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read(text: str) -> tuple[Tape, list[str]]:
    """The tape of a text, and notes for the user. Raises FormulaError."""
    try:
        return _read(text)
    except FormulaError as error:
        better = better_said(text, error)
    raise better


def better_said(text: str, error: FormulaError) -> FormulaError:
    """The error as it is shown: what is known about such mistakes, and only spellings that would be accepted."""
    from autodiff.reading.recognise import recognised

    better = recognised(text, error, _tape)
    better.settle(lambda rewrite: _tape(rewrite) is not None)
    return better


def _tape(text: str) -> Tape | None:
    """The tape of a text, if it is a formula."""
    try:
        return _read(text)[0]
    except FormulaError:
        return None


def _lookalikes(tape: Tape) -> Iterable[str]:
    from autodiff.reading.lookalikes import notes

    return notes([*tape.variables(), *tape.names.values()])


def _read(text: str) -> tuple[Tape, list[str]]:
    found = translated(text)
    if found is None:
        return _parsed(text)
    try:
        tape, notes = _parsed(found.text)
    except FormulaError as error:
        error.move(found.span(error.span), text)
        raise
    return moved(tape, found.span), [*found.notes, *notes]


def translated(text: str) -> Pasted | None:
    """The text as it is written here, where it comes from elsewhere; most is looked at once and left."""
    is_plain = text.isascii() and text == text.lower() and FOREIGN.isdisjoint(text) and not text.lstrip().startswith("=")
    if is_plain and ("." not in text or not re.search(r"[A-Za-z]\.|\.[*/^]", text)):
        return None
    from autodiff.reading.pasted import pasted

    return pasted(text)


def _parsed(text: str) -> tuple[Tape, list[str]]:
    reader = Reader(Source(text))
    with _unhurried():
        tape = _driven(reader)
    return tape, reader.notes if text.isascii() else [*reader.notes, *_lookalikes(tape)]


def _driven(reader: Reader) -> Tape:
    """The tape of the reader's text: its tokens, taken by the tables, with the invisible sign of an implicit product put in.

    An action of the tables is 0 where a token does not fit, the state to go to where it does, and below 0 a rule whose parts
    are complete: they are replaced by what the reader makes of them, and the same token is looked at again.
    """
    source = reader.source
    rules = [(getattr(reader, name, _only), size, column) for name, size, column in RULES]
    row, rows, values = STATES[0], list[Sequence[int]](), list[Any]()
    before, waiting, depth = make(Lexeme, ("SEP", "", 0, 0)), None, 0
    for match in tokens(source.plain):
        kind = match.lastindex or 0
        start, end = match.span(kind)
        token = make(Lexeme, (COLUMNS[kind], match[kind], start, end))
        if kind in SPECIAL:
            if kind == OPEN:
                depth += 1
            elif kind == CLOSE:
                depth -= 1
            elif kind > LAST:
                raise _unreadable(source, before, token)
            elif kind == LAST:
                kind, token = 0, Lexeme(COLUMNS[0], "", start, end)
            elif token.value == "\n" and (depth > 0 or before.type == "SEP"):
                continue  # a formula goes on inside brackets, and blank lines are nothing
        while True:
            action = row[kind]
            if action > 0:
                values.append(token)
                rows.append(row)
                row = STATES[action]
                if waiting is None:
                    break
                kind, token, waiting = KIND[waiting.type], waiting, None
            elif action:
                callback, size, column = rules[action]
                if size > 1:
                    parts = values[-size:]
                    del values[1 - size :], rows[1 - size :]
                    values[-1] = callback(parts)
                elif callback is not _only:
                    values[-1] = callback(values[-1:])
                row = STATES[rows[-1][column]]
            elif token.type in OPENS and before.type in CLOSES:
                if not is_product(before, token):
                    raise _side_by_side(source, before, token)
                waiting, kind, token = token, JOINT, Lexeme(COLUMNS[JOINT], "", start, start)
            else:
                raise _stopped(source, token, row)
        before = token
    return values[0]  # type: ignore[no-any-return]


def _only(parts: list[Any]) -> Any:
    """What a rule is worth that has one part, and no method of the reader."""
    return parts[0]


def _unreadable(source: Source, before: Lexeme, token: Lexeme) -> FormulaError:
    from autodiff.reading.characters import unreadable

    return unreadable(source, before, token)


def _side_by_side(source: Source, before: Lexeme, token: Lexeme) -> FormulaError:
    from autodiff.reading.neighbours import refusal

    return refusal(source, before, token)


def _stopped(source: Source, token: Lexeme, row: Sequence[int]) -> FormulaError:
    from autodiff.reading.stops import refusal

    return refusal(source, token, {name for name, action in zip(COLUMNS, row) if action and name.isupper()})
