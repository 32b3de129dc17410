"""autodiff functions: the table of functions and their conventions."""

from __future__ import annotations

from typing import Annotated

import typer

from autodiff_cli import console


def functions(as_json: Annotated[bool, typer.Option("--json", help="Write one strict JSON document.")] = False) -> None:
    """List the functions and their conventions."""
    from autodiff.render import functions as table

    if as_json:
        console.write_json(table.json())
    else:
        console.lines(table.document())
