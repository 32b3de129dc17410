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

FORWARD, BACKWARD, WARNING = "blue", "red", "yellow"


def drawn(console: Console, sheet: Worksheet, digits: int, ascii_only: bool) -> str:
    """The reading, the point, both tables and the remarks."""
    console.print(Text(visible(rows.title(sheet)), style="bold"), soft_wrap=True)
    if sheet.point:
        console.print(Text(f"at {visible(rows.where(sheet, digits))}"), soft_wrap=True)
    console.print()
    console.print(
        _table("Forward →", FORWARD, ("step", "formula", "with numbers", "value"), list(rows.forward(sheet, digits)), ascii_only)
    )
    if sheet.wrt:
        back = list(rows.backward(sheet, digits))
        heads = ("derivative", "chain rule", "with numbers", "value", "status")
        full = any(row.status for row in back)
        body: list[Sequence[str]] = [row if full else row[:-1] for row in back]
        console.print(_table("← Backward", BACKWARD, heads if full else heads[:-1], body, ascii_only))
    for remark in rows.remarks(sheet, digits):
        console.print(Text(f"! {visible(remark)}", style=WARNING), soft_wrap=True)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def _table(title: str, colour: str, heads: Sequence[str], body: Sequence[Sequence[str]], ascii_only: bool) -> Table:
    table = Table(
        title=Text(title, style=f"bold {colour}"), title_justify="left", border_style=colour, header_style="bold",
        box=box.ASCII if ascii_only else box.ROUNDED,
    )  # fmt: skip
    for k, head in enumerate(heads):
        number = head == "value"
        table.add_column(
            head, style=f"bold {colour}" if k == 0 or number else "", justify="right" if number else "left", overflow="fold"
        )
    for row in body:
        table.add_row(*[Text(visible(text)) for text in row])
    return table
