"""Every row says why its derivative is what it is, in both languages, and what its sentence claims is true."""

import json
import re

import mpmath
import pytest
from console import ROOT, inside
from length import each

import autodiff
from autodiff.messages import translated
from autodiff.page.html import page as interactive
from autodiff.passes.reasons import reason
from autodiff.primitives import ROWS, TABLE, Primitive
from autodiff.study.explanation import explain
from autodiff.tape import Tape
from autodiff.writing.formulas import expression

VALUES = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "log2": lambda x: mpmath.log(x, 2), "log10": mpmath.log10,
    "log1p": lambda x: mpmath.log(1 + x), "log_base": lambda x, b: mpmath.log(x, b), "root": lambda x, n: x ** (1 / n),
    "sinc": mpmath.sinc,
}  # fmt: skip

CLAIMS = {  # what the formulas of a sentence are said to be
    "root": ["value"],
    "log2": ["of 2", "of 2"],
    "log10": ["of 10", "of 10"],
    "log1p": ["1/slope"],
    "log_base": ["value", "of b", "value"],
    "sigmoid": ["slope", "slope"],
    "tan": ["1"],
    "asin": ["1/slope"],
    "acos": ["1/slope"],
    "atan": ["1/slope"],
    "sinc": ["value"],
    "sinh": ["2*value"],
    "cosh": ["2*value"],
    "tanh": ["slope", "slope"],
    "asinh": ["1/slope"],
    "acosh": ["1/slope"],
    "atanh": ["1/slope"],
}


def formulas(row: Primitive) -> list[str]:
    return [piece for sentence in row.reason for piece in sentence.split("`")[1::2]]


@each(ROWS)
def test_a_row_has_its_reason_in_both_languages(row: Primitive) -> None:
    """One for all parameters or one for each."""
    assert len(row.reason) in {1, len(row.names)}
    for sentence in row.reason:
        chinese = translated(sentence, "zh")
        assert chinese != sentence
        assert sorted(chinese.split("`")[1::2]) == sorted(sentence.split("`")[1::2])
    assert len(formulas(row)) == len(CLAIMS.get(row.name, []))


@pytest.mark.parametrize("op", CLAIMS)
def test_its_formulas_are_what_they_are_said_to_be(op: str) -> None:
    value = VALUES.get(op) or getattr(mpmath, op)
    with mpmath.workdps(40):
        for x in map(mpmath.mpf, ("1.25", "2.5", "7") if op == "acosh" else ("0.125", "0.5", "0.875")):
            args = [x, mpmath.mpf(3)][: len(TABLE[op].names)]
            out, slope = value(*args), mpmath.diff(lambda t, value=value, args=args: value(t, *args[1:]), x)
            known = {"value": out, "2*value": 2 * out, "slope": slope, "1/slope": 1 / slope, "1": mpmath.mpf(1)}
            known |= {"of 2": mpmath.log(2), "of 10": mpmath.log(10), "of b": mpmath.log(3)}
            names = {**vars(mpmath), **VALUES, "out": out, **dict(zip(TABLE[op].names, args))}
            for text, claim in zip(formulas(TABLE[op]), CLAIMS[op]):
                assert mpmath.almosteq(eval(text.replace("^", "**"), names), known[claim], rel_eps=1e-15), (op, text)


def test_names_of_steps_take_the_place_of_parameters() -> None:
    text = inside(["eval", "z = 2*x; a = sigmoid(z); a^2", "x=0.5", "--explain"], ROOT).stdout
    assert "; a*(1 - a), as every course writes it; a*sigmoid(-z) is the same" in text
    latex = inside(["eval", "z = 2*x; a = sigmoid(z); a^2", "x=0.5", "--explain", "--format", "latex"], ROOT).stdout
    assert r"$a \cdot \left(1 - a\right)$, as every course writes it" in latex
    assert "2*(1 - 2)" not in inside(["eval", "sigmoid(2) + x", "x=1", "--explain"], ROOT).stdout


@pytest.mark.parametrize("text", ["3*(a+b*c)", "a/b + a/c - exp(a)*b + relu(a) + relu(b)"])
def test_a_reason_is_said_once(text: str) -> None:
    formula = autodiff.parse(text)
    done = inside(["eval", text, *(f"{name}={k + 2}" for k, name in enumerate(formula.variables)), "--explain"], ROOT).stdout
    used = {getattr(node, "op", "") for node in formula.tape.nodes}
    for row in ROWS:
        counts = [done.count(sentence) for sentence in row.reason if "`" not in sentence]
        assert max(counts, default=0) <= 1, row.name
        assert not counts or any(counts) == (row.name in used), row.name


@pytest.mark.parametrize(
    ("x", "said"), [(2, "x > 0 holds, so the first branch"), (-2, "x > 0 does not hold, so the second branch")]
)
def test_which_branch_and_why(x: int, said: str) -> None:
    assert said in inside(["eval", "if(x > 0, x^2, -x)", f"x={x}", "--explain"], ROOT).stdout


@pytest.mark.parametrize("row", [row for row in ROWS if formulas(row)], ids=lambda row: row.name)
def test_formulas_are_written_back_as_they_stand(row: Primitive) -> None:
    for argument, sentence in enumerate(row.reason):
        pieces = reason(row.name, argument, {})
        written = [expression(piece, piece.output, lambda _: None) for piece in pieces if isinstance(piece, Tape)]
        assert written == sentence.split("`")[1::2]


def test_the_page_has_them_in_its_data() -> None:
    sheet = autodiff.parse("a = sigmoid(2*z); if(a > 0, a/z, a)").at(z=1.0)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', interactive(sheet), re.DOTALL)
    assert found is not None
    said, places = json.loads(found[1])["reasons"]
    told = {language: {at: [texts[k] for k in known] for at, known in places.items()} for language, texts in said.items()}
    names = {name: str(place) for place, name, *_ in json.loads(found[1])["nodes"]}
    assert told["en"][names["a"]][0].startswith("a*(1 - a), as every course writes it")
    assert told["zh"][names["a"]][0].startswith("课程里都写作 a*(1 - a)")
    assert len(told["en"][names["a"]]) == 1
    assert [len(sentences) for sentences in told["en"].values() if "numerator" in sentences[0]] == [2]


def test_a_number_stands_for_itself() -> None:
    found = explain(autodiff.parse("log(x, 2)").at(x=8), 1e-3, None)
    assert found.sheet.value == 3
    assert "it is log(x)/log(2)" in inside(["eval", "log(x, 2)", "x=8", "--explain"], ROOT).stdout
