"""Statuses and sides are true where the approach is of second and third order: worked out by hand, and seen from near by."""

import math
import random
import re
from typing import Any

import pytest
from length import first
from sampling import Unseen, disagreement, random_formula

import autodiff

inf = math.inf
ROOT6 = 1 / math.sqrt(6)

WORKED: list[tuple[str, float, str, Any, Any]] = [  # formula, x, status, left, right
    # steps that are met from the second order on
    ("floor(sinc(x))", 0, "jump", 0, 0), ("ceil(cosh(x))", 0, "jump", 0, 0), ("floor(1 - x^4)", 0, "jump", 0, 0),
    ("floor(cosh(x))", 0, "ok", 0, 0), ("ceil(sinc(x))", 0, "ok", 0, 0), ("sign(x - sin(x))", 0, "jump", 0, 0),
    ("sign(x^2)", 0, "jump", 0, 0), ("sign(sin(x)^2 + cos(x)^2 - 1)", 0, "ok", 0, 0), ("step(x^3)", 0, "jump", 0, 0),
    ("step(x^2)", 0, "ok", 0, 0), ("step(-x^2)", 0, "jump", 0, 0), ("round(2.5 - x^2)", 0, "ok", 0, 0),
    ("round(2.5 + x^2)", 0, "jump", 0, 0), ("floor(0.1*3*x - 0.3*x)", 1, "ok", 0, 0), ("sign(exp(-1/x^2))", 0, "jump", 0, 0),
    ("x*sign(x - sin(x))", 0, "kink", -1, 1), ("x^2*sign(x - sin(x))", 0, "ok", 0, 0),
    # corners
    ("abs(x - sin(x))", 0, "ok", 0, 0), ("max(x, sin(x))", 0, "ok", 1, 1), ("max(x, tan(x), x + x^2)", 0, "ok", 1, 1),
    ("max(x, 2*sin(x))", 0, "kink", 1, 2), ("min(1 - cos(x), x^2/2)", 0, "ok", 0, 0), ("clip(x - sin(x), 0, 1)", 0, "ok", 0, 0),
    ("clip(x + x^2, 0, 1)", 0, "kink", 0, 1), ("hypot(x, sin(x))", 0, "kink", -math.sqrt(2), math.sqrt(2)),
    ("hypot(x^2, x^3)", 0, "ok", 0, 0), ("relu(x^3) + relu(x)", 0, "kink", 0, 1), ("abs(x)^3", 0, "ok", 0, 0),
    # conditions
    ("if(sin(x) == x, x, 5)", 0, "jump", 0, 0), ("if(sinc(x) == 1, x, 5)", 0, "jump", 0, 0),
    ("if(sin(x) <= x, x, -x)", 0, "kink", -1, 1), ("if(1 - cos(x) > x^2/2, 7, x)", 0, "ok", 1, 1),
    ("if(cosh(x) > 1 + x^2/2, 2*x, x)", 0, "kink", 2, 2), ("if(x^3 > 0, x^3, x)", 0, "kink", 1, 0),
    ("if(sin(x)^2 + cos(x)^2 == 1, x, 5)", 0, "ok", 1, 1), ("if(x^x > 3, x, 5)", -1, "domain", None, None),
    ("if(pow(-1, x) <= 0, x, 5)", 1, "domain", None, None), ("if(sqrt(x) >= 0, x, 5)", 0, "one_sided", None, 1),
    # roots, and slopes that are infinite by a fraction of a power
    ("sqrt(1 - sinc(x))", 0, "undefined", -ROOT6, ROOT6), ("sqrt(x^2)", 0, "undefined", -1, 1),
    ("sqrt(x)^2", 0, "undefined", None, 1), ("cbrt(relu(x)^2)", 0, "infinite", 0, inf), ("cbrt(x^2)", 0, "undefined", -inf, inf),
    ("x*cbrt(x)", 0, "undefined", 0, 0), ("cbrt(x)^3", 0, "undefined", 1, 1),
    ("cbrt(x - sin(x))", 0, "undefined", 6 ** (-1 / 3), 6 ** (-1 / 3)), ("sqrt(x - sin(x))", 0, "undefined", None, 0),
    ("root(x^4, 4)", 0, "undefined", -1, 1), ("(x^(1/3))^3", 0, "undefined", None, 1),
    ("sin(sqrt(x))^2", 0, "undefined", None, 1), ("log(cosh(sqrt(x)))", 0, "undefined", None, 0.5),
    ("sqrt(x + x^2)", 0, "undefined", None, inf), ("acos(1 - x^2)", 0, "undefined", -math.sqrt(2), math.sqrt(2)),
    ("asin(sinc(x))", 0, "undefined", 1 / math.sqrt(3), -1 / math.sqrt(3)), ("acosh(cosh(x))", 0, "undefined", -1, 1),
    ("x^2.5", 0, "one_sided", None, 0), ("abs(x)^1.5", 0, "ok", 0, 0),
    # powers with both parts moving
    ("x^(x + 1)", 0, "one_sided", None, 1), ("x^exp(x)", 0, "one_sided", None, 1), ("x^x", 0, "undefined", None, -inf),
    ("pow(x - 1, sinc(x))", 0, "domain", None, None), ("abs(x)^(2 + x)", 0, "ok", 0, 0),
    # remainders
    ("mod(3*x, x)", 2, "ok", 0, 0), ("mod(x^2, 3)", 0, "ok", 0, 0), ("mod(-x^2, 3)", 0, "jump", 0, 0),
    ("mod(6, x)", 3, "jump", -2, -1), ("mod(x*x, x)", 3, "jump", 4, 3),
    # poles, logarithms, flat and steep
    ("exp(-1/x^2)", 0, "undefined", 0, 0), ("if(x > 0, exp(-1/x), 0)", 0, "ok", 0, 0),
    ("if(x == 0, 0, x^2*log(x))", 0, "one_sided", None, 0), ("if(x == 0, 0, x*log(x))", 0, "infinite", None, -inf),
    ("if(x == 0, 1, sin(x)/x)", 0, "ok", 0, 0), ("if(x > 0, 1/x, x)", 0, "jump", 1, -inf),
    ("if(x > 0, log(x), x)", 0, "jump", 1, inf), ("x*atan(1/x)", 0, "undefined", -math.pi / 2, math.pi / 2),
    ("atan(1/x)", 0, "undefined", None, -1), ("1/gamma(x)", 0, "undefined", 1, 1), ("tanh(1/x)", 0, "undefined", None, 0),
    ("atan2(x^2, -1)", 0, "ok", 0, 0), ("atan2(x, -1)", 0, "jump", -1, -1), ("atan2(x^3, x)", 0, "undefined", None, 0),
    ("digamma(x)", 0, "pole", inf, inf), ("exp(1/x)", 0, "pole", 0, -inf),
]  # fmt: skip


@pytest.mark.parametrize(("text", "x", "status", "left", "right"), WORKED, ids=[row[0] for row in WORKED])
def test_worked_out(text: str, x: float, status: str, left: float | None, right: float | None) -> None:
    sheet = autodiff.parse(text).at(x=x)
    found = sheet.status.get("x")
    assert (found.status if found else "ok") == status
    if found is None:
        assert sheet.gradient["x"] == pytest.approx(left, abs=1e-15) == pytest.approx(right, abs=1e-15)
    else:
        for side, expected in ((found.left, left), (found.right, right)):
            assert side is None if expected is None else side == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("text", ["sqrt(x)^2", "exp(-1/x^2)", "1/gamma(x)", "tanh(1/x)", "3*cbrt(x)^3 + x"])
def test_what_is_zero_times_infinity_is_an_estimate(text: str) -> None:
    assert autodiff.parse(text).at(x=0).status["x"].estimated


@pytest.mark.parametrize("seed", first(1, range(24)))
def test_random_compositions(seed: int) -> None:
    """Statuses and sides are those that show at 1e-20, 1e-30 and 1e-40 from the point."""
    rng, judged = random.Random(seed), 0
    for _ in range(100):
        text, x = random_formula(rng, rng.choice([2, 3, 4])), 0.0
        if not re.search(r"\bx\b", text):
            continue
        if rng.random() < 0.3:
            text, x = re.sub(r"\bx\b", "(x - 2)", text), 2.0
        try:
            assert disagreement(text, x) is None, (text, x)
            judged += 1
        except Unseen:
            pass
    assert judged > 50


@pytest.mark.parametrize("extreme", ["(1/x)", "(1e300*x)", "(1e-300*x)", "exp(1/x)", "log(x)", "x^x", "gamma(x)", "x^1e300"])
def test_nothing_fails_on_extremes(extreme: str) -> None:
    """Wherever series end, there is a status, never an exception; sides are numbers or nothing."""
    rng = random.Random(extreme)
    for _ in range(30):
        text = re.sub(r"\bx\b", extreme, random_formula(rng, 3), count=rng.randint(1, 3))
        formula = autodiff.parse(text)
        sheet = formula.at(**dict.fromkeys(formula.variables, rng.choice([0.0, -0.0, 1.0, 1e-300, 1e300, inf])))
        assert all(side is None or side == side for told in sheet.status.values() for side in (told.left, told.right))


def test_many_variables_cost_little() -> None:
    """A product of many variables that overflows has a status for each, after one sweep."""
    count = 4000
    sheet = autodiff.parse("*".join(f"x{i}" for i in range(count))).at(**{f"x{i}": 10.0 for i in range(count)})
    assert {told.status for told in sheet.status.values()} == {"overflow"}
    assert len(sheet.status) == count


@pytest.mark.parametrize(("text", "x"), [("root(x, z)", 2), ("root(x, -z)", 0.5), ("x^(1/z)", 2)])
def test_a_degree_so_small_that_its_inverse_is_infinite(text: str, x: float) -> None:
    sheet = autodiff.parse(text).at(x=x, z=5e-324)
    assert {status.status for status in sheet.status.values()} == {"overflow"}
