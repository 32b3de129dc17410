"""Rust: how it spells formulas, and a file of it."""

from __future__ import annotations

from autodiff.code.layout import CLOSE, body, curvature, noise, special, wanted
from autodiff.code.lower import Dialect
from autodiff.code.program import Program, Sample
from autodiff.code.target import Look, Target
from autodiff.styles import Shape, Sign, Style
from autodiff.tape import Const

_RESERVED = """as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut
pub ref return self Self static struct super trait true type unsafe use where while abstract become box do final macro override priv
try typeof unsized virtual yield gen f64 main std _"""
WORDS = frozenset(_RESERVED.split())

_MATH = "sqrt cbrt exp log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh floor ceil hypot abs"
_OTHER = {"log": "ln", "log1p": "ln_1p", "expm1": "exp_m1", "pow": "powf"}


def literal(number: Const) -> str:
    """A number in Rust: never an integer."""
    if number.text in ("pi", "e", "tau"):
        return f"std::f64::consts::{number.text.upper()}"
    return {"inf": "f64::INFINITY", "-inf": "-f64::INFINITY", "nan": "f64::NAN"}.get(number.text, repr(number.value))


STYLE = Style(
    signs={
        "or": Sign(" || ", 3, 5, 5),
        "and": Sign(" && ", 4, 4, 5),
        "not": Sign("!", 15, 0, 16),
        "eq": Sign(" == ", 8, 9, 9),
        "ne": Sign(" != ", 8, 9, 9),
        "lt": Sign(" < ", 8, 9, 9),
        "le": Sign(" <= ", 8, 9, 9),
        "gt": Sign(" > ", 8, 9, 9),
        "ge": Sign(" >= ", 8, 9, 9),
        "add": Sign(" + ", 11, 11, 12),
        "sub": Sign(" - ", 11, 11, 12),
        "mul": Sign(" * ", 12, 12, 13),
        "div": Sign(" / ", 12, 12, 13),
        "mod": Sign(" % ", 12, 12, 13),
        "neg": Sign("-", 15, 0, 16),
    },
    calls={**{op: f"f64::{op}" for op in _MATH.split()}, **{op: f"f64::{name}" for op, name in _OTHER.items()}},
    shapes={"if": Shape(1, ("if ", (0, 0), " { ", (1, 0), " } else { ", (2, 0), " }"))},
    literal=literal,
    chained=frozenset({"or"}),
)

DIALECT = Dialect(
    STYLE,
    native=frozenset([*STYLE.signs, *STYLE.calls, "if", "copy"]),
    guarded=frozenset({"pow", "mod", "hypot", "cbrt"}),
    easy=frozenset({"pow"}),
)

LOOK = Look(
    remark="//",
    heading=lambda lines: [f"// {line}".rstrip() for line in lines],
    preamble=(),
    let="let {name} = {text};",
    test="let {name} = {text};",
    opening="fn {name}({params}) -> f64 {{",
    parameter="{name}: f64",
    result="    {text}",
    closing=("}",),
    indent="    ",
    width=100,
)
_LINTS = "collapsible_else_if eq_op excessive_precision let_and_return too_many_arguments type_complexity"
_ALLOWED = ["#[allow(", "    non_snake_case,", *[f"    clippy::{lint}," for lint in _LINTS.split()], ")]"]


def _exported(program: Program) -> list[str]:
    """The value alone, or a tuple of it, the gradient and the Hessian."""
    n = len(program.wrt)
    kinds = ["f64", f"[f64; {n}]", f"[[f64; {n}]; {n}]"][: program.order + 1]
    about = ["The value", f"the derivatives towards {', '.join(program.wrt)}", "the second derivatives, row by row"]
    params = ", ".join(LOOK.parameter.format(name=name) for name in program.params)
    given = [program.value] if program.order == 0 else _returned(program)
    return [
        f"/// {'; '.join(about[: program.order + 1])}.",
        *_ALLOWED,
        f"pub fn {program.name}({params}) -> {kinds[0] if program.order == 0 else '(' + ', '.join(kinds) + ')'} {{",
        *body(program, LOOK),
        *[f"    {line}" for line in given],
        "}",
    ]


def _returned(program: Program) -> list[str]:
    lines = ["(", f"    {program.value},", "    [", *[f"        {slope}," for slope in program.slopes], "    ],"]
    if program.order == 2:
        n = len(program.wrt)
        rows = [["        [", *[f"            {curvature(program, i, j)}," for j in range(n)], "        ],"] for i in range(n)]
        lines += ["    [", *[line for row in rows for line in row], "    ],"]
    return [*lines, ")"]


def _self_test(program: Program, sample: Sample) -> list[list[str]]:
    """The numbers of the sample point; the exit code is 1 where they differ from those of the interpreter."""
    point = ", ".join(_number(sample.point[name]) for name in program.variables)
    n, numbers = len(program.wrt), wanted(program, sample)
    names = ["value", "gradient", "hessian"][: program.order + 1]
    places = ["value"] + [f"gradient[{k}]" for k in range(n if program.order else 0)]
    places += [f"hessian[{i}][{j}]" for i in range(n) for j in range(n)] if program.order == 2 else []
    rows = [f'        ("{name}", {place}, {_number(value)}),' for (name, value), place in zip(numbers, places)]
    unused = ["    let _ = gradient;"] if program.order and not n else []
    unused += ["    let _ = hessian;"] if program.order == 2 and not n else []
    return [
        [
            "/// The numbers of a sample point; the exit code is 1 where they differ from those of the interpreter.",
            "#[allow(clippy::excessive_precision)]",
            "fn main() {",
            f"    let {names[0] if program.order == 0 else '(' + ', '.join(names) + ')'} = {program.name}({point});",
            *unused,
            "    let mut wrong = false;",
            "    let numbers: [(&str, f64, f64); " + f"{len(numbers)}] = [",
            *rows,
            "    ];",
            "    for (name, a, b) in numbers {",
            f"        let close = (a - b).abs() <= {CLOSE} * a.abs().max(b.abs()) + {noise(program, sample)};",
            "        if !(a == b || (a.is_nan() && b.is_nan()) || close) {",
            '            eprintln!("{} is {}, not {}", name, a, b);',
            "            wrong = true;",
            "        }",
            "    }",
            "    if wrong {",
            "        std::process::exit(1);",
            "    }",
            '    println!("self-test: ok");',
            "}",
        ]
    ]


def _number(value: float) -> str:
    return special(value, "f64::NAN", "f64::INFINITY")


TARGET = Target("Rust", DIALECT, WORDS, LOOK, _exported, _self_test, room=78, ascii=True)
