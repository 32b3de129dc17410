"""autodiff minimize: gradient descent against its own recurrence, conditions by name, and bad input."""

import json
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from console import ROOT, inside
from length import LONG
from problems import PROBLEMS, Problem
from schemas import fits, strict

import autodiff


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


@pytest.mark.sampled(3)
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


@pytest.mark.sampled(3)
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


def test_a_step_that_is_cut_short_by_bounds_says_so(tmp_path: Path) -> None:
    """b would go from 3 to 2.4, but stays at 2.5: J is 3*(4.7 + 2.5*1.1) = 22.35, and 3·0.3 + 6·0.5 + 9·0.9 = 12."""
    words = ["minimize", "3*(a + b*c)", "a=5", "b=3", "c=2", "--method", "gradient-descent", "--iterations", "1", "--explain"]
    text = inside([*words, "--bounds", "b>=2.5"], tmp_path).stdout
    for said in (
        "b = 3 - 0.1·6 = 2.4\n    b moves by -0.1·6 = -0.6\n    that is out of its bounds: b goes to 2.5, and no further",
        "c moves by -0.1·9 = -0.9\n\n",
        "J goes from 33 to 22.35, which is -10.65; by the gradient alone it would be -12\n",
    ):
        assert said in text
    text = inside([*words, "--bounds", "b>=3,a>=5,c>=2"], tmp_path).stdout
    assert text.count("and no further") == 3


LOSS = "z = w1*x1 + w2*x2 + b; softplus(z) - y*z"
TRAIN = ("--data", "examples/train.csv", "--reduce", "mean")


def test_a_step_over_a_file_is_that_of_the_mean() -> None:
    """Against NumPy, with the derivative of the cost written by hand."""
    import numpy as np

    x1, x2, y = np.loadtxt(ROOT / "examples/train.csv", delimiter=",", skiprows=1).T
    found = minimized(
        LOSS, "w1=0.1", "w2=-0.2", "b=0.3", *TRAIN, "--method", "gradient-descent", "--rate", "0.05", "--iterations", "3"
    )
    w = np.array([0.1, -0.2, 0.3])
    for step in found["steps"]:
        assert list(step["x"].values()) == pytest.approx(w, rel=1e-12)
        z = w[0] * x1 + w[1] * x2 + w[2]
        assert step["fun"] == pytest.approx(np.mean(np.log1p(np.exp(z)) - y * z), rel=1e-12)
        gap = 1 / (1 + np.exp(-z)) - y
        w = w - 0.05 * np.array([np.mean(gap * x1), np.mean(gap * x2), np.mean(gap)])


@pytest.mark.parametrize("many", [1, 30])  # with and without NumPy
@pytest.mark.parametrize("method", ["", "gradient-descent"])
def test_rows_without_a_value_are_left_out_and_told_as_map_does(tmp_path: Path, method: str, many: int) -> None:
    """The least squares of the rows that are left, by hand; the counts are those of map with the same parameters."""
    rows = [(1, 2), (2, ""), (3, 7), (-1, 5), ("nan", 3), (2, 4), ("", "")]
    table = "\n".join(f"{x},{y}" for x, y in rows * many)
    (tmp_path / "d.csv").write_text(f"house price,y\n{table}\n", encoding="utf-8")
    options = ["--name", "x=house price", "--json"]
    words = ["minimize", "(w*sqrt(x) - y)^2", "w=1", "--data", "d.csv", *options, *(["--method", method] if method else [])]
    found = strict(inside(words, tmp_path).stdout)
    fits("minimize", found)
    kept = [(1, 2), (3, 7), (2, 4)]
    assert found["x"]["w"] == pytest.approx(sum(math.sqrt(x) * y for x, y in kept) / sum(x for x, _ in kept))
    assert (found["rows"], found["skipped"]) == (3 * many, {"empty": 2 * many, "domain": 2 * many})
    mapped = strict(inside(["map", words[1], "d.csv", f"w={found['x']['w']!r}", "--reduce", "mean", *options], tmp_path).stdout)
    assert {key: mapped[key] for key in ("rows", "skipped", "notes")} == {key: found[key] for key in ("rows", "skipped", "notes")}
    assert mapped["value"] == pytest.approx(found["fun"], rel=1e-14)


@pytest.mark.parametrize("method", ["", "bfgs", "gradient-descent"])
def test_no_search_gets_rid_of_rows(tmp_path: Path, method: str) -> None:
    """Without the first row, which has a value from w = -10 on, the mean would be 0 at w = -30; the third never has one."""
    (tmp_path / "d.csv").write_text("x\n1\n0\n-1\n", encoding="utf-8")
    words = ["minimize", "if(x < 0, log(x), if(x > 0, 100 + sqrt(w + 10), (w + 30)^2))", "w=-9", "--data", "d.csv", "--json"]
    found = strict(inside([*words, *(["--method", method] if method else [])], tmp_path).stdout)
    assert (found["rows"], found["skipped"], found["success"]) == (2, {"domain": 1}, False)
    assert -10 <= found["x"]["w"] <= -9


def test_a_start_without_a_finite_value_names_the_row(tmp_path: Path) -> None:
    rows = "\n".join(["1"] * 30 + ["1000"])
    (tmp_path / "d.csv").write_text(f"x\n{rows}\n", encoding="utf-8")
    done = inside(["minimize", "exp(w*x)", "w=1", "--data", "d.csv", "--method", "gradient-descent", "--json"], tmp_path)
    error = json.loads(done.stderr)["error"]
    assert (done.code, error["code"]) == (2, "E022")
    assert "(overflow): row 31 of d.csv" in error["message"]


def test_no_row_at_all(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("x\n1\n2\n", encoding="utf-8")
    done = inside(["minimize", "log(w - x)", "w=0", "--data", "d.csv", "--json"], tmp_path)
    assert (done.code, done.stdout, json.loads(done.stderr)["error"]["code"]) == (1, "", "E051")


@pytest.mark.parametrize(("words", "code"), [
    (["w*x1", "w=1", "--data", "nowhere.csv"], "E050"), (["w*x1 + q", "w=1", "--data", "examples/train.csv"], "E030"),
    (["w*x1", "w:=1", "--data", "examples/train.csv"], "E030"), (["w^2", "w=1", "--data", "examples/train.csv"], "E034"),
    (["w^2", "w=1", "--reduce", "sum"], "E042"),
])  # fmt: skip
def test_bad_data(words: list[str], code: str) -> None:
    done = inside(["minimize", *words, "--json"], ROOT)
    assert done.code in (2, 4)
    assert not done.stdout
    assert json.loads(done.stderr)["error"]["code"] == code


def test_the_curve_as_a_picture(tmp_path: Path) -> None:
    """A point for each step, falling as the values do; a file is not written over."""
    words = ["minimize", "(x - 1)^2", "x=3", "--method", "gradient-descent", "--iterations", "5", "--plot", "loss.svg"]
    assert inside(words, tmp_path).code == 0
    root = ElementTree.fromstring((tmp_path / "loss.svg").read_text(encoding="utf-8"))
    heights = [float(dot.attrib["cy"]) for dot in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(heights) == 6
    assert heights == sorted(heights)
    drops = [b - a for a, b in pairwise(heights)]
    assert [b / a for a, b in pairwise(drops)] == pytest.approx([0.64] * 4, rel=0.02)
    assert inside(words, tmp_path).code == 2
    assert inside([*words, "--force"], tmp_path).code == 0
    assert inside([*words[:-1], "loss.png"], tmp_path).code == 2


# SciPy's optimisers with exact derivatives -----------------------------------------------------------------------------------

CHEAP = {1, 5, 13, 25, 27, 28, 33}
"""What is always tried; the others at length."""
MANY = 15
"""Rows up to which they are written out too; sums over more are tried over the rows of a file alone."""
DEAR = {"Watson, 9", "penalty II, 10"}
"""What is tried with one method."""


def chosen(methods: Sequence[str]) -> Iterator[Any]:
    for problem in (one for one in PROBLEMS if len(next(iter(one.columns.values()), ())) <= MANY):
        for method in methods if problem.name not in DEAR else methods[:1]:
            marks = () if problem.number in CHEAP and not method else LONG
            yield pytest.param(problem, method, id=f"{problem.number} {problem.name} {method}".strip(), marks=marks)


def test_there_are_all_of_them() -> None:
    assert {problem.number for problem in PROBLEMS} == {*range(1, 36)}


@pytest.mark.parametrize("problem", [
    pytest.param(one, id=one.name, marks=() if one.number in CHEAP else LONG) for one in PROBLEMS if one.least
])  # fmt: skip
def test_the_formula_has_the_published_minimum_where_it_is_published(problem: Problem) -> None:
    value = autodiff.parse(problem.written).at(**dict(zip(problem.start, problem.least))).value
    assert value == pytest.approx(problem.minima[0], rel=1e-4, abs=1e-12)


@pytest.mark.parametrize(("problem", "method"), [*chosen(["", "bfgs"])])
def test_published_minima(problem: Problem, method: str) -> None:
    """From the standard start."""
    found = minimized(problem.written, *problem.words, *(["--method", method] if method else []))
    assert any(abs(found["fun"] - least) <= 1e-5 * least + 1e-8 * (not least) for least in problem.minima)
    assert found["success"]


@pytest.mark.parametrize("problem", [
    pytest.param(one, id=one.name, marks=() if one.name == "Gaussian" else LONG) for one in PROBLEMS if one.columns
])  # fmt: skip
def test_published_minima_over_rows(problem: Problem, tmp_path: Path) -> None:
    """The sum over the rows of a file."""
    rows = zip(*problem.columns.values())
    (tmp_path / "rows.csv").write_text("\n".join([",".join(problem.columns), *(",".join(map(repr, row)) for row in rows)]) + "\n")
    words = ["minimize", problem.formula, *problem.words, "--data", "rows.csv", "--reduce", "sum", "--json"]
    found = strict(inside(words, tmp_path).stdout)
    assert any(abs(found["fun"] - least) <= 1e-5 * least + 1e-8 * (not least) for least in problem.minima)
    assert found["success"]


@pytest.mark.parametrize("method", ["l-bfgs-b", "cg"])
def test_a_method_that_is_stuck_begins_anew(method: str) -> None:
    """Jennrich and Sampson: the first steps lead to where the exponentials overflow."""
    problem = PROBLEMS[5]
    found = minimized(problem.written, *problem.words, "--method", method)
    assert (found["fun"], found["success"]) == (pytest.approx(problem.minima[0], rel=1e-5), True)


WITH_SCIPY = {
    ("x^3", "x=-1"): "unbounded", ("x", "x=1"): "unbounded", ("x - y", "x=1", "y=1"): "unbounded", ("x^3", "x=0"): "flat",
    ("x^2 - y^2", "x=0", "y=0"): "flat", ("sigmoid(x)", "x=200"): "flat",
    ("(1 - x)^2 + 100*(y - x^2)^2", "x=-1.2", "y=1", "--iterations", "3"): "limit", ("sqrt(x)", "x=1"): "domain",
    ("if(x > 0, x, -2*x)", "x=3"): "kink", ("max(x, -x) + abs(y)", "x=1", "y=1.7"): "kink",
    ("abs(x - 0.1) + 2*abs(x - 0.7)", "x=3", "--method", "bfgs"): "kink",
}  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize("words", WITH_SCIPY, ids=" ".join)
def test_what_is_no_minimum_is_named(words: tuple[str, ...]) -> None:
    found = minimized(*words, code=1)
    assert (found["condition"], found["success"]) == (WITH_SCIPY[words], False)
    assert math.isfinite(found["fun"])


def test_a_second_method_goes_on() -> None:
    """From a kink in x, where the first one stays, to the minimum in y."""
    found = minimized("abs(x - 1) + (y - 2)^2", "x=0.3", "y=0")
    assert found["x"] == pytest.approx({"x": 1, "y": 2}, abs=1e-7)
    assert found["method"] == "trust-exact, bfgs"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("method", ["", "l-bfgs-b", "slsqp", "tnc", "trust-constr", "gradient-descent"])
def test_bounds(method: str) -> None:
    """The nearest point of a box: the lower corner for x, inside for y, upper for z."""
    words = ["(x + 3)^2 + (y - 1)^2 + (z - 9)^2", "x=1", "y=0", "z=1", "--bounds", "x>=0, z<=2, -5<=y<=5"]
    found = minimized(*words, *(["--method", method] if method else []))
    assert found["x"] == pytest.approx({"x": 0, "y": 1, "z": 2}, abs=2e-5)
    assert found["success"]


def test_logistic_regression_reaches_its_optimum() -> None:
    """As Newton's method by hand in NumPy finds it."""
    import numpy as np

    x1, x2, y = np.loadtxt(ROOT / "examples/train.csv", delimiter=",", skiprows=1).T
    a, w = np.stack([x1, x2, np.ones_like(x1)], 1), np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-a @ w))
        w = w - np.linalg.solve(a.T @ (a * (p * (1 - p))[:, None]), a.T @ (p - y))
    found = minimized(LOSS, "w1=0", "w2=0", "b=0", *TRAIN)
    assert [*found["x"].values()] == pytest.approx(w, rel=1e-8)
    assert found["success"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("words", "code"), [
    (["x^2", "x=2", "--bounds", "0<=x<=1"], "E022"), (["x^2", "x=0", "--bounds", "y<=1"], "E034"),
    (["x^2", "x=0", "--bounds", "x"], "E042"), (["x^2", "x=0", "--bounds", "x<=nope"], "E042"),
    (["x^2", "x=0", "--bounds", ""], "E042"),
    (["x^2", "x=0", "--bounds", "x<=-1,x>=1"], "E042"), (["x^2", "x=0", "--bounds", "x<=1", "--method", "bfgs"], "E042"),
    (["x^2", "x=0", "--rate", "1"], "E042"), (["x^2", "x=0", "--explain"], "E042"), (["log(x)", "x=-1"], "E022"),
    (["x^2", "x=0", "--bounds", "x<=nan"], "E042"), (["x^2", "x=0", "--bounds", "0<=x>=1<=2"], "E042"),
])  # fmt: skip
def test_bad_bounds_and_options(words: list[str], code: str) -> None:
    done = inside(["minimize", *words, "--json"], ROOT)
    assert (done.code, done.stdout) == (2, "")
    assert json.loads(done.stderr)["error"]["code"] == code, done.stderr
