"""LaTeX: the formula and its derivatives as equations, in a document of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement

from autodiff.point.evaluation import Evaluation
from autodiff.symbolic.derivatives import Derivatives, MultiIndex, derivatives
from autodiff.tape import Tape
from autodiff.writing import latex
from autodiff.writing.names import output_name, owned_names
from autodiff.writing.numbers import human
from autodiff.writing.preamble import packages

DIGITS = 17


def source(tape: Tape, wrt: Sequence[str], order: int, here: Evaluation | None) -> str:
    """The equations alone, or with the numbers at a point the document around them, which tells them in comments."""
    indices = [index for length in range(1, order + 1) for index in combinations_with_replacement(wrt, length)]
    lines = list(equations(tape, derivatives(tape, indices) if indices else None))
    if here is not None:
        loaded = packages(owned_names(tape))
        head = [r"\documentclass[11pt,a4paper]{article}", *loaded, r"\allowdisplaybreaks", r"\begin{document}"]
        lines = [*_numbers(here, "xelatex" if len(loaded) > 1 else "pdflatex"), *head, *lines, r"\end{document}"]
    return "\n".join([*lines, ""])


def equations(tape: Tape, found: Derivatives | None, values: Mapping[MultiIndex, str] = {}) -> Iterator[str]:
    """The formula, the shared steps and the derivatives, for amsmath; `values` are numbers in LaTeX."""
    output, partial = output_name(tape), len(tape.variables()) > 1
    lines = [text.replace(" = ", " &= ", 1) for text in latex.reading(tape, output)]
    if found is not None:
        names, whole = found.names, Tape(found.nodes, 0)
        lines += [f"{latex.name(names[place])} &= {latex.expression(whole, place, names.get)}" for place in sorted(names)]
        for index, place in found.places.items():
            value = f" = {values[index]}" if index in values else ""
            left = quotient(latex.name(output), index, partial)
            lines.append(f"{left} &= {latex.expression(whole, place, names.get)}{value}")
    yield from (r"\begin{align*}", *(rf"  {line} \\" for line in lines[:-1]), f"  {lines[-1]}", r"\end{align*}")


def quotient(output: str, index: MultiIndex, partial: bool) -> str:
    """The derivative as Leibniz wrote it."""
    d = r"\partial" if partial else r"\mathrm{d}"
    power = f"^{{{len(index)}}}" if len(index) > 1 else ""
    groups = [(name, index.count(name)) for name in dict.fromkeys(index)]
    below = r" \, ".join(f"{d} {latex.name(name)}" + (f"^{{{n}}}" if n > 1 else "") for name, n in groups)
    return rf"\frac{{{d}{power} {output}}}{{{below}}}"


def _numbers(here: Evaluation, program: str) -> Iterator[str]:
    """Comments: what compiles it, and the value and the derivatives at the point."""
    yield f"% Written by autodiff; compile with {program}."
    output = output_name(here.tape)
    if here.point:
        yield f"% At {', '.join(f'{name} = {human(x, DIGITS)}' for name, x in here.point.items())}:"
    yield f"%   {output} = {human(here.value, DIGITS)}"
    yield from (f"%   d{output}/d{name} = {human(x, DIGITS)}" for name, x in here.gradient.items())
