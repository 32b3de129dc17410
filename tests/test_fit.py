"""autodiff fit against certified results: NIST's reference problems for nonlinear regression, from both published starts."""

import json
import math
from collections.abc import Iterator, Mapping
from itertools import permutations, product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from console import ROOT, inside, shell
from schemas import strict

DIGITS = 1e-6


class Problem(NamedTuple):
    """A line of reference_fits.jsonl. `same` names what may change sign together, and what may change places, without a change of
    the fitted values.
    """

    name: str
    formula: str
    target: str
    parameters: list[str]
    starts: list[list[float]]
    certified: list[float]
    errors: list[float]
    rss: float
    data: dict[str, str]
    same: Mapping[str, list[list[str]]] = MappingProxyType({})

    def command(self, folder: Path, start: int) -> list[str]:
        """The command line; its file is written to a folder."""
        columns = {name: text.split() for name, text in self.data.items()}
        lines = [",".join(columns), *map(",".join, zip(*columns.values(), strict=True))]
        path = folder / f"{self.name}.csv"
        path.write_text("\n".join(lines) + "\n")
        begin = [f"{name}={x!r}" for name, x in zip(self.parameters, self.starts[start], strict=True)]
        return ["fit", self.formula, str(path), "--target", self.target, *begin, "--json"]

    def answers(self) -> Iterator[dict[str, tuple[float, float]]]:
        """All that is as good as what is certified: value and standard error by parameter."""
        known = dict(zip(self.parameters, zip(self.certified, self.errors, strict=True), strict=True))
        groups = self.same.get("permute", [])
        for order in permutations(groups):
            moved = known | {new: known[old] for one, other in zip(groups, order, strict=True) for new, old in zip(one, other)}
            flips = self.same.get("flip", [])
            for signs in product((1, -1), repeat=len(flips)):
                sign = {name: one for one, names in zip(signs, flips, strict=True) for name in names}
                yield {name: (sign.get(name, 1) * x, error) for name, (x, error) in moved.items()}


PROBLEMS = [Problem(**json.loads(line)) for line in (Path(__file__).parent / "reference_fits.jsonl").read_text().splitlines()[1:]]
RUNS = [(problem, start) for problem in PROBLEMS for start in (0, 1)]


def digits(found: float, true: float) -> float:
    """The relative error."""
    return abs(found - true) / abs(true)


def is_certified(problem: Problem, found: dict[str, Any]) -> bool:
    """Whether parameters, standard errors and sum of squares agree with the certified ones in six digits."""
    near = [
        max(max(digits(found["parameters"][name], x), digits(found["std_errors"][name], e)) for name, (x, e) in answer.items())
        for answer in problem.answers()
    ]
    return min(near) < DIGITS and digits(found["rss"], problem.rss) < DIGITS


def test_there_are_the_published_problems() -> None:
    assert len(PROBLEMS) == 14
    assert len(RUNS) == 28


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
    problem = next(one for one in PROBLEMS if one.name == name)
    words = problem.command(tmp_path, 0)
    done = shell(" ".join(["autodiff", *(f"'{word}'" for word in words)]), ROOT)
    assert done.code == 0, done
    assert done.stdout == inside(words, ROOT).stdout


def test_an_answer_that_is_not_certified_is_seen() -> None:
    """The comparison itself: half a millionth away is too far, and a change of sign that changes the fit too."""
    misra, eckerle = (next(one for one in PROBLEMS if one.name == name) for name in ("Misra1a", "Eckerle4"))

    def answer(problem: Problem, **other: float) -> dict[str, Any]:
        known = dict(zip(problem.parameters, problem.certified, strict=True)) | other
        return {"parameters": known, "std_errors": dict(zip(problem.parameters, problem.errors, strict=True)), "rss": problem.rss}

    assert is_certified(misra, answer(misra))
    assert not is_certified(misra, answer(misra, b1=misra.certified[0] * (1 + 2 * DIGITS)))
    assert not is_certified(misra, answer(misra, b1=math.nan))
    assert is_certified(eckerle, answer(eckerle, b1=-eckerle.certified[0], b2=-eckerle.certified[1]))
    assert not is_certified(eckerle, answer(eckerle, b1=-eckerle.certified[0]))
