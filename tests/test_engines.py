"""The blocks of docs/engines.md say what the interpreter says: DuckDB's always, Spark's and Ray's where they are to be had.

`PYSPARK_PYTHON` and `RAY_PYTHON` may name a Python that has them.
"""

import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from console import ROOT, shell
from test_code import distance

import autodiff

PAGE = (ROOT / "docs/engines.md").read_text(encoding="utf-8")
WEIGHTS = ("w1", "w2", "b")
NAMES = ("L", "dw1", "dw2", "db")
ULPS = 2
MEANS = 5e-14

ROWS = {
    "DuckDB": "[dict(zip(costs.columns, row)) for row in costs.fetchall()], list(mean)",
    "Spark": "[row.asDict() for row in costs.collect()], list(mean)",
    "Ray": "costs.take_all(), list(mean.values())",
}
"""The rows and the means of an engine in plain words of Python."""

Row = dict[str, float]


def blocks(heading: str, language: str) -> list[str]:
    """The code below a heading of the page, or above them all."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0] if heading else PAGE.split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the page writes and reads."""
    place = tmp_path_factory.mktemp("engines")
    shutil.copytree(ROOT / "examples", place / "examples")
    [commands] = blocks("", "sh")
    done = shell("set -e\n" + commands, place)
    assert done.code == 0, done.stderr
    return place


@cache
def expected() -> list[Row]:
    """Every row of the file, with what the interpreter says of it."""
    [text] = re.findall('^L="(.*)"$', PAGE, re.MULTILINE)
    formula = autodiff.parse(text)
    rows = []
    with (ROOT / "examples/train.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            row = {name: float(cell) for name, cell in cells.items()}
            sheet = formula.at(**row, w1=0.7, w2=0.5, b=-7.0)
            rows.append({**row, "L": sheet.value, **{f"d{name}": sheet.gradient[name] for name in WEIGHTS}})
    return rows


def ran(engine: str, folder: Path, python: str) -> list[tuple[list[Row], list[float]]]:
    """What the blocks of an engine find, in one process; what they print is shown when they fail."""
    parts = [f"{block}\nfound.append(({ROWS[engine]}))\n" for block in blocks(engine, "python")]
    end = "import json\nwith open('found.json', 'w') as file:\n    json.dump(found, file)\n"
    (folder / "run.py").write_text("found = []\n" + "".join(parts) + end, encoding="utf-8")
    env = {**os.environ, "PYSPARK_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1", "PYTHONUTF8": "1"}
    done = subprocess.run([python, "run.py"], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    found: list[tuple[list[Row], list[float]]] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return found


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["x1"], row["x2"], row["y"]))


def assert_agrees(found: list[tuple[list[Row], list[float]]]) -> None:
    true = in_order(expected())
    for rows, means in found:
        for row, wanted in zip(in_order(rows), true, strict=True):
            assert row.keys() == wanted.keys()
            for name, x in wanted.items():
                assert distance(row[name], x) <= (ULPS if name in NAMES else 0), (row, name, x)
        for mean, name in zip(means, NAMES, strict=True):
            assert abs(mean - math.fsum(row[name] for row in true) / len(true)) <= MEANS, name


def missing(package: str, variable: str) -> str:
    """Why an engine is not run here."""
    if variable in os.environ or find_spec(package):
        return ""
    return f"{package} is not installed; {variable} may name a Python that has it"


def test_the_means_on_the_page() -> None:
    [text] = re.findall(r"are ([0-9., and\n]+[0-9])\.\n", PAGE)
    for number, name in zip(re.findall(r"[0-9.]+[0-9]", text), NAMES, strict=True):
        assert abs(float(number) - math.fsum(row[name] for row in expected()) / len(expected())) <= MEANS, name


def test_duckdb(folder: Path) -> None:
    assert_agrees(ran("DuckDB", folder, sys.executable))


def test_what_duckdb_takes_for_a_number(folder: Path) -> None:
    """Columns of any type are read as doubles; an empty cell has no cost, and NaN has one that is NaN and equal to itself."""
    db = duckdb.connect()
    rows = "(0.1::FLOAT, 5.24, 0), (NULL, 6.78, 0), ('NaN'::FLOAT, 4.67, 1), (9007199254740993, 1, 0)"
    db.execute(f"CREATE VIEW points AS SELECT *, 0.7 AS w1, 0.5 AS w2, -7 AS b FROM (VALUES {rows}) AS given(x1, x2, y)")
    db.execute("CREATE VIEW costs AS\n" + (folder / "loss.sql").read_text(encoding="utf-8"))
    found = db.execute("SELECT x1, L, db FROM costs").fetchall()
    assert [row[0] for row in found if row[0] == row[0]] == [0.10000000149011612, None, 2.0**53]
    assert found[1] == (None, None, None)
    assert all(math.isnan(x) for x in found[2])
    counted = db.execute(
        "SELECT count(*), count(L), count(*) FILTER (L = L), count(*) FILTER (NOT isnan(L)), avg(L) FROM costs"
    ).fetchone()
    assert counted is not None
    assert counted[:4] == (4, 3, 3, 2)
    assert math.isnan(counted[4])


@pytest.mark.long
def test_the_sizes_on_the_page() -> None:
    """A step that is used twice is written once; in one expression the text would double with each."""

    def formula(count: int) -> autodiff.Formula:
        names = ["x", *(f"u{k}" for k in range(1, count + 1))]
        return autodiff.parse("; ".join(f"{new} = {old}*sin({old})" for old, new in pairwise(names)))

    assert round(len(formula(20).compile("spark", main=False)), -3) == 8000
    assert round(len(formula(100).compile("spark", main=False)), -4) == 300_000
    assert round(len(formula(100).compile("numpy", main=False)), -3) == 27_000
    size = 1
    for _ in range(20):
        size = 2 * size + len("*sin()")
    assert round(size, -6) == 7_000_000


@pytest.mark.parametrize("engine", ["interpreter", "numpy"])
def test_the_textbook_is_infinite_where_the_stable_cost_is_not(engine: str) -> None:
    [stable] = re.findall('^L="(.*)"$', PAGE, re.MULTILINE)
    textbook = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))"
    for z, text, true in ((36.0, textbook, 36.0), (37.0, textbook, math.inf), (37.0, stable, 37.0)):
        formula, point = autodiff.parse(text), {"w1": 1.0, "x1": z, "w2": 0.0, "x2": 0.0, "b": 0.0, "y": 0.0}
        scope: dict[str, Any] = {}
        exec(formula.compile("numpy", main=False), scope)
        value = formula.at(**point).value if engine == "interpreter" else float(scope["f"](**point)[0])
        assert value == true or abs(value - true) < 0.1, (z, text)


@pytest.mark.long
@pytest.mark.skipif(bool(missing("pyspark", "PYSPARK_PYTHON")), reason=missing("pyspark", "PYSPARK_PYTHON"))
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed, so Spark is not run here")
def test_spark(folder: Path) -> None:
    assert_agrees(ran("Spark", folder, os.environ.get("PYSPARK_PYTHON") or sys.executable))


@pytest.mark.long
@pytest.mark.skipif(bool(missing("ray", "RAY_PYTHON")), reason=missing("ray", "RAY_PYTHON"))
def test_ray(folder: Path) -> None:
    assert_agrees(ran("Ray", folder, os.environ.get("RAY_PYTHON") or sys.executable))
