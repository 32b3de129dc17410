"""The evidence for our own gradient as lines, and as one strict JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.checking.evidence import ALL, DIGITS, LONGEST, Evidence, is_verified
from autodiff.render import rows
from autodiff.render.json import closing, numbers, opening
from autodiff.render.markdown import code, escape, table
from autodiff.render.numbers import human, quoted, strict
from autodiff.render.plain import aligned
from autodiff.worksheet import Worksheet

MISSING = 'it needs mpmath, pip install "autodiff[precise]"'
COLOURS = {"verified": "agrees", "not verified": "differs", "undecided": "undecided"}


def document(sheet: Worksheet, found: Sequence[Evidence], digits: int) -> Iterator[tuple[str, str]]:
    """Lines, each with the verdict that colours it."""
    yield "", rows.title(sheet)
    if sheet.point:
        yield "", f"at {rows.where(sheet, digits)}"
    for evidence in found:
        yield "", ""
        label = _label(sheet, evidence)
        yield COLOURS[evidence.verdict], f"{label} = {human(evidence.reverse, digits)}: {_verdict(sheet, evidence, digits)}"
        if evidence.status is None:
            yield from (("", f"  {line}") for line in _ways(sheet, evidence, label, digits))


def _label(sheet: Worksheet, evidence: Evidence) -> str:
    if evidence.variable == ALL:
        return f"d{sheet.output}/dh, all variables moving at once (every third one, from the second, backward),"
    return rows.derivative(sheet, evidence.variable)


def _verdict(sheet: Worksheet, evidence: Evidence, digits: int) -> str:
    if evidence.status is not None:
        return f"not judged, it {rows.remark(sheet, evidence.status, digits)}"
    ways = [way for way in evidence.checks.values() if way is not None]
    return f"{evidence.verdict} in {sum(ways)} of {len(ways)} ways"


def _ways(sheet: Worksheet, evidence: Evidence, label: str, digits: int) -> Iterator[str]:
    checks = evidence.checks
    found = [_way("forward mode", evidence.forward, evidence.reverse, checks["forward"], digits)]
    if evidence.precise is None:
        why = "the formula is too long for it" if len(sheet.tape.nodes) > LONGEST else MISSING
        found.append(("differences with many digits", "", f"not taken: {why}"))
    else:
        found.append(_way(f"differences with {DIGITS} digits", evidence.precise, evidence.reverse, checks["precise"], digits))
    yield from aligned(found)
    x, out = "point" if evidence.variable == ALL else evidence.variable, sheet.output
    what = f"Taylor remainder r(h) = {out}({x} + h) - {out}({x}) - h*{f'd{out}/dh' if evidence.variable == ALL else label}"
    if evidence.order is None:
        yield f"{what}: nothing but rounding, so the formula is linear as far as doubles can tell"
        return
    judged = "right" if checks["taylor"] else "wrong"
    yield f"{what}: order {human(evidence.order, 3)}, {judged} (2 is right, 1 is wrong)"
    heads = ("  h", "r(h)", "order")
    steps = [
        (f"  {human(row.step, 3)}", human(row.remainder, 3), "" if row.order is None else f"{row.order:.3f}")
        for row in evidence.remainders
    ]
    yield from aligned([heads, *steps])


def _way(name: str, value: float, reverse: float, same: bool | None, digits: int) -> tuple[str, str, str]:
    apart = abs(value - reverse)
    shown = human(value, digits if same else 12)
    return name, shown, "the same" if not apart else f"{'close' if same else 'differs'}, absolute difference {human(apart, 2)}"


def markdown(sheet: Worksheet, found: Sequence[Evidence], digits: int) -> Iterator[str]:
    """One row for each derivative: the verdict, what each way found, and the order of the Taylor remainder."""
    yield code(rows.title(sheet)) + (f" at {code(rows.where(sheet, digits))}" if sheet.point else "")
    yield ""
    heads = ("derivative", "verdict", "reverse mode", "forward mode", "differences", "Taylor order")
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
    return [_short(sheet, evidence), evidence.verdict, human(evidence.reverse, digits), forward, precise, order]


def json(sheet: Worksheet, found: Sequence[Evidence]) -> Iterator[str]:
    """One strict JSON document."""
    yield opening(sheet.text, sheet.reading)
    yield f' "output": {quoted(sheet.output)}, "value": {strict(sheet.value)}, "variables": {numbers(sheet.point)},\n'
    yield f' "verified": {"true" if is_verified(found) else "false"},\n'
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
