"""autodiff repl: formulas, values and questions, one line after another."""

from __future__ import annotations

import sys
from typing import Annotated

from autodiff_cli import values
from autodiff_cli.commands import option
from autodiff_cli.evaluate import Coloured
from autodiff_cli.exits import Stop

Digits = Annotated[str, option("--digits", "Significant digits of numbers, 1 to 17.", "N")]


def repl(digits: Digits = "6", color: Coloured = "auto") -> None:
    """A conversation: definitions and values persist.

    Type a = 5, then b = 3, then J = a*b^2, then d J/db, explain b or graph; help lists the rest.
    """
    from autodiff_cli.repl import loop
    from autodiff_cli.repl.conversation import Conversation

    talk = Conversation(values.whole("--digits", digits, 17), color)
    is_terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    code = loop.at_a_terminal(talk) if is_terminal else loop.through_a_pipe(talk)
    if code:
        raise Stop(code)
