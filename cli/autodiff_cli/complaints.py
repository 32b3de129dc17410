"""Complaints about a command line that are Typer's own, in our form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autodiff.errors import AutodiffError, suggestion
from autodiff.messages import say
from autodiff_cli.commands import COMMANDS
from autodiff_cli.mistyped import unknown_command


def complaint(error: Any, argv: Sequence[str], options: Callable[[], Mapping[str, Mapping[str, bool]]]) -> AutodiffError:
    """What Typer complains of, in our form; `options` are those of every command."""
    kind = type(error).__name__
    option = getattr(error, "option_name", "") or ""
    if kind == "NoSuchOption":
        hint = say("write {spelling}", spelling="autodiff --version") if option.lower() == "-v" else ""
        return AutodiffError(
            "E040",
            say("{command} has no option '{option}'", command="autodiff", option=option),
            hint or say("autodiff --help lists its options"),
        )
    if kind == "MissingParameter":
        return AutodiffError(
            "E043",
            say("the formula is missing"),
            say("write {spelling}", spelling=f'autodiff {_command(argv)} "3*(a + b*c)" a=5 b=3 c=2'),
        )
    if kind in ("BadParameter", "BadOptionUsage", "BadArgumentUsage"):
        near = _meant(str(error.message))
        listed = say("autodiff {command} --help describes the options", command=_command(argv))
        return AutodiffError("E042", _bad_value(error, option), say("did you mean '{near}'?", near=near) if near else listed)
    if "No such command" in str(error.message):
        return unknown_command(argv, list(COMMANDS), options()["eval"])
    if found := re.fullmatch(r"Got unexpected extra argument\(s\) \((.*)\)", str(error.message)):
        return AutodiffError("E043", say("too many words: {words}", words=found[1]), say("leave {what} out", what=found[1]))
    return AutodiffError("E043", say(str(error.message).rstrip(".")), say("autodiff --help describes the commands"))


def _meant(message: str) -> str:
    """The choice that is nearest to what was written, if one is near; or nothing."""
    given, _, choices = message.partition(" is not one of ")
    return suggestion(given.strip("'"), re.findall("'([^']+)'", choices))


def _command(argv: Sequence[str]) -> str:
    """The command in use."""
    return argv[0] if argv and argv[0] in COMMANDS else "eval"


def _bad_value(error: Any, option: str) -> str:
    """What is wrong with the value of an option."""
    parameter = getattr(error, "param", None)
    name = parameter.opts[0] if parameter is not None else option
    message = str(error.message).rstrip(".").removeprefix("Value error, ")  # so it begins from Typer 0.29 on
    if "requires an argument" in message:
        return say("{option} needs a value", option=name)
    if "does not take a value" in message:
        return say("{option} takes no value", option=name)
    chosen, sign, choices = message.partition(" is not one of ")
    if sign:
        return say("{option}: {value} is not one of {choices}", option=name, value=chosen, choices=choices)
    return say("{option}: {problem}", option=name, problem=message)
