"""Every row of naive spellings: it means the same as what is offered, it loses where the row says so, and it is recognised."""

import math
import random
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import mpmath as mp
import pytest
from length import sized
from oracle import MEANINGS, derivative

import autodiff
from autodiff.numbers.algebra import FLOATS
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.tape import Apply
from autodiff.trust.naive.forms import Forms
from autodiff.trust.naive.suspects import SHAPES, suspects
from autodiff.trust.naive.table import ROWS, Row

ALL = [row for rows in ROWS.values() for row in rows if row.offer]
EVERY = pytest.mark.parametrize("row", ALL, ids=lambda row: row.spelling)
NATURAL = "log is the natural logarithm; the decimal one is log10"


class Exact:
    """The reals in 80 digits, with meanings that share no code with ours."""

    functions: Mapping[str, Any] = MEANINGS
    formulas = "exact"

    def lift(self, value: float, text: str = "") -> mp.mpf:
        return mp.mpf(value)

    def truth(self, value: Any) -> bool:
        return bool(value)


def meaning(text: str, point: Mapping[str, float]) -> tuple[mp.mpf, dict[str, mp.mpf]]:
    """Value and derivatives of a formula in the reals."""
    tape = autodiff.parse(text).tape
    exact = {name: mp.mpf(value) for name, value in point.items()}

    def at(env: Mapping[str, mp.mpf]) -> mp.mpf:
        return evaluate(tape, env, Exact())[tape.output]

    return at(exact), {name: derivative(at, exact, name) for name in point}


def plain(text: str, point: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    """Value and gradient in doubles alone, as generated code and columns have them."""
    tape = autodiff.parse(text).bind(point)[0]
    values, where = evaluate(tape, point), places(tape)
    adjoints = pull(tape, linearize(tape, values, FLOATS, active(tape, list(point))), 1.0)
    return values[tape.output], {name: adjoints[where[name]] or 0.0 for name in point}


def error(text: str, point: Mapping[str, float], value: mp.mpf, slopes: Mapping[str, mp.mpf]) -> float:
    """The largest relative error of value and derivatives in plain doubles; what is below their range may be 0."""
    found, gradient = plain(text, point)
    pairs = [(found, value), *((gradient[name], slopes[name]) for name in point)]
    return max(_relative(found, true) for found, true in pairs)


def _relative(found: float, true: mp.mpf) -> float:
    if not math.isfinite(found):
        return math.inf
    return float(abs(mp.mpf(found) - true) / max(abs(true), mp.mpf(10) ** -20 if true == 0 else mp.mpf(10) ** -300))


def point_of(row: Row) -> dict[str, float]:
    return {name: float(value) for name, value in (pair.split("=") for pair in row.where.split())}


def offers(text: str) -> list[str]:
    """The notes on a formula at some point, without the one about log."""
    formula = autodiff.parse(text)
    sheet = formula.at(**dict.fromkeys(formula.variables, 0.25))
    return [note for note in sheet.notes if note != NATURAL]


@EVERY
def test_both_spellings_mean_the_same(row: Row) -> None:
    rng = random.Random(row.spelling)
    for _ in range(5):
        point = {name: rng.uniform(0.05, 0.95) for name in point_of(row)}
        (value, slopes), (other, others) = meaning(row.spelling, point), meaning(row.offer, point)
        assert abs(value - other) < mp.mpf(10) ** -60
        assert all(abs(slopes[name] - others[name]) < mp.mpf(10) ** -20 for name in point)
        assert error(row.spelling, point, value, slopes) < 1e-12
        assert error(row.offer, point, value, slopes) < 1e-14


@EVERY
def test_the_offer_is_better_where_the_row_says(row: Row) -> None:
    point = point_of(row)
    value, slopes = meaning(row.offer, point)
    naive, stable = error(row.spelling, point, value, slopes), error(row.offer, point, value, slopes)
    assert stable < 1e-12  # the slopes of logsumexp feel its last digit: at 1000 that is 1e-13
    exact = plain(row.offer, point)[0] == value != plain(row.spelling, point)[0]
    assert naive > 1e-6 or exact


@EVERY
def test_it_is_recognised_and_the_note_disappears_with_the_offer(row: Row) -> None:
    spelling = str(autodiff.parse(row.spelling))
    assert offers(row.spelling) == [f"{spelling} is {row.offer}, which {row.reason.format('x')}"]
    assert offers(row.offer) == []


ARGUMENTS = [
    "a*b",
    "-a",
    "-2*b",
    "a - b",
    "(a + b)^2",
    "-(a*b)/c",
    "exp(-b)",
    "if(a > b, c, -a)",
    "-sqrt(c)",
    "-c^2",
    "1 - a",
    "b/3",
]


@pytest.mark.sampled(2)
@EVERY
def test_an_offer_for_any_arguments_parses_and_gives_the_same_value(row: Row) -> None:
    rng, point = random.Random(row.spelling), {"a": 0.3, "b": 0.7, "c": 0.45}
    for _ in range(12):
        given = {letter: rng.choice(ARGUMENTS) for letter in "axyz"}
        text = re.sub(r"\b[axyz]\b", lambda letter, given=given: f"({given[letter[0]]})", row.spelling)
        notes = offers(rng.choice([text, f"-({text})", f"2*({text}) - b"]))
        for note in [note for note in notes if "…" not in note]:
            naive, stable = (autodiff.parse(part) for part in note.split(", which")[0].split(" is "))
            values = [one.at(**{name: point[name] for name in one.variables}).value for one in (naive, stable)]
            assert values[0] != values[0] or values[1] == pytest.approx(values[0], rel=1e-13, abs=1e-13), (text, note)


@EVERY
def test_it_stands_under_its_root_and_is_a_suspect(row: Row) -> None:
    tape = autodiff.parse(row.spelling).tape
    forms = Forms(tape)
    assert row in ROWS[forms.form(forms.of(tape.output)).op]
    assert tape.output in suspects(tape)


def test_no_shape_is_looked_for_in_vain() -> None:
    """Every way of the quick look leads to a row, in one of its spellings."""
    more = ["(1 - exp(x))/(1 + exp(x))", "sqrt(x*x + y*y)", "(x^2 + y^2)^0.5", "(x*x + y*y)^0.5", "1 - tanh(x)*tanh(x)"]
    used = set()
    for text in [row.spelling for row in ALL] + more:
        assert offers(text), text
        tape = autodiff.parse(text).tape
        for node in (tape.nodes[i] for i in suspects(tape)):
            assert isinstance(node, Apply)
            used |= {(node.op, below.op) for below in map(tape.nodes.__getitem__, node.args) if isinstance(below, Apply)}
    assert {(op, below) for op, shapes in SHAPES.items() for below in shapes} <= used


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("log(exp(z) + 1)", "log(exp(z) + 1) is softplus(z), which is exact in both tails"),
        ("1/(e^(-z) + 1)", "1/(e^(-z) + 1) is sigmoid(z), which is exact in both tails"),
        ("1/(1 + exp(z))", "1/(1 + exp(z)) is sigmoid(-z), which is exact in both tails"),
        ("1/(1 + exp(-2*z))", "1/(1 + exp((-2)*z)) is sigmoid(2*z), which is exact in both tails"),
        ("L/(1 + exp(-k*(t - m)))", "L/(1 + exp((-k)*(t - m))) is L*sigmoid(k*(t - m)), which is exact in both tails"),
        ("1/(1 + exp((m - t)/s))", "1/(1 + exp((m - t)/s)) is sigmoid((t - m)/s), which is exact in both tails"),
        ("log(1 - x)", "log(1 - x) is log1p(-x), which keeps its digits where x is small"),
        ("exp(a*b + c) - 1 - a", "exp(a*b + c) - 1 is expm1(a*b + c), which keeps its digits where a*b + c is small"),
        ("sin(a*b)/(b*a)", "sin(a*b)/(b*a) is sinc(a*b), which is 1 where a*b is 0"),
        ("sqrt((a - b)^2 + c*c + 9^2)", "sqrt((a - b)^2 + c*c + 9^2) is hypot(a - b, c, 9), which does not overflow"),
        (
            "log(exp(a) + exp(b) + exp(c) + exp(d))",
            "log(exp(a) + exp(b) + exp(c) + exp(d)) is logsumexp(a, b, c, d), which does not overflow",
        ),
        ("a = sigmoid(z); -log(a)", "log(sigmoid(z)) is -softplus(-z), which is exact in both tails"),
        ("z = a*b; log(1 + exp(z))", "log(1 + exp(z)) is softplus(z), which is exact in both tails"),
        ("(exp(-x) - exp(x))/2", "(exp(-x) - exp(x))/2 is sinh(-x), which keeps its digits where x is small"),
        ("f(t) = 1/(1 + exp(-t)); f(p) + f(q)", "in f: 1/(1 + exp(-p)) is sigmoid(p), which is exact in both tails"),
        (
            "log(1 + exp(if(x > 0, x, -1)))",
            "log(1 + exp(if(x > 0, x, -1))) is softplus(if(x > 0, x, -1)), which is exact in both tails",
        ),
        ("log(1 + exp(" + "sin(x)*cos(x) + " * 9 + "1))", "log(1 + exp(…)) is softplus(…), which is exact in both tails"),
        ("log(1 + exp(x)) + 2*log(1 + exp(x))", "log(1 + exp(x)) is softplus(x), which is exact in both tails"),
    ],
)
def test_what_a_note_says(text: str, note: str) -> None:
    (found,) = offers(text)
    assert found.removeprefix(note) in (", in generated code and columns too", ", in generated code and columns either", "")
    spelled, offer = note.removeprefix("in f: ").split(", which")[0].split(" is ")
    if "…" not in note:
        names = dict.fromkeys((*autodiff.parse(spelled).variables,), 0.25)
        assert autodiff.parse(offer).at(**names).value == pytest.approx(autodiff.parse(spelled).at(**names).value, rel=1e-14)


@pytest.mark.parametrize(
    "text",
    [
        "x*log(1 + exp(3))", "x + log(1 + sqrt(2))", "exp(x) - 2", "2 - exp(x)", "log(2 + x)", "sin(x)/y", "x^(1/4)", "x^(2/3)",
        "sqrt(x^2 - y^2)", "sqrt(x^2 + y^3)", "log(exp(x) + y)", "log(exp(x) - exp(y))", "exp(x)/(2 + exp(y))",
        "max(x, 0) + log1p(exp(-abs(x)))", "log(x)/log(3)", "(exp(x) - exp(y))/2", "1 - tanh(x)", "1 - x^2", "x/(1 + x^2)",
        "log1p(x)", "log(x + sqrt(x^2 + 2))", "sqrt(x + y)", "sin(x)/(2*x)",
    ],
)  # fmt: skip
def test_what_gets_no_note(text: str) -> None:
    assert offers(text) == []


def test_a_binding_of_e_is_no_exponential() -> None:
    for sheet in (autodiff.parse("1/(1 + e^(-x))").at(x=1, e=3), autodiff.parse("e = 3; 1/(1 + e^(-x))").at(x=1)):
        assert sheet.notes == ["e is your variable here, not the constant"]


def test_derivatives_that_were_worked_out_get_no_note() -> None:
    for text in ("softplus(x)", "log(1 + exp(x))", "1/(1 + exp(-x))", "sinc(x)", "hypot(x, y)", "log1p(x)"):
        formula = autodiff.parse(text)
        derived = formula.diff("x")
        assert derived.at(**dict.fromkeys(derived.variables, 0.5)).notes == []


def test_five_notes_and_a_count() -> None:
    notes = offers(" + ".join(f"(exp({name}) - 1)" for name in "abcdfgh"))
    assert len(notes) == 6
    assert notes[-1] == "… and 2 more naive spellings"
    assert offers(" + ".join(f"(exp({name}) - 1)" for name in "abcdfg"))[-1] == "… and 1 more naive spelling"


LARGE: dict[str, Callable[[int], str]] = {
    "nested": lambda n: "log(1+exp(" * n + "x" + "))" * n,
    "signs": lambda n: "log(1+exp(" + "-" * 5 * n + "x))",
    "terms": lambda n: "log(" + "+".join(f"exp(x*{k})" for k in range(n // 4)) + ")",
    "prefixes": lambda n: "; ".join(
        ["s0 = exp(x)", *(f"s{k} = s{k - 1} + exp({k}*x); l{k} = log(s{k})" for k in range(1, 3 * n // 20))]
    ),
    "many": lambda n: "+".join(f"1/(1+exp(-x*{k}))" for k in range(11 * n // 20)),
    "variables": lambda n: "+".join([f"a{k}" for k in range(3 * n // 20)] + [f"log(1+a{k})" for k in range(3 * n // 20)]),
    "arguments": lambda n: "exp(max(" + "x," * (5 * n // 2) + "y)) - 1",
    "shared": lambda n: "y = " + "-" * n + "x; " + "+".join(f"log({k} + exp(y))" for k in range(n // 2)),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("size", sized(2_000, 20_000))
@pytest.mark.parametrize("shape", LARGE)
def test_long_and_deep(shape: str, size: int) -> None:
    notes = offers(LARGE[shape](size))
    assert len(notes) <= 6
    assert all(len(note) < 300 for note in notes)


def test_nothing_is_loaded_where_nothing_is_suspected() -> None:
    code = (
        "import sys, autodiff; autodiff.parse({!r}).at(x=1).notes;"
        "print(sorted(sys.modules.keys() & {{'autodiff.trust.naive.' + n for n in ('table', 'matching', 'forms', 'advice')}}))"
    )
    for text, loaded in (("3*x + sin(x)*2 - x^2", False), ("log(1 + x)", True)):
        done = subprocess.run([sys.executable, "-c", code.format(text)], capture_output=True, text=True, timeout=60)
        assert (done.stdout != "[]\n") is loaded, done.stderr
