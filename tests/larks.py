"""The parser that Lark itself makes of the grammar, with a lexer of its own: the judge of our tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from console import ROOT
from lark import Lark
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from autodiff.reading.callbacks import Reader
from autodiff.reading.characters import unreadable
from autodiff.reading.lexer import CLOSES, OPENS, is_product
from autodiff.reading.neighbours import refusal as side_by_side
from autodiff.reading.source import Lexeme, Source
from autodiff.reading.stops import refusal as stopped
from autodiff.tape import Tape

GRAMMAR = (ROOT / "grammar/formula.lark").read_text(encoding="utf-8")


class Sign(Lexeme):
    """A token, with what Lark's errors ask for."""

    line = column = end_line = end_column = None


class FormulaLexer(Lexer):
    """Reads tokens by the terminals of the grammar, those of high priority first."""

    def __init__(self, conf: Any) -> None:
        terminals = sorted((t for t in conf.terminals if not t.name.startswith("_")), key=lambda t: -t.priority)
        spelled = "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals)
        self.next = re.compile(rf"(?:[^\S\n]|#[^\n]*)*(?:{spelled}|(?P<END>\Z)|(?P<BAD>.))").finditer

    def lex(self, text: str) -> Iterator[Lexeme]:  # type: ignore[override]
        """The tokens, the sign of an implicit product among them."""
        source = Source(text)
        before, depth = Sign("SEP", "", 0, 0), 0
        for match in self.next(source.plain):
            kind: Any = match.lastgroup
            token = Sign(kind, match[kind], *match.span(kind))
            if kind in OPENS and before.type in CLOSES:
                if not is_product(before, token):
                    raise side_by_side(source, before, token)
                yield Sign("JUXT", "", token.start_pos, token.start_pos)
            if kind == "END":
                return
            if kind == "BAD":
                raise unreadable(source, before, token)
            depth += {"LPAR": 1, "RPAR": -1}.get(kind, 0)
            if token.value == "\n" and (depth > 0 or before.type == "SEP"):
                continue
            yield token
            before = token


class Callbacks:
    """The methods of the reader of today's text by the names of rules; a rule without one hands its only value on."""

    reader: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not name.islower():
            raise AttributeError(name)
        return lambda c: getattr(self.reader, name, lambda c: c[0])(c)


callbacks = Callbacks()


@cache
def parser() -> Lark:
    """The parser."""
    return Lark(GRAMMAR, parser="lalr", lexer=FormulaLexer, transformer=callbacks, keep_all_tokens=True)  # type: ignore[arg-type]


def parsed(text: str) -> tuple[Tape, list[str]]:
    """The tape and the notes of a text that is no LaTeX and the like. Raises FormulaError."""
    source = Source(text)
    callbacks.reader = reader = Reader(source)
    try:
        return parser().parse(text), reader.notes  # type: ignore[return-value]
    except UnexpectedToken as error:
        raise stopped(source, error.token, set(error.expected)) from None
