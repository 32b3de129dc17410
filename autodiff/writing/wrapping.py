"""Columns of a table within the width of a terminal: texts are broken between words and factors, never within a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodiff.writing.width import cells

WIDE = "\u2e80-\uffef"  # Chinese and its like, which may be broken anywhere
_BREAK = re.compile(rf"(?<=[ ·*/,])(?=[^ ])|(?<=\w\()|(?<=[{WIDE}])(?=[{WIDE}])")


def atoms(text: str) -> list[str]:
    """The pieces that are never broken, blanks at their ends."""
    return [atom for atom in _BREAK.split(text) if atom]


def widths(columns: Sequence[Sequence[str]], firm: Sequence[bool], room: int) -> list[int] | None:
    """How wide each column will be, so that all of them have room: the widest give way first. None where there is not enough."""
    found = [max(map(cells, column)) for column in columns]
    least = [
        wide if is_firm else max(cells(atom.rstrip()) for text in column for atom in atoms(text) or [""])
        for column, is_firm, wide in zip(columns, firm, found)
    ]
    while sum(found) > room:
        free = [k for k, wide in enumerate(found) if wide > least[k]]
        if not free:
            return None
        found[max(free, key=found.__getitem__)] -= 1
    return found


def wrapped(text: str, width: int) -> str:
    """The text in lines of that width."""
    lines = [""]
    for atom in atoms(text):
        if lines[-1] and cells((lines[-1] + atom).rstrip()) > width:
            lines.append("")
        lines[-1] += atom
    return "\n".join(line.rstrip() for line in lines)
