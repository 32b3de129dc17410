"""A command that runs again whenever its files are saved: --watch FILE."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.writing.width import visible
from autodiff_cli import console, report
from autodiff_cli.exits import Stop
from autodiff_cli.values import opened, text_of

PAUSE = 0.2  # seconds between two looks
GONE = 5  # looks after which a file that is missing is missed aloud
USAGE = "E04"  # the codes of options and arguments
CLEAR = "\x1b[H\x1b[2J\x1b[3J"


class State(NamedTuple):
    """What changes when a file is saved, or replaced by another of its name."""

    time: int
    size: int
    number: int


def repeat(run: Callable[[], None], paths: Sequence[str], as_json: bool, color: str) -> None:
    """Run a command, and again after every change of these files, until Ctrl-C. What is wrong is told, and may be mended.

    Raises AutodiffError where a file cannot be read at the beginning, and where no change of it would mend the command line.
    """
    for path in paths:
        if path == "-":
            raise AutodiffError("E042", say("standard input cannot be watched"), say("write --watch FILE"))
        text_of(path)
    seen, first = _states(paths), True
    while True:
        try:
            with suppress(Stop):  # which has said everything
                run()
        except AutodiffError as error:
            if first and error.code.startswith(USAGE):
                raise
            report.show(error, as_json, color)
        seen, first = _changed(paths, seen), False
        _separate(paths, as_json)


def _states(paths: Sequence[str]) -> list[State | None]:
    return [_state(path) for path in paths]


def _state(path: str) -> State | None:
    """How a file is now; None where there is none, as for a moment while it is replaced."""
    try:
        with opened(path) as file:
            found = os.fstat(file.fileno())
    except OSError:
        return None
    return State(found.st_mtime_ns, found.st_size, found.st_ino)


def _changed(paths: Sequence[str], seen: list[State | None]) -> list[State | None]:
    """Wait until a file is another one, and stays so for a moment: an editor may write it piece by piece."""
    before, missed = seen, 0
    while True:
        time.sleep(PAUSE)
        now = _states(paths)
        missed = missed + 1 if None in now else 0
        if missed == GONE:
            console.aside(say("{path} is gone; it is waited for", path=visible(paths[now.index(None)])))
        if None not in now and now == before != seen:
            return now
        before = now


def _separate(paths: Sequence[str], as_json: bool) -> None:
    """A clear screen before the next result; in a pipe a line between two, unless they are JSON."""
    if sys.stdout.isatty():
        console.write([CLEAR])
    elif not as_json:
        console.write(["\n"])
        console.lines([f"--- {paths[0]} ---"])


def refuse_both(path: str, file: str | None) -> None:
    """Raise an error for two files of one formula."""
    if file is not None:
        raise AutodiffError("E042", say("--watch and --file both name a formula"), say("leave one of the two out"))
