"""LaTeX: the formula and its derivatives as equations, in a document of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement

from autodiff.point.worksheet import Worksheet
from autodiff.render import diff
from autodiff.render.mathematics import packages
from autodiff.study.solution import Solution
from autodiff.symbolic.derivatives import derivatives
from autodiff.tape import Tape
from autodiff.writing import latex
from autodiff.writing.names import output_name
from autodiff.writing.numbers import human

DIGITS = 17


def document(tape: Tape, wrt: Sequence[str], hessian: bool, sheet: Worksheet | None) -> str:
    """The equations alone, or with a sheet the document around them, which tells the numbers of that point in comments."""
    lines = list(_equations(tape, tuple(wrt), hessian))
    if sheet is not None:
        loaded = packages(sheet)
        head = [r"\documentclass[11pt,a4paper]{article}", *loaded, r"\allowdisplaybreaks", r"\begin{document}"]
        lines = [*_numbers(sheet, "xelatex" if len(loaded) > 1 else "pdflatex"), *head, *lines, r"\end{document}"]
    return "\n".join([*lines, ""])


def _equations(tape: Tape, wrt: tuple[str, ...], hessian: bool) -> Iterator[str]:
    paths = [(name,) for name in wrt] + (list(combinations_with_replacement(wrt, 2)) if hessian else [])
    if paths:
        yield from diff.equations(Solution("", tape, wrt, tuple(paths), derivatives(tape, paths), {}, None, []), DIGITS)
        return
    lines = [text.replace(" = ", " &= ", 1) for text in latex.reading(tape, output_name(tape))]
    yield from (r"\begin{align*}", *(rf"  {line} \\" for line in lines[:-1]), f"  {lines[-1]}", r"\end{align*}")


def _numbers(sheet: Worksheet, program: str) -> Iterator[str]:
    """Comments: what compiles it, and the value and the derivatives at the point."""
    yield f"% Written by autodiff; compile with {program}."
    if sheet.point:
        yield f"% At {', '.join(f'{name} = {human(x, DIGITS)}' for name, x in sheet.point.items())}:"
    yield f"%   {sheet.output} = {human(sheet.value, DIGITS)}"
    yield from (f"%   d{sheet.output}/d{name} = {human(x, DIGITS)}" for name, x in sheet.gradient.items())
