"""Python without imports but math: how it spells formulas, and a file of it."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Sequence

from autodiff.code.definitions import Definition, define
from autodiff.code.identifiers import Naming
from autodiff.code.lower import Dialect
from autodiff.code.program import Program, curvature, free
from autodiff.code.self_test import SelfTest, TestData, Words, own
from autodiff.code.source_file import body, in_brackets
from autodiff.code.spelling import ARITHMETIC, numeral
from autodiff.code.target import Look, Target
from autodiff.primitives import CONSTANTS
from autodiff.tape import Const
from autodiff.writing.styles import Shape, Sign, Style

WORDS = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "math", "self_test"])

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf erfc
hypot"""


def literal(number: Const) -> str:
    """A number in Python."""
    if number.text in CONSTANTS:
        return f"math.{number.text}"
    return numeral(number.value, "math.nan", "math.inf")


SIGNS = {
    **ARITHMETIC,
    "or": Sign(" or ", 3, 3, 4),
    "and": Sign(" and ", 4, 4, 5),
    "not": Sign("not ", 5, 0, 6),
}

STYLE = Style(
    signs=SIGNS,
    calls={**{op: f"math.{op}" for op in _MATH.split()}, "abs": "abs"},
    shapes={
        "if": Shape(1, ((1, 2), " if ", (0, 2), " else ", (2, 1))),
    },
    literal=literal,
)


def _raw(op: str, name: str, source: str, text: str) -> Definition:
    return Definition(op, name, (), "", source, raw=text.strip("\n"))


# fmt: off
TOTAL = (
    _raw("div", "quotient", "x/y, infinite or no number where y is 0", """
def NAME(x, y):
    if y != 0:
        return x / y
    infinite = math.copysign(math.inf, x) * math.copysign(1, y)
    return math.nan if x == 0 or x != x else infinite
"""),
    _raw("pow", "real_pow", "x^y in the reals: infinite or no number where Python raises an error", """
def NAME(x, y):
    try:
        return math.nan if x != x or y != y else math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    except ValueError:
        infinite = math.copysign(math.inf, x) if y % 2 == 1 else math.inf
        return infinite if x == 0 else math.nan
"""),
    _raw("gamma", "gamma", "infinite or no number where Python raises an error", """
def NAME(x):
    if x == 0:
        return math.copysign(math.inf, x)
    try:
        return math.gamma(x)
    except OverflowError:
        return math.inf if x > 0 or math.floor(x) % 2 == 0 else -math.inf
    except ValueError:
        return math.nan
"""),
    _raw("lgamma", "lgamma", "infinite where Python raises an error", """
def NAME(x):
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return math.inf
"""),
    *(_raw(op, name, "a number that is not whole is below 2^52 in size", f"""
def NAME(x):
    return math.copysign({function}(x), x) if abs(x) < 4503599627370496 else x
""") for op, name, function in (("floor", "floor", "math.floor"), ("ceil", "ceil", "math.ceil"), ("round", "round_even", "round"))),
    define("sqrt", "sqrt", "x", "if(x < 0, 0/0, sqrt(x))"),
    define("exp", "exp", "x", "if(x > 709.782712893384, 1/0, exp(x))"),
    define("expm1", "expm1", "x", "if(x > 709.782712893384, 1/0, expm1(x))"),
    define("log", "log", "x", "if(x > 0, log(x), if(x == 0, -1/0, 0/0))"),
    define("log2", "log2", "x", "if(x > 0, log2(x), if(x == 0, -1/0, 0/0))"),
    define("log10", "log10", "x", "if(x > 0, log10(x), if(x == 0, -1/0, 0/0))"),
    define("log1p", "log1p", "x", "if(x > -1, log1p(x), if(x == -1, -1/0, 0/0))"),
    define("sin", "sin", "x", "if(abs(x) == 1/0, 0/0, sin(x))"),
    define("cos", "cos", "x", "if(abs(x) == 1/0, 0/0, cos(x))"),
    define("tan", "tan", "x", "if(abs(x) == 1/0, 0/0, tan(x))"),
    define("asin", "asin", "x", "if(abs(x) <= 1, asin(x), 0/0)"),
    define("acos", "acos", "x", "if(abs(x) <= 1, acos(x), 0/0)"),
    define("acosh", "acosh", "x", "if(x >= 1, acosh(x), 0/0)"),
    define("atanh", "atanh", "x", "if(abs(x) < 1, atanh(x), if(abs(x) == 1, x*(1/0), 0/0))"),
    define("sinh", "sinh", "x", "if(abs(x) > 710.4758600739439, x*(1/0), sinh(x))"),
    define("cosh", "cosh", "x", "if(abs(x) > 710.4758600739439, 1/0, cosh(x))"),
    define("mod", "floor_mod", "x, y", "if(y == 0 or abs(x) == 1/0, 0/0, x % y)"),
)
# fmt: on

DIALECT = Dialect(
    STYLE,
    native=STYLE.rows,
    guarded=frozenset({definition.op for definition in TOTAL if not definition.raw} | {"div", "hypot", "cbrt"}),
    easy=frozenset({"div"}),
    definitions={definition.op: definition for definition in TOTAL},
)


def docstring(lines: Sequence[str]) -> list[str]:
    """Lines between triple quotes."""
    first, *rest = [line.replace("\\", "\\\\").replace('"""', "'''") for line in lines]
    return [f'"""{first}', *rest, '"""']


LOOK = Look(
    remark="#",
    heading=docstring,
    preamble=("import math",),
    opening="def {name}({params}):",
    result="    return {text}",
    indent="    ",
    gap="  ",
    width=88,
    blank=2,
)


def _exported(program: Program) -> list[str]:
    about = f"Return the value{', and the derivatives by name' if program.order > 0 else ''}."
    return [
        *in_brackets(f"def {program.name}(", program.params, "):", LOOK),
        f'    """{about}"""',
        *[f"    {name} = float({name})" for name in program.params],
        *body(program, LOOK),
        *returned(program),
    ]


def returned(program: Program) -> list[str]:
    """The value, the gradient as a dictionary, the Hessian as one of rows."""
    wrt = program.wrt
    if program.order == 0:
        return [f"    return {program.value}"]
    gradient, hessian = free(program, "gradient"), free(program, "hessian")
    if not wrt:
        names = [gradient, hessian][: program.order]
        return [*[f"    {name} = {{}}" for name in names], f"    return {', '.join([program.value, *names])}"]
    lines = [f"    {gradient} = {{", *[f'        "{name}": {slope},' for name, slope in zip(wrt, program.slopes)], "    }"]
    if program.order == 2:
        lines += [f"    {hessian} = {{"]
        for i, name in enumerate(wrt):
            lines += [
                f'        "{name}": {{',
                *[f'            "{o}": {curvature(program, i, j)},' for j, o in enumerate(wrt)],
                "        },",
            ]
        lines += ["    }"]
    return [*lines, f"    return {program.value}, {gradient}{f', {hessian}' if program.order == 2 else ''}"]


CHECK = '''
def self_test():
    """Return the numbers of a sample point that differ from the interpreter's."""
‹call›
    ‹numbers› = [
‹rows›
    ]
    return [
        (name, x, y)
        for name, x, y in ‹numbers›
        DIFFER
    ]
'''

MAIN = """
if __name__ == "__main__":
    wrong = self_test()
    for name, x, y in wrong:
        print(f"{name} is {x}, not {y}")
    if not wrong:
        print("self-test: ok")
    raise SystemExit(1 if wrong else 0)
"""

NEAR = """if not (x == y or (x != x and y != y))
        and not math.isclose(x, y, rel_tol=‹relative›, abs_tol=‹absolute›)"""


def self_test(nan: str, infinite: str, differ: str) -> SelfTest:
    """As it is spelled with names for NaN and infinity, and a condition that tells x from y."""
    return SelfTest(
        (CHECK.replace("DIFFER", differ), MAIN),
        number=lambda value: numeral(value, nan, infinite),
        names=own("numbers", "value", "gradient", "hessian"),
        words=_words,
        value="‹value›",
        slope='‹gradient›["‹a›"]',
        curvature='‹hessian›["‹a›"]["‹b›"]',
    )


def _words(program: Program, data: TestData) -> Words:
    results = [data.names[name] for name in ("value", "gradient", "hessian")][: program.order + 1]
    return {
        "call": call_lines(f"{', '.join(results)} = {program.name}(", data.point),
        "rows": [line for check in data.checks for line in in_brackets("(", check.texts, "),", LOOK, "        ")],
    }


def call_lines(opening: str, args: list[str]) -> list[str]:
    """A call in one line, or in three, or in as many as it needs."""
    inner = f"        {', '.join(args)}"
    lines = in_brackets(opening, args, ")", LOOK, "    ")
    return lines if len(lines) == 1 or len(inner) > LOOK.width else [lines[0], inner, lines[-1]]


TARGET = Target("Python", DIALECT, Naming(WORDS), LOOK, _exported, self_test("math.nan", "math.inf", NEAR))
