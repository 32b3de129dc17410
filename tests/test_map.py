"""autodiff map: a formula over the records of files, judged by what the same formula is at each point."""

from __future__ import annotations

import csv
import json
import math
import random
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from console import Outcome, inside
from schemas import validator

import autodiff
from autodiff.data.batch import BLOCK

LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1 - y)*log(1 - a))"
WEIGHTS = {"w1": 0.1, "w2": -0.2, "b": 0.3}
GIVEN = [f"{name}={value}" for name, value in WEIGHTS.items()]


def table(path: Path, rows: int, seed: int = 0) -> list[dict[str, str]]:
    """A file of records for the loss, with a column that nothing uses."""
    rng = random.Random(seed)
    records = [
        {"id": f"{k:03}", "x1": f"{rng.gauss(0, 1):.3f}", "x2": f"{rng.gauss(0, 2):.2f}", "y": str(rng.choice((0, 1)))}
        for k in range(rows)
    ]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["id", "x1", "x2", "y"])
        writer.writeheader()
        writer.writerows(records)
    return records


def mapped(folder: Path, *words: str, stdin: bytes = b"") -> Outcome:
    return inside(["map", *words], folder, stdin)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def at(record: dict[str, str], formula: autodiff.Formula) -> autodiff.Worksheet:
    return formula.at(**WEIGHTS, **{name: float(record[name]) for name in ("x1", "x2", "y")})


@pytest.mark.parametrize(("rows", "engine"), [(3, "auto"), (40, "numpy"), (40, "c"), (1200, "auto")])
def test_every_record_is_what_the_formula_is_there(rows: int, engine: str, tmp_path: Path) -> None:
    records, formula = table(tmp_path / "f.csv", rows), autodiff.parse(LOSS)
    said = mapped(tmp_path, LOSS, "f.csv", *GIVEN, "--engine", engine, "--quiet")
    assert (said.stderr, said.code) == ("", 0)
    found = read(said.stdout)
    assert len(found) == rows
    for before, after in zip(records, found):
        sheet = at(before, formula)
        assert {name: after[name] for name in before} == before
        numbers = {"J": sheet.value, **{f"d{name}": x for name, x in sheet.gradient.items()}}
        assert list(after) == [*before, *numbers]
        for name, x in numbers.items():
            assert math.isclose(float(after[name]), x, rel_tol=1e-14, abs_tol=1e-14), (before, name)


def test_the_formula_decides_what_varies(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("a b,c,e,x\n2,3,5,7\n")
    assert mapped(tmp_path, "c*x", "f.csv", "--keep", "none").stdout == "J,dc,dx\n21.0,7.0,3.0\n"
    assert mapped(tmp_path, "k*x", "f.csv", "--name", "k=a b", "--keep", "x", "--wrt", "x").stdout == "x,J,dx\n7,14.0,2.0\n"
    said = mapped(tmp_path, "e*x", "f.csv", "--keep", "none", "--value-only")
    assert said.stdout == "J\n35.0\n"
    assert "e" in said.stderr  # a note: a column called e wins over the constant
    said = mapped(tmp_path, "c*x", "f.csv", "c=10", "--keep", "none")
    assert said.stdout == "J,dc,dx\n70.0,7.0,10.0\n"
    assert said.stderr == "note: 'c' is given and a column too: the value that is given counts\n"
    said = mapped(tmp_path, "cx", "f.csv", "--keep", "none")
    assert said.stdout == "J,dc,dx\n21.0,7.0,3.0\n"
    assert "cx is read as c*x" in said.stderr
    assert (
        mapped(tmp_path, "x^3", "f.csv", "--hessian", "--prefix", "f_", "--keep", "none").stdout
        == "f_J,f_dx,f_dx_dx\n343.0,147.0,42.0\n"
    )


@pytest.mark.parametrize("engine", ["auto", "numpy", "c"])
def test_second_derivatives(engine: str, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("x,y\n0.5,2\n-1,3\n")
    found = read(mapped(tmp_path, "x^3*y + sin(x*y)", "f.csv", "--hessian", "--engine", engine).stdout)
    for row in found:
        sheet = autodiff.parse("x^3*y + sin(x*y)").at(x=float(row["x"]), y=float(row["y"]))
        for name, x in [("dx_dx", sheet.hessian["x"]["x"]), ("dx_dy", sheet.hessian["x"]["y"]), ("dy_dy", sheet.hessian["y"]["y"])]:
            assert math.isclose(float(row[name]), x, rel_tol=1e-13)


# The mean and the sum ------------------------------------------------------------------------------------------------------


def reduced(folder: Path, *words: str) -> dict[str, object]:
    said = mapped(folder, *words, "--json")
    assert (said.stderr, said.code) == ("", 0)
    document: dict[str, object] = json.loads(said.stdout)
    validator("map").validate(document)
    return document


def test_the_mean_of_few_records_is_exact(tmp_path: Path) -> None:
    records, formula = table(tmp_path / "f.csv", 100), autodiff.parse(LOSS)
    found = reduced(tmp_path, LOSS, "f.csv", *GIVEN, "--reduce", "mean", "--hessian")
    sheets = [at(record, formula) for record in records]

    def mean(numbers: list[float]) -> float:
        return float(sum(map(Fraction, numbers)) / len(numbers))

    assert math.isclose(found["value"], mean([sheet.value for sheet in sheets]), rel_tol=3e-16)
    for name in WEIGHTS:
        assert math.isclose(found["gradient"][name], mean([sheet.gradient[name] for sheet in sheets]), rel_tol=1e-15)
        for other in WEIGHTS:
            wanted = mean([sheet.hessian[name][other] for sheet in sheets])
            assert math.isclose(found["hessian"][name][other], wanted, rel_tol=1e-14)
    assert (found["variables"], found["rows"], found["skipped"]) == (WEIGHTS, 100, {})


@pytest.mark.parametrize("engine", ["numpy", "c"])
def test_the_same_bits_for_every_number_of_jobs(engine: str, tmp_path: Path) -> None:
    """Files whose sizes are no multiple of a block; the sum of each is that of its blocks."""
    for k, rows in enumerate((2 * BLOCK + 17, BLOCK, 999)):
        table(tmp_path / f"{k}.csv", rows, k)
    words = [LOSS, "0.csv", "1.csv", "2.csv", *GIVEN, "--reduce", "mean", "--engine", engine]
    found = [reduced(tmp_path, *words, "--jobs", jobs) for jobs in ("1", "2", "3")]
    assert found[0] == found[1] == found[2]
    parts = [reduced(tmp_path, LOSS, f"{k}.csv", *GIVEN, "--reduce", "sum", "--engine", engine) for k in range(3)]
    rows = sum(part["rows"] for part in parts)
    assert found[0]["rows"] == rows
    assert math.isclose(found[0]["value"], sum(part["value"] for part in parts) / rows, rel_tol=1e-15)


def test_what_has_no_value_is_left_out_and_counted(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("x\n1\n\n-1\n4\n")
    found = reduced(tmp_path, "k*log(x)", "f.csv", "k=2", "--reduce", "sum")
    assert (found["rows"], found["skipped"]) == (2, {"empty": 1, "domain": 1})
    assert math.isclose(found["value"], 2 * math.log(4), rel_tol=1e-15)
    assert math.isclose(found["gradient"]["k"], math.log(4), rel_tol=1e-15)
    said = mapped(tmp_path, "k*log(x)", "f.csv", "k=2", "--reduce", "mean")
    assert "the mean over 2 rows; left out: one with an empty cell and 1 whose value is no number (domain)" in said.stdout
    (tmp_path / "g.csv").write_text("x\n\n")
    said = mapped(tmp_path, "k*x", "g.csv", "k=2", "--reduce", "mean")
    assert said.code == 1
    assert "no row is left" in said.stderr


@pytest.mark.parametrize("form", ["plain", "markdown", "latex"])
def test_an_explanation_has_one_record_and_the_sums(form: str, tmp_path: Path) -> None:
    table(tmp_path / "f.csv", 4)
    said = mapped(tmp_path, "(w1*x1 + b - y)^2", "f.csv", "w1=0.5", "b=1", "--reduce", "mean", "--explain", "--format", form)
    assert said.code == 0
    assert "row 1 of f.csv" in said.stdout
    assert all(f"row {k}" in said.stdout for k in (1, 2, 3))
    value = reduced(tmp_path, "(w1*x1 + b - y)^2", "f.csv", "w1=0.5", "b=1", "--reduce", "mean")["value"]
    assert f"{value:.6g}" in said.stdout


# What is refused ------------------------------------------------------------------------------------------------------------

REFUSED = [
    (["x^2"], "there is no file"),
    (["f.csv", "x^2"], "the formula comes first"),
    (["x^2", "none.csv"], "cannot be read"),
    (["x^2", "f.odd"], "format of 'f.odd' is not known"),
    (["x^2", "-"], "format of '-' is not known"),
    (["x*k", "f.csv"], "no value for 'k'"),
    (["k^2", "f.csv", "k=1"], "no variable of the formula is a column"),
    (["x^2", "f.csv", "--keep", "z"], "no column 'z'"),
    (["x^2", "f.csv", "--name", "z=y"], "nothing in the formula uses 'z'"),
    (["x^2", "f.csv", "--name", "x=z"], "no column 'z'"),
    (["x^2", "f.csv", "--name", "x"], "not variable=column"),
    (["x^2", "f.csv", "--wrt", "z"], "'z' is no variable"),
    (["x^2", "f.csv", "-o", "f.csv", "--force"], "is read, and cannot be written"),
    (["x^2", "f.csv", "-o", "g.csv"], "exists already"),
    (["y = x^2", "f.csv"], "a column 'y' already"),
    (["x^2", "f.csv", "--reduce", "mean", "--wrt", "x"], "--reduce sums over"),
    (["x^2", "f.csv", "--json"], "--json is for"),
    (["x^2", "f.csv", "--jobs", "0"], "--jobs"),
    (["x^2", "f.csv", "--engine", "odd"], "--engine"),
    (["x^2", "f.csv", "h.csv"], "the columns of h.csv are z"),
    (["e*z", "h.csv", "i.csv"], "some files only"),
    (["z^2", "i.csv", "h.csv"], "h.csv has no column 'e'"),
    (["y^2", "f.csv"], "row 2 (line 3), column 'y': 'two' is not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=[" ".join(words) for words, _ in REFUSED])
def test_refused(words: Sequence[str], message: str, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("x,y\n1,1\n2,two\n")
    (tmp_path / "g.csv").write_text("old")
    (tmp_path / "h.csv").write_text("z\n1\n")
    (tmp_path / "i.csv").write_text("z,e\n1,2\n")
    (tmp_path / "f.odd").write_text("x\n1\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    said = mapped(tmp_path, *words)
    assert message in said.stderr
    assert said.code == (4 if message == "cannot be read" else 2)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("words", [["--engine", "numpy"], ["--engine", "c"], ["--to", "parquet"]])
def test_without_numpy_and_polars(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs them says so; what does not gives the same."""
    table(tmp_path / "f.csv", 1200)
    usual = mapped(tmp_path, LOSS, "f.csv", *GIVEN, "--reduce", "mean")
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.setitem(sys.modules, "polars", None)
    said = mapped(tmp_path, LOSS, "f.csv", *GIVEN, *words)
    assert said.code == 4
    assert "E053" in said.stderr
    alone = mapped(tmp_path, LOSS, "f.csv", *GIVEN, "--reduce", "mean")
    assert (alone.code, alone.stdout) == (0, usual.stdout)
