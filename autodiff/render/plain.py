"""The worksheet as aligned lines without any frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.answer import answer
from autodiff.render.section import Section
from autodiff.writing import wrapping
from autodiff.writing.width import cells, fitted

GAP = 2  # blanks between columns


def worksheet(
    sheet: Worksheet,
    digits: int,
    sections: Iterable[Section] = (),
    backward: bool = True,
    judged: bool = True,
    answered: bool = False,
) -> Iterator[str]:
    """Lines: the reading, the forward table, the backward table, remarks, and further sections.

    Without `judged`, nothing is said of the output of the formula itself; `answered` closes the tables with the answer.
    """
    yield rows.title(sheet)
    if sheet.point:
        yield say("at {point}", point=rows.where(sheet, digits))
    yield ""
    yield from aligned([(say("forward"), say("formula"), say("with numbers"), say("value")), *rows.forward(sheet, digits)])
    if sheet.wrt and backward:
        yield ""
        yield from aligned(
            [(say("backward"), say("chain rule"), say("with numbers"), say("value"), ""), *rows.backward(sheet, digits)]
        )
    if answered and judged:
        yield from ("", answer(sheet, digits))
    if judged:
        yield from rows.remarks(sheet, digits)
    yield from following(sections)


def following(sections: Iterable[Section]) -> Iterator[str]:
    """Each section with its title, aligned."""
    for section in sections:
        yield ""
        yield section.title
        if section.body:
            yield from aligned([section.heads, *section.body])
        yield from section.warnings
        yield from section.remarks


def aligned(table: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """The rows with their columns aligned, their cells broken to fit a width, if any; a column that is very wide is not padded."""
    if width is not None:
        room = width - GAP * (len(table[0]) - 1)
        found = wrapping.widths(list(zip(*table)), [False] * len(table[0]), room)
        if found:
            table = [line for row in table for line in zip_longest(*_broken(row, found), fillvalue="")]
    widths = [min(max(cells(row[k]) for row in table), 60) for k in range(len(table[0]))]
    for row in table:
        yield (" " * GAP).join(fitted(text, width) for text, width in zip(row, widths, strict=True)).rstrip()


def _broken(row: Sequence[str], widths: Sequence[int]) -> Iterator[list[str]]:
    return (wrapping.wrapped(text, width).split("\n") for text, width in zip(row, widths))
