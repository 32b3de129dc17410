"""Records of large files, read and written with polars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from autodiff.data import decoded, formats, rows
from autodiff.data.batch import Part, Source
from autodiff.data.filling import column, filled
from autodiff.data.formats import Format
from autodiff.data.lots import Lot, Sheet
from autodiff.data.packing import packed
from autodiff.data.parquet import Frame, Parquet
from autodiff.data.pieces import Pieces
from autodiff.errors import needs


def source(stream: BinaryIO, format: Format, name: str) -> Source:
    """The records of a stream of bytes; `name` is for messages. Raises AutodiffError where it is not what the format says."""
    needs("numpy"), needs("polars")
    if format.kind == "parquet":
        return Parquet(stream, name)
    if format.kind == "jsonl":
        return decoded.Objects(stream, format, name)
    return Sheet(Pieces(stream, format, name))


def write(parts: Iterable[Part], stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> int:
    """Write records with their new columns, as `text.write` does, and say how many."""
    if format.kind == "parquet":
        return filled(parts, stream, kept, new)
    lines = decoded.write if format.kind == "jsonl" else _tables
    if format.compression:
        with packed(format.compression, stream) as packing:
            return lines(parts, packing, format, kept, new)
    return lines(parts, stream, format, kept, new)


def _tables(parts: Iterable[Part], stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> int:
    written, begun = 0, False
    for part in parts:
        if not begun:
            format, begun = rows.complete(formats.like(format, part.batch.origin.format)), True
            stream.write(rows.header(part.batch, format, kept, new).encode())
        if isinstance(part.batch, (Lot, Frame)):
            _write(part, stream, format, kept, new)
        else:
            for text, _ in rows.lines(part, format, kept, new):
                stream.write(text.encode())
        written += part.batch.height
    if not begun and format.header:
        format = rows.complete(format)
        stream.write((rows.row([*kept, *new], format) + format.newline).encode())
    return written


def _write(part: Part, stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> None:
    """Records as they stand, if all of each is kept, or as cells."""
    import polars as pl

    is_whole = isinstance(part.batch, Lot) and rows.is_as_read(part.batch, format, kept)
    columns = [part.batch.lines()] if is_whole else part.batch.texts(kept).get_columns() if kept else []
    columns += [column(part.new[name]) for name in new]
    pl.DataFrame([one.alias(str(k)) for k, one in enumerate(columns)]).write_csv(
        stream, include_header=False, separator=format.separator, line_terminator=format.newline,
        quote_style="never" if is_whole else "necessary",
    )  # fmt: skip
