"""Text to tokens, with the invisible sign of an implicit product put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark.lexer import Lexer

from autodiff.reading.source import Lexeme, Source

OPENS = frozenset({"NUMBER", "NAME", "CALL", "IF", "LPAR", "ROOT"})  # tokens that begin an operand
CLOSES = frozenset({"NUMBER", "NAME", "RPAR", "SUPERSCRIPT"})  # tokens that end one


class FormulaLexer(Lexer):
    """Reads tokens by the terminals of the grammar, those of high priority first."""

    def __init__(self, conf: Any) -> None:
        terminals = sorted((t for t in conf.terminals if not t.name.startswith("_")), key=lambda t: -t.priority)
        spelled = "|".join(f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals)
        self._next = re.compile(rf"(?:[^\S\n]|#[^\n]*)*(?:{spelled}|(?P<END>\Z)|(?P<BAD>.))").finditer

    def lex(self, text: str) -> Iterator[Lexeme]:  # type: ignore[override]
        source = Source(text)
        text = source.plain
        before = Lexeme("SEP", "", 0, 0)
        depth = 0
        for match in self._next(text):
            kind: Any = match.lastgroup
            start, end = match.span(kind)
            token = Lexeme(kind, text[start:end], start, end)
            if kind in OPENS and before.type in CLOSES:
                if not _make_a_product(before, token):
                    from autodiff.reading.neighbours import refusal

                    raise refusal(source, before, token)
                yield Lexeme("JUXT", "", start, start)
            if kind == "LPAR":
                depth += 1
            elif kind == "RPAR":
                depth -= 1
            elif kind == "SEP":
                if token.value == "\n" and (depth > 0 or before.type == "SEP"):
                    continue  # a formula goes on inside brackets, and blank lines are nothing
            elif kind == "END":
                return
            elif kind == "BAD":
                from autodiff.reading.characters import unreadable

                raise unreadable(source, before, token)
            yield token
            before = token


def _make_a_product(left: Lexeme, right: Lexeme) -> bool:
    """Whether two operands side by side are a product to everybody, as 2x and (a)(b) are, and b c, 2e and 0x10 are not."""
    if left.type == "NAME" or right.type == "NUMBER":
        return False
    if left.type != "NUMBER":
        return True
    number, name = left.value, right.value
    if "e" in number or "E" in number:
        return False
    if right.type != "NAME":
        return True
    if name in ("e", "E"):
        return False
    is_apart = left.end_pos < right.start_pos
    return is_apart or not (name[0] == "_" or (number == "0" and re.fullmatch("[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+", name)))
