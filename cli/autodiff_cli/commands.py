"""The commands, how they declare their options, and the short way to a command whose words are plain: without Typer, which takes
three times as long to load as a formula takes from text to gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from autodiff.messages import LANGUAGES

COMMANDS = {
    "eval": "autodiff_cli.evaluate:evaluate",
    "diff": "autodiff_cli.diff:diff",
    "check": "autodiff_cli.check:check",
    "implicit": "autodiff_cli.implicit:implicit",
    "graph": "autodiff_cli.graph:graph",
    "page": "autodiff_cli.page:page",
    "compile": "autodiff_cli.compile:compile",
    "map": "autodiff_cli.map:map",
    "uncertainty": "autodiff_cli.uncertainty:uncertainty",
    "minimize": "autodiff_cli.minimize:minimize",
    "fit": "autodiff_cli.fit:fit",
    "solve": "autodiff_cli.solve:solve",
    "batch": "autodiff_cli.batch:batch",
    "mcp": "autodiff_cli.mcp:mcp",
    "functions": "autodiff_cli.functions:functions",
    "repl": "autodiff_cli.repl.command:repl",
    "schema": "autodiff_cli.schema:schema",
    "completion": "autodiff_cli.completion:completion",
    "man": "autodiff_cli.man:man",
}
"""Where each command is: only the one that is called is loaded."""

MANY = 8  # names that the help of an option lists beside it

Command = Callable[..., None]


class Declared(NamedTuple):
    """What a parameter of a command is on the command line: an option by its name, or what stands there without one."""

    option: str
    help: str
    metavar: str | None
    choices: tuple[str, ...] = ()


def option(name: str, help: str, metavar: str | None = None) -> Declared:
    """An option of the command line."""
    return Declared(name, help, metavar)


def choice(name: str, help: str, *tables: Iterable[str]) -> Declared:
    """An option that chooses a name, of those that stand in any of the tables; of many, the help names them."""
    names = tuple(dict.fromkeys(one for table in tables for one in table))
    return Declared(name, help, f"<{'|'.join(names)}>" if len(names) <= MANY else "NAME", names)


def argument(metavar: str, help: str) -> Declared:
    """What stands on the command line by itself."""
    return Declared("", help, metavar)


COMMON: dict[str, tuple[Any, Declared]] = {
    "lang": (str | None, option("--lang", "The language of messages.", f"[{'|'.join(LANGUAGES)}]")),
    "quiet": (bool, option("--quiet", "Write the result and errors alone: no notes, no progress.")),
    "verbose": (bool, option("--verbose", "Say on standard error what ran, and what it took.")),
    "no_color": (bool, option("--no-color", "The same as --color never.")),
    "pager": (bool, option("--pager", "Show the output page by page, if it goes to a terminal.")),
}
"""What every command takes, by parameter."""


def command(name: str) -> Command:
    """The function of a command."""
    module, _, function = COMMANDS[name].partition(":")
    found: Command = getattr(import_module(module), function)
    return found


def declared(function: Command) -> Iterator[tuple[str, Any, Declared]]:
    """The parameters of a command, with the type of each and what it is on the command line."""
    for parameter, name in function.__annotations__.items():
        if parameter != "return":
            annotation = function.__globals__[name]
            yield parameter, annotation.__origin__, annotation.__metadata__[0]
    yield from ((parameter, kind, about) for parameter, (kind, about) in COMMON.items())


def plainly(function: Command, words: Sequence[str]) -> dict[str, Any] | None:
    """What the words give a command, where they are plain: options that it has, each once and whole, and what needs none.

    None where anything is unusual: then Typer reads them, and says what is wrong.
    """
    options, free = {}, ("", None)
    for parameter, kind, about in declared(function):
        if about.option:
            options[about.option] = parameter, kind, about.choices
        else:
            free = parameter, kind
    given: dict[str, Any] = {}
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        name, sign, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            rest.append(word)
        elif name in options:
            parameter, kind, choices = options[name]
            if kind is not bool and not sign:
                value = next(waiting, "--")
            odd = bool(sign) if kind is bool else kind not in (str, str | None) or (value.startswith("-") and value != "-")
            if odd or parameter in given or (choices and value not in choices):
                return None
            given[parameter] = True if kind is bool else value
        elif word.startswith("--") or word in ("-h", "-o"):
            return None
        else:
            rest.append(" " + word)  # a formula that begins with a minus, marked as one as for Typer
    if rest:
        parameter, kind = free
        if kind is str and len(rest) == 1:
            given[parameter] = rest[0]
        elif kind == list[str] | None:
            given[parameter] = rest
        else:
            return None
    return given


def perform(function: Command, given: dict[str, Any]) -> None:
    """Call a command; with --watch again and again, each time for the file as it is then."""
    path = given.pop("watch", None)
    if path is None:
        function(**given)
        return
    from autodiff_cli.watch import refuse_both, repeat

    refuse_both(path, given.get("file"))
    as_json = given.get("as_json", False) or given.get("format") == "json"
    paths = [path, *filter(None, [given.get("values_file")])]
    repeat(lambda: function(**{**given, "file": path}), paths, as_json, given.get("color", "auto"))
