"""Rust: how it spells formulas, and a file of it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from autodiff.code.identifiers import Naming
from autodiff.code.program import Program, curvature
from autodiff.code.self_test import SelfTest, TestData, Words, own
from autodiff.code.source_file import body, cut, in_brackets
from autodiff.code.spelling import SIGNS, dialect, numeral
from autodiff.code.target import BREAK, Lines, Look, Target
from autodiff.tape import Const
from autodiff.writing.styles import Shape, Style

_RESERVED = """as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut
pub ref return self Self static struct super trait true type unsafe use where while abstract become box do final macro override priv
try typeof unsized virtual yield gen f64 main std _ None Some Ok Err Box"""
WORDS = frozenset(_RESERVED.split())

_MATH = "sqrt cbrt exp log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh floor ceil hypot abs"
_OTHER = {"log": "ln", "log1p": "ln_1p", "expm1": "exp_m1", "pow": "powf"}


def literal(number: Const) -> str:
    """A number in Rust: never an integer."""
    if number.text in ("pi", "e", "tau"):
        return f"std::f64::consts::{number.text.upper()}"
    return numeral(number.value, "f64::NAN", "f64::INFINITY", repr)


STYLE = Style(
    signs=SIGNS,
    calls={**{op: f"f64::{op}" for op in _MATH.split()}, **{op: f"f64::{name}" for op, name in _OTHER.items()}},
    shapes={"if": Shape(1, ("if ", (0, 0), f" {{{BREAK}", (1, 0), f"{BREAK}}} else {{{BREAK}", (2, 0), f"{BREAK}}}"))},
    literal=literal,
    chained=frozenset({"or"}),
    apart=frozenset({"if"}),
)

DIALECT = dialect(STYLE)

LOOK = Look(
    remark="//",
    let="let {name} = {text};",
    opening="fn {name}({params}) -> f64 {{",
    parameter="{name}: f64",
    result="    {text}",
    closing=("}",),
    indent="    ",
    width=100,
    spaced=True,
)
SHORT, NARROW = 60, 10  # signs of what stands between brackets in one line; of things that share lines
_LINTS = "collapsible_else_if eq_op excessive_precision let_and_return too_many_arguments type_complexity"
_ALLOWED = ["#[allow(", "    non_snake_case,", *[f"    clippy::{lint}," for lint in _LINTS.split()]]
_ALLOWED = [*_ALLOWED[:-1], _ALLOWED[-1].rstrip(","), ")]"]


def _exported(program: Program) -> Lines:
    """The value alone, or a tuple of it, the gradient and the Hessian."""
    n = len(program.wrt)
    kinds = ["f64", f"[f64; {n}]", f"[[f64; {n}]; {n}]"][: program.order + 1]
    about = ["The value", f"the derivatives towards {', '.join(program.wrt)}", "the second derivatives, row by row"]
    params = [LOOK.parameter.format(name=name) for name in program.params]
    given = kinds[0] if program.order == 0 else f"({', '.join(kinds)})"
    return [
        f"/// {'; '.join(about[: program.order + 1])}.",
        *_ALLOWED,
        *in_brackets(f"pub fn {program.name}(", params, f") -> {given} {{", LOOK),
        *body(program, LOOK),
        *_returned(program),
        "}",
    ]


def _returned(program: Program) -> Lines:
    if program.order == 0:
        return cut(f"    {program.value}", LOOK, last=True)
    n = len(program.wrt)
    parts = [[program.value], _array([cut(slope, LOOK) for slope in program.slopes], 8)]
    if program.order == 2:
        rows = [_array([cut(curvature(program, i, j), LOOK) for j in range(n)], 12) for i in range(n)]
        parts.append(_array(rows, 8))
    return [f"    {line}" for line in _in_brackets("(", parts, ")")]


def _array(items: Sequence[Lines], margin: int) -> Lines:
    """An array of things that take some lines each."""
    return _in_brackets("[", items, "]", NARROW, margin)


def _in_brackets(opening: str, items: Sequence[Lines], closing: str, narrow: int = 0, margin: int = 0) -> Lines:
    """Things in one line, or as many in a line as fit, if all are narrow, or each for itself."""
    texts = [item[0] for item in items]
    single = all(len(item) == 1 for item in items)
    if single and len(", ".join(texts)) <= SHORT:
        return [f"{opening}{', '.join(texts)}{closing}"]
    if single and len(items) > 1 and all(len(text) <= narrow for text in texts):
        inner = wrap(", ".join(texts) + ",", LOOK.width - margin - 4)
    else:
        inner = [line for item in items for line in [*item[:-1], f"{item[-1]},"]]
    return [opening, *[f"    {line}" for line in inner], closing]


def _called(opening: str, args: Sequence[str], closing: str) -> Lines:
    """A call, within the function."""
    first, *rest = _in_brackets("(", [[arg] for arg in args], ")", NARROW, 4)
    lines = [opening + first, *rest]
    return [f"    {line}" for line in [*lines[:-1], lines[-1] + closing]]


CHECK = """
/// Whether a number is not that of the interpreter.
fn ‹differs›(name: &str, a: f64, b: f64) -> bool {
    let noise = ‹relative› * a.abs().max(b.abs()) + ‹absolute›;
    if a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= noise {
        return false;
    }
    eprintln!("{} is {}, not {}", name, a, b);
    true
}
"""

MAIN = """
/// The exit code is 1 where the numbers of a sample point differ.
#[allow(clippy::excessive_precision)]
fn main() {
‹call›
    let mut wrong = false;
‹checks›
    if wrong {
        std::process::exit(1);
    }
    println!("self-test: ok");
}
"""


def _words(program: Program, data: TestData) -> Words:
    results = (["value", "gradient", "hessian"] if program.wrt else ["value", "_", "_"])[: program.order + 1]
    found = f"({', '.join(results)})" if program.order else "value"
    return {
        "call": _called(f"let {found} = {program.name}", data.point, ";"),
        "checks": [line for check in data.checks for line in _called(f"wrong |= {data.names['differs']}", check.texts, ";")],
    }


SELF_TEST = SelfTest(
    (CHECK, MAIN),
    number=lambda value: numeral(value, "f64::NAN", "f64::INFINITY"),
    names=own("differs"),
    words=_words,
    value="value",
    slope="gradient[‹i›]",
    curvature="hessian[‹i›][‹j›]",
)

TARGET = Target("Rust", DIALECT, Naming(WORDS, ascii=True), LOOK, _exported, SELF_TEST)
