"""A result as the GUM recommends to write it (7.2.6): two digits of the uncertainty, and the value to the same place."""

from __future__ import annotations

import math
from typing import NamedTuple

from autodiff.writing.numbers import human, shortest

DIGITS = 2
LARGE, SMALL = 9, -4  # powers of ten between which there is no exponent
COARSE = 6  # the same where zeros would stand for digits


class Rounded(NamedTuple):
    """A value and its uncertainty as text, without a power of ten that they have in common."""

    value: str
    uncertainty: str
    exponent: int = 0

    @property
    def text(self) -> str:
        """Both as they are said."""
        pair = f"{self.value} ± {self.uncertainty}"
        return f"({pair})e{self.exponent}" if self.exponent else pair

    @property
    def concise(self) -> str:
        """Both with the uncertainty in brackets."""
        digits = self.uncertainty.replace(".", "").lstrip("0") or "0"
        return f"{self.value}({digits})" + (f"e{self.exponent}" if self.exponent else "")


def place(uncertainty: float, digits: int = DIGITS) -> int:
    """The power of ten of the last digit that counts; the uncertainty is positive and finite."""
    return int(f"{uncertainty:.{digits - 1}e}".partition("e")[2]) - digits + 1


def rounded(value: float, uncertainty: float) -> Rounded:
    """A result, rounded; exact where there is no uncertainty."""
    if not (math.isfinite(value) and math.isfinite(uncertainty)) or uncertainty <= 0:
        return Rounded(
            shortest(value) if math.isfinite(value) else human(value), "0" if uncertainty == 0 else human(uncertainty, DIGITS)
        )
    last = place(uncertainty)
    top = max(_top(value), last + DIGITS - 1)
    if SMALL <= top <= (LARGE if last <= 0 else COARSE):
        return Rounded(_fixed(value, last), _fixed(uncertainty, last))
    from decimal import Decimal

    texts = [_signed(f"{round(Decimal(x).scaleb(-top), top - last):f}") for x in (value, uncertainty)]
    return Rounded(texts[0], texts[1], top)


def placed(value: float, uncertainty: float, digits: int) -> str:
    """A value with so many digits, or more: those that its uncertainty leaves."""
    if not (math.isfinite(value) and 0 < uncertainty < math.inf) or value == 0:
        return human(value, digits)
    return human(value, min(max(digits, _top(value) - place(uncertainty) + 1), 17))


def _top(value: float) -> int:
    """The power of ten of the first digit."""
    return int(f"{value:.16e}".partition("e")[2]) if value else -400


def _fixed(value: float, last: int) -> str:
    return _signed(f"{value:.{-last}f}" if last <= 0 else f"{round(value, -last):.0f}")


def _signed(text: str) -> str:
    """Without the minus of a zero."""
    return text.removeprefix("-") if not text.strip("-0.") else text
