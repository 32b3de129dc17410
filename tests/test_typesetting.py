"""Formulas as LaTeX and as MathML: read back by the rules of books, they mean the same."""

from __future__ import annotations

import math
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from corpus import program
from hypothesis import given, settings
from hypothesis import strategies as st
from length import sized

import autodiff
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import CONDITIONS, ROWS, Primitive
from autodiff.reading.resolve import resolve
from autodiff.tape import Const, Recorder, Tape
from autodiff.writing import latex, mathml
from autodiff.writing.formulas import statements


def tape_of(text: str, *names: str) -> Tape:
    formula = autodiff.parse(text)
    return resolve(formula.tape, names or formula.variables)[0]


def typeset(text: str) -> str:
    return ";".join(latex.reading(tape_of(text)))


# LaTeX read back: an independent parser, with the precedence of books ---------------------------------------------------

TOKEN = re.compile(
    r"\\(?:mathrm|text|operatorname)\{(?:\\.|[^\\{}])*\}|\\begin\{cases\}|\\end\{cases\}|\\left\\?[a-z]*[|(]?|\\right\\?[a-z]*[|)]?"
    r"|\\\\|\\[A-Za-z]+|\\,|[\d.]+(?:e-?\d+)?|\S"
)
FUNCTIONS = {
    r"\ln": "log", r"\arcsin": "asin", r"\arccos": "acos", r"\arctan": "atan", r"\Gamma": "gamma", r"\psi": "digamma",
    r"\operatorname{arsinh}": "asinh", r"\operatorname{arcosh}": "acosh", r"\operatorname{artanh}": "atanh",
    r"\operatorname{sgn}": "sign",
}  # fmt: skip
COMPARE = {"<": "<", ">": ">", "=": "==", r"\le": "<=", r"\ge": ">=", r"\ne": "!="}
FENCES = {r"\left|": "abs", r"\left\lfloor": "floor", r"\left\lceil": "ceil"}
ENDS = {"", "+", "-", "}", "]", ")", ",", "&", r"\\", r"\bmod", r"\land", r"\lor", r"\end{cases}", *COMPARE}
CALLS = {f"\\operatorname{{{row.name}}}" for row in ROWS} | {f"\\{name}" for name in latex.KNOWN} | set(FUNCTIONS)


class Reader:
    """Recursive descent: sums of products of powers; a minus at the beginning takes the whole product."""

    def __init__(self, text: str, names: dict[str, str]) -> None:
        text = re.sub(r"(?<![\d.}])(?:([\d.]+) \\times )?10\^\{(-?\d+)\}", lambda found: f"{found[1] or 1}e{found[2]}", text)
        self.tokens, self.at, self.names = TOKEN.findall(text), 0, names

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *expected: str) -> str:
        token = self.peek()
        assert not expected or token in expected, f"{token} for {expected} in {self.tokens}"
        self.at += 1
        return token

    def chain(self, part: Callable[[], str], signs: dict[str, str]) -> str:
        text = part()
        while self.peek() in signs:
            text = f"({text} {signs[self.take()]} {part()})"
        return text

    def condition(self) -> str:
        return self.chain(lambda: self.chain(self.negation, {r"\land": "and"}), {r"\lor": "or"})

    def negation(self) -> str:
        if self.peek() == r"\lnot":
            self.take()
            return f"not {self.atom()}"
        return self.chain(self.remainder, COMPARE)

    def remainder(self) -> str:
        return self.chain(self.sum, {r"\bmod": "%"})

    def sum(self) -> str:
        text = f"(-{self.product()})" if self.peek() == "-" and self.take() else self.product()
        while self.peek() in ("+", "-"):
            text = f"({text} {self.take()} {self.product()})"
        return text

    def product(self) -> str:
        text = self.power()
        while self.peek() not in (
            "",
            "+",
            "-",
            "}",
            "]",
            ")",
            ",",
            "&",
            r"\\",
            r"\bmod",
            r"\land",
            r"\lor",
            r"\end{cases}",
            *COMPARE,
        ):
            if self.peek().startswith(r"\right"):
                break
            if self.peek() in (r"\cdot", r"\,"):
                self.take()
            text = f"({text} * {self.power()})"
        return text

    def power(self) -> str:
        text = self.atom()
        while self.peek() == "^":
            self.take()
            text = f"({text} ^ {self.group()})"
        return text

    def group(self, opening: str = "{", closing: str = "}") -> str:
        self.take(opening)
        text = self.condition()
        self.take(closing)
        return text

    def arguments(self) -> list[str]:
        self.take(r"\left(")
        found = [self.condition()]
        while self.peek() == ",":
            self.take()
            found.append(self.condition())
        self.take(r"\right)")
        return found

    def atom(self) -> str:
        token = self.peek()
        name = self.name()
        if name:
            return name
        self.take()
        if token[:1].isdigit() or token[:1] == ".":
            return token
        if token == r"\left(":
            self.at -= 1
            return f"({self.arguments()[0]})"
        if token in FENCES:
            text = self.condition()
            self.take(token.replace("left", "right", 1).replace("lfloor", "rfloor").replace("lceil", "rceil"))
            return f"{FENCES[token]}({text})"
        if token == r"\frac":
            return f"({self.group()} / {self.group()})"
        if token == r"\sqrt":
            if self.peek() != "[":
                return f"sqrt({self.group()})"
            self.take()
            degree = self.condition() if self.peek() != "{" else self.group()
            self.take("]")
            return f"cbrt({self.group()})" if degree == "3" and self.tokens else f"root({self.group()}, {degree})"
        if token == r"\mathrm{e}" and self.peek() == "^":
            self.take()
            return f"exp({self.group()})"
        if token == r"\begin{cases}":
            x = self.condition()
            self.take("&")
            p = self.condition()
            self.take(r"\\")
            y = self.condition()
            self.take("&")
            self.take(r"\text{otherwise}")
            self.take(r"\end{cases}")
            return f"if({p}, {x}, {y})"
        return self.call(token)

    def call(self, token: str) -> str:
        if token == r"\log":
            self.take("_")
            base = self.group()
            argument = self.arguments()[0]
            return f"log{base}({argument})" if base in ("2", "10") else f"log({argument}, {base})"
        if token in (r"\psi", r"\operatorname{sinc}") and self.peek() == "^":
            self.take()
            self.take("{")
            self.take("(")
            order = self.condition()
            self.take(")")
            self.take("}")
            return f"{'dsinc' if 'sinc' in token else 'polygamma'}({order}, {self.arguments()[0]})"
        assert token in CALLS, f"{token} in {self.tokens}"
        name = FUNCTIONS.get(token) or re.sub(r"\\operatorname\{(.*)\}|\\(.*)", r"\1\2", token)
        return f"{name}({', '.join(self.arguments())})"

    def name(self) -> str:
        """The longest name that stands here."""
        for length in (6, 5, 4, 3, 2, 1):
            found = self.names.get("".join(self.tokens[self.at : self.at + length]))
            if found and not (found == "e" and self.tokens[self.at + 1 : self.at + 2] == ["^"]):
                self.at += length
                return found
        return ""


def read_back(statements: list[str], names: list[str]) -> str:
    known = {latex.name(name): name for name in names} | {r"\mathrm{e}": "e", r"\pi": "pi", r"\tau": "tau"}
    texts = []
    for statement in statements[:-1]:
        left, right = statement.split(" = ", 1)
        texts.append(f"{known[left]} = {Reader(right, known).condition()}")
    last = statements[-1]
    left, _, right = last.partition(" = ")
    named = left in known and "=" in last and not left.startswith(r"\begin")
    reader = Reader(right if named else last, known)
    return "; ".join([*texts, (f"{known[left]} = " if named else "") + reader.condition()])


def same(a: float, b: float) -> bool:
    """Equal, but for the last digits: e^3 and exp(3) are written alike."""
    return a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-12)


@settings(max_examples=150)
@given(st.integers(0, 2**40), st.integers(0, 4), st.tuples(*[st.floats(-4, 4)] * 3))
def test_a_random_formula_reads_back_as_the_same(seed: int, depth: int, point: tuple[float, ...]) -> None:
    tape = tape_of(program(random.Random(seed), "xyz", depth))
    names, found = statements(tape)
    every = [*tape.variables(), *names.values(), *(name for name, _ in found)]
    text = read_back(latex.reading(tape), [name for name in every if name])
    again = tape_of(text, *tape.variables())
    at = dict(zip("xyz", point)) | dict.fromkeys(every, 0.5)
    assert same(evaluate(tape, at)[tape.output], evaluate(again, at)[again.output]), text
    assert latex.reading(again) == latex.reading(tape)


def test_the_reader_notices_a_bracket_that_is_missing() -> None:
    assert read_back([r"a \left(b + c\right)"], ["a", "b", "c"]) != read_back([r"a b + c"], ["a", "b", "c"])
    assert read_back(["-x^{2}"], ["x"]) != read_back([r"\left(-x\right)^{2}"], ["x"])


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3*(a + b*c)", r"3\left(a + b\,c\right)"),
        ("2*x", "2x"),
        ("2*3", r"2 \cdot 3"),
        ("x*2", r"x \cdot 2"),
        ("a*b*2*c", r"a\,b \cdot 2c"),
        ("a*(b + c)", r"a \cdot \left(b + c\right)"),
        ("(a + b)*(c + d)", r"\left(a + b\right)\left(c + d\right)"),
        ("2*(-3)", r"2 \cdot \left(-3\right)"),
        ("2*(-x)", r"2 \cdot \left(-x\right)"),
        ("2*(1/2)", r"2 \cdot \frac{1}{2}"),
        ("a - (b + c)", r"a - \left(b + c\right)"),
        ("-x^2", "-x^{2}"),
        ("(-x)^2", r"\left(-x\right)^{2}"),
        ("(a/b)^2", r"\left(\frac{a}{b}\right)^{2}"),
        ("2^(a/b)", r"2^{\frac{a}{b}}"),
        ("(x + 1)/(y*z)", r"\frac{x + 1}{y\,z}"),
        ("1e-3*x + 2.5e+10", r"10^{-3}\,x + 2.5 \times 10^{10}"),
        ("2*sin(x)*cos(x)", r"2\sin\left(x\right)\,\cos\left(x\right)"),
        ("sqrt(abs(x))", r"\sqrt{\left|x\right|}"),
        ("log(x, b)", r"\log_{b}\left(x\right)"),
        ("pi*x + e", r"\pi\,x + \mathrm{e}"),
        ("(x % 2)*y", r"\left(x \bmod 2\right)\,y"),
        ("u = x*y; u^2", r"u = x\,y;u^{2}"),
    ],
)
def test_what_people_would_write(text: str, written: str) -> None:
    assert typeset(text) == written


@pytest.mark.parametrize(
    ("name", "written", "element"),
    [
        ("b", "b", "<mi>b</mi>"),
        ("w1", "w_{1}", "<msub><mi>w</mi><mn>1</mn></msub>"),
        ("x_12", "x_{12}", "<msub><mi>x</mi><mn>12</mn></msub>"),
        ("x_i", "x_{i}", "<msub><mi>x</mi><mi>i</mi></msub>"),
        ("v_max", r"v_{\mathrm{max}}", "<msub><mi>v</mi><mi>max</mi></msub>"),
        ("cost", r"\mathrm{cost}", "<mi>cost</mi>"),
        ("alpha", r"\alpha", "<mi>α</mi>"),
        ("α", r"\alpha", "<mi>α</mi>"),
        ("lambda2", r"\lambda_{2}", "<msub><mi>λ</mi><mn>2</mn></msub>"),
        ("epsilon", r"\varepsilon", "<mi>ε</mi>"),
        ("Omega", r"\Omega", "<mi>Ω</mi>"),
        ("x__y", r"\mathrm{x\_\_y}", "<mi>x__y</mi>"),
        ("_", r"\mathrm{\_}", '<mi mathvariant="normal">_</mi>'),
        ("变量", r"\text{变量}", "<mtext>变量</mtext>"),
        ("变1", r"\text{变}_{1}", "<msub><mtext>变</mtext><mn>1</mn></msub>"),
        ("end", r"\mathrm{end}", "<mi>end</mi>"),
    ],
)
def test_names(name: str, written: str, element: str) -> None:
    assert latex.name(name) == written
    assert mathml.name(name) == element


@pytest.mark.parametrize(
    ("number", "written", "element"),
    [
        ("2", "2", "<mn>2</mn>"),
        ("-0.5", "-0.5", "<mrow><mo>−</mo><mn>0.5</mn></mrow>"),
        ("1e-3", "10^{-3}", "<msup><mn>10</mn><mrow><mo>−</mo><mn>3</mn></mrow></msup>"),
        ("2.5e+10", r"2.5 \times 10^{10}", "<mrow><mn>2.5</mn><mo>×</mo><msup><mn>10</mn><mn>10</mn></msup></mrow>"),
        ("inf", r"\infty", "<mi>∞</mi>"),
        ("-inf", r"-\infty", "<mrow><mo>−</mo><mi>∞</mi></mrow>"),
        ("nan", r"\mathrm{NaN}", "<mi>NaN</mi>"),
    ],
)
def test_numbers(number: str, written: str, element: str) -> None:
    assert latex.number(number) == written
    assert mathml.number(number) == element


def example(row: Primitive) -> Tape:
    """A row applied to variables of its own names; a condition within a choice."""
    recorder = Recorder()
    count = 3 if row.variadic else len(row.names)
    args = [recorder.var(name) for name in ([*row.names, "y", "z"] if row.variadic else row.names)]
    if row.name in ("and", "or", "not"):
        args = [recorder.apply("lt", (args[k], recorder.const(1.0, "1"))) for k in range(count)]
    place = recorder.apply(row.name, tuple(args))
    if row.name in CONDITIONS:
        place = recorder.apply("if", (place, recorder.const(1.0, "1"), recorder.const(0.0, "0")))
    return Tape(recorder.nodes, place)


@pytest.mark.parametrize("row", [row for row in ROWS if row.name != "if"], ids=lambda row: row.name)
def test_every_row(row: Primitive) -> None:
    tape = example(row)
    written = latex.reading(tape)
    assert latex.reading(tape_of(read_back(written, list(tape.variables())), *tape.variables())) == written
    assert "#" not in written[0]
    element = ET.fromstring(mathml.math(mathml.reading(tape)[0]))
    text = "".join(element.itertext())
    for name in tape.variables():
        assert name in text


CLOSING = {"(": ")", "|": "|", "⌊": "⌋", "⌈": "⌉"}


def assert_fenced(root: ET.Element, fence: ET.Element) -> None:
    """A fence and what it holds are a group of three, and it stretches only around what is high."""
    first, inside, last = next(parent for parent in root.iter() if fence in list(parent))
    assert CLOSING[str(first.text)] == last.text
    high = any(part.tag.endswith(("mfrac", "mtable")) for part in inside.iter())
    assert first.attrib == last.attrib == ({} if high else {"stretchy": "false"})


SHAPES = {"mfrac": 2, "msup": 2, "msub": 2, "mroot": 2}


@settings(max_examples=200)
@given(st.integers(0, 2**40), st.integers(0, 4))
def test_mathml_is_well_formed(seed: int, depth: int) -> None:
    tape = tape_of(program(random.Random(seed), ["x", "w1", "数", "lambda", "x_max", "A"], depth))
    for written, body in zip(latex.reading(tape), mathml.reading(tape), strict=True):
        root = ET.fromstring(mathml.math(body, block=True))
        for element in root.iter():
            tag = element.tag.rpartition("}")[2]
            assert len(element) == SHAPES.get(tag, len(element)), tag
            if tag == "msqrt":
                assert len(element) == 1
            if tag in ("mi", "mn", "mo", "mtext"):
                assert element.text
                assert not len(element)
                assert "\\" not in element.text
            if element.text in CLOSING:
                assert_fenced(root, element)
        count = {tag: sum(e.tag.endswith(f"}}{tag}") for e in root.iter()) for tag in ("mfrac", "msqrt", "mroot")}
        assert count["mfrac"] == written.count(r"\frac{")
        assert (count["msqrt"], count["mroot"]) == (written.count(r"\sqrt{"), written.count(r"\sqrt["))


@pytest.mark.parametrize(
    ("text", "count"), [("y = -x", 1), ("a - b", 0), ("max(a, -b) - c", 1), ("if(x > -y, -x, x - y)", 1), ("-(-x)*y", 0)]
)
def test_a_sign_of_its_own_is_no_difference(text: str, count: int) -> None:
    """What follows an operator has no left operand, so no room for one."""
    root = ET.fromstring(mathml.math(mathml.reading(tape_of(text))[0]))
    assert sum(element.get("form") == "prefix" for element in root.iter() if element.text == "−") == count


def test_user_text_is_harmless() -> None:
    assert mathml.from_latex(r"\text{<script>\&\_}") == "<mtext>&lt;script&gt;&amp;_</mtext>"
    assert latex.escape(r"50% of $x_1 & {y} #^~\z") == (
        r"50\% of \$x\_1 \& \{y\} \#\textasciicircum{}\textasciitilde{}\textbackslash{}z"
    )


def test_a_step_in_names_and_in_numbers() -> None:
    sheet = autodiff.parse("u = a*b; J = u/(a - 1)").at(a=-3, b=1e-7)
    place = sheet.shown[-1]
    assert latex.step(sheet.tape, place, sheet.names.get) == r"\frac{u}{t1}".replace("t1", sheet.names[sheet.shown[-2]])
    first = next(i for i in sheet.shown if sheet.names[i] == "u")
    numbers = {i: f"{value:.6g}" for i, value in enumerate(sheet.values)}
    assert latex.step(sheet.tape, first, numbers.get) == r"\left(-3\right) \cdot 10^{-7}"


def test_a_branch_that_is_not_taken_is_left_out() -> None:
    sheet = autodiff.parse("if(x > 0, sqrt(x), -x)").at(x=4)
    assert latex.step(sheet.tape, sheet.tape.output, sheet.names.get, True) == (
        r"\begin{cases} u & x > 0 \\ \dots & \text{otherwise} \end{cases}"
    )


def test_the_only_word_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latex, "say", lambda text: {"otherwise": "其他"}[text])
    assert typeset("if(x > 0, x, -x)") == r"\begin{cases} x & x > 0 \\ -x & \text{其他} \end{cases}"


@pytest.mark.parametrize("levels", sized(2_000, 20_000))
@pytest.mark.parametrize(("before", "after"), [("(", "+1)"), ("sqrt(", ")"), ("-", "")])
def test_depth(before: str, after: str, levels: int) -> None:
    tape = tape_of(before * levels + "x" + after * levels)
    assert mathml.reading(tape)[0].count("<mi>x</mi>") == latex.reading(tape)[0].count("x") == 1


@pytest.mark.parametrize("levels", sized(5_000, 100_000))
def test_deep_roots_of_roots_are_linear(levels: int) -> None:
    recorder = Recorder()
    place = recorder.var("x")
    for _ in range(levels):
        place = recorder.apply("root", (recorder.var("x"), place))
    body = mathml.reading(Tape(recorder.nodes, place))[0]
    assert body.count("<mroot>") == levels


def test_infinite_constants_have_a_sign() -> None:
    recorder = Recorder()
    place = recorder.apply("mul", (recorder.add(Const(math.inf, "inf", (0, 0))), recorder.var("x")))
    assert latex.reading(Tape(recorder.nodes, place)) == [r"\infty\,x"]
