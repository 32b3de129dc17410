"""Help in a language other than English: its texts, and lines that are measured in cells and broken as Chinese may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

from typer import Context
from typer._click import HelpFormatter

from autodiff.messages import say
from autodiff.writing.width import cells

OPENING, CLOSING, WIDE = "（“《", "，。；：、！？）”》…", "\u2e80-\uffef"
PIECE = re.compile(rf"\s*[{OPENING}]*(?:[^\s{OPENING}{CLOSING}{WIDE}]+|[{WIDE}])[{CLOSING}]*")


def translate(program: Any) -> None:
    """Translate the help of a program and of its commands."""
    for command in (program, *program.commands.values()):
        command.help, command.epilog = map(_known, (command.help, command.epilog))
        command.short_help = command.help.partition("\n")[0]
        command.context_class = Wide
        for parameter in command.params:
            parameter.help = _known(parameter.help)


def _known(text: str | None) -> str:
    """A help text, translated."""
    return say(cleandoc(text)) if text else ""


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many cells, broken at blanks and beside wide characters, but never before a closing sign."""
    lines = [""]
    for piece in PIECE.findall(text):
        if lines[-1] and cells(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def _raw(texts: Sequence[str]) -> str:
    """Lines that Typer must not wrap again."""
    return "\n".join(["\b", *texts])


class Formatter(HelpFormatter):
    """Typer's own, with its titles translated."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        usage = say("Usage: ")
        head = f"{prefix or usage}{prog} "
        lines = wrapped(args, max(self.width - cells(head), 20))
        self.write(head + ("\n" + " " * cells(head)).join(lines) + "\n")

    def write_heading(self, heading: str) -> None:
        colon = say(": ").rstrip()
        self.write(f"{'':>{self.current_indent}}{say(heading)}{colon}\n")

    def write_text(self, text: str) -> None:
        width = self.width - self.current_indent
        super().write_text("\n\n".join(_raw(wrapped(part, width)) for part in text.split("\n\n")))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        width = self.width - min(max(len(first) for first, _ in rows), col_max) - col_spacing - self.current_indent
        super().write_dl([(first, _raw(wrapped(_described(text), width))) for first, text in rows], col_max, col_spacing)


class Wide(Context):
    """A context whose help is written so."""

    formatter_class = Formatter


def _described(text: str) -> str:
    """The help of an option, with what Typer says of its default."""
    text, sign, default = text.partition("  [default: ")
    usual = say("[default: {default}]", default=default.rstrip("]"))
    return f"{say(text)}  {usual}" if sign else say(text)
