"""JavaScript: how it spells formulas."""

from __future__ import annotations

import re

from autodiff.code.identifiers import Naming, is_plain
from autodiff.code.program import Program, curvature
from autodiff.code.self_test import SelfTest, TestData, Words, own
from autodiff.code.source_file import body, in_brackets
from autodiff.code.spelling import CHOICE, SIGNS, dialect, numeral
from autodiff.code.target import Look, Target
from autodiff.primitives import CONSTANTS
from autodiff.tape import Const
from autodiff.writing.styles import CONSTANT, Sign, Style

_RESERVED = """abstract arguments async await boolean break byte case catch char class const continue debugger default delete do
double else enum eval export extends false final finally float for function get goto if implements import in instanceof int
interface let long native new null of package private protected public return set short static super switch synchronized this throw
throws transient true try typeof undefined var void volatile while with yield NaN Infinity Math Number Object Array process
console globalThis"""
WORDS = frozenset(_RESERVED.split())

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh abs sign
floor ceil hypot"""


def literal(number: Const) -> str:
    """A number in JavaScript."""
    if number.text in CONSTANTS:
        return {"pi": "Math.PI", "e": "Math.E", "tau": "6.283185307179586"}[number.text]
    return "null" if number.text == "null" else _number(number.value).removesuffix(".0")


def _number(value: float) -> str:
    return numeral(value, "NaN", "Infinity", _spelled)


def _spelled(value: float) -> str:
    """Without zeros and signs that an exponent does not need."""
    return re.sub(r"e\+?(-?)0*", r"e\1", repr(value))


STYLE = Style(
    signs={
        **SIGNS,
        "eq": Sign(" === ", 8, 9, 9),
        "ne": Sign(" !== ", 8, 9, 9),
        "mod": Sign(" % ", 12, 14, 14),
        "div": Sign(" / ", 12, 14, 14),
        "mul": Sign(" * ", 13, 14, 14),
        "pow": Sign(" ** ", 14, CONSTANT, 15),
    },
    calls={op: f"Math.{op}" for op in _MATH.split()},
    shapes={"if": CHOICE},
    literal=literal,
    chained=frozenset({"mul", "div", "or", "and"}),
)

JAVASCRIPT = dialect(STYLE)


LOOK = Look(
    remark="//",
    let="const {name} = {text};",
    opening="function {name}({params}) {{",
    result="  return {text};",
    closing=("}",),
    hang="    ",
)


def _exported(program: Program) -> list[str]:
    """The function: a number alone, or the value, the gradient and the Hessian in an object."""
    value = [f"  return {program.value};"] if program.order == 0 else _returned(program)
    return [
        *in_brackets(f"export function {program.name}(", program.params, ") {", LOOK),
        *body(program, LOOK),
        *value,
        "}",
    ]


def _returned(program: Program) -> list[str]:
    wrt = program.wrt
    lines = ["  return {", f"    value: {program.value},"]
    if not wrt:
        return [*lines, *["    gradient: {},", "    hessian: {},"][: program.order], "  };"]
    lines += ["    gradient: {", *[f"      {_key(name)}: {slope}," for name, slope in zip(wrt, program.slopes)], "    },"]
    if program.order == 2:
        lines += ["    hessian: {"]
        for i, name in enumerate(wrt):
            lines += [
                f"      {_key(name)}: {{",
                *[f"        {_key(other)}: {curvature(program, i, j)}," for j, other in enumerate(wrt)],
                "      },",
            ]
        lines += ["    },"]
    return [*lines, "  };"]


def _key(name: str) -> str:
    """A property; in brackets where it would be the prototype, and in quotes where it is no identifier."""
    return '["__proto__"]' if name == "__proto__" else name if is_plain(name) else f'"{name}"'


def _property(name: str) -> str:
    """One that is asked for."""
    return f".{name}" if is_plain(name) else f'["{name}"]'


CHECK = """
/** The numbers of a sample point that differ from those of the interpreter. */
export function selfTest() {
  const ‹close› = (x, y) =>
    Object.is(x + 0, y + 0) ||
    Math.abs(x - y) <= ‹relative› * Math.max(Math.abs(x), Math.abs(y)) + ‹absolute›;
‹call›
‹table›
  return ‹numbers›.filter(([, x, y]) => !‹close›(x, y));
}
"""

MAIN = """
if (typeof process !== "undefined" && process.argv?.[1]) {
  const { realpathSync } = await import("node:fs");
  const { pathToFileURL } = await import("node:url");
  if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
    const wrong = selfTest();
    for (const [name, x, y] of wrong)
      console.error(`${name} is ${x}, not ${y}`);
    if (wrong.length === 0) console.log("self-test: ok");
    process.exitCode = wrong.length === 0 ? 0 : 1;
  }
}
"""


def _words(program: Program, data: TestData) -> Words:
    rows = [line for check in data.checks for line in in_brackets("[", check.texts, "],", LOOK, "    ")]
    numbers = data.names["numbers"]
    single = f"  const {numbers} = [[{', '.join(data.checks[0].texts)}]];"
    return {
        "absolute": _spelled(float(data.noise)),
        "call": in_brackets(f"const {data.names['found']} = {program.name}(", data.point, ");", LOOK, "  "),
        "table": [f"  const {numbers} = [", *rows, "  ];"] if len(rows) > 1 or len(single) > LOOK.width else [single],
    }


SELF_TEST = SelfTest(
    (CHECK, MAIN),
    number=_number,
    names=own("found", "close", "numbers"),
    words=_words,
    value="‹found›.value",
    slope="‹found›.gradient‹a›",
    curvature="‹found›.hessian‹a›‹b›",
    alone="‹found›",
    key=_property,
)

TARGET = Target("JavaScript", JAVASCRIPT, Naming(WORDS | {"selfTest"}), LOOK, _exported, SELF_TEST)
