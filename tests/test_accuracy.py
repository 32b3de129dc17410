"""Every row keeps its promise: 2 ulp for the value, 4 for each derivative, wherever the condition number is below 10."""

import itertools
import math
import re
from pathlib import Path

import mpmath as mp
import pytest
from length import sized
from oracle import MEANINGS, SLOPES, derivative
from ulps import ROWS_WITH_NUMBERS, TESTED, Case, distance, measure, sample

from autodiff.primitives import Primitive

PAGE = Path(__file__).parent.parent / "docs/accuracy.md"
VALUE, DERIVATIVE = 2, 4


@pytest.mark.parametrize("count", sized(10, 100))
@pytest.mark.parametrize("case", TESTED, ids=lambda case: case.name)
def test_errors_in_ulp(case: Case, count: int) -> None:
    errors = measure(case, count)
    value, *slopes = errors.moderate
    assert errors.anywhere[0].ulps < math.inf, errors.anywhere[0]  # finite wherever the truth is
    assert value.ulps <= VALUE, value
    for name, worst in zip(case.slopes, slopes, strict=True):
        assert worst.ulps <= DERIVATIVE, (name, worst)


@pytest.mark.parametrize("row", ROWS_WITH_NUMBERS, ids=lambda row: row.name)
def test_points_cover_the_domain(row: Primitive) -> None:
    """The points are many, and reach as far to both sides of 1 as the row does."""
    points = list(sample(row, 120))
    sizes = [abs(x) for args in points for x in args]
    assert len(points) == 120
    assert min(size for size in sizes if size) < 1e-300 or row.name == "acosh"
    assert max(sizes) > 1e300 or row.name in ("asin", "acos", "atanh", "floor", "ceil", "round")


def test_a_unit_of_the_last_place() -> None:
    assert distance(1.0, mp.mpf(1)) == 0
    assert distance(1.0, 1 + mp.mpf(2) ** -52) == 1
    assert distance(5e-324, mp.mpf(0)) == 1
    assert distance(float("inf"), mp.mpf(10) ** 400) == 0
    assert distance(float("inf"), mp.mpf(1)) == distance(float("nan"), mp.mpf(1)) == float("inf")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("row", ROWS_WITH_NUMBERS, ids=lambda row: row.name)
def test_the_oracle_agrees_with_differences(row: Primitive) -> None:
    """The derivatives that we compare with are those of the values that we compare with."""
    with mp.workdps(80):
        points = (args for args in sample(row, 2000) if all(0.01 < abs(x) < 8 for x in args))
        for args in itertools.islice(points, 10):
            at = dict(zip("pqr", map(mp.mpf, args)))
            for k, name in enumerate(at):
                slope = SLOPES[row.name](*at.values())[k]
                if not mp.isnan(slope) and min(abs(x - y) for x in args for y in [*args, 0] if x is not y) > 1e-3:
                    rise = derivative(lambda env: MEANINGS[row.name](*env.values()), at, name)
                    assert abs(rise - slope) <= mp.mpf(10) ** -20 * max(1, abs(slope)), (args, name)


def test_the_documented_figures_keep_the_promise() -> None:
    lines = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \w.*\d", line)]
    assert [cells[0].strip("| ") for cells in lines] == [case.name for case in TESTED]
    for cells in lines:
        assert float(cells[1]) <= VALUE, cells
        assert all(float(figure) <= DERIVATIVE for figure in cells[3].split(", ")), cells
