"""Every row of the conventions, by name: value, derivative, status and both sides."""

import math
from typing import Any

import pytest

import autodiff

inf, nan = math.inf, math.nan


def case(name: str, text: str, at: dict[str, float], value: float, **expected: tuple[Any, ...]) -> Any:
    """Expected for each variable: the derivative, its status, and unless it is ok, the left and the right derivative."""
    return pytest.param(text, at, value, expected, id=name)


CASES = [
    case("abs", "abs(x)", {"x": 0}, 0, x=(0, "kink", -1, 1)),
    case("relu", "relu(x)", {"x": 0}, 0, x=(0, "kink", 0, 1)),
    case("sum of conventions", "relu(x) - relu(-x)", {"x": 0}, 0, x=(0, "kink", 1, 1)),
    case("smooth sum of corners", "max(x, 0) + log1p(exp(-abs(x)))", {"x": 0}, math.log(2), x=(0.5, "ok")),
    case("max of two", "max(x, y)", {"x": 2, "y": 2}, 2, x=(0.5, "kink", 0, 1), y=(0.5, "kink", 0, 1)),
    case("min of three", "min(x, y, z)", {"x": 2, "y": 2, "z": 2}, 2,
        x=(1 / 3, "kink", 1, 0), y=(1 / 3, "kink", 1, 0), z=(1 / 3, "kink", 1, 0)),
    case("clip at an edge", "clip(x, 0, 1)", {"x": 1}, 1, x=(0.5, "kink", 1, 0)),
    case("clip at the other", "clip(x, 0, 1)", {"x": 0}, 0, x=(0.5, "kink", 0, 1)),
    case("sign", "sign(x)", {"x": 0}, 0, x=(0, "jump", 0, 0)),
    case("floor", "floor(x)", {"x": 2}, 2, x=(0, "jump", 0, 0)),
    case("ceil", "ceil(x)", {"x": 2}, 2, x=(0, "jump", 0, 0)),
    case("round", "round(x)", {"x": 2.5}, 2, x=(0, "jump", 0, 0)),
    case("step", "step(x)", {"x": 0}, 1, x=(0, "jump", 0, 0)),
    case("floor between", "floor(x)", {"x": 2.25}, 2, x=(0, "ok")),
    case("mod", "mod(x, y)", {"x": 7, "y": 3}, 1, x=(1, "ok"), y=(-2, "ok")),
    case("mod of a tenth", "1 % y", {"y": 0.1}, 1 % 0.1, y=(-9, "ok")),
    case("mod at a multiple", "x % 3", {"x": 6}, 0, x=(1, "jump", 1, 1)),
    case("sqrt at 0", "sqrt(x)", {"x": 0}, 0, x=(inf, "infinite", None, inf)),
    case("broken power at 0", "x^0.3", {"x": 0}, 0, x=(inf, "infinite", None, inf)),
    case("sqrt(-1)", "sqrt(x)", {"x": -1}, nan, x=(nan, "domain", None, None)),
    case("log(-1)", "log(x)", {"x": -1}, nan, x=(nan, "domain", None, None)),
    case("(-2)^0.5", "x^0.5", {"x": -2}, nan, x=(nan, "domain", None, None)),
    case("asin(2)", "asin(x)", {"x": 2}, nan, x=(nan, "domain", None, None)),
    case("log at 0", "log(x)", {"x": 0}, -inf, x=(inf, "infinite", None, inf)),
    case("1/x at 0", "1/x", {"x": 0.0}, inf, x=(-inf, "pole", -inf, -inf)),
    case("1/x at -0", "1/x", {"x": -0.0}, -inf, x=(-inf, "pole", -inf, -inf)),
    case("x^3 at -2", "x^3", {"x": -2}, -8, x=(12, "ok")),
    case("x^0 at 0", "x^0", {"x": 0}, 1, x=(0, "ok")),
    case("x^1 at 0", "x^1", {"x": 0}, 0, x=(1, "ok")),
    case("x^2 at 0", "x^2", {"x": 0}, 0, x=(0, "ok")),
    case("x^y at a negative base", "x^y", {"x": -2, "y": 3}, -8, x=(12, "ok"), y=(nan, "domain", None, None)),
    case("x^y at (0,0)", "x^y", {"x": 0, "y": 0}, 1, x=(nan, "undefined", 0, 0), y=(nan, "undefined", None, None)),
    case("0^y", "x^y", {"x": 0, "y": 2}, 0, x=(0, "ok"), y=(0, "ok")),
    case("x^1.5 at 0", "x^1.5", {"x": 0}, 0, x=(0, "one_sided", None, 0)),
    case("atan2(0,0)", "atan2(y, x)", {"x": 0, "y": 0}, 0, y=(nan, "undefined", None, None), x=(nan, "undefined", None, 0)),
    case("hypot(0,0)", "hypot(x, y)", {"x": 0, "y": 0}, 0, x=(0, "kink", -1, 1), y=(0, "kink", -1, 1)),
    case("sinc(0)", "sinc(x)", {"x": 0}, 1, x=(0, "ok")),
    case("if, not taken", "if(x > 0, sqrt(x), 0)", {"x": -1}, 0, x=(0, "ok")),
    case("if on its edge", "if(x > 0, x, -x)", {"x": 0}, 0, x=(-1, "kink", -1, 1)),
    case("if on a smooth edge", "if(x > 0, x^2, -x^2)", {"x": 0}, 0, x=(0, "ok")),
    case("if on a step", "if(x > 0, x + 1, x)", {"x": 0}, 0, x=(1, "jump", 1, 1)),
    case("if beside a steep branch", "if(x > 0, sqrt(x), 0)", {"x": 0}, 0, x=(0, "infinite", 0, inf)),
    case("zero times infinity", "sqrt(x)^2", {"x": 0}, 0, x=(nan, "undefined", None, 1)),
    case("flat pole", "exp(-1/x^2)", {"x": 0}, 0, x=(nan, "undefined", 0, 0)),
    case("exp(1000)", "exp(x)", {"x": 1000}, inf, x=(inf, "overflow", inf, inf)),
    case("sign(x)*x", "sign(x)*x", {"x": 0}, 0, x=(0, "kink", -1, 1)),
    case("max(x, 0) + abs(x)", "max(x, 0) + abs(x)", {"x": 0}, 0, x=(0.5, "kink", -1, 2)),
    case("a corner that does not matter", "abs(x)^3", {"x": 0}, 0, x=(0, "ok")),
    case("naive sigmoid far out", "1/(1 + exp(-x))", {"x": -1000}, 0, x=(nan, "undefined", 0, 0)),
    case("stable sigmoid far out", "sigmoid(x)", {"x": -700}, math.exp(-700), x=(math.exp(-700), "ok")),
    case("NaN in", "x + y", {"x": nan, "y": 1}, nan, x=(nan, "domain", None, None), y=(nan, "domain", None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "value", "expected"), CASES)
def test_row(text: str, at: dict[str, float], value: float, expected: dict[str, tuple[Any, ...]]) -> None:
    sheet = autodiff.parse(text).at(**at)
    assert sheet.value == pytest.approx(value, rel=1e-15, nan_ok=True)
    for name, (slope, status, *sides) in expected.items():
        assert sheet.gradient[name] == pytest.approx(slope, rel=1e-14, nan_ok=True)
        found = sheet.status.get(name)
        assert (found.status if found else "ok") == status
        if found is not None:
            assert [found.left, found.right] == sides
            assert found.reason
            assert sheet.names[found.node]


@pytest.mark.parametrize(
    ("text", "at", "status"),
    [
        ("sqrt(x)", {"x": -1}, "domain"), ("1/x", {"x": 0}, "pole"), ("log(x)", {"x": 0}, "infinite"),
        ("exp(x)", {"x": 1000}, "overflow"), ("exp(x) - exp(x)", {"x": 1000}, "undefined"), ("x", {"x": inf}, "ok"),
        ("abs(x)", {"x": 0}, "ok"), ("0/x", {"x": 0}, "domain"),
    ],
)  # fmt: skip
def test_status_of_the_value(text: str, at: dict[str, float], status: str) -> None:
    assert autodiff.parse(text).at(**at).value_status == status


def test_the_node_is_named() -> None:
    sheet = autodiff.parse("3*sqrt(x)^2 + y").at(x=0, y=1)
    assert sheet.names[sheet.status["x"].node] == "u"
    assert sheet.status["x"].estimated
    assert "y" not in sheet.status


def test_the_true_derivative_is_told() -> None:
    assert "true derivative is 1" in autodiff.parse("relu(x) - relu(-x)").at(x=0).status["x"].reason


def test_other_variables_are_not_blamed() -> None:
    sheet = autodiff.parse("abs(x) + y^2").at(x=0, y=3)
    assert set(sheet.status) == {"x"}
    assert sheet.gradient["y"] == 6
