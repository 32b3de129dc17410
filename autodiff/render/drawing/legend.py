"""What the signs of a picture mean, and how many points it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from autodiff.messages import say
from autodiff.render.drawing.axes import HEIGHT, RIGHT, SIZE, TOP, WIDTH
from autodiff.writing.metrics import extent


def legend(marks: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What the signs mean, from the right."""
    x = float(WIDTH - RIGHT)
    for kind, text in reversed(marks):
        x -= extent(text, SIZE)
        yield f'<text x="{x:.1f}" y="{TOP - 12}">{escape(text)}</text>'
        x -= 24
        if kind == "dot":
            yield f'<circle cx="{x + 12:.1f}" cy="{TOP - 16}" r="3"/>'
        elif kind in ("confidence", "prediction"):
            yield f'<path class="{kind}" d="M{x:.1f} {TOP - 22}h18v12h-18z"/>'
        else:
            yield f'<path class="{kind}" d="M{x:.1f} {TOP - 16}h18"/>'
        x -= 16


def thinned(shown: int, rows: int) -> Iterator[str]:
    """How many points are not drawn, below the picture."""
    if shown < rows:
        text = say("{shown} of {rows} rows can be told apart here", shown=shown, rows=rows)
        yield f'<text x="{RIGHT}" y="{HEIGHT - 12}">{escape(text)}</text>'
