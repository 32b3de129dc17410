"""What passes out of the range of doubles on the way: values and derivatives are right, or carry a status."""

import pytest
from length import sized
from outofrange import judged, sample

import autodiff

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


@pytest.mark.parametrize("count", sized(150, 20_000))
def test_random_formulas_at_inputs_of_every_size(count: int) -> None:
    """What 53 bits with unbounded exponents get right to 1e-6, we get right too, or say that we do not."""
    numbers = [(text, point, one) for text, point in map(sample, range(count)) if point for one in judged(text, point)]
    assert len(numbers) > count
    assert [(text, point, one) for text, point, one in numbers if one.wrong and one.status == "ok"] == []
