"""autodiff functions: the table of functions and their conventions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from autodiff_cli import formats
from autodiff_cli.formats import lines, strict_json


def _plain() -> Iterable[str]:
    from autodiff.render import functions

    return functions.plain()


def _json() -> Iterable[str]:
    from autodiff.render import functions

    return functions.json()


FORMATS = {"plain": lines(_plain), "json": strict_json(_json)}


def functions(as_json: Annotated[bool, typer.Option("--json", help="Write one strict JSON document.")] = False) -> None:
    """List the functions and their conventions."""
    FORMATS[formats.chosen(FORMATS, as_json)]()
