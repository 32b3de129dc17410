"""Measures `minimize` beside SciPy's own call with a gradient that is written by hand: processor time. Nothing here is a test.

    python benchmarks/minimising.py
    python benchmarks/minimising.py --rows 1000000 --rounds 9

Both sides use the same method of SciPy from the same start, in one process, and take turns; what is shown is the ratio of medians,
and how often each asked for the value. Reading the formula and the file is not part of it, and stands beside.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.optimize

from autodiff.formula import parse
from autodiff.solving.objective import Objective, OfFormula
from autodiff.solving.optimise import minimum
from autodiff.solving.over_rows import OverRows

METHODS = {"bfgs": "BFGS", "l-bfgs-b": "L-BFGS-B"}
LOSS = "z = w1*x1 + w2*x2 + b; softplus(z) - y*z"


class Task(NamedTuple):
    """What is minimised: by us, as it is made, and by hand, as a function that gives value and gradient."""

    name: str
    made: Callable[[], Objective]
    start: list[float]
    by_hand: Callable[[Any], tuple[float, Any]]


def rosenbrock() -> Task:
    """Two variables, a few operations."""

    def by_hand(x: Any) -> tuple[float, Any]:
        a, b = x.tolist()
        u, v = b - a * a, 1 - a
        return 100 * u * u + v * v, np.array([-400 * a * u - 2 * v, 200 * u])

    start = {"x": -1.2, "y": 1.0}
    return Task("Rosenbrock", lambda: OfFormula(parse("100*(y - x^2)^2 + (1 - x)^2"), start, {}), [*start.values()], by_hand)


def chain(count: int) -> Task:
    """Many variables: a chain of valleys."""
    text = " + ".join(f"100*(x{i + 1} - x{i}^2)^2 + (1 - x{i})^2" for i in range(1, count))
    start = {f"x{i}": -1.2 if i % 2 else 1.0 for i in range(1, count + 1)}

    def by_hand(x: Any) -> tuple[float, Any]:
        u, v = x[1:] - x[:-1] ** 2, 1 - x[:-1]
        slope = np.zeros_like(x)
        slope[:-1] = -400 * x[:-1] * u - 2 * v
        slope[1:] += 200 * u
        return float(100 * (u @ u) + v @ v), slope

    return Task(f"a chain of {count} variables", lambda: OfFormula(parse(text), start, {}), [*start.values()], by_hand)


def logistic(rows: int, folder: str) -> Task:
    """Logistic regression over the rows of a file."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, 2))
    y = (rng.random(rows) < 1 / (1 + np.exp(x[:, 1] - x[:, 0]))).astype(float)
    path = Path(folder, f"{rows}.csv")
    np.savetxt(path, np.column_stack([x, y]), delimiter=",", header="x1,x2,y", comments="", fmt="%.6f")
    x1, x2, y = np.loadtxt(path, delimiter=",", skiprows=1).T

    def by_hand(w: Any) -> tuple[float, Any]:
        z = w[0] * x1 + w[1] * x2 + w[2]
        gap = 1 / (1 + np.exp(-z)) - y
        return float(np.mean(np.logaddexp(0, z) - y * z)), np.array([np.mean(gap * x1), np.mean(gap * x2), np.mean(gap)])

    start = {"w1": 0.0, "w2": 0.0, "b": 0.0}
    return Task(
        f"logistic regression, {rows:,} rows", lambda: OverRows(LOSS, [str(path)], None, "mean", start, {}), [0.0] * 3, by_hand
    )


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds, and what came of it."""
    before = time.process_time()
    found = call()
    return time.process_time() - before, found


def measured(task: Task, method: str, rounds: int) -> str:
    """A line of the table."""
    reading, objective = timed(task.made)
    ours, theirs = [], []
    options = {"gtol": 1e-10, **({"ftol": 0.0, "maxfun": 10**6} if method == "l-bfgs-b" else {})}

    def by_hand() -> Any:
        return scipy.optimize.minimize(task.by_hand, task.start, jac=True, method=METHODS[method], options=options)

    for _ in range(rounds):
        seconds, found = timed(lambda: minimum(objective, task.start, method, 1000, None, lambda *_: None))
        ours.append(seconds)
        seconds, other = timed(by_hand)
        theirs.append(seconds)
    assert abs(found.end.value - other.fun) <= 1e-6 * abs(other.fun) + 1e-9, (found.end.value, other.fun)
    ratio = statistics.median(ours) / statistics.median(theirs)
    each = ratio * other.nfev / found.nfev
    return f"| {task.name} | {method} | {ratio:.1f} | {each:.1f} | {found.nfev}, {other.nfev} | {reading:.2f} s |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    print("| task | method | processor time to SciPy by hand | the same, for each value | values | reading |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for task in (rosenbrock(), chain(100), logistic(100, folder), logistic(asked.rows, folder)):
            for method in METHODS:
                print(measured(task, method, asked.rounds), flush=True)


if __name__ == "__main__":
    main()
