"""A fit by orthogonal distances: what is different where predictors are uncertain too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autodiff.errors import AutodiffError
from autodiff.messages import say, series
from autodiff.solving.fitting.distances import Aside, Distances, parts
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.points import OWN, Points
from autodiff.solving.fitting.search import Found


class Orthogonal(Fit):
    """Its residuals are those of the target at the moved predictors. The predictors' true values are unknown, one more for each
    row, so that there is no likelihood to compare formulas by, and no share of a variation about a mean.
    """

    @property
    def _aside(self) -> Aside:
        found: Aside = self.found.end.aside
        return found

    @property
    def method(self) -> str:
        """How the sum was made least."""
        return "orthogonal"

    @property
    def residuals(self) -> Any:
        """Target less fitted value, at each row."""
        return -self._aside.misfit

    @property
    def moved(self) -> dict[str, Any]:
        """By uncertain predictor: its value on the fitted curve less the measured one, at each row."""
        return dict(zip(self.points.spread, self._aside.moved))

    @property
    def spreads(self) -> Any:
        """The standard deviation of target and predictors together at each row, in the unit of the target."""
        return self._aside.wide

    @property
    def shares(self) -> dict[str, float]:
        """The parts of chi-squared by what is uncertain."""
        return dict(zip([self.asked.target, *self.points.spread], parts(self.points, self.found.end)))

    @property
    def r_squared(self) -> float:
        """None."""
        return math.nan

    @property
    def criteria(self) -> Mapping[str, float]:
        """None."""
        return dict.fromkeys(("aic", "aicc", "bic"), math.nan)


def checked(points: Points) -> None:
    """Note which predictors are exact. Raises AutodiffError where all are."""
    exact = [name for name in points.plan.columns if name not in points.spread or not points.spread[name].any()]
    if len(exact) == len(points.plan.columns):
        name = next(iter(points.plan.columns), "x")
        message = say("--orthogonal: no predictor has an uncertainty")
        raise AutodiffError("E034", message, say("add a column {name}, or leave --orthogonal out", name=OWN + name))
    if exact:
        points.notes.append(say("taken as exact, without a column u_…: {names}", names=series(exact)))


def unsettled(found: Found, distances: Distances) -> str:
    """What is wrong with predictors that are not where they fit best; or nothing."""
    if not found.has_arrived or distances.has_settled(found.end):
        return ""
    return say("the search came to no end: the uncertain predictors are not where they fit best")
