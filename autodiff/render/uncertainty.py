"""Budgets of uncertainty as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from autodiff.render.json import braced, closing, numbers, opening, status, truth
from autodiff.uncertainty.budget import Budget, Report
from autodiff.uncertainty.inputs import Input
from autodiff.uncertainty.rounding import rounded
from autodiff.writing.numbers import quoted, strict

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation
    from autodiff.uncertainty.coverage import Coverage
    from autodiff.uncertainty.monte_carlo import Drawn


def json(report: Report, text: str, explained: Explanation | None = None) -> Iterator[str]:
    """One JSON document; several outputs stand in an object by name."""
    yield opening(text, report.sheet.reading)
    yield f' "variables": {numbers({name: one.value for name, one in report.inputs.items()})},\n'
    yield f' "inputs": {braced({name: _input(one) for name, one in report.inputs.items()})},\n'
    yield f' "correlations": {_nested(report.correlations.pairs)},\n'
    if len(report.budgets) == 1:
        yield from (f" {member},\n" for member in _members(report.budgets[0]))
    else:
        each = {one.output: "{" + ",\n   ".join(_members(one)) + "}" for one in report.budgets}
        yield ' "outputs": {\n  ' + ",\n  ".join(f"{quoted(name)}: {member}" for name, member in each.items()) + "},\n"
        yield f' "output_correlations": {braced(_between(report))},\n'
    if explained is not None:
        from autodiff.render import steps

        yield from (f" {member},\n" for member in steps.json(explained))
    yield closing(report.notes)


def _members(one: Budget) -> Iterator[str]:
    """What is known of one output."""
    sheet, first = one.linear.sheet, one.linear
    yield f'"output": {quoted(one.output)}, "value": {strict(one.value)}, "value_status": {quoted(sheet.value_status)}'
    text = rounded(one.value, one.uncertainty)
    yield f'"uncertainty": {strict(one.uncertainty)}, "rounded": "{text.text}", "concise": "{text.concise}"'
    yield f'"contributions": {numbers({row.input.name: row.size for row in first.contributions})}'
    yield f'"shares": {numbers({row.input.name: row.share for row in first.contributions})}'
    yield f'"sensitivities": {numbers({row.input.name: row.sensitivity for row in first.contributions if row.input.uncertainty})}'
    yield f'"derivative_status": {braced({name: status(sheet, found) for name, found in sheet.status.items()})}'
    yield f'"linear_is_adequate": {truth(one.is_adequate)}, "reasons": [{", ".join(map(quoted, one.reasons))}]'
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
            f'"goal": {{"uncertainty": {strict(aim.wanted)}, "reached": {truth(aim.reached)}, "alone": {braced(alone)}, '
            f'"together": [{", ".join(map(quoted, aim.together))}], "factor": {strict(aim.factor)}}}'
        )


def _fields(found: Coverage | Drawn) -> str:
    """Numbers by the names of the fields."""
    return braced({name: str(x) if type(x) is int else strict(x) for name, x in found._asdict().items()})


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
    return braced({name: numbers(row) for name, row in found.items()})
