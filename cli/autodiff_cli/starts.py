"""Where a search begins: name=start, and name:=value for what stays where it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.reading.source import plain
from autodiff_cli import values

WORD = r"[^\W\d]\w*"


def of(words: Sequence[str], path: str | None, wanted: Collection[str]) -> tuple[dict[str, float], dict[str, float], list[str]]:
    """The starts, what is fixed, and the names that came from a file alone."""
    kept, moving = list[str](), list[str]()
    for word in words:
        left, sign, right = plain(word).partition("=")
        if sign and left.rstrip().endswith(":"):
            kept.append(f"{left.rstrip()[:-1]}={right}")
        else:
            moving.append(word)
    fixed, start = values.assignments(kept), values.assignments(moving)
    for name in fixed:
        if name in start:
            raise AutodiffError("E032", say("'{name}' is given twice", name=name), say("keep one {name}=…", name=name))
    stored = values.numbers_for(f"'{path}'", values.from_json(path), {*wanted} - {*fixed, *start}) if path else {}
    return {**stored, **start}, fixed, [*stored]


def names(text: str) -> set[str]:
    """Whatever in a text may be a name, and the letters of what may be a product."""
    words = re.findall(WORD, plain(text))
    return {*words, *(letter for word in words for letter in word)}
