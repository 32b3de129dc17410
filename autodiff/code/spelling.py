"""What the spellings of many languages have in common: the signs of C, and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from autodiff.code.lower import Dialect
from autodiff.writing.styles import ATOM, Shape, Sign, Style

ARITHMETIC = {
    **{
        op: Sign(text, 8, 9, 9)
        for op, text in {"eq": " == ", "ne": " != ", "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= "}.items()
    },
    "add": Sign(" + ", 11, 11, 12),
    "sub": Sign(" - ", 11, 11, 12),
    "mul": Sign(" * ", 12, 12, 13),
    "div": Sign(" / ", 12, 12, 13),
    "mod": Sign(" % ", 12, 12, 13),
    "neg": Sign("-", 15, 0, 16),
}
LOGIC = {"or": Sign(" || ", 3, 5, 5), "and": Sign(" && ", 4, 4, 5), "not": Sign("!", 15, 0, ATOM)}
SIGNS = {**LOGIC, **ARITHMETIC}
"""The signs of C."""

CHOICE = Shape(1, ((0, 2), " ? ", (1, 2), " : ", (2, 1)))


def dialect(style: Style) -> Dialect:
    """One that computes with C's library or with its like, in which some functions obey IEEE arithmetic not quite as we do."""
    return Dialect(style, style.rows, guarded=frozenset({"pow", "mod", "hypot", "cbrt"}), easy=frozenset({"pow"}))


def short(value: float) -> str:
    """A number without a sign that an exponent does not need."""
    return repr(value).replace("e+", "e")


def numeral(value: float, nan: str, infinite: str, finite: Callable[[float], str] = short) -> str:
    """Any number: `nan` and `infinite` are words of the language, and `finite` spells all others."""
    return finite(value) if math.isfinite(value) else nan if value != value else infinite if value > 0 else f"-{infinite}"
