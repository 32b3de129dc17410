"""Slopes of curves, beside the curve itself: mpmath solves the equation for y on both sides of x, and takes the difference."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import mpmath as mp
import pytest
from schemas import strict, validator

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import parse
from autodiff.render.implicit import json as written
from autodiff.study.implicit import equation, implicit

CURVES: list[tuple[str, float, float, Callable[[mp.mpf, mp.mpf], mp.mpf]]] = [
    ("x^2 + y^2 = 25", 3, 4, lambda x, y: x * x + y * y - 25),
    ("r = x^2 + y^2; r^2 = 625", -3, 4, lambda x, y: (x * x + y * y) ** 2 - 625),
    ("y*exp(y) = x", 0, 0, lambda x, y: y * mp.exp(y) - x),
    ("x^3 + y^3 = 6*x*y  # the leaf of Descartes", 3, 3, lambda x, y: x**3 + y**3 - 6 * x * y),
    ("sin(x*y) = 0.5*y;\n", 0.0, 0.0, lambda x, y: mp.sin(x * y) - y / 2),
    ("f(t) = t^3 + t; f(y) = x", 10, 2, lambda x, y: y**3 + y - x),
    ("log(x) = y", 1, 0, lambda x, y: mp.log(x) - y),
    ("sin(x) = y", 3.141592653589793, 0, lambda x, y: mp.sin(x) - y),
]


@pytest.mark.parametrize(("text", "x", "y", "curve"), CURVES)
def test_slope(text: str, x: float, y: float, curve: Callable[[mp.mpf, mp.mpf], mp.mpf]) -> None:
    found = implicit(text, "y", "x", {"x": x, "y": y})
    step = mp.mpf(10) ** -20
    behind, ahead = (mp.findroot(lambda at, end=end: curve(end, at), mp.mpf(y)) for end in (mp.mpf(x) - step, mp.mpf(x) + step))
    assert found.status == "ok"
    assert found.derivative == pytest.approx(float((ahead - behind) / (2 * step)), rel=1e-12, abs=1e-14)
    assert found.steps[-1].value == found.derivative


@pytest.mark.parametrize(
    ("text", "x", "y", "slope", "status"),
    [
        ("x^2 + y^2 = 25", 5, 0, float("nan"), "infinite"),
        ("x^2 - y^2 = 0", 0, 0, float("nan"), "undefined"),
        ("abs(x) + y = 0", 0, 0, 0.0, "kink"),
        ("cbrt(y) = x", 0, 0, 0.0, "ok"),  # y = x^3
        ("sqrt(x) + sqrt(y) = 1", 1, 0, 0.0, "one_sided"),
        ("y = sqrt(x)", 0, 0, float("inf"), "infinite"),
        ("y = floor(x)", 2, 2, 0.0, "jump"),
    ],
)
def test_status(text: str, x: float, y: float, slope: float, status: str) -> None:
    found = implicit(text, "y", "x", {"x": x, "y": y})
    assert (repr(found.derivative), found.status) == (repr(slope), status)
    assert bool(found.reason) == (status != "ok")


def test_the_names_of_the_user_are_never_taken() -> None:
    found = implicit("u = x*y; u^2 = 4", "y", "x", {"x": 1, "y": 2})
    assert found.reading == "u = x*y; u^2 = 4"
    assert not found.formula.startswith("u =")
    assert [step.name for step in implicit("F^2 + y^2 = 25", "y", "F", {"F": 3, "y": 4}).steps][:2] == ["G", "∂G/∂F"]


def test_places_are_those_of_the_text() -> None:
    for text, part in (("x^2 + y^2 = 25 + zz", "zz"), ("v = 2; v*x = qq*y", "qq"), ("2*ww = y + x", "ww")):
        with pytest.raises(FormulaError) as caught:
            equation(text).formula.at(x=1, y=1)
        assert caught.value.span == (text.index(part), text.index(part) + 2)
    for text, part in (("x = 1/2y", "1/2y"), ("sin x = y", "sin x"), ("x = y + ) # c", ")")):
        with pytest.raises(FormulaError) as caught:
            equation(text)
        assert caught.value.text == text
        assert caught.value.span is not None
        assert caught.value.span[0] == text.index(part)


def test_a_point_beside_the_curve() -> None:
    assert implicit("x^2 + y^2 = 3", "y", "x", {"x": 1, "y": 1.4142}).notes
    with pytest.raises(AutodiffError, match="not on the curve") as caught:
        implicit("x^2 + y^2 = 25", "y", "x", {"x": 3, "y": 5})
    assert (caught.value.exit_code, caught.value.hint) == (1, "y = 4 would be on it")


@pytest.mark.parametrize(
    ("text", "x", "y"),
    [("(y-x)^2 = 0", 1, 1), ("y^2 = x^2", 0, 0), ("y^3 = x^3", 0, 0), ("x^2 + y^2 = 25", 5, 0), ("(x*y)^2 = 0", 0, 0)],
)
def test_what_is_no_number_is_equal_to_none(text: str, x: float, y: float) -> None:
    """A formula may have a value where there is no derivative: dy/dx = 1 = nan is not said."""
    done = subprocess.run(
        [sys.executable, "-m", "autodiff_cli", "implicit", text, "--of", "y", "--wrt", "x", f"x={x}", f"y={y}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "= nan" in done.stdout
    assert "nan is not ok" in done.stdout
    assert not re.search(r"=[^=\n]*= nan", done.stdout)


@pytest.mark.parametrize(("text", "x", "y", "curve"), CURVES)
def test_without_values_there_is_the_formula_alone(
    text: str, x: float, y: float, curve: Callable[[mp.mpf, mp.mpf], mp.mpf]
) -> None:
    """The same formula as with values, and its value is the slope; nothing that needs a point."""
    alone, here = implicit(text, "y", "x"), implicit(text, "y", "x", {"x": x, "y": y})
    assert (alone.name, alone.formula, alone.reading) == (here.name, here.formula, here.reading)
    assert [step[:2] for step in alone.steps] == [step[:2] for step in here.steps]
    assert {step.value for step in alone.steps} == {alone.derivative} == {None}
    assert not alone.point
    formula = parse(alone.formula)
    assert formula.at(**{name: {"x": x, "y": y}[name] for name in formula.variables}).value == pytest.approx(here.derivative)


def test_what_needs_a_point_is_absent_from_the_document() -> None:
    known = validator("implicit")
    alone, here = (
        strict("".join(written("x^2 + y^2 = 25", implicit("x^2 + y^2 = 25", "y", "x", values))))
        for values in (None, {"x": 3.0, "y": 4.0})
    )
    needs = {"variables", "derivative", "status", "reason"}
    assert here.keys() - alone.keys() == needs
    assert not alone.keys() - here.keys()
    assert not any("value" in step for step in alone["steps"])
    for document in (alone, here):
        known.validate(document)
    for name in needs:
        assert not known.is_valid({key: value for key, value in here.items() if key != name}), name
        assert not known.is_valid({**alone, name: here[name]}), name


def test_an_incomplete_set_of_values_is_named() -> None:
    with pytest.raises(FormulaError, match="no value for 'y'"):
        implicit("x^2 + y^2 = 25", "y", "x", {"x": 3})
    with pytest.raises(FormulaError, match="no value for 'x'"):
        implicit("x^2 + y^2 = 25", "y", "x", {})
    with pytest.raises(AutodiffError, match="it may be anything"):
        implicit("0*y + x = 1", "y", "x")
