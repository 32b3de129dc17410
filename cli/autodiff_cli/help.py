"""The help of the program and of its commands, in every language, from what Typer has read of their declarations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import cleandoc
from typing import Any, NamedTuple

from autodiff.messages import say
from autodiff.writing.width import cells, fitted, wrapped
from autodiff_cli import console
from autodiff_cli.commands import COMMON

WIDEST, NARROWEST, MARGIN = 80, 50, 2
COLUMN = 30  # cells; what is wider stands in a line of its own

EXAMPLES = (
    'autodiff eval "3*(a + b*c)" a=5 b=3 c=2',
    'autodiff diff "x^2*sin(x)" --wrt x',
    'autodiff check "x^2*sin(x)" dx="2*x*sin(x) + x^2*cos(x)"',
)

Row = tuple[str, str]
"""What is described, and the description."""


def page(command: Any, path: str) -> str:
    """The help of a command that is called by this path; of the program, if it has commands."""
    width = max(min(console.width(), WIDEST) - MARGIN, NARROWEST)
    about = described(command)
    parts = [
        _usage(command, path, width),
        *_paragraphs(command.help, width),
        _lines(say("For example"), EXAMPLES) if _named(command) else "",
        _section(say("Arguments"), about.arguments, width),
        _section(say("Options"), about.options, width),
        _section(say("Commands"), list(commands(command)), width),
        _section(say("Options of every command"), about.common, width),
        *_paragraphs(command.epilog, width),
        *(_closing(width) if _named(command) else ()),
    ]
    return "\n\n".join(filter(None, parts))


class Described(NamedTuple):
    """What a command takes: its arguments, the options of its own, and those that every command has."""

    arguments: list[Row]
    options: list[Row]
    common: list[Row]


def described(command: Any) -> Described:
    """What a command takes, as it is written, and what it is."""
    rows = list(_rows(command))
    common = [row for name, _, row in rows if name in COMMON]
    common.append(("-h, --help", say("Show this message and exit.")))
    own = [(is_option, row) for name, is_option, row in rows if name not in COMMON]
    return Described([row for is_option, row in own if not is_option], [row for is_option, row in own if is_option], common)


def _lines(title: str, lines: Sequence[str]) -> str:
    """A title, and lines below it that are to be typed as they stand."""
    colon = say(": ").rstrip()
    return f"{title}{colon}\n{_indented([*lines])}"


def _closing(width: int) -> Iterator[str]:
    """Where there is more to read."""
    from autodiff_cli import versions

    words = {"one": "autodiff help COMMAND", "other": "autodiff functions NAME"}
    more = say("{one} tells all of a command, {other} all of a function.", **words)
    yield _indented(wrapped(more, width - MARGIN, ""))
    if address := versions.home():
        yield _indented([address])


def _usage(command: Any, path: str, width: int) -> str:
    """The first line: how the command is called."""
    head = say("Usage: ")
    return "\n".join(wrapped(head + usage(command, path), width, " " * cells(f"{head}{path} ")))


def usage(command: Any, path: str) -> str:
    """How a command is called that has this path; the program, if it has commands."""
    words = [_bracketed(one.metavar) for one in command.params if one.param_type_name == "argument"]
    return " ".join([path, "[OPTIONS]", *words, *(["COMMAND [ARGS]..."] if _named(command) else [])])


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


def commands(program: Any) -> Iterator[Row]:
    """The name of every command, and the first line of its help."""
    for name, command in _named(program).items():
        yield name, say(cleandoc(command.help)).partition("\n")[0]


def _rows(command: Any) -> Iterator[tuple[str, bool, Row]]:
    """Every parameter of a command, whether it is an option, how it is written, and what it is."""
    for one in command.params:
        is_option = one.param_type_name == "option"
        usual = say("[default: {default}]", default=one.default) if one.show_default and one.default else ""
        written = " ".join([*([", ".join(one.opts)] if is_option else []), one.metavar or ""]).strip()
        yield one.name, is_option, (written, f"{say(one.help)}  {usual}".rstrip())
