"""Names for a command line that is not finished: those in its formula, and those of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from os.path import isfile
from typing import NamedTuple

from autodiff.errors import AutodiffError

FUNCTIONS = "autodiff.primitives:FUNCTIONS"
READ = ("--file", "--watch")  # options that name the file of the formula
SHORT, LONG = 3, 100_000  # letters of a product without signs; characters of a formula that are read at a TAB
TYPED = re.compile(r"[a-z]\w*")  # of the functions, those that have a name to type


class Line(NamedTuple):
    """What has been typed behind a command: the words by themselves, the options, and the one that waits for its value."""

    free: list[str]
    options: dict[str, str]
    waiting: str
    ended: bool


def listed(place: str) -> Iterator[str]:
    """The names in a table, which is loaded for it, or made."""
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    yield from (one for one in sorted(found() if callable(found) else found) if TYPED.fullmatch(one))


def variables(line: Line, claimed: bool) -> Iterator[str]:
    """name= for what has no value yet; and dname= for a claim."""
    given = {word.partition("=")[0].rstrip(": ") for word in line.free if "=" in word}
    for name in names(line):
        is_product = len(name) <= SHORT and name.isalpha() and not given.isdisjoint(name)  # bc, of which b is given
        for one in dict.fromkeys([name, *(name if is_product else "")]):
            if one not in given:
                yield f"{one}="
    if claimed:
        yield from (f"d{name}=" for name in names(line) if f"d{name}" not in given)


def names(line: Line, steps: bool = False) -> list[str]:
    """The variables of the formula on the line, or in the file that it names; and its steps, if they count too."""
    from autodiff.formula import parse

    text, path = line.free[0] if line.free else "", next((line.options[one] for one in READ if one in line.options), None)
    try:
        if path is not None and isfile(path):
            with open(path, encoding="utf-8-sig") as file:
                text = file.read(LONG)
        formula = parse(text)
    except (AutodiffError, OSError, ValueError):  # not finished, or an equation
        return _seen(text)
    return [*formula.variables, *(formula.tape.names.values() if steps else ())]


def _seen(text: str) -> list[str]:
    """The names in a text that is no formula yet."""
    from autodiff.primitives import CONSTANTS, FUNCTIONS

    found = re.findall(r"\d+\.?\d*(?:[eE][+-]?\d+)?|([^\W\d]\w*)(?!\w|\s*\()", text)
    return [name for name in dict.fromkeys(found) if name not in {"", *FUNCTIONS, *CONSTANTS, "and", "or", "not", "if"}]


def in_formula(current: str) -> Iterator[str]:
    """The formula that is being typed, with its last name completed to a function."""
    begun = re.search(r"[^\W\d]\w*$", current)
    if begun:
        yield from (f"{current[: begun.start()]}{name}(" for name in listed(FUNCTIONS))
