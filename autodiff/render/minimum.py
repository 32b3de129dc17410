"""What came of a search for a minimum, as text, as Markdown, as LaTeX, and as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autodiff.messages import say, spoken
from autodiff.render import descent, markdown, mathematics
from autodiff.render.curve import curve, is_logarithmic
from autodiff.render.json import closing, counts, numbers, opening, truth
from autodiff.render.notation import Plain
from autodiff.render.plain import aligned
from autodiff.solving.objective import Place
from autodiff.solving.outcome import Outcome
from autodiff.writing import latex
from autodiff.writing.formulas import reading
from autodiff.writing.numbers import quoted, strict
from autodiff.writing.preamble import packages

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation


def _title(found: Outcome) -> str:
    return reading(found.objective.tape, found.objective.output)


def plain(found: Outcome, digits: int, width: int, explained: Explanation | None, is_explained: bool) -> Iterator[str]:
    """Lines: the reading, the steps, their curve, and the result."""
    yield _title(found)
    yield from descent.manner(found)
    if is_explained:
        from autodiff.render import explain

        blocks = descent.first_step(found, explained, Plain(found.objective.sheet(found.start.x), digits))  # type: ignore[arg-type]
        yield from (line.text for line in explain.spelled(blocks))
    if found.places:
        yield ""
        heads, body = descent.steps(found, digits)
        yield from aligned([heads, *body])
        drawn = [*curve([place.value for place in found.places], found.objective.output, width)]
        yield from ["", *drawn] if drawn else []
    yield ""
    heads, body = descent.variables(found, digits)
    yield from aligned([heads, *body])
    yield ""
    yield from descent.sentences(found, digits)


def in_markdown(found: Outcome, digits: int, explained: Explanation | None, is_explained: bool) -> Iterator[str]:
    """Lines of Markdown."""
    yield markdown.code(_title(found))
    yield from (line for text in descent.manner(found) for line in ("", markdown.escape(text)))
    if is_explained:
        from autodiff.render import outline

        sheet = found.objective.sheet(found.start.x)
        yield from outline.listed(descent.first_step(found, explained, markdown.Code(sheet, digits)))  # type: ignore[arg-type]
    for table in (*([descent.steps(found, digits)] if found.places else []), descent.variables(found, digits)):
        yield ""
        yield from markdown.table(*table, labels=1)
    for text in descent.sentences(found, digits):
        yield from ("", markdown.escape(text))


def in_latex(found: Outcome, digits: int, explained: Explanation | None, is_explained: bool) -> Iterator[str]:
    """Lines of LaTeX."""
    one = found.objective
    needed = say("needs {packages}", packages=" ".join(packages([*one.names, *one.fixed, one.output], spoken() == "zh")))
    yield f"% {needed}"
    yield from mathematics.stated(one.tape, one.output, len(one.tape.nodes))
    yield from (rf"{latex.prose(text)}\par" for text in descent.manner(found))
    if is_explained:
        from autodiff.render import solution

        notation = mathematics.Math(one.sheet(found.start.x), digits)  # type: ignore[arg-type]
        yield from solution.grouped(block._replace(tone="") for block in descent.first_step(found, explained, notation))
    if found.places:
        heads, body = descent.steps(found, digits)
        named = [f"${latex.name(name)}$" for name in heads[1:-1]]
        rows = [[f"${latex.number(text)}$" for text in row] for row in body]
        yield from mathematics.table([latex.prose(heads[0]), *named, latex.prose(heads[-1])], rows, 1)
    heads, body = descent.variables(found, digits)
    yield from mathematics.table([*map(latex.prose, heads)], [[f"${latex.name(row[0])}$", *map(_cell, row[1:])] for row in body], 1)
    for text in descent.sentences(found, digits):
        yield rf"{latex.prose(text)}\par"


def _cell(text: str) -> str:
    return f"${latex.number(text)}$" if text[:1] in "-0123456789" and text else latex.prose(text)


def picture(found: Outcome) -> str:
    """The curve of the steps as SVG."""
    from autodiff.render.drawing import plot

    values = [place.value for place in found.places]
    return plot.svg(values, found.objective.output, is_logarithmic(values))


def json(found: Outcome, text: str, explained: Explanation | None = None) -> Iterator[str]:
    """One JSON document, with the names that SciPy gives to results."""
    one, end, over = found.objective, found.end, found.over
    yield opening(text, reading(one.tape))
    yield f' "output": {quoted(one.output)}, "method": {quoted(found.method)},\n'
    yield f' "data": {quoted(over.text) if over else "null"},\n'
    if over:
        yield f' "rows": {over.rows}, "skipped": {counts(over.skipped)},\n'
    yield f' "start": {_named(found, found.start.x)}, "fixed": {numbers(one.fixed)},\n'
    yield f' "x": {_named(found, end.x)}, "fun": {strict(end.value)}, "jac": {_named(found, end.gradient)},\n'
    yield f' "nit": {found.nit}, "nfev": {found.nfev}, "success": {truth(found.success)},\n'
    yield f' "message": {quoted(found.message)}, "condition": {quoted(found.condition) if found.condition else "null"},\n'
    if found.rate:
        yield f' "rate": {strict(found.rate)},\n'
        rows = ",\n  ".join(_step(found, k, place) for k, place in enumerate(found.places))
        yield f' "steps": [\n  {rows}],\n'
    if explained is not None:
        from autodiff.render import steps

        yield from (f" {member},\n" for member in steps.json(explained))
    yield closing(found.notes)


def _named(found: Outcome, x: tuple[float, ...]) -> str:
    return numbers(dict(zip(found.objective.names, x)))


def _step(found: Outcome, k: int, place: Place) -> str:
    return (
        f'{{"step": {k}, "x": {_named(found, place.x)}, "fun": {strict(place.value)}, "jac": {_named(found, place.gradient)}, '
        f'"norm": {strict(place.norm)}}}'
    )
