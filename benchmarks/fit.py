"""Measures `autodiff fit` on 200 rows beside a script with SciPy's curve_fit and a Jacobian by hand. Nothing here is a test.

    python benchmarks/fit.py               ten rounds, a minute
    python benchmarks/fit.py --counted     instructions too, by callgrind, where valgrind is there

Whole processes take turns, with their modules compiled before; what counts is the ratio of the least processor times. What the
script does not compute is in ours: profile intervals, curvature, the influence of rows. In the last lines both have imported
everything, and fit alone. Counting takes many minutes.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from speed import instructions, seconds

FORMULA, START = "a*(1-exp(-b*x))", {"a": 500.0, "b": 0.0001}
WORDS = [FORMULA, "--target", "y", *(f"{name}={x!r}" for name, x in START.items())]

SCRIPT = """
import csv, sys
import numpy as np
from scipy.optimize import curve_fit
with open(sys.argv[1]) as file:
    rows = list(csv.DictReader(file))
x, y = (np.array([float(row[name]) for row in rows]) for name in "xy")
def f(x, a, b):
    return a * (1 - np.exp(-b * x))
def jacobian(x, a, b):
    e = np.exp(-b * x)
    return np.stack([1 - e, a * x * e], axis=1)
best, covariance = curve_fit(f, x, y, [500, 0.0001], jac=jacobian)
for name, value, error in zip("ab", best, np.sqrt(np.diag(covariance))):
    print(name, value, error)
"""


def written(path: Path) -> None:
    """A curve with noise, 200 rows."""
    x = np.linspace(10, 800, 200)
    y = 240 * (1 - np.exp(-0.00055 * x)) + 0.3 * np.random.default_rng(1).standard_normal(200)
    path.write_text("x,y\n" + "".join(f"{a!r},{b!r}\n" for a, b in zip(x.tolist(), y.tolist(), strict=True)))


def inside(path: Path) -> dict[str, Callable[[], object]]:
    """The fits alone, on columns that are read."""
    from scipy.optimize import curve_fit

    from autodiff.solving.fitting.fitting import Manner, of_points
    from autodiff.solving.fitting.points import Asked, read

    points = read(Asked(FORMULA, [str(path)], None, "y"), START)
    x, y = points.columns["x"], points.y

    def jacobian(x: np.ndarray, a: float, b: float) -> np.ndarray:
        e = np.exp(-b * x)
        return np.stack([1 - e, a * x * e], axis=1)

    def ours(profiles: bool) -> object:
        return of_points(points, START, {}, Manner(profiles=profiles), lambda calls, share: None)

    return {
        "curve_fit": lambda: curve_fit(lambda x, a, b: a * (1 - np.exp(-b * x)), x, y, [*START.values()], jac=jacobian),
        "ours": lambda: ours(False),
        "ours with profiles": lambda: ours(True),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--counted", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.csv"
        written(data)
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env |= {"PYTHONPYCACHEPREFIX": f"{folder}/cache"}
        commands = {
            "curve_fit": [sys.executable, "-c", SCRIPT, str(data)],
            "ours": [sys.executable, "-m", "autodiff_cli", "fit", *WORDS, str(data)],
        }
        for command in commands.values():
            seconds(command, env)
        for what, measure, rounds in (("seconds", seconds, options.rounds), ("million instructions", instructions, 1)):
            if measure is instructions and not options.counted:
                continue
            found: dict[str, list[float]] = {name: [] for name in commands}
            for _ in range(rounds):
                for name, command in commands.items():
                    found[name].append(measure(command, env))
            least = {name: min(values) for name, values in found.items()}
            print(f"whole process, {what}:", ", ".join(f"{name} {value:.4g}" for name, value in least.items()))
            print(f"  ratio {least['ours'] / least['curve_fit']:.2f}", flush=True)
        for name, fit in inside(data).items():
            fit()
            times = []
            for _ in range(50):
                begin = time.process_time()
                fit()
                times.append(time.process_time() - begin)
            print(f"the fit alone, {name}: {1000 * min(times):.2f} ms")


if __name__ == "__main__":
    main()
