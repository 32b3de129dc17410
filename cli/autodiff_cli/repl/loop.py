"""Line after line, at a terminal or through a pipe: a mistake is told, and the next line is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.reading.typed import Waiting, continued, is_begun
from autodiff_cli import console, report
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.repl.conversation import Conversation
from autodiff_cli.repl.words import Leave
from autodiff_cli.values import LARGEST


def through_a_pipe(talk: Conversation) -> int:
    """Answer all that is read; the exit code of the last line that had one other than 0."""
    code = 0
    try:
        for text in blocks(_lines()):
            code = answered(talk, text) or code
    except Leave:
        pass
    return code


def answered(talk: Conversation, text: str | AutodiffError) -> int:
    """Answer a text; a mistake is told on standard error. Raises Leave, KeyboardInterrupt, and OSError where nobody reads."""
    try:
        if isinstance(text, AutodiffError):
            raise text
        return talk.hear(text)
    except Stop as stop:
        return stop.code
    except (Leave, OSError):
        raise
    except Exception as error:
        if os.environ.get("AUTODIFF_DEBUG") and not isinstance(error, AutodiffError):
            raise
        return report.show(report.of(error), False, talk.color)


def blocks(lines: Iterator[str | AutodiffError]) -> Iterator[str | AutodiffError]:
    """Texts of one line, or of several where one goes on in the next; an empty line ends such a text, and so does another =."""
    waiting: Waiting | None = None
    for line in lines:
        if isinstance(line, AutodiffError):
            yield line
            continue
        if waiting and is_begun(waiting, line):
            yield waiting.text.rstrip()
            waiting = None
        text = (waiting.text if waiting else "") + line
        waiting = continued(line, waiting) if line.strip() else None
        if waiting is None:
            yield text.rstrip()
    if waiting:
        yield waiting.text.rstrip()


def _lines() -> Iterator[str | AutodiffError]:
    """The lines of standard input without their ends; an error for one that is no text."""
    if sys.stdin is None:
        return
    while data := sys.stdin.buffer.readline(LARGEST + 1):
        try:
            yield data.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError as error:
            message = say("{source} is not UTF-8 text (byte {place})", source=say("standard input"), place=error.start)
            yield AutodiffError("E051", message, say("save it as UTF-8"))


def at_a_terminal(talk: Conversation) -> int:
    """Answer what is typed until it ends. Ctrl-C gives up a line or a computation, Ctrl-D leaves."""
    from autodiff_cli.repl.keyboard import asking

    ask = asking(talk, goes_on)
    while True:
        try:
            text = ask()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return ExitCode.FINE
        try:
            for block in blocks(iter(text.split("\n"))):
                answered(talk, block)
        except KeyboardInterrupt:
            console.aside(say("interrupted"))
        except Leave:
            return ExitCode.FINE


def goes_on(text: str) -> bool:
    """Whether lines are not complete, and the last of them is not empty."""
    waiting: Waiting | None = None
    for line in text.split("\n"):
        before = None if is_begun(waiting, line) else waiting
        waiting = continued(line, before) if line.strip() else None
    return waiting is not None
