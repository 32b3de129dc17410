"""What is pasted from elsewhere is read as what it means there, or refused; every row beside the library it comes from."""

from __future__ import annotations

import json
import math
import random
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from length import LONG, each

import autodiff
from autodiff.errors import FormulaError
from autodiff.reading import spellings
from autodiff.reading.parser import read
from autodiff.reading.pasted import pasted

READINGS: dict[str, str] = tomllib.loads((Path(__file__).parent / "pasted.toml").read_text(encoding="utf-8"))["readings"]


@each(list(READINGS))
def test_it_is_read_or_refused(text: str) -> None:
    if READINGS[text]:
        assert str(autodiff.parse(text)) == READINGS[text]
        return
    with pytest.raises(FormulaError) as refused:
        autodiff.parse(text)
    error = refused.value
    assert error.text == text
    assert 0 <= error.span[0] <= error.span[1] <= len(text)
    for rewrite in error.rewrites:
        read(rewrite)


READ = [text for text, reading in READINGS.items() if reading]


@each(READ)
def test_spans_point_into_what_was_typed(text: str) -> None:
    """Every step stands inside the text, and a leaf where its own letters are."""
    formula = autodiff.parse(text)
    for node in formula.tape.nodes:
        start, end = node.span
        assert 0 <= start < end <= len(text)
        name = getattr(node, "name", "")
        if name and name.isalpha() and len(name) == 1 and not text.startswith("="):
            assert name in text[start:end]


@each([text for text in READ if pasted(text) is not None and text[0] != "2"])
def test_a_note_says_what_was_read(text: str) -> None:
    assert autodiff.parse(text).notes


@pytest.mark.parametrize("text", ["3*(a+b*c)", "0.5x", "u = b*c; v = a+u; J = 3*v", "max(A, B)", "x_1 + π", "f(x) = x^2; f(3)"])
def test_what_is_ours_is_left_alone(text: str) -> None:
    assert pasted(text) is None


def test_a_missing_value_is_shown_under_what_was_typed() -> None:
    with pytest.raises(FormulaError) as refused:
        autodiff.parse(r"\frac{x}{y}").at(x=1)
    assert refused.value.span == (9, 10)


def test_sigma_as_a_variable_is_not_the_sigmoid() -> None:
    with pytest.raises(autodiff.AutodiffError, match="is a variable here, and the sigmoid"):
        autodiff.parse("sigma(x)").at(x=1, sigma=2)


def value(text: str, **point: float) -> float:
    return autodiff.parse(text).at(**point).value


def numbers(seed: str, count: int) -> list[float]:
    rng = random.Random(seed)
    return [rng.uniform(0.1, 3) * rng.choice([1, -1, 1]) for _ in range(count)] if count else []


def modules() -> dict[str, ModuleType]:
    found: dict[str, ModuleType] = {"np": np, "math": math}
    try:
        import jax

        jax.config.update("jax_enable_x64", True)
        found |= {"jax.nn": jax.nn, "jnp": jax.numpy}
    except ImportError:
        pass
    return found


@pytest.mark.parametrize(
    "name", [*[name for name in spellings.LIBRARY if "." not in name], *[name for name in spellings.SAME if name != "where"]]
)
def test_a_function_of_a_library_means_what_it_means_there(name: str) -> None:
    there = {prefix: module for prefix, module in modules().items() if hasattr(module, name)}
    if not there:
        pytest.skip(f"no library that has {name} is installed")
    rows = spellings.LIBRARY.get(name)
    count = rows[0].arguments if rows else 2 if name in ("power", "fmax", "fmin") else 1
    for prefix, module in there.items():
        for k in range(4 if prefix.startswith("j") else 20):  # JAX takes its time
            args = numbers(f"{name}{k}", count)
            args = [abs(x) for x in args] if name in ("power", "rsqrt", "xlogy", "loggamma") else args
            call = f"{prefix}.{name}({', '.join('xy'[:count])})"
            assert value(call, **dict(zip("xy", args))) == pytest.approx(float(getattr(module, name)(*args)), rel=1e-14), (
                call,
                args,
            )


def test_where_chooses() -> None:
    assert value("np.where(x > 1, x, -x)", x=3) == float(np.where(3 > 1, 3, -3))


def test_javascript_means_what_node_says() -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    calls = [f"Math.{name}({args})" for name, args in (
        ("round", "x"), ("pow", "x, 3"), ("max", "x, 1"), ("hypot", "x, 2"), ("trunc", "x"), ("sign", "x"), ("log1p", "x*x"),
        ("cbrt", "x"), ("atan2", "x, 2"), ("exp", "x"), ("floor", "x"), ("abs", "x"),
    )] + ["Math.PI*x", "Math.E*x", "Math.LN2*x", "Math.SQRT2*x"]  # fmt: skip
    points = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.3, -0.7]
    script = f"const f = [{', '.join(f'x => {call}' for call in calls)}]; "
    script += f"console.log(JSON.stringify({json.dumps(points)}.map(x => f.map(g => g(x)))))"
    rows = json.loads(subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60, check=True).stdout)
    for x, row in zip(points, rows, strict=True):
        for call, there in zip(calls, row, strict=True):
            assert value(call, x=x) == pytest.approx(there, rel=1e-14), (call, x)


SHEET = {
    "LN(2)": math.log(2), "LOG(1000)": 3, "LOG(8, 2)": 3, "LOG10(100)": 2, "EXP(1)": math.e, "SQRT(9)": 3, "ABS(-2)": 2,
    "POWER(2, 5)": 32, "MOD(-3, 2)": 1, "ATAN2(1, 2)": 1.1071487177940904, "INT(-2.5)": -3, "SIGN(-4)": -1, "RADIANS(180)": math.pi,
    "DEGREES(1)": 57.29577951308232, "GAMMA(5)": 24, "GAMMALN(4)": math.log(6), "SIN(1)": math.sin(1), "COS(1)": math.cos(1),
    "TAN(1)": math.tan(1),
    "ASIN(0.5)": math.asin(0.5), "ACOS(0.5)": math.acos(0.5), "ATAN(1)": math.pi / 4, "SINH(1)": math.sinh(1),
    "COSH(1)": math.cosh(1), "TANH(1)": math.tanh(1), "ASINH(1)": math.asinh(1), "ACOSH(2)": math.acosh(2),
    "ATANH(0.5)": math.atanh(0.5),
    "ERF(1)": math.erf(1), "ERFC(1)": math.erfc(1), "MAX(1, 3, 2)": 3, "MIN(1, 3)": 1, "IF(1 > 2, 5, 6)": 6, "PI()": math.pi,
    "ROUND(2.5, 0)": 3, "ROUND(-2.5, 0)": -3, "ROUND(3.14159, 2)": 3.14,
}  # fmt: skip
"""The examples of the spreadsheets' own documentation, and values of the functions that it names."""


@each(list(SHEET))
def test_a_function_of_a_spreadsheet_means_what_it_means_there(call: str) -> None:
    assert value(f"={call}") == pytest.approx(SHEET[call], rel=1e-14)


def test_every_row_of_the_spreadsheet_is_tried() -> None:
    assert {re.match("[A-Z0-9]+", call)[0] for call in SHEET} == {*spellings.SHEET, *spellings.SHEET_SAME}  # type: ignore[index]


PIECES = [r"\frac{x}{2}+", r"x^{2}y+", r"\sqrt{x}\theta+", "np.exp(x)+", "EXP(x)+"]


@pytest.mark.parametrize(
    ("text", "count"),
    [*((piece, 300) for piece in PIECES), *(pytest.param(piece, 10_000, marks=LONG) for piece in PIECES)],
)
def test_long_texts_are_read_in_proportion(text: str, count: int) -> None:
    assert len(autodiff.parse(text * count + "1").tape.nodes) > count


@pytest.mark.parametrize("text", [r"\frac{" * 5_000 + "x", "{" * 5_000, r"\sqrt{" * 5_000 + "x" + "}" * 5_000])
def test_deep_texts_are_refused_by_number(text: str) -> None:
    with pytest.raises(FormulaError):
        autodiff.parse(text)


def test_any_text_is_a_formula_or_an_error() -> None:
    """Pieces of what people paste, put together at random."""
    rng = random.Random(5)
    pieces = [piece for text in READINGS for piece in re.findall(r"\\?\w+|.", text)]
    for _ in range(500):
        text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 12)))
        assert all(0 <= start <= end <= len(text) for start, end in spans(text)), text


def spans(text: str) -> list[tuple[int, int]]:
    """The places that are spoken of: those of all nodes, or of the error."""
    try:
        return [node.span for node in autodiff.parse(text).tape.nodes]
    except FormulaError as error:
        return [error.span]
