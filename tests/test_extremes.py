"""The whole table at zeros of both signs, the smallest and the largest numbers, infinities and NaN, in every combination.

What a worksheet, the array form, the page and every language that runs here say there is held against one another; where they are
meant to differ, it says here where and why.
"""

import itertools
import math
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from engine import NODE, answers
from foreigners import RUNNERS, TOOLS, Job
from length import LONG, sized
from oracle import ORDERED
from test_code import all_expected, distance, text_of
from test_sql import DIALECTS, Engine, apart, wanted
from test_sql import run as run_query
from test_table import ALL

import autodiff
from autodiff.code.targets import RUN
from autodiff.primitives import Primitive

inf, nan = math.inf, math.nan
EXTREMES = (0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, inf, -inf, nan)
ULPS = 12
Point = tuple[float, ...]


def jobs_of(row: Primitive) -> Iterator[Job]:
    """Every combination of extremes, in all arguments that vary; an order, and then a last argument, is a literal too."""
    if row.name in ORDERED:
        for order in (0, 1, 2):
            yield Job(text_of(row, str(order))[0], [(x,) for x in EXTREMES])
        return
    for count in (2, 3) if row.variadic else (len(row.names),):
        points = list(itertools.product(EXTREMES, repeat=count))
        yield Job(text_of(row, count=count)[0], points[:: 5 if count > 2 else 1])
    if row.literal:
        for literal in ("-1", "0.5", "2", "3"):
            yield Job(text_of(row, literal)[0], [(x,) for x in EXTREMES])


JOBS = {row.name: list(jobs_of(row)) for row in ALL}
MEANT = {
    ("hypot", "columns"): "plain IEEE: where x/out is 1 by rounding, or out is infinite, a worksheet makes the slopes of length 1",
    ("hypot", "page"): "one infinite argument leaves no length that the slopes could be made of",
    ("logsumexp", "page"): "two infinite arguments leave no sum that the shares could be made of",
}
"""Where a row is meant to differ, and why."""


def same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b) or distance(a, b) <= ULPS


@pytest.mark.sampled(3)
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.name)
def test_columns_say_what_worksheets_say(row: Primitive) -> None:
    differing = 0
    for job in JOBS[row.name]:
        names = job.formula.variables
        found = job.formula.columns(**{name: np.array(column) for name, column in zip(names, zip(*job.points))})
        for i, point in enumerate(job.points):
            sheet = job.formula.at(**dict(zip(names, point)))
            assert same(sheet.value, float(found.value[i])), (job.text, point)
            wrong = [name for name in names if not same(sheet.gradient[name], float(found.gradient[name][i]))]
            differing += bool(wrong)
            assert not wrong or (row.name, "columns") in MEANT, (job.text, point, wrong)
    assert bool(differing) is ((row.name, "columns") in MEANT)


HESSIAN = Job("x*y", [(1.0, 2.0)], hessian=True)  # so that everything that a program declares is used
LANGUAGES = [language for language in RUN if language not in ("jax", "julia")]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "language", [pytest.param(name, marks=LONG) if name in ("rust", "fortran") else name for name in LANGUAGES]
)
def test_languages_say_what_the_array_form_says(language: str, tmp_path: Path) -> None:
    if language in TOOLS and shutil.which(TOOLS[language]) is None:
        pytest.skip(f"{TOOLS[language]} is not installed")
    jobs = [HESSIAN, *(job for jobs in JOBS.values() for job in jobs)]
    for job, rows in list(zip(jobs, RUNNERS[language](jobs, tmp_path), strict=True))[1:]:
        for point, found, true in zip(job.points, rows, all_expected(job), strict=True):
            assert all(distance(x, y) <= ULPS for x, y in zip(found, true, strict=True)), (job.text, point, found, true)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_databases_say_what_the_array_form_says(dialect: str) -> None:
    engine = Engine(dialect)
    for job in (job for jobs in JOBS.values() for job in jobs):
        for point, found, true in zip(job.points, run_query(engine, job), wanted(engine, job), strict=True):
            assert all(apart(engine, x, y) <= ULPS for x, y in zip(found, true, strict=True)), (job.text, point, found, true)


@pytest.mark.skipif(NODE is None, reason="Node is not installed")
@pytest.mark.parametrize("step", sized(20, 1))
def test_the_page_says_what_worksheets_say(step: int) -> None:
    """In numbers; its statuses are found by samples, and at the ends of the range of doubles there is no room for these."""
    sheets = [
        (name, job.formula.at(**dict(zip(job.formula.variables, point))))
        for name, jobs in JOBS.items()
        for job in jobs
        for point in job.points[:: step if name not in {name for name, _ in MEANT} else 1]
    ]
    differing = set()
    for (name, sheet), answer in zip(sheets, answers([sheet for _, sheet in sheets]), strict=True):
        assert same(sheet.value, float(answer.values[sheet.tape.output])), (sheet.text, sheet.point)
        for ours, theirs in zip(sheet.adjoints, answer.adjoints, strict=True):
            if (ours is None) is not (theirs is None) or (ours is not None and not same(ours, float(theirs))):
                assert (name, "page") in MEANT, (sheet.text, sheet.point, ours, theirs)
                differing.add(name)
    assert differing == {name for name, form in MEANT if form == "page"}


@pytest.mark.parametrize(
    ("point", "slopes"),
    [
        ((1.0, inf), (0.0, 1.0)), ((inf, 1.0), (1.0, 0.0)), ((inf, inf), (nan, nan)), ((-inf, 1.0), (0.0, 1.0)),
        ((-inf, -inf), (nan, nan)), ((-inf, inf), (0.0, 1.0)), ((1.7976931348623157e308, inf), (0.0, 1.0)),
        ((5e-324, -5e-324), (0.5, 0.5)), ((1e300, 1e300), (0.5, 0.5)),
    ],
)  # fmt: skip
def test_infinite_arguments_of_logarithms_of_sums(point: Point, slopes: Sequence[float]) -> None:
    """The greatest is all of an infinite sum; two that are infinite alike have no share that could be told."""
    for name in ("logsumexp", "logaddexp"):
        sheet = autodiff.parse(f"{name}(x, y)").at(x=point[0], y=point[1])
        assert [*sheet.gradient.values()] == pytest.approx(slopes, nan_ok=True)
        assert all(status.status == "undefined" for status in sheet.status.values())
        assert bool(sheet.status) is any(map(math.isnan, slopes))


@pytest.mark.parametrize("text", ["log(exp(-exp(x)))", "exp(-exp(x))/exp(-exp(x) - 3)", "1 + log(sqrt(exp(-exp(x))))"])
def test_what_is_lost_below_all_exponents_is_an_underflow(text: str) -> None:
    """Beyond 10^(-10^18) nothing is known but that a number is small."""
    sheet = autodiff.parse(text).at(x=45)
    assert (sheet.value_status, sheet.status["x"].status) == ("underflow", "underflow")
    assert math.isnan(sheet.value)
    assert math.isnan(sheet.gradient["x"])
    assert autodiff.parse("exp(-exp(x))").at(x=45).value_status == "ok"
