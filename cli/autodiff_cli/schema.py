"""autodiff schema: what the JSON of every command looks like, as JSON Schema."""

from __future__ import annotations

from typing import Annotated

import typer

from autodiff_cli import console

Name = Annotated[str, typer.Argument(metavar="[NAME]", show_default=False, help="The document; without it, their names.")]


def schema(name: Name = "", as_json: Annotated[bool, typer.Option("--json", help="Write the names as JSON.")] = False) -> None:
    """Print a JSON Schema (draft 2020-12), or list the names of all.

    For example: autodiff schema eval
    """
    from autodiff.render import schema as shipped

    if name:
        console.write_json([shipped.text(name)])
    elif as_json:
        console.write_json([shipped.json()])
    else:
        console.lines(shipped.names())
