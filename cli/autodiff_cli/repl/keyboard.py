"""How lines are asked for at a terminal: with prompt_toolkit, or plainly without it."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from autodiff.errors import installing
from autodiff.messages import say
from autodiff.session.completion import completions
from autodiff_cli import console
from autodiff_cli.repl import history
from autodiff_cli.repl.words import WORDS

if TYPE_CHECKING:
    from autodiff_cli.repl.conversation import Conversation

PROMPT, MORE = "> ", "… "
KEPT = 1000  # lines of a history
DELIMITERS = " \t\n+-*/^%()=<>,;!·×÷√"

Ask = Callable[[], str]
"""What gives the next text, of one line or several. Raises EOFError at the end, and KeyboardInterrupt for Ctrl-C."""


def asking(talk: Conversation, more: Callable[[str], bool]) -> Ask:
    """How a text is asked for; `more` says whether one goes on in the next line."""
    from autodiff import __version__

    welcome = say(
        "autodiff {version}: type a formula, or a value such as a = 5; help says more, Ctrl-D leaves", version=__version__
    )
    console.lines([welcome])
    if os.environ.get("TERM") != "dumb":
        try:
            from autodiff_cli.repl.prompt import prompting
        except ImportError:
            need = installing("prompt_toolkit")
            console.notes([say("{command} completes in a menu, and underlines mistakes as you type", command=need)])
        else:
            return prompting(talk, more)
    _edit_lines(talk)
    return lambda: _plainly(more)


def _plainly(more: Callable[[str], bool]) -> str:
    """A text, line by line."""
    text = _input(PROMPT)
    while more(text):
        text += "\n" + _input(MORE)
    return text


def _input(prompt: str) -> str:
    """A line. Where none comes, the cursor stands behind the prompt, and goes to the next line."""
    try:
        return input(console.plain_for(sys.stdout, prompt))
    except (KeyboardInterrupt, EOFError):
        console.write(["\n"])
        raise
    except UnicodeDecodeError:
        return ""


def _edit_lines(talk: Conversation) -> None:
    """Editing, completion and a history, as far as Python has them by itself."""
    try:
        import readline
    except ImportError:
        return

    def complete(_: str, number: int) -> str | None:
        before = readline.get_line_buffer()[: readline.get_endidx()]
        begun, found = completions(talk.book, before, WORDS)
        start = before[readline.get_begidx() : len(before) - begun]
        return start + found[number] if number < len(found) else None

    readline.set_completer_delims(DELIMITERS)
    readline.set_completer(complete)
    if path := history.place("repl_lines"):
        with suppress(OSError):
            readline.read_history_file(path)
        readline.set_history_length(KEPT)
        atexit.register(_keep, path)
    readline.parse_and_bind("bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete")


def _keep(path: str) -> None:
    """Write the history; one that cannot be written is none."""
    import readline

    with suppress(OSError):
        readline.write_history_file(path)
