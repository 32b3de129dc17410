"""A budget of uncertainty as rows and sentences, the same in every format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render import rows
from autodiff.uncertainty.budget import Budget, Report
from autodiff.uncertainty.coverage import Coverage
from autodiff.uncertainty.inputs import SHAPES, Input
from autodiff.uncertainty.linear import Contribution
from autodiff.uncertainty.rounding import placed, rounded
from autodiff.writing.numbers import human

LENGTH = 20  # cells of a bar for the whole variance
EIGHTHS = " ▏▎▍▌▋▊▉█"
SMALL = 3  # digits of numbers beside which nobody reads more


class Row(NamedTuple):
    """One input of a budget, as text, and its share of the variance as a number."""

    cells: tuple[str, ...]
    share: float


def heads(budget: Budget) -> tuple[str, ...]:
    """What the columns are."""
    free = (say("df"),) if has_degrees(budget) else ()
    return say("input"), say("value"), say("uncertainty"), *free, say("sensitivity"), say("contribution"), say("share")


def has_degrees(budget: Budget) -> bool:
    """Whether an uncertainty is itself uncertain."""
    return any(one.input.degrees < math.inf for one in budget.linear.contributions)


def table(budget: Budget, digits: int) -> list[Row]:
    """A row for every input, the largest contribution first."""
    free = has_degrees(budget)
    return [Row(_cells(one, digits, free), one.share) for one in budget.linear.contributions]


def _cells(one: Contribution, digits: int, free: bool) -> tuple[str, ...]:
    given = one.input
    value = placed(given.value, given.uncertainty, digits)
    if not given.uncertainty:
        return given.name, value, say("exact"), *([""] if free else []), "", "", ""
    degrees = [human(given.degrees, SMALL) if given.degrees < math.inf else "∞"] if free else []
    slope = human(one.sensitivity, digits) if one.status is None else f"{human(one.sensitivity, digits)} ({say(one.status.status)})"
    size = brief(one.size)
    return given.name, value, brief(given.uncertainty), *degrees, slope, size, percent(one.share)


def brief(x: float) -> str:
    """A number with few digits; a whole part is written out up to a million."""
    return f"{x:.0f}" if 10**SMALL <= abs(x) < 1e6 else human(x, SMALL)


def percent(share: float) -> str:
    """A share of the variance."""
    if share != share:
        return ""
    return "< 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def bar(share: float, length: int = LENGTH) -> str:
    """A share as a bar."""
    if not share > 0:
        return ""
    whole, part = divmod(max(1, round(min(share, 1.0) * length * 8)), 8)
    return "█" * whole + EIGHTHS[part].strip()


def results(budget: Budget, digits: int) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """The linear result, and below it what else there is: heads and rows."""
    rows = [(say("linear"), budget.value, budget.uncertainty, _interval(budget.coverage))]
    if budget.second.uncertainty == budget.second.uncertainty:
        rows.append((say("second order"), budget.second.value, budget.second.uncertainty, ()))
    drawn = budget.drawn
    if drawn is not None:
        rows.append((say("Monte Carlo"), drawn.value, drawn.uncertainty, () if drawn.lost else (drawn.low, drawn.high)))
    chosen = budget.coverage or drawn
    ends = (say("{percent} % from", percent=human(100 * chosen.probability, 6)), say("to")) if chosen else ()
    body = [(name, placed(x, u, digits), brief(u), *_ends(between, u, digits, len(ends))) for name, x, u, between in rows]
    return (say("result"), budget.output, f"u({budget.output})", *ends), body


def _interval(found: Coverage | None) -> tuple[float, ...]:
    return () if found is None else (found.low, found.high)


def _ends(between: Sequence[float], u: float, digits: int, columns: int) -> tuple[str, ...]:
    return tuple([placed(x, u, digits) for x in between] or [""] * columns)


def answer(budget: Budget) -> str:
    """The result as it is quoted."""
    found, name = rounded(budget.value, budget.uncertainty), budget.output
    if budget.uncertainty != budget.uncertainty:
        return say("{output} = {value}, and there is no linear budget", output=name, value=human(budget.value))
    text = f"{name} = {found.text}"
    return f"{text} = {found.concise}" if budget.uncertainty else text


def sentences(budget: Budget) -> Iterator[str]:
    """What is to be said below the tables, the answer first."""
    about = answer(budget)
    if budget.is_adequate:
        about = say("{answer} (standard uncertainty)", answer=about)
    elif budget.reasons:
        about = say("{answer} by the linear law alone, which is not good enough here", answer=about)
    yield about
    found = budget.coverage
    if found is not None:
        text = rounded(budget.value, found.expanded).text
        said = {
            "output": budget.output,
            "text": text,
            "percent": human(100 * found.probability, 6),
            "factor": human(found.factor, 4),
        }
        if found.degrees_of_freedom < math.inf:
            yield say(
                "{output} = {text} with {percent} % coverage (k = {factor}, of Student's t with {degrees} degrees of freedom; "
                "effective: {effective})",
                degrees=human(found.degrees_of_freedom), effective=human(budget.degrees.value, 4), **said,
            )  # fmt: skip
        else:
            yield say("{output} = {text} with {percent} % coverage (k = {factor}, of the normal distribution)", **said)
    if budget.drawn is not None:
        yield say("Monte Carlo: {number} draws, seed {seed}", number=budget.drawn.draws, seed=budget.drawn.seed)


def warnings(budget: Budget, digits: int) -> Iterator[str]:
    """What is not simply right, and where linear is not good enough."""
    sheet = budget.linear.sheet
    if budget.uncertainty != budget.uncertainty:
        yield from rows.remarks_on(sheet, digits)
        text = say("so there is no linear budget here")
        more = say("{text}; Monte Carlo may tell more: {spelling}", text=text, spelling="--monte-carlo 1000000")
        yield text if budget.drawn else more
    yield from budget.reasons
    if budget.second.reason and budget.uncertainty == budget.uncertainty:
        yield say("there is no second-order result: {reason}", reason=budget.second.reason)


def origins(report: Report, digits: int) -> Iterator[str]:
    """Where uncertainties come from that were not written as standard ones."""
    for one in report.inputs.values():
        if text := origin(one):
            yield text
    pairs = report.correlations.pairs
    if pairs:
        listed = [f"r({a}, {b}) = {human(r, digits)}" for (a, b), r in pairs.items()]
        yield say("correlations: {list}", list=", ".join(listed[:12]) + (", …" if len(listed) > 12 else ""))


def origin(one: Input) -> str:
    """The same of one input; nothing for a standard uncertainty."""
    u = brief(one.uncertainty)
    if one.readings:
        return say("{name}: the mean of {number} readings, {source}; u = s/√n = {u}",
                   name=one.name, number=one.readings, source=one.source, u=u)  # fmt: skip
    if one.factor == 1:
        return ""
    given = human(one.given, 6)
    if one.shape == "normal":
        factor = human(one.factor, 6)
        return say(
            "{name}: expanded uncertainty {given}; u = {given}/{factor} = {u}", name=one.name, given=given, factor=factor, u=u
        )
    said = {"name": one.name, "shape": say(SHAPES[one.shape].spelled), "given": given, "square": round(one.factor**2), "u": u}
    return say("{name}: {shape}, half-width {given}; u = {given}/√{square} = {u}", **said)


def between(report: Report, digits: int) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    """The correlations of several outputs."""
    names = [one.output for one in report.budgets]
    body: list[tuple[str, ...]] = []
    for i, name in enumerate(names):
        numbers = [report.between(i, j) for j in range(len(names))]
        body.append((name, *(human(r, min(digits, 4)) if r == r else "" for r in numbers)))
    return ("", *names), body
