"""Records with new columns as the lines of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

from autodiff.data import cells, formats
from autodiff.data.batch import Numbers, Part
from autodiff.data.formats import Format

ENDS = "\r\n"
MANY = 512  # lines that are written at once


def tables(parts: Iterable[Part], format: Format, kept: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The header, then the text of each part, with the number of its records."""
    begun = False
    for part in parts:
        if not begun:
            format, begun = complete(formats.like(format, part.batch.origin.format)), True
            yield header(part.batch, format, kept, new), 0
        yield from lines(part, format, kept, new)
    if not begun and format.header:
        format = complete(format)
        yield row([*kept, *new], format) + format.newline, 0


def complete(format: Format) -> Format:
    """A format in which nothing is left open."""
    return format._replace(separator=format.separator or ",", newline=format.newline or "\n")


def header(batch: Any, format: Format, kept: Sequence[str], new: Sequence[str]) -> str:
    """The first line of a table, or nothing."""
    if not format.header:
        return ""
    start = [batch.origin.head.rstrip(ENDS)] if is_as_read(batch, format, kept) else [row(kept, format)] if kept else []
    names = [*start, *(quoted(name, format) for name in new)]
    return "\ufeff" * format.bom + format.separator.join(names) + format.newline


def is_as_read(batch: Any, format: Format, kept: Sequence[str]) -> bool:
    """Whether the text of the records can stay as it is."""
    origin = batch.origin
    return bool(kept) and tuple(kept) == origin.names and format.separator == origin.format.separator


def lines(part: Part, format: Format, kept: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The text of some records, a few hundred at a time, with their number."""
    columns = [column(part.new[name]) for name in new]
    texts: Iterable[str] = map(format.separator.join, zip(*_lines(part.batch, format, kept), *columns))
    if len(kept) + len(new) == 1 and not is_as_read(part.batch, format, kept):
        texts = (text or '""' for text in texts)  # many programs skip blank lines
    yield from pieces(texts, format.newline)


def _lines(batch: Any, format: Format, kept: Sequence[str]) -> list[Iterable[str]]:
    """The cells that are kept, in one column of text; or none."""
    if is_as_read(batch, format, kept):
        return [(text.rstrip(ENDS) for text in batch.texts)]
    return [(row(cells, format) for cells in batch.cells(kept))] if kept else []


def pieces(lines: Iterable[str], newline: str) -> Iterator[tuple[str, int]]:
    """Lines taken together, with their number; never all of a block, which may be large."""
    rest = iter(lines)
    while some := list(islice(rest, MANY)):
        yield newline.join([*some, ""]), len(some)


def row(cells: Sequence[str], format: Format) -> str:
    """Cells in one line, in quotes where they must be."""
    text = format.separator.join(cells)
    if text.count(format.separator) == len(cells) - 1 and '"' not in text and "\n" not in text and "\r" not in text:
        return text
    return format.separator.join([quoted(cell, format) for cell in cells])


def quoted(cell: str, format: Format) -> str:
    """A cell, in quotes if its signs would be taken for the end of it."""
    if '"' in cell or "\n" in cell or "\r" in cell or format.separator in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def column(found: Numbers | Sequence[str]) -> list[str]:
    """The cells of a new column."""
    if not isinstance(found, Numbers):
        return list(found)
    return cells.written(floats(found), found.missing)


def floats(found: Numbers) -> list[float]:
    """The numbers as Python has them."""
    return cast(list[float], found.values.tolist() if hasattr(found.values, "tolist") else found.values)
