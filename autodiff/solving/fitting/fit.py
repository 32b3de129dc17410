"""What came of a fit: the parameters with their standard errors, and what is to be said of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autodiff.errors import needs
from autodiff.formula import parse
from autodiff.messages import say, series
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.fitting.points import Asked, Points
from autodiff.solving.fitting.robust import squared, variance
from autodiff.solving.fitting.search import Found


@dataclass(frozen=True)
class Fit:
    """`condition` is a word for what went wrong: flat, plateau, domain, limit; or nothing. With `is_absolute` the uncertainties of
    the target are taken as they are, else they are scaled so that the reduced chi-squared is 1. `free` tells of each parameter
    whether it is inside its bounds. All sums of squares are of residuals divided by sigma, where there is one.
    """

    asked: Asked
    points: Points
    model: Model
    start: tuple[float, ...]
    found: Found
    free: Any
    level: float
    is_absolute: bool
    loss: str = "linear"
    scale: float = 1.0
    condition: str = ""
    message: str = ""
    is_bounded: bool = False
    more: list[str] = field(default_factory=list)
    """Further notes."""

    @property
    def has_failed(self) -> bool:
        """Whether the parameters are only the best so far."""
        return bool(self.condition)

    @property
    def method(self) -> str:
        """How the sum was made least."""
        return "robust" if self.loss != "linear" else "bounded" if self.is_bounded else "direct"

    @property
    def gradient(self) -> dict[str, float]:
        """The derivative of half the sum of squares by each parameter: 0 at the optimum, up to rounding."""
        flat = self.squares
        return dict(zip(self.model.names, map(float, flat.jacobian.T @ flat.r)))

    @property
    def squares(self) -> Residuals:
        """The problem of least squares that has its minimum here: of a robust loss, with residuals that are weighed down."""
        end = self.found.end
        return end if self.loss == "linear" else squared(end, self.loss, self.scale)

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by name."""
        return dict(zip(self.model.names, map(float, self.found.end.x)))

    @property
    def notes(self) -> list[str]:
        """What is to be said of the reading and of the rows."""
        within = [name for name in self.points.columns if name in parse(self.asked.target).names]
        said = say("the formula contains what it is fitted to: {names}", names=series(within))
        return [*self.points.notes, *([said] if within else []), *self.more]

    @property
    def rows(self) -> int:
        """How many rows count."""
        return len(self.points.y)

    @property
    def dof(self) -> int:
        """Degrees of freedom: rows less parameters that moved."""
        return self.rows - int(self.free.sum())

    @cached_property
    def residuals(self) -> Any:
        """Target less fitted value, at each row."""
        return -self.found.end.r * self.points.sigma

    @property
    def spreads(self) -> Any:
        """The standard deviation of a measurement at each row, as in `sigma`."""
        return self.points.sigma

    @property
    def moved(self) -> dict[str, Any]:
        """By uncertain predictor: its value on the fitted curve less the measured one, at each row."""
        return {}

    @property
    def shares(self) -> dict[str, float]:
        """The parts of chi-squared by what is uncertain, where that is more than the target."""
        return {}

    @property
    def fitted(self) -> Any:
        """The value of the formula at each row."""
        return self.points.y - self.residuals

    @property
    def rss(self) -> float:
        """The sum of squares of the residuals, unweighted."""
        return float(self.residuals @ self.residuals)

    @property
    def chi_squared(self) -> float:
        """The sum of squares of the residuals divided by sigma."""
        return self.found.end.sum

    @property
    def reduced(self) -> float:
        """Chi-squared for each degree of freedom."""
        return self.chi_squared / self.dof if self.dof else math.nan

    @property
    def variance(self) -> float:
        """What the covariance is scaled by."""
        if self.loss != "linear":
            return variance(self.found.end.r, int(self.free.sum()), self.loss, self.scale)
        return 1.0 if self.is_absolute else self.reduced

    @property
    def has_sigma(self) -> bool:
        """Whether the rows are not all equally certain, or it is said how certain they are."""
        return bool(self.asked.sigma or self.asked.weights)

    @property
    def can_be_judged(self) -> bool:
        """Whether profiles and the influence of rows make sense: for squares, where there is some scatter."""
        return self.loss == "linear" and bool(self.dof) and self.variance > 0

    @property
    def residual_sd(self) -> float:
        """The residual standard deviation: the root of the reduced chi-squared."""
        return math.sqrt(self.reduced)

    @property
    def r_squared(self) -> float:
        """The share of the weighted variation about the mean that the formula explains."""
        numpy = needs("numpy")
        weights = self.points.sigma**-2
        mean = numpy.average(self.points.y, weights=weights)
        whole = float(weights @ (self.points.y - mean) ** 2)
        return 1 - self.chi_squared / whole if whole else math.nan

    @cached_property
    def triangle(self) -> tuple[Any, Any]:
        """Q and the inverse of R, of the Jacobian by the free parameters."""
        numpy = needs("numpy")
        slopes = self.found.end.jacobian[:, self.free]
        sizes = numpy.linalg.norm(slopes, axis=0)
        q, r = numpy.linalg.qr(slopes / sizes)
        return q, numpy.linalg.solve(r, numpy.eye(len(r))) / sizes[:, None]

    @cached_property
    def covariance(self) -> Any:
        """Of all parameters; what does not move has none."""
        numpy = needs("numpy")
        root = self.triangle[1]
        whole = numpy.full((len(self.free), len(self.free)), math.nan)
        whole[numpy.ix_(self.free, self.free)] = self.variance * (root @ root.T)
        return whole

    @property
    def std_errors(self) -> dict[str, float]:
        """The standard errors of the parameters; not a number for one at its bound."""
        return dict(zip(self.model.names, map(float, needs("numpy").sqrt(needs("numpy").diag(self.covariance)))))

    @property
    def correlation(self) -> Any:
        """Of all parameters."""
        numpy = needs("numpy")
        root = self.triangle[1]
        sizes = numpy.linalg.norm(root, axis=1)
        whole = numpy.full((len(self.free), len(self.free)), math.nan)
        found = root @ root.T / sizes[:, None] / sizes
        numpy.fill_diagonal(found, 1.0)
        whole[numpy.ix_(self.free, self.free)] = (found + found.T) / 2
        return whole

    @cached_property
    def quantile(self) -> float:
        """How many standard errors on both sides hold the level: Student's t, or the normal distribution's where absolute."""
        special = needs("scipy.special")
        if self.is_absolute:
            return float(special.ndtri(0.5 + self.level / 2))
        return float(special.stdtrit(self.dof, 0.5 + self.level / 2)) if self.dof else math.nan

    @property
    def student(self) -> dict[str, tuple[float, float]]:
        """Intervals from the standard errors alone."""
        wide = {name: self.quantile * error for name, error in self.std_errors.items()}
        return {name: (x - wide[name], x + wide[name]) for name, x in self.parameters.items()}

    @property
    def likelihood(self) -> float:
        """The logarithm of the likelihood of normal errors at its best: -n/2·(log(2π·S/n) + 1) - Σ log σ, S the chi-squared; for
        absolute uncertainties -S/2 - Σ log(σ·√(2π)).
        """
        n, logs = self.rows, float(needs("numpy").log(self.points.sigma).sum())
        if self.is_absolute:
            return -self.chi_squared / 2 - logs - n / 2 * math.log(2 * math.pi)
        if not self.chi_squared:
            return math.inf
        return -n / 2 * (math.log(2 * math.pi * self.chi_squared / n) + 1) - logs

    @property
    def criteria(self) -> Mapping[str, float]:
        """AIC, AICc and BIC: the likelihood with its parameters, the unknown scale among them."""
        k, n = self.rows - self.dof + (not self.is_absolute), self.rows
        aic = 2 * k - 2 * self.likelihood
        return {
            "aic": aic,
            "aicc": aic + 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else math.nan,
            "bic": k * math.log(n) - 2 * self.likelihood,
        }

    @property
    def chance(self) -> float:
        """The probability of a chi-squared at least as large, where the uncertainties are absolute."""
        return float(needs("scipy.special").chdtrc(self.dof, self.chi_squared)) if self.dof else math.nan
