"""Long formulas as code: what both sweeps cost, that they run, that they grow with the formula."""

import math
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from cost import Cost, cost
from growth import VARIABLES, grown
from length import first, sized
from test_code import text_of
from ulps import ROWS_WITH_NUMBERS

import autodiff
from autodiff.code.assembly import sample_point
from autodiff.primitives import Primitive

MOST = 4  # times the sweep forward
LITERALS = ("-1", "0.5", "2", "2.5", "3")
LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1 - y)*log(1 - a))"


def texts(row: Primitive) -> list[str]:
    """A row in all the ways that code is written for."""
    if row.name in ("dsinc", "polygamma"):
        return [f"{row.name}({order}, p)" for order in range(4)]
    counts = (2, 3, 4) if row.variadic else (len(row.names),)
    literals = [text_of(row, literal)[0] for literal in LITERALS] if row.literal else []
    return [*(text_of(row, count=count)[0] for count in counts), *literals]


@pytest.mark.parametrize("row", ROWS_WITH_NUMBERS, ids=lambda row: row.name)
def test_the_sweep_back_through_every_row_costs_at_most_four_times_its_value(row: Primitive) -> None:
    for text in texts(row):
        found = cost(autodiff.parse(f"seed*({text})"), full=True)
        # |x| is one instruction of the processor; its slope takes two comparisons, two choices and a product
        most = 5 if row.name == "abs" else MOST
        assert found.backward <= most * (found.forward - 1), (text, found)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("nodes", [20, 200, *sized(2000, 5000)])
@pytest.mark.parametrize("seeds", sized(range(5), range(5, 40)), ids=str)
def test_the_sweep_back_through_a_formula_costs_at_most_four_times_its_value(nodes: int, seeds: range, full: bool) -> None:
    for seed in seeds if nodes < 2000 else [1]:
        assert cost(autodiff.parse(grown(nodes, seed)), full).ratio <= MOST
    assert cost(autodiff.parse(LOSS), full).ratio <= MOST


def test_what_is_counted() -> None:
    assert cost(autodiff.parse("x*y + x")) == Cost(2, 1, 4)
    assert cost(autodiff.parse("exp(x)*y"), full=True) == Cost(56, 1, 4)
    assert cost(autodiff.parse("if(x > 0, x*y, y)")).forward == 3


@pytest.mark.parametrize("language", ["python", "numpy"])
@pytest.mark.parametrize("nodes", first(2, [150, 400, 2000]))
def test_long_formulas_run(language: str, nodes: int) -> None:
    for seed in range(1, 4):
        formula = autodiff.parse(grown(nodes, seed))
        point = {name: random.Random(seed).uniform(0.2, 0.8) for name in formula.variables}
        namespace: dict[str, object] = {"__name__": "generated"}
        exec(formula.compile(language), namespace)
        value, gradient = namespace["f"](**point)  # type: ignore[operator]
        sheet = formula.at(**point)
        assert value == pytest.approx(sheet.value, rel=1e-12)
        assert gradient == pytest.approx(sheet.gradient, rel=1e-10, abs=1e-10)
        assert namespace["self_test"]() == []  # type: ignore[operator]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("nodes", first(1, [200, 400]))
def test_long_formulas_run_in_c(nodes: int, tmp_path: Path) -> None:
    for seed in range(1, 4):
        (tmp_path / "f.c").write_text(autodiff.parse(grown(nodes, seed)).compile("c"))
        subprocess.run(["gcc", "-O1", "-Wall", "-Werror", "f.c", "-lm", "-o", "f"], cwd=tmp_path, check=True)
        assert subprocess.run([tmp_path / "f"], capture_output=True, text=True, check=True).stdout == "self-test: ok\n"


@pytest.mark.parametrize("most", sized(1500, 5000))
def test_code_grows_with_the_formula(most: int) -> None:
    short, long = (len(autodiff.parse(grown(nodes, 1)).compile("c")) for nodes in (most // 10, most))
    assert long < 15 * short


def test_a_point_inside_the_domain_is_found() -> None:
    formula = autodiff.parse(f"log({grown(300, 2)} - 1) + sqrt(x0 - x1)")
    sheet = sample_point(formula.tape, VARIABLES, None)
    assert math.isfinite(sheet.value)
    assert not sheet.status


def test_chunks_are_seamless() -> None:
    import numpy as np

    formula = autodiff.parse("if(x > 0, sin(x)*y, y)")
    namespace: dict[str, object] = {"__name__": "generated"}
    exec(formula.compile("numpy"), namespace)
    x = np.linspace(-3, 3, 20_001)
    value, gradient = namespace["f"](x, 2.0)  # type: ignore[operator]
    found = formula.columns(x=x, y=2.0)
    assert np.array_equal(value, found.value)
    assert all(np.array_equal(gradient[name], found.gradient[name]) for name in "xy")
    assert namespace["f"](x.reshape(3, -1), 2.0)[1]["y"].shape == (3, 6667)  # type: ignore[operator]
    assert namespace["f"]([], 2.0)[0].shape == (0,)  # type: ignore[operator]
