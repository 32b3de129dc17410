"""autodiff page: a formula as one interactive file, for a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import Formula, parse
from autodiff.messages import say, spoken
from autodiff.point.worksheet import Worksheet
from autodiff.writing.width import visible
from autodiff_cli import console, files, values
from autodiff_cli.commands import option
from autodiff_cli.evaluate import File, Force, Output, Values, Words, Wrt, formula_text
from autodiff_cli.graph import Most, refuse_many

EXAMPLE = 'autodiff page "3*(a + b*c)" a=5 b=3 c=2 -o page.html'
BEGIN = 1.0  # where variables start if no values are given at all

Title = Annotated[str, option("--title", "The title of the page; the formula if left out.", "TEXT")]


def page(
    words: Words = None, file: File = None, values_file: Values = None, wrt: Wrt = None, output: Output = None,
    force: Force = False, title: Title = "", most: Most = "400",
) -> None:  # fmt: skip
    """Write a formula as an interactive page: sliders, both passes step by step, a nudge, and a quiz.

    For example: autodiff page "3*(a + b*c)" a=5 b=3 c=2 -o page.html
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    if output is None:
        raise AutodiffError("E043", say("-o says where the page goes, and it is missing"), say("add -o page.html"))
    limit = values.whole("--max-nodes", most, 100_000)
    given, stored = values.assignments(rest), values.from_json(values_file) if values_file else {}
    formula = parse(text)
    formula.notes += values.looks(rest)
    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys())
    chosen = None if wrt is None else values.names("--wrt", wrt)
    point, notes = _point(formula, {**from_file, **given}, chosen or ())
    sheet = formula.worksheet(point, chosen, surplus=from_file.keys())
    data = _page(sheet, limit, title)
    files.save(output, data, force)
    console.notes([*sheet.notes, *notes])
    if output != "-":
        console.remark(say("{path} is written: open it in a browser", path=visible(output)))


def _page(sheet: Worksheet, limit: int, title: str) -> bytes:
    from autodiff.page import html
    from autodiff.study.graph import drawn_places

    refuse_many(len(drawn_places(sheet.tape)), limit)
    return html.page(sheet, title, spoken()).encode("utf-8", "replace")


def _point(formula: Formula, point: Mapping[str, float], wrt: Sequence[str]) -> tuple[Mapping[str, float], list[str]]:
    """The values that the page starts with: 1 for every variable, where none is given at all."""
    if point or not formula.variables:
        return point, []
    note = say("no values are given, so every variable starts at 1; the sliders of the page move them")
    return dict.fromkeys(formula.unvalued(wrt)[0].variables(), BEGIN), [note]
