"""Errors for people and for programs."""

from __future__ import annotations

import sys

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.writing.numbers import dumped
from autodiff.writing.width import cells, visible
from autodiff_cli.console import aside, coloured, is_unicode, plain_for
from autodiff_cli.exits import ExitCode

LONGEST = 600  # characters of a message or a hint
CONTEXT = 72  # characters of a long line that are shown around the place


def show(error: AutodiffError, as_json: bool, colour: str = "auto") -> int:
    """Print an error to standard error, and return the exit code."""
    aside(_json(error) if as_json else person(error, sys.stderr is not None and coloured(sys.stderr, colour)))
    return int(error.exit_code)


def _short(text: str) -> str:
    """A text with its middle left out if it is very long."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


def _json(error: AutodiffError) -> str:
    """One line; in ASCII where standard error cannot write more."""
    what = {"error": body(error)}
    if sys.stderr is not None and is_unicode(sys.stderr):
        return dumped(what)
    import json

    return json.dumps(what)


def of(error: Exception) -> AutodiffError:
    """Whatever came instead of a result, as an error: too little memory, or what should not have happened, a bug."""
    if isinstance(error, AutodiffError):
        return error
    if isinstance(error, MemoryError):
        return AutodiffError("E018", say("the memory does not suffice"), say("use a shorter formula"))
    return AutodiffError(
        "E090",
        say("a bug of autodiff: {kind}: {text}", kind=type(error).__name__, text=error),
        say("please report it"),
        ExitCode.BUG,
    )


def body(error: AutodiffError) -> dict[str, object]:
    """An error as the members of a JSON object."""
    span = list(error.span) if error.span is not None else None
    line, column = error.place or (None, None)
    what = {"code": error.code, "message": _short(error.message), "span": span, "line": line, "column": column}
    return {**what, "hint": _short(error.hint), "exit_code": int(error.exit_code)}


def person(error: AutodiffError, colour: bool = False) -> str:
    """What, where, and what to do."""
    red, bold, blue, off = ("\x1b[31;1m", "\x1b[1m", "\x1b[36m", "\x1b[0m") if colour else ("", "", "", "")
    wrong, advice, colon = say("error"), say("help"), say(": ")
    lines = [f"{red}{wrong}[{error.code}]{off}{bold}{colon}{visible(_short(error.message))}{off}"]
    if error.span is not None and error.text.strip():
        shown, caret = _place(error.text, *error.span)
        lines += [f"  {shown}", f"  {red}{caret}{off}"]
    if error.hint:
        lines.append(f"{blue}{advice}{off}{colon}{visible(_short(error.hint))}")
    return "\n".join(lines)


def _place(text: str, start: int, end: int) -> tuple[str, str]:
    """The line with the place, and carets under it."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    last = len(text) if last < 0 else last
    begin = max(first, min(start - CONTEXT // 2, last - CONTEXT))
    finish = min(last, begin + CONTEXT)
    before = plain_for(sys.stderr, ("…" if begin > first else "") + visible(text[begin:start]))
    inside = plain_for(sys.stderr, visible(text[start : min(end, finish)]))
    after = visible(text[min(end, finish) : finish]) + ("…" if finish < last else "")
    return before + inside + after, " " * cells(before) + "^" * max(1, cells(inside))
