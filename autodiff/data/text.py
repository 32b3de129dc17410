"""Records of text files, read and written with the standard library alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from autodiff.data.batch import Part, Source
from autodiff.data.formats import Format
from autodiff.data.packing import packed
from autodiff.errors import AutodiffError
from autodiff.messages import say


def source(stream: BinaryIO, format: Format, name: str) -> Source:
    """The records of a stream of bytes; `name` is for messages. Raises AutodiffError where it is not what the format says."""
    if format.kind == "jsonl":
        from autodiff.data.jsonl import Objects

        return Objects(stream, format, name)
    from autodiff.data.table import Table

    return Table(stream, format, name)


def write(parts: Iterable[Part], stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> int:
    """Write records with new columns, and say how many.

    Where all columns are kept, each record stands as it was read, quotes that were not needed included; otherwise cells are
    quoted where they must be. What the format leaves open (separator, line ending, byte-order mark) is that of the first batch.
    """
    if not format.compression:
        return _write(parts, stream, format, kept, new)
    with packed(format.compression, stream) as packing:
        return _write(parts, packing, format, kept, new)


def _write(parts: Iterable[Part], stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> int:
    if format.kind == "jsonl":
        from autodiff.data.objects import lines
    else:
        from autodiff.data.rows import tables as lines
    written = 0
    for text, height in lines(parts, format, kept, new):
        stream.write(_bytes(text))
        written += height
    return written


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        message = say("'{text}' cannot be written in UTF-8", text=ascii(error.object[error.start : error.end])[1:-1])
        raise AutodiffError("E052", message, say("write JSON Lines, or leave the column out with --keep")) from None
