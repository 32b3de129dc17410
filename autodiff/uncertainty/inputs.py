"""An input of a budget: its value, its standard uncertainty, and the shape of what is known of it."""

from __future__ import annotations

import math
from typing import NamedTuple

from autodiff.messages import N_


class Shape(NamedTuple):
    """A distribution: what it is called, half its width (of a normal one: its standard deviation) in standard deviations, and
    its kurtosis.
    """

    spelled: str
    divisor: float
    kurtosis: float


SHAPES = {
    "normal": Shape(N_("normal"), 1.0, 3.0),
    "rectangular": Shape(N_("rectangular"), math.sqrt(3), 1.8),
    "triangular": Shape(N_("triangular"), math.sqrt(6), 2.4),
    "u-shaped": Shape(N_("U-shaped"), math.sqrt(2), 1.5),
}


class Input(NamedTuple):
    """An input. One without an uncertainty is exact."""

    name: str
    value: float
    uncertainty: float = 0.0
    """The standard one."""
    shape: str = "normal"
    degrees: float = math.inf
    """How many degrees of freedom the uncertainty has."""
    given: float = 0.0
    """The half-width, or the expanded uncertainty, as it was written."""
    factor: float = 1.0
    """What `given` was divided by."""
    readings: int = 0
    """How many readings the value is the mean of."""
    source: str = ""
    """The file and the column of these."""
