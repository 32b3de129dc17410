"""The picture of a derivative in a real browser: curve, gaps and tangent are those of the function."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from length import first

Visit = Callable[..., Any]
WIDE, HIGH, TOP = 266.0, 160.0, 6.0
READ = """() => {
  const numbers = (e, names) => names.map(name => Number(e.getAttribute(name)));
  const all = (kind, names) => [...document.querySelectorAll('#plot ' + kind)].map(e => numbers(e, names));
  return {
    path: document.querySelector('#plot .curve').getAttribute('d'),
    ends: ['min', 'max'].map(name => Number(document.querySelector('#variables input[type=range]')[name])),
    ticks: [...document.querySelectorAll('#plot > text[text-anchor=end]')].map(e => [e.textContent, Number(e.getAttribute('y'))]),
    tangents: all('.tangent', ['x1', 'y1', 'x2', 'y2']), here: all('.here', ['cx', 'cy']), after: all('.after', ['cx', 'cy']),
  }; }"""


class Shown:
    """The picture as numbers: its scales are read from its labels."""

    def __init__(self, page: Any) -> None:
        found = page.evaluate(READ)
        self.low, self.high = found["ends"]
        (one, at), *_, (other, there) = [(float(text.replace("−", "-")), y - 4 - TOP) for text, y in found["ticks"]]
        self.unit, self.zero = (other - one) / (there - at), one - (other - one) / (there - at) * at
        pieces = [re.findall(r"(-?[\d.]+) (-?[\d.]+)", piece) for piece in found["path"].split("M")[1:]]
        self.pieces = [[(self.x(float(x)), self.y(float(y))) for x, y in piece] for piece in pieces]
        self.tangents = [
            (self.y(d) - self.y(b)) / (self.x(c) - self.x(a)) if c != a else math.inf for a, b, c, d in found["tangents"]
        ]
        self.here, self.after = (
            [(self.x(cx), self.y(cy)) for cx, cy in found["here"]], [(self.x(cx), self.y(cy)) for cx, cy in found["after"]],
        )  # fmt: skip

    def x(self, pixels: float) -> float:
        return float(self.low + pixels / WIDE * (self.high - self.low))

    def y(self, pixels: float) -> float:
        return float(self.zero + pixels * self.unit)

    def is_inside(self, y: float) -> bool:
        return min(self.y(0), self.y(HIGH)) <= y <= max(self.y(0), self.y(HIGH))

    def gaps(self) -> list[float]:
        """Where the pen was lifted."""
        return [right[0][0] for _, right in pairwise(self.pieces)]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


SMOOTH: list[tuple[str, float, Callable[[float], float], Callable[[float], float]]] = [
    ("sin(3*x)*x", 2.0, lambda x: math.sin(3 * x) * x, lambda x: math.sin(3 * x) + 3 * x * math.cos(3 * x)),
    ("x^3 - 2*x", -1.5, lambda x: x**3 - 2 * x, lambda x: 3 * x * x - 2),
    ("exp(-x^2)", 0.4, lambda x: math.exp(-x * x), lambda x: -2 * x * math.exp(-x * x)),
    ("sigmoid(x)", 3.0, sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    ("1e6*x + 3", 5.0, lambda x: 1e6 * x + 3, lambda x: 1e6),
    ("cos(x)/1e9", 1.0, lambda x: math.cos(x) / 1e9, lambda x: -math.sin(x) / 1e9),
]


@pytest.mark.parametrize("row", first(1, SMOOTH), ids=lambda row: row[0])
def test_the_curve_and_its_tangent_are_true(
    visit: Visit, row: tuple[str, float, Callable[..., float], Callable[..., float]]
) -> None:
    """Every point of the curve is within a pixel of the function, and the tangent's slope is the derivative, as sliders move."""
    text, at, function, slope = row
    page = visit(text, x=at)
    slider = page.locator("#variables input[type=range]")
    for press in ("", "ArrowRight", "PageDown", "PageDown"):
        if press:
            slider.press(press)
        x, found = float(page.locator("#variables .given input").input_value()), Shown(page)
        pixel = abs(found.unit)
        assert len(found.pieces) == 1
        assert (found.pieces[0][0][0], found.pieces[0][-1][0]) == (found.low, found.high)
        for t, y in found.pieces[0]:
            if found.is_inside(y):
                bend = 0.01 / WIDE * (found.high - found.low) * abs(slope(t))  # coordinates have two decimals
                assert abs(y - function(t)) <= pixel + bend, t
        ((here, value),) = found.here
        assert here == pytest.approx(x, abs=(found.high - found.low) / WIDE)
        assert value == pytest.approx(function(x), abs=pixel)
        (tangent,) = found.tangents
        assert tangent == pytest.approx(slope(x), rel=0.02, abs=2 * pixel / (found.high - found.low))
        said = page.locator("#tangent").inner_text().rpartition(" ")[2].replace("−", "-")
        assert float(said) == pytest.approx(slope(x), rel=1e-5)


BROKEN: list[tuple[str, float, Sequence[float]]] = [
    ("1/x", 0.5, [0]), ("tan(x)", 1.0, [math.pi / 2]), ("1/(x - 1)^3 + x", 0.5, [1]), ("sign(x - 0.3)", 1.0, [0.3]),
    ("if(x > 1, x, -x)", 1.5, [1]), ("floor(x)", 1.5, [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6]), ("x % 1", 1.0, [0, 1, 2]),
    ("abs(x)", 1.0, []), ("cbrt(x)", 1.0, []), ("sqrt(abs(x))", -1.0, []), ("max(x, 1 - x)", 0.3, []), ("abs(sin(9*x))", 1.0, []),
    ("relu(x)^2", 0.1, []), ("cbrt(x - 0.123)", 1.0, []), ("tan(x)*0 + 1/(x*x)", 1.0, []), ("sinc(x)", 4.0, []),
    ("(1 - cos(x))/x^2", 1.0, [0.0]), ("log(x)", 1.0, []), ("sqrt(x^2 - 1)", 2.0, [1.0]), ("asin(x)", 0.5, []),
]  # fmt: skip


@pytest.mark.parametrize("row", first(2, BROKEN), ids=lambda row: row[0])
def test_what_is_broken_is_not_joined_and_nothing_else_is_broken(visit: Visit, row: tuple[str, float, Sequence[float]]) -> None:
    text, at, breaks = row
    found = Shown(visit(text, x=at))
    pixel = (found.high - found.low) / WIDE
    gaps = [gap for gap in found.gaps() if found.low + pixel < gap < found.high - pixel]
    assert sorted({round(gap, 1) for gap in gaps}) == sorted({round(float(gap), 1) for gap in breaks})
    for gap in gaps:
        assert min(abs(gap - true) for true in breaks) < pixel


def test_a_domain_ends_where_it_ends(visit: Visit) -> None:
    for text, at, ends in (
        ("sqrt(x)", 1.0, (0, 3)),
        ("log(x - 1)", 3.0, (1, 13)),
        ("asin(x/2)", 1.0, (-1, 2)),
        ("sqrt(2 - x)", 1, (-1, 2)),
    ):
        found = Shown(visit(text, x=at))
        pixel = (found.high - found.low) / WIDE
        drawn = [t for piece in found.pieces for t, _ in piece]
        assert (min(drawn), max(drawn)) == pytest.approx(ends, abs=pixel)


POINTS: list[tuple[str, float, str, list[float]]] = [
    ("abs(x)*y", 0, "Corner at x = 0: slope −2 on the left, 2 on the right", [-2, 2]),
    ("floor(x)*y", 1, "No tangent at x = 1: jump", []), ("1/x*y", 0, "No tangent at x = 0: pole", []),
    ("sqrt(x)*y", 0, "Vertical tangent at x = 0", [math.inf]), ("cbrt(x)*y", 0, "Vertical tangent at x = 0", [math.inf]),
    ("log(x)*y", -1, "No tangent at x = −1: domain", []), ("x^1.5*y", 0, "Tangent at x = 0: slope 0", [0]),
    ("if(x > 0, x, -x)*y", 0, "Corner at x = 0: slope −2 on the left, 2 on the right", [-2, 2]),
    ("(relu(x) - relu(-x))*y", 0, "Corner at x = 0: slope 2 on the left, 2 on the right", [2, 2]),
]  # fmt: skip


@pytest.mark.parametrize("row", first(2, POINTS), ids=lambda row: row[0])
def test_kinks_jumps_and_poles_as_they_are(visit: Visit, row: tuple[str, float, str, list[float]]) -> None:
    text, value, said, slopes = row
    page = visit(text, x=1.0, y=2.0)
    page.locator("#variables .given input").first.fill(str(value))
    assert page.locator("#tangent").inner_text() == said
    assert Shown(page).tangents == pytest.approx(slopes, abs=0.05)
    page.click("#languages button[value=zh]")
    assert not re.search("[a-z]{2}", page.locator("#slope").inner_text())
    assert not re.search("[a-z]{2}", page.locator("#plot").get_attribute("aria-label"))


def test_it_says_nothing_that_is_not_known_yet(visit: Visit) -> None:
    page = visit("x^2*y", x=3.0, y=2.0)
    page.click("#first")
    seen = []
    for _ in range(7):
        shown = Shown(page)
        seen.append((len(shown.here), len(shown.tangents), page.locator("#tangent").inner_text() != ""))
        page.click("#next") if page.locator("#next").is_enabled() else None
    assert seen[0] == (0, 0, False)
    assert seen[2] == (1, 0, False)
    assert seen[-1] == (1, 1, True)
    page.click("#modes button[value=quiz]")
    assert not page.locator("#slope").is_visible()


def test_it_goes_over_the_variable_that_is_chosen(visit: Visit) -> None:
    page = visit("3*(a + b*c)", a=5.0, b=3.0, c=2.0)
    for name, slope in {"a": 3, "b": 6, "c": 9}.items():
        page.select_option("#over", label=name)
        assert page.locator("#tangent").inner_text().endswith(f"slope {slope}")
        assert page.locator("#plot").get_attribute("aria-label") == f"J over {name}"
    page.click("#modes button[value=nudge]")
    page.select_option("#which", label="b")
    page.fill("#size", "2")
    page.select_option("#which", label="a")
    ((x, y),) = Shown(page).after
    assert (x, y) == pytest.approx((7, 39), abs=0.5)
    assert page.locator("#over").input_value() == page.locator("#which").input_value()


def test_without_derivatives_there_is_no_curve(visit: Visit) -> None:
    assert not visit("3*4").locator("#slope").is_visible()
    assert not visit("x + 1", [], x=2.0).locator("#slope").is_visible()
