"""Where text goes, and in what colour: decided once for each stream."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from autodiff.errors import MISSING, AutodiffError

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 200
BATCH = 1000  # pieces that are written at once
_ASCII = str.maketrans({"·": "*", "∂": "d", "→": "->", "←": "<-", "∞": "inf", "…": "...", "−": "-"})


def prepare() -> None:
    """Write UTF-8 where the stream can; never fail on a character that it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIO) or hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def coloured(stream: TextIO, choice: str = "auto") -> bool:
    """--color, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR=0, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    env = os.environ.get
    if env("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if env(name) not in (None, "", "0"):
            return True
    if env("CLICOLOR") == "0" or env("FORCE_COLOR") == "0" or env("TERM") == "dumb":
        return False
    return stream.isatty()


def plain_for(stream: TextIO, text: str) -> str:
    """The text in ASCII where the stream cannot write more."""
    return text if is_unicode(stream) else text.translate(_ASCII)


def is_unicode(stream: TextIO) -> bool:
    """Whether the stream can show every character."""
    return (getattr(stream, "encoding", None) or "ascii").lower().startswith("utf")


def write(parts: Iterable[str]) -> None:
    """Write to standard output, and notice at once when that fails."""
    try:
        waiting: list[str] = []
        for part in parts:
            waiting.append(part)
            if len(waiting) >= BATCH:
                sys.stdout.write(plain_for(sys.stdout, "".join(waiting)))
                waiting.clear()
        sys.stdout.write(plain_for(sys.stdout, "".join(waiting)))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the interpreter must not try again at exit
        raise AutodiffError("E052", f"the output cannot be written: {error.strerror}", "", MISSING) from None


def lines(texts: Iterable[str]) -> None:
    """Write lines to standard output."""
    write(f"{text}\n" for text in texts)


def console(choice: str) -> Console:
    """A Rich console that draws for standard output into memory: no cut lines in a pipe, no markup, no surprises."""
    import io
    import shutil

    from rich.console import Console

    colour = coloured(sys.stdout, choice)
    return Console(
        file=io.StringIO(),
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        width=shutil.get_terminal_size().columns if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH,
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
