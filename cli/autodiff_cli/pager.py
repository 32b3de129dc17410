"""A pager between the program and the terminal, only where it is asked for."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from autodiff.errors import MISSING, AutodiffError, reason
from autodiff.messages import say
from autodiff_cli import console
from autodiff_cli.exits import without_sigpipe

if TYPE_CHECKING:
    from subprocess import Popen


@contextmanager
def paged() -> Iterator[None]:
    """What is written to a terminal meanwhile goes through a pager, notes as well; elsewhere nothing changes."""
    if sys.stdout is None or not sys.stdout.isatty():
        yield
        return
    columns, streams = console.width(), [stream for stream in (sys.stdout, sys.stderr) if stream is not None and stream.isatty()]
    process = _started()
    kept = [(stream.fileno(), os.dup(stream.fileno())) for stream in streams]
    for number, _ in kept:
        os.dup2(process.stdin.fileno(), number)  # type: ignore[union-attr]
    process.stdin.close()  # type: ignore[union-attr]
    console.behind_pager(columns)
    try:
        with without_sigpipe():
            yield
    except BrokenPipeError:  # who leaves the pager has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        for stream, (number, own) in zip(streams, kept):
            stream.flush()
            os.dup2(own, number)
        _awaited(process)
        console.behind_pager(None)


def _started() -> Popen[bytes]:
    """The pager that the user likes, else less, which shows colours and leaves a short text alone."""
    import shlex
    from subprocess import PIPE, Popen

    command = os.environ.get("AUTODIFF_PAGER") or os.environ.get("PAGER") or "less"
    try:
        return Popen(shlex.split(command), stdin=PIPE, env={"LESS": "FRX", "LV": "-c", **os.environ})
    except (OSError, ValueError) as error:
        message = say("the pager '{name}' cannot be started: {reason}", name=command, reason=reason(error))
        raise AutodiffError("E052", message, say("set PAGER, or leave --pager out"), MISSING) from None


def _awaited(process: Popen[bytes]) -> None:
    """Wait for the reader to leave the pager, to which Ctrl-C belongs."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
