"""How a word that has been begun may end: functions and names in play, and the variables of a derivative."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autodiff.errors import FormulaError
from autodiff.primitives import CONSTANTS, FUNCTIONS
from autodiff.session.needs import alone
from autodiff.session.workbook import Workbook

WORD = re.compile(r"[^\W\d]\w*\Z")
BELOW = re.compile(r"/\s*[d∂]\s*(\w*)\Z")


def completions(book: Workbook, before: str, words: Iterable[str] = ()) -> tuple[int, list[str]]:
    """How many signs before the cursor are begun, and what they may become; `words` are those that may begin a line.

    A function ends in its bracket.
    """
    if below := BELOW.search(before):
        return len(below[1]), _beginning(below[1], _variables(book))
    found = WORD.search(before)
    begun = found[0] if found else ""
    functions = [f"{name}(" for name in FUNCTIONS] if begun else []
    own = [key for key in book.entries if key not in functions]
    known = [*own, *_variables(book), *functions, *(CONSTANTS if begun else ())]
    if not before[: len(before) - len(begun)].strip():
        known = [*words, *known] if begun else [*known, *words]
    return len(begun), _beginning(begun, known)


def _beginning(begun: str, known: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(known) if name.startswith(begun) and name != begun]


def _variables(book: Workbook) -> list[str]:
    """The names that the last formula is made of, and all variables."""
    try:
        free = alone(book, book.current).variables if book.current else ()
    except FormulaError:
        free = ()
    return list(dict.fromkeys([*free, *book.values]))
