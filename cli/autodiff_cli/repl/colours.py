"""The colours of a conversation: those of the tables."""

from __future__ import annotations

from collections.abc import Iterable

from rich.color import ColorSystem
from rich.style import Style

from autodiff_cli.tables import BACKWARD, FORWARD, WARNING

TONES = {"forward": FORWARD, "backward": BACKWARD, "warning": WARNING}


def painted(lines: Iterable[str], tone: str) -> list[str]:
    """Lines in a colour."""
    look = Style.parse(TONES[tone])
    return [look.render(line, color_system=ColorSystem.STANDARD) for line in lines]
