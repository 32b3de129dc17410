"""A mixed second derivative is ok only where the first derivatives exist around the point: judged by differences in mpmath."""

from __future__ import annotations

import random
from collections.abc import Callable

import mpmath as mp
import pytest
from length import sized

import autodiff
from autodiff.point.higher import second

Meaning = Callable[[mp.mpf, mp.mpf], mp.mpf]

CORNERS: dict[str, Callable[[mp.mpf], mp.mpf]] = {  # of {0}, at {0} = 0
    "abs({0})": abs,
    "relu({0})": lambda u: max(u, mp.mpf(0)),
    "max({0}, 0)": lambda u: max(u, mp.mpf(0)),
    "min(2*({0}), {0})": lambda u: min(2 * u, u),
    "sign({0})": lambda u: mp.mpf(mp.sign(u)),
    "step({0})": lambda u: mp.mpf(u >= 0),
    "floor({0})": lambda u: mp.floor(u),
    "mod({0}, 1)": lambda u: u - mp.floor(u),
    "clip({0}, 0, 1)": lambda u: min(max(u, mp.mpf(0)), mp.mpf(1)),
    "if({0} > 0, {0}, -3*({0}))": lambda u: u if u > 0 else -3 * u,
    "if({0} >= 0, 1, 2)": lambda u: mp.mpf(1 if u >= 0 else 2),
    "if({0} > 0, ({0})^2, 0)": lambda u: u**2 if u > 0 else mp.mpf(0),
    "({0})*abs({0})": lambda u: u * abs(u),
    "abs({0})^3": lambda u: abs(u) ** 3,
    "sin({0})": mp.sin,
}
FLAT: dict[str, Callable[[mp.mpf], mp.mpf]] = {  # of {0}, which vanish at {0} = 0, most of them with their slope
    "({0})": lambda u: u,
    "({0})^2": lambda u: u**2,
    "({0})^3": lambda u: u**3,
    "(1 - cos({0}))": lambda u: 1 - mp.cos(u),
    "({0})*sin({0})": lambda u: u * mp.sin(u),
    "(({0})^2 + 1)": lambda u: u**2 + 1,
}


def formula(rng: random.Random) -> tuple[str, dict[str, float], Meaning]:
    """A product of a corner and what vanishes beside it, a corner of a product, or of two arguments that meet."""
    at = {"x": rng.choice((0.0, 0.0, 1.0, -2.5)), "y": rng.choice((0.0, 0.0, 3.0, -0.75))}
    a, b = at["x"], at["y"]
    u, v = (name if not c else f"{name} - {c}" if c > 0 else f"{name} + {-c}" for name, c in at.items())
    corner, flat, other = rng.choice([*CORNERS]), rng.choice([*FLAT]), rng.choice([*CORNERS])
    k, f, g = CORNERS[corner], FLAT[flat], CORNERS[other]
    shapes: list[tuple[str, Meaning]] = [
        (f"{corner.format(u)}*{flat.format(v)}", lambda x, y: k(x - a) * f(y - b)),
        (corner.format(f"({u})*{flat.format(v)}"), lambda x, y: k((x - a) * f(y - b))),
        (f"({corner.format(u)})*({other.format(v)})", lambda x, y: k(x - a) * g(y - b)),
        (f"{corner.format(f'({u}) - ({v})')}*{flat.format(u)}", lambda x, y: k((x - a) - (y - b)) * f(x - a)),
        (f"{corner.format(u)} + {flat.format(v)}*({u})^2", lambda x, y: k(x - a) + f(y - b) * (x - a) ** 2),
    ]
    text, meaning = rng.choice(shapes)
    rest = rng.choice((("", lambda x, y: 0), (" + x*y", lambda x, y: x * y), (" + exp(x - y)", lambda x, y: mp.exp(x - y))))
    return text + rest[0], at, lambda x, y: meaning(x, y) + rest[1](x, y)


def slope(meaning: Meaning, x: mp.mpf, y: mp.mpf) -> mp.mpf | None:
    """The derivative by x; None where there is none: the differences on the two sides do not agree."""
    t = mp.mpf(10) ** -60
    left, right = ((meaning(x + s * t, y) - meaning(x, y)) / (s * t) for s in (-1, 1))
    return (left + right) / 2 if abs(left - right) < mp.mpf(10) ** -50 else None


def mixed(meaning: Meaning, x: float, y: float) -> mp.mpf | None:
    """The derivative by y of that by x; None where this does not exist at or beside the point."""
    h = mp.mpf(10) ** -10
    left, here, right = (slope(meaning, mp.mpf(x), mp.mpf(y) + s * h) for s in (-1, 0, 1))
    if left is None or here is None or right is None:
        return None
    one, two = (here - left) / h, (right - here) / h
    return (one + two) / 2 if abs(one - two) < 1e-8 else None


@pytest.mark.parametrize("count", sized(60, 1400))
def test_mixed_derivatives(count: int) -> None:
    """Not ok where either does not exist; ok, and right, where both exist and are equal."""
    rng = random.Random(11)
    with mp.workdps(150):
        for _ in range(count):
            text, at, meaning = formula(rng)
            found = second(autodiff.parse(text).at(**at))
            status = found.status.get("x", {}).get("y")
            truth = mixed(meaning, **at), mixed(lambda y, x, f=meaning: f(x, y), at["y"], at["x"])  # type: ignore[misc]
            if None in truth or abs(truth[0] - truth[1]) > 1e-8:
                assert status is not None, (text, at)
                assert status.status != "one_sided", (text, at)
            else:
                assert status is None or status.left == status.right != found.values["x"]["y"], (text, at, status)
                assert status is not None or abs(found.values["x"]["y"] - truth[0]) < 1e-8, (text, at, found)


def test_a_kink_beside_the_point_names_where() -> None:
    found = second(autodiff.parse("max(x*y, 0)").at(x=0, y=0))
    status = found.status["x"]["y"]
    assert (status.status, found.values["x"]["y"]) == ("kink", 0.5)
    assert "beside the point, where y moves" in status.reason
    assert "x" not in found.status["x"]
