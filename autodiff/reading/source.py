"""The text being read: its plain form, its tokens and operands, and the one way to refuse it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from autodiff.errors import FormulaError
from autodiff.tape import Span

# One character each, so that every place in the text stays where it was.
_MEANINGS = str.maketrans("×·⋅∙∗÷−", "****" + "*/-") | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

# What an operand looks like from outside, as far as people disagree about its neighbours.
LITERAL, WORD, ROOTED, POWER, IMPLICIT = 1, 2, 4, 8, 16

Operand = tuple[int, int, int, int]
"""A place on the tape, the extent of its text, brackets included, and its looks."""


class Lexeme(NamedTuple):
    """A token: its kind, its text and its place."""

    type: str
    value: str
    start_pos: int
    end_pos: int

    @property
    def span(self) -> Span:
        """Its place."""
        return self[2:]


def plain(text: str) -> str:
    """The text with full-width and typographic signs replaced by the usual ones, place for place."""
    return text if text.isascii() else text.translate(_MEANINGS)


class Source:
    """A text, and its plain form, in which everything stands at the same place."""

    __slots__ = ("plain", "text")

    def __init__(self, text: str) -> None:
        self.text, self.plain = text, plain(text)

    def shown(self, operand: Operand) -> str:
        """The text of an operand."""
        return self.plain[operand[1] : operand[2]].strip()

    def refuse(self, code: str, message: str, span: Span, hint: str = "", rewrites: Iterable[str] = ()) -> FormulaError:
        """The error that says what is wrong at a place of this text, to be raised."""
        return FormulaError(message, span, hint, rewrites, code=code, text=self.text)
