"""autodiff solve: roots against mpmath, safeguards, what is an equation, and bad input."""

import json
import math
from random import Random
from typing import Any

import mpmath
import pytest
from console import ROOT, inside
from schemas import fits, strict


def solved(*words: str, code: int = 0) -> dict[str, Any]:
    done = inside(["solve", *words, "--json"], ROOT)
    assert done.code == code, done
    document: dict[str, Any] = strict(done.stdout)
    fits("solve", document)
    assert document["success"] == (not code)
    return document


m = mpmath
SINGLE = {
    ("x^2 = 2", "x=1"): lambda: m.sqrt(2),
    ("x^2 = 2", "x=-1"): lambda: -m.sqrt(2),
    ("x = cos(x)", "x=1"): lambda: m.findroot(lambda x: x - m.cos(x), 0.7),
    ("exp(x) = 1e10", "x=0"): lambda: 10 * m.log(10),
    ("atan(x) = 0", "x=10"): lambda: m.mpf(0),
    ("x^3 - 2x + 2 = 0", "x=0"): lambda: m.findroot(lambda x: x**3 - 2 * x + 2, -1.8),
    ("x*exp(x) = 1", "x=5"): lambda: m.lambertw(1).real,
    ("log(x) = -3", "x=1"): lambda: m.exp(-3),
    ("cbrt(x) = 0", "x=1"): lambda: m.mpf(0),
    ("x^2 = 0", "x=1"): lambda: m.mpf(0),
    ("erf(x) = 0.9", "x=0"): lambda: m.erfinv(m.mpf(0.9)),
    ("gamma(x) = 10", "x=3"): lambda: m.findroot(lambda x: m.gamma(x) - 10, 4.4),
    ("f(t) = t^2; f(x) = 3", "x=1"): lambda: m.sqrt(3),
    ("u = x^2; u + x = 1", "x=1"): lambda: (m.sqrt(5) - 1) / 2,
    ("(x - 2.5)*exp(-x) = 0", "x=5"): lambda: m.mpf("2.5"),
    ("x^20 = 1", "x=0.5"): lambda: m.mpf(1),
    ("a*x = 6", "x=1", "a:=4"): lambda: m.mpf("1.5"),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("words", SINGLE, ids=" ".join)
def test_a_root_to_the_last_digits(words: tuple[str, ...]) -> None:
    with mpmath.workdps(30):
        true = SINGLE[words]()
        assert abs(solved(*words)["x"]["x"] - true) <= 4e-16 * abs(true)


def test_several_equations() -> None:
    found = solved("x^2 + y^2 = 25; x = 2*y", "x=4", "y=2")
    assert found["x"] == pytest.approx({"x": 2 * 5**0.5, "y": 5**0.5}, rel=4e-16)
    assert found["equations"] == ["x^2 + y^2 = 25", "x = 2*y"]
    found = solved("x + y + z = 6; x*y*z = 6; x^2 + y^2 + z^2 = 14", "x=0.5", "y=1.7", "z=4")
    assert sorted(found["x"].values()) == pytest.approx([1, 2, 3], rel=1e-14)


# More, Garbow, Hillstrom (1981), "Testing unconstrained optimization software": systems from their standard starts.
SYSTEMS = {
    "Rosenbrock": ("10*(y - x^2) = 0; 1 - x = 0", "x=-1.2 y=1", {"x": 1, "y": 1}),
    "Powell badly scaled": (
        "1e4*x*y = 1; exp(-x) + exp(-y) = 1.0001", "x=0 y=1", {"x": 1.0981593296997e-5, "y": 9.1061467398665}
    ),
    "helical valley": (
        "10*(z - 10*atan2(y, x)/(2*pi)) = 0; 10*(sqrt(x^2 + y^2) - 1) = 0; z = 0*x", "x=-1 y=0 z=0", {"x": 1, "y": 0, "z": 0}
    ),
    "Powell singular": (
        "x + 10*y = 0; sqrt(5)*(z - w) = 0; (y - 2*z)^2 = 0; sqrt(10)*(x - w)^2 = 0", "x=3 y=-1 z=0 w=1",
        {"x": 0, "y": 0, "z": 0, "w": 0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_systems_with_known_roots(name: str) -> None:
    text, start, root = SYSTEMS[name]
    found = solved(text, *start.split())
    assert found["x"] == pytest.approx(root, rel=1e-10, abs=1e-7)


@pytest.mark.parametrize(("words", "condition"), [
    (["x^2 + 1 = 0", "x=1"], "flat"), (["1/x = 0", "x=1"], "limit"),
    (["sign(x) = 0.5", "x=-1"], "flat"), (["u = x*y; u + x = 3; u - y = 1", "x=1", "y=1"], "flat"),
    (["exp(-x^2) = 0", "x=20"], "limit"), (["exp(x) = 0", "x=-700"], "flat"),
    (["x + y = 1; 2*x + 2*y = 3", "x=0", "y=0"], "flat"), (["sign(x)*(1 + x^2) = 0*x", "x=2"], "jump"),
])  # fmt: skip
def test_no_root_is_said(words: list[str], condition: str) -> None:
    assert solved(*words, code=1)["condition"] == condition


CLOSE = {
    ("(x - 1)*(x - 1.01)/(1 + x^2)", "x=-5"): (1, 1.01), ("(x - 1)*(x - 1.01)/(1 + x^4)", "x=4"): (1, 1.01),
    ("(x^2 - 1)^2 = 1e-6", "x=0"): (-math.sqrt(1.001), -math.sqrt(0.999), math.sqrt(0.999), math.sqrt(1.001)),
    ("cos(x) + 0.9999", "x=0"): (math.acos(-0.9999), 2 * math.pi - math.acos(-0.9999)),
    ("(x^2 - 1)^2", "x=0"): (1, -1), ("abs(x^2 - 1)", "x=0"): (1, -1), ("cos(x) + 1", "x=0"): (math.pi, -math.pi),
    ("(x - 3)^2*exp(-x)", "x=-2"): (3,), ("1e-12 - (x^2 - 4)^2", "x=0"): (2, -2),
}  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize("words", CLOSE, ids=" ".join)
def test_an_even_number_of_close_roots(words: tuple[str, str]) -> None:
    """No sign changes from far away, and Newton's steps lead elsewhere or nowhere; a dip between two points is looked into."""
    found = solved(*words)
    assert found["success"]
    assert min(abs(found["x"]["x"] - root) for root in CLOSE[words]) < 1e-6


def test_what_has_no_sign_is_zero_with_a_note() -> None:
    found = solved("x^2 + y^2 - 4; x - y", "x=1", "y=2")
    assert found["x"] == pytest.approx({"x": 2**0.5, "y": 2**0.5}, rel=4e-16)
    assert len(found["notes"]) == 2


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("words", "code"), [
    (["x^2 = 2; x = 1", "x=1"], "E043"), (["x*y = 2", "x=1", "y=2"], "E043"), (["x^2 = 2"], "E030"), (["x == 2", "x=1"], "E020"),
    (["x = 2 = 3", "x=1"], "E020"), (["sqrt(x) = 2", "x=-1"], "E022"), (["x^2 = 2", "x=inf"], "E022"), (["x = (", "x=1"], "E003"),
    (["x^2 = 2", "x=1", "z=2"], "E031"), (["x^2 = a", "x=1"], "E030"), (["1/x = 0", "x=0"], "E022"), (["x^2 = 2", "x:=1"], "E030"),
])  # fmt: skip
def test_bad_input(words: list[str], code: str) -> None:
    done = inside(["solve", *words, "--json"], ROOT)
    assert (done.code, done.stdout) == (2, "")
    error = json.loads(done.stderr)
    fits("error", error)
    assert error["error"]["code"] == code, error


@pytest.mark.sampled(4)
@pytest.mark.parametrize("seed", range(60))
def test_planted_roots(seed: int) -> None:
    """A product that is 0 at known points alone, times what never is: no other point is called a root; with an odd number of them,
    so that the sign differs far out, one is found from anywhere.
    """
    random = Random(seed)
    roots = [random.randint(-500, 500) / 100 for _ in range(random.randint(1, 4))]
    tail = random.choice(["exp(x)", "exp(-x)", "exp(sin(x))", "(2 + cos(x))"])
    text = "*".join(f"(x - ({root}))" for root in roots) + f"*{tail}*1e{random.randint(-6, 6)} = 0"
    done = inside(["solve", text, f"x={random.uniform(-8, 8)!r}", "--json"], ROOT)
    document = strict(done.stdout)
    assert done.code == 0 or not len(roots) % 2, text
    assert done.code or min(abs(document["x"]["x"] - root) for root in roots) < 1e-7, text


@pytest.mark.parametrize("text", ["", "  ", "# nothing", "\n"])
def test_nothing_has_no_root(text: str) -> None:
    done = inside(["solve", text, "x=3"], ROOT)
    assert (done.code, done.stdout) == (2, "")
    assert "E001" in done.stderr
