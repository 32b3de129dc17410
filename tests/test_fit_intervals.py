"""Profile intervals against iminuit's MINOS, by a search of their own, and in simulated fits."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from fits import BY_NAME, ONE_SIGMA, fitted
from iminuit import Minuit
from scipy.optimize import least_squares

from autodiff.data.task import Task, planned
from autodiff.solving.fitting.fitting import Manner, of_points
from autodiff.solving.fitting.points import Asked, Points

Columns = Mapping[str, Any]


class Case(NamedTuple):
    """A formula in our language and in NumPy's, columns with a sigma, and a start. `open` are parameters without an upper end."""

    formula: str
    values: Callable[..., Any]
    columns: dict[str, Sequence[float]]
    start: Mapping[str, float]
    open: Sequence[str] = ()

    def chi(self, x: Sequence[float]) -> float:
        """The chi-squared at parameters."""
        columns = {name: np.array(values, float) for name, values in self.columns.items()}
        with np.errstate(all="ignore"):
            found = self.values(columns, *x)
            return float((((found - columns["y"]) / columns["s"]) ** 2).sum())

    def fitted(self, folder: Path) -> dict[str, Any]:
        """What the command says of it."""
        words = [f"{name}={x!r}" for name, x in self.start.items()]
        return fitted(folder, self.formula, self.columns, "--sigma", "s", "--absolute", "--level", ONE_SIGMA, *words)


def published(name: str, values: Callable[..., Any]) -> Case:
    """A reference problem whose sigma is its certified residual standard deviation."""
    problem = BY_NAME[name]
    columns = {name: [*map(float, cells)] for name, cells in problem.columns.items()}
    rows = len(columns["y"])
    sigma = math.sqrt(problem.rss / (rows - len(problem.parameters)))
    start = dict(zip(problem.parameters, problem.starts[1], strict=True))
    return Case(problem.formula, values, {**columns, "s": [sigma] * rows}, start)


SATURATION = "v*x/(k+x)", lambda c, v, k: v * c["x"] / (k + c["x"])
PUROMYCIN = {
    "x": [0.02, 0.02, 0.06, 0.06, 0.11, 0.11, 0.22, 0.22, 0.56, 0.56, 1.1, 1.1],
    "y": [76, 47, 97, 107, 123, 139, 159, 152, 191, 201, 207, 200],
}  # Bates and Watts 1988, table A1.3, treated
DEMAND = {"x": [1, 2, 3, 4, 5, 7], "y": [8.3, 10.3, 19, 16, 15.6, 19.8]}  # the same, table A1.4
COOLING = {"x": [0, 1, 2, 3, 4, 6], "y": [10.2, 6.1, 4.2, 2.6, 2.1, 1.3], "s": [0.3, 0.3, 0.2, 0.2, 0.2, 0.1]}
PEAK = {"x": [*range(8)], "y": [0.3, 1.1, 3.9, 7.6, 8.1, 4.2, 1.5, 0.2], "s": [0.5] * 8}
STRAIGHT = {"x": [1, 2, 3, 4, 5], "y": [1.05, 1.93, 3.0, 3.9, 4.7], "s": [0.2] * 5}

CASES = {
    "Misra1a": published("Misra1a", lambda c, a, b: a * (1 - np.exp(-b * c["x"]))),
    "Chwirut1": published("Chwirut1", lambda c, a, b, d: np.exp(-a * c["x"]) / (b + d * c["x"])),
    "DanWood": published("DanWood", lambda c, a, b: a * c["x"] ** b),
    "Eckerle4": published("Eckerle4", lambda c, a, b, d: a / b * np.exp(-0.5 * ((c["x"] - d) / b) ** 2)),
    "MGH10": published("MGH10", lambda c, a, b, d: a * np.exp(b / (c["x"] + d))),
    "Rat43": published("Rat43", lambda c, a, b, d, e: a / (1 + np.exp(b - d * c["x"])) ** (1 / e)),
    "Puromycin": Case(*SATURATION, {**PUROMYCIN, "s": [10.93] * 12}, {"v": 200, "k": 0.05}),
    "lopsided": Case(
        "a*(1-exp(-b*x))", lambda c, a, b: a * (1 - np.exp(-b * c["x"])), {**DEMAND, "s": [2.549] * 6}, {"a": 20, "b": 1}
    ),
    "cooling": Case(
        "a*exp(-x/t)+c", lambda c, a, t, d: a * np.exp(-c["x"] / t) + d, {**COOLING}, {"a": 9, "t": 2, "c": 1}
    ),
    "peak": Case(
        "h*exp(-((x-m)/w)^2)", lambda c, h, m, w: h * np.exp(-(((c["x"] - m) / w) ** 2)), {**PEAK}, {"h": 8, "m": 3.5, "w": 2}
    ),
    "without end": Case(*SATURATION, {**STRAIGHT}, {"v": 20, "k": 20}, ("v", "k")),
}  # fmt: skip


def minos(case: Case, best: Mapping[str, float], errors: Mapping[str, float]) -> dict[str, list[float]]:
    """The ends that iminuit finds, with parameters in units of their standard errors; infinite where it finds none."""
    x, size = np.array([*best.values()]), np.array([*errors.values()])
    search = Minuit(lambda *moved: case.chi(x + size * np.array(moved)), *[0.0] * len(x), name=[*best])
    search.errordef, search.strategy, search.tol = 1, 2, 1e-3
    search.migrad()
    ends: dict[str, list[float]] = {}
    for name, middle, unit in zip(best, x, size, strict=True):
        search.minos(name)
        found, at = search.merrors[name], search.values[name]
        low = middle + unit * (at + found.lower) if found.lower_valid else -math.inf
        high = middle + unit * (at + found.upper) if found.upper_valid else math.inf
        ends[name] = [low, high]
    return ends


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", CASES)
def test_profile_intervals_agree_with_minos(name: str, tmp_path: Path) -> None:
    """To 1e-4; two ends of these do not exist, and MINOS finds none either. MINOS itself stops within 2e-4 of a standard error."""
    case = CASES[name]
    found = case.fitted(tmp_path)
    theirs = minos(case, found["parameters"], found["std_errors"])
    for parameter, ends in theirs.items():
        has_end = parameter not in case.open
        for ours, true in zip(found["intervals"]["profile"][parameter], ends, strict=True):
            if true == math.inf:
                assert not has_end
                assert ours == "Infinity"
            else:
                assert math.isclose(ours, true, rel_tol=1e-4)
                assert abs(ours - true) < 2e-4 * found["std_errors"][parameter]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", CASES)
def test_at_an_end_the_least_chi_squared_is_higher_by_one(name: str, tmp_path: Path) -> None:
    """SciPy finds the others anew where one parameter stands at its end."""
    case = CASES[name]
    found = case.fitted(tmp_path)
    best, size = np.array([*found["parameters"].values()]), np.array([*found["std_errors"].values()])
    columns = {name: np.array(values, float) for name, values in case.columns.items()}
    for k, ends in enumerate(found["intervals"]["profile"].values()):
        for end in (end for end in ends if end != "Infinity"):
            others = np.arange(len(best)) != k

            def residuals(moved: Any, k: int = k, others: Any = others, end: float = end) -> Any:
                x = np.empty(len(best))
                x[k], x[others] = end, best[others] + size[others] * moved
                return (case.values(columns, *x) - columns["y"]) / columns["s"]

            start = np.zeros(len(best) - 1)
            for _ in range(3):
                search = least_squares(residuals, start, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20_000)
                start = search.x
            assert abs(2 * search.cost - found["chi_squared"] - 1) < 1e-5


@pytest.mark.long
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """In 2,000 fits to rows with normal errors, by profile and by Student's t."""
    formula, values = SATURATION
    true, x, sigma, runs = {"v": 212.7, "k": 0.0641}, np.array(PUROMYCIN["x"]), 10.93, 2000
    rng = np.random.default_rng(15)
    asked, plan = Asked(formula, [], None, "y"), planned(Task(formula, true), ["x", "y"], "")
    exact, rows = values({"x": x}, *true.values()), len(x)
    hits: dict[tuple[str, str], int] = {}
    for _ in range(runs):
        y = exact + sigma * rng.standard_normal(rows)
        points = Points({"x": x}, y, np.ones(rows), {}, np.arange(rows), "", plan, [], asked)
        found = of_points(points, true, {}, Manner(), lambda calls, share: None)
        assert not found.fit.has_failed
        for kind, ends in (("profile", found.intervals), ("student", found.fit.student)):
            for name, (low, high) in ends.items():
                hits[kind, name] = hits.get((kind, name), 0) + (low <= true[name] <= high)
    assert len(hits) == 4
    for which, count in hits.items():
        assert abs(count / runs - 0.95) < 0.015, (which, count)
