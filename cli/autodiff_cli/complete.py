"""What may follow on a command line that is not finished: asked for by the shells at every TAB, and so made of little."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autodiff.messages import say
from autodiff_cli.commands import COMMANDS, COMMON, Declared, command, declared
from autodiff_cli.complete_names import FUNCTIONS, READ, Line, in_formula, listed, names, variables

FILES = ":files"  # stands for the names of files, which a shell knows best
METAVARS = {
    **dict.fromkeys(["PATH", "FILE", "FILE.svg"], "files"),
    **dict.fromkeys(["a,b", "p,q"], "list"),
    **dict.fromkeys(["x", "y"], "name"),
    **dict.fromkeys(["x=2*x", "x=COLUMN"], "assigned"),
    **dict.fromkeys(["a=1,b=0.5"], "assigned list"),
}
"""What the value of an option is, by the word that the help has for it."""
TABLES = {
    ("compile", "--to"): "autodiff.code.targets:TARGETS",
    ("compile", "--dialect"): "autodiff.code.targets:QUERIES",
    ("functions", ""): FUNCTIONS,
    ("schema", ""): "autodiff.render.schema:names",
    ("completion", ""): "autodiff_cli.completion:SHELLS",
}
"""Where the names are that an option takes, or what stands by itself."""

Offer = tuple[str, str]
"""A word that may stand where one is being typed, and what it is. One that ends in `=`, `(` or `,` goes on."""


def offers(words: Sequence[str], current: str, told: bool = True) -> Iterator[Offer]:
    """What may stand in place of the word that is being typed, after those before it, without the program's own name.

    Unless it shall be told what each is, commands are not loaded for it.
    """
    flags = {about.option: kind is bool for kind, about in COMMON.values()}
    taken = 0
    while taken < len(words) and words[taken].startswith("-"):
        taken += 1 if flags.get(words[taken].partition("=")[0], True) or "=" in words[taken] else 2
    if taken > len(words):
        yield from _choices({about.option: about for _, about in COMMON.values()}[words[-1]])
    elif taken < len(words) and words[taken] == "help":
        yield from _commands(told) if taken + 1 == len(words) else ()
    elif taken < len(words):
        yield from _of_command(words[taken], words[taken + 1 :], current) if words[taken] in COMMANDS else ()
    elif current.startswith("-"):
        yield from [("--version", say("Show the version, and the packages that are found, and exit.")), *_options(COMMON.values())]
    else:
        yield from [*_commands(told), ("help", say("Tell all of a command."))]


def _commands(told: bool) -> Iterator[Offer]:
    if not told:
        yield from _untold(COMMANDS)
        return
    from inspect import cleandoc

    for name in COMMANDS:
        yield name, say(cleandoc(command(name).__doc__ or "")).partition("\n")[0]


def _of_command(name: str, words: Sequence[str], current: str) -> Iterator[Offer]:
    """What may follow a command and the words behind it."""
    parameters = [(kind, about) for _, kind, about in declared(command(name))]
    known = {about.option: (kind, about) for kind, about in parameters if about.option}
    line = _read(words, {option: kind is bool for option, (kind, _) in known.items()})
    option, sign, begun = current.partition("=")
    if line.waiting:
        yield from _values(name, known[line.waiting][1], line, current)
    elif sign and option in known and not line.ended:
        for text, about in _values(name, known[option][1], line, begun):
            yield text if text == FILES else f"{option}={text}", about
    elif current.startswith("-") and not line.ended:
        free = [(kind, about) for kind, about in parameters if about.option not in line.options or kind == list[str] | None]
        yield from _options(free)
    else:
        argument = next((about for _, about in parameters if not about.option), None)
        if argument:
            yield from _free(name, argument, line, current)


def _read(words: Sequence[str], flags: dict[str, bool]) -> Line:
    """The words behind a command, told apart."""
    line, waiting = Line([], {}, "", False), ""
    for k, word in enumerate(words):
        option, sign, value = word.partition("=")
        if waiting:
            line.options[waiting], waiting = word, ""
        elif word == "--":
            return Line([*line.free, *words[k + 1 :]], line.options, "", True)
        elif option in flags:
            line.options[option] = value
            waiting = "" if flags[option] or sign else option
        else:
            line.free.append(word)
    return line._replace(waiting=waiting)


def _options(parameters: Iterable[tuple[Any, Declared]]) -> Iterator[Offer]:
    """Options by name; one that takes a value stands before it."""
    for _, about in parameters:
        if about.option:
            yield about.option, say(about.help)
    yield "--help", say("Show this message and exit.")


def _choices(about: Declared) -> Iterator[Offer]:
    """The names of which an option takes one."""
    metavar = about.metavar or ""
    yield from _untold(about.choices or (metavar.strip("[]").split("|") if metavar.startswith("[") else ()))


def _values(name: str, about: Declared, line: Line, current: str) -> Iterator[Offer]:
    """What the value of an option may be."""
    kind = METAVARS.get(about.metavar or "", "")
    if (name, about.option) in TABLES:
        yield from _untold(listed(TABLES[name, about.option]))
    elif kind == "files":
        yield FILES, ""
    elif kind:
        before, comma, _ = current.rpartition(",") if "list" in kind else ("", "", "")
        taken = {part.partition("=")[0].strip() for part in before.split(",")}
        for variable in names(line, steps=True):
            if variable not in taken:
                yield f"{before}{comma}{variable}{'=' * ('assigned' in kind)}", ""
    else:
        yield from _choices(about)


def _untold(words: Iterable[str]) -> Iterator[Offer]:
    """Words that say themselves what they are."""
    return ((word, "") for word in words)


def _free(name: str, argument: Declared, line: Line, current: str) -> Iterator[Offer]:
    """What may stand by itself: a name of a table, a file, a formula, the variables of a formula."""
    metavar = argument.metavar or ""
    if (name, "") in TABLES:
        yield from _untold(listed(TABLES[name, ""])) if not line.free else ()
    elif not metavar.startswith(("EXPR", "EQUATION")):
        if "FILE" in metavar and not line.free:
            yield FILES, ""
    elif not line.free and line.options.keys().isdisjoint(READ):
        yield from _untold(in_formula(current))
    elif "=" not in current:
        yield from _untold(variables(line, "claim" in metavar))
        if "DATA" in metavar:
            yield FILES, ""
