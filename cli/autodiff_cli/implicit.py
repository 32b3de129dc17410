"""autodiff implicit: the slope of a curve that an equation describes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff_cli import console, formats, values
from autodiff_cli.commands import argument, option
from autodiff_cli.evaluate import Digits, File, Json, Strict, Values, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import lines, strict_json

if TYPE_CHECKING:
    from autodiff.formula import Formula
    from autodiff.study.implicit import Implicit

EXAMPLE = 'autodiff implicit "x^2 + y^2 = 25" --of y --wrt x x=3 y=4'
Equation = Annotated[
    list[str] | None,
    argument(
        "EQUATION [name=value]...", "left = right in quotes, or - for standard input; without values, dy/dx is a formula alone."
    ),
]
Of = Annotated[str | None, option("--of", "The dependent variable: the y of dy/dx.", "y")]
Wrt = Annotated[str | None, option("--wrt", "The independent variable: the x of dy/dx; needed where there are several.", "x")]


def _plain(found: Implicit, _: str, digits: int) -> Iterable[str]:
    from autodiff.render import implicit

    columns = console.width()
    for line in implicit.plain(found, digits):
        yield from console.folded(line, columns)


def _json(found: Implicit, text: str, _: int) -> Iterable[str]:
    from autodiff.render import implicit

    return implicit.json(text, found)


FORMATS = {"plain": lines(_plain), "json": strict_json(_json)}


def implicit(
    words: Equation = None, of: Of = None, wrt: Wrt = None, file: File = None, values_file: Values = None, as_json: Json = False,
    digits: Digits = "6", strict: Strict = False,
) -> None:  # fmt: skip
    """Differentiate implicitly: dy/dx on the curve of an equation.

    For example: autodiff implicit "x^2 + y^2 = 25" --of y --wrt x x=3 y=4
    """
    from autodiff.study import implicit as library

    text, rest = formula_text(list(words or []), file, EXAMPLE)
    size, given = values.whole("--digits", digits, 17), values.assignments(rest)
    formula = library.equation(text).formula
    stored = values.from_json(values_file) if values_file else {}
    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys())
    here = {**from_file, **given} if given or values_file else None
    if strict and here is None:
        raise AutodiffError("E042", say("--strict is about a point, and there are no values"), say("leave --strict out"))
    found = library.implicit(text, *_pair(of, wrt, formula, here is not None), here, from_file.keys())
    FORMATS[formats.chosen(FORMATS, as_json)](found, text, size)
    if strict and found.status != "ok":
        raise Stop(ExitCode.NOT_OK)


def _pair(of: str | None, wrt: str | None, formula: Formula, is_valued: bool) -> tuple[str, str]:
    """The two variables: the second may be left out where only one other is left."""
    if of is None:
        raise AutodiffError("E043", say("which variable follows the other?"), say("write --of y --wrt x"))
    names = formula.variables
    if of not in names and not is_valued and any(of in name for name in names):
        formula.unvalued([of])  # which says that y stands in xy
    if of not in names and wrt is None:
        wrt = names[0] if names else "x"  # the first of what is wrong is told
    rest = [name for name in names if name != of and not (len(name) > 1 and {of, *names}.issuperset(name))]
    if wrt is None and len(rest) != 1:
        raise AutodiffError(
            "E043",
            say("which variable does '{name}' follow?", name=of),
            say("write {spelling}", spelling=f"--wrt {rest[0] if rest else 'x'}"),
        )
    return values.variable(of), values.variable(wrt or rest[0])
