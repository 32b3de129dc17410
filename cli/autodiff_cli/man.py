"""autodiff man: the manual page, from the same declarations as the help."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from typing import Any

from autodiff.messages import N_, say
from autodiff_cli import console

ENVIRONMENT = {
    "AUTODIFF_LANG, LC_ALL, LC_MESSAGES, LANG": N_("The language of messages, if --lang does not say it: the first that is set."),
    "NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR": N_("Whether output is coloured, if --color does not say it."),
    "AUTODIFF_PAGER, PAGER": N_("What --pager calls; less, if neither is set."),
    "COLUMNS": N_("How wide output is, if not as wide as the terminal."),
}
COMMAND = re.compile("(.*?[:：]|.*?)[ ]?((?:autodiff |echo ).*)?")
"""A paragraph, and the command line that ends it."""
SIGNS = str.maketrans({"\\": "\\e", "-": "\\-", "^": "\\(ha", "~": "\\(ti", "'": "\\(aq", "`": "\\(ga", '"': "\\(dq"})
"""What a formatter would make typographic signs of, which no shell understands."""


def man() -> None:
    """Write the manual page.

    For example: autodiff man > ~/.local/share/man/man1/autodiff.1
    """
    from autodiff_cli.app import application

    console.lines(page(application()))


def page(program: Any) -> Iterator[str]:
    """The manual page of the program, in the language of roff."""
    from autodiff import __version__
    from autodiff_cli import help, versions

    first, *others = _paragraphs(program.help)
    yield f'.TH AUTODIFF 1 "" "autodiff {__version__}"'
    yield ".ad l"  # no wider blanks: they would be wrong in a formula, and Chinese has none
    yield from _part(say("NAME"), [f"autodiff \\- {_text(first.rstrip('.。'))}"])
    yield from _part(say("SYNOPSIS"), [f".B {_text(help.usage(program, 'autodiff'))}"])
    yield from _part(say("DESCRIPTION"), _filled([first, *others]))
    yield from _part(say("EXAMPLES"), [".EX", *map(_text, help.EXAMPLES), ".EE"])
    yield from _part(say("COMMANDS"), (line for name in program.commands for line in _command(name, program.commands[name])))
    yield from _part(say("OPTIONS OF EVERY COMMAND"), _listed([*help.described(program).options, *help.described(program).common]))
    yield from _part(say("EXIT STATUS"), _filled(_paragraphs(program.epilog)))
    yield from _part(say("ENVIRONMENT"), _listed([(name, say(about)) for name, about in ENVIRONMENT.items()]))
    if address := versions.home():
        yield from _part(say("SEE ALSO"), [_text(address)])


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f".SH {_text(title)}"
    yield from lines


def _command(name: str, command: Any) -> Iterator[str]:
    """A command: how it is called, what it does, what it takes."""
    from autodiff_cli import help

    about = help.described(command)
    yield f".SS {_text(help.usage(command, f'autodiff {name}'))}"
    yield from _filled(_paragraphs(command.help))
    yield from _listed([*about.arguments, *about.options])


def _paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a text, translated, each in one line."""
    return [" ".join(paragraph.split()) for paragraph in say(cleandoc(text or "")).split("\n\n")]


def _filled(paragraphs: Iterable[str]) -> Iterator[str]:
    """Paragraphs; a command at the end of one has a line of its own, which is neither broken nor hyphenated."""
    for k, paragraph in enumerate(paragraphs):
        prose, command = COMMAND.fullmatch(paragraph).groups()  # type: ignore[union-attr]
        yield from ([".PP"] if k else [])
        yield from ([_text(prose)] if prose else [])
        yield from ([".EX", _text(command), ".EE"] if command else [])


def _listed(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is described, and below it the description."""
    for name, text in rows:
        yield from (".TP", f".B {_text(name)}", _text(text))


def _text(text: str) -> str:
    """Text that stays what it is, also at the start of a line."""
    shown = text.translate(SIGNS)
    return f"\\&{shown}" if shown.startswith(".") else shown
