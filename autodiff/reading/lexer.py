"""Text to tokens by the terminals of the grammar, and which neighbours are a product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from autodiff.reading.source import Lexeme
from autodiff.reading.tables import COLUMNS, TERMINALS

OPENS = frozenset({"NUMBER", "NAME", "CALL", "IF", "LPAR", "ROOT"})  # tokens that begin an operand
CLOSES = frozenset({"NUMBER", "NAME", "RPAR", "SUPERSCRIPT"})  # tokens that end one
KIND = {name: column for column, name in enumerate(COLUMNS)}
LAST = len(TERMINALS) + 1
"""The group of the end of the text, and the next is that of a sign that begins no token; a terminal's group is its column."""


@cache
def _pattern(is_ascii: bool) -> re.Pattern[str]:
    """What matches one token, each kind as a group of its own, with the blanks and the comment before it."""
    spelled = "|".join(f"({plain if is_ascii else spelling})" for _, spelling, plain, _ in TERMINALS)
    return re.compile(rf"[^\S\n]*+(?:#[^\n]*+|)(?:{spelled}|(\Z)|(.))")


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a text, the end among them: which kind matched tells the number of the group."""
    return _pattern(text.isascii()).finditer(text)


def is_product(left: Lexeme, right: Lexeme) -> bool:
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
