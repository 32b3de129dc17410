"""The worksheet as coloured tables: forward in blue, backward in red."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autodiff.render import rows
from autodiff.render.section import Section
from autodiff.render.width import visible
from autodiff.worksheet import Worksheet
from autodiff_cli.console import is_unicode, plain_for

FORWARD, BACKWARD, FURTHER, WARNING = (
    "bright_blue",
    "bright_red",
    "bright_magenta",
    "yellow",
)  # the bright ones are legible on black and on white


def drawn(
    console: Console, sheet: Worksheet, digits: int, sections: Iterable[Section] = (), backward: bool = True, judged: bool = True
) -> str:
    """The reading, the point, both tables, the remarks, and further sections."""
    console.print(Text(shown(rows.title(sheet)), style="bold"), soft_wrap=True)
    if sheet.point:
        console.print(Text(f"at {shown(rows.where(sheet, digits))}"), soft_wrap=True)
    heads = ("step", "formula", "with numbers", "value")
    _print(console, "Forward →", FORWARD, heads, list(rows.forward(sheet, digits)))
    if sheet.wrt and backward:
        back = list(rows.backward(sheet, digits))
        heads = ("derivative", "chain rule", "with numbers", "value")
        if any(row.status for row in back):
            _print(console, "← Backward", BACKWARD, (*heads, "status"), back)
        else:
            _print(console, "← Backward", BACKWARD, heads, [row[:-1] for row in back])
    _warn(console, rows.remarks(sheet, digits) if judged else ())
    for section in sections:
        _print(console, section.title, FORWARD if section.forward else FURTHER, section.heads, section.body, section.labels)
        _warn(console, section.warnings)
        for remark in section.remarks:
            console.print(Text(shown(remark)), soft_wrap=True)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def _warn(console: Console, texts: Iterable[str]) -> None:
    for text in texts:
        console.print(Text(f"! {shown(text)}", style=WARNING), soft_wrap=True)


def shown(text: str) -> str:
    """A text as this terminal can show it, before its width counts."""
    return plain_for(sys.stdout, visible(text))


def _print(console: Console, title: str, colour: str, heads: Sequence[str], body: Sequence[Sequence[str]], labels: int = 3) -> None:
    table = Table(border_style=colour, header_style="bold", box=box.ROUNDED if is_unicode(sys.stdout) else box.ASCII)
    for k, head in enumerate(heads):
        number = k >= labels and head != "status"
        style = f"bold {colour}" if k == 0 or number else ""
        table.add_column(head, style=style, justify="right" if number else "left", overflow="fold")
    for row in body:
        table.add_row(*[Text(shown(text)) for text in row])
    console.print()
    console.print(Text(shown(title), style=f"bold {colour}"))
    if body:
        console.print(table)
