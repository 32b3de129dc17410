"""The reverse question: which input must become how much better, so that the result is known so well."""

from __future__ import annotations

import math
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.uncertainty.correlations import Correlations
from autodiff.uncertainty.linear import Linear


class Goal(NamedTuple):
    """The standard uncertainty that is wanted; a share is one of the value."""

    amount: float
    is_share: bool = False


class Single(NamedTuple):
    """One input that is improved alone: its new uncertainty; None where even none would not do."""

    name: str
    before: float
    after: float | None


class Target(NamedTuple):
    """What reaches a goal: each input alone, or the fewest of the largest ones, each by the same factor."""

    wanted: float
    reached: bool
    alone: tuple[Single, ...] = ()
    together: tuple[str, ...] = ()
    factor: float = 1.0


def target(found: Linear, correlations: Correlations, goal: Goal) -> Target:
    """What must become better; nothing where there is no linear budget. Raises AutodiffError for a share of 0."""
    wanted = goal.amount * abs(found.sheet.value) if goal.is_share else goal.amount
    if not 0 < wanted < math.inf:
        message = say("a share of {value} is no goal", value=found.sheet.value)
        raise AutodiffError("E042", message, say("write {spelling}", spelling="--goal 0.05"))
    if found.uncertainty != found.uncertainty:
        return Target(wanted, False)
    if found.uncertainty <= wanted:
        return Target(wanted, True)
    terms = {name: x / found.uncertainty for name, x in found.signed.items() if x}
    share = (wanted / found.uncertainty) ** 2
    names = [one.input.name for one in found.contributions if one.input.name in terms]
    size = {one.input.name: one.input.uncertainty for one in found.contributions}
    alone = []
    for name in names:
        factor = _factor(terms, correlations, [name], share)
        alone.append(Single(name, size[name], None if factor is None else size[name] * factor))
    for many in range(1, len(names) + 1):
        factor = _factor(terms, correlations, names[:many], share)
        if factor:
            return Target(wanted, False, tuple(alone), tuple(names[:many]), factor)
    return Target(wanted, False, tuple(alone), tuple(names), math.sqrt(share))


def _factor(terms: dict[str, float], correlations: Correlations, chosen: list[str], share: float) -> float | None:
    """By what factor below 1 these must shrink; the variance is a quadratic polynomial of it, whose largest root is taken."""
    moving = {name: x if name in chosen else 0.0 for name, x in terms.items()}
    rest = {name: 0.0 if name in chosen else x for name, x in terms.items()}
    beside = correlations.times(moving)
    a = math.fsum(moving[name] * beside[name] for name in terms)
    half = math.fsum(rest[name] * beside[name] for name in terms)
    still = correlations.times(rest)
    c = math.fsum(rest[name] * still[name] for name in terms) - share
    square = half * half - a * c
    if a <= 0 or square < 0:
        return None
    root = (-half + math.sqrt(square)) / a
    return root if 0 < root < 1 else None
