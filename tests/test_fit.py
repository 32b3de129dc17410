"""autodiff fit against certified results: NIST's reference problems for nonlinear regression, from both published starts."""

import math
import re
from pathlib import Path
from typing import Any

import pytest
from console import ROOT, inside, shell
from fits import BY_NAME, PROBLEMS, Problem
from schemas import strict

DIGITS = 1e-6
RUNS = [(problem, start) for problem in PROBLEMS for start in (0, 1)]


def off(found: float, true: float) -> float:
    """The relative error."""
    return abs(found - true) / abs(true)


def is_certified(problem: Problem, found: dict[str, Any]) -> bool:
    """Whether parameters, standard errors and sum of squares agree with the certified ones in six digits."""
    near = [
        max(max(off(found["parameters"][name], x), off(found["std_errors"][name], e)) for name, (x, e) in answer.items())
        for answer in problem.answers()
    ]
    return min(near) < DIGITS and off(found["rss"], problem.rss) < DIGITS


def test_there_are_the_published_problems() -> None:
    assert len(PROBLEMS) == len(BY_NAME) == 14
    assert len(RUNS) == 28


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("problem", "start"), RUNS, ids=[f"{problem.name}-{start + 1}" for problem, start in RUNS])
def test_a_reference_problem_from_a_published_start(problem: Problem, start: int, tmp_path: Path) -> None:
    done = inside(problem.command(tmp_path, start), ROOT)
    assert done.code == 0, done
    found = strict(done.stdout)
    assert found["success"]
    assert found["condition"] is None
    assert is_certified(problem, found), found


@pytest.mark.long
@pytest.mark.parametrize("name", ["Misra1a", "Nelson", "MGH10"])
def test_a_process_prints_the_same(name: str, tmp_path: Path) -> None:
    words = BY_NAME[name].command(tmp_path, 0)
    done = shell(" ".join(["autodiff", *(f"'{word}'" for word in words)]), ROOT)
    assert done.code == 0, done
    assert done.stdout == inside(words, ROOT).stdout


def test_an_answer_that_is_not_certified_is_seen() -> None:
    """The comparison itself: two millionths away is too far, and a change of sign that changes the fit too."""
    misra, eckerle = BY_NAME["Misra1a"], BY_NAME["Eckerle4"]

    def answer(problem: Problem, **other: float) -> dict[str, Any]:
        known = dict(zip(problem.parameters, problem.certified, strict=True)) | other
        return {"parameters": known, "std_errors": dict(zip(problem.parameters, problem.errors, strict=True)), "rss": problem.rss}

    assert is_certified(misra, answer(misra))
    assert not is_certified(misra, answer(misra, b1=misra.certified[0] * (1 + 2 * DIGITS)))
    assert not is_certified(misra, answer(misra, b1=math.nan))
    assert is_certified(eckerle, answer(eckerle, b1=-eckerle.certified[0], b2=-eckerle.certified[1]))
    assert not is_certified(eckerle, answer(eckerle, b1=-eckerle.certified[0]))


WHY = {
    "": ("≈ 0", "≈ 0"), "--sigma 0.1 --absolute": ("≈ 0", "≈ 0"), "--loss huber --loss-scale 0.05": ("≈ 0", "≈ 0"),
    "--loss cauchy --loss-scale 0.05": ("≈ 0", "≈ 0"), "--bounds a<=230": ("held", "≈ 0"),
}  # fmt: skip


@pytest.mark.parametrize("option", WHY)
def test_the_pulls_of_all_rows_cancel_at_the_optimum(option: str) -> None:
    """Whatever is least; but for a parameter that a bound holds. What a step off costs is that of squares alone."""
    words = ["a*(1 - exp(-b*pressure))", "examples/adsorption.csv", "--target", "volume", "a=200", "b=0.0005", "--explain"]
    lines = inside(["fit", *words, *option.split()], ROOT).stdout.splitlines()
    sums = [line for line in lines if re.match(r"sum\s", line)][-1].removeprefix("sum").replace("≈ 0", "≈0").split()
    assert [("≈ 0" if cell == "≈0" else "held") for cell in sums] == [*WHY[option]]
    assert any("standard error lower or higher" in line for line in lines) is ("--loss" not in option)
