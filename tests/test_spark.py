"""Queries on Spark, where Java and pyspark are to be had: PYSPARK_PYTHON may name a Python that has it. It runs in ANSI mode."""

import itertools
import json
import math
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from foreigners import Job
from test_code import all_expected, distance
from test_extremes import JOBS

import autodiff

PYTHON = os.environ.get("PYSPARK_PYTHON") or sys.executable
VALUE, SLOPE = 8, 12


def missing() -> str:
    """What Spark lacks here."""
    if shutil.which("java") is None:
        return "Java is not installed, so Spark is not run here"
    if "PYSPARK_PYTHON" not in os.environ and find_spec("pyspark") is None:
        return "pyspark is not installed, so Spark is not run here; PYSPARK_PYTHON may name a Python that has it"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def query(job: Job, value_only: bool) -> dict[str, Any]:
    formula = job.formula
    rows = [[repr(x) for x in point] for point in job.points]
    text = formula.compile("spark", value_only=value_only, main=False)
    return {"query": text, "columns": list(formula.variables), "rows": rows}


def put(jobs: list[dict[str, Any]]) -> list[Any]:
    """All queries in one session."""
    script = Path(__file__).with_name("spark.py")
    done = subprocess.run([PYTHON, str(script)], input=json.dumps(jobs), capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def numbers(row: list[Any], count: int) -> list[float]:
    return [math.nan if x is None else float(x) for x in row[len(row) - count :]]


ZEROS = [*itertools.product((0.0, -0.0, 2.0, -3.0), repeat=2)]
SMALL = [Job(text, ZEROS) for text in ("mod(x, y)", "x/y", "atan2(x, y)")]


def assert_agrees(jobs: list[Job], value_only: bool = False) -> None:
    for job, found in zip(jobs, put([query(job, value_only) for job in jobs]), strict=True):
        assert not isinstance(found, str), (job.text, found)
        n = 0 if value_only else len(job.formula.variables)
        for point, row, true in zip(job.points, found, all_expected(job), strict=True):
            for k, (x, y) in enumerate(zip(numbers(row, 1 + n), true[: 1 + n], strict=True)):
                assert distance(x, y, abs(true[0]) if k == 0 else 0.0) <= (SLOPE if k else VALUE), (job.text, point, k, x, y)


def test_zero_divisors_and_the_sign_of_zero() -> None:
    """In ANSI mode x % 0 and x / 0 would stop the job, and its own atan2 forgets the sign of zero."""
    assert_agrees(SMALL, value_only=True)


@pytest.mark.long
def test_the_whole_table_at_extremes() -> None:
    assert_agrees([job for jobs in JOBS.values() for job in jobs])


@pytest.mark.long
def test_self_tests_pass() -> None:
    texts = ["3*(a + b*c)", "x % y + atan2(y, x)", "K*k + true*x₁", "log(x, 3)*lgamma(y)", "erf(x)*digamma(y)"]
    jobs = [{"query": autodiff.parse(text).compile("spark"), "columns": [], "rows": []} for text in texts]
    for text, found in zip(texts, put(jobs), strict=True):
        assert not isinstance(found, str), (text, found)
        assert found[0][-1] == "ok"
