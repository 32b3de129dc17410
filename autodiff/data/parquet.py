"""Parquet files: typed columns in, the same and new ones out; a column of any kind of numbers can be a variable."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from autodiff.data import cells
from autodiff.data.batch import BLOCK, Numbers
from autodiff.data.formats import Format
from autodiff.data.rust import python_alone, told
from autodiff.data.spots import Spot
from autodiff.data.values import flat, literals
from autodiff.errors import AutodiffError
from autodiff.messages import say

ROWS = 16 * BLOCK  # of a batch


class Parquet:
    """A file, whose records polars reads as they are asked for."""

    head, format = "", Format("parquet", newline="\n")

    def __init__(self, source: str | BinaryIO, name: str = "") -> None:
        """The file at a path, or in a stream; `name` is for messages."""
        import polars as pl

        self.name, self._read = name or str(source), 0
        with told(self.name):
            self._scan = pl.scan_parquet(
                source if isinstance(source, str) else _readable(source), glob=False, hive_partitioning=False
            )
            self.names = tuple(self._scan.collect_schema().names())
            self._height = int(self._scan.select(pl.len()).collect().item())

    def share(self) -> float | None:
        """How much has been read, from 0 to 1."""
        return min(1.0, self._read / (self._height or 1))

    def batches(self) -> Iterator[Frame]:
        """The records in whole blocks, the rest in the last batch; an empty one where there are none."""
        import polars as pl

        held, start = None, 0
        with told(self.name):
            for frame in self._scan.collect_batches(chunk_size=ROWS, maintain_order=True):
                python_alone()
                held = frame if held is None else pl.concat([held, frame])
                self._read = start + held.height
                if height := held.height // BLOCK * BLOCK if held.height >= ROWS else 0:
                    yield Frame(self, start, held[:height])
                    held, start = held[height:], start + height
        if held is None:
            held = self._scan.head(0).collect()
        if held.height or not start:
            yield Frame(self, start, held)


def _readable(stream: BinaryIO) -> Any:
    """What polars reads a piece at a time: the file, or the bytes of a pipe, since the end of a Parquet file says what is in it."""
    path = getattr(stream, "name", None)
    if isinstance(path, (str, bytes)) and os.path.isfile(path):
        return os.fsdecode(path)
    return io.BytesIO(stream.read())


class Frame:
    """A batch of typed columns."""

    def __init__(self, origin: Parquet, start: int, frame: Any) -> None:
        self.origin, self.start, self.height, self.frame = origin, start, frame.height, frame

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column, null being missing. Raises AutodiffError for other kinds of columns."""
        import numpy as np
        import polars as pl

        found = self.frame[name]
        if found.dtype in (pl.String, pl.Categorical, pl.Enum):
            return self._read(name, found.cast(pl.String))
        if not found.dtype.is_numeric() and found.dtype != pl.Null:
            message = say(
                "'{path}', column '{name}': {kind} is no type of numbers", path=self.origin.name, name=name, kind=found.dtype
            )
            raise AutodiffError("E051", message, say("convert the column to numbers first"))
        floats = (found.cast(pl.String) if found.dtype.is_decimal() else found).cast(pl.Float64)
        rounded = 0
        if found.dtype.is_integer() and found.dtype not in (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32):
            large = found.filter(floats.abs() >= cells.EXACT)
            rounded = sum(int(float(one)) != one for one in large.to_list())
        missing = np.flatnonzero(found.is_null().to_numpy()).tolist() if found.null_count() else []
        return Numbers(floats.to_numpy(), missing, rounded)

    def _read(self, name: str, found: Any) -> Numbers:
        """Numbers that were written as text."""

        def refuse(record: int, problem: str, hint: str) -> AutodiffError:
            return Spot(self.origin.name, self.start + record + 1, 0, name).error(problem, hint)

        values, missing, rounded = cells.numbers(found.fill_null("").to_list(), refuse)
        return Numbers(values, missing, rounded)

    def texts(self, kept: Sequence[str]) -> Any:
        """Some columns as CSV can hold them: numbers and truth as they are, all else as text."""
        return self.frame.select(flat(self.frame[name]) for name in kept)

    def literals(self, kept: Sequence[str]) -> list[list[str]]:
        """Some columns as JSON."""
        return [literals(self.frame[name]) for name in kept]
