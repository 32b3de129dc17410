"""What passes out of the range of doubles on the way: values and derivatives are right, or carry a status."""

from pathlib import Path

import mpmath as mp
import pytest
from console import inside
from length import sized
from outofrange import judged, sample, second_judged

import autodiff
from autodiff.point.higher import orders
from autodiff.study.implicit import implicit
from autodiff.study.modes import directional, modes

BACK: list[tuple[str, dict[str, float], float, dict[str, float]]] = [
    ("x/exp(x)", {"x": 400}, 7.66067838685602278e-172, {"x": -7.64152669088888272e-172}),
    ("log(1/exp(x))", {"x": 400}, -400, {"x": -1}),
    ("1/x^2", {"x": 1e100}, 1e-200, {"x": -2e-300}),
    ("x^3/x^2", {"x": 1e-110}, 1e-110, {"x": 1}),
    ("1/(1/x)", {"x": 1e200}, 1e200, {"x": 1}),
    ("sqrt(x^2)", {"x": 1e-170}, 1e-170, {"x": 1}),
    ("exp(x)", {"x": -1000}, 0, {"x": 0}),
    ("sigmoid(x)", {"x": -1000}, 0, {"x": 0}),
    ("log(sinh(x)*gamma(x))", {"x": 1000}, 6904.52727602862126651, {"x": 7.90725519564881205}),
]
"""Formulas with their point, value and derivatives; all are ok."""


@pytest.mark.parametrize(("text", "point", "value", "gradient"), BACK, ids=[text for text, *_ in BACK])
def test_it_comes_back(text: str, point: dict[str, float], value: float, gradient: dict[str, float]) -> None:
    sheet = autodiff.parse(text).at(**point)
    assert (sheet.value_status, sheet.status) == ("ok", {})
    assert sheet.value == pytest.approx(value, rel=1e-9, abs=0)
    assert sheet.gradient == {name: pytest.approx(slope, rel=1e-9, abs=0) for name, slope in gradient.items()}
    assert all(type(x) is float for x in (sheet.value, *sheet.gradient.values()))


@pytest.mark.parametrize("count", sized(80, 12_000))
def test_random_formulas_at_inputs_of_every_size(count: int) -> None:
    """What 53 bits with unbounded exponents get right to 1e-6, we get right too, or say that we do not."""
    numbers = [(text, point, one) for text, point in map(sample, range(count)) if point for one in judged(text, point)]
    assert len(numbers) > count
    assert [(text, point, one) for text, point, one in numbers if one.wrong and one.status == "ok"] == []


@pytest.mark.parametrize("count", sized(30, 1_800))
def test_random_second_derivatives_at_inputs_of_every_size(count: int) -> None:
    """The same for Hessians, and for the orders 2 and 3."""
    tried = [(text, point) for text, point in (sample(seed, (1, 1, 2, 2, 3)) for seed in range(count)) if point]
    numbers = [(text, point, one) for text, point in tried for one in second_judged(text, point)]
    assert len(numbers) > count / 4
    assert [(text, point, one) for text, point, one in numbers if one.wrong and one.status == "ok"] == []


def test_a_hessian_loses_nothing_within_a_step() -> None:
    """The local derivative of a local derivative underflows, where all that is seen is a double: y^3 to first order."""
    here = autodiff.parse("2/polygamma(2, y)").at(y=4.349e-46)  # polygamma(2, y) is -2/y^3 so near to 0
    assert here.hessian == {"y": {"y": pytest.approx(-6 * 4.349e-46, rel=1e-12, abs=0)}}


def test_higher_orders_lose_nothing_within_a_step() -> None:
    """The slope of atan2(x + 1/2, cosh(x)) underflows between two divisions: 2*(x + 1/2)*exp(-x) to first order."""
    x = 688.9
    found = orders(autodiff.parse("atan2(x + 0.5, cosh(x))").at(x=x), "x", 3).values
    with mp.workdps(60):
        true = [2 * (-1) ** k * (mp.mpf(x) + 0.5 - k) * mp.exp(-mp.mpf(x)) for k in (1, 2, 3)]
    assert found == pytest.approx([float(slope) for slope in true], rel=1e-9, abs=0)


def test_lengths_at_the_end_of_the_doubles() -> None:
    """The length of two numbers is too large for a double, its derivatives are not: (x, y)/h and its kin, with y = x."""
    x = 1.797e308
    here = autodiff.parse("hypot(x, y)").at(x=x, y=x)
    assert (here.value, here.value_status) == (float("inf"), "overflow")
    assert here.gradient == {name: pytest.approx(0.5**0.5) for name in "xy"}
    steep = pytest.approx(8**-0.5 / x, rel=1e-12, abs=0)
    assert here.hessian["x"]["x"] == steep
    assert -here.hessian["x"]["y"] == steep
    assert orders(here, "x", 2).values[1] == steep


def test_second_derivatives_come_back() -> None:
    here = autodiff.parse("x/exp(x)").at(x=400)
    assert here.second.values == {"x": {"x": pytest.approx(7.62237499492174e-172, rel=1e-12, abs=0)}}
    assert autodiff.parse("log(1/x)").at(x=1e110).hessian == {"x": {"x": pytest.approx(1e-220, rel=1e-12, abs=0)}}
    assert autodiff.parse("pi*x^2").at(x=1e300).hessian["x"]["x"] == pytest.approx(6.283185307179586)
    far = autodiff.parse("sqrt(x^2 + y^2)").at(x=3e200, y=4e200)
    assert far.hessian["x"]["y"] == pytest.approx(-0.096e-200, rel=1e-12, abs=0)
    assert far.second.status == {}


def test_forward_mode_comes_back() -> None:
    here = autodiff.parse("x/exp(x)").at(x=400)
    assert directional(here, {"x": 2.0}).value == pytest.approx(2 * here.gradient["x"], rel=1e-12, abs=0)
    assert modes(here).gradient == here.gradient


def test_a_curve_is_not_vertical_because_a_number_underflowed() -> None:
    found = implicit("x^2 + y^2 = 2*r^2", "y", "x", {"x": 1e-170, "y": 1e-170, "r": 1e-170})
    assert (found.derivative, found.status) == (pytest.approx(-1), "ok")
    found = implicit("exp(x)*y = exp(x)*x/1000", "y", "x", {"x": 1000, "y": 1})
    assert (found.derivative, found.status) == (pytest.approx(0.001), "ok")


def test_a_claim_is_judged_by_the_true_derivative(tmp_path: Path) -> None:
    found = inside(["check", "log(1/exp(x))", "x=400", "dx=-1"], tmp_path)
    assert found.code == 0


def test_higher_orders_come_back() -> None:
    found = orders(autodiff.parse("x/exp(x)").at(x=400), "x", 3)  # (-1)^k*(x - k)*exp(-x)
    assert found.values == pytest.approx([(-1) ** k * (400 - k) * 1.9151695967140057e-174 for k in (1, 2, 3)], rel=1e-12, abs=0)
    assert found.status == {}
