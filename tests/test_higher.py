"""Second and higher derivatives, Jacobians and directions, beside mpmath's differences of formulas written out in Python."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath as mp
import pytest
from length import LONG

import autodiff
from autodiff.passes.taylor import Taylor, Taylors
from autodiff.point.higher import orders, second
from autodiff.study.modes import directional, jacobian, modes

Function = Callable[..., mp.mpf]


def cross_entropy(w1: Any, w2: Any, w3: Any, b1: Any, b2: Any, b3: Any) -> mp.mpf:
    z = [w1 * mp.mpf("0.5") + b1, w2 * mp.mpf("0.5") + b2, w3 * mp.mpf("0.5") + b3]
    return mp.log(mp.fsum(map(mp.exp, z))) - z[1]


def cost(w: Any, b: Any) -> mp.mpf:
    points = [(mp.mpf(1), 0), (mp.mpf("2.5"), 1), (mp.mpf("0.5"), 0)]
    return mp.fsum(mp.log1p(mp.exp(w * x + b)) - y * (w * x + b) for x, y in points) / 3


COST = "; ".join(
    [f"z{k} = w*{x} + b; a{k} = sigmoid(z{k}); l{k} = -({y}*log(a{k}) + (1 - {y})*log(1 - a{k}))" for k, x, y in
     ((1, "1", 0), (2, "2.5", 1), (3, "0.5", 0))]
) + "; J = (l1 + l2 + l3)/3"  # fmt: skip
SOFTMAX = (
    "x = 0.5; z1 = w1*x + b1; z2 = w2*x + b2; z3 = w3*x + b3;"
    "p2 = exp(z2)/(exp(z1) + exp(z2) + exp(z3)); L = -log(p2)"
)  # fmt: skip

CASES: list[tuple[str, dict[str, float], Function]] = [
    (COST, {"w": 0.75, "b": -0.5}, cost),
    (SOFTMAX, {"w1": 0.5, "w2": -0.25, "w3": 1.5, "b1": 0.125, "b2": 0.5, "b3": -0.75}, cross_entropy),
    ("(1 - x)^2 + 100*(y - x^2)^2", {"x": -1.25, "y": 1.5}, lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2),
    ("atan2(y - 1, x + 2)*hypot(x, y)", {"y": 0.5, "x": -3.5}, lambda y, x: mp.atan2(y - 1, x + 2) * mp.hypot(x, y)),
    ("hypot(x, y, z)/z", {"x": 1.5, "y": -2, "z": 0.75}, lambda x, y, z: mp.sqrt(x * x + y * y + z * z) / z),
    ("x^y + y^x", {"x": 1.5, "y": 2.25}, lambda x, y: x**y + y**x),
]


@pytest.mark.parametrize(("text", "at", "meaning"), CASES)
def test_hessian(text: str, at: dict[str, float], meaning: Function) -> None:
    sheet = autodiff.parse(text).at(**at)
    found = second(sheet)
    assert not found.status
    names = list(at)
    assert list(found.values) == [*sheet.wrt]
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            degree = [0] * len(names)
            degree[i] += 1
            degree[j] += 1
            true = mp.diff(meaning, tuple(map(mp.mpf, at.values())), tuple(degree))
            assert found.values[a][b] == pytest.approx(float(true), rel=1e-12, abs=1e-14)
            assert found.values[a][b] == found.values[b][a]  # to the last bit


def test_jacobian() -> None:
    """Polar coordinates, and the logits of a softmax."""
    sheet = autodiff.parse("r = hypot(x, y); phi = atan2(y, x); r*phi").at(x=-1.5, y=2.0)
    sheets = jacobian(sheet, ["r", "phi", "J"])
    r = math.hypot(1.5, 2)
    assert sheets["r"].gradient == pytest.approx({"x": -1.5 / r, "y": 2 / r}, rel=1e-15)
    assert sheets["phi"].gradient == pytest.approx({"x": -2 / r**2, "y": -1.5 / r**2}, rel=1e-15)
    assert sheets["J"].gradient == sheet.gradient
    logits = ["z1", "z2", "z3"]
    soft = "s = exp(z1) + exp(z2) + exp(z3); p1 = exp(z1)/s; p2 = exp(z2)/s; p3 = exp(z3)/s; -log(p1)"
    at = {"z1": 0.5, "z2": -1.0, "z3": 2.0}
    sheets = jacobian(autodiff.parse(soft).at(**at), ["p1", "p2", "p3"])
    p = [mp.exp(z) / mp.fsum(mp.exp(z) for z in at.values()) for z in at.values()]
    for i in range(3):
        for j in range(3):
            true = p[i] * ((i == j) - p[j])
            assert sheets[f"p{i + 1}"].gradient[logits[j]] == pytest.approx(float(true), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "x", "meaning"),
    [
        ("x^2*sin(x)", 0.75, lambda x: x**2 * mp.sin(x)),
        ("exp(-x^2/2)", 1.5, lambda x: mp.exp(-(x**2) / 2)),
        ("sigmoid(x)*tanh(x)", -0.5, lambda x: mp.tanh(x) / (1 + mp.exp(-x))),
        ("x^x", 1.25, lambda x: x**x),
        ("log(x)/x", 2.0, lambda x: mp.log(x) / x),
        pytest.param("gamma(x)", 3.5, mp.gamma, marks=LONG),
        ("erf(x)*cbrt(x)", 0.5, lambda x: mp.erf(x) * mp.cbrt(x)),
        ("atan2(x, 2)", 0.75, lambda x: mp.atan(x / 2)),
        ("hypot(x, 1)^3", 0.25, lambda x: (x * x + 1) ** mp.mpf("1.5")),
    ],
)
def test_orders(text: str, x: float, meaning: Function) -> None:
    found = orders(autodiff.parse(text).at(x=x), "x", 8)
    for k, value in enumerate(found.values, 1):
        assert value == pytest.approx(float(mp.diff(meaning, mp.mpf(x), k)), rel=1e-11), k


def test_a_whole_power_ends() -> None:
    assert orders(autodiff.parse("x^2.0").at(x=0), "x", 4).values == [0.0, 2.0, 0.0, 0.0]
    assert orders(autodiff.parse("x^3").at(x=-2), "x", 5).values == [12.0, -12.0, 6.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("abs(x)^3", {3: ("kink", -6, 6), 4: ("jump", 0, 0), 5: ("undefined", None, None)}),
        ("x*abs(x)", {2: ("kink", -2, 2), 3: ("jump", 0, 0)}),
        ("if(x > 0, x^2, 0)", {2: ("kink", 0, 2), 3: ("jump", 0, 0)}),
        ("sign(x) + x^2", {1: ("jump", 0, 0), 2: ("undefined", None, None)}),
        ("x^2 + 0*abs(x)", {}),
        ("x^2.5", {1: ("one_sided", None, 0), 2: ("one_sided", None, 0), 3: ("infinite", None, math.inf)}),
        ("max(x, 0) + log1p(exp(-abs(x)))", {2: ("kink", 0.25, 0.25)}),
        ("sinc(x) + x^4", {}),
        ("max(x, x)*x", {}),  # its third derivative is that of a constant
    ],
)
def test_statuses_of_higher_orders(text: str, statuses: dict[int, tuple[str, Any, Any]]) -> None:
    highest = max(statuses, default=3)
    found = orders(autodiff.parse(text).at(x=0), "x", highest)
    assert {k: (x.status, x.left, x.right) for k, x in found.status.items()} == statuses


def test_statuses_of_the_hessian() -> None:
    found = second(autodiff.parse("x*abs(y) + z^2").at(x=2, y=0, z=1))
    assert {(a, b): x.status for a, row in found.status.items() for b, x in row.items()} == {
        ("x", "y"): "kink", ("y", "x"): "kink", ("y", "y"): "jump",
    }  # fmt: skip
    assert (found.status["x"]["y"].left, found.status["x"]["y"].right) == (-1, 1)
    assert found.values["z"] == {"x": 0, "y": 0, "z": 2}
    assert all(math.isnan(x) for x in second(autodiff.parse("sqrt(x)").at(x=-1)).values["x"].values())


def test_far_out() -> None:
    """Tails in which an intermediate number is beyond all doubles, and the derivatives are not."""
    assert orders(autodiff.parse("tanh(x)").at(x=800), "x", 3).values == [0, 0, 0]
    found = orders(autodiff.parse("sin(x)*tanh(x)").at(x=800), "x", 2)
    assert (found.values[1], found.status) == (pytest.approx(-math.sin(800), rel=1e-14), {})
    near = second(autodiff.parse("atan2(y, x)").at(y=4e-120, x=3e-120))
    assert near.values["x"] == pytest.approx({"x": 3.84e238, "y": 1.12e238}, rel=1e-14)
    assert near.values["y"]["y"] == pytest.approx(-3.84e238, rel=1e-14)
    beyond = second(autodiff.parse("atan2(y, x)").at(y=4e-170, x=3e-170))
    assert {x.status for row in beyond.status.values() for x in row.values()} <= {"overflow", "undefined"}
    assert len(beyond.status) == 2  # never infinite without a word


def test_one_answer_for_orders_and_hessian() -> None:
    for text in ("abs(x)", "sign(x) + x^2", "x*abs(x)", "sqrt(x)", "x^1.5", "floor(x)*x"):
        sheet = autodiff.parse(text).at(x=0)
        twice, pair = orders(sheet, "x", 2), second(sheet)
        assert repr(twice.values[1]) == repr(pair.values["x"]["x"]), text
        assert (twice.status[2].status if 2 in twice.status else "ok") == (pair.status["x"]["x"].status if pair.status else "ok")


def test_direction() -> None:
    sheet = autodiff.parse("x^2*y + sin(z)").at(x=2, y=3, z=0.5)
    assert directional(sheet, {"x": 1, "y": -0.5}).value == pytest.approx(12 - 2)
    corner = directional(autodiff.parse("hypot(x, y)").at(x=0, y=0), {"x": 3, "y": 4})
    assert corner.status is not None
    assert (corner.status.status, corner.status.left, corner.status.right) == ("kink", -5, 5)
    smooth = directional(autodiff.parse("abs(x - y)").at(x=1, y=1), {"x": 1, "y": 1})
    assert (smooth.value, smooth.status) == (0, None)
    with pytest.raises(autodiff.AutodiffError):
        directional(sheet, {"w": 1})


def test_a_direction_crosses_a_branch_that_is_not_taken() -> None:
    """The variable is first met in the one branch, and used in the other."""
    sheet = autodiff.parse("if(x > 9, x + y, y^2)").at(x=1, y=3)
    assert directional(sheet, {"x": 1, "y": 0.5}).value == 3


def test_both_modes_on_the_worked_example() -> None:
    """Forward: 2 + 3 + 3 products in three sweeps; reverse: one for each edge, 5."""
    found = modes(autodiff.parse("3*(a+b*c)").at(a=5, b=3, c=2))
    assert found.gradient == {"a": 3, "b": 6, "c": 9}
    assert (found.forward, found.reverse) == ((3, 8, 0), (1, 5, 0))


def test_reverse_mode_costs_what_the_formula_costs() -> None:
    """The work of the reverse sweep grows with the formula; that of all forward sweeps with formula times variables."""
    for n in (10, 20, 40):
        text = "*".join(f"x{k}" for k in range(n))
        found = modes(autodiff.parse(text).at(**{f"x{k}": 1.5 for k in range(n)}))
        assert found.reverse.multiplications == 2 * (n - 1)
        assert found.forward.multiplications == (n - 1) + n * (n - 1) // 2


def test_series_of_constants_stay_constant() -> None:
    algebra = Taylors(3)
    assert algebra.functions["sin"](Taylor((0.5,))).terms == (math.sin(0.5),)
    assert algebra.functions["mul"](Taylor((2.0,)), Taylor((0.5, 1.0))).terms == (1.0, 2.0)


@pytest.mark.parametrize(
    "spare", ["", "w = x*y; ", "w = x*y; v = sin(w)*x + y; ", "w = if(x > 0, x*y, 1); ", "a = x^3; b = a*a + y; c = b/x; "]
)
@pytest.mark.parametrize("text", ["x^2*y", "x*y + sin(x)", "if(x > 0, x*y, x/y)", "3", "y"])
def test_work_that_nothing_needs_is_not_counted(text: str, spare: str) -> None:
    """In neither mode; but where only a side of a choice is taken, the other is none either."""
    point = {"x": 1.5, "y": 0.5}
    bare, laden = (autodiff.parse(before + text).worksheet(point, surplus=point) for before in ("", spare))
    plain, found = modes(bare), modes(laden)
    assert found.reverse == plain.reverse
    assert found.forward[1:] == plain.forward[1:]


PARTS = ("log(x)", "sqrt(x)", "asin(2 - x)", "x^0.5", "acosh(x)", "1/(x + 1) - 1/(x + 1)", "gamma(floor(x))", "0/(x - x)")
BESIDE = ("abs(z)*z", "sqrt(z)", "z^3", "max(z, 0)", "exp(z)*x", "1/z", "floor(z)", "3")


@pytest.mark.parametrize("part", PARTS)
def test_what_is_no_number_has_no_second_derivatives(part: str) -> None:
    """Of no order and in no variable, and one status says so of all."""
    for other in BESIDE:
        formula = autodiff.parse(f"{part} + {other}")
        sheet = formula.at(**{name: {"x": -1.0, "z": 0.0}[name] for name in formula.variables})
        assert math.isnan(sheet.value)
        found = second(sheet)
        for a in formula.variables:
            assert all(math.isnan(x) for x in found.values[a].values()), (other, found.values)
            assert {status.status for status in found.status[a].values()} == {sheet.value_status}
            series = orders(sheet, a, 4)
            assert all(map(math.isnan, series.values))
            assert {series.status[k].status for k in (2, 3, 4)} == {sheet.value_status}


@pytest.mark.parametrize(
    "text", ["pi*x^2", "x^3", "x^2*3", "2*x^4/x", "abs(x)*x", "x*max(x, 2)", "x^2 + sin(x)", "cosh(x/1e300)*x^2", "x^2.5"]
)
def test_hessians_and_orders_agree_where_values_overflow(text: str) -> None:
    """An infinite value may have a finite second derivative, told by mpmath; Hessians and orders say the same of it."""
    for x in (1e300, -1e300, 1e200, 1e155, 1e154, 5e-324, 0.7):
        if x < 0 and "2.5" in text:
            continue
        sheet = autodiff.parse(text).at(x=x)
        one, other = second(sheet), orders(sheet, "x", 2)
        assert one.values["x"]["x"] == pytest.approx(other.values[1], rel=1e-12, nan_ok=True)
        assert (one.status["x"]["x"].status if one.status else "ok") == (other.status[2].status if 2 in other.status else "ok")
    exact = {"pi*x^2": 2 * math.pi, "x^2*3": 6.0, "x^3": 6e300, "abs(x)*x": 2.0, "x*max(x, 2)": 2.0}
    if text in exact:
        assert second(autodiff.parse(text).at(x=1e300)).values["x"]["x"] == pytest.approx(exact[text], rel=1e-15)
