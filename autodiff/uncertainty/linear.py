"""The law of propagation of uncertainty (GUM 5.1 and 5.2): a result and its budget, from the exact gradient."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from autodiff.point.worksheet import Worksheet
from autodiff.trust.status import Status
from autodiff.uncertainty.correlations import Correlations
from autodiff.uncertainty.inputs import Input


class Contribution(NamedTuple):
    """What an input adds: its sensitivity times its uncertainty, and its share of the variance.

    With correlations a share holds half of what the input has in common with others, and may be negative.
    """

    input: Input
    sensitivity: float
    contribution: float
    share: float
    status: Status | None

    @property
    def size(self) -> float:
        """The contribution without its sign."""
        return abs(self.contribution)


class Linear(NamedTuple):
    """The combined standard uncertainty, NaN where there is no linear budget, and the contributions, the largest first."""

    sheet: Worksheet
    uncertainty: float
    contributions: tuple[Contribution, ...]

    @property
    def doubtful(self) -> list[Contribution]:
        """The contributions of which the sensitivity is not simply right."""
        return [one for one in self.contributions if one.status is not None and one.input.uncertainty]

    @property
    def signed(self) -> dict[str, float]:
        """The contributions with their signs, by name."""
        return {one.input.name: one.contribution for one in self.contributions if one.input.uncertainty}


def linear(sheet: Worksheet, inputs: Mapping[str, Input], correlations: Correlations) -> Linear:
    """The budget at first order."""
    slopes = {name: sheet.gradient.get(name, 0.0) if one.uncertainty else 0.0 for name, one in inputs.items()}
    terms = {name: slopes[name] * one.uncertainty for name, one in inputs.items() if one.uncertainty}
    is_doubtful = sheet.value_status != "ok" or not math.isfinite(sheet.value) or any(name in sheet.status for name in terms)
    total = math.nan if is_doubtful else combined(terms, correlations)
    scale = max(map(abs, terms.values()), default=0.0)
    small = {name: x / scale if scale else 0.0 for name, x in terms.items()}
    beside, whole = correlations.times(small), (total / scale) ** 2 if scale else 0.0
    found = []
    for name, one in inputs.items():
        share = small[name] * beside[name] / whole if name in small and whole else 0.0
        share = math.nan if is_doubtful and name in terms else share + 0.0
        found.append(Contribution(one, slopes[name], terms.get(name, 0.0) + 0.0, share, sheet.status.get(name)))
    found.sort(key=lambda one: (-one.size if one.size == one.size else -math.inf, not one.input.uncertainty))
    return Linear(sheet, total, tuple(found))


def combined(terms: Mapping[str, float], correlations: Correlations) -> float:
    """The root of a quadratic form, in which no square leaves the range of doubles."""
    if not correlations:
        return math.hypot(*terms.values())
    scale = max(map(abs, terms.values()), default=0.0)
    if not scale or not math.isfinite(scale):
        return scale
    small = {name: x / scale for name, x in terms.items()}
    beside = correlations.times(small)
    square = math.fsum(small[name] * beside[name] for name in small)
    return scale * math.sqrt(square) if square > 0 else 0.0
