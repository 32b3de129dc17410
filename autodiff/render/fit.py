"""A fit as text, as Markdown, as LaTeX, and as one JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from autodiff.messages import say, spoken
from autodiff.render import fit_tables, markdown, mathematics
from autodiff.render.json import braced, closing, numbers, opening, truth
from autodiff.render.plain import aligned
from autodiff.solving.fitting.curvature import Curvature
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.influence import Influence
from autodiff.writing import latex
from autodiff.writing.formulas import reading
from autodiff.writing.numbers import quoted, strict
from autodiff.writing.preamble import packages
from autodiff.writing.width import cells

KEPT = 3  # columns that are never left out


class Report(NamedTuple):
    """A fit with all that is said of it; `intervals` are by profile, and empty where there are none."""

    fit: Fit
    intervals: Mapping[str, tuple[float, float]]
    curvature: Curvature | None
    influence: Influence | None

    @property
    def notes(self) -> list[str]:
        """What is to be said of the reading and of the rows."""
        return self.fit.notes


def _title(fit: Fit) -> str:
    return reading(fit.points.plan.tape, fit.asked.target)


def _tables(found: Report, digits: int) -> Iterator[fit_tables.Table]:
    fit = found.fit
    yield fit_tables.parameters(fit, digits, found.intervals, found.curvature)
    if not fit.has_failed:
        pairs = fit_tables.correlations(fit)
        yield from [pairs] if pairs else []
        yield fit_tables.measures(fit, digits)


def plain(found: Report, digits: int, width: int) -> Iterator[str]:
    """Lines: what was fitted to what, the parameters (in a narrow window without their last columns), how good the fit is."""
    yield _title(found.fit)
    yield from fit_tables.manner(found.fit)
    for number, (heads, body) in enumerate(_tables(found, digits)):
        rows = [*([heads] if any(heads) else []), *body]
        while not number and len(rows[0]) > KEPT and max(map(cells, aligned(rows))) > width:
            rows = [row[:-1] for row in rows]
        yield ""
        yield from aligned(rows)
    yield ""
    yield from fit_tables.sentences(found.fit, digits, found.curvature, found.influence)


def in_markdown(found: Report, digits: int) -> Iterator[str]:
    """Lines of Markdown."""
    yield markdown.code(_title(found.fit))
    for text in fit_tables.manner(found.fit):
        yield from ("", markdown.escape(text))
    for heads, body in _tables(found, digits):
        yield ""
        yield from markdown.table(heads, body, labels=1)
    for text in fit_tables.sentences(found.fit, digits, found.curvature, found.influence):
        yield from ("", markdown.escape(text))


def in_latex(found: Report, digits: int) -> Iterator[str]:
    """Lines of LaTeX."""
    fit = found.fit
    needed = say("needs {packages}", packages=" ".join(packages([*fit.model.names, *fit.model.fixed], spoken() == "zh")))
    yield f"% {needed}"
    tape = fit.points.plan.tape
    target = fit.asked.target if fit.asked.target.isidentifier() else fit.points.plan.output
    yield from mathematics.stated(tape, target, len(tape.nodes))
    yield from (rf"{latex.prose(text)}\par" for text in fit_tables.manner(fit))
    for heads, body in _tables(found, digits):
        named = {*fit.model.names, *fit.model.fixed}
        rows = [[f"${latex.name(cell)}$" if cell in named else _cell(cell) for cell in row] for row in (heads, *body)]
        yield from mathematics.table(rows[0], rows[1:], 1)
    for text in fit_tables.sentences(fit, digits, found.curvature, found.influence):
        yield rf"{latex.prose(text)}\par"


def _cell(text: str) -> str:
    value, bracket, rest = text.partition("(")
    if not re.fullmatch(r"-?[0-9.]+(e-?[0-9]+)?", value) or not value:
        return latex.prose(text)
    digits, _, power = rest.partition(")")
    shown = latex.number(f"{value}{power}")
    return f"${shown.replace(value, value + bracket + digits + ')', 1) if bracket else shown}$"


def json(found: Report) -> Iterator[str]:
    """One JSON document. What a failed fit cannot tell is left out."""
    fit = found.fit
    yield opening(fit.asked.text, reading(fit.points.plan.tape))
    yield f' "target": {quoted(fit.asked.target)}, "data": {quoted(fit.points.about)}, "rows": {fit.rows},\n'
    yield f' "method": {quoted(fit.method)}, '
    yield f'"loss": {quoted(fit.loss)}, "scale": {strict(fit.scale) if fit.loss != "linear" else "null"},\n'
    yield f' "start": {numbers(dict(zip(fit.model.names, fit.start)))}, "fixed": {numbers(fit.model.fixed)},\n'
    yield f' "success": {truth(not fit.has_failed)}, "condition": {quoted(fit.condition) if fit.condition else "null"},\n'
    yield f' "message": {quoted(fit.message)}, "nfev": {fit.model.calls}, "starts": {fit.found.starts},\n'
    yield f' "parameters": {numbers(fit.parameters)},\n'
    yield from _worth(found)
    yield closing(fit.notes)


def _worth(found: Report) -> Iterator[str]:
    """Errors and measures; of a failed fit the sum of squares alone."""
    fit = found.fit
    yield f' "rss": {strict(fit.rss)}, "chi_squared": {strict(fit.chi_squared)}, "dof": {fit.dof},\n'
    if fit.has_failed:
        return
    yield from [f' "chi_squared_of": {numbers(fit.shares)},\n'] if fit.shares else []
    yield f' "std_errors": {numbers(fit.std_errors)}, "errors_are": {quoted("absolute" if fit.is_absolute else "scaled")},\n'
    yield f' "level": {strict(fit.level)}, "intervals": {{"student": {_ends(fit.student)}, '
    yield f'"profile": {_ends(found.intervals) if found.intervals else "null"}}},\n'
    yield f' "residual_sd": {strict(fit.residual_sd)}, "reduced_chi_squared": {strict(fit.reduced)}, '
    yield f'"r_squared": {strict(fit.r_squared)},\n'
    yield f' "aic": {strict(fit.criteria["aic"])}, "aicc": {strict(fit.criteria["aicc"])}, "bic": {strict(fit.criteria["bic"])},\n'
    yield f' "correlation": {_square(fit, fit.correlation)},\n "covariance": {_square(fit, fit.covariance)},\n'
    yield f' "gradient": {numbers(fit.gradient)},\n'
    if found.curvature is not None:
        curvature = found.curvature
        yield f' "curvature": {{"intrinsic": {strict(curvature.intrinsic)}, "parameter_effects": {strict(curvature.effects)}, '
        yield f'"skewness": {numbers(curvature.skewness)}}},\n'
    if found.influence is not None:
        k = int(found.influence.cook.argmax())
        yield f' "influence": {{"row": {int(fit.points.rows[k])}, "cooks_distance": {strict(float(found.influence.cook[k]))}, '
        yield f'"leverage": {strict(float(found.influence.leverage[k]))}}},\n'


def _ends(found: Mapping[str, tuple[float, float]]) -> str:
    return braced({name: f"[{strict(low)}, {strict(high)}]" for name, (low, high) in found.items()})


def _square(fit: Fit, matrix: Any) -> str:
    names = fit.model.names
    return braced({one: numbers(dict(zip(names, map(float, row)))) for one, row in zip(names, matrix)})
