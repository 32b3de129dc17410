"""How many cells a text takes in a terminal, and what may reach one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_OPENING = "（“《"  # never at the end of a line
_CLOSING = "，。；：、）？！”》…"  # never at the beginning of one
_PIECE = rf"\s*(?:[=→] )?[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|\s*\S|\s+$"
"""What stays together: a word with the blanks before it, a sign with the stops after it, = with what follows it."""


def cells(text: str) -> int:
    """The width of a text: two cells for wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_cell(sign) for sign in text)


def _cell(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def fitted(text: str, width: int) -> str:
    """The text filled up with blanks to a width."""
    return text + " " * (width - cells(text))


def visible(text: str) -> str:
    """The text with control characters and lone surrogates written out, so that nothing reaches a terminal raw."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\u3000" else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign, f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}")


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """The text in lines that are no wider, broken at blanks and between wide characters; those after the first are indented."""
    lines, line, used = [], "", 0
    for piece in re.findall(_PIECE, text):
        size = cells(piece)
        if used + cells(piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line, used, piece = indent, len(indent), piece.lstrip()
            size = cells(piece)
        line, used = line + piece, used + size
    return [*lines, line.rstrip()]


def packed(pieces: Iterable[str], width: int, indent: str) -> list[str]:
    """The pieces in lines that are no wider, where possible; none is broken, and those after the first are indented."""
    lines: list[str] = []
    for piece in pieces:
        if lines and cells(lines[-1]) + 1 + cells(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(indent + piece if lines else piece)
    return lines
