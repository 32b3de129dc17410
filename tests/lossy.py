"""Random formulas that keep their digits and families that lose them, judged by mpmath with the exact doubles."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import mpmath as mp
from outofrange import Beyond, exactly, formula

import autodiff
from autodiff.point.surviving import FEW, losses
from autodiff.point.worksheet import Worksheet
from autodiff.trust.cancellation import suspicious
from autodiff.trust.losses import Rounded, agreeing, right

TRUE = 400  # digits

FAMILIES: list[tuple[str, str]] = [
    ("(1 - cos(x))/x^2", "small"),
    ("1 - cos(x*y)", "small"),
    ("sqrt(x^2 + 1) - x", "large"),
    ("sqrt(x + 1) - sqrt(x)", "large"),
    ("(exp(x) - 1 - x)/x^2", "small"),
    ("(exp(x) - exp(-x))/2 - x", "small"),
    ("x - sin(x)", "small"),
    ("tan(x) - sin(x)", "small"),
    ("1/x - 1/(x + 1)", "large"),
    ("1/sin(x) - 1/x", "small"),
    ("log(1 + x) - x", "small"),
    ("log(x + 1) - log(x)", "large"),
    ("exp(x)*(1 - tanh(x))", "tens"),
    ("1 - erf(x)", "ones"),
    ("cosh(x)^2 - sinh(x)^2 - y", "tens"),
    ("x^3 - 3*x^2 + 3*x - 1", "one"),
    ("(x - 1)^4 - (x^4 - 4*x^3 + 6*x^2 - 4*x + 1)", "one"),
    ("(x^2 - 2)^2", "root"),
    ("(-1 + sqrt(1 + 4*x))/2", "small"),
    ("sin(x + 3.141592653589793)", "small"),
    ("sin(x*y)", "large"),
    ("log(x/y)", "alike"),
    ("atan(x) - atan(y)", "alike"),
    ("x^2 - y^2", "alike"),
    ("gamma(x + 1)/gamma(x) - x - 1e-9", "tens"),
    ("expm1(x)/x", "small"),
    ("sinh(x)/x", "small"),
    ("(x*y + 1)^2 - (x*y)^2", "large"),
    ("acos(cos(x))", "small"),
    ("asin(sin(x))", "half"),
    ("logaddexp(x*y, x*y + 1) - x*y", "large"),
]
"""Formulas that cancel, and where."""
PLACES = {
    "small": lambda rng: 10 ** rng.uniform(-9, -1), "large": lambda rng: 10 ** rng.uniform(2, 9),
    "tens": lambda rng: rng.uniform(2, 18), "ones": lambda rng: rng.uniform(0.5, 6),
    "one": lambda rng: 1 + rng.choice([-1, 1]) * 10 ** rng.uniform(-6, -1),
    "root": lambda rng: 2**0.5 + rng.choice([0, 1e-12, 1e-8, 1e-3]),
    "alike": lambda rng: 1.7 + 10 ** rng.uniform(-14, -1), "half": lambda rng: 1.5707963267948966 - 10 ** rng.uniform(-14, -1),
}  # fmt: skip


AROUND = ["({})*3", "exp(-({}))", "sqrt(abs({}))", "2 + ({})", "({})*sin(y)", "({})^2", "u = {}; u/(1 + u^2)"]


class Found(NamedTuple):
    """A formula at a point: the right digits of every number, those that are said to be few, and whether it passed the gate."""

    text: str
    point: dict[str, float]
    right: dict[str, float]
    said: set[str]
    gate: bool
    bounds: dict[str, float]

    @property
    def few(self) -> set[str]:
        """The numbers with fewer than eight right digits."""
        return {name for name, digits in self.right.items() if digits < FEW}


def lossy(seed: int) -> tuple[str, dict[str, float]]:
    """A formula of a family at a point where it may cancel, maybe inside another."""
    rng = random.Random(seed)
    text, where = rng.choice(FAMILIES)
    if rng.random() < 0.4:
        text = rng.choice(AROUND).format(text)
    return text, _point(text, rng, PLACES[where])


def healthy(seed: int) -> tuple[str, dict[str, float]]:
    """A formula of all rows at an ordinary point."""
    rng = random.Random(seed)
    text = formula(rng, rng.choice([1, 2, 3, 3, 4]))
    return text, _point(text, rng, lambda rng: rng.choice([rng.uniform(0.1, 5), rng.uniform(-5, 5), round(rng.uniform(-3, 3), 1)]))


def _point(text: str, rng: random.Random, place: Any) -> dict[str, float]:
    return {name: place(rng) for name in autodiff.parse(text).variables}


def judged(text: str, point: dict[str, float]) -> Found | None:
    """What is said of a formula at a point, and what is true; None where mpmath has no answer."""
    sheet = autodiff.parse(text).at(**point)
    try:
        true = exactly(text, point, TRUE)
    except (Beyond, ZeroDivisionError, OverflowError, ValueError, TypeError, mp.libmp.libhyper.NoConvergence):
        return None
    true_digits = {name: _digits(sheet, name, x) for name, x in true.items() if _is_judged(sheet, name)}
    gate = bool(sheet.cancelled) or suspicious(sheet.tape, sheet.values, sheet.partials)
    said = {lost.name for lost in losses(sheet).shown} if gate else set()
    return Found(text, point, true_digits, said, gate, _bounds(sheet))


def _bounds(sheet: Worksheet) -> dict[str, float]:
    """The digits that running error analysis is sure of."""
    rounded = Rounded(sheet.tape, sheet.point, sheet.wrt, sheet.algebra, sheet.free)
    numbers = {"": rounded.value, **rounded.gradient}
    return {name: 0.0 if rounded.is_doubtful else right(x) for name, x in numbers.items()}


def _is_judged(sheet: Worksheet, name: str) -> bool:
    x = sheet.gradient[name] if name else sheet.value
    return x - x == 0 and (name not in sheet.status if name else sheet.value_status == "ok")


def _digits(sheet: Worksheet, name: str, true: Any) -> float:
    found = sheet.gradient[name] if name else sheet.value
    with mp.workdps(TRUE):
        error = abs(mp.mpf(found) - true)
        if abs(true) < mp.mpf(10) ** (-TRUE * 17 // 20):  # it is 0
            return 16.0 if not found else 0.0
        return agreeing(1.0, float(error / abs(true)))
