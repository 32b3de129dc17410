"""From a standard uncertainty to an interval: effective degrees of freedom and Student's t (GUM, annex G)."""

from __future__ import annotations

import math
from typing import NamedTuple

from autodiff.uncertainty.correlations import Correlations
from autodiff.uncertainty.inputs import Input
from autodiff.uncertainty.linear import Linear, combined
from autodiff.uncertainty.student import student


class Degrees(NamedTuple):
    """Effective degrees of freedom; `loose` names correlated inputs for which the fewest of theirs were taken."""

    value: float
    loose: tuple[str, ...] = ()


class Coverage(NamedTuple):
    """An interval that holds the value with a probability: the factor, and the expanded uncertainty."""

    probability: float
    degrees_of_freedom: float
    factor: float
    expanded: float
    low: float
    high: float


def degrees(found: Linear, correlations: Correlations) -> Degrees:
    """By the formula of Welch and Satterthwaite (G.2b), which is for independent contributions.

    Inputs that are correlated count as one contribution: where they are means of the same records, it has the degrees of freedom
    that each of them has; where they differ, the fewest, which is the careful choice.
    """
    terms = found.signed
    inputs = {one.input.name: one.input for one in found.contributions}
    if found.uncertainty != found.uncertainty or not found.uncertainty:
        return Degrees(math.inf)
    parts, loose = list[float](), list[str]()
    for group in correlations.groups([*terms]):
        few = min(inputs[name].degrees for name in group)
        if few == math.inf:
            continue
        if len(group) > 1 and not _together([inputs[name] for name in group]):
            loose += group
        together = combined({name: terms[name] for name in group}, correlations)
        parts.append((together / found.uncertainty) ** 4 / few)
    total = math.fsum(parts)
    return Degrees(1 / total if total else math.inf, tuple(loose))


def _together(group: list[Input]) -> bool:
    """Whether inputs are means of the same records."""
    first = group[0]
    return all(one.readings and one.readings == first.readings for one in group)


def coverage(found: Linear, free: Degrees, probability: float) -> Coverage:
    """The interval; degrees of freedom that are no whole number are cut, as the GUM recommends (G.4.1)."""
    used = free.value if free.value == math.inf else float(max(1, int(free.value * (1 + 1e-12))))
    factor = student(probability, used)
    expanded = factor * found.uncertainty
    value = found.sheet.value
    return Coverage(probability, used, factor, expanded, value - expanded, value + expanded)
