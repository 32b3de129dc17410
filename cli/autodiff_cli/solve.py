"""autodiff solve: where equations hold, by Newton's method with the exact derivative."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff_cli import formats, progress, starts, values
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.evaluate import Digits, File, Json, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.solving.tries import Root

EXAMPLE = 'autodiff solve "x^2 = 2" x=1'


def _plain(found: Root, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import root

    return root.plain(found, digits)


def _json(found: Root, text: str, _: int) -> Iterable[str]:
    from autodiff.render import root

    return root.json(found, text)


def _markdown(found: Root, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import root

    return root.in_markdown(found, digits)


def _latex(found: Root, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import root

    return root.in_latex(found, digits)


def _tsv(found: Root, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.root(found)


FORMATS = {
    "plain": lines(_plain), "tsv": terminal(_tsv), "json": strict_json(_json), "markdown": lines(_markdown),
    "latex": lines(_latex),
}  # fmt: skip

# fmt: off
Words   = Annotated[list[str] | None, argument("EQUATION[; EQUATION]... [name=start]... [name:=value]...",
                    "The equations in quotes, or - for standard input; a start for every unknown; a:=100 keeps a where it is.")]
Stored  = Annotated[str | None, option("--values", "Read starts from a JSON object; name=start wins.", "FILE")]
Format  = Annotated[str | None, choice("--format", "How to write the result; plain if left out.", FORMATS)]
# fmt: on


def solve(
    words: Words = None, file: File = None, values_file: Stored = None, as_json: Json = False, format: Format = None,
    digits: Digits = "6",
) -> None:  # fmt: skip
    """Find a root of one equation, or of several in as many unknowns.

    For example: autodiff solve "x^2 = 2" x=1

    Several equations: autodiff solve "x^2 + y^2 = 25; x = 2*y" x=4 y=2
    """
    from autodiff.solving.equations import System
    from autodiff.solving.newton import solve as search

    text, rest = formula_text(list(words or []), file, EXAMPLE)
    size, write = values.whole("--digits", digits, 17), FORMATS[formats.chosen(FORMATS, as_json, format)]
    start, fixed, _ = starts.of(rest, values_file, starts.names(text))
    if not start:
        raise AutodiffError("E030", say("no unknown has a start"), say("write {spelling}", spelling=EXAMPLE))
    system = System(text, start, fixed)
    with progress.bar(False, progress.STEPS) as told:
        found = search(system, [start[name] for name in system.names], told)
    write(found, text, size)
    if not found.success:
        raise Stop(ExitCode.NO)
