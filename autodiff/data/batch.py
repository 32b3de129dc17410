"""What passes between reading, arithmetic and writing: some records of a file, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from autodiff.data.formats import Format

BLOCK = 8192
"""Records that are computed and summed together. This grid begins anew with each file: no result depends on how a file is read."""


class Numbers(NamedTuple):
    """One column of numbers: a list of floats or an array of doubles, with NaN at the places where the cell is empty."""

    values: Any
    missing: Sequence[int] = ()
    rounded: int = 0
    """How many of the cells hold an integer beyond 2^53 that no double is."""


class Batch(Protocol):
    """Records that follow each other: as many blocks as there are, and at the end of a file the rest."""

    start: int
    """How many records of the file come before."""
    height: int

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column. Raises AutodiffError for a cell that holds none, with its record, line and column."""


class Source(Protocol):
    """A file of records, open for reading once."""

    names: tuple[str, ...]
    """Its columns, in order."""
    format: Format
    """What it was found to be."""

    def batches(self) -> Iterator[Batch]:
        """Its records. Raises AutodiffError where the file is not well formed."""

    def share(self) -> float | None:
        """How much of the file has been read, from 0 to 1, where that is known."""


class Part(NamedTuple):
    """Records with what was computed of them: numbers, or the words of a status, by the name of the new column."""

    batch: Any
    new: Mapping[str, Numbers | Sequence[str]]
