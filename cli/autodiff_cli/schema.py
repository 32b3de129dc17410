"""autodiff schema: what the JSON of every command looks like, as JSON Schema."""

from __future__ import annotations

from typing import Annotated

from autodiff_cli import console
from autodiff_cli.commands import argument, option

Name = Annotated[str, argument("[NAME]", "The document; without it, their names.")]
Json = Annotated[bool, option("--json", "Write the names as JSON.")]


def schema(name: Name = "", as_json: Json = False) -> None:
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
