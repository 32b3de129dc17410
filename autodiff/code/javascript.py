"""JavaScript: how it spells formulas."""

from __future__ import annotations

from autodiff.code.lower import Dialect
from autodiff.primitives import CONSTANTS
from autodiff.styles import ATOM, CONSTANT, Shape, Sign, Style
from autodiff.tape import Const

_RESERVED = """abstract arguments async await boolean break byte case catch char class const continue debugger default delete do
double else enum eval export extends false final finally float for function get goto if implements import in instanceof int interface
let long native new null of package private protected public return set short static super switch synchronized this throw
throws transient true try typeof undefined var void volatile while with yield NaN Infinity Math Number Object Array process
console globalThis"""
WORDS = frozenset(_RESERVED.split())

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh abs sign
floor ceil hypot"""


def literal(number: Const) -> str:
    """A number in JavaScript."""
    if number.text in CONSTANTS:
        return {"pi": "Math.PI", "e": "Math.E", "tau": "(2 * Math.PI)"}[number.text]
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(number.text, number.text)


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
        "mul": Sign(" * ", 13, 13, 14),
        "pow": Sign(" ** ", 14, CONSTANT, 15),
        "neg": Sign("-", 15, 0, 16),
    },
    calls={op: f"Math.{op}" for op in _MATH.split()},
    shapes={"if": Shape(1, ((0, 2), " ? ", (1, 2), " : ", (2, 1)))},
    literal=literal,
)

JAVASCRIPT = Dialect(
    STYLE,
    native=frozenset([*STYLE.signs, *STYLE.calls, "if", "copy"]),
    guarded=frozenset({"pow", "mod", "hypot", "cbrt"}),
    easy=frozenset({"pow"}),
)
