"""Where text goes, and in what colour: decided once for each stream."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from autodiff.errors import MISSING, AutodiffError, reason
from autodiff.messages import N_, say
from autodiff.writing.width import cells, visible

if TYPE_CHECKING:
    from rich.console import Console

    from autodiff.render.explain import StyledLine

COLOURS = ("auto", "always", "never")  # of --color
RECORDS = N_("records, as in a file")
PIPE_WIDTH = 200
NARROW = 50  # columns below which a framed table loses its numbers
BATCH = 1000  # pieces that are written at once
_ASCII = str.maketrans(
    {"·": "*", "∂": "d", "→": "->", "←": "<-", "…": "...", "−": "-", "√": "sqrt ", "∞": "inf", "π": "pi", "λ": "lambda"}
    | {"↓": "v", "↑": "^", "○": "o", "●": "*", "│": "|", "─": "-"}
    | dict(zip("╰╯┴├┤┼", "'''+++"))
    | {"±": "+/-"}
    | dict(zip("▏▎▍▌▋▊▉█", "...#####"))
    | dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-"))
)
_RAISED = r"(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻])(?<![⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻])"  # where an exponent begins; compiled only for ASCII terminals


_quiet = _verbose = _colourless = False
_pager_columns: int | None = None


def prepare() -> None:
    """Never fail on a character that a stream cannot show."""
    be()
    if sys.stdout is None:
        raise _unwritable(say("it is closed"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def be(quiet: bool = False, verbose: bool = False, colourless: bool = False) -> None:
    """Say from now on nothing but results and errors, or details too; and show no colour, whatever the environment asks for."""
    global _quiet, _verbose, _colourless
    _quiet, _verbose, _colourless = quiet, verbose, colourless


def is_quiet() -> bool:
    """Whether nothing but results and errors is wanted."""
    return _quiet


def behind_pager(columns: int | None) -> None:
    """Write from now on to a pager, in a terminal of so many columns; None for no pager."""
    global _pager_columns
    _pager_columns = columns


def coloured(stream: TextIO, choice: str = "auto") -> bool:
    """--color, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR=0, then whether it is a terminal."""
    if choice in ("always", "never") or _colourless:
        return choice == "always" and not _colourless
    env = os.environ.get
    if env("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if env(name) not in (None, "", "0"):
            return True
    if env("CLICOLOR") == "0" or env("FORCE_COLOR") == "0" or env("TERM") == "dumb":
        return False
    return stream.isatty() or _pager_columns is not None


def is_unicode(stream: TextIO) -> bool:
    """Whether the stream can show every character."""
    return _encoding(stream).startswith("utf")


def _encoding(stream: TextIO) -> str:
    """How a stream writes; one that is closed writes nothing."""
    return (getattr(stream, "encoding", None) or "ascii").lower()


def can_write(text: str) -> bool:
    """Whether both streams can write a text."""
    try:
        return all(text.encode(stream.encoding or "ascii") for stream in (sys.stdout, sys.stderr) if stream is not None)
    except (UnicodeError, LookupError):
        return False


def plain_for(stream: TextIO, text: str) -> str:
    """The text in ASCII where the stream cannot write more; what has no spelling there leaves as many ? as it has cells."""
    if is_unicode(stream):
        return text
    text, encoding = re.sub(_RAISED, "^", text).translate(_ASCII), _encoding(stream)
    return text if text.isascii() else "".join(sign if sign.encode(encoding, "ignore") else "?" * cells(sign) for sign in text)


def width() -> int:
    """The columns there are for a table: those of the terminal, or plenty."""
    import shutil

    if _pager_columns is not None:
        return _pager_columns
    if "COLUMNS" in os.environ or sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    return PIPE_WIDTH


def folded(text: str, columns: int) -> list[str]:
    """A sentence in lines of the terminal's width, broken between words; in a pipe it stays whole."""
    from autodiff.writing.width import wrapped

    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return [text] if columns == PIPE_WIDTH or cells(text) <= columns else wrapped(text, columns, indent)


def told(lines: Iterable[StyledLine]) -> Iterator[str]:
    """The sentences of an explanation, folded; its tables stay as they are."""
    columns = width()
    for line in lines:
        yield from folded(line.text, columns) if line.kind else [line.text]


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
        raise _unwritable(reason(error)) from None


def _unwritable(reason: str) -> AutodiffError:
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the interpreter must not try again at exit
    return AutodiffError("E052", say("the output cannot be written: {reason}", reason=reason), "", MISSING)


def write_json(parts: Iterable[str]) -> None:
    """Write JSON, which is UTF-8 whatever the terminal speaks."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    write(parts)


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(reason(error)) from None


def shown(text: str) -> str:
    """A text as this terminal can show it, before its width counts."""
    return plain_for(sys.stdout, visible(text))


def lines(texts: Iterable[str]) -> None:
    """Write lines to standard output."""
    write(ended(texts))


def ended(texts: Iterable[str]) -> Iterator[str]:
    """Lines with their ends, control characters made visible."""
    return (f"{visible(text)}\n" for text in texts)


def aside(text: str) -> None:
    """Write a line to standard error; if nobody can read it, that is no reason to stop."""
    try:
        sys.stderr.write(plain_for(sys.stderr, text) + "\n")
        sys.stderr.flush()
    except (OSError, AttributeError):  # closed, full, or not there at all
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def waits(what: str) -> None:
    """Say that standard input is read, and for what, where somebody sits before it and may take silence for a fault."""
    if sys.stdin is not None and sys.stdin.isatty():
        keys = "Ctrl-Z" if os.name == "nt" else "Ctrl-D"
        remark(say("waiting for standard input: {what}; {keys} ends it", what=say(what), keys=keys))


def notes(texts: Iterable[str]) -> None:
    """Write notes to standard error; in a terminal they stand below the result, which has been written before."""
    for text in texts:
        remark(say("note: {text}", text=text))


def remark(text: str) -> None:
    """Write a line to standard error that is neither a result nor an error."""
    if not _quiet:
        aside(text)


def detail(text: str) -> None:
    """Write a line to standard error for those who want to know more."""
    if _verbose:
        aside(text)


def rich_console(choice: str) -> Console:
    """A Rich console that draws for standard output into memory: no cut lines in a pipe, no markup, no surprises."""
    import io

    from rich.console import Console

    colour = coloured(sys.stdout, choice)
    return Console(
        file=io.StringIO(),
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        width=width(),
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
