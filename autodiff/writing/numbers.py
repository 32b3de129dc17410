"""How numbers are shown: rounded for people, exact for programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

DIGITS = 6


def human(value: float | bool, digits: int = DIGITS) -> str:
    """A number rounded to so many significant digits; one beyond the doubles in its true size."""
    exact = getattr(value, "exact", None)
    if exact is not None:
        return _scientific(exact, digits)
    if value != value:
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value + 0.0:.{digits}g}"
    return "0" if text == "-0" else text


def _scientific(value: Decimal, digits: int) -> str:
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent}"


def shortest(value: float) -> str:
    """A number in the shortest form that reads back the same."""
    return repr(value + 0.0).removesuffix(".0")


def bracketed(text: str) -> str:
    """A factor, in brackets if it is negative."""
    return f"({text})" if text.startswith("-") else text


def strict(value: float | None) -> str:
    """A number as strict JSON: shortest form that reads back the same, the non-finite as strings."""
    if type(value) is float:
        if value == 1.0:
            return "1.0"  # the slopes of every sum
        if value - value == 0.0:
            return repr(value)
    if value is None:
        return "null"
    if value - value == 0:
        return repr(float(value))
    return '"NaN"' if value != value else '"Infinity"' if value > 0 else '"-Infinity"'


def quoted(text: str) -> str:
    """A string as JSON; what UTF-8 cannot write is escaped."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'  # nearly always, and five times as fast
    return dumped(text)


def dumped(value: Any) -> str:
    """Anything as JSON on one line; what UTF-8 cannot write is escaped."""
    import json

    plain = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        plain.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return plain
