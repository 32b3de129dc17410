"""Texts in runs of Chinese and of the rest, each in its place: for a rasteriser that takes a whole line from one font.

Such a font is a Chinese one where there is a Chinese sign in the line, and gives `·` and `∂` the width of a square.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from autodiff.render.drawing.scene import Words
from autodiff.writing.metrics import extent
from autodiff.writing.width import cells

BOLD = {"name": 1.04, "value": 1.04, "gradient": 1.04}
SPARE = 1.05  # what extents have to spare


class Run(NamedTuple):
    """A piece of a text: its class, its middle, and whether it is Chinese or its like."""

    kind: str
    text: str
    x: float
    wide: bool


def runs(words: Words) -> list[Run]:
    """The runs of a text from left to right; the whole as wide as it is measured to be."""
    parts = [(kind, part) for kind, text in words.pieces for part in _RUN.findall(text)]
    widths = [extent(text, words.size) / (1 if is_wide(text) else SPARE) * BOLD.get(kind, 1.0) for kind, text in parts]
    x = words.x - sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    found = []
    for (kind, text), width in zip(parts, widths):
        found.append(Run(kind, text, x + width / 2, is_wide(text)))
        x += width
    return found


def is_wide(text: str) -> bool:
    """Whether a text begins with a sign that fills a square."""
    return cells(text[:1]) == 2


_SQUARES = "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
_RUN = re.compile(f"[{_SQUARES}]+|[^{_SQUARES}]+")
