"""The program as Typer sees it: made of what the commands declare, it reads whatever is not plain, describes and refuses."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any

import typer

from autodiff.errors import AutodiffError
from autodiff.messages import N_
from autodiff_cli import console, manner
from autodiff_cli.commands import COMMON, Command, Declared, command, declared, option
from autodiff_cli.exits import ExitCode

EXITS = N_("Exit codes: 0 fine, 1 the answer is no, 2 usage, 3 a status that is not ok (--strict), 4 a file or package is missing.")
VERSION = option("-V, --version", "Show the version, and the packages that are found, and exit.")


class Context(typer.Context):
    """A context whose help is written by us."""

    def get_help(self) -> str:
        from autodiff_cli.help import page

        return page(self.command, self.command_path)


def front(context: typer.Context, version: bool = False) -> None:
    """Evaluate a formula forward and backward over its computation graph, and show every number on the way."""
    if version:
        from autodiff_cli import versions

        console.lines(versions.lines())
        raise typer.Exit
    if context.invoked_subcommand is None:
        console.write([context.get_help(), "\n"])


def built(wanted: Sequence[str]) -> Any:
    """The program with these commands."""
    app = typer.Typer(
        name="autodiff", add_completion=False, rich_markup_mode=None, no_args_is_help=False, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    opening = {"context": typer.Context, "version": _typed(bool, VERSION)}
    opening |= {parameter: _typed(kind, about) for parameter, (kind, about) in COMMON.items()}
    app.callback(invoke_without_command=True, epilog=EXITS)(_mannered(front, opening))
    for name in wanted:
        function = command(name)
        types = {parameter: _typed(kind, about) for parameter, kind, about in declared(function)}
        app.command(name)(_mannered(function, types))
    program: Any = typer.main.get_command(app)
    for one in (program, *program.commands.values()):
        one.context_class = Context
    return program


def _typed(kind: Any, about: Declared) -> Any:
    """The type of a parameter with what Typer has to know of it."""
    if not about.option:
        return Annotated[kind, typer.Argument(metavar=about.metavar, show_default=False, help=about.help)]

    def known(name: str) -> str:
        if name not in about.choices:
            raise typer.BadParameter(f"'{name}' is not one of {', '.join(map(repr, about.choices))}")
        return name

    parser = known if about.choices else None
    return Annotated[kind, typer.Option(*about.option.split(", "), help=about.help, metavar=about.metavar, parser=parser)]


def _mannered(function: Command, types: dict[str, Any]) -> Command:
    """The command with the options that every command takes."""

    @wraps(function)
    def called(**given: Any) -> None:
        manner.call(function, given)

    own = [one.replace(annotation=types[one.name]) for one in inspect.signature(function).parameters.values()]
    for parameter, (kind, _) in COMMON.items():
        usual, annotation = False if kind is bool else None, types[parameter]
        own.append(inspect.Parameter(parameter, inspect.Parameter.KEYWORD_ONLY, default=usual, annotation=annotation))
    called.__annotations__ = types
    called.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]
    return called


def run(program: Any, words: Sequence[str], refused: Callable[[Any], AutodiffError]) -> int:
    """Let Typer read the words, and return the exit code; `refused` says in our form what it complains of."""
    try:
        return int(program.main(words, prog_name="autodiff", standalone_mode=False) or ExitCode.FINE)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    except typer.TyperException as error:
        raise refused(error) from None
