"""The program as Typer sees it: made of what the commands declare, it reads whatever is not plain, describes and refuses."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any

import typer

from autodiff.errors import AutodiffError
from autodiff.messages import N_
from autodiff_cli import console
from autodiff_cli.commands import LANG, Command, Declared, command, declared, option, perform
from autodiff_cli.exits import ExitCode

EXITS = N_("Exit codes: 0 fine, 1 the answer is no, 2 usage, 3 a status that is not ok (--strict), 4 a file or package is missing.")
VERSION = option("--version", "Show the version and exit.")


class Context(typer.Context):
    """A context whose help is written by us."""

    def get_help(self) -> str:
        from autodiff_cli.help import page

        return page(self.command, self.command_path)


def front(context: typer.Context, version: bool = False) -> None:
    """Evaluate a formula forward and backward over its computation graph, and show every number on the way."""
    if version:
        from autodiff import __version__

        console.lines([f"autodiff {__version__}"])
        raise typer.Exit
    if context.invoked_subcommand is None:
        console.write([context.get_help(), "\n"])


def built(wanted: Sequence[str], heed: Callable[[str | None], None]) -> Any:
    """The program with these commands; `heed` checks the language that is chosen."""
    app = typer.Typer(
        name="autodiff", add_completion=False, rich_markup_mode=None, no_args_is_help=False, pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    opening = {"context": typer.Context, "version": _typed(bool, VERSION), "lang": _typed(str | None, LANG)}
    app.callback(invoke_without_command=True, epilog=EXITS)(_speaking(front, opening, heed))
    for name in wanted:
        function = command(name)
        types = {parameter: _typed(kind, about) for parameter, kind, about in declared(function)}
        app.command(name)(_speaking(function, types, heed))
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
    return Annotated[kind, typer.Option(about.option, help=about.help, metavar=about.metavar, parser=parser)]


def _speaking(function: Command, types: dict[str, Any], heed: Callable[[str | None], None]) -> Command:
    """The command with --lang, which has been heeded before anything is loaded; here it is described and checked."""

    @wraps(function)
    def speaking(*args: Any, lang: str | None = None, **given: Any) -> None:
        heed(lang)
        if args:
            function(*args, **given)
        else:
            perform(function, given)

    own = [one.replace(annotation=types[one.name]) for one in inspect.signature(function).parameters.values()]
    lang = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=types["lang"])
    speaking.__annotations__ = types
    speaking.__signature__ = inspect.Signature([*own, lang])  # type: ignore[attr-defined]
    return speaking


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
