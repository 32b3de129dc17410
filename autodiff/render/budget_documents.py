"""Budgets of uncertainty as Markdown, and as LaTeX to be set into a document of the reader's own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from autodiff.messages import say, spoken
from autodiff.render import budget as told
from autodiff.render import markdown, mathematics, rows
from autodiff.render.aims import aim_heads, aims
from autodiff.uncertainty.budget import Report
from autodiff.writing import latex
from autodiff.writing.preamble import packages

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation


def in_markdown(report: Report, digits: int, explained: Explanation | None = None) -> Iterator[str]:
    """Lines of Markdown."""
    yield markdown.code(rows.title(report.sheet))
    if explained is not None:
        from autodiff.render import outline, propagation

        yield from outline.listed(propagation.blocks(explained, report, markdown.Code(report.sheet, digits)))
    for one in report.budgets:
        yield ""
        body = [(*row.cells, told.bar(row.share)) for row in told.table(one, digits)]
        yield from markdown.table((*told.heads(one), ""), body, 1)
        yield ""
        yield from markdown.table(*told.results(one, digits), labels=1)
        sentence, ways = aims(one)
        for text in (*told.sentences(one), *told.warnings(one, digits), *([sentence] if sentence else [])):
            yield from ("", markdown.escape(text))
        if ways:
            yield ""
            yield from markdown.table(aim_heads(), ways, 1)
    if len(report.budgets) > 1:
        yield ""
        heads, body = told.between(report, digits)
        yield from markdown.table((say("correlations of the outputs"), *heads[1:]), body, 1)
    for text in told.origins(report, digits):
        yield from ("", markdown.escape(text))


def in_latex(report: Report, digits: int, explained: Explanation | None = None) -> Iterator[str]:
    """Lines of LaTeX."""
    needed = say("needs {packages}", packages=" ".join(packages(report.sheet.names.values(), spoken() == "zh")))
    yield f"% {needed}"
    yield from mathematics.reading(report.sheet)
    if explained is not None:
        from autodiff.render import propagation, solution

        blocks = propagation.blocks(explained, report, mathematics.Math(report.sheet, digits))
        yield from solution.grouped(block._replace(tone="") for block in blocks)
    for one in report.budgets:
        body = [[*_typeset(row.cells), _rule(row.share)] for row in told.table(one, digits)]
        yield from mathematics.table([*map(latex.prose, told.heads(one)), ""], body, 1)
        heads, found = told.results(one, digits)
        heads = [heads[0], f"${latex.name(one.output)}$", f"$u({latex.name(one.output)})$", *map(latex.prose, heads[3:])]
        yield from mathematics.table(heads, [[latex.prose(row[0]), *_numbers(row[1:])] for row in found], 1)
        sentence, ways = aims(one)
        for text in (*told.sentences(one), *told.warnings(one, digits), *([sentence] if sentence else [])):
            yield rf"{_prose(text)}\par"
        if ways:
            yield from mathematics.table([*map(latex.prose, aim_heads())], [_typeset(row) for row in ways], 1)
    if len(report.budgets) > 1:
        heads, found = told.between(report, digits)
        names = [f"${latex.name(one.output)}$" for one in report.budgets]
        yield from mathematics.table([latex.prose(say("correlations of the outputs")), *names], [
            [name, *_numbers(row[1:])] for name, row in zip(names, found)], 1)  # fmt: skip
    for text in told.origins(report, digits):
        yield rf"{_prose(text)}\par"


def _typeset(row: Sequence[str]) -> list[str]:
    """The cells of an input: a name, numbers, words."""
    return [f"${latex.name(row[0])}$", *_numbers(row[1:])]


def _numbers(texts: Iterable[str]) -> list[str]:
    return [f"${latex.number(text)}$" if _is_number(text) else _prose(text) for text in texts]


def _prose(text: str) -> str:
    return latex.prose(text).replace("±", r"$\pm$").replace("√", r"$\surd$").replace("∞", r"$\infty$")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _rule(share: float) -> str:
    """A bar as LaTeX draws it."""
    return rf"\rule{{{5 * min(share, 1.0):.2f}em}}{{1.2ex}}" if share > 0 else ""
