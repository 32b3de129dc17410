"""How a command ends: what the exit codes mean."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class ExitCode:
    """The codes that scripts may rely on: numbers, for an enumeration costs every start."""

    FINE = 0
    NO = 1  # it ran, but the answer is no
    USAGE = 2  # usage, syntax, unknown or missing variable
    NOT_OK = 3  # a status other than ok, under --strict
    MISSING = 4  # a file or an extra is missing
    BUG = 70
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class Stop(Exception):
    """The end of a command that has said everything, with a code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def without_sigpipe() -> Iterator[None]:
    """The signal ends a program that writes to what nobody reads, which is right for standard output and wrong for a connection
    that can be lost: here both are errors.
    """
    if not hasattr(signal, "SIGPIPE"):
        yield
        return
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, before)
