"""Derivatives by hand, each with its claim beside it; `autodiff check --in examples/claims.py` judges them."""


def loss_slope(z: float, y: float, a: float) -> float:
    # autodiff-claim: a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a)) => dz = sigmoid(z) - y
    return a - y


def area_slope(x: float) -> float:
    """The slope of a square's area, with a slip.

    autodiff-claim: x^2 => dx=3*x
    """
    return 3 * x


def tangent_slope(x: float) -> float:
    # autodiff-claim: tan(x) => dx=2 at x=pi/4
    return 2.0
