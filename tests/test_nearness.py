"""Two sides that differ by little are told apart where the doubles differ, and are one where rounding alone parts them."""

import random

import pytest
from length import first

import autodiff


def status(text: str, **point: float) -> str:
    found = autodiff.parse(text).at(**point).status.get("x")
    return found.status if found else "ok"


@pytest.mark.parametrize("size", [1e-3, 1e-9, 1e-10, 1e-12, 1e-14])
def test_a_corner_may_be_as_flat_as_doubles_can_tell(size: float) -> None:
    for text in ("x + abs(w*x)", "x + w*abs(x)", "x + relu(w*x)", "max(x, x + w*x)", "if(x > 0, x, x*(1 + w))", "x - min(w*x, 0)"):
        assert status(text, x=0, w=size) == "kink", text
    sheet = autodiff.parse("x + abs(w*x)").at(x=0, w=size)
    assert (sheet.status["x"].left, sheet.status["x"].right) == (1 - size, 1 + size)
    assert "true derivative" not in sheet.status["x"].reason


@pytest.mark.parametrize("size", [1e-3, 1e-9, 1e-10, 1e-12, 1e-14])
def test_a_step_may_be_as_low_as_doubles_can_tell(size: float) -> None:
    for text in ("x + w*floor(x)", "1 + w*sign(x - 1)", "if(x > 1, 2 + w, 2)*x"):
        assert status(text, x=1, w=size) == "jump", text


@pytest.mark.parametrize("text", ["x + abs(w*x)", "x + relu(w*x)", "1 + w*floor(x)"])
def test_what_no_double_holds_is_no_corner(text: str) -> None:
    assert status(text, x=0, w=1e-17) == "ok"


ALIKE = [
    ("{a}*{b}*x", "x*({b}*{a})"), ("({a} + {b})*x", "{a}*x + {b}*x"), ("x/{a}", "x*(1/{a})"), ("exp({a}*x)", "exp(x)^{a}"),
    ("sin({a}*x)", "2*sin({a}*x/2)*cos({a}*x/2)"), ("log({a}*x)", "log({a}) + log(x)"), ("x^2 - {a}^2", "(x - {a})*(x + {a})"),
    ("(x + {b})^3", "x^3 + 3*x^2*{b} + 3*x*{b}^2 + {b}^3"), ("tanh(x)", "1 - 2/(exp(2*x) + 1)"),
    ("sqrt(x)*sqrt({a})", "sqrt(x*{a})"),
    ("1e4*x + {a}*x - 1e4*x", "{a}*x"), ("x*cos({a})^2 + x*sin({a})^2", "x"), ("sigmoid(x)", "1 - sigmoid(-x)"),
]  # fmt: skip
"""Pairs of formulas that are the same function of x."""


@pytest.mark.parametrize("seed", first(12, range(300)))
def test_the_same_function_on_both_sides_has_no_corner(seed: int) -> None:
    rng = random.Random(seed)
    for left, right in ALIKE:
        a, b, x = (round(rng.uniform(0.1, 3), rng.randint(1, 15)) for _ in range(3))
        for before, after in ((left, right), (right, left)):
            first, second = (side.format(a=a, b=b) for side in (before, after))
            assert status(f"if(x > {x}, {first}, {second}) + x", x=x) == "ok", (first, second, x)
