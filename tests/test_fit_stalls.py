"""autodiff fit where it is hard: far starts, flat directions, exact data, extreme scales; and input that is refused."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from console import ROOT, inside
from fits import fitted, written

X = np.linspace(0, 10, 30)
NOISE = np.random.default_rng(7).standard_normal(30)


def columns(y: Any, x: Any = X) -> dict[str, Sequence[object]]:
    return {"x": [*map(float, x)], "y": [*map(float, y)]}


DATA: dict[str, dict[str, Sequence[object]]] = {
    "decay": columns(5 * np.exp(-0.7 * X) + 0.05 * NOISE),
    "line": columns(2 + 3 * X + 0.1 * NOISE),
    "rise": columns(100 / (1 + np.exp(-(X - 5) * 1.5)) + NOISE),
    "step": columns((X > 5) + 0.05 * NOISE),
    "wave": columns(3 * np.sin(2.1 * X + 0.4) + 0.1 * NOISE),
    "root": columns(X - 5 + 0.1 * NOISE, X - 5),
    "tiny": columns(1e-20 * (2 + 3 * X + 0.1 * NOISE), 1e-20 * X),
    "huge": columns(1e20 * (2 + 3 * X + 0.1 * NOISE), 1e20 * X),
    "few": {"x": [1, 2], "y": [3, 5.5]},
    "same x": {"x": [2, 2, 2, 2], "y": [1, 1.1, 0.9, 1.2]},
    "same y": {"x": [1, 2, 3, 4], "y": [7, 7, 7, 7]},
    "zeros": {"x": [1, 2, 3, 4], "y": [0, 0, 0, 0]},
    "twice": {"x": [1, 1, 2, 2, 3, 3], "y": [1, 1, 2.1, 2.1, 2.9, 2.9]},
    "exact": {"x": [1, 2, 3, 4, 5], "y": [5, 7, 9, 11, 13]},
    "proportional": {"x": [1, 2, 3, 4, 5], "y": [0.3, 0.6, 0.9, 1.2, 1.5]},
}  # fmt: skip

ARRIVES = {
    "a decay over before the second row": ("decay", "a*exp(-b*x) a=1 b=50", {"b": 0.708064}),
    "a growth for a decay": ("decay", "a*exp(b*x)+c a=1 b=1 c=1", {"b": -0.692558}),
    "exponents near overflow": ("decay", "a*exp(-b*x) a=1 b=-20", {"b": 0.708064}),
    "a kink at the start": ("decay", "a*exp(-abs(b)*x) a=1 b=0", {"b": 0.708064}),
    "nothing at the start": ("decay", "a*exp(-b*x) a=0 b=0", {"b": 0.708064}),
    "a rise far on the right": ("rise", "a/(1+exp(-(x-m)*k)) a=1 m=100 k=1", {"m": 5.00573}),
    "a rise on the left": ("rise", "a/(1+exp(-(x-m)*k)) a=1 m=0 k=1", {"m": 5.00573}),
    "a rise like a step": ("rise", "a/(1+exp(-(x-m)*k)) a=50 m=2 k=30", {"m": 5.00573}),
    "half a frequency": ("wave", "a*sin(w*x+p) a=1 w=1 p=0", {"w": 2.09539}),
    "linear from very far": ("line", "a+b*x a=1e20 b=-1e20", {"b": 2.99332}),
    "linear from next to nothing": ("line", "a+b*x a=1e-20 b=1e-20", {"b": 2.99332}),
    "a polynomial": ("line", "a+b*x+c*x^2+d*x^3 a=1 b=1 c=1 d=1", {}),
    "small numbers": ("tiny", "a+b*x a=1 b=1", {"a": 1.99197e-20, "b": 2.99332}),
    "large numbers": ("huge", "a+b*x a=1 b=1", {"a": 1.99197e20, "b": 2.99332}),
    "as many rows as parameters": ("few", "a+b*x a=1 b=1", {"a": 0.5, "b": 2.5}),
    "one parameter": ("same x", "a*x a=1", {"a": 0.525}),
    "a parameter alone": ("same y", "a a=1", {"a": 7}),
    "the same rows twice": ("twice", "a+b*x a=1 b=1", {"a": 0.1, "b": 0.95}),
    "a target of zeros": ("zeros", "a*x a=1", {"a": 0}),
    "fixed": ("decay", "a*exp(-b*x) a=1 b:=0.7", {"a": 4.98538}),
}


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", ARRIVES)
def test_a_hard_start_arrives(name: str, tmp_path: Path) -> None:
    """Where the numbers are: from an easy start, by NumPy's polyfit, or by hand."""
    data, words, wanted = ARRIVES[name]
    formula, *start = words.split(" ")
    found = fitted(tmp_path, formula, DATA[data], *start)
    assert found["success"]
    for parameter, x in wanted.items():
        assert math.isclose(found["parameters"][parameter], x, rel_tol=2e-6), found["parameters"]
    assert found["nfev"] < 20_000


def test_exact_data_give_the_exact_parameters(tmp_path: Path) -> None:
    """To the last digit, zeros too, with standard errors of 0; decimals count as they are written."""
    for data, formula, true in (
        ("exact", "a+b*x", {"a": 3.0, "b": 2.0}),
        ("proportional", "a+b*x", {"a": 0.0, "b": 0.3}),
        ("proportional", "a*x^b", {"a": 0.3, "b": 1.0}),
        ("same y", "a+b*x", {"a": 7.0, "b": 0.0}),
    ):
        found = fitted(tmp_path, formula, DATA[data], "a=1", "b=2")
        assert found["parameters"] == true
        assert set(found["std_errors"].values()) == {0.0}
        assert found["rss"] == 0


FAILS = {
    "a plateau": ("decay", "a*exp(-b*x) a=1 b=1e6", "plateau"),
    "a step has no derivative": ("decay", "floor(a)*x a=1.5", "plateau"),
    "without effect": ("decay", "a+0*b a=1 b=1", "plateau"),
    "a product of two": ("decay", "a*c*exp(-b*x) a=1 b=1 c=1", "flat"),
    "a factor twice": ("decay", "a*exp(-b*x+c) a=1 b=1 c=1", "flat"),
    "a sum of two": ("decay", "(a+c)*exp(-b*x) a=1 b=1 c=1", "flat"),
    "two slopes": ("line", "a+b*x+c*x a=1 b=1 c=1", "flat"),
    "one x for a line": ("same x", "a+b*x a=1 b=1", "flat"),
    "zeros for a decay": ("zeros", "a*exp(b*x) a=1 b=1", "flat"),
    "the larger of two": ("decay", "max(a,b)*exp(-x) a=1 b=1", "flat"),
    "the edge of a domain": ("root", "a*sqrt(x+c) a=1 c=5.0001", "domain"),
    "ever steeper": ("step", "1/(1+exp(-k*(x-m))) k=1 m=4", "limit"),
}


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", FAILS)
def test_a_failure_is_named_and_nothing_printed_as_a_result(name: str, tmp_path: Path) -> None:
    data, words, condition = FAILS[name]
    formula, *start = words.split(" ")
    found = fitted(tmp_path, formula, DATA[data], *start, code=1)
    assert found["condition"] == condition
    assert not {"std_errors", "intervals", "correlation", "covariance"} & {*found}
    done = inside(["fit", formula, written(tmp_path, DATA[data]), "--target", "y", *start], ROOT)
    assert done.code == 1
    assert "best so far" in done.stdout
    assert "std. error" not in done.stdout
    assert "Warning" not in done.stderr


ROWS = {"x": [1, 2, 3, 4], "y": [1.1, 2.2, 2.9, 4.2], "s": [1, 1, 0, 1], "n": [1, 1, -1, 1], "z": [0] * 4, "b": [1, 2, 3, 5]}
REFUSED = {
    "no such target": (ROWS, "a*x a=1 --target q", "E034", "no column 'q'"),
    "no such sigma": (ROWS, "a*x a=1 --target y --sigma q", "E034", "no column 'q'"),
    "no such weights": (ROWS, "a*x a=1 --target y --weights q*2", "E034", "no column 'q'"),
    "no target": (ROWS, "a*x a=1", "E043", "not said what"),
    "no uncertainty": (ROWS, "a*x a=1 --target y --sigma s", "E051", "row 3"),
    "a negative uncertainty": (ROWS, "a*x a=1 --target y --sigma n", "E051", "row 3"),
    "a negative weight": (ROWS, "a*x a=1 --target y --weights n", "E051", "row 3"),
    "no weight at all": (ROWS, "a*x a=1 --target y --weights z", "E022", "0 rows"),
    "sigma and weights": (ROWS, "a*x a=1 --target y --weights z --sigma s", "E042", "exclude"),
    "absolute what": (ROWS, "a*x a=1 --target y --absolute", "E042", "--sigma"),
    "fewer rows than parameters": (DATA["few"], "a+b*x+c*x^2 a=1 b=1 c=1 --target y", "E022", "2 rows"),
    "no start": (ROWS, "a*x+c a=1 --target y", "E030", "'c'"),
    "nothing moves": (ROWS, "a*x a:=1 --target y", "E030", "no variable"),
    "nothing is a parameter": (ROWS, "x --target y", "E030", "no variable"),
    "an unknown parameter": (ROWS, "a*x a=1 k=1 --target y", "E031", "'k'"),
    "no number": (ROWS, "a*x a=nan --target y", "E022", "'a'"),
    "outside its bounds": (ROWS, "a*x a=1 --target y --bounds a>=2", "E022", "a = 1"),
    "bounds of nothing": (ROWS, "a*x a=1 --target y --bounds k>=2", "E034", "'k'"),
    "no value at the start": (ROWS, "log(a-x) a=3.5 --target y", "E022", "row 4"),
    "too large at the start": (ROWS, "a*exp(k*x) a=1 k=200 --target y", "E022", "row 4"),
    "no derivative at the start": (ROWS, "sqrt(x-a) a=1 --target y", "E022", "row 1"),
    "no logarithm of the target": ({"x": [1, 2], "y": [1, -1]}, "a*x a=1 --target log(y)", "E051", "row 2"),
    "not a number": ({"x": [1, 2, "nan"], "y": [1, 2, 3]}, "a*x a=1 --target y", "E051", "row 3"),
    "an infinite target": ({"x": [1, 2, 3], "y": [1, "inf", 3]}, "a*x a=1 --target y", "E051", "row 2"),
    "text": ({"x": [1, 2, 3], "y": [1, "abc", 3]}, "a*x a=1 --target y", "E051", "abc"),
    "no rows": ({"x": [], "y": []}, "a*x a=1 --target y", "E022", "0 rows"),
    "a level beyond": (ROWS, "a*x a=1 --target y --level 95", "E042", "--level"),
    "a scale of squares": (ROWS, "a*x a=1 --target y --loss-scale 1", "E042", "--loss"),
}  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused(name: str, tmp_path: Path) -> None:
    rows, words, code, text = REFUSED[name]
    formula, *rest = words.split(" ")
    done = inside(["fit", formula, written(tmp_path, rows), *rest], ROOT)
    assert done.code == 2
    assert done.stdout == ""
    assert f"error[{code}]" in done.stderr
    assert text in done.stderr.replace("\n", " ")


def test_empty_cells_several_files_and_renamed_columns(tmp_path: Path) -> None:
    """Rows with an empty cell are left out, with a note; a weight of 0 leaves a row out too."""
    rows = {"t": [1, 2, "", 4, 5, 6], "y": [1.1, 2.2, 3, "", 5.1, 6.2], "w": [1, 1, 1, 1, 1, 0]}
    one, other = written(tmp_path, rows, "one"), written(tmp_path, rows, "other")
    done = inside(["fit", "a*x", one, other, "--name", "x=t", "--target", "y", "--weights", "w", "a=1", "--json"], ROOT)
    assert done.code == 0, done
    assert '"rows": 6,' in done.stdout
    assert "4 rows have an empty cell" in done.stdout


def test_bounds_that_hold_and_bounds_that_cut_an_interval(tmp_path: Path) -> None:
    """What is held stands exactly on its bound, without an error; an interval ends at a bound, also of the others' way."""
    held = fitted(tmp_path, "a*exp(-b*x)+c", DATA["decay"], "a=1", "b=1", "c=0", "--bounds", "c>=0")
    free = fitted(tmp_path, "a*exp(-b*x)", DATA["decay"], "a=1", "b=1")
    assert held["parameters"]["c"] == 0
    assert held["std_errors"]["c"] == "NaN"
    for name in "ab":
        assert math.isclose(held["std_errors"][name], free["std_errors"][name], rel_tol=1e-6)
    cut = fitted(tmp_path, "a*exp(-b*x)", DATA["decay"], "a=5", "b=0.5", "--bounds", "b<=0.71")
    low, high = cut["intervals"]["profile"]["b"]
    assert high == 0.71
    assert math.isclose(low, free["intervals"]["profile"]["b"][0], rel_tol=1e-6)
    assert cut["intervals"]["profile"]["a"][1] < free["intervals"]["profile"]["a"][1]
