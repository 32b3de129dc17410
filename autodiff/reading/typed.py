"""What is typed bit by bit: whether a text goes on in the next line, and its statements one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from autodiff.reading.lexer import LAST, tokens
from autodiff.reading.parser import read, translated
from autodiff.reading.source import Lexeme, plain
from autodiff.reading.tables import COLUMNS
from autodiff.tape import Span, canonical

WANTING = frozenset({"PLUS_MINUS", "TIMES_OVER", "POWER", "COMMA", "COMPARE", "EQUALS", "AND", "OR", "NOT", "ROOT"})
"""Tokens that want something after them."""


class Statement(NamedTuple):
    """One statement, in our language: an `assignment`, a `definition` of a function, or a `result` without a name.

    `right` is what stands to the right of the =, or all of a result; `calls` are the functions that it calls, built-in ones too;
    `start` is where it begins in the text in our language, `at` is where `right` does.
    """

    kind: str
    name: str
    text: str
    right: str
    parameters: int
    calls: tuple[str, ...]
    start: int
    at: int

    def renamed(self, name: str) -> Statement:
        """What is to the right, assigned to a name."""
        return self._replace(kind="assignment", name=name, text=f"{name} = {self.right}")

    def unnamed(self) -> Statement:
        """What is to the right, as a result."""
        return self._replace(kind="result", name="", text=self.right, start=self.at)


class Typed(NamedTuple):
    """What was typed: its statements, notes on how it was read, and where an extent of the text in our language stands in it."""

    text: str
    statements: list[Statement]
    notes: list[str]
    place: Callable[[Span], Span]


class Waiting(NamedTuple):
    """A text that goes on in the next line: what that is appended to, how many brackets and braces are open, and its last token."""

    text: str
    brackets: int = 0
    braces: int = 0
    last: str = ""


def continued(line: str, before: Waiting | None = None) -> Waiting | None:
    """What the next line is appended to, where a text ends inside a bracket, with a sign that wants something, or with a
    backslash; None where it is complete. `before` is what it had before this line.
    """
    head, brackets, braces, last = before or Waiting("")
    end = 0
    for token in _lexemes(line):
        brackets += (token.type == "LPAR") - (token.type == "RPAR")
        if token.value != "\n":
            last, end = token.type, token.end_pos
    text = head + line
    if "\\" in text:
        braces += line.count("{") - line.count("}")
    if (bare := text.rstrip()).endswith("\\"):
        return Waiting(bare[:-1].rstrip() + " ", brackets, braces, last)
    if brackets > 0 or braces > 0 or (last == "SEP" and len(head) + end > 1):
        return Waiting(text + "\n", brackets, braces, last)
    return Waiting(head + line[:end] + " ", 0, 0, last) if brackets == 0 and last in WANTING else None


def is_begun(waiting: Waiting | None, line: str) -> bool:
    """Whether a line begins a statement of its own where another was to go on: no bracket and no operator reaches beyond an =."""
    first = next(_lexemes(line), None) if waiting and waiting.last != "SEP" else None
    return first is not None and first.type in ("ASSIGN", "DEFINE")


def typed(text: str) -> Typed:
    """The statements of a text. Raises FormulaError for an empty one, and for what cannot be translated."""
    found = translated(text)
    ours = text if found is None else found.text
    made = []
    for piece, end in _pieces(ours):
        if piece:
            made.append(_statement(ours, piece))
        elif end == ";":
            read(text)  # which says what is wrong with an empty statement
    return Typed(text, made, [*found.notes] if found else [], found.span if found else lambda span: span)


def _lexemes(text: str) -> Iterator[Lexeme]:
    """The tokens of a text, as far as they are any."""
    for match in tokens(plain(text)):
        kind = match.lastindex or 0
        if kind < LAST:
            yield Lexeme(COLUMNS[kind], match[kind], *match.span(kind))
        elif kind > LAST:
            yield Lexeme("", match[kind], *match.span(kind))


def _pieces(text: str) -> Iterator[tuple[list[Lexeme], str]]:
    """The tokens of each statement, and the sign at its end."""
    piece, depth = list[Lexeme](), 0
    for token in _lexemes(text):
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if token.type == "SEP" and (depth <= 0 or token.value == ";"):
            yield piece, token.value
            piece, depth = [], 0
        elif token.type != "SEP":
            piece.append(token)
    yield piece, ""


def _statement(text: str, piece: list[Lexeme]) -> Statement:
    start, end = piece[0].start_pos, piece[-1].end_pos
    signs = [token.type for token in piece]
    kind = {"ASSIGN": "assignment", "DEFINE": "definition"}.get(signs[0], "result")
    equals = signs.index("EQUALS") + 1 if kind != "result" and "EQUALS" in signs else 0
    at = piece[equals].start_pos if equals < len(piece) else end
    name = canonical(piece[0].value) if kind != "result" else ""
    parameters = signs[:equals].count("COMMA") + 1 if kind == "definition" else 0
    calls = tuple(dict.fromkeys(canonical(token.value) for token in piece[equals:] if token.type == "CALL"))
    return Statement(kind, name, text[start:end], text[at:end], parameters, calls, start, at)
