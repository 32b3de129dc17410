"""Records with new columns as lines of CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autodiff.data import cells, formats
from autodiff.data.batch import Numbers, Part
from autodiff.data.formats import Format

ENDS = "\r\n"


def texts(parts: Iterable[Part], format: Format, kept: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The header, then the text of each part, with the number of its records."""
    begun = False
    for part in parts:
        batch = part.batch
        if not begun:
            format, begun = formats.like(format, batch.table.format), True
            yield _header(format, kept, new, batch), 0
        columns = [column(part.new[name]) for name in new]
        yield _body(format, kept, batch, columns), batch.height
    if not begun:
        yield _header(format, kept, new, None), 0


def _header(format: Format, kept: Sequence[str], new: Sequence[str], batch: Any) -> str:
    names = [*kept, *new]
    start = "\ufeff" if format.bom else ""
    if batch is not None and _is_as_read(format, kept, batch):
        return start + _joined(format, [[batch.table.head.rstrip(ENDS)], *[[quoted(name, format)] for name in new]])
    return start + _joined(format, [[row(names, format)]])


def _is_as_read(format: Format, kept: Sequence[str], batch: Any) -> bool:
    """Whether the text of the records can stay as it is."""
    return tuple(kept) == batch.table.names and format.separator in ("", batch.table.format.separator)


def _body(format: Format, kept: Sequence[str], batch: Any, columns: list[list[str]]) -> str:
    if _is_as_read(format, kept, batch):
        return _joined(format, [[text.rstrip(ENDS) for text in batch.texts], *columns])
    places = _places(kept, batch.table.names)
    lines = [row([cells[k] for k in places], format) for cells in batch.cells()]
    return _joined(format, [lines, *columns] if kept else columns)


def _places(kept: Sequence[str], names: Sequence[str]) -> list[int]:
    """Which columns are kept: of a name that stands several times, one after the other."""
    places, seen = list[int](), dict[str, int]()
    for name in kept:
        seen[name] = names.index(name, seen.get(name, -1) + 1)
        places.append(seen[name])
    return places


def _joined(format: Format, columns: list[list[str]]) -> str:
    """Lines, of which the columns are the parts."""
    ending = format.newline or "\n"
    lines = map((format.separator or ",").join, zip(*columns))
    return ending.join([*lines, ""])


def row(cells: Sequence[str], format: Format) -> str:
    """Cells in one line, in quotes where they must be."""
    separator = format.separator or ","
    text = separator.join(cells)
    if text and text.count(separator) == len(cells) - 1 and '"' not in text and "\n" not in text and "\r" not in text:
        return text
    return separator.join([quoted(cell, format) for cell in cells]) or '""' * len(cells)


def quoted(cell: str, format: Format) -> str:
    """A cell, in quotes if its signs would be taken for the end of it."""
    if '"' in cell or "\n" in cell or "\r" in cell or (format.separator or ",") in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def column(found: Numbers | Sequence[str]) -> list[str]:
    """The cells of a new column."""
    if not isinstance(found, Numbers):
        return list(found)
    values = found.values.tolist() if hasattr(found.values, "tolist") else found.values
    return cells.written(values, found.missing)
