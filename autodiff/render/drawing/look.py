"""How a graph may be drawn."""

from __future__ import annotations

from typing import NamedTuple

STYLES, FLOWS = ("detailed", "compact"), ("right", "down")


class Look(NamedTuple):
    """With formulas and local derivatives, or as a circuit; to the right, or down."""

    style: str = "detailed"
    flow: str = "right"
