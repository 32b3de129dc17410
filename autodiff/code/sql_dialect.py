"""What the dialects of SQL say each in a way of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autodiff.code.identifiers import Naming


class SqlDialect(NamedTuple):
    """What a dialect says in a way of its own."""

    # Types and numbers
    double: str
    """The type of numbers."""
    text: str
    """The type of texts."""
    numbers: Mapping[str, str]
    """NaN and the infinities."""
    isnan: str
    """Asks for the first."""
    isnumber: str
    """Asks for all others."""

    # The query
    error: str
    """Fails with a message."""
    notes: tuple[str, ...]
    """Sentences for the head of the file."""
    fence: str = ""
    """Ends a layer: without it some engines put every layer into the next one, and compute shared columns again and again."""
    suffix: str = ""
    """What ends a number."""
    quote: str = '"'
    """What stands around a name that is not plain."""
    small: bool = False
    """Whether names without quotes are read in small letters, and names in quotes as they are."""
    misread: frozenset[str] = frozenset()
    """Words that are no names even in quotes."""

    def naming(self, reserved: frozenset[str]) -> Naming:
        """What names it allows."""
        return Naming(reserved, folded=True, quote=self.quote, small=self.small)


def infinities(pattern: str) -> Mapping[str, str]:
    """The numbers without digits, where they are read from texts."""
    return {short: pattern.format(word) for short, word in (("nan", "NaN"), ("inf", "Infinity"), ("-inf", "-Infinity"))}


def number(value: float, dialect: SqlDialect) -> str:
    """A number as a double: without an exponent it would be a decimal fraction, or an integer."""
    text = repr(value).removesuffix(".0")
    return dialect.numbers.get(text) or (text if "e" in text else f"{text}e0") + dialect.suffix
