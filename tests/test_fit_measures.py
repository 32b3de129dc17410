"""What autodiff fit says of a fit, against SciPy, likelihoods, rows left out, published curvatures and simulation."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fits import fitted
from scipy.optimize import curve_fit, least_squares
from scipy.stats import norm, skew
from test_fit_intervals import PUROMYCIN, SATURATION

from autodiff.data.task import Task, planned
from autodiff.solving.fitting.curvature import curvature
from autodiff.solving.fitting.fitting import Fitted, Manner, of_points
from autodiff.solving.fitting.influence import bands, influence, over_rows
from autodiff.solving.fitting.points import Asked, Points

RNG = np.random.default_rng(15)
X = np.linspace(0.5, 6, 14)
SIGMA = 0.1 + 0.05 * X
Y = 5 * np.exp(-0.6 * X) + 1 + SIGMA * RNG.standard_normal(14)
DECAY = {"x": [*map(float, X)], "y": [*map(float, Y)], "s": [*map(float, SIGMA)], "w": [*map(float, SIGMA**-2)]}
START = ("a=4", "b=0.5", "c=0")


def decay(x: Any, a: float, b: float, c: float) -> Any:
    return a * np.exp(-b * x) + c


def of(formula: str, start: dict[str, float], x: Any, y: Any, manner: Manner, sigma: Any = None) -> Fitted:
    """The fit of two columns, without a file."""
    rows = len(x)
    plan = planned(Task(formula, start), ["x", "y"], "")
    asked = Asked(formula, [], None, "y")
    points = Points({"x": x}, y, np.ones(rows) if sigma is None else sigma, {}, np.arange(rows), "", plan, [], asked)
    return of_points(points, start, {}, manner, lambda calls, share: None)


@pytest.mark.parametrize("words", ["", "--sigma s", "--sigma s --absolute", "--weights w"])
def test_errors_are_those_of_curve_fit(words: str, tmp_path: Path) -> None:
    """Scaled by the residuals, or absolute; a weight is 1/sigma² and always scaled."""
    found = fitted(tmp_path, "a*exp(-b*x)+c", DECAY, *START, *words.split())
    is_absolute, sigma = "--absolute" in words, SIGMA if words else None
    best, covariance = curve_fit(decay, X, Y, [4, 0.5, 0], sigma, is_absolute, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    assert found["errors_are"] == ("absolute" if is_absolute else "scaled")
    for k, name in enumerate("abc"):
        assert math.isclose(found["parameters"][name], best[k], rel_tol=1e-6)
        assert math.isclose(found["std_errors"][name], math.sqrt(covariance[k, k]), rel_tol=1e-5)
        for j, other in enumerate("abc"):
            assert math.isclose(found["covariance"][name][other], covariance[k, j], rel_tol=1e-4)
            assert found["correlation"][name][other] == found["correlation"][other][name]


@pytest.mark.parametrize("words", ["", "--sigma s", "--sigma s --absolute"])
def test_criteria_come_from_the_likelihood(words: str, tmp_path: Path) -> None:
    """As in R: with the scale at its most likely value and counted as a parameter, where sigma is not absolute."""
    found = fitted(tmp_path, "a*exp(-b*x)+c", DECAY, *START, *words.split())
    sigma, fit = SIGMA if words else np.ones(14), decay(X, *found["parameters"].values())
    scale = 1.0 if "--absolute" in words else math.sqrt((((Y - fit) / sigma) ** 2).mean())
    likelihood = norm.logpdf(Y, fit, scale * sigma).sum()
    k = 3 if "--absolute" in words else 4
    assert math.isclose(found["aic"], 2 * k - 2 * likelihood, rel_tol=1e-9)
    assert math.isclose(found["bic"], k * math.log(14) - 2 * likelihood, rel_tol=1e-9)
    assert math.isclose(found["aicc"], found["aic"] + 2 * k * (k + 1) / (14 - k - 1), rel_tol=1e-9)
    mean = np.average(Y, weights=sigma**-2)
    share = 1 - (((Y - fit) / sigma) ** 2).sum() / (((Y - mean) / sigma) ** 2).sum()
    assert math.isclose(found["r_squared"], share, rel_tol=1e-9)


def test_leverage_and_cooks_distance_are_what_leaving_a_row_out_does() -> None:
    """For a straight line: the distance is how far all fitted values move, in units of the variance of the fit."""
    y = 2 + 3 * X + RNG.standard_normal(14)
    fit = of("a+b*x", {"a": 1.0, "b": 1.0}, X, y, Manner(profiles=False)).fit
    felt, design = influence(fit), np.stack([np.ones(14), X], axis=1)
    hat = design @ np.linalg.inv(design.T @ design) @ design.T
    assert np.allclose(felt.leverage, np.diag(hat), rtol=1e-10)
    for k in range(14):
        rest = np.arange(14) != k
        without = design @ np.linalg.lstsq(design[rest], y[rest], rcond=None)[0]
        distance = ((fit.fitted - without) ** 2).sum() / (2 * fit.variance)
        assert math.isclose(felt.cook[k], distance, rel_tol=1e-8)
    wide = bands(fit, design, np.ones(14))
    error = np.sqrt(fit.variance * np.diag(hat))
    assert np.allclose(wide.confidence, fit.quantile * error)
    assert np.allclose(over_rows(fit).prediction, fit.quantile * np.sqrt(fit.variance + error**2))


def test_curvatures_of_puromycin_are_the_published_ones(tmp_path: Path) -> None:
    """The example of `rms.curv` in R's package MASS (after Bates and Watts 1988, section 7.3): 0.2121 and 0.092."""
    found = fitted(tmp_path, SATURATION[0], PUROMYCIN, "v=200", "k=0.1")
    assert round(found["curvature"]["parameter_effects"], 4) == 0.2121
    assert round(found["curvature"]["intrinsic"], 3) == 0.092


def test_skewness_of_one_parameter_is_what_the_expansion_of_its_estimate_says() -> None:
    """The mean y of n rows gives the estimate g(y) where f(g(y)) = y; its skewness is 3·g''/g'·σ/√n to the first order."""
    y = np.array([7.9, 8.3, 8.1, 7.6, 8.2])
    fit = of("a^3*x", {"a": 1.5}, np.ones(5), y, Manner(profiles=False)).fit
    a, sigma = fit.parameters["a"], math.sqrt(fit.variance)
    expected = -3 * (6 * a) / (3 * a**2) ** 2 * sigma / math.sqrt(5)
    assert math.isclose(curvature(fit).skewness["a"], expected, rel_tol=1e-6)
    assert math.isclose(a, y.mean() ** (1 / 3), rel_tol=1e-12)


@pytest.mark.long
def test_skewness_is_that_of_simulated_estimates() -> None:
    """In 40,000 fits at once, by Gauss and Newton's method; Hougaard's measure is of the first order, hence 0.05."""
    rng, true, x, sigma = np.random.default_rng(3), {"v": 212.7, "k": 0.0641}, np.array(PUROMYCIN["x"]), 10.93
    exact = SATURATION[1]({"x": x}, *true.values())
    y = exact + sigma * rng.standard_normal((40_000, 12))
    v, k = np.full((40_000, 1), true["v"]), np.full((40_000, 1), true["k"])
    for _ in range(12):
        rest, by_v, by_k = y - v * x / (k + x), x / (k + x), -v * x / (k + x) ** 2
        vv, vk, kk = [(one * other).sum(axis=1, keepdims=True) for one, other in ((by_v, by_v), (by_v, by_k), (by_k, by_k))]
        gv, gk = [(one * rest).sum(axis=1, keepdims=True) for one in (by_v, by_k)]
        v, k = v + (kk * gv - vk * gk) / (vv * kk - vk**2), k + (vv * gk - vk * gv) / (vv * kk - vk**2)
    told = curvature(of(SATURATION[0], true, x, exact, Manner(profiles=False, is_absolute=True), np.full(12, sigma)).fit).skewness
    assert abs(skew(v[:, 0]) - told["v"]) < 0.05
    assert abs(skew(k[:, 0]) - told["k"]) < 0.05


ROBUST = "soft_l1", "huber", "cauchy", "arctan"


@pytest.mark.parametrize("loss", ROBUST)
def test_robust_parameters_are_those_of_least_squares(loss: str, tmp_path: Path) -> None:
    y = Y.copy()
    y[5] += 3
    rows = {"x": DECAY["x"], "y": [*map(float, y)]}
    found = fitted(tmp_path, "a*exp(-b*x)+c", rows, *START, "--loss", loss, "--loss-scale", "0.3")
    theirs = least_squares(
        lambda p: decay(X, *p) - y, [4, 0.5, 0], loss=loss, f_scale=0.3, xtol=1e-14, ftol=1e-14, gtol=1e-14, x_scale="jac"
    ).x
    assert np.allclose([*found["parameters"].values()], theirs, rtol=2e-5)


@pytest.mark.long
@pytest.mark.parametrize("loss", ROBUST)
def test_robust_errors_are_the_scatter_of_simulated_estimates(loss: str) -> None:
    """In 300 fits with normal errors of which one in ten is five times as large."""
    rng, true, x = np.random.default_rng(8), {"a": 2.0, "b": 3.0}, np.linspace(0, 1, 60)
    found, told = [], []
    for _ in range(300):
        size = np.where(rng.random(60) < 0.1, 5, 1)
        y = 2 + 3 * x + 0.2 * size * rng.standard_normal(60)
        fit = of("a+b*x", true, x, y, Manner(loss=loss, scale=0.3)).fit
        found.append([*fit.parameters.values()])
        told.append([*fit.std_errors.values()])
    assert np.allclose(np.median(told, axis=0), np.std(found, axis=0), rtol=0.1)
    assert np.allclose(np.mean(found, axis=0), [2, 3], atol=0.05)
