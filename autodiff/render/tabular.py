"""The worksheet as LaTeX tables, to be set into a document of the reader's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autodiff.messages import say, spoken
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.answer import answer
from autodiff.render.mathematics import Math, following, inline, point, reading, table
from autodiff.render.section import Section
from autodiff.writing import latex
from autodiff.writing.preamble import packages


def worksheet(
    sheet: Worksheet, digits: int, sections: Iterable[Section] = (), backward: bool = True, judged: bool = True
) -> Iterator[str]:
    """Lines of LaTeX."""
    needed = say("needs {packages}", packages=" ".join(packages(sheet.names.values(), spoken() == "zh")))
    yield f"% {needed}"
    yield from reading(sheet)
    if sheet.point:
        yield say("at {point}", point=point(sheet, digits))
    heads = (say("step"), say("formula"), say("with numbers"), say("value"))
    yield from table([latex.prose(head) for head in heads], [inline(row) for row in rows.forward(sheet, digits, Math)], 3)
    if sheet.wrt and backward:
        back = [(*inline(row[:4]), latex.prose(row.status)) for row in rows.backward(sheet, digits, Math)]
        full = any(row[-1] for row in back)
        titles = (say("derivative"), say("chain rule"), say("with numbers"), say("value"), say("status"))
        yield from table([latex.prose(head) for head in titles[: 4 + full]], [row[: 4 + full] for row in back], 3)
    if judged:
        yield answer(sheet, digits, Math) + r"\par"
    for text in rows.remarks(sheet, digits) if judged else ():
        yield rf"{latex.prose(text)}\par"
    yield from following(sections)
