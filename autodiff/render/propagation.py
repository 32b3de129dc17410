"""How a budget comes about: the sensitivities by the chain rule, each times its uncertainty, and the root of their squares."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.messages import say
from autodiff.render.notation import TERMS, Block, Plain
from autodiff.render.sentences import chain_blocks
from autodiff.study.explanation import Explanation
from autodiff.uncertainty.budget import Report


def blocks(found: Explanation, report: Report, notation: Plain) -> Iterator[Block]:
    """The forward pass, the chain rule for every input, its contribution, and what they come to together."""
    yield from chain_blocks(found, notation)
    (one,) = report.budgets
    if not one.linear.signed or one.uncertainty != one.uncertainty:
        return
    n, sheet = notation, found.sheet
    yield Block("heading", (say("The contributions: each uncertainty times the size of its sensitivity"),))
    for row in one.linear.contributions:
        if row.input.uncertainty:
            place = sheet.places[row.input.name]
            numbers = n.product([n.number(abs(row.sensitivity)), n.number(row.input.uncertainty)])
            symbols = n.size(n.total(place)) + n.times + f"u({n.name(place)})"
            yield Block("equation", (symbols, numbers, n.number(row.size)))
    terms = _terms(report, n)
    total = n.root(" + ".join([*terms[:TERMS], *([n.dots] if len(terms) > TERMS else [])]))
    text = say("Together: the root of the sum of their squares")
    if report.correlations:
        text = say("Together: the root of the sum of their squares, and of twice the products of those that are correlated")
    yield Block("heading", (text,))
    yield Block("equation", (f"u({n.name(sheet.tape.output)})", total, n.number(one.uncertainty)))


def _terms(report: Report, n: Plain) -> list[str]:
    """The squares of the contributions, then for every correlated pair twice their product, with signs."""
    signed = report.budgets[0].linear.signed
    rows = [row.input.name for row in report.budgets[0].linear.contributions if row.input.uncertainty]
    found = [n.squared(n.number(abs(signed[name]))) for name in rows if signed[name]]
    for (a, b), r in report.correlations.pairs.items():
        if signed[a] and signed[b]:
            found.append(n.product(["2", *map(n.number, (r, signed[a], signed[b]))]))
    return found or ["0"]
