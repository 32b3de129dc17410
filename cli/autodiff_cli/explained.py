"""The explanation in a terminal: forward in blue, backward in red, no line wider than the window."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from rich.color import ColorSystem
from rich.style import Style

from autodiff.render.explain import StyledLine
from autodiff_cli import console
from autodiff_cli.tables import BACKWARD, FORWARD

COLOURS = {"forward": FORWARD, "backward": BACKWARD}
BOLD = ("heading", "equation", "path")
"""What begins in bold: a heading as a whole, an equation with its left side."""


def drawn(lines: Iterable[StyledLine], choice: str) -> Iterator[str]:
    """The lines as they are written to standard output."""
    coloured, columns = console.coloured(sys.stdout, choice), console.width()
    for line in lines:
        text = console.shown(line.text)
        texts = console.folded(text, columns) if line.kind else [text]
        if coloured and line.kind in BOLD:
            texts = list(_styled(texts, line))
        yield "".join(f"{text}\n" for text in texts)


def _styled(texts: Iterable[str], line: StyledLine) -> Iterator[str]:
    style = Style.parse(f"bold {COLOURS.get(line.tone, '')}".strip())
    for k, text in enumerate(texts):
        end = len(text) if line.kind == "heading" else text.find(" = ") if k == 0 else 0
        yield style.render(text[: max(end, 0)], color_system=ColorSystem.STANDARD) + text[max(end, 0) :]
