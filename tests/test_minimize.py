"""autodiff minimize: gradient descent against its own recurrence, conditions by name, and bad input."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from console import ROOT, inside
from schemas import fits, strict


def minimized(*words: str, code: int = 0) -> dict[str, Any]:
    done = inside(["minimize", *words, "--json"], ROOT)
    assert done.code == code, done
    document: dict[str, Any] = strict(done.stdout)
    fits("minimize", document)
    return document


def test_gradient_descent_on_a_quadratic_follows_its_recurrence() -> None:
    """For a*x^2 + b*y^2 a step multiplies x by 1 - 2*rate*a."""
    found = minimized("3*x^2 + 0.5*y^2", "x=1", "y=-2", "--method", "gradient-descent", "--rate", "0.05", "--iterations", "40")
    assert found["nit"] == 40
    assert len(found["steps"]) == 41
    for step in found["steps"]:
        k = step["step"]
        x, y = 0.7**k, -2 * 0.95**k
        assert math.isclose(step["x"]["x"], x, rel_tol=1e-12)
        assert math.isclose(step["x"]["y"], y, rel_tol=1e-12)
        assert math.isclose(step["fun"], 3 * x**2 + 0.5 * y**2, rel_tol=1e-12)
        assert math.isclose(step["norm"], math.hypot(6 * x, y), rel_tol=1e-12)
    assert not found["success"]


CONDITIONS = {
    ("(x-1)^2", "x=5", "--rate", "3"): ("diverging", 0),
    ("x^4", "x=5", "--rate", "1"): ("diverging", 1),
    ("x^3", "x=-1"): ("unbounded", 1),
    ("-x^2", "x=1"): ("unbounded", 0),
    ("abs(x)", "x=0.33"): ("kink", 0),
    ("abs(x) + abs(y)", "x=0.33", "y=1"): ("kink", 0),
    ("x^3", "x=0"): ("flat", 0),
    ("x^2 - y^2", "x=0", "y=0"): ("flat", 0),
    ("sigmoid(x)", "x=200"): ("flat", 0),
    ("log(x) + x^2", "x=0.1"): ("domain", 1),
    ("(x-1)^2", "x=5"): (None, 0),
    ("(x-1)^2", "x=5", "--iterations", "2"): (None, 0),
}


@pytest.mark.parametrize("words", CONDITIONS, ids=" ".join)
def test_conditions_are_named(words: tuple[str, ...]) -> None:
    condition, code = CONDITIONS[words]
    found = minimized(*words, "--method", "gradient-descent", code=code)
    assert found["condition"] == condition
    assert all(map(math.isfinite, [found["fun"], *found["x"].values(), *found["jac"].values()]))
    finite = [step["fun"] for step in found["steps"] if isinstance(step["fun"], float)]
    if code or condition == "diverging":
        assert found["fun"] == min(finite)


def test_smooth_swinging_is_no_kink() -> None:
    assert minimized("x^2", "x=1", "--rate", "1", "--method", "gradient-descent")["condition"] != "kink"


@pytest.mark.parametrize(("words", "code"), [
    (["1/x", "x=0"], "E022"), (["log(x)", "x=-1"], "E022"), (["x^2", "x=nan"], "E022"), (["x^2", "x=inf"], "E022"),
    (["sqrt(x)", "x=0"], "E022"), (["x^2", "x:=1"], "E030"), (["a*x", "a:=1"], "E030"), (["x^2", "x=1", "x:=2"], "E032"),
    (["x^2", "x=1", "y=2"], "E031"), (["x^2", "x=1", "--rate", "-1"], "E042"), (["x^2", "x=1", "--rate", "nan"], "E042"),
    (["x^2", "x=1", "--iterations", "0"], "E042"), (["x^2", "x=1", "--method", "nope"], "E042"),
])  # fmt: skip
def test_bad_input(words: list[str], code: str) -> None:
    done = inside(["minimize", *words, "--method", "gradient-descent", "--json"][: -1 if "nope" in words else None], ROOT)
    if "nope" in words:
        done = inside(["minimize", *words, "--json"], ROOT)
    assert done.code == 2
    assert not done.stdout
    error = json.loads(done.stderr)
    fits("error", error)
    assert error["error"]["code"] == code, error


def test_fixed_parameters_stay() -> None:
    found = minimized("(x - a)^2", "x=0", "a:=7", "--method", "gradient-descent", "--rate", "0.5")
    assert found["x"] == {"x": 7.0}
    assert found["fixed"] == {"a": 7.0}
    assert found["success"]


def test_a_step_is_explained_with_its_numbers(tmp_path: Path) -> None:
    words = ["minimize", "3*(a + b*c)", "a=5", "b=3", "c=2", "--method", "gradient-descent", "--iterations", "1", "--explain"]
    text = inside(words, tmp_path).stdout
    assert "b moves by -0.1·6 = -0.6" in text
    assert "b = 3 - 0.1·6 = 2.4" in text
    assert "dJ/db" in text
