"""autodiff map --uncertainty: each record has the standard uncertainty that `uncertainty` gives for it."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from console import Outcome, inside
from length import sized

import autodiff
from autodiff.uncertainty.budget import budget
from autodiff.uncertainty.inputs import Input

FORMULA = "abs(x)*exp(y/4)/z + sqrt(w)"
NAMES = "xyzw"
BAD = ["-0.1", "nan", "inf", "-inf", "-1e-300"]


def records(count: int, seed: int = 0) -> list[dict[str, str]]:
    """Values with kinks, poles and ends of domains among them; uncertainties with zeros and such that are none; w has none."""
    rng = random.Random(seed)
    found = []
    for k in range(count):
        odd = k % 7 == 3
        row = {name: f"{rng.gauss(1, 2):.4g}" for name in "xyz"} | {"w": f"{rng.random():.3g}"}
        row |= {f"u_{name}": f"{rng.expovariate(4):.3g}" for name in "xyz"}
        if odd:
            row[rng.choice(NAMES)] = rng.choice(["0", "-0", "-1", ""])
            row[f"u_{rng.choice('xyz')}"] = rng.choice(["0", "", *BAD])
        found.append({"id": str(k), **row})
    return found


def written(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, [*rows[0]])
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".parquet":
        import polars as pl

        pl.DataFrame({name: [float(row[name]) if row[name] else None for row in rows] for name in rows[0]}).write_parquet(path)
    else:
        strings = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
        values = [{name: strings.get(x) or (float(x) if x else None) for name, x in row.items()} for row in rows]
        path.write_text("".join(json.dumps(row) + "\n" for row in values), encoding="utf-8")
    return path


def mapped(folder: Path, *words: str) -> list[dict[str, str]]:
    done = inside(["map", *words, "--uncertainty", "--to", "csv"], folder)
    assert done.code == 0, done
    return list(csv.DictReader(done.stdout.splitlines()))


def expected(row: Mapping[str, str], pairs: Mapping[tuple[str, str], float], fixed: Mapping[str, float]) -> float | None:
    """What `uncertainty` makes of a record; None where a cell is empty."""
    cells = [row[name] for name in row if name != "id"]
    if "" in cells:
        return None
    sizes = {name: float(row[f"u_{name}"]) if f"u_{name}" in row else fixed.get(name, 0.0) for name in NAMES}
    if not all(0 <= size < math.inf for size in sizes.values()):
        return math.nan
    inputs = {name: Input(name, float(row[name]), sizes[name]) for name in NAMES}
    pairs = {pair: r for pair, r in pairs.items() if all(sizes[name] for name in pair)}
    return budget(autodiff.parse(FORMULA), inputs, pairs).budgets[0].uncertainty


def agree(rows: Sequence[Mapping[str, str]], found: Sequence[Mapping[str, str]], pairs: Mapping[tuple[str, str], float],
          fixed: Mapping[str, float]) -> None:  # fmt: skip
    assert len(rows) == len(found)
    for row, one in zip(rows, found):
        wished, cell = expected(row, pairs, fixed), one["u_J"]
        assert (wished is None) == (cell == ""), (row, cell)
        if wished is not None:
            assert float(cell) == pytest.approx(wished, rel=1e-12, nan_ok=True), (row, wished)


@pytest.mark.sampled(5)
@pytest.mark.parametrize("engine", ["auto", "numpy", "c"])
@pytest.mark.parametrize(("pairs", "words"), [({}, []), ({("x", "y"): 0.5, ("y", "z"): -0.7}, ["--corr", "x,y=0.5; y,z=-0.7"])])
def test_each_record_has_the_uncertainty_that_its_budget_has(
    engine: str, pairs: dict[tuple[str, str], float], words: list[str], tmp_path: Path
) -> None:
    rows = records(60)
    written(tmp_path / "f.csv", rows)
    agree(rows, mapped(tmp_path, FORMULA, "f.csv", "u_w=0.01", "--engine", engine, *words), pairs, {"w": 0.01})


@pytest.mark.parametrize("kind", sized("jsonl", "parquet"))
def test_other_files(kind: str, tmp_path: Path) -> None:
    rows = records(30, 1)
    written(tmp_path / f"f.{kind}", rows)
    agree(rows, mapped(tmp_path, FORMULA, f"f.{kind}"), {}, {})


@pytest.mark.parametrize("jobs", sized("1", "3"))
def test_more_rows_than_are_judged(jobs: str, tmp_path: Path) -> None:
    """No row whose derivative may be wrong has a number: it is not judged, so its uncertainty is not known."""
    rows = [{"id": str(k), "x": "0" if k % 3 else "2", "u_x": "0.1"} for k in range(2_000)]
    written(tmp_path / "f.csv", rows)
    words = ["abs(x)", "f.csv", "--status-column", "--jobs", jobs, "--judge", "20", "--value-only"]
    for row, one in zip(rows, mapped(tmp_path, *words)):
        assert (one["u_J"], one["status"] == "ok") == (("0.1", True) if row["x"] == "2" else ("NaN", False))


def test_the_worked_example_by_hand(tmp_path: Path) -> None:
    """6·0.2 and 3·0.1, and with c ± 0.1 also 9·0.1."""
    (tmp_path / "f.csv").write_text("a,u_a,b,σ of b,c\n5,0.1,3,0.2,2\n", encoding="utf-8")
    words = ["3*(a + b*c)", "f.csv", "--name", "u_b=σ of b"]
    (one,) = mapped(tmp_path, *words)
    assert [*one] == ["a", "u_a", "b", "σ of b", "c", "J", "u_J", "da", "db", "dc"]
    assert float(one["u_J"]) == pytest.approx(math.hypot(1.2, 0.3), rel=1e-15)
    (one,) = mapped(tmp_path, *words, "c=2±0.1", "--value-only", "--prefix", "my_", "--keep", "none")
    assert [*one] == ["my_J", "my_u_J"]
    assert float(one["my_u_J"]) == pytest.approx(math.hypot(1.2, 0.3, 0.9), rel=1e-15)
    (one,) = mapped(tmp_path, *words, "--corr", "a,b=1", "--wrt", "c", "--hessian", "--keep", "none")
    assert [*one] == ["J", "u_J", "dc", "dc_dc"]
    assert float(one["u_J"]) == pytest.approx(1.5, rel=1e-15)


def test_correlations_of_a_file(tmp_path: Path) -> None:
    """A whole matrix counts each pair once, and nothing twice; with ±1 contributions are added or cancel."""
    (tmp_path / "f.csv").write_text("a,u_a,b,u_b,c\n5,0.1,3,0.2,2\n", encoding="utf-8")
    for r, size in ((0.5, math.sqrt(0.09 + 1.44 + 0.36)), (1, 1.5), (-1, 0.9), (0, math.hypot(0.3, 1.2))):
        (tmp_path / "c.csv").write_text(f"a,b,q\n1,{r},0\n{r},1,0\n0,0,1\n", encoding="utf-8")
        (tmp_path / "c.json").write_text(json.dumps({"a": {"a": 1, "b": r}, "b": {"a": r, "b": 1}}), encoding="utf-8")
        for engine in ("auto", "numpy"):
            for given in ("c.csv", "c.json", f"a,b={r}"):
                (one,) = mapped(tmp_path, "3*(a + b*c)", "f.csv", "--corr", given, "--engine", engine)
                assert float(one["u_J"]) == pytest.approx(size, rel=1e-12)


def test_what_is_no_uncertainty_is_a_status(tmp_path: Path) -> None:
    """The value stands, and its uncertainty does not; an input that is exact has no say."""
    (tmp_path / "f.csv").write_text("x,u_x,y\n1,0.1,0\n1,-1,0\n1,nan,0\n1,,0\n0,0,0\n0,1,0\n,1,0\n", encoding="utf-8")
    words = ["abs(x) + y", "f.csv", "--status-column", "--keep", "none", "--wrt", "y"]
    found = mapped(tmp_path, *words)
    assert [one["u_J"] for one in found] == ["0.1", "NaN", "NaN", "", "0.0", "NaN", ""]
    assert [one["J"] for one in found] == ["1.0"] * 4 + ["0.0", "0.0", ""]
    assert [one["status"] for one in found] == ["ok", "domain", "domain", "ok", "kink", "kink", ""]
    assert [one["u_J"] for one in mapped(tmp_path, *words, "--errors", "null")] == ["0.1", "", "", "", "0.0", "", ""]
    done = inside(["map", *words, "--uncertainty", "--errors", "fail"], tmp_path)
    assert (done.code, done.stdout) == (1, "")
    assert "row 2 is not ok: domain: u_x = -1" in done.stderr
    notes = inside(["map", *words, "--uncertainty"], tmp_path).stderr
    assert "one row has an empty uncertainty: its u_J is empty too" in notes
    assert "2 rows: domain: u_x = -1 is no standard uncertainty, first at row 2" in notes


def test_pieces_of_several_files(tmp_path: Path) -> None:
    rows = records(40, 2)
    written(tmp_path / "a.csv", rows[:15])
    written(tmp_path / "b.csv", rows[15:])
    agree(rows, mapped(tmp_path, FORMULA, "a.csv", "b.csv"), {}, {})


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("words", "code"), [
    (["x", "f.csv", "u_x=-1", "--uncertainty"], "E032"), (["x", "f.csv", "u_x=inf", "--uncertainty"], "E032"),
    (["x", "f.csv", "u_q=1", "--uncertainty"], "E031"), (["y", "f.csv", "--uncertainty"], "E034"),
    (["x*u_x", "f.csv", "--uncertainty"], "E042"), (["x*y", "f.csv", "--uncertainty", "--corr", "x,y=0.5"], "E042"),
    (["x*y", "f.csv", "--uncertainty", "u_y=1", "--corr", "x,y=1.5"], "E042"), (["x", "f.csv", "--corr", "x,y=0.5"], "E042"),
    (["x*y", "f.csv", "--uncertainty", "y=1±0.1", "u_y=1"], "E032"), (["x", "f.csv", "u_x=1"], "E031"),
    (["w*x", "f.csv", "w=1", "--uncertainty", "--reduce", "mean"], "E042"),
    (["x", "f.csv", "--uncertainty", "--name", "u_x=nope"], "E034"), (["x", "f.csv", "--uncertainty", "--name", "u_q=y"], "E031"),
    (["x", "f.csv", "g.csv", "--uncertainty"], "E034"), (["x*y", "f.csv", "g.csv", "--uncertainty", "u_y=1"], "E051"),
    (["x", "h.csv", "--uncertainty"], "E051"), (["x", "f.csv", "--uncertainty", "x=3"], "E034"),
])  # fmt: skip
def test_bad_input(words: list[str], code: str, tmp_path: Path) -> None:
    for name, text in {"f": "x,u_x,y\n1,0.1,2\n", "g": "x,y\n1,2\n", "h": "x,u_x,u_x\n1,0.1,0.2\n"}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    done: Outcome = inside(["map", *words], tmp_path)
    assert (done.code, f"[{code}]" in done.stderr) == (2, True), done


def test_a_published_budget(tmp_path: Path) -> None:
    """Example H.2 of the GUM: means, uncertainties and correlations of table H.2, and u(R), u(X), u(Z) of table H.3."""
    (tmp_path / "f.csv").write_text("V,u_V,I,u_I,phi,u_phi\n4.9990,0.0032,0.019661,0.0000095,1.04446,0.00075\n", encoding="utf-8")
    corr = ["--corr", "V,I=-0.36", "--corr", "V,phi=0.86", "--corr", "I,phi=-0.65"]
    for formula, size in {"V/I*cos(phi)": 0.071, "V/I*sin(phi)": 0.295, "V/I": 0.236}.items():
        (one,) = mapped(tmp_path, formula, "f.csv", *corr if "phi" in formula else corr[:2])
        assert float(one["u_J"]) == pytest.approx(size, rel=0.02)


def test_the_data_may_go_to_another_process() -> None:
    import pickle

    from autodiff.data.spread import Spread
    from autodiff.data.task import Task
    from autodiff.uncertainty.over_rows import Propagation

    task = Task("x", {}, spread=Spread({"x": 0.1}, Propagation({("x", "y"): 0.5})))
    assert pickle.loads(pickle.dumps(task)) == task
