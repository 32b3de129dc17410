"""autodiff page: a formula as one interactive file, for a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from autodiff.errors import AutodiffError
from autodiff.formula import Formula, parse
from autodiff.language import say, spoken
from autodiff_cli import console, values
from autodiff_cli.evaluate import File, Values, Words, Wrt, formula_text, option

EXAMPLE = 'autodiff page "3*(a + b*c)" a=5 b=3 c=2 -o page.html'
BEGIN = 1.0  # where variables start if no values are given at all

# fmt: off
Output   = Annotated[str | None, typer.Option("-o", "--output", help="The file to write; - is standard output.", metavar="FILE")]
Force    = Annotated[bool,       option("--force", "Write over a file that exists.")]
Title    = Annotated[str,        option("--title", "The title of the page; the formula if left out.", "TEXT")]
MaxNodes = Annotated[str,        option("--max-nodes", "The largest graph that is drawn.", "N")]
# fmt: on


def page(
    words: Words = None, file: File = None, values_file: Values = None, wrt: Wrt = None, output: Output = None,
    force: Force = False, title: Title = "", max_nodes: MaxNodes = "400",
) -> None:  # fmt: skip
    """Write a formula as an interactive page: sliders, both passes step by step, a nudge, and a quiz.

    For example: autodiff page "3*(a + b*c)" a=5 b=3 c=2 -o page.html
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    if output is None:
        raise AutodiffError("E043", say("-o says where the page goes, and it is missing"), say("add -o page.html"))
    most = values.whole("--max-nodes", max_nodes, 100_000)
    given, stored = values.assignments(rest), values.from_json(values_file) if values_file else {}
    formula = parse(text)
    from_file = values.chosen(f"'{values_file}'", stored, formula.names - given.keys())
    point, notes = _point(formula, {**from_file, **given})
    chosen = None if wrt is None else values.names("--wrt", wrt)
    sheet = formula.worksheet(point, chosen, surplus=from_file.keys())
    _refuse_large(len(sheet.shown), most)

    from autodiff.render.page import document
    from autodiff_cli.files import save

    data = document(sheet, title, spoken()).encode("utf-8", "replace")
    save(output, data, force)
    console.notes([*sheet.notes, *notes])
    if output != "-":
        console.aside(say("'{path}' is written ({size} kB); a browser shows it", path=output, size=-(-len(data) // 1000)))


def _point(formula: Formula, point: Mapping[str, float]) -> tuple[Mapping[str, float], list[str]]:
    """The values that the page starts with: 1 for every variable, where none is given at all."""
    if point or not formula.variables:
        return point, []
    note = say("no values are given, so every variable starts at 1; the sliders of the page move them")
    return dict.fromkeys(formula.variables, BEGIN), [note]
