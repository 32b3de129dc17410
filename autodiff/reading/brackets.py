"""Where brackets open and close, and with them the operands of a text that does not parse. Only for errors."""

from __future__ import annotations

import re

from autodiff.reading.source import Lexeme


def operand_text(text: str, token: Lexeme) -> str:
    """The operand that begins with a token: a number, a name, or all up to the closing bracket."""
    if token.type == "ROOT":
        inner = re.compile(r"[\s√]*(?:[0-9.]+|[^\W\d]\w*)?\s*").match(text, token.end_pos)
        at = inner.end() if inner else token.end_pos
        if text[at : at + 1] != "(":
            return text[token.start_pos : at].rstrip()
    elif token.type in ("CALL", "IF", "LPAR"):
        at = text.index("(", token.start_pos)
    else:
        return token.value
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return text[token.start_pos : place + 1]
    return text[token.start_pos :] + ")" * depth


def opening(text: str, closing: int) -> int:
    """Where the operand begins that ends with this closing bracket; the name of a call belongs to it."""
    at = unclosed(text[:closing])
    if at is None:
        return 0
    before = re.search(r"\w*\s*\Z", text[max(0, at - 80) : at])
    return at - len(before[0]) if before and before[0].strip() else at


def unclosed(text: str) -> int | None:
    """The place of the last bracket that is open at the end of the text."""
    closed = 0
    for at in range(len(text) - 1, -1, -1):
        if text[at] == ")":
            closed += 1
        elif text[at] == "(":
            if closed == 0:
                return at
            closed -= 1
    return None
