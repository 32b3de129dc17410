"""autodiff functions: the functions that a formula may call, or all of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from autodiff_cli import console, formats
from autodiff_cli.commands import argument, option
from autodiff_cli.formats import lines, strict_json

Name = Annotated[str, argument("[NAME]", "The function to tell all of.")]
Json = Annotated[bool, option("--json", "Write one strict JSON document.")]


def _plain(name: str) -> Iterable[str]:
    from autodiff.render import function, functions

    if not name:
        return functions.plain(console.width())
    found = [[*function.plain(row, console.width())] for row in function.named(name)]
    return [line for k, told in enumerate(found) for line in ([""] if k else []) + told]


def _json(name: str) -> Iterable[str]:
    from autodiff.render import function, functions

    if not name:
        return functions.json(functions.callable_rows())
    found = function.named(name)
    return functions.json(found, function.aliases(found[0]))


FORMATS = {"plain": (lines, _plain), "json": (strict_json, _json)}


def functions(name: Name = "", as_json: Json = False) -> None:
    """List the functions, or tell all of one: its domain, its derivative and why, its special points.

    For example: autodiff functions sigmoid
    """
    write, render = FORMATS[formats.chosen(FORMATS, as_json)]
    write(lambda: render(name))()
