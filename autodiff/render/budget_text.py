"""Budgets of uncertainty as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autodiff.messages import say
from autodiff.render import budget as told
from autodiff.render import rows
from autodiff.render.aims import aim_heads, aims
from autodiff.render.notation import Plain
from autodiff.render.plain import GAP, aligned
from autodiff.uncertainty.budget import Budget, Report
from autodiff.writing.width import cells

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation

LEAST = 4  # cells of a bar


def plain(report: Report, digits: int, width: int, explained: Explanation | None = None) -> Iterator[str]:
    """Lines: the reading, and of every output the budget, the results, and what is to be said of them."""
    yield rows.title(report.sheet)
    if explained is not None:
        from autodiff.render import explain, propagation

        yield from (line.text for line in explain.spelled(propagation.blocks(explained, report, Plain(report.sheet, digits))))
    for one in report.budgets:
        yield from _budget(one, digits, width)
    if len(report.budgets) > 1:
        yield from ("", say("correlations of the outputs"))
        heads, body = told.between(report, digits)
        yield from aligned([heads, *body])
    said = [*told.origins(report, digits)]
    yield from ["", *said] if said else []


def _budget(one: Budget, digits: int, width: int) -> Iterator[str]:
    """One output."""
    yield ""
    yield from _table(one, digits, width)
    yield ""
    heads, body = told.results(one, digits)
    yield from aligned([heads, *body])
    yield ""
    yield from told.sentences(one)
    yield from (f"! {text}" for text in told.warnings(one, digits))
    sentence, ways = aims(one)
    if sentence:
        yield from ("", sentence)
        yield from aligned([aim_heads(), *ways]) if ways else ()


def _table(one: Budget, digits: int, width: int) -> Iterator[str]:
    """The inputs, with bars where there is room; where there is too little, columns are left out, degrees of freedom first."""
    found = told.table(one, digits)
    columns = [*zip(told.heads(one), *(row.cells for row in found))]
    for k in (-2,) * (3 if told.has_degrees(one) else 2):
        if _room(columns, width) < 0:
            del columns[3 if len(columns) == 7 else k]
    room = _room(columns, width)
    bars = ["", *(told.bar(row.share, min(told.LENGTH, room)) if room >= LEAST else "" for row in found)]
    yield from aligned([*zip(*columns, bars)])


def _room(columns: Sequence[Sequence[str]], width: int) -> int:
    """How many cells are left beside the columns."""
    return width - sum(max(map(cells, column)) + GAP for column in columns)
