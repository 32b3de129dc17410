"""Tables for other programs: a line of heads, exact numbers, nothing that a program would have to understand."""

import csv
import io
import json
import math
from pathlib import Path

import pytest
from console import ROOT, inside
from length import LONG
from test_formats import CASES

TABLES = [words for words, formats in CASES.items() if "tsv" in formats]


def read(*words: str) -> list[dict[str, str]]:
    """The rows of a table by head, as the csv module reads them."""
    done = inside([*words, "--format", "tsv"], ROOT)
    assert done.code in (0, 1), done.stderr
    return [*csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)]


def document(*words: str) -> dict:
    return json.loads(inside([*words, "--json"], ROOT).stdout)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("words", TABLES, ids=" ".join)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_row_has_as_many_cells_as_there_are_heads(words: tuple[str, ...], language: str, tmp_path: Path) -> None:
    digits = [] if words[0] == "check" else ["--digits", "2"]
    done = inside([*words, "--format", "tsv", "--lang", language, *digits], tmp_path)
    heads, *rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len({*heads}) == len(heads)
    assert all(head.isascii() for head in heads)
    assert rows
    assert all(len(row) == len(heads) for row in rows)
    assert done.stdout == inside([*words, "--format", "tsv"], tmp_path).stdout, "neither the language nor digits matter"


def test_eval_has_what_its_json_has() -> None:
    words = ("eval", "u = x*y; abs(u) + 0.1*z", "x=0", "y=0.1", "z=3")
    rows, found = read(*words), document(*words)
    nodes = [node for node in found["nodes"] if node["kind"] != "constant"]
    assert [row["name"] for row in rows] == [node["name"] for node in nodes]
    for row, node in zip(rows, nodes):
        assert (float(row["value"]), float(row["derivative"])) == (node["value"], node["gradient"])
        assert row["formula"] == node.get("formula", "")
    assert {row["name"]: row["status"] for row in rows if row["name"] in found["gradient"]} == {"x": "kink", "y": "ok", "z": "ok"}


def test_only_what_is_asked_for_is_judged() -> None:
    rows = {row["name"]: row for row in read("eval", "a^2 + b", "a=3", "b=1", "--wrt", "b")}
    assert (rows["a"]["derivative"], rows["a"]["status"]) == ("", "")
    assert (rows["b"]["derivative"], rows["b"]["status"]) == ("1.0", "ok")


@pytest.mark.parametrize(
    ("x", "value", "status"), [("-1", math.nan, "domain"), ("0", -math.inf, "infinite"), ("inf", math.inf, "ok")]
)
def test_numbers_that_are_none(x: str, value: float, status: str) -> None:
    (row,) = [row for row in read("eval", "log(x)", f"x={x}") if row["name"] == "J"]
    assert repr(float(row["value"])) == repr(value)
    assert row["status"] == document("eval", "log(x)", f"x={x}")["value_status"] == status


def test_jacobian() -> None:
    words = ("eval", "p = x*y; q = p + sin(x)", "x=0.3", "y=2", "--outputs", "p,q")
    found = document(*words)
    for row in read(*words):
        assert float(row["value"]) == found["outputs"][row["output"]]
        assert {name: float(row[f"d{name}"]) for name in "xy"} == found["jacobian"][row["output"]]


def test_diff() -> None:
    words = ("diff", "x^2*exp(x*y)", "x=1", "y=2")
    found = document(*words)
    rows = {row["name"]: row for row in read(*words)}
    for name in "xy":
        assert rows[f"d{name}"]["formula"] == found["derivatives"][name]
        assert float(rows[f"d{name}"]["value"]) == found["values"][name]
    assert {row["value"] for row in read("diff", "x^2*y")} == {""}


@LONG
def test_check() -> None:
    words = ("check", "x*y", "dx=2*y", "dy=x")
    for row, claim in zip(read(*words), document(*words)["claims"], strict=True):
        assert (row["variable"], row["claim"], row["verdict"]) == (claim["variable"], claim["formula"], claim["verdict"])
        assert (float(row["claimed"]), float(row["right"])) == (claim["claimed"], claim["computed"])
    assert [row["verdict"] for row in read("check", "x^2", "x=1")] == ["verified"]


@LONG
def test_uncertainty() -> None:
    words = ("uncertainty", "a*b", "a=5±0.1", "b=3±0.2", "--coverage", "0.95", "--monte-carlo", "1000")
    rows, found = read(*words), document(*words)
    shares = {row["name"]: float(row["share"]) for row in rows if row["kind"] == "input"}
    assert shares == found["shares"]
    results = {row["kind"]: row for row in rows if row["kind"] != "input"}
    assert [*results] == ["linear", "second_order", "monte_carlo"]
    assert float(results["linear"]["low"]) == found["coverage"]["low"]
    assert float(results["second_order"]["uncertainty"]) == found["second_order"]["uncertainty"]
    assert float(results["monte_carlo"]["high"]) == found["monte_carlo"]["high"]


def test_fit() -> None:
    words = ("fit", "a*(1 - exp(-b*pressure)) + c", "examples/adsorption.csv", "--target", "volume", "a=200", "b=0.0005", "c:=0")
    for more in ((), ("--bounds", "a<=230"), ("--loss", "huber")):
        rows, found = {row["parameter"]: row for row in read(*words, *more)}, document(*words, *more)
        ends = found["intervals"]["profile"] or found["intervals"]["student"]
        assert {name: float(row["value"]) for name, row in rows.items()} == {**found["parameters"], **found["fixed"]}
        for name, error in found["std_errors"].items():
            assert rows[name]["std_error"] == str(error)
            assert [rows[name]["low"], rows[name]["high"]] == [*map(str, ends.get(name, ("", "")))]
        assert (rows["c"]["start"], rows["c"]["std_error"]) == ("", "")


@LONG
def test_the_steps_of_a_search() -> None:
    words = ("minimize", "(x - 1)^2 + y^2", "x=0", "y=1", "--method", "gradient-descent", "--iterations", "3")
    rows, found = read(*words), document(*words)
    assert [float(row["x"]) for row in rows] == [step["x"]["x"] for step in found["steps"]]
    assert float(rows[-1]["J"]) == found["fun"]
    words = ("solve", "x^2 = 2", "x=1")
    assert [float(row["residual"]) for row in read(*words)] == [step["fun"][0] for step in document(*words)["steps"]]


@LONG
def test_map_reduce() -> None:
    words = ("map", "k*x1", str(ROOT / "examples/train.csv"), "k=0.1", "--reduce", "sum")
    found, (value, slope) = document(*words), read(*words)
    assert (float(value["value"]), float(slope["value"])) == (found["value"], found["gradient"]["k"])


def test_what_has_several_tables_is_refused(tmp_path: Path) -> None:
    for more in (["--hessian"], ["--order", "2"], ["--mode", "both"], ["--explain"]):
        done = inside(["eval", "x^2", "x=1", "--format", "tsv", *more], tmp_path)
        assert (done.code, f"{more[0]} is not shown with --format tsv" in done.stderr) == (2, True)
