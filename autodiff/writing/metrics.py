"""How wide a text will be in a picture, whose fonts are those of the reader: Helvetica's widths, and a little more."""

from __future__ import annotations

from functools import cache

from autodiff.writing.width import cells

_WIDTHS = {
    0.2: "'ijl", 0.28: " !,./:;I[]\\ft|", 0.34: "\"()-`r{}·", 0.39: "*", 0.48: "^J∂", 0.5: "ckszvxy",
    0.58: "+<=>~−", 0.67: "&ABEKPSVXY", 0.73: "CDHNRUw", 0.78: "GOQ", 0.86: "mM%", 0.95: "W@…→←",
}  # fmt: skip
_WIDTH = {sign: width for width, signs in _WIDTHS.items() for sign in signs}
USUAL, SPARE = 0.56, 1.05
NARROWEST = min(_WIDTHS) * SPARE


def extent(text: str, size: float) -> float:
    """The width of a text in pixels; Chinese and its like fill a square."""
    return size * SPARE * sum(map(_width, text))


@cache
def _width(sign: str) -> float:
    return 1.0 if cells(sign) > 1 else _WIDTH.get(sign, USUAL * cells(sign))


def truncated(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it takes more than so many cells."""
    if cells(text) <= most:
        return text
    kept, room = "", most - 1
    for sign in text:
        room -= cells(sign)
        if room < 0:
            break
        kept += sign
    return f"{kept.rstrip()}…"
