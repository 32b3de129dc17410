"""Verdicts as lines, as Markdown and as one strict JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from autodiff.checking.check import Examination
from autodiff.checking.verdicts import Verdict
from autodiff.names import output_name
from autodiff.render.json import closing, numbers, opening
from autodiff.render.markdown import code, escape, table
from autodiff.render.numbers import human, quoted, strict
from autodiff.write import reading

MOST = 12  # values of a point that are shown to people
Line = tuple[str, str]
"""What a line is about, for its colour, and its text."""


def document(examined: Examination, verdicts: Sequence[Verdict], digits: int) -> Iterator[Line]:
    """The formula, the point, and every claim with its verdict."""
    yield "", reading(examined.tape, output_name(examined.tape))
    if examined.given.numbers:
        yield "", f"at {_point(examined.given.numbers, digits)}"
    yield "", ""
    for verdict in verdicts:
        yield verdict.verdict, f"{claim(examined, verdict)}  {said(examined, verdict, digits)}"
        if verdict.diagnosis and verdict.verdict == "differs":
            yield "", f"  {verdict.diagnosis}"


def claim(examined: Examination, verdict: Verdict) -> str:
    """The claim as an equation."""
    name = f"d{verdict.variable}"
    owned = {*examined.tape.variables(), *examined.tape.names.values()}
    return f"{f'dJ/{name}' if name in owned else name} = {' '.join(verdict.formula.split())}"


def said(examined: Examination, verdict: Verdict, digits: int) -> str:
    """The verdict in words: where, both values, both errors, and what decided."""
    if verdict.verdict == "undecided":
        return f"cannot decide: {verdict.reason}"
    if verdict.verdict == "agrees":
        where = f" at {verdict.points} points" if verdict.points > 1 else ""
        return f"agrees{where}: {verdict.reason}"
    at = f" at {_point(verdict.point, digits)}" if examined.free else ""
    shown = apart(verdict.claimed, verdict.computed, digits)
    return (
        f"differs{at}: {shown[0]} is claimed, {shown[1]} is right "
        f"(absolute error {human(_number(verdict.absolute_error), 3)}, relative error {human(_number(verdict.relative_error), 3)}; "
        f"{verdict.reason})"
    )


def apart(claimed: float | None, computed: float | None, digits: int) -> tuple[str, str]:
    """Two numbers with as many digits as tell them apart."""
    a, b = _number(claimed), _number(computed)
    while human(a, digits) == human(b, digits) and digits < 17:
        digits += 1
    return human(a, digits), human(b, digits)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _point(point: Mapping[str, float], digits: int) -> str:
    """The values of a point; of very many the first."""
    shown = [f"{name} = {human(x, max(digits, 10))}" for name, x in islice(point.items(), MOST)]
    return ", ".join(shown) + (f" and {len(point) - MOST} more" if len(point) > MOST else "")


def markdown(examined: Examination, verdicts: Sequence[Verdict], digits: int) -> Iterator[str]:
    """One row for each claim."""
    yield code(reading(examined.tape, output_name(examined.tape)))
    yield ""
    heads = ("claim", "verdict", "at", "claimed", "right", "absolute error", "relative error")
    yield from table(heads, [_row(examined, verdict, digits) for verdict in verdicts])
    for verdict in verdicts:
        why = verdict.diagnosis or (verdict.reason if verdict.verdict == "undecided" else "")
        if why:
            yield ""
            yield f"{code(claim(examined, verdict))}: {escape(why)}"


def _row(examined: Examination, verdict: Verdict, digits: int) -> list[str]:
    found = (verdict.claimed, verdict.computed, verdict.absolute_error, verdict.relative_error)
    a, b, absolute, relative = ("" if x is None else human(x, digits) for x in found)
    return [claim(examined, verdict), verdict.verdict, _point(verdict.point, digits), a, b, absolute, relative]


def json(examined: Examination, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """One strict JSON document."""
    yield opening(examined.formula.text, reading(examined.tape))
    yield f' "variables": {numbers(examined.given.numbers)},\n'
    yield ' "claims": [' + ",".join(f"\n  {_claim(verdict)}" for verdict in verdicts) + "],\n"
    yield closing(examined.notes)


def _claim(verdict: Verdict) -> str:
    code, diagnosis = (quoted(text) if text else "null" for text in (verdict.code, verdict.diagnosis))
    return (
        f'{{"variable": {quoted(verdict.variable)}, "formula": {quoted(verdict.formula)}, "verdict": "{verdict.verdict}", '
        f'"code": {code}, "claimed": {strict(verdict.claimed)}, "computed": {strict(verdict.computed)}, '
        f'"point": {numbers(verdict.point)}, "absolute_error": {strict(verdict.absolute_error)}, '
        f'"relative_error": {strict(verdict.relative_error)}, "points": {verdict.points}, '
        f'"reason": {quoted(verdict.reason)}, "diagnosis": {diagnosis}}}'
    )
