"""Orthogonal distances: against published figures, against the whole sum made least by another program, and bad input."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from console import Outcome, inside
from schemas import fits, strict
from scipy.optimize import least_squares

# K. Pearson's points (Philosophical Magazine 2, 1901) with the weights of D. York (Canadian Journal of Physics 44, 1966).
YORK = {
    "x": [0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4],
    "y": [5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5],
    "u_x": [w**-0.5 for w in (1000.0, 1000.0, 500.0, 800.0, 200.0, 80.0, 60.0, 20.0, 1.8, 1.0)],
    "u_y": [w**-0.5 for w in (1.0, 1.8, 4.0, 8.0, 20.0, 20.0, 70.0, 70.0, 100.0, 500.0)],
}
DECAY = "a*exp(-b*x) + c"


def written(path: Path, columns: Mapping[str, Sequence[float]]) -> str:
    """A CSV file with these columns; its name."""
    rows = [",".join(columns), *(",".join(repr(float(x)) for x in row) for row in zip(*columns.values()))]
    path.write_text("\n".join(rows) + "\n")
    return path.name


def run(folder: Path, columns: Mapping[str, Sequence[float]], *words: str) -> Outcome:
    return inside(["fit", words[0], written(folder / "d.csv", columns), "--target", "y", *words[1:]], folder)


def found(folder: Path, columns: Mapping[str, Sequence[float]], *words: str, code: int = 0) -> dict[str, Any]:
    done = run(folder, columns, *words, "--orthogonal", "--json")
    assert done.code == code, done.text()
    document: dict[str, Any] = strict(done.stdout)
    fits("fit", document)
    assert document["method"] == "orthogonal"
    return document


def decay(u: float = 0.1) -> dict[str, Any]:
    random, true = np.random.default_rng(1), np.linspace(0.1, 4, 40)
    y = 3 * np.exp(-1.3 * true) + 0.5 + 0.05 * random.normal(size=40)
    return {"x": true + 0.1 * random.normal(size=40), "u_x": [u] * 40, "y": y, "u_y": [0.05] * 40}


def test_york(tmp_path: Path) -> None:
    """Intercept 5.47991 ± 0.29497, slope -0.48053 ± 0.05799, chi-squared 11.87, reduced 1.483: README of the R package bfsl 0.2.1
    (P. Sturm), which follows York and others (American Journal of Physics 72, 2004), where errors are absolute.
    """
    fit = found(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--absolute")
    assert fit["parameters"] == pytest.approx({"a": 5.47991, "b": -0.48053}, abs=5e-6)
    assert fit["std_errors"] == pytest.approx({"a": 0.29497, "b": 0.05799}, abs=5.1e-6)
    assert fit["chi_squared"] == pytest.approx(11.87, abs=5e-3)
    assert fit["reduced_chi_squared"] == pytest.approx(1.483, abs=5e-4)
    assert math.fsum(fit["chi_squared_of"].values()) == pytest.approx(fit["chi_squared"], rel=1e-12)
    scaled = found(tmp_path, YORK, "a + b*x", "a=1", "b=1")
    assert scaled["errors_are"] == "scaled"
    assert scaled["std_errors"]["b"] == pytest.approx(0.05799 * math.sqrt(1.483), rel=1e-3)
    assert scaled["parameters"] == fit["parameters"]
    assert scaled["intervals"]["profile"] is None
    assert "none by profile" in run(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--orthogonal").stdout


def test_york_by_his_equations(tmp_path: Path) -> None:
    """The iteration of York and others (2004), written again here, to ten digits."""
    x, y, u, v = (np.array(YORK[name]) for name in ("x", "y", "u_x", "u_y"))
    b = -0.5
    for _ in range(200):
        weight = 1 / (v**2 + b**2 * u**2)
        mean, level = np.average(x, weights=weight), np.average(y, weights=weight)
        beta = weight * ((x - mean) * v**2 + b * (y - level) * u**2)
        b = float((weight * beta * (y - level)).sum() / (weight * beta * (x - mean)).sum())
    true = mean + beta
    centre = np.average(true, weights=weight)
    error_b = (weight * (true - centre) ** 2).sum() ** -0.5
    error_a = math.sqrt(1 / weight.sum() + centre**2 * error_b**2)
    fit = found(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--absolute")
    assert fit["parameters"] == pytest.approx({"a": level - b * mean, "b": b}, rel=1e-10)
    assert fit["std_errors"] == pytest.approx({"a": error_a, "b": error_b}, rel=1e-10)


def test_the_whole_sum_over_parameters_and_true_predictors(tmp_path: Path) -> None:
    """Three predictors: one uncertain, one uncertain in some rows alone, one exact; the sum over all that is unknown made least by
    SciPy with numeric derivatives, and the covariance from its whole Jacobian.
    """
    n, random = 20, np.random.default_rng(5)
    data = {name: np.array(values[::2]) for name, values in decay().items()}
    z, w = random.normal(size=n), random.uniform(size=n)
    uz = np.where(np.arange(n) % 3 == 0, 0.0, 0.2)
    data |= {"z": z + uz * random.normal(size=n), "u_z": uz, "w": w, "y": data["y"] + 0.7 * z + 2 * w}
    fit = found(tmp_path, data, f"{DECAY} + k*z*x + m*w", "a=1", "b=1", "c=1", "k=1", "m=0", "--absolute")

    def rest(unknown: Any) -> Any:
        (a, b, c, k, m), xs, zs = unknown[:5], unknown[5 : 5 + n], np.where(uz > 0, unknown[5 + n :], data["z"])
        value = a * np.exp(-b * xs) + c + k * zs * xs + m * w
        moved = np.where(uz > 0, (zs - data["z"]) / np.where(uz > 0, uz, 1), unknown[5 + n :] - data["z"])
        return np.concatenate([(value - data["y"]) / 0.05, (xs - data["x"]) / 0.1, moved])

    start = np.concatenate([[*fit["parameters"].values()], data["x"], data["z"]]) * 1.02
    other = least_squares(rest, start, method="lm", jac="3-point", xtol=1e-14, ftol=1e-14, gtol=1e-14, max_nfev=10**5)
    assert [*fit["parameters"].values()] == pytest.approx(other.x[:5].tolist(), rel=1e-6)
    assert fit["chi_squared"] == pytest.approx(2 * other.cost, rel=1e-10)
    whole = np.linalg.inv(other.jac.T @ other.jac)[:5, :5]
    assert [*fit["std_errors"].values()] == pytest.approx(np.sqrt(np.diag(whole)).tolist(), rel=1e-5)
    assert fit["correlation"]["a"]["b"] == pytest.approx(whole[0, 1] / math.sqrt(whole[0, 0] * whole[1, 1]), rel=1e-4)
    assert fit["notes"][-1] == "taken as exact, without a column u_…: w"
    assert max(abs(slope) for slope in fit["gradient"].values()) < 1e-6


def test_exact_predictors_give_the_ordinary_fit(tmp_path: Path) -> None:
    words = DECAY, "a=1", "b=1", "c=1", "--sigma", "u_y"
    fit, plain = found(tmp_path, decay(1e-9), *words), strict(run(tmp_path, decay(1e-9), *words, "--json").stdout)
    for name in ("parameters", "std_errors"):
        assert fit[name] == pytest.approx(plain[name], rel=1e-8)


def test_bounds_and_fixed_parameters(tmp_path: Path) -> None:
    """A bound that holds a parameter is as good as keeping it there."""
    fixed = found(tmp_path, decay(), DECAY, "a=1", "b:=1", "c=1")
    held = found(tmp_path, decay(), DECAY, "a=1", "b=0.5", "c=1", "--bounds", "b<=1")
    assert held["parameters"] == pytest.approx({**fixed["parameters"], "b": 1.0}, rel=1e-6)
    assert held["std_errors"]["a"] == pytest.approx(fixed["std_errors"]["a"], rel=1e-6)
    assert held["std_errors"]["b"] == "NaN"
    assert "held by a bound" in held["notes"][-1]
    wide = found(tmp_path, decay(), DECAY, "a=1", "b=0.5", "c=1", "--bounds", "b<=10")
    assert wide["parameters"] == pytest.approx(found(tmp_path, decay(), DECAY, "a=1", "b=1", "c=1")["parameters"], rel=1e-8)


def test_weights_in_place_of_sigma(tmp_path: Path) -> None:
    weighed = found(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--weights", "1/u_y^2")
    assert weighed["parameters"] == pytest.approx(found(tmp_path, YORK, "a + b*x", "a=1", "b=1")["parameters"], rel=1e-9)


def test_an_uncertainty_that_nothing_takes_is_told(tmp_path: Path) -> None:
    note = "not used without --orthogonal"
    assert note in run(tmp_path, YORK, "a + b*x", "a=1", "b=1").stderr
    assert note not in run(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--sigma", "u_x + u_y").stderr
    assert note not in run(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--orthogonal").stderr


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_as_many_rows_as_predictors(tmp_path: Path, rows: int) -> None:
    """A square of weights is no covariance: y = 2x + 3z is met exactly whatever the weights."""
    x, z = np.array([1.0, 2.0, 4.0, 5.0])[:rows], np.array([3.0, 1.0, 2.0, 7.0])[:rows]
    data = {"x": x, "z": z, "u_x": [0.1] * rows, "u_z": [0.2] * rows, "y": 2 * x + 3 * z}
    fit = found(tmp_path, data, "a*x + b*z", "a=1", "b=1", "--sigma", "0.1")
    assert fit["parameters"] == pytest.approx({"a": 2, "b": 3}, rel=1e-9)
    assert fit["chi_squared"] < 1e-15


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ((f"{DECAY} + k", "a=1", "b=1", "c=1", "k=1"), "flat"),
        (("a*exp(-b*(x + 1)) + c", "a=1", "b=10000", "c=1"), "plateau"),
        (("a + k*m*x", "a=1", "k=1", "m=0.5"), "flat"),
    ],
)
def test_what_cannot_be_found_is_named(tmp_path: Path, words: tuple[str, ...], condition: str) -> None:
    fit = found(tmp_path, decay(), *words, code=1)
    assert fit["condition"] == condition
    assert fit["success"] is False
    assert "std_errors" not in fit


@pytest.mark.parametrize(
    ("change", "words", "code", "said"),
    [
        ({"u_x": None}, (), "E034", "no predictor has an uncertainty"),
        ({"u_x": [0.0] * 10}, (), "E034", "no predictor has an uncertainty"),
        ({"u_y": None}, (), "E042", "its unit would decide the fit"),
        ({"u_x": [-0.1] * 10}, (), "E051", "row 1 holds no standard uncertainty"),
        ({"u_x": [0.1] * 9 + [math.nan]}, (), "E051", "row 10 holds no standard uncertainty"),
        ({"u_y": [0.1] * 9 + [0.0]}, (), "E051", "in row 10 is not above 0"),
        ({}, ("--loss", "huber"), "E042", "exclude each other"),
        ({}, ("--weights", "1/u_y^2", "--absolute"), "E042", "--absolute is for --sigma"),
        ({}, ("--bounds", "a>=2"), "E022", "outside its bounds"),
    ],
)
def test_bad_input(tmp_path: Path, change: dict[str, Any], words: tuple[str, ...], code: str, said: str) -> None:
    columns = {name: values for name, values in {**YORK, **change}.items() if values is not None}
    done = run(tmp_path, columns, "a + b*x", "a=1", "b=1", "--orthogonal", *words, "--json")
    error = json.loads(done.stderr)["error"]
    assert (done.stdout, done.code, error["code"]) == ("", 2, code)
    assert said in error["message"]
    assert error["hint"]


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "odrpack", None)
    done = run(tmp_path, YORK, "a + b*x", "a=1", "b=1", "--orthogonal", "--json")
    assert done.code == 4
    assert json.loads(done.stderr)["error"]["code"] == "E053"


@pytest.mark.long
def test_intervals_cover(tmp_path: Path) -> None:
    """Of 300 simulated fits 95 % absolute intervals hold the true slope in 95 ± 4 % (three standard deviations)."""
    from autodiff.solving.fitting.fitting import Manner, fitted
    from autodiff.solving.fitting.points import Asked

    random, true, met = np.random.default_rng(11), np.linspace(0, 10, 25), 0
    asked = Asked("a + b*x", [str(tmp_path / "d.csv")], None, "y", orthogonal=True)
    for _ in range(300):
        x, y = true + 0.3 * random.normal(size=25), 1 + 0.8 * true + 0.2 * random.normal(size=25)
        written(tmp_path / "d.csv", {"x": x, "u_x": [0.3] * 25, "y": y, "u_y": [0.2] * 25})
        fit = fitted(asked, {"a": 0, "b": 1}, {}, Manner(is_absolute=True), lambda calls, share: None).fit
        low, high = fit.student["b"]
        met += low <= 0.8 <= high
    assert 0.912 <= met / 300 <= 0.988


@pytest.mark.parametrize("names", ["one.csv two.csv", "two.csv one.csv"])
def test_files_that_differ_in_their_uncertainties_are_refused(names: str, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("x,y,u_x,u_y\n1,1.1,.1,.1\n2,1.9,.1,.1\n3,3.2,.1,.1\n")
    (tmp_path / "two.csv").write_text("x,y,u_y\n4,4.1,.1\n5,4.9,.1\n")
    done = inside(["fit", "a*x + b", *names.split(), "--target", "y", "a=1", "b=0", "--orthogonal"], tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert "two.csv has no column 'u_x'" in done.stderr
