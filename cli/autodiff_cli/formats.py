"""Formats as tables: from the name of a format to what writes it; help, refusals and dispatch all read the same table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autodiff.errors import AutodiffError
from autodiff.messages import say, series
from autodiff_cli import console

Render = Callable[..., Iterable[str]]
"""What makes text of the results of a command, the first of which holds the notes."""

Writer = Callable[..., None]


def lines(render: Render) -> Writer:
    """Lines for people; the notes go to standard error."""
    return _writer(console.lines, render)


def terminal(render: Render) -> Writer:
    """The same for text that is ready for the terminal, colours and all."""
    return _writer(console.write, render)


def _writer(write: Callable[[Iterable[str]], None], render: Render) -> Writer:
    def written(*results: Any) -> None:
        write(render(*results))
        for about in results[:1]:
            console.notes(about.notes)

    return written


def strict_json(render: Render) -> Writer:
    """One JSON document, which holds the notes itself."""
    return lambda *results: console.write_json(render(*results))


def after(formats: Mapping[str, Writer], name: str, **more: Writer) -> dict[str, Writer]:
    """The formats with more of them behind one, as the help lists them."""
    found: dict[str, Writer] = {}
    for one, write in formats.items():
        found |= {one: write, **more} if one == name else {one: write}
    return found


def chosen(formats: Mapping[str, Any], as_json: bool, name: str | None = None, mode: str = "") -> str:
    """The format that is asked for, the first if none is.

    Raises AutodiffError where two are asked for, or one that the table lacks, which belongs to the mode of an option.
    """
    if as_json and name not in (None, "json"):
        message = say("--json and --format {format} contradict each other", format=name)
        raise AutodiffError("E042", message, say("leave one of the two out"))
    name = "json" if as_json else name or next(iter(formats))
    if name not in formats:
        message = say("{option} is not shown with --format {format}", option=mode, format=name)
        hint = say("leave {option} out, or choose one of {names}", option=mode, names=series(formats))
        raise AutodiffError("E042", message, hint)
    return name
