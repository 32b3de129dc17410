"""Text to tape: the LALR parser that Lark makes of formula.lark, kept in a cache of the user's own."""

from __future__ import annotations

import gc
import os
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark
from lark.exceptions import UnexpectedToken

from autodiff.errors import FormulaError
from autodiff.reading.callbacks import Reader
from autodiff.reading.lexer import FormulaLexer
from autodiff.reading.source import Source
from autodiff.tape import Tape, moved

if TYPE_CHECKING:
    from autodiff.reading.pasted import Pasted

FOREIGN = frozenset("\\${")  # signs that numbers and formulas from elsewhere have


def grammar() -> str:
    """The text of formula.lark: beside the code when installed, in its own folder in a checkout."""
    here = Path(__file__).parent.parent
    try:
        return (here / "formula.lark").read_text(encoding="utf-8")
    except FileNotFoundError:
        return (here.parent / "grammar" / "formula.lark").read_text(encoding="utf-8")


def _cache_file() -> str | bool:
    """Where the finished parser is kept, in a folder of the user's own; False where there is none."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if os.environ.get("HOME") == "" or not os.path.isabs(home) or not os.path.isdir(home):
            return False  # a folder made there would stand where nobody looks for it
        base = os.path.join(home, ".cache")
    folder = os.path.join(base, "autodiff")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        about = os.stat(folder)
        if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
            return False
    except OSError:
        return False
    return os.path.join(folder, "grammar.bin")


_reader = Reader()
_lock = threading.Lock()


@cache
def _parser() -> Lark:
    options: dict[str, Any] = {"parser": "lalr", "lexer": FormulaLexer, "transformer": _reader, "keep_all_tokens": True}
    text = grammar()
    try:
        return Lark(text, cache=_cache_file(), **options)
    except Exception:  # a damaged cache must never matter; without one the parser is merely built anew
        return Lark(text, **options)


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
    found = _translated(text)
    if found is None:
        return _parsed(text)
    try:
        tape, notes = _parsed(found.text)
    except FormulaError as error:
        error.move(found.span(error.span), text)
        raise
    return moved(tape, found.span), [*found.notes, *notes]


def _translated(text: str) -> Pasted | None:
    """The text as it is written here, where it comes from elsewhere; most is looked at once and left."""
    is_plain = text.isascii() and text == text.lower() and FOREIGN.isdisjoint(text) and not text.lstrip().startswith("=")
    if is_plain and ("." not in text or not re.search(r"[A-Za-z]\.|\.[*/^]", text)):
        return None
    from autodiff.reading.pasted import pasted

    return pasted(text)


def _parsed(text: str) -> tuple[Tape, list[str]]:
    with _lock, _unhurried():
        source = Source(text)
        _reader.begin(source)
        try:
            tape: Tape = _parser().parse(text)  # type: ignore[assignment]
            return tape, _reader.notes if text.isascii() else [*_reader.notes, *_lookalikes(tape)]
        except UnexpectedToken as error:
            from autodiff.reading.stops import refusal

            raise refusal(source, error) from None
