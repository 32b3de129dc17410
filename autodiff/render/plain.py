"""The worksheet as aligned lines without any frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.render import rows
from autodiff.render.width import cells, fitted
from autodiff.worksheet import Worksheet


def document(sheet: Worksheet, digits: int) -> Iterator[str]:
    """Lines: the reading, the forward table, the backward table, remarks."""
    yield rows.title(sheet)
    if sheet.point:
        yield f"at {rows.where(sheet, digits)}"
    yield ""
    yield from aligned([("forward", "formula", "with numbers", "value"), *rows.forward(sheet, digits)])
    if sheet.wrt:
        yield ""
        yield from aligned([("backward", "chain rule", "with numbers", "value", ""), *rows.backward(sheet, digits)])
    yield from rows.remarks(sheet, digits)


def aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows with their columns aligned; a column that is very wide is not padded."""
    widths = [min(max(cells(row[k]) for row in table), 60) for k in range(len(table[0]))]
    for row in table:
        yield "  ".join(fitted(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
