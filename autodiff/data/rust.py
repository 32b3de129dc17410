"""What polars raises and catches, as Python has it."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from autodiff.errors import AutodiffError, unreadable
from autodiff.messages import say


@contextmanager
def told(path: str) -> Iterator[None]:
    """Raises AutodiffError where polars cannot read a Parquet file."""
    import polars as pl

    try:
        with system():
            yield
    except OSError as error:
        raise unreadable(f"'{path}'", error) from None
    except pl.exceptions.PolarsError as error:
        first = str(error).strip().partition("\n")[0].rpartition(": ")[2]
        message = say("'{path}' is no whole Parquet file: {problem}", path=path, problem=first)
        raise AutodiffError("E051", message, say("fetch or write it again, or say what it is with --from")) from None


@contextmanager
def system() -> Iterator[None]:
    """Raises what the system said as OSError, its number included."""
    import polars as pl

    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        found = re.search(r"\(os error (\d+)\)", str(error))
        if found:
            raise OSError(int(found[1]), os.strerror(int(found[1]))) from None
        raise


def python_alone() -> None:
    """Let an interrupt come to Python alone. Polars puts a handler of its own in place, which breaks its work off with messages
    on standard error that nobody understands; between two batches Python is soon enough.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)
