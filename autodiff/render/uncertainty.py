"""Budgets of uncertainty for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from autodiff.messages import say, spoken
from autodiff.render import budget as told
from autodiff.render import markdown, mathematics, rows
from autodiff.render.json import closing, numbers, opening, status
from autodiff.render.notation import Plain
from autodiff.render.plain import GAP, aligned
from autodiff.uncertainty.budget import Budget, Report
from autodiff.uncertainty.coverage import Coverage
from autodiff.uncertainty.inputs import Input
from autodiff.uncertainty.rounding import rounded
from autodiff.writing import latex
from autodiff.writing.numbers import quoted, strict
from autodiff.writing.preamble import packages
from autodiff.writing.width import cells

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation
    from autodiff.uncertainty.monte_carlo import Drawn

LEAST = 4  # cells of a bar


def plain(report: Report, digits: int, width: int, explained: Explanation | None = None) -> Iterator[str]:
    """Lines: the reading, and of every output the budget, the results, and what is to be said of them."""
    yield rows.title(report.sheet)
    if explained is not None:
        from autodiff.render import explain, propagation

        yield from (line.text for line in explain.spelled(propagation.blocks(explained, report, Plain(report.sheet, digits))))
    for one in report.budgets:
        yield ""
        found = told.table(one, digits)
        texts = [told.heads(one), *(row.cells for row in found)]
        room = width - sum(max(map(cells, column)) + GAP for column in zip(*texts))
        bars = [told.bar(row.share, min(told.LENGTH, room)) if room >= LEAST else "" for row in found]
        yield from aligned([(*row, drawn) for row, drawn in zip(texts, ["", *bars])], width)
        yield ""
        heads, body = told.results(one, digits)
        yield from aligned([heads, *body])
        yield ""
        yield from told.sentences(one)
        yield from (f"! {text}" for text in told.warnings(one, digits))
        sentence, aims = told.aims(one)
        if sentence:
            yield from ("", sentence)
            yield from aligned([told.aim_heads(), *aims]) if aims else ()
    if len(report.budgets) > 1:
        yield from ("", say("correlations of the outputs"))
        heads, body = told.between(report, digits)
        yield from aligned([heads, *body])
    said = [*told.origins(report, digits)]
    yield from ["", *said] if said else []


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
        sentence, aims = told.aims(one)
        for text in (*told.sentences(one), *told.warnings(one, digits), *([sentence] if sentence else [])):
            yield from ("", markdown.escape(text))
        if aims:
            yield ""
            yield from markdown.table(told.aim_heads(), aims, 1)
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
        sentence, aims = told.aims(one)
        for text in (*told.sentences(one), *told.warnings(one, digits), *([sentence] if sentence else [])):
            yield rf"{_prose(text)}\par"
        if aims:
            yield from mathematics.table([*map(latex.prose, told.aim_heads())], [_typeset(row) for row in aims], 1)
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


def json(report: Report, text: str, explained: Explanation | None = None) -> Iterator[str]:
    """One JSON document; several outputs stand in an object by name."""
    yield opening(text, report.sheet.reading)
    yield f' "variables": {numbers({name: one.value for name, one in report.inputs.items()})},\n'
    yield f' "inputs": {_object({name: _input(one) for name, one in report.inputs.items()})},\n'
    yield f' "correlations": {_nested(report.correlations.pairs)},\n'
    if len(report.budgets) == 1:
        yield from (f" {member},\n" for member in _members(report.budgets[0]))
    else:
        each = {one.output: "{" + ",\n   ".join(_members(one)) + "}" for one in report.budgets}
        yield ' "outputs": {\n  ' + ",\n  ".join(f"{quoted(name)}: {member}" for name, member in each.items()) + "},\n"
        yield f' "output_correlations": {_object(_between(report))},\n'
    if explained is not None:
        from autodiff.render import steps

        yield from (f" {member},\n" for member in steps.json(explained))
    yield closing(report.notes)


def _members(one: Budget) -> Iterator[str]:
    """What is known of one output."""
    sheet, first = one.linear.sheet, one.linear
    yield f'"output": {quoted(one.output)}, "value": {strict(one.value)}, "value_status": {quoted(sheet.value_status)}'
    text = rounded(one.value, one.uncertainty)
    yield f'"uncertainty": {strict(one.uncertainty)}, "rounded": {quoted(text.text)}, "concise": {quoted(text.concise)}'
    yield f'"contributions": {numbers({row.input.name: row.size for row in first.contributions})}'
    yield f'"shares": {numbers({row.input.name: row.share for row in first.contributions})}'
    yield f'"sensitivities": {numbers({row.input.name: row.sensitivity for row in first.contributions if row.input.uncertainty})}'
    yield f'"derivative_status": {_object({name: status(sheet, found) for name, found in sheet.status.items()})}'
    yield f'"linear_is_adequate": {_truth(one.is_adequate)}, "reasons": [{", ".join(map(quoted, one.reasons))}]'
    second = one.second
    why = quoted(second.reason) if second.reason else "null"
    yield f'"second_order": {{"value": {strict(second.value)}, "uncertainty": {strict(second.uncertainty)}, "reason": {why}}}'
    yield f'"degrees_of_freedom": {strict(one.degrees.value)}'
    if one.coverage is not None:
        yield f'"coverage": {_fields(one.coverage)}'
    if one.drawn is not None:
        yield f'"monte_carlo": {_fields(one.drawn)}'
    if one.target is not None:
        aim = one.target
        alone = {single.name: strict(single.after) for single in aim.alone}
        yield (
            f'"goal": {{"uncertainty": {strict(aim.wanted)}, "reached": {_truth(aim.reached)}, "alone": {_object(alone)}, '
            f'"together": [{", ".join(map(quoted, aim.together))}], "factor": {strict(aim.factor)}}}'
        )


def _fields(found: Coverage | Drawn) -> str:
    """Numbers by the names of the fields."""
    return _object({name: str(x) if type(x) is int else strict(x) for name, x in found._asdict().items()})


def _input(one: Input) -> str:
    readings = f', "readings": {one.readings}, "source": {quoted(one.source)}' if one.readings else ""
    return (
        f'{{"value": {strict(one.value)}, "uncertainty": {strict(one.uncertainty)}, "shape": {quoted(one.shape)}, '
        f'"degrees_of_freedom": {strict(one.degrees)}{readings}}}'
    )


def _between(report: Report) -> dict[str, str]:
    names = [one.output for one in report.budgets]
    return {a: numbers({b: report.between(i, j) for j, b in enumerate(names)}) for i, a in enumerate(names)}


def _nested(pairs: Mapping[tuple[str, str], float]) -> str:
    found: dict[str, dict[str, float]] = {}
    for (one, other), r in pairs.items():
        found.setdefault(one, {})[other] = r
    return _object({name: numbers(row) for name, row in found.items()})


def _object(members: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {text}" for name, text in members.items()) + "}"


def _truth(value: bool) -> str:
    return "true" if value else "false"
