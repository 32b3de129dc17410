"""The evidence for our own gradient as lines, and as one strict JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.checking.evidence import ALL, DIGITS, LONGEST, Evidence, is_verified
from autodiff.messages import N_, say
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.json import closing, numbers, opening, truth
from autodiff.render.markdown import code, escape, table, title
from autodiff.render.plain import aligned
from autodiff.writing.numbers import human, quoted, strict

MISSING = N_("not taken: mpmath cannot be imported")
EVERY = N_("{label}, all variables moving at once (every third one, from the second, backward), = {value}: {verdict}")
LINEAR = N_("Taylor remainder {formula}: nothing but rounding, so the formula is linear as far as doubles can tell")
RIGHT = N_("Taylor remainder {formula}: order {order}, right (2 is right, 1 is wrong)")
WRONG = N_("Taylor remainder {formula}: order {order}, wrong (2 is right, 1 is wrong)")
COLOURS = {"verified": "agrees", "not verified": "differs", "undecided": "undecided"}


def plain(sheet: Worksheet, found: Sequence[Evidence], digits: int) -> Iterator[tuple[str, str]]:
    """Lines, each with the verdict that colours it."""
    yield "", rows.title(sheet)
    if sheet.point:
        yield "words", say("at {point}", point=rows.where(sheet, digits))
    for evidence in found:
        yield "", ""
        text = EVERY if evidence.variable == ALL else N_("{label} = {value}: {verdict}")
        value, verdict = human(evidence.reverse, digits), _verdict(sheet, evidence, digits)
        yield COLOURS[evidence.verdict], say(text, label=_short(sheet, evidence), value=value, verdict=verdict)
        if evidence.status is None:
            yield from (("words", f"  {line}") for line in _ways(sheet, evidence, digits))


def tsv(sheet: Worksheet, found: Sequence[Evidence]) -> Iterator[str]:
    """One row for each derivative, for other programs."""
    from autodiff.render import tsv

    return tsv.evidence(sheet, found)


def _verdict(sheet: Worksheet, evidence: Evidence, digits: int) -> str:
    if evidence.status is not None:
        about, reason = rows.doubt(sheet, evidence.status, digits), evidence.status.reason
        return say("not judged, it is not ok ({about}): {reason}", about=about, reason=reason)
    ways = [way for way in evidence.checks.values() if way is not None]
    return say("{verdict} in {number} of {all} ways", verdict=say(evidence.verdict), number=sum(ways), all=len(ways))


def _ways(sheet: Worksheet, evidence: Evidence, digits: int) -> Iterator[str]:
    checks = evidence.checks
    found = [_way(say("forward mode"), evidence.forward, evidence.reverse, checks["forward"], digits)]
    if evidence.precise is None:
        why = say("not taken: the formula is too long for it") if len(sheet.tape.nodes) > LONGEST else say(MISSING)
        found.append((say("differences with many digits"), "", why))
    else:
        name = say("differences with {number} digits", number=DIGITS)
        found.append(_way(name, evidence.precise, evidence.reverse, checks["precise"], digits))
    yield from aligned(found)
    yield from _taylor(sheet, evidence)


def _taylor(sheet: Worksheet, evidence: Evidence) -> Iterator[str]:
    """How the Taylor remainder falls."""
    x, out = say("point") if evidence.variable == ALL else evidence.variable, sheet.output
    remainder = f"r(h) = {out}({x} + h) - {out}({x}) - h*{_short(sheet, evidence)}"
    if evidence.order is None:
        yield say(LINEAR, formula=remainder)
        return
    judged = RIGHT if evidence.checks["taylor"] else WRONG
    yield say(judged, formula=remainder, order=human(evidence.order, 3))
    heads = ("  h", "r(h)", say("order"))
    steps = [
        (f"  {human(row.step, 3)}", human(row.remainder, 3), "" if row.order is None else f"{row.order:.3f}")
        for row in evidence.remainders
    ]
    yield from aligned([heads, *steps])


def _way(name: str, value: float, reverse: float, same: bool | None, digits: int) -> tuple[str, str, str]:
    apart = abs(value - reverse)
    text = N_("close, absolute difference {size}") if same else N_("differs, absolute difference {size}")
    return name, human(value, digits if same else 12), say(text, size=human(apart, 2)) if apart else say("the same")


def markdown(sheet: Worksheet, found: Sequence[Evidence], digits: int) -> Iterator[str]:
    """One row for each derivative: the verdict, what each way found, and the order of the Taylor remainder."""
    yield title(rows.title(sheet), rows.where(sheet, digits))
    yield ""
    heads = (
        say("derivative"), say("verdict"), say("reverse mode"), say("forward mode"), say("differences"), say("Taylor order")
    )  # fmt: skip
    yield from table(heads, [_row(sheet, evidence, digits) for evidence in found], 2)
    for evidence in found:
        if evidence.status is not None:
            yield ""
            yield f"{code(_short(sheet, evidence))} {escape(_verdict(sheet, evidence, digits))}"


def _short(sheet: Worksheet, evidence: Evidence) -> str:
    return f"d{sheet.output}/dh" if evidence.variable == ALL else rows.derivative(sheet, evidence.variable)


def _row(sheet: Worksheet, evidence: Evidence, digits: int) -> list[str]:
    judged = evidence.status is None
    forward = human(evidence.forward, digits) if judged else ""
    precise = human(evidence.precise, digits) if judged and evidence.precise is not None else ""
    order = human(evidence.order, 3) if judged and evidence.order is not None else ""
    return [_short(sheet, evidence), say(evidence.verdict), human(evidence.reverse, digits), forward, precise, order]


def json(sheet: Worksheet, found: Sequence[Evidence]) -> Iterator[str]:
    """One strict JSON document."""
    yield opening(sheet.text, sheet.reading)
    yield f' "output": {quoted(sheet.output)}, "value": {strict(sheet.value)}, "variables": {numbers(sheet.point)},\n'
    yield f' "verified": {truth(is_verified(found))},\n'
    yield ' "verification": {' + ",".join(f"\n  {quoted(evidence.variable)}: {_evidence(evidence)}" for evidence in found) + "},\n"
    yield closing(sheet.notes)


def _evidence(evidence: Evidence) -> str:
    steps = ", ".join(
        f'{{"step": {strict(row.step)}, "remainder": {strict(row.remainder)}, "order": {strict(row.order)}}}'
        for row in evidence.remainders
    )
    status = evidence.status
    words = {None: "null", True: "true", False: "false"}
    checks = ", ".join(f'"{way}": {words[same]}' for way, same in evidence.checks.items()) if status is None else ""
    forward = None if status else evidence.forward
    return (
        f'{{"verdict": {quoted(evidence.verdict)}, "status": {quoted(status.status if status else "ok")}, '
        f'"reason": {quoted(status.reason if status else "")}, "reverse": {strict(evidence.reverse)}, '
        f'"forward": {strict(forward)}, "precise": {strict(evidence.precise)}, "order": {strict(evidence.order)}, '
        f'"remainders": [{steps}], "checks": {{{checks}}}}}'
    )
