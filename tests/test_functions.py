"""The list of functions is the table."""

import json
from pathlib import Path

from console import inside

import autodiff
from autodiff.primitives import FUNCTIONS, called
from autodiff.render.functions import callable_rows, signature


def test_json(tmp_path: Path) -> None:
    listed = json.loads(inside(["functions", "--json"], tmp_path).stdout)
    names = {row["name"] for row in listed["functions"]} | set(listed["aliases"])
    assert names | {"if"} == FUNCTIONS
    for row in listed["functions"]:
        for derivative in row["derivatives"]:
            autodiff.parse(derivative)


def test_every_function_is_listed_with_its_convention(tmp_path: Path) -> None:
    text = inside(["functions"], tmp_path).stdout
    for row in callable_rows():
        line = next(line for line in text.splitlines() if line.startswith(f"{signature(row)} "))
        assert row.domain in line
        assert row.convention in line
    callables = {called(name, count) for name in FUNCTIONS for count in (1, 2, 3)}
    assert {row.name for row in callable_rows()} == {row.name for row in callables if row is not None and row.name != "if"}


def test_a_worksheet_knows_its_hessian() -> None:
    sheet = autodiff.parse("(1 - x)^2 + 100*(y - x^2)^2").at(x=1, y=2)
    assert sheet.hessian == {"x": {"x": 402.0, "y": -400.0}, "y": {"x": -400.0, "y": 200.0}}
