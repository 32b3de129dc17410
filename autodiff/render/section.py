"""A titled table that follows the others, the same in every format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Section(NamedTuple):
    """A title, a table, and sentences below it; the first `labels` columns are text, the others numbers.

    `warnings` are sentences about numbers that are not simply right; `forward` says that it shows forward mode.
    """

    title: str
    heads: Sequence[str]
    body: Sequence[Sequence[str]]
    remarks: Sequence[str] = ()
    labels: int = 1
    warnings: Sequence[str] = ()
    forward: bool = False
