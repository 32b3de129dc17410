"""The worksheet as coloured tables: forward in blue, backward in red."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autodiff.render import rows
from autodiff.render.width import visible
from autodiff.worksheet import Worksheet

FORWARD, BACKWARD, WARNING = "bright_blue", "bright_red", "yellow"  # the bright ones are legible on black and on white


def drawn(console: Console, sheet: Worksheet, digits: int, ascii_only: bool) -> str:
    """The reading, the point, both tables and the remarks."""
    console.print(Text(visible(rows.title(sheet)), style="bold"), soft_wrap=True)
    if sheet.point:
        console.print(Text(f"at {visible(rows.where(sheet, digits))}"), soft_wrap=True)
    heads = ("step", "formula", "with numbers", "value")
    _print(console, "Forward →", FORWARD, heads, list(rows.forward(sheet, digits)), ascii_only)
    if sheet.wrt:
        back = list(rows.backward(sheet, digits))
        heads = ("derivative", "chain rule", "with numbers", "value")
        if any(row.status for row in back):
            _print(console, "← Backward", BACKWARD, (*heads, "status"), back, ascii_only)
        else:
            _print(console, "← Backward", BACKWARD, heads, [row[:-1] for row in back], ascii_only)
    for remark in rows.remarks(sheet, digits):
        console.print(Text(f"! {visible(remark)}", style=WARNING), soft_wrap=True)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def _print(
    console: Console, title: str, colour: str, heads: Sequence[str], body: Sequence[Sequence[str]], ascii_only: bool
) -> None:
    table = Table(border_style=colour, header_style="bold", box=box.ASCII if ascii_only else box.ROUNDED)
    for k, head in enumerate(heads):
        number = head == "value"
        style = f"bold {colour}" if k == 0 or number else ""
        table.add_column(head, style=style, justify="right" if number else "left", overflow="fold")
    for row in body:
        table.add_row(*[Text(visible(text)) for text in row])
    console.print()
    console.print(Text(title, style=f"bold {colour}"))
    console.print(table)
