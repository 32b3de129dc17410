"""A text that is written anew, every character of it with the extent of what it stands for in the text as typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autodiff.tape import Span

LAST_WORD = re.compile(r"[^\W\d]\w*\s*\Z")
LAST_OPERAND = re.compile(r"[\w.]+\Z")
NEAR = 400  # characters: names are shorter


class Draft:
    """Characters, and for each where that begins and ends which it stands for."""

    __slots__ = ("ends", "signs", "starts")

    def __init__(self, piece: str = "", span: Span = (0, 0)) -> None:
        self.signs: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.put(piece, span)

    def put(self, piece: str, span: Span) -> None:
        """Append a piece that stands for all of an extent."""
        self.signs += piece
        self.starts += [span[0]] * len(piece)
        self.ends += [span[1]] * len(piece)

    def copy(self, piece: str, start: int) -> None:
        """Append a piece as it was typed."""
        self.signs += piece
        self.starts += range(start, start + len(piece))
        self.ends += range(start + 1, start + len(piece) + 1)

    def join(self, other: Draft) -> None:
        """Append another draft."""
        self.signs += other.signs
        self.starts += other.starts
        self.ends += other.ends

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.signs)

    @property
    def tail(self) -> str:
        """What stands at its end."""
        return "".join(self.signs[-NEAR:])

    def enclose(self, at: int, span: Span) -> None:
        """Put what follows a place into brackets."""
        self.signs.insert(at, "(")
        self.starts.insert(at, span[0])
        self.ends.insert(at, span[0])
        self.put(")", (span[1], span[1]))

    def insert(self, piece: str, at: int, span: Span) -> None:
        """Put a piece before a place; it stands for all of an extent."""
        self.signs[at:at] = piece
        self.starts[at:at] = [span[0]] * len(piece)
        self.ends[at:at] = [span[1]] * len(piece)

    def filled(self, template: str, args: Sequence[Draft], span: Span) -> None:
        """Append a template with its numbered gaps filled; its own letters stand for all of an extent."""
        for k, piece in enumerate(re.split(r"\{(\d)\}", template)):
            if k % 2:
                self.join(args[int(piece)])
            elif piece:
                self.put(piece, span)

    def last_name(self) -> tuple[int, str] | None:
        """The name that stands at the end, and where it begins; None where there is none."""
        found = LAST_WORD.search(tail := self.tail)
        return (len(self.signs) - len(tail) + found.start(), found[0].strip()) if found else None

    def operand_before(self, end: int) -> int:
        """Where the operand begins that ends before a place."""
        at = end
        while at and self.signs[at - 1].isspace():
            at -= 1
        if at and self.signs[at - 1] == ")":
            at = self._opening(at - 1)
        found = LAST_OPERAND.search("".join(self.signs[max(0, at - NEAR) : at]))
        return at - len(found[0]) if found else at

    def _opening(self, closing: int) -> int:
        depth = 0
        for at in range(closing, -1, -1):
            depth += (self.signs[at] == ")") - (self.signs[at] == "(")
            if not depth:
                return at
        return 0
