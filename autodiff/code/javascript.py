"""JavaScript: how it spells formulas."""

from __future__ import annotations

import math
import re

from autodiff.code.identifiers import Naming
from autodiff.code.lower import Dialect
from autodiff.code.program import Program, Sample
from autodiff.code.source_file import CLOSE, body, curvature, free, listed, noise, special, wanted
from autodiff.code.target import Look, Target
from autodiff.primitives import CONSTANTS
from autodiff.tape import Const
from autodiff.writing.styles import ATOM, CONSTANT, Shape, Sign, Style

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
    words = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN", "null": "null"}
    return words.get(number.text) or _spelled(number.value).removesuffix(".0")


def _spelled(value: float) -> str:
    """Without zeros and signs that an exponent does not need."""
    return re.sub(r"e\+?(-?)0*", r"e\1", repr(value))


STYLE = Style(
    signs={
        "or": Sign(" || ", 3, 5, 5),
        "and": Sign(" && ", 4, 4, 5),
        "not": Sign("!", 15, 0, ATOM),
        "eq": Sign(" === ", 8, 9, 9),
        "ne": Sign(" !== ", 8, 9, 9),
        "lt": Sign(" < ", 9, 10, 10),
        "le": Sign(" <= ", 9, 10, 10),
        "gt": Sign(" > ", 9, 10, 10),
        "ge": Sign(" >= ", 9, 10, 10),
        "add": Sign(" + ", 11, 11, 12),
        "sub": Sign(" - ", 11, 11, 12),
        "mod": Sign(" % ", 12, 14, 14),
        "div": Sign(" / ", 12, 14, 14),
        "mul": Sign(" * ", 13, 14, 14),
        "pow": Sign(" ** ", 14, CONSTANT, 15),
        "neg": Sign("-", 15, 0, 16),
    },
    calls={op: f"Math.{op}" for op in _MATH.split()},
    shapes={"if": Shape(1, ((0, 2), " ? ", (1, 2), " : ", (2, 1)))},
    literal=literal,
    chained=frozenset({"mul", "div", "or", "and"}),
)

JAVASCRIPT = Dialect(
    STYLE,
    native=frozenset([*STYLE.signs, *STYLE.calls, "if", "copy"]),
    guarded=frozenset({"pow", "mod", "hypot", "cbrt"}),
    easy=frozenset({"pow"}),
)


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
        *listed(f"export function {program.name}(", program.params, ") {", LOOK),
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
    """A property; in brackets where it would be the prototype."""
    return '["__proto__"]' if name == "__proto__" else name


def _self_test(program: Program, sample: Sample) -> list[list[str]]:
    """The numbers of the sample point, checked where the file is run by itself."""
    point = [_number(sample.point[name]) for name in program.variables]
    wrt, found, close, numbers = program.wrt, *(free(program, name) for name in ("found", "close", "numbers"))
    places = [f"{found}.value", *[f"{found}.gradient.{name}" for name in wrt]] if program.order > 0 else [found]
    places += [f"{found}.hessian.{a}.{b}" for a in wrt for b in wrt] if program.order == 2 else []
    checked = [(f'"{name}"', place, _number(value)) for (name, value), place in zip(wanted(program, sample), places)]
    rows = [line for items in checked for line in listed("[", items, "],", LOOK, "    ")]
    single = f"  const {numbers} = [[{', '.join(checked[0])}]];"
    check = [
        "/** The numbers of a sample point that differ from those of the interpreter. */",
        "export function selfTest() {",
        f"  const {close} = (x, y) =>",
        "    Object.is(x + 0, y + 0) ||",
        f"    Math.abs(x - y) <= {CLOSE} * Math.max(Math.abs(x), Math.abs(y)) + {_spelled(float(noise(program, sample)))};",
        *listed(f"const {found} = {program.name}(", point, ");", LOOK, "  "),
        *([f"  const {numbers} = [", *rows, "  ];"] if len(rows) > 1 or len(single) > LOOK.width else [single]),
        f"  return {numbers}.filter(([, x, y]) => !{close}(x, y));",
        "}",
    ]
    main = [
        'if (typeof process !== "undefined" && process.argv?.[1]) {',
        '  const { realpathSync } = await import("node:fs");',
        '  const { pathToFileURL } = await import("node:url");',
        "  if (import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {",
        "    const wrong = selfTest();",
        "    for (const [name, x, y] of wrong)",
        "      console.error(`${name} is ${x}, not ${y}`);",
        '    if (wrong.length === 0) console.log("self-test: ok");',
        "    process.exitCode = wrong.length === 0 ? 0 : 1;",
        "  }",
        "}",
    ]
    return [check, main]


def _number(value: float) -> str:
    return _spelled(value) if math.isfinite(value) else special(value, "NaN", "Infinity")


TARGET = Target("JavaScript", JAVASCRIPT, Naming(WORDS | {"selfTest"}), LOOK, _exported, _self_test)
