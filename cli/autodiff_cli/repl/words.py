"""The words that begin a line and are no formula: what each does."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, NamedTuple

from autodiff.errors import AutodiffError, suggestion
from autodiff.messages import N_, say, series
from autodiff.primitives import FUNCTIONS
from autodiff.reading.leibniz import BEGUN
from autodiff.render import session as document
from autodiff.session.workbook import Workbook
from autodiff.writing.width import cells, fitted, wrapped
from autodiff_cli import console
from autodiff_cli.commands import COMMANDS
from autodiff_cli.exits import ExitCode
from autodiff_cli.repl import passing

if TYPE_CHECKING:
    from autodiff_cli.repl.conversation import Conversation

OPERATOR = re.compile(r"[=+*/^%,;)<>!²³]|-(?!-?[a-z])|(?:and|or)\b")
"""What a formula goes on with behind a name, and a command does not."""
COLUMN = 26
NEAR = 0.75  # how much of a word must be right if it stands alone, where it may well be a variable

Answer = Callable[["Conversation", str, str], int]


class Leave(Exception):
    """The end of the conversation."""


class Word(NamedTuple):
    """What answers to a word, and the line of the help: how the word is used, and for what."""

    answer: Answer
    usage: str = ""
    help: str = ""


def split(text: str) -> tuple[str, str]:
    """The word that a line begins with, and the rest."""
    found = re.match(r"\s*([^\W\d]\w*|\?)(?:\(\s*\)\s*$|(?=\s|$))", text)
    return (found[1], text[found.end() :].strip()) if found else ("", text)


def is_command(word: str, rest: str, names: Collection[str]) -> bool:
    """Whether a line is a command: a name of the user's own is none, and neither is what goes on as a formula does."""
    return word in WORDS and word not in names and not OPERATOR.match(rest)


def meant(text: str, names: Collection[str]) -> str:
    """What was probably meant by a line that is no formula: a derivative, a word, or a command that is none here; or nothing."""
    from difflib import get_close_matches

    if BEGUN.fullmatch(text) and "d" not in names:
        return say("a derivative is written {spelling}", spelling="d J/db")
    word, rest = split(text)
    if not word or word in names or word in FUNCTIONS or OPERATOR.match(rest):
        return ""
    if word == "autodiff":  # as at a shell
        return say("leave {what} out", what=word)
    if word in COMMANDS:
        return say("outside of this conversation there is {command}", command=f"autodiff {word}")
    near = suggestion(word, WORDS) if rest else "".join(get_close_matches(word, WORDS, 1, NEAR))
    return say("did you mean '{near}'?", near=near) if near else ""


def _names(talk: Conversation, word: str, rest: str) -> int:
    found = list(document.names(talk.book, talk.digits))
    talk.write(found or [say("there are no names yet: write one, as in {spelling}", spelling="a = 5")])
    return ExitCode.FINE


def _clear(talk: Conversation, word: str, rest: str) -> int:
    names = re.split(r"[\s,]+", rest) if rest else []
    if not names:
        hint = say("write clear NAME; reset forgets all")
        raise AutodiffError("E043", say("clear needs a name"), hint)
    for name in names:
        if name not in talk.book.names:
            near = suggestion(name, talk.book.names)
            hint = say("did you mean '{near}'?", near=near) if near else _known(talk.book)
            raise AutodiffError("E034", say("there is no '{name}' here", name=name), hint)
    talk.book = talk.book.without(key for name in names for key in (name, f"{name}("))
    return ExitCode.FINE


def _known(book: Workbook) -> str:
    return say("the names are {names}", names=series(book.names)) if book.names else say("there are no names yet")


def _reset(talk: Conversation, word: str, rest: str) -> int:
    talk.book = Workbook()
    talk.said.clear()
    return ExitCode.FINE


def _leave(talk: Conversation, word: str, rest: str) -> int:
    raise Leave


def _help(talk: Conversation, word: str, rest: str) -> int:
    if rest:
        return passing.function(talk, rest)
    width = min(console.width(), 100)
    column = min(COLUMN, width // 2)
    for usage, text in [*LINES, *((word.usage, word.help) for word in WORDS.values() if word.usage)]:
        lines = wrapped(say(text), width - column, "")
        usage = console.plain_for(sys.stdout, usage)
        head = [fitted(usage, column) + lines[0]] if cells(usage) < column else [usage, " " * column + lines[0]]
        talk.write([*head, *(" " * column + line for line in lines[1:])])
    return ExitCode.FINE


LINES = (
    ("a = 5", N_("a variable: a number, which another one may replace; what depends on it follows")),
    ("J = 3*(a + b*c)", N_("a definition: a formula, which follows its variables")),
    ("f(x, y) = x^2 + y", N_("a function")),
    ("J, x^2 + y", N_("the value and the gradient")),
    ("d J/db, d/db J", N_("a derivative, as a formula and a number; d²J/db² and d²J/dbdc too")),
    ("b = b - 0.1*db", N_("db is a number here: the derivative of the last formula by b")),
)
"""What may be typed that is no command."""

WORDS: dict[str, Word] = {
    "table": Word(passing.called, "table [J]", N_("both passes, with every number on the way")),
    "explain": Word(passing.called, "explain [J] [b]", N_("every step in words, for all variables or for one")),
    "grad": Word(passing.called, "grad [J]", N_("all first derivatives, as formulas and numbers")),
    "hessian": Word(passing.called, "hessian [J]", N_("all second derivatives too")),
    "graph": Word(passing.called, "graph [J] [-o FILE]", N_("the computation graph")),
    "check": Word(passing.called, "check [J] db=2*c", N_("whether a derivative is right")),
    "diff": Word(passing.called),
    "eval": Word(passing.called),
    "page": Word(passing.called, "page [J] -o FILE", N_("an interactive page")),
    "compile": Word(passing.called, "compile [J] --to c", N_("a function that gives value and gradient, in another language")),
    "uncertainty": Word(passing.called, "uncertainty [J] a=5±0.1", N_("how uncertain the result is")),
    "minimize": Word(passing.called, "minimize [J]", N_("where it is least, from the values that the variables have")),
    "names": Word(_names, "names", N_("what is known, as it could be typed again")),
    "vars": Word(_names),
    "clear": Word(_clear, "clear NAME", N_("forget a name")),
    "reset": Word(_reset, "reset", N_("forget all")),
    "functions": Word(passing.functions, "functions [NAME]", N_("the functions, or all of one")),
    "help": Word(_help, "help", N_("this list")),
    "?": Word(_help),
    "quit": Word(_leave, "quit", N_("leave; Ctrl-D does too")),
    "exit": Word(_leave),
}
"""The commands of a conversation. Those that are commands of the program take its options too."""
