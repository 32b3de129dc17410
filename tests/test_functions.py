"""The list of functions is the table, fits the terminal, and what it says of each is true."""

import json
import math
import re
from itertools import product
from pathlib import Path

import mpmath
import pytest
from console import ROOT, inside

import autodiff
from autodiff.messages import speaking
from autodiff.primitives import ALIASES, CONSTANTS, FUNCTIONS, ROWS, TABLE, Primitive, called
from autodiff.render import function, functions
from autodiff.render.functions import callable_rows, signature
from autodiff.writing.width import cells

NAMES = sorted({row.spelled or row.name for row in callable_rows()} | {"if"})
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def test_json(tmp_path: Path) -> None:
    listed = json.loads(inside(["functions", "--json"], tmp_path).stdout)
    names = {row["name"] for row in listed["functions"]} | set(listed["aliases"])
    assert names | {"if"} == FUNCTIONS
    for row in listed["functions"]:
        for derivative in row["derivatives"]:
            autodiff.parse(derivative)


def test_json_of_one(tmp_path: Path) -> None:
    whole = json.loads(inside(["functions", "--json"], tmp_path).stdout)
    for name in [*NAMES, *ALIASES]:
        found = json.loads(inside(["functions", name, "--json"], tmp_path).stdout)
        meant = ALIASES.get(name, name)
        assert [row["name"] for row in found["functions"]] in ([meant], [meant, meant])
        assert all(row in whole["functions"] or meant == "if" for row in found["functions"])
        assert {meant, *found["aliases"].values()} == {meant}


@LANGUAGES
def test_every_function_is_listed_with_its_meaning(language: str, tmp_path: Path) -> None:
    text = inside(["--lang", language, "functions"], tmp_path).stdout
    with speaking(language):
        for row in [*callable_rows(), TABLE["if"]]:
            line = next(line for line in text.splitlines() if line.startswith(f"  {signature(row)} "))
            assert line.endswith(functions.say(row.meaning))
            assert language == "en" or functions.say(row.meaning) != row.meaning
    callables = {called(name, count) for name in FUNCTIONS for count in (1, 2, 3)}
    assert {row.name for row in callable_rows()} == {row.name for row in callables if row is not None and row.name != "if"}
    assert all(f"{name} = {meaning}" in text for name, meaning in ALIASES.items())
    assert all(f"{name} = {value}" in text for name, value in CONSTANTS.items())


@LANGUAGES
@pytest.mark.parametrize("width", [50, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal(language: str, width: int) -> None:
    with speaking(language):
        lines = [*functions.plain(width)]
        for name in NAMES:
            for row in function.named(name):
                lines += function.plain(row, width)
        # a line may stick out by the stop that must not begin the next one
        assert [line for line in lines if cells(line) > width + 2 * (language == "zh")] == []


@pytest.mark.parametrize("name", NAMES)
def test_all_of_one(name: str) -> None:
    text = " ".join(inside(["functions", name], ROOT).stdout.split())
    for row in function.named(name):
        assert row.meaning in text
        assert row.convention in text
        for point in row.points:
            assert f"{point.status} where " in text
            assert point.reason.format(name=row.spelled or row.name) in text
        for sentence in row.reason:
            assert all(piece in text for piece in sentence.split("`")[::2])
    assert not re.search(r"\bout\b", text.replace("far out", ""))
    assert ("ties is how many" in text) == bool(re.search(r"\bties\b", text))
    for alias in function.aliases(function.named(name)[0]):
        assert alias in text


def test_a_word_that_is_no_function() -> None:
    assert "did you mean 'sigmoid'?" in inside(["functions", "sigmod"], ROOT).stderr
    assert "'pi' is a constant" in inside(["functions", "pi"], ROOT).stderr
    assert inside(["functions", "qqqqqqq"], ROOT).stderr.endswith("help: `autodiff functions` lists the functions\n")


ORACLE = {
    "log_base": lambda x, b: mpmath.log(x) / mpmath.log(b) if b > 0 else mpmath.nan,
    "root": lambda x, n: mpmath.sign(x) * abs(x) ** (1 / n) if x >= 0 or n % 2 == 1 else mpmath.nan,
    "pow": lambda x, y: x**y,
    "log1p": lambda x: mpmath.log(1 + x),
    "log2": mpmath.log,
    "log10": mpmath.log,
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
    "polygamma": lambda n, x: mpmath.polygamma(int(n), x) if n >= 0 and n == int(n) else mpmath.nan,
    "div": lambda x, y: x / y,
    "mod": lambda x, y: x - y * mpmath.floor(x / y),
    "dsinc": lambda n, x: mpmath.mpf(0) if n >= 0 and n == int(n) else mpmath.nan,
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("row", [row for row in ROWS if row.domain or row.finite], ids=lambda row: row.name)
def test_defined_where_the_value_is_a_finite_number(row: Primitive) -> None:
    """Against mpmath, on a grid with the ends of every domain."""
    grid = [-3.0, -2.5, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0]
    for point in product(grid, repeat=len(row.names)):
        args = [mpmath.mpf(x) for x in point]
        try:
            value = (ORACLE.get(row.name) or getattr(mpmath, row.name))(*args)
            finite = not isinstance(value, mpmath.mpc) and mpmath.isfinite(value)
        except (ZeroDivisionError, ValueError):
            finite = False
        condition = autodiff.parse(f"if({row.finite or row.domain}, 1, 0)")
        holds = condition.at(**{name: x for name, x in zip(row.names, point) if name in condition.variables}).value == 1
        assert holds == finite, (row.name, point)


def test_of_log_and_atanh_as_a_textbook_has_it() -> None:
    for language, title in (("en", "defined for"), ("zh", "定义域")):
        assert re.search(rf"{title} +x > 0\n", inside(["--lang", language, "functions", "log"], ROOT).stdout)
        assert re.search(rf"{title} +abs\(x\) < 1\n", inside(["--lang", language, "functions", "atanh"], ROOT).stdout)


def test_answers_of_others_are_those_recorded() -> None:
    recorded = json.loads(Path(function.PEERS).read_text(encoding="utf-8"))
    text = " ".join(inside(["functions", "abs"], ROOT).stdout.split())
    answer = recorded["JAX"]["answers"]["abs(x) at x = 0"]
    assert f"abs(x) at x = 0: J = 0, dx = 0; the same in PyTorch {recorded['PyTorch']['version']}" in text
    assert f"JAX {recorded['JAX']['version']}: J = {answer['value']:g}, dx = {answer['gradient']['x']:g}" in text
    for row in callable_rows():
        for case in function.cases(row):
            assert math.isclose(case.sheet.value, case.sheet.value) or case.sheet.value != case.sheet.value
            assert case.title in recorded["JAX"]["answers"]


def test_a_worksheet_knows_its_hessian() -> None:
    sheet = autodiff.parse("(1 - x)^2 + 100*(y - x^2)^2").at(x=1, y=2)
    assert sheet.hessian == {"x": {"x": 402.0, "y": -400.0}, "y": {"x": -400.0, "y": 200.0}}
