"""The worksheet as coloured tables: forward in blue, backward in red."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.answer import naming, pieces
from autodiff.render.plain import aligned
from autodiff.render.section import Section
from autodiff.writing import wrapping
from autodiff.writing.width import packed
from autodiff_cli.console import folded, is_unicode, shown

FORWARD, BACKWARD, FURTHER, WARNING = "bright_blue", "bright_red", "bright_magenta", "yellow"  # on black and on white


def drawn(
    console: Console, sheet: Worksheet, digits: int, sections: Iterable[Section] = (), backward: bool = True, judged: bool = True
) -> str:
    """The reading, the point, both tables, the remarks, and further sections."""
    console.print(Text(shown(rows.title(sheet)), style="bold"), soft_wrap=True)
    if sheet.point:
        _say(console, say("at {point}", point=rows.where(sheet, digits)))
    heads = (say("step"), say("formula"), say("with numbers"), say("value"))
    _print(console, say("Forward →"), FORWARD, heads, list(rows.forward(sheet, digits)))
    if sheet.wrt and backward:
        back = list(rows.backward(sheet, digits))
        heads = (say("derivative"), say("chain rule"), say("with numbers"), say("value"))
        if any(row.status for row in back):
            _print(console, say("← Backward"), BACKWARD, (*heads, say("status")), back, bold=rows.asked(sheet))
        else:
            _print(console, say("← Backward"), BACKWARD, heads, [row[:-1] for row in back], bold=rows.asked(sheet))
    if judged:
        _close(console, sheet, digits)
    for section in sections:
        _print(console, section.title, FORWARD if section.forward else FURTHER, section.heads, section.body, section.labels)
        _warn(console, section.warnings)
        _say(console, *section.remarks)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def _close(console: Console, sheet: Worksheet, digits: int) -> None:
    """The answer, and what is to be said of it."""
    console.print()
    for line in packed(map(shown, pieces(sheet, digits)), console.width, "  "):
        console.print(Text(line, style="bold"), soft_wrap=True)
    _warn(console, rows.remarks(sheet, digits))
    _say(console, naming(sheet), style="dim")


def _warn(console: Console, texts: Iterable[str]) -> None:
    _say(console, *[f"! {text}" for text in texts], style=WARNING)


def _say(console: Console, *texts: str, style: str = "") -> None:
    """Sentences, broken between words; an empty one is none."""
    for line in chain.from_iterable(folded(shown(text), console.width) for text in texts if text):
        console.print(Text(line, style=style), soft_wrap=True)


def _print(
    console: Console, title: str, colour: str, heads: Sequence[str], body: Sequence[Sequence[str]], labels: int = 3,
    bold: Sequence[bool] = (),
) -> None:  # fmt: skip
    """A table with its title; rows that are `bold` stand out, and apart from those before them."""
    console.print()
    console.print(Text(shown(title), style=f"bold {colour}"))
    numbers = [k for k, head in enumerate(heads) if k >= labels and head != say("status")]
    rows = [[shown(text) for text in row] for row in [heads, *body]]
    firm = [k in numbers or k == 0 for k in range(len(heads))]
    found = wrapping.widths(list(zip(*rows)), firm, console.width - 3 * len(heads) - 1)
    if body and found:
        console.print(_framed(colour, [[*map(wrapping.wrapped, row, found)] for row in rows], numbers, firm, bold))
    elif body:
        for line, strong in zip(aligned([heads, *body]), [False, *(bold or [False] * len(body))]):
            console.print(Text(shown(line), style="bold" if strong else ""), soft_wrap=True)


def _framed(
    colour: str, rows: Sequence[Sequence[str]], numbers: Sequence[int], firm: Sequence[bool], bold: Sequence[bool]
) -> Table:
    """Rows, the first of them heads, that have been broken into lines already."""
    table = Table(border_style=colour, header_style="bold", box=box.ROUNDED if is_unicode(sys.stdout) else box.ASCII)
    for k, head in enumerate(rows[0]):
        style = (colour if bold else f"bold {colour}") if firm[k] else ""
        justify = "right" if k in numbers else "left"
        table.add_column(Text(head), style=style, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for k, row in enumerate(rows[1:]):
        if k and bold and bold[k] and not bold[k - 1]:
            table.add_section()
        table.add_row(*map(Text, row), style="bold" if bold and bold[k] else "")
    return table
