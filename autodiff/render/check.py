"""Verdicts as lines, as Markdown and as one strict JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from autodiff.checking.check import Examination
from autodiff.checking.verdicts import Verdict
from autodiff.messages import N_, say
from autodiff.render.json import VERSIONS, closing, numbers, opening
from autodiff.render.markdown import code, escape, table
from autodiff.writing.formulas import reading
from autodiff.writing.names import dvar, output_name, owned_names
from autodiff.writing.numbers import human, quoted, strict

MOST = 12  # values of a point that are shown to people
DIFFERS = N_("differs: {claimed} is claimed, {right} is right (absolute error {absolute}, relative error {relative}; {reason})")
DIFFERS_AT = N_(
    "differs at {point}: {claimed} is claimed, {right} is right (absolute error {absolute}, relative error {relative}; {reason})"
)
BEYOND = N_("differs: both are {right} in doubles (absolute error {absolute}, relative error {relative}; {reason})")
BEYOND_AT = N_("differs at {point}: both are {right} in doubles (absolute error {absolute}, relative error {relative}; {reason})")
LabelledLine = tuple[str, str]
"""What a line is about, for its colour, and its text: words may be broken, what is about nothing is a formula."""


def plain(examined: Examination, verdicts: Sequence[Verdict], digits: int) -> Iterator[LabelledLine]:
    """The formula, the point, and every claim with its verdict."""
    yield "", reading(examined.tape, output_name(examined.tape))
    if examined.given.numbers:
        yield "words", say("at {point}", point=_point(examined.given.numbers, digits))
    yield "", ""
    for verdict in verdicts:
        yield from judgement(examined, verdict, digits)


def judgement(examined: Examination, verdict: Verdict, digits: int) -> Iterator[LabelledLine]:
    """A claim with its verdict; below it a diagnosis, and what is right."""
    yield verdict.verdict, f"{claim(examined, verdict)}  {said(examined, verdict, digits)}"
    if verdict.diagnosis and verdict.verdict == "differs":
        yield "words", f"  {verdict.diagnosis}"
    if verdict.computed_formula:
        yield "", "  " + say("right is {equation}", equation=_right(examined, verdict))


def claim(examined: Examination, verdict: Verdict) -> str:
    """The claim as an equation."""
    return f"{_head(examined, verdict)} = {' '.join(verdict.formula.split())}"


def _right(examined: Examination, verdict: Verdict) -> str:
    """The right derivative as an equation, after the steps that it shares."""
    steps, sign, last = (verdict.computed_formula or "").rpartition("; ")
    return f"{steps}{sign}{_head(examined, verdict)} = {last}"


def _head(examined: Examination, verdict: Verdict) -> str:
    """What a derivative is called."""
    return dvar(verdict.variable, "J", owned_names(examined.tape))


def said(examined: Examination, verdict: Verdict, digits: int) -> str:
    """The verdict in words: where, both values, both errors, and what decided."""
    if verdict.verdict == "undecided":
        return say("cannot decide: {reason}", reason=verdict.reason)
    if verdict.verdict == "agrees":
        if verdict.points > 1:
            return say("agrees at {number} points: {reason}", number=verdict.points, reason=verdict.reason)
        return say("agrees: {reason}", reason=verdict.reason)
    claimed, right = apart(verdict.claimed, verdict.computed, digits)
    known = {
        "claimed": claimed, "right": right, "reason": verdict.reason,
        "absolute": human(_number(verdict.absolute_error), 3), "relative": human(_number(verdict.relative_error), 3),
    }  # fmt: skip
    here, anywhere = (BEYOND, BEYOND_AT) if verdict.claimed == verdict.computed else (DIFFERS, DIFFERS_AT)
    return say(anywhere, point=_point(verdict.point, digits), **known) if examined.free else say(here, **known)


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
    shown = ", ".join(f"{name} = {human(x, max(digits, 10))}" for name, x in islice(point.items(), MOST))
    return say("{values} and {number} more", values=shown, number=len(point) - MOST) if len(point) > MOST else shown


def tsv(examined: Examination, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """One row for each claim, for other programs."""
    from autodiff.render import tsv

    return tsv.verdicts(examined, verdicts)


def markdown(examined: Examination, verdicts: Sequence[Verdict], digits: int) -> Iterator[str]:
    """One row for each claim."""
    yield code(reading(examined.tape, output_name(examined.tape)))
    yield ""
    heads = (
        say("claim"), say("verdict"), say("at"), say("claimed"), say("right"), say("absolute error"), say("relative error")
    )  # fmt: skip
    yield from table(heads, [_row(examined, verdict, digits) for verdict in verdicts])
    for verdict in verdicts:
        why = verdict.diagnosis or (verdict.reason if verdict.verdict == "undecided" else "")
        if why:
            yield ""
            yield say("{label}: {text}", label=code(claim(examined, verdict)), text=escape(why))
        if verdict.computed_formula:
            yield ""
            yield say("right is {equation}", equation=code(_right(examined, verdict)))


def _row(examined: Examination, verdict: Verdict, digits: int) -> list[str]:
    found = (verdict.claimed, verdict.computed, verdict.absolute_error, verdict.relative_error)
    a, b, absolute, relative = ("" if x is None else human(x, digits) for x in found)
    return [claim(examined, verdict), say(verdict.verdict), _point(verdict.point, digits), a, b, absolute, relative]


def json(examined: Examination, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """One strict JSON document."""
    yield opening(examined.formula.text, reading(examined.tape))
    yield f' "variables": {numbers(examined.given.numbers)},\n'
    yield ' "claims": [' + ",".join(f"\n  {_claim(examined, verdict)}" for verdict in verdicts) + "],\n"
    yield closing(examined.notes)


def _claim(examined: Examination, verdict: Verdict) -> str:
    counts = ", ".join(f'"{said}": {number}' for said, number in verdict.counts.items())
    code, diagnosis, formula = (
        quoted(text) if text else "null" for text in (verdict.code, verdict.diagnosis, verdict.computed_formula)
    )
    answer = f'"computed_formula": {formula}, ' if examined.answered else ""
    return (
        f'{{"variable": {quoted(verdict.variable)}, "formula": {quoted(verdict.formula)}, "verdict": "{verdict.verdict}", '
        f'"code": {code}, "claimed": {strict(verdict.claimed)}, "computed": {strict(verdict.computed)}, {answer}'
        f'"point": {numbers(verdict.point)}, "absolute_error": {strict(verdict.absolute_error)}, '
        f'"relative_error": {strict(verdict.relative_error)}, "points": {verdict.points}, "counts": {{{counts}}}, '
        f'"rounded_to": {"null" if verdict.rounded_to is None else verdict.rounded_to}, '
        f'"reason": {quoted(verdict.reason)}, "diagnosis": {diagnosis}}}'
    )


def mark(name: str, line: int, verdicts: Sequence[Verdict]) -> str:
    """What is said of the claims of somebody, in one line of JSON."""
    said = ", ".join(f'{quoted(verdict.variable)}: "{verdict.verdict}"' for verdict in verdicts)
    why = ", ".join(f"{quoted(each.variable)}: {quoted(each.diagnosis) if each.diagnosis else 'null'}" for each in verdicts)
    right = sum(verdict.code is None for verdict in verdicts)
    return (
        f'{{{VERSIONS}, "name": {quoted(name)}, "line": {line}, "verdict": {{{said}}}, '
        f'"right": {right}, "of": {len(verdicts)}, "diagnosis": {{{why}}}}}\n'
    )


def unmarked(name: str | None, line: int, error: Mapping[str, object]) -> str:
    """What is wrong with a line of answers."""
    from json import dumps

    return dumps({"name": name, "line": line, "error": dict(error)}, allow_nan=False) + "\n"
