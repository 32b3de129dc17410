"""Columns are plain IEEE; they tell at which points a number left the range of doubles on its way."""

import math

import numpy as np
import pytest

import autodiff

STRAYING = [
    "x/exp(x)", "log(1/exp(x))", "1/x^2", "x^3/x^2", "1/(1/x)", "sqrt(x^2)", "sqrt(x^2 + y^2)", "exp(x)*exp(-y)", "relu(x)*y",
    "if(x > 1, exp(x), y)", "sin(x)*y", "x - x + y*0", "gamma(x)", "erfc(x)*y", "log(sigmoid(x))", "max(x, y)*abs(y)",
]  # fmt: skip


@pytest.mark.parametrize("text", STRAYING)
def test_rows_that_met_a_range_event(text: str) -> None:
    """They are those finite ones at which a worksheet needs unbounded exponents."""
    formula = autodiff.parse(text)
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(size=40), [400.0, -800.0, 1e100, 1e-110, 1e200, -1e-170, 0.0, 1e308, 5e-324, np.inf, np.nan]])
    values = {"x": x, "y": rng.permutation(x)}
    values = {name: array for name, array in values.items() if name in formula.variables}
    found = formula.columns(**values).strays
    points = [{name: float(array[i]) for name, array in values.items()} for i in range(x.size)]
    right = [formula.at(**point).strays and all(map(math.isfinite, point.values())) for point in points]
    assert found.tolist() == right


def test_rows_that_met_none_cost_nothing() -> None:
    assert not autodiff.parse("3*(a + b*c)").columns(a=[5, 1], b=[3, 2], c=2.0).strays.any()
    assert autodiff.parse("x/exp(x)").columns(x=[[1, 400.0], [2, 3]]).strays.tolist() == [[False, True], [False, False]]
