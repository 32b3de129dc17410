"""What commands ask about files of records: what they are, and which column a variable is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

from autodiff.data.choices import KINDS
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff_cli import values
from autodiff_cli.commands import choice, option

# fmt: off
Named = Annotated[list[str] | None, option("--name", "The column of a variable, where its header is no name.", "x=COLUMN")]
From  = Annotated[str | None, choice("--from", "What the files are; their names say it, if left out.", KINDS)]
# fmt: on


def renamed(words: Sequence[str]) -> dict[str, str]:
    """Columns by variable, as in --name x="house price"."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, column = word.partition("=")
        if not sign or not column.strip():
            message = say("--name: '{word}' is not variable=column", word=word)
            raise AutodiffError("E042", message, say("write {spelling}", spelling='--name x="house price"'))
        found[values.variable(name.strip())] = column
    return found


def parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Files, and values. Raises AutodiffError for a bare name that is no file either."""
    files = [word for word in words if is_file(word)]
    for name in map(str.strip, files):
        if name.isidentifier() and not os.path.exists(name):
            raise AutodiffError("E032", say("'{word}' is not name=value", word=name), say("write {spelling}", spelling=f"{name}=1"))
    return files, [word for word in words if not is_file(word)]


def is_file(word: str) -> bool:
    """Whether a word is no name=value: a path may hold an equals sign, behind a slash or a dot."""
    name, sign, _ = word.strip().partition("=")
    return not sign or any(mark in name for mark in "/.\\")
