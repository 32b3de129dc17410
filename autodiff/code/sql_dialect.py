"""What the dialects of SQL say each in a way of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Manner(NamedTuple):
    """What a dialect says in a way of its own.

    `fence` ends a layer: without it some engines put every layer into the next one, and compute shared columns again and again.
    `numbers` are NaN and the infinities; `isnan` and `isnumber` ask for the first, `error` fails with a message. `notes` are for
    the head of the file.
    """

    double: str
    text: str
    numbers: Mapping[str, str]
    isnan: str
    isnumber: str
    error: str
    notes: tuple[str, ...]
    fence: str = ""
    suffix: str = ""
    quote: str = '"'


def infinities(pattern: str) -> Mapping[str, str]:
    """The numbers without digits, where they are read from texts."""
    return {short: pattern.format(word) for short, word in (("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity"))}


def number(value: float, manner: Manner) -> str:
    """A number as a double: without an exponent it would be a decimal fraction, or an integer."""
    text = repr(value).removesuffix(".0")
    return manner.numbers.get(text) or (text if "e" in text else f"{text}e0") + manner.suffix
