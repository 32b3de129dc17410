"""The front door: what is read from argv, and how everything ends."""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from autodiff.errors import AutodiffError, reason
from autodiff.messages import say, speak
from autodiff_cli import commands, console, manner, report
from autodiff_cli.commands import COMMANDS, COMMON
from autodiff_cli.exits import ExitCode, Stop

HELP = {"-h": False, "--help": False}  # options that no command declares
ASKED = "__complete"  # the first word of a shell that completes a line


def application(*wanted: str) -> Any:
    """The program with the commands that are wanted; with all, if none of them is known."""
    from autodiff_cli.program import built

    return built([name for name in wanted if name in COMMANDS] or [*COMMANDS])


def language(argv: Sequence[str]) -> str:
    """--lang, AUTODIFF_LANG, LC_ALL, LC_MESSAGES, LANG, or what Windows is set to: the first that says something; English where
    Chinese cannot be shown.
    """
    said = [_choice(argv, "--lang"), *map(os.environ.get, ("AUTODIFF_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))]
    first = next(filter(None, said), "") or _of_windows()
    return "zh" if first.lower().startswith("zh") and console.can_write("中文") else "en"


def _of_windows() -> str:
    """The language that Windows speaks with its user, such as zh_CN; nothing elsewhere."""
    if os.name != "nt":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")  # type: ignore[attr-defined]


def run(argv: Sequence[str]) -> int:
    """Run a command line and return its exit code. Nothing escapes as a traceback."""
    if argv[:1] == [ASKED]:
        return _asked(argv[1:])
    argv = ordered([decoded(word) for word in argv])
    as_json = "--json" in argv or _choice(argv, "--format") == "json"
    colour = "never" if _has(argv, "--no-color") else _choice(argv, "--color")
    try:
        console.prepare()
        speak(language(argv))
        return _page_by_page(argv) if _has(argv, "--pager") else called(argv)
    except Stop as stop:
        return stop.code
    except AutodiffError as error:
        return report.show(mistyped(argv, error), as_json, colour)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return ExitCode.CLOSED_PIPE
    except OSError as error:
        message = say("the output cannot be written: {reason}", reason=reason(error))
        return report.show(AutodiffError("E052", message, "", ExitCode.MISSING), as_json, colour)
    except Exception as error:
        if os.environ.get("AUTODIFF_DEBUG"):
            raise
        return report.show(report.of(error), as_json, colour)


def _asked(question: Sequence[str]) -> int:
    """Answer a shell that completes a line; where that fails, there is nothing to offer, and nobody wants to read why."""
    from autodiff_cli.completion import answer

    try:
        console.prepare()
        speak(language(question))
        answer(question)
    except Exception:
        if os.environ.get("AUTODIFF_DEBUG"):
            raise
        return ExitCode.NO
    return ExitCode.FINE


def _page_by_page(argv: Sequence[str]) -> int:
    """Run a command line behind a pager; who leaves it early has seen enough."""
    from autodiff_cli.pager import paged

    with paged():
        return called(argv)
    return ExitCode.FINE


def called(argv: Sequence[str]) -> int:
    """Call the command that a line begins with, and return the exit code. Raises AutodiffError, and Stop."""
    if argv == ["--version"]:
        from autodiff_cli import versions

        console.lines(versions.lines())
        return ExitCode.FINE
    return _shortly(argv) if argv[:1] and argv[0] in COMMANDS else _typed(argv)


def _shortly(argv: Sequence[str]) -> int:
    """Call a command without Typer, where its words are plain."""
    function = commands.command(argv[0])
    given = commands.plainly(function, argv[1:])
    if given is None:
        return _typed(argv)
    manner.call(function, given)
    return ExitCode.FINE


def _typed(argv: Sequence[str]) -> int:
    """Let Typer read the command line."""
    from autodiff_cli import program

    command = application(*argv[:1])
    words = protected(argv, command)
    _refuse_twice(words, command)
    _refuse_foreign(words)
    return program.run(command, words, lambda error: _complaint(error, argv))


def _complaint(error: Any, argv: Sequence[str]) -> AutodiffError:
    """What Typer complains of, in our form."""
    from autodiff_cli.complaints import complaint

    return complaint(error, argv, _every_option)


def ordered(argv: list[str]) -> list[str]:
    """The command first where what every command takes stands before it: all that is decided by the command finds it there.
    `help` is --help, and -V is --version.
    """
    taken, flags = 0, {about.option: kind is bool for kind, about in COMMON.values()}
    while taken < len(argv) and (name := argv[taken].partition("=")[0]) in flags:
        taken += 1 if flags[name] or "=" in argv[taken] else 2
    words = [*argv[taken : taken + 1], *argv[:taken], *argv[taken + 1 :]]
    if words[:1] == ["help"]:
        return [*ordered([word for k, word in enumerate(words) if k or word != "help"]), "--help"]
    return ["--version", *words[1:]] if words[:1] == ["-V"] else words


def decoded(word: str) -> str:
    """A word in UTF-8, where the locale knows only ASCII and Python has let its bytes through as lone surrogates."""
    try:
        return word if word.isascii() else os.fsencode(word).decode()
    except UnicodeError:
        return word


def _choice(argv: Sequence[str], name: str) -> str:
    """The value that an option was given, seen without the help of Typer, which may have refused the command line."""
    for word, following in zip(argv, [*argv[1:], ""]):
        if word == name or word.startswith(f"{name}="):
            return following if word == name else word.partition("=")[2]
    return ""


def _has(argv: Sequence[str], flag: str) -> bool:
    """Whether a flag is given, seen in the same way; what stands behind -- is none."""
    return flag in argv and flag in argv[: argv.index("--") if "--" in argv else None]


def _abandon_stdout() -> None:
    """Nobody reads any more: keep the interpreter from trying to flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def protected(argv: Sequence[str], command: Any) -> list[str]:
    """A blank in front of every word that begins with a minus and is no option, so that it stays a formula."""
    words: list[str] = []
    options: dict[str, bool] = {}
    takes_value = False
    for k, word in enumerate(argv):
        if not options and not word.startswith("-"):
            options = _options(command.commands.get(word))
            words.append(word)
            continue
        name, has_value, _ = word.partition("=")
        known = not options or name in options
        if takes_value or not word.startswith("-") or known:
            takes_value = not takes_value and known and not has_value and options.get(name, False)
            words.append(word)
        elif word == "--":
            return [*words, *argv[k:]]
        elif word == "-":
            words.append(word)
        else:
            words.append(" " + word)
    return words


def _options(command: Any) -> dict[str, bool]:
    """The options of a command, and whether each takes a value."""
    if command is None:
        return {}
    found = {**HELP}
    for parameter in command.params:
        for name in parameter.opts:
            if name.startswith("-"):
                found[name] = not parameter.is_flag
    return found


def _refuse_twice(words: Sequence[str], command: Any) -> None:
    """Raise an error for an option that is given twice."""
    if sum(word.startswith("--") for word in words) < 2:
        return
    from autodiff_cli.mistyped import refuse_twice

    called = command.commands.get(words[0])
    repeated = [name for parameter in called.params if parameter.multiple for name in parameter.opts] if called else []
    refuse_twice(words[1:], _options(called), repeated)


def _refuse_foreign(words: Sequence[str]) -> None:
    """Raise an error for an option that belongs to another command, as in autodiff graph --json."""
    if words and words[0] in COMMANDS and any(re.fullmatch(r" --[a-z][a-z-]+(=.*)?", word, re.DOTALL) for word in words):
        from autodiff_cli.mistyped import refuse_foreign

        refuse_foreign(words, _every_option())


def _every_option() -> dict[str, dict[str, bool]]:
    """The options of every command by its name, and whether each takes a value; those of the program by the empty name."""
    common = {about.option: kind is not bool for kind, about in COMMON.values()}
    return {"": {**HELP, "-V": False, "--version": False, **common}, **{name: _options_of(name) for name in COMMANDS}}


def _options_of(command: str) -> dict[str, bool]:
    """The options of a command, and whether each takes a value."""
    parameters = commands.declared(commands.command(command))
    return {**HELP, **{about.option: kind is not bool for _, kind, about in parameters if about.option}}


def mistyped(argv: Sequence[str], error: AutodiffError) -> AutodiffError:
    """A word such as --jsno arrives as a formula: say what was probably meant."""
    if error.code == "E012":
        from autodiff_cli.mistyped import product

        return product(argv, error)
    known = _options_of(argv[0]) if argv and argv[0] in COMMANDS else {}
    if error.code == "E032" and len(argv) > 2:
        from autodiff_cli.mistyped import data, nameless

        error = data(argv, known, nameless(argv, known, error))
    if all(word.partition("=")[0] in known for word in argv if word.startswith("-") and word != "-"):
        return error  # which is the usual case, and needs no other command
    from autodiff_cli.mistyped import unknown

    return unknown(argv, _every_option()) or error


def main() -> NoReturn:
    """The console script."""
    gc.disable()  # a command is short, and makes no rubbish that needs the search for cycles
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # as Ctrl-C, it leaves no half file behind
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while an error is being told
        code = ExitCode.INTERRUPTED
    if code == ExitCode.INTERRUPTED:
        console.aside(say("interrupted"))
    sys.exit(code)
