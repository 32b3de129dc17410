"""Budgets of uncertainty: published figures, and an oracle with fifty digits that knows nothing of our derivatives."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import tomllib
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import pytest
from console import ROOT, Outcome, inside
from schemas import fits

from autodiff import parse
from autodiff.errors import AutodiffError
from autodiff.uncertainty.budget import Asked, Budget, Report, budget
from autodiff.uncertainty.given import correlations, given
from autodiff.uncertainty.goal import Goal
from autodiff.uncertainty.rounding import rounded
from autodiff.uncertainty.student import student
from autodiff.writing.width import cells

PUBLISHED = tomllib.loads((ROOT / "tests/budgets.toml").read_text(encoding="utf-8"))["budget"]


def made(formula: str, inputs: str, pairs: str = "", **asked: Any) -> Report:
    """The budget of inputs as they are typed, without blanks within one."""
    texts = {name: (text, text) for name, _, text in (word.partition("=") for word in inputs.split())}
    found = given(texts)
    return budget(parse(formula), found.inputs, correlations([pairs] if pairs else []), Asked(**asked), found.notes)


def only(*words: str, **asked: Any) -> Budget:
    (found,) = made(*words, **asked).budgets
    return found


def run(*words: str, folder: Path = ROOT) -> Outcome:
    return inside(["uncertainty", *words], folder)


def document(*words: str, folder: Path = ROOT) -> Any:
    done = run(*words, "--json", folder=folder)
    assert not done.code, done.stderr
    found = json.loads(done.stdout)
    fits("uncertainty", found)
    return found


# Published figures --------------------------------------------------------------------------------------------------------


def agrees(value: float, text: str) -> bool:
    """Whether a number is a published one, which is rounded to its last digit, or cut there, maybe from rounded numbers."""
    digits = Decimal(text)
    return abs(Decimal(value) - digits) < Decimal(1).scaleb(int(digits.as_tuple().exponent)) + abs(digits) * Decimal("4e-16")


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["name"])
def test_published(case: dict[str, Any]) -> None:
    found = only(case["formula"], case["inputs"], case.get("correlations", ""))
    assert "value" not in case or agrees(found.value, case["value"])
    assert "uncertainty" not in case or agrees(found.uncertainty, case["uncertainty"])
    assert "second_order" not in case or agrees(found.second.uncertainty, case["second_order"])
    sizes = {one.input.name: one.size for one in found.linear.contributions}
    for name, text in case.get("contributions", {}).items():
        assert agrees(sizes[name], text), name
    assert len(found.linear.contributions) == case["inputs"].count("=")
    assert not case.get("value") or found.linear.sheet.value_status == "ok"


def test_h1_with_its_degrees_of_freedom() -> None:
    """JCGM 100, H.1.6: sixteen degrees of freedom, k = 2.92 and U = 93 nm for 99 % (there with u rounded to 32)."""
    inputs = "l_s=50000623±25(df=18) d=215±9.7(df=25.6) d_alpha=0±0.58e-6(df=50) theta=-0.1±0.41 alpha_s=11.5e-6±1.2e-6"
    found = only("l_s + d - l_s*(d_alpha*theta + alpha_s*d_theta)", f"{inputs} d_theta=0±0.029(df=2)", coverage=0.99)
    assert found.coverage is not None
    assert found.coverage.degrees_of_freedom == 16
    assert agrees(found.coverage.factor, "2.92")
    assert agrees(found.coverage.expanded, "93")
    assert [one.input.name for one in found.linear.contributions][:4] == ["l_s", "d_theta", "d", "d_alpha"]
    assert found.reasons  # second derivatives raise 32 to 34


OBSERVED = """V,I,phi
5.007,0.019663,1.0456
4.994,0.019639,1.0438
5.005,0.019640,1.0468
4.990,0.019685,1.0428
4.999,0.019678,1.0433
"""
H2 = ("R = V/I*cos(phi); X = V/I*sin(phi); Z = V/I", "V=@h2.csv:V", "I=@h2.csv:I", "phi=@h2.csv:phi")


def test_h2_from_the_observations(tmp_path: Path) -> None:
    """JCGM 100, H.2, tables H.2 to H.4: means, their uncertainties and correlations; three results with theirs."""
    (tmp_path / "h2.csv").write_text(OBSERVED)
    found = document(*H2, "--paired", "--outputs", "R,X,Z", "--coverage", "0.95", folder=tmp_path)
    for name, mean, u in (("V", "4.9990", "0.0032"), ("I", "0.0196610", "0.0000095"), ("phi", "1.04446", "0.00075")):
        assert agrees(found["inputs"][name]["value"], mean)
        assert agrees(found["inputs"][name]["uncertainty"], u)
        assert found["inputs"][name]["degrees_of_freedom"] == 4.0
    assert agrees(found["correlations"]["V"]["I"], "-0.36")
    assert agrees(found["correlations"]["V"]["phi"], "0.86")
    assert agrees(found["correlations"]["I"]["phi"], "-0.65")
    for name, value, u in (("R", "127.732", "0.071"), ("X", "219.847", "0.295"), ("Z", "254.260", "0.236")):
        assert agrees(found["outputs"][name]["value"], value)
        assert agrees(found["outputs"][name]["uncertainty"], u)
        assert found["outputs"][name]["coverage"]["degrees_of_freedom"] == 4.0
    between = found["output_correlations"]
    assert agrees(between["R"]["X"], "-0.588")
    assert agrees(between["R"]["Z"], "-0.485")
    assert agrees(between["X"]["Z"], "0.993")
    assert "add --paired" in run(*H2[:1], *H2[1:], folder=tmp_path).stderr


def test_resistors_that_are_wholly_correlated() -> None:
    """JCGM 100, 5.2.2, example: ten resistors of 1000 Ω with 0.1 Ω each, calibrated by the same standard, have 1 Ω together."""
    names = [f"R{k}" for k in range(10)]
    pairs = ";".join(f"{a},{b}=1" for k, a in enumerate(names) for b in names[:k])
    found = only(" + ".join(names), " ".join(f"{name}=1000±0.1" for name in names), pairs)
    assert found.uncertainty == pytest.approx(1.0, rel=1e-15)
    assert sum(one.share for one in found.linear.contributions) == pytest.approx(1.0)


def test_comparison_loss_at_zero() -> None:
    """JCGM 101, 9.4.2.2.2: where both parts are 0 ± 0.005 the linear law gives 0, and the truth is 50e-6 ± 50e-6."""
    found = only("X1^2 + X2^2", "X1=0±0.005 X2=0±0.005", draws=200_000)
    assert (found.value, found.uncertainty, found.is_adequate) == (0.0, 0.0, False)
    assert found.second.value == pytest.approx(50e-6)
    assert found.second.uncertainty == pytest.approx(50e-6)
    assert found.drawn is not None
    assert found.drawn.value == pytest.approx(50e-6, rel=0.01)
    assert found.drawn.uncertainty == pytest.approx(50e-6, rel=0.02)


@pytest.mark.parametrize(
    ("kinds", "u", "low", "high"),
    [
        ("a=0±1 b=0±1 c=0±1 d=0±1", 2.0, -3.92, 3.92),
        ("a=0±1.7320508(rect) b=0±1.7320508(rect) c=0±1.7320508(rect) d=0±1.7320508(rect)", 2.0, -3.88, 3.88),
        ("a=0±1.7320508(rect) b=0±1.7320508(rect) c=0±1.7320508(rect) d=0±17.320508(rect)", 10.1, -17.0, 17.0),
    ],
)
def test_additive_model(kinds: str, u: float, low: float, high: float) -> None:
    """JCGM 101, 9.2.2 to 9.2.4: sums of normal and of rectangular inputs, by a million draws; here by fewer."""
    found = only("a + b + c + d", kinds, draws=100_000).drawn
    assert found is not None
    assert found.uncertainty == pytest.approx(u, rel=0.01)
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.015)


# An oracle of its own: derivatives by differences with fifty digits --------------------------------------------------------

FORMULAS = {
    "x*y^2/z": lambda x, y, z: x * y**2 / z,
    "sin(x*y) + exp(z/3)": lambda x, y, z: mpmath.sin(x * y) + mpmath.exp(z / 3),
    "log(x^2 + y)*sqrt(z)": lambda x, y, z: mpmath.log(x**2 + y) * mpmath.sqrt(z),
    "x/(y + z) - tanh(x*z)": lambda x, y, z: x / (y + z) - mpmath.tanh(x * z),
    "atan2(x, y)*z^0.3": lambda x, y, z: mpmath.atan2(x, y) * z ** mpmath.mpf(0.3),
}


@pytest.mark.parametrize("text", FORMULAS)
def test_against_the_definition(text: str) -> None:
    """u² = g·C·g, and beside it tr((HC)²)/2 and tr(HC)/2; C has random correlations, which come from random vectors."""
    rng = random.Random(text)
    function = FORMULAS[text]
    for _ in range(3):
        at, sizes = [rng.uniform(0.5, 3) for _ in "xyz"], [rng.uniform(0.001, 0.1) for _ in "xyz"]
        vectors = [[rng.gauss(0, 1) for _ in "xyz"] for _ in "xyz"]
        r = {(i, j): _dot(vectors[i], vectors[j]) if i != j else 1.0 for i, j in product(range(3), repeat=2)}
        inputs = " ".join(f"{name}={x!r}±{u!r}" for name, x, u in zip("xyz", at, sizes))
        pairs = ";".join(f"{'xyz'[i]},{'xyz'[j]}={r[i, j]!r}" for i, j in ((0, 1), (0, 2), (1, 2)))
        found = only(text, inputs, pairs)
        with mpmath.workdps(50):
            c = mpmath.matrix(3, 3)
            for i, j in product(range(3), repeat=2):
                c[i, j] = mpmath.mpf(r[min(i, j), max(i, j)]) * sizes[i] * sizes[j]
            one = [tuple(int(k == i) for k in range(3)) for i in range(3)]
            g = mpmath.matrix([mpmath.diff(function, tuple(at), order) for order in one])
            h = mpmath.matrix(3, 3)
            for i, j in product(range(3), repeat=2):
                h[i, j] = mpmath.diff(function, tuple(at), tuple(a + b for a, b in zip(one[i], one[j])))
            square = (g.T * c * g)[0]
            bent = h * c
            trace, half = sum((bent * bent)[k, k] for k in range(3)), sum(bent[k, k] for k in range(3)) / 2
            wanted = float(mpmath.sqrt(square)), float(mpmath.sqrt(square + trace / 2)), float(function(*at) + half)
        assert (found.uncertainty, found.second.uncertainty, found.second.value) == pytest.approx(wanted, rel=1e-11)
        assert sum(one.share for one in found.linear.contributions) == pytest.approx(1)


def _dot(a: list[float], b: list[float]) -> float:
    return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)


MOMENTS = {"": (0, 3), "(rect)": (3, 1.8), "(tri)": (6, 2.4), "(U)": (2, 1.5)}


@pytest.mark.parametrize("kind", MOMENTS)
def test_a_square_knows_the_shape(kind: str) -> None:
    """The variance of (x - 0)² is (kurtosis - 1)·u⁴, whatever the shape; draws say so too."""
    divisor, kurtosis = MOMENTS[kind]
    u = 0.1 / math.sqrt(divisor or 1)
    found = only("x^2", f"x=0±0.1{kind}", draws=100_000)
    assert found.second.value == pytest.approx(u**2)
    assert found.second.uncertainty == pytest.approx(math.sqrt(kurtosis - 1) * u**2)
    assert found.drawn is not None
    assert found.drawn.value == pytest.approx(u**2, rel=0.02)
    assert found.drawn.uncertainty == pytest.approx(found.second.uncertainty, rel=0.03)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 16, 51, 1999, 2001, 40000, math.inf])
def test_quantiles(degrees: float) -> None:
    """Student's t and the normal distribution, against the regularised incomplete beta function with thirty digits."""
    for probability in (0.01, 0.5, 0.6827, 0.95, 0.9545, 0.99, 0.9973, 0.9999):
        k = student(probability, degrees)
        with mpmath.workdps(30):
            if degrees == math.inf:
                outside = mpmath.erfc(mpmath.mpf(k) / mpmath.sqrt(2))
            else:
                outside = mpmath.betainc(degrees / 2, 0.5, 0, degrees / (degrees + mpmath.mpf(k) ** 2), regularized=True)
            assert float(outside) == pytest.approx(1 - probability, rel=1e-9)


def test_welch_and_satterthwaite() -> None:
    """Two equal contributions with 4 and 6 degrees of freedom: 4/(1/4 + 1/6) = 9.6; a wholly known third one raises it."""
    assert only("a + b", "a=0±1(df=4) b=0±1(df=6)").degrees.value == pytest.approx(9.6)
    assert only("a + b + c", "a=0±1(df=4) b=0±1(df=6) c=0±2").degrees.value == pytest.approx(36 / (1 / 4 + 1 / 6))
    assert only("a + b", "a=0±1 b=0±1").degrees.value == math.inf
    loose = made("a + b", "a=0±1(df=4) b=0±1(df=6)", "a,b=0.5")
    assert loose.budgets[0].degrees == (pytest.approx(4), ("a", "b"))
    assert "count as one" in loose.notes[-1]


# Forms of inputs ------------------------------------------------------------------------------------------------------------

FORMS = {
    "5": (5.0, 0.0), "pi/4": (math.pi / 4, 0.0), "-1e-3": (-0.001, 0.0),
    "5±0.1": (5.0, 0.1), "5+/-0.1": (5.0, 0.1), "5+-0.1": (5.0, 0.1), "5 ± 0.1": (5.0, 0.1), "５±０.１": (5.0, 0.1),
    "−5±1": (-5.0, 1.0),
    "5±2%": (5.0, 0.1), "-5±2 %": (-5.0, 0.1), "1/2±1/8": (0.5, 0.125), "1e3±1e1": (1000.0, 10.0), "sqrt(2)±0": (math.sqrt(2), 0.0),
    "(5.0±0.1)e3": (5000.0, 100.0), "(6.02±0.01)E23": (6.02e23, 1e21), "(5±1)*1e-3": (0.005, 0.001), "(5±1)×2": (10.0, 2.0),
    "(5±1)": (5.0, 1.0), "(-5±1)*-2": (10.0, 2.0), "(1/4±1/8)e2": (25.0, 12.5),
    "5.00(12)": (5.0, 0.12), "3(2)": (3.0, 2.0), "-3(2)": (-3.0, 2.0), "0.5(1)": (0.5, 0.1), ".5(12)": (0.5, 1.2),
    "1.2(3)e4": (1.2e4, 3e3),
    "6.62607015(13)E-34": (6.62607015e-34, 1.3e-41), "1.20(3)e+2": (120.0, 3.0), "7.(2)": (7.0, 2.0),
    "5±0.1 (rect)": (5.0, 0.1 / math.sqrt(3)), "5±0.1(tri)": (5.0, 0.1 / math.sqrt(6)), "5±0.1 (U)": (5.0, 0.1 / math.sqrt(2)),
    "5±0.1 (normal)": (5.0, 0.1), "5±0.1 (k=2)": (5.0, 0.05), "5±0.1 (k = 2)": (5.0, 0.05), "5±0.1 (df=9)": (5.0, 0.1),
    "5±0.1 (k=2, df=9)": (5.0, 0.05), "5±0.1 (k=2) (df=9)": (5.0, 0.05), "5±0.1 (rect df=9)": (5.0, 0.1 / math.sqrt(3)),
    "5±2% (k=2)": (5.0, 0.05), "(5.0±0.1)e3 (k=2)": (5000.0, 50.0), "5.00(12) (k=2)": (5.0, 0.06), "5±sqrt(2)": (5.0, math.sqrt(2)),
    "2*(3+1)±0.5": (8.0, 0.5), "log(2)±0.1": (math.log(2), 0.1),
}  # fmt: skip


@pytest.mark.parametrize("text", FORMS)
def test_form(text: str) -> None:
    found = given({"a": (text, f"a={text}")}).inputs["a"]
    assert (found.value, found.uncertainty) == pytest.approx(FORMS[text], rel=1e-15)
    assert found.degrees == (9 if "df" in text else math.inf)


@pytest.mark.parametrize("seed", range(40))
def test_concise_notation_is_decimal(seed: int) -> None:
    """Digits in brackets are worth what decimal arithmetic says, and what is written concisely reads back the same."""
    rng = random.Random(seed)
    whole, decimals, digits, power = rng.randint(0, 10**6), rng.randint(0, 6), rng.randint(1, 999), rng.randint(-20, 20)
    literal = f"{rng.choice(['', '-'])}{whole}" + (f".{rng.randint(0, 10**decimals - 1):0{decimals}d}" if decimals else "")
    found = given({"a": (f"{literal}({digits})e{power}", "")}).inputs["a"]
    assert found.value == float(Decimal(literal).scaleb(power))
    assert found.uncertainty == float(Decimal(digits).scaleb(power - decimals))
    shown = rounded(found.value, found.uncertainty)
    for text in (shown.concise, shown.text):
        again = given({"a": (text, "")}).inputs["a"]
        assert again.uncertainty == pytest.approx(found.uncertainty, rel=0.051)
        assert again.value == pytest.approx(found.value, abs=found.uncertainty * 0.051)


REFUSED = {
    "3(2+1)": ('a="3±(2+1)"', 'a="3*(2+1)"'), "3 (2)": ('a="3(2)"', 'a="3*2"'), "5 + -0.1": ('a="5±0.1"', 'a="5-0.1"'),
    "log(2(3))": ('a="log(2*3)"',), "5±1±2": ("hypot(1, 2)",), "5±-1": ("negative",), "5±nan": ("finite",), "5±inf": ("finite",),
    "inf±1": ("finite",), "nan±1": ("finite",), "1.0(2)e-400": ("too small",), "1(2)e400": ("too large",),
    "5±": ("behind",), "±1": ("before",), "0±2%": ("0±0.1",), "5 (rect)": ("±0.1",), "5±1 (rcet)": ("did you mean 'rect'",),
    "5±1 (k=0)": ("above 0",), "5±1 (k=nan)": ("above 0",), "5±1 (df=0.5)": ("at least 1",), "5±1 (rect) (tri)": ("contradict",),
    "5±1 (rect, k=2)": ("contradict",), "sin(5±1)": ("brackets",), "5±x": ("'x'",), "": ("no value",), "5±2(3)": ("5±2*3",),
    "3(2)±1": ("±",), "5.0(0.1)": ('a="5.0±(0.1)"',), "@file.csv": ("@readings.csv:a",), "@:a": ("@readings.csv:a",),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    done = run("2*a", f"a={text}")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("error[E032]")
    for said in REFUSED[text]:
        assert said in done.stderr


def test_what_is_offered_is_accepted() -> None:
    for text in ("3±(2+1)", "3*(2+1)", "3(2)", "3*2", "5±hypot(1, 2)", "5.0±(0.1)"):
        assert not run("2*a", f"a={text}").code


def test_concise_notation_is_noted_once() -> None:
    done = run("a*b*c", "a=3(2)", "b=1.0(1)", "c=2.0(1)e3")
    assert done.stderr.count("note:") == 1
    assert "a: 3(2) is read as 3±2" in done.stderr
    assert "for the product write 3*2; so are those of b, c" in done.stderr


@pytest.mark.parametrize("seed", range(40))
def test_any_text_is_an_input_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    pieces = [
        "5",
        "0.1",
        "±",
        "+-",
        "+/-",
        "(",
        ")",
        "%",
        "e3",
        " ",
        "rect",
        "k=2",
        "df=9",
        "U",
        "*",
        "-",
        "pi",
        ".",
        "x",
        ",",
        "2",
        "1e400",
    ]
    text = "".join(rng.choice(pieces) for _ in range(rng.randint(1, 9)))
    done = run("2*a", f"a={text}", "--json")
    assert done.code in (0, 2), (text, done.stderr)
    if not done.code:
        fits("uncertainty", json.loads(done.stdout))


# Correlations ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_correlations_that_can_be(seed: int) -> None:
    """Those of random vectors are accepted, of any rank; where the least eigenvalue is clearly below 0 they are refused."""
    rng = random.Random(seed)
    size, rank = rng.randint(2, 6), rng.randint(1, 6)
    names = "abcdef"[:size]
    vectors = [[rng.gauss(0, 1) for _ in range(rank)] for _ in names]
    r = [[_dot(v, w) if v is not w else 1.0 for w in vectors] for v in vectors]
    if rank == 1:
        r = [[round(x) for x in row] for row in r]
    spoiled = seed % 2
    if spoiled:
        i, j = rng.sample(range(size), 2)
        r[i][j] = r[j][i] = rng.choice([-1, 1]) * rng.uniform(0.9, 1)
    least = min(mpmath.eigsy(mpmath.matrix(r), eigvals_only=True))
    pairs = ";".join(f"{names[i]},{names[j]}={r[i][j]!r}" for i in range(size) for j in range(i))
    inputs = " ".join(f"{name}={k}±1" for k, name in enumerate(names))
    if least < -1e-6:
        with pytest.raises(AutodiffError, match="positive semi-definite"):
            made(" + ".join(names), inputs, pairs)
    else:
        found = only(" + ".join(names), inputs, pairs)
        assert found.uncertainty == pytest.approx(math.sqrt(abs(sum(map(sum, r)))), abs=1e-7)


WRONG = {
    "a,b=1.5": "between -1 and 1", "a,b=nan": "between -1 and 1", "a,z=0.5": "'z' is no input",
    "c,a=0.5": "'c' has no uncertainty",
    "a,a=0.5": "with itself is 1", "a=0.5": "not a,b=correlation", "a,b": "cannot be read|not known", "": "not a,b=correlation",
    "a,b=x": "--corr", "a,b=.5;b,a=.6": "given twice",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_wrong_correlations(text: str) -> None:
    done = run("a + b*c", "a=1±1", "b=2±1", "c=3", "--corr", text)
    assert done.code in (2, 4)
    assert not done.stdout
    assert any(said in done.stderr for said in WRONG[text].split("|"))


def test_files_of_correlations(tmp_path: Path) -> None:
    (tmp_path / "named.csv").write_text("name,a,b,c\na,1,0.5,0\nb,0.5,1,-0.25\nc,0,-0.25,1\n")
    (tmp_path / "plain.csv").write_text("b,a\n1,0.5\n0.5,1\n")
    (tmp_path / "half.csv").write_text("a,b\n1,\n0.5,1\n")
    (tmp_path / "c.json").write_text('{"a": {"b": 0.5}}')
    (tmp_path / "odd.csv").write_text("a,b\n1,0.5\n")
    (tmp_path / "skew.csv").write_text("a,b\n1,0.5\n0.4,1\n")
    (tmp_path / "permuted.csv").write_text("name,a,b\nb,0.5,1\na,1,0.5\n")
    words = ["a + b", "a=1±1", "b=2±1"]
    for name in ("named.csv", "plain.csv", "half.csv", "c.json"):
        assert document(*words, "--corr", name, folder=tmp_path)["uncertainty"] == pytest.approx(math.sqrt(3)), name
    won = document(*words, "--corr", "c.json", "--corr", "b,a=0", folder=tmp_path)
    assert won["uncertainty"] == pytest.approx(math.sqrt(2))
    for name in ("odd.csv", "skew.csv", "permuted.csv", "none.csv", "none.json"):
        done = run(*words, "--corr", name, folder=tmp_path)
        assert (bool(done.code), done.stdout) == (True, ""), name


# Readings --------------------------------------------------------------------------------------------------------------------


def test_readings(tmp_path: Path) -> None:
    """Mean, s/√n and n - 1 of a column, far from 0 where naive sums of squares fail; empty cells are left out."""
    rng = random.Random(7)
    values = [1e9 + rng.gauss(0, 1e-3) for _ in range(50)]
    (tmp_path / "r.csv").write_text("id,mass\n" + "".join(f"{k},{x!r}\n" for k, x in enumerate(values)) + "99,\n")
    found = document("2*m", "m=@r.csv:mass", folder=tmp_path)["inputs"]["m"]
    with mpmath.workdps(40):
        mean = mpmath.fsum(values) / 50
        spread = mpmath.sqrt(mpmath.fsum((x - mean) ** 2 for x in map(mpmath.mpf, values)) / 49)
    assert found["value"] == pytest.approx(float(mean), rel=1e-16)
    assert found["uncertainty"] == pytest.approx(float(spread / mpmath.sqrt(50)), rel=1e-6)
    assert (found["degrees_of_freedom"], found["readings"], found["source"]) == (49.0, 50, "r.csv:mass")


@pytest.mark.parametrize(
    ("text", "said", "code"),
    [
        ("@none.csv:a", "none.csv", 4), ("@r.csv:b", "its columns are a", 2), ("@one.csv:a", "needs two", 2),
        ("@r.xyz:a", "format", 2),
        ("@word.csv:a", "word.csv", 2), ("@inf.csv:a", "no finite number", 2),
    ],
)  # fmt: skip
def test_wrong_readings(text: str, said: str, code: int, tmp_path: Path) -> None:
    for name, lines in {"r": "1\n2\n", "one": "1\n", "word": "1\nx\n", "inf": "1\ninf\n"}.items():
        (tmp_path / f"{name}.csv").write_text(f"a\n{lines}")
    done = run("2*m", f"m={text}", folder=tmp_path)
    assert (done.code, done.stdout) == (code, "")
    assert said in done.stderr


# Where linear is not good enough -----------------------------------------------------------------------------------------------

BAD = [
    ("x^2", "x=0±0.1", "second derivatives"), ("x^4", "x=0±0.1", "moving x"), ("x*y", "x=0±0.1 y=0±0.1", "second derivatives"),
    ("abs(x)", "x=0.05±0.1", "moving x"), ("sqrt(x)", "x=0.05±0.1", "J is nan"), ("exp(x)", "x=1±1", "second derivatives"),
    ("1/x", "x=0.2±0.1", "second derivatives"), ("log(x)", "x=1±1", "J is -inf"), ("cos(x)", "x=0±0.1", "second derivatives"),
    ("x^3", "x=0±0.1", "moving x"), ("floor(x)", "x=0.9±0.2", "moving x"), ("if(x > 1, x, 2*x)", "x=0.9±0.2", "moving x"),
]  # fmt: skip
GOOD = [
    ("3*(a + b*c)", "a=5±0.1 b=3±0.1 c=2"), ("a - b", "a=5±0.1 b=5±0.1"), ("sin(x)", "x=0.2±0.01"),
    ("sqrt(230*x + 3)", "x=0.2±0.01"),
    ("y = x*x + 1; y - x^2", "x=0.2±0.01"), ("exp(x)", "x=1±0.01"), ("x*y", "x=2±0.1 y=3±0.2"), ("3", ""), ("0*x", "x=1±1"),
    ("max(x, 0)", "x=1±0.1"), ("1e300*x", "x=1±0.1"), ("1e-300*x", "x=1±0.1"), ("x/exp(x)", "x=400±0.01"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "inputs", "said"), BAD)
def test_linear_is_not_good_enough(text: str, inputs: str, said: str) -> None:
    found = only(text, inputs)
    assert not found.is_adequate
    assert any(said in reason for reason in found.reasons), found.reasons
    shown = run(text, *inputs.split()).stdout
    assert "not good enough" in shown


@pytest.mark.parametrize(("text", "inputs"), GOOD)
def test_linear_is_good_enough(text: str, inputs: str) -> None:
    found = only(text, inputs)
    assert found.is_adequate, found.reasons
    assert "not good enough" not in run(text, *inputs.split()).stdout


@pytest.mark.parametrize(
    ("text", "x", "status"),
    [("abs(x)", "0", "kink"), ("sqrt(x)", "0", "infinite"), ("1/x", "0", "pole"), ("log(x)", "-1", "domain"),
     ("floor(x)", "2", "jump"),
     ("x^2.5", "0", "one_sided"), ("exp(x)", "1000", "overflow")],
)  # fmt: skip
def test_no_linear_budget(text: str, x: str, status: str) -> None:
    """A sensitivity that is not ok is said, and nothing is printed as if it were a result."""
    done = run(text, f"x={x}±0.1")
    assert done.code == 0
    assert "there is no linear budget" in done.stdout
    assert "(standard uncertainty)" not in done.stdout
    found = document(text, f"x={x}±0.1")
    assert (found["uncertainty"], found["linear_is_adequate"]) == ("NaN", False)
    assert found["derivative_status"]["x"]["status"] == status
    assert run(text, f"x={x}±0.1", "--strict").code == 3
    assert run(text, f"x={x}", "--strict").code == (0 if found["value_status"] == "ok" else 3)  # exact: nothing is differentiated


# Monte Carlo, goals, several outputs, documents -------------------------------------------------------------------------------


def test_draws_are_repeatable() -> None:
    words = ["x*y", "x=1±0.1(rect)", "y=2±0.1(U)", "--monte-carlo", "70000"]
    one, again, other = document(*words), document(*words, "--seed", "1"), document(*words, "--seed", "2")
    assert one == again
    assert one["monte_carlo"]["value"] != other["monte_carlo"]["value"]
    assert one["monte_carlo"]["draws"] == 70000


@pytest.mark.parametrize("degrees", [5, 9])
def test_draws_with_degrees_of_freedom(degrees: int) -> None:
    """JCGM 101, 6.4.9: Student's t, whose standard deviation is √(ν/(ν - 2)) times larger; its interval is that of GUM annex G."""
    found = only("x", f"x=0±1(df={degrees})", draws=200_000, coverage=0.95)
    assert found.drawn is not None
    assert found.coverage is not None
    assert found.drawn.uncertainty == pytest.approx(math.sqrt(degrees / (degrees - 2)), rel=0.02)
    assert (found.drawn.low, found.drawn.high) == pytest.approx((found.coverage.low, found.coverage.high), rel=0.02)


def test_correlated_draws() -> None:
    found = only("x - y", "x=0±1 y=0±2", "x,y=0.9", draws=100_000)
    assert found.drawn is not None
    assert found.uncertainty == pytest.approx(math.sqrt(1 + 4 - 2 * 0.9 * 2))
    assert found.drawn.uncertainty == pytest.approx(found.uncertainty, rel=0.01)


def test_draws_beyond_the_range_of_doubles() -> None:
    """x·exp(-x) far out: exp(x) overflows on the way, the result does not; log-normal factors have a known mean and deviation."""
    found = only("1e300/exp(x)", "x=720±0.1", draws=2000)
    assert found.drawn is not None
    mean = math.exp(300 * math.log(10) - 720 + 0.005)
    assert found.drawn.value == pytest.approx(mean, rel=0.01)
    assert found.drawn.uncertainty == pytest.approx(mean * math.sqrt(math.expm1(0.01)), rel=0.05)
    found = only("1e-200*x", "x=1e-110±1e-111", draws=1000)
    assert found.drawn is not None
    assert found.drawn.uncertainty == pytest.approx(1e-311, rel=0.1)
    assert only("x/exp(x)*1e300", "x=760±0.001").is_adequate


def test_draws_that_have_no_value() -> None:
    found = document("sqrt(x)", "x=0.1±0.1", "--monte-carlo", "10000")["monte_carlo"]
    assert found["value"] == found["uncertainty"] == found["low"] == "NaN"
    assert 1300 < found["lost"] < 1900  # a normal input is one deviation below its value in 15.9 % of the draws


@pytest.mark.parametrize("seed", range(25))
def test_goals_are_reached(seed: int) -> None:
    """What is told to be enough is enough: the budget with the better inputs meets the goal, exactly."""
    rng = random.Random(seed)
    names = "abcd"[: rng.randint(1, 4)]
    text = " + ".join(f"{rng.uniform(-3, 3):.3f}*{name}" for name in names)
    sizes = {name: rng.uniform(0.1, 2) for name in names}
    pairs = f"a,b={rng.uniform(-0.9, 0.9)}" if len(names) > 1 and seed % 2 else ""
    wanted = only(text, _inputs(sizes), pairs).uncertainty * rng.uniform(0.1, 0.99)
    found = only(text, _inputs(sizes), pairs, goal=Goal(wanted)).target
    assert found is not None
    assert not found.reached
    for one in found.alone:
        if one.after is None:
            assert only(text, _inputs({**sizes, one.name: sizes[one.name] * 1e-9}), pairs).uncertainty > wanted * 0.999
        else:
            better = only(text, _inputs({**sizes, one.name: one.after}), pairs).uncertainty
            assert better == pytest.approx(wanted, rel=1e-9)
    shrunk = {name: u * (found.factor if name in found.together else 1) for name, u in sizes.items()}
    assert only(text, _inputs(shrunk), pairs).uncertainty == pytest.approx(wanted, rel=1e-9)
    assert only(text, _inputs(sizes), pairs, goal=Goal(100.0)).target.reached  # type: ignore[union-attr]


def _inputs(sizes: dict[str, float]) -> str:
    return " ".join(f"{name}=1±{u!r}" for name, u in sizes.items())


def test_correlations_of_outputs() -> None:
    """a + b and a - b: the covariance is u(a)² - u(b)², of equal ones 0."""
    found = made("p = a + b; q = a - b; p*q", "a=5±0.3 b=2±0.1", outputs=("p", "q"))
    assert found.between(0, 1) == pytest.approx((0.09 - 0.01) / (0.09 + 0.01))
    assert found.between(0, 0) == 1
    found = made("p = a*2; q = -a; p*q*b", "a=5±0.3 b=2±0.1", outputs=("p", "q"))
    assert found.between(0, 1) == -1
    assert [one.output for one in found.budgets] == ["p", "q"]


def test_exact_inputs_alone() -> None:
    done = run("a*b", "a=2", "b=3")
    assert "J = 6 ± 0" in done.stdout
    assert "no input has an uncertainty; write one as in a=5±0.1" in done.stderr


def test_the_document() -> None:
    found = document("3*(a + b*c)", "a=5±0.1", "b=3.0(2)", "c=2")
    assert next(iter(found)) == "schema_version"
    assert (found["value"], found["contributions"]) == (33.0, pytest.approx({"b": 1.2, "a": 0.3, "c": 0.0}))
    assert found["uncertainty"] == pytest.approx(math.hypot(1.2, 0.3), rel=1e-15)
    assert list(found["contributions"]) == ["b", "a", "c"]
    assert (found["rounded"], found["concise"]) == ("33.0 ± 1.2", "33.0(12)")
    assert found["second_order"]["uncertainty"] == found["uncertainty"]
    assert found["sensitivities"] == {"b": 6.0, "a": 3.0}


@pytest.mark.parametrize("seed", range(200))
def test_rounding(seed: int) -> None:
    """Two digits of the uncertainty, and the value to the same place, by decimal arithmetic."""
    rng = random.Random(seed)
    value = rng.choice([-1, 1]) * 10 ** rng.uniform(-15, 15)
    u = abs(value) * 10 ** rng.uniform(-9, 3)
    shown = rounded(value, u)
    scale = Decimal(1).scaleb(shown.exponent)
    shown_u, shown_value = Decimal(shown.uncertainty) * scale, Decimal(shown.value) * scale
    two = Decimal(f"{u:.1e}")
    last = Decimal(1).scaleb(int(two.as_tuple().exponent))
    assert shown_u == two
    assert shown_value == Decimal(value).quantize(last)
    assert given({"a": (shown.text, "")}).inputs["a"].uncertainty == pytest.approx(float(two))


def test_values_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text('{"a": "5±0.1", "b": 3, "z": "1±1", "c": "1/2"}', encoding="utf-8")
    found = document("a*b*c", "b=3±0.2", "--values", "v.json", folder=tmp_path)
    assert {name: one["uncertainty"] for name, one in found["inputs"].items()} == {"a": 0.1, "c": 0.0, "b": 0.2}


def test_explained() -> None:
    shown = run("3*(a + b*c)", "a=5±0.1", "b=3±0.2", "c=2", "--explain").stdout
    for line in ("dJ/db = ∂J/∂v·∂v/∂u·∂u/∂b = 3·1·2 = 6", "|dJ/db|·u(b) = 6·0.2 = 1.2", "u(J) = √(1.2² + 0.3²) = 1.23693"):
        assert line in shown
    found = document("3*(a + b*c)", "a=5±0.1", "b=3±0.2", "c=2", "--explain")
    assert [path["name"] for path in found["explanation"]["paths"]["first"]] == ["a", "b"]


@pytest.mark.parametrize("format", ["plain", "markdown", "latex", "json"])
def test_every_format_says_the_same(format: str) -> None:
    words = [
        "p = a*b; q = p/c",
        "a=5±0.1 (rect)",
        "b=3±0.2 (df=5)",
        "c=2±0.1",
        "--corr",
        "a,c=0.5",
        "--coverage",
        "0.95",
        "--goal",
        "1%",
    ]
    for more in ([], ["--explain"], ["--outputs", "p,q"], ["--monte-carlo", "1000"]):
        done = run(*words, *more, "--format", format)
        assert not done.code, done.stderr
        assert "7.50" in done.stdout or format == "json"


@pytest.mark.parametrize("columns", ["50", "60", "80"])
def test_narrow_terminals(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the terminal: sentences are folded, and columns are left out where there is no room."""
    monkeypatch.setenv("COLUMNS", columns)
    for lang in ("en", "zh"):
        words = ["3*(a + b*c)", "a=5.12345±0.00012 (df=5)", "b=3±0.2", "c=2", "--coverage", "0.95", "--goal", "1%", "--lang", lang]
        done = run(*words)
        assert max(map(cells, done.stdout.splitlines())) <= int(columns), (lang, done.stdout)
        assert done.stdout.splitlines()[3].startswith("b "), done.stdout


def test_nothing_is_loaded_that_is_not_needed() -> None:
    code = (
        "import sys; from autodiff_cli.app import run;"
        "run(['uncertainty', 'a*b', 'a=1±.1', 'b=2±.1', '--coverage', '.9', '--json']);"
        "sys.exit(' '.join({'numpy', 'polars', 'rich', 'typer', 'mpmath', 'random', 'decimal', 'fractions'} & {*sys.modules}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert (done.returncode, done.stderr) == (0, "")


# What looks like an uncertainty elsewhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["eval"], ["diff"], ["graph"], ["check"], ["compile", "--to", "c"]], ids=lambda words: words[0]
)
def test_elsewhere_the_look_is_noted(command: list[str]) -> None:
    """3(2) is a product in formulas and in values; what nobody writes for an uncertainty gets no note."""
    name, *more = command
    for words in (["3(2)*x", "x=1"], ["3*x", "x=3(2)"]):
        done = inside([name, *words, *more, *(["dx=6"] if name == "check" else [])], ROOT)
        assert "3(2) is the product 3*2 here" in done.stderr, done
    for words in (["3*(2)*x", "x=1"], ["2(x)*(2)(3 + 1)", "x=2*(3)"], ["f(x) = x; f(2)*y", "y=1"]):
        assert "is the product" not in inside(["eval", *words], ROOT).stderr
