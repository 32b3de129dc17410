"""The values of JSON members as they are written: as cells of a table, and as JSON again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from autodiff.data.members import VALUES, Literal
from autodiff.writing.numbers import quoted

_BLANK = re.compile(r"[ \t\n\r]*")


def cells(column: list[Any], name: str, texts: Sequence[str]) -> list[str]:
    """The values of a name in some objects, as cells of a table."""
    if set(map(type, column)) == {str}:
        return column
    return [x if type(x) is str else "" if x is None else _other(x, name, text) for x, text in zip(column, texts)]


def literals(column: list[Any], name: str, texts: Sequence[str]) -> list[str]:
    """The values of a name in some objects, as JSON."""
    if set(map(type, column)) == {Literal}:
        return column
    return [_literal(x) if x is None or isinstance(x, str) else _other(x, name, text) for x, text in zip(column, texts)]


def _literal(value: str | None) -> str:
    return "null" if value is None else value if type(value) is Literal else quoted(value)


def _other(value: Any, name: str, text: str) -> str:
    """A truth value; or a list or an object, as it is written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    k = _after(text, text.index("{") + 1)
    while True:
        found, k = VALUES.raw_decode(text, k)
        start = _after(text, _after(text, k) + 1)
        _, end = VALUES.raw_decode(text, start)
        if found == name:
            return text[start:end]
        k = _after(text, _after(text, end) + 1)


def _after(text: str, k: int) -> int:
    """Where the blanks end."""
    return cast(re.Match[str], _BLANK.match(text, k)).end()
