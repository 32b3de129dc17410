"""How much single rows weigh, and the bands around the fitted curve."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.solving.fitting.fit import Fit


class Influence(NamedTuple):
    """At each row: its leverage (the diagonal of the hat matrix), the residual divided by its standard deviation, and Cook's
    distance (Cook 1977): how far the fit moves without this row.
    """

    leverage: Any
    standardized: Any
    cook: Any


def influence(fit: Fit) -> Influence:
    """Of the linearised fit."""
    numpy = needs("numpy")
    q = fit.triangle[0]
    leverage = numpy.clip((q * q).sum(axis=1), 0.0, 1.0)
    rest = 1 - leverage
    with numpy.errstate(all="ignore"):
        standardized = -fit.found.end.r / numpy.sqrt(fit.variance * rest)
        cook = standardized**2 * leverage / rest / max(int(fit.free.sum()), 1)
    return Influence(leverage, standardized, cook)


class Bands(NamedTuple):
    """Half the width of the confidence band of the curve, and of the prediction band of a new measurement; not a number where that
    cannot be told: without a degree of freedom, and the second one for a loss other than squares.
    """

    confidence: Any
    prediction: Any


def bands(fit: Fit, slopes: Any, sigma: Any) -> Bands:
    """Where the curve has these derivatives by the parameters; `sigma` is the uncertainty of a new measurement, as in the rows."""
    numpy = needs("numpy")
    spread = ((slopes[:, fit.free] @ fit.triangle[1]) ** 2).sum(axis=1)
    size = fit.quantile * math.sqrt(fit.variance)
    whole = spread + sigma**2 if fit.loss == "linear" else numpy.full(len(spread), math.nan)
    return Bands(size * numpy.sqrt(spread), size * numpy.sqrt(whole))


def over_rows(fit: Fit) -> Bands:
    """The bands at the rows themselves."""
    return bands(fit, fit.found.end.jacobian * fit.spreads[:, None], fit.spreads)
