"""What a number is worth that stands in a text."""

from __future__ import annotations

import re

from autodiff.errors import FormulaError
from autodiff.messages import say
from autodiff.reading.source import Source
from autodiff.tape import Span

INFINITE = float("inf")


def value(source: Source, text: str, span: Span) -> float:
    """The double that a literal stands for. Raises FormulaError where there is none, or where its spelling misleads."""
    found = float(text)
    digits = text.lstrip("-")
    if digits[0] == "0" and digits[1:2].isdigit():
        raise _leading_zero(source, text, span)
    if found in (INFINITE, -INFINITE):
        raise source.refuse("E004", say("{text} is too large for a double", text=text), span, say("the largest is 1.797e308"))
    if found == 0 and digits.strip("0.").lower()[:1] not in ("", "e"):
        raise source.refuse("E004", say("{text} is too small for a double", text=text), span, say("the smallest is 4.94e-324"))
    return found


def _leading_zero(source: Source, text: str, span: Span) -> FormulaError:
    """007, or the second group of 1,000."""
    group = re.search(r"([0-9]+),\s*\Z", source.plain[max(0, span[0] - 40) : span[0]])
    if group:
        message = say("{text} is not a number", text=f"{group[1]},{text}")
        return source.refuse("E004", message, (span[0] - len(group[0]), span[1]), "", (group[1] + text,))
    return source.refuse("E004", say("{text} begins with a superfluous 0", text=text), span, "", (text.lstrip("0") or "0",))
