"""Tables for other programs: heads, English whatever the language, then rows with tabs between exact numbers and names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from autodiff.point.worksheet import Worksheet
from autodiff.writing.width import visible

if TYPE_CHECKING:
    from autodiff.checking.check import Examination
    from autodiff.checking.evidence import Evidence
    from autodiff.checking.verdicts import Verdict
    from autodiff.data.reduction import Reduction
    from autodiff.render.fit import Report as Fitted
    from autodiff.solving.outcome import Outcome
    from autodiff.solving.tries import Root
    from autodiff.study.differentiation import Differentiation
    from autodiff.study.modes import Output
    from autodiff.uncertainty.budget import Budget, Report

Cell = str | float | None
"""A text, a number, or nothing."""
Row = Sequence[Cell]


def table(heads: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a table, with their ends."""
    for row in (heads, *rows):
        yield "\t".join(map(_cell, row)) + "\n"


def _cell(cell: Cell) -> str:
    """A number in the shortest form that reads back the same, as in the files of `map`; a text in one line, without tabs."""
    if cell is None or isinstance(cell, str):
        return visible(cell or "")
    return "NaN" if cell != cell else repr(float(cell))


def worksheet(sheet: Worksheet) -> Iterator[str]:
    """A row for each variable and each step. The status of the output is that of its value, any other that of a derivative."""
    asked: dict[str, str] = {**dict.fromkeys(sheet.gradient, "ok"), **{name: found.status for name, found in sheet.status.items()}}
    asked[sheet.output] = sheet.value_status
    steps = (step for step in sheet.steps() if step.kind != "constant")
    heads = ("name", "formula", "value", "derivative", "status")
    return table(heads, ((step.name, step.formula, step.value, step.gradient, asked.get(step.name)) for step in steps))


def jacobian(sheet: Worksheet, outputs: Mapping[str, Output]) -> Iterator[str]:
    """A row for each output, a column for the derivative by each variable."""
    rows: Iterator[Row] = ((name, one.value, *(one.gradient[by] for by in sheet.gradient)) for name, one in outputs.items())
    return table(("output", "value", *(f"d{by}" for by in sheet.gradient)), rows)


def derivatives(found: Differentiation) -> Iterator[str]:
    """The steps that derivatives share, then the derivatives; with a value for each where there is a point."""
    from autodiff.render import diff

    rows: list[Row] = [(step.name, step.formula, None, None) for step in found.found.steps()]
    for index in found.indices:
        value, status = (None, None)
        if found.numbers:
            value, doubt = found.numbers.values[index], found.numbers.status.get(index)
            status = doubt.status if doubt else "ok"
        rows.append((diff.label(found, index), found.found.formula(index), value, status))
    return table(("name", "formula", "value", "status"), rows)


def verdicts(examined: Examination, found: Sequence[Verdict]) -> Iterator[str]:
    """A row for each claim; where it differs, the first point at which it does."""
    heads = ("variable", "claim", "verdict", "code", "claimed", "right", "absolute_error", "relative_error", "point", "diagnosis")
    rows = (
        (one.variable, one.formula, one.verdict, one.code, one.claimed, one.computed, one.absolute_error, one.relative_error,
         " ".join(f"{name}={x!r}" for name, x in one.point.items()), one.diagnosis)
        for one in found
    )  # fmt: skip
    return table(heads, rows)


def evidence(sheet: Worksheet, found: Sequence[Evidence]) -> Iterator[str]:
    """A row for each derivative, and one for all variables at once, with what the other ways gave."""
    heads = ("variable", "derivative", "verdict", "status", "forward", "differences", "taylor_order")
    return table(heads, map(_gathered, found))


def _gathered(one: Evidence) -> Row:
    status = one.status.status if one.status else "ok"
    return one.variable, one.reverse, one.verdict, status, one.forward, one.precise, one.order


def budgets(report: Report) -> Iterator[str]:
    """Of each output a row for every input, the largest contribution first, then its results."""
    heads = ("output", "kind", "name", "value", "uncertainty", "sensitivity", "contribution", "share", "status", "low", "high")
    return table(heads, (row for one in report.budgets for row in _budget(one)))


def _budget(one: Budget) -> Iterator[Row]:
    for row in one.linear.contributions:
        given, status = row.input, row.status.status if row.status else "ok"
        parts = (row.sensitivity, row.size, row.share, status) if given.uncertainty else (None,) * 4
        yield (one.output, "input", given.name, given.value, given.uncertainty, *parts, None, None)
    ends = (one.coverage.low, one.coverage.high) if one.coverage else (None, None)
    yield (one.output, "linear", one.output, one.value, one.uncertainty, None, None, None, one.linear.sheet.value_status, *ends)
    second, drawn = one.second, one.drawn
    if second.uncertainty == second.uncertainty:
        yield (one.output, "second_order", one.output, second.value, second.uncertainty, *(None,) * 6)
    if drawn:
        yield (one.output, "monte_carlo", one.output, drawn.value, drawn.uncertainty, *(None,) * 4, drawn.low, drawn.high)


def minimum(found: Outcome) -> Iterator[str]:
    """A row for each step of gradient descent, the start first; of other methods for the start and the end."""
    one = found.objective
    steps = [(str(k), place) for k, place in enumerate(found.places)] or [("start", found.start), ("end", found.end)]
    rows: Iterator[Row] = ((name, *place.x, place.value, place.norm) for name, place in steps)
    return table(("step", *one.names, one.output, "gradient_norm"), rows)


def fit(found: Fitted) -> Iterator[str]:
    """A row for each parameter, with its interval by profile where there is one; those that are kept have no error."""
    one, ends = found.fit, found.intervals
    heads = ("parameter", "start", "value", "std_error", "low", "high")
    missing = (None, None)
    errors = {} if one.has_failed else one.std_errors
    between = ends or ({} if one.has_failed else one.student)
    rows: list[Row] = [
        (name, begin, x, errors.get(name), *between.get(name, missing))
        for (name, x), begin in zip(one.parameters.items(), one.start)
    ]
    return table(heads, [*rows, *((name, None, x, None, None, None) for name, x in one.model.fixed.items())])


def root(found: Root) -> Iterator[str]:
    """A row for each step of Newton's method, the start first, with how far the sides of each equation are apart."""
    many = len(found.system.lines)
    heads = ("step", *found.system.names, *(f"residual_{k}" if many > 1 else "residual" for k in range(1, many + 1)))
    rows: Iterator[Row] = ((str(k), *here.x, *here.residuals) for k, here in enumerate(found.tries))
    return table(heads, rows)


def reduction(found: Reduction) -> Iterator[str]:
    """A row for the result over all records, and for each of its derivatives."""
    from autodiff.render.reduction import judged

    return table(("name", "value", "status"), ((name, value, status) for name, value, (status, _) in judged(found)))
