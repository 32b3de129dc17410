"""autodiff diff: derivatives as formulas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff_cli import console, formats, values
from autodiff_cli.commands import choice, option
from autodiff_cli.evaluate import Digits, File, Json, Values, Variables, Watch, Words, formula_text
from autodiff_cli.formats import lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.study.differentiation import Differentiation

EXAMPLE = 'autodiff diff "x^2*sin(x)" --wrt x'
HIGHEST = 20


def _table(found: Differentiation, digits: int) -> Iterable[str]:
    from autodiff.render import diff

    return diff.table(found, digits, console.width())


def _plain(found: Differentiation, digits: int) -> Iterable[str]:
    from autodiff.render import diff

    return diff.plain(found, digits)


def _json(found: Differentiation, _: int) -> Iterable[str]:
    from autodiff.render import diff

    return diff.json(found)


def _markdown(found: Differentiation, digits: int) -> Iterable[str]:
    from autodiff.render import diff

    return diff.in_markdown(found, digits)


def _latex(found: Differentiation, digits: int) -> Iterable[str]:
    from autodiff.render import diff

    return diff.in_latex(found, digits)


def _solution(found: Differentiation, digits: int) -> Iterable[str]:
    from autodiff.render import solution

    return solution.differentiation(found, digits)


def _tsv(found: Differentiation, _: int) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.derivatives(found)


FORMATS = {
    "table": lines(_table), "plain": lines(_plain), "tsv": terminal(_tsv), "json": strict_json(_json), "markdown": lines(_markdown),
    "latex": lines(_latex),
}  # fmt: skip
MODES = {"": FORMATS, "--steps": {name: FORMATS[name] for name in ("table", "json", "markdown")} | {"latex": lines(_solution)}}
"""From the option that asks for it."""

# fmt: off
Format  = Annotated[str | None,    choice("--format", "How to write the result; plain is a program, table if left out.",
                                                  *MODES.values())]
Order   = Annotated[str,           option("--order", "The derivative of order N (1 to 20); one variable.", "N")]
Hessian = Annotated[bool,          option("--hessian", "Add all second derivatives.")]
Steps   = Annotated[bool,          option("--steps", "Show the rules in the order in which they are applied.")]
# fmt: on


def diff(
    words: Words = None, file: File = None, watch: Watch = None, values_file: Values = None, wrt: Variables = None,
    order: Order = "1", hessian: Hessian = False, steps: Steps = False, as_json: Json = False, format: Format = None,
    digits: Digits = "6",
) -> None:  # fmt: skip
    """Differentiate a formula, and write the derivative as a formula.

    For example: autodiff diff "x^2*sin(x)" --wrt x
    """
    from autodiff.study import differentiation

    text, rest = formula_text(list(words or []), file, EXAMPLE)
    asked = differentiation.Asked(values.whole("--order", order, HIGHEST), hessian, steps)
    size, mode = values.whole("--digits", digits, 17), "--steps" if steps else ""
    _check(asked.order, hessian, steps)
    write = MODES[mode][formats.chosen(MODES[mode], as_json, format, mode)]
    given, stored = values.assignments(rest), values.from_json(values_file) if values_file else {}
    formula = parse(text)
    formula.notes += values.looks(rest)
    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys())
    names = None if wrt is None else values.names("--wrt", wrt)
    found = differentiation.differentiate(formula, names, asked, {**from_file, **given}, from_file.keys())
    write(found, size)


def _check(order: int, hessian: bool, steps: bool) -> None:
    """Refuse what would be ignored in silence."""
    if order > 1 and hessian:
        message = say("--order is for one variable, --hessian for all second derivatives")
        raise AutodiffError("E042", message, say("leave one of the two out"))
    if steps and order > 1:
        message = say("--steps shows the way to a first derivative")
        raise AutodiffError("E042", message, say("leave --steps out, or differentiate once"))
