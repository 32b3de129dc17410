"""An option that a command does not have, with who has it or what was probably meant; and one that is given twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from shlex import quote
from typing import TYPE_CHECKING

from autodiff.errors import AutodiffError, FormulaError, either, enumerated, suggestion
from autodiff.messages import say
from autodiff.primitives import CONSTANTS

if TYPE_CHECKING:
    from autodiff.tape import Tape

CLOSE = 0.7  # how much of a name must be right, so that another one is offered

Options = Mapping[str, Iterable[str]]
"""The options of every command by its name; those of the program itself by the empty name."""


def unknown(argv: Sequence[str], options: Options) -> AutodiffError | None:
    """The error for the first word that was meant as an option and is none; a name that has a value is no option."""
    command = argv[0] if argv and argv[0] in options else ""
    words = argv[1:] if command else argv
    for word in words[: words.index("--")] if "--" in words else words:
        name = word.partition("=")[0]
        bare = name.lstrip("-")
        if name in options[command] or not re.fullmatch(r"-+[A-Za-z][A-Za-z-]+", name):
            continue
        if any(other.startswith(f"{bare}=") for other in words):
            continue
        near = _near(f"--{bare}", options[command])
        if near or name.startswith("--"):
            who = command or "autodiff"
            listed = say("{command} --help lists its options", command=f"autodiff {command}".strip())
            owner = "" if f"--{bare}" in options[command] else _owner(f"--{bare}", options)
            hint = owner or (say("did you mean '{near}'?", near=near) if near else listed)
            return AutodiffError("E040", say("{command} has no option '{option}'", command=who, option=name), hint)
    return None


MEANT = {
    **dict.fromkeys(["derivative", "derive", "deriv", "differentiate", "gradient", "grad", "partial", "jacobian"], "diff"),
    **dict.fromkeys(["evaluate", "calculate", "calc", "compute", "run", "value", "explain", "backprop", "forward"], "eval"),
    **dict.fromkeys(["plot", "draw", "picture", "svg", "png", "dot", "tree"], "graph"),
    **dict.fromkeys(["verify", "test", "mark", "grade", "prove"], "check"),
    **dict.fromkeys(["code", "generate", "codegen", "export", "sql", "python"], "compile"),
    **dict.fromkeys(["list", "ls", "function"], "functions"),
    **dict.fromkeys(["html", "web", "serve"], "page"),
}  # fmt: skip
"""What other programs call the commands."""


def unknown_command(argv: Sequence[str], commands: Sequence[str], takes_value: Mapping[str, bool]) -> AutodiffError:
    """The error for a word that is no command: another command, or a formula, if it is one with more than a name in it."""
    word, *others = _without_options(argv, takes_value) or [""]
    message = say("unknown command '{name}'", name=word)
    if word.casefold() == "version":
        return AutodiffError("E041", message, say("write {spelling}", spelling="autodiff --version"))
    near = MEANT.get(word.casefold()) or suggestion(word, commands)
    if near:
        return AutodiffError("E041", message, say("did you mean '{near}'?", near=near))
    if lines := _for_formula(word, others):
        return AutodiffError("E041", message, say("for a formula, write {spelling}", spelling=either(lines)))
    return AutodiffError("E041", message, say("autodiff --help lists the commands"))


def _for_formula(text: str, others: Sequence[str]) -> list[str]:
    """The commands for a formula without one, with the values that stand behind it; nothing for what is none, or a name alone."""
    try:
        tape = _read(text)
    except FormulaError:
        return []
    if len(tape.nodes) < 3:  # a name alone is copied
        return []
    names = [name for name in tape.variables() if name not in CONSTANTS]
    if others or not names:
        return [" ".join([f'autodiff eval "{text}"', *map(quote, others)])]
    values = " ".join(f"{name}={k}" for k, name in enumerate(names, 2))
    return [f'autodiff diff "{text}"', f'autodiff eval "{text}" {values}']


def _without_options(argv: Sequence[str], takes_value: Mapping[str, bool]) -> list[str]:
    """The words that are neither options nor their values."""
    found: list[str] = []
    is_value = False
    for word in argv:
        is_option = word.startswith("--")
        found += [] if is_option or is_value else [word]
        is_value = is_option and "=" not in word and takes_value.get(word, False)
    return found


def _read(text: str) -> Tape:
    from autodiff.reading.parser import read

    return read(text)[0]


LONGER = {"-q": "--quiet", "-v": "--verbose"}  # letters that are options elsewhere, and formulas here


def nameless(argv: Sequence[str], takes_value: Mapping[str, bool], error: AutodiffError) -> AutodiffError:
    """The error for what is no name=value behind a formula: an option of other programs; or numbers, each of which may be the value
    of a variable that has none yet, in their order.
    """
    text, *words = _without_options(argv, takes_value)[1:] or [""]
    if meant := next((LONGER[word.strip()] for word in words if word.strip() in LONGER), ""):
        return AutodiffError("E032", error.message, say("did you mean '{near}'?", near=meant))
    given = [word.partition("=")[0] for word in words if "=" in word]
    bare = [word for word in words if re.fullmatch(r"[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?", word.strip())]
    if not bare or len(given) + len(bare) < len(words):
        return error
    try:
        names = [name for name in _read(text).variables() if name not in {*CONSTANTS, *given}]
    except FormulaError:
        return error
    if len(names) < len(bare):
        return error
    named = " ".join(f"{name}={number.strip()}" for name, number in zip(names, bare))
    return AutodiffError("E032", error.message, say("write {spelling}", spelling=named))


def product(argv: Sequence[str], error: AutodiffError) -> AutodiffError:
    """The error for a function that is not known; where its name has a value, it is a factor before a bracket."""
    from autodiff.reading.recognise import arguments
    from autodiff.reading.source import Source, plain

    text = plain(error.text)
    found = re.compile(r"(\w+)\s*\(").match(text, error.span[0] if error.span else 0)
    if found is None or not any(plain(word).partition("=")[0].strip() == found[1] for word in argv):
        return error
    inside, end = arguments(text, found.end())
    if inside is None or len(inside) != 1:
        return error
    rewrite = f"{found[1]}*({inside[0]})"
    before = text[: found.start()].rstrip()[-1:]
    rewrites = (f"({rewrite})", rewrite) if before in ("/", "%") else (rewrite,)
    return Source(error.text).refuse("E014", say("'{name}' is not a function", name=found[1]), (found.start(), end), "", rewrites)


def refuse_foreign(words: Sequence[str], options: Options) -> None:
    """Raise an error for an option of another command that stands where a formula is read; a name with a value is none."""
    for word in words[1:]:
        name = word.strip().partition("=")[0]
        owned = name not in options[words[0]] and any(name in theirs for theirs in options.values())
        if owned and not any(other.startswith(f"{name.lstrip('-')}=") for other in words):
            error = unknown([words[0], name], options)
            if error is not None:
                raise error


def _owner(name: str, options: Options) -> str:
    """The commands that have the option, in a sentence; or nothing."""
    owners = [command for command, theirs in options.items() if command and name in theirs]
    if owners:
        return say("{option} belongs to {commands}", option=name, commands=enumerated(owners))
    return say("write {spelling}", spelling=f"autodiff {name}") if name in options[""] else ""


def _near(name: str, options: Iterable[str]) -> str:
    """The option that begins like this one, or whose name without the dashes is nearest, if it is near; or nothing."""
    from difflib import get_close_matches

    known = [other[2:] for other in options if other.startswith("--")]
    found = [other for other in known if other.startswith(name[2:])] or get_close_matches(name[2:].casefold(), known, 1, CLOSE)
    return f"--{found[0]}" if found else ""


def refuse_twice(words: Sequence[str], takes_value: Mapping[str, bool], repeated: Iterable[str]) -> None:
    """Raise an error for an option with a value that is given twice, unless it may be repeated."""
    seen: set[str] = set()
    is_value = False
    for word in words[: words.index("--")] if "--" in words else words:
        name, sign, _ = word.partition("=")
        if is_value or not takes_value.get(name):
            is_value = False
            continue
        if name in seen and name not in repeated:
            raise AutodiffError("E042", say("{option} is given twice", option=name), say("keep one of them"))
        seen.add(name)
        is_value = not sign


def data(argv: Sequence[str], takes_value: Mapping[str, bool], error: AutodiffError) -> AutodiffError:
    """The error for a file of data behind a formula, where a command wants values."""
    from autodiff.data.formats import known

    text, *words = _without_options(argv, takes_value)[1:] or [""]
    table = next((word.strip() for word in words if known(word.strip()) and f"'{word.strip()}'" in error.message), "")
    if not table:
        return error
    mapped = " ".join([f'autodiff map "{text}"', quote(table), *(quote(word) for word in words if "=" in word)])
    spelling = f"--data {quote(table)}" if "--data" in takes_value else mapped
    return AutodiffError("E032", error.message, say("write {spelling}", spelling=spelling))
