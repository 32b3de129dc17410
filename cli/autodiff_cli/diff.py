"""autodiff diff: derivatives as formulas."""

from __future__ import annotations

from typing import Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff_cli import console, values
from autodiff_cli.evaluate import Digits, File, Format, Json, Values, Words, Wrt, form, formula_text, option

EXAMPLE = 'autodiff diff "x^2*sin(x)" --wrt x'
HIGHEST = 20


# fmt: off
Formats = Annotated[Format | None, option("--format", "How to write the result; plain is a program, table if left out.")]
Order   = Annotated[str,           option("--order", "The derivative of order N (1 to 20); one variable.", "N")]
Hessian = Annotated[bool,          option("--hessian", "Add all second derivatives.")]
Steps   = Annotated[bool,          option("--steps", "Show the rules in the order in which they are applied.")]
# fmt: on


def diff(
    words: Words = None, file: File = None, values_file: Values = None, wrt: Wrt = None, order: Order = "1",
    hessian: Hessian = False, steps: Steps = False, as_json: Json = False, format: Formats = None, digits: Digits = "6",
) -> None:  # fmt: skip
    """Differentiate a formula, and write the derivative as a formula.

    For example: autodiff diff "x^2*sin(x)" --wrt x
    """
    from autodiff.render import diff as render
    from autodiff.study import solution

    text, rest = formula_text(list(words or []), file, EXAMPLE)
    asked = solution.Asked(values.whole("--order", order, HIGHEST), hessian, steps)
    size, chosen = values.whole("--digits", digits, 17), form(as_json, format)
    _check(asked.order, hessian, steps, chosen)
    given, stored = values.assignments(rest), values.from_json(values_file) if values_file else {}
    formula = parse(text)
    from_file = values.chosen(f"'{values_file}'", stored, formula.names - given.keys())
    names = None if wrt is None else values.names("--wrt", wrt)
    found = solution.solve(formula, names, asked, {**from_file, **given}, from_file.keys())
    if chosen is Format.json:
        console.write_json(render.json(found))
        return
    documents = {
        Format.table: render.document, Format.plain: render.program, Format.markdown: render.tables, Format.latex: render.equations,
    }  # fmt: skip
    console.lines(documents[chosen](found, size))
    console.notes(found.notes)


def _check(order: int, hessian: bool, steps: bool, chosen: Format) -> None:
    """Refuse what would be ignored in silence."""
    if order > 1 and hessian:
        message = say("--order is for one variable, --hessian for all second derivatives")
        raise AutodiffError("E042", message, say("leave one of the two out"))
    if steps and order > 1:
        message = say("--steps shows the way to a first derivative")
        raise AutodiffError("E042", message, say("leave --steps out, or differentiate once"))
    if steps and chosen in (Format.plain, Format.latex):
        message = say("--steps is not shown with --format {format}", format=chosen)
        raise AutodiffError("E042", message, say("leave one of the two out"))
