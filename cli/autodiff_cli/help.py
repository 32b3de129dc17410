"""The help of the program and of its commands, in every language, from what Typer has read of their declarations."""

from __future__ import annotations

from collections.abc import Iterator
from enum import EnumType
from inspect import cleandoc
from typing import Any, get_args, get_type_hints

from autodiff.messages import say
from autodiff.writing.width import cells, fitted, wrapped
from autodiff_cli import console

WIDEST, NARROWEST, MARGIN = 80, 50, 2
COLUMN = 30  # cells; what is wider stands in a line of its own

Row = tuple[str, str]
"""What is described, and the description."""


def page(command: Any, path: str) -> str:
    """The help of a command that is called by this path; of the program, if it has commands."""
    width = max(min(console.width(), WIDEST) - MARGIN, NARROWEST)
    options, arguments = [list(_rows(command, kind)) for kind in ("option", "argument")]
    options.append(("-h, --help", say("Show this message and exit.")))
    parts = [
        _usage(command, path, width),
        *_paragraphs(command.help, width),
        _section(say("Arguments"), arguments, width),
        _section(say("Options"), options, width),
        _section(say("Commands"), list(_commands(command, width)), width),
        *_paragraphs(command.epilog, width),
    ]
    return "\n\n".join(filter(None, parts))


def _usage(command: Any, path: str, width: int) -> str:
    """The first line: how the command is called."""
    words = [_bracketed(one.metavar) for one in command.params if one.param_type_name == "argument"]
    if _named(command):
        words.append("COMMAND [ARGS]...")
    head = say("Usage: ") + path + " "
    return "\n".join(wrapped(head + " ".join(["[OPTIONS]", *words]), width, " " * cells(head)))


def _bracketed(metavar: str) -> str:
    return metavar if metavar.startswith("[") else f"[{metavar}]"


def _named(command: Any) -> dict[str, Any]:
    """The commands of the program by their names; a command has none."""
    return getattr(command, "commands", {})


def _paragraphs(text: str | None, width: int) -> Iterator[str]:
    """The paragraphs of a text, translated and indented."""
    for paragraph in say(cleandoc(text or "")).split("\n\n"):
        yield _indented(wrapped(" ".join(paragraph.split()), width - MARGIN, ""))


def _indented(lines: list[str]) -> str:
    return "\n".join(f"{'':{MARGIN}}{line}" for line in lines if line)


def _section(title: str, rows: list[Row], width: int) -> str:
    """A title, and below it what is described beside its description; nothing, if there is nothing."""
    if not rows:
        return ""
    column = min(max(cells(name) for name, _ in rows), COLUMN) + MARGIN
    lines = []
    for name, text in rows:
        first, *others = wrapped(text, width - column - MARGIN, "")
        beside = cells(name) <= column - MARGIN
        lines += [fitted(name, column) + first] if beside else [name, " " * column + first]
        lines += [" " * column + line for line in others]
    colon = say(": ").rstrip()
    return f"{title}{colon}\n{_indented(lines)}"


def _commands(program: Any, width: int) -> Iterator[Row]:
    """The name of every command, and the first line of its help as far as there is room."""
    room = width - 3 * MARGIN - max(map(cells, _named(program)), default=0)
    for name, command in _named(program).items():
        text = say(cleandoc(command.help)).partition("\n")[0]
        lines = wrapped(text, room, "")
        yield name, text if len(lines) == 1 else wrapped(text, room - 3, "")[0] + "..."


def _rows(command: Any, kind: str) -> Iterator[Row]:
    """The options of a command, or its arguments, as they are written, and what they are."""
    types = get_type_hints(command.callback)
    for one in command.params:
        if one.param_type_name == kind:
            names = one.opts if kind == "option" else []
            value = one.metavar or _choices(types[one.name])
            usual = say("[default: {default}]", default=one.default) if one.show_default and one.default else ""
            yield " ".join([*names, value]).strip(), f"{say(one.help)}  {usual}".rstrip()


def _choices(kind: Any) -> str:
    """What an option may be, whose type is an enumeration, or that or None; nothing for a flag."""
    found: list[Any] = [one for one in (kind, *get_args(kind)) if isinstance(one, EnumType)]
    return f"<{'|'.join(choice.value for choice in found[0])}>" if found else ""
