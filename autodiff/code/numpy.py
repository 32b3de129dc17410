"""Python with NumPy, for many points at once: how it spells formulas, and a file of it."""

from __future__ import annotations

import math

from autodiff.code import python
from autodiff.code.definitions import define
from autodiff.code.identifiers import Naming
from autodiff.code.lower import Dialect
from autodiff.code.program import Program
from autodiff.code.self_test import SelfTest
from autodiff.code.source_file import body, in_brackets
from autodiff.code.spelling import ARITHMETIC, numeral
from autodiff.code.target import Target
from autodiff.tape import Const
from autodiff.writing.styles import Sign, Style

WORDS = (python.WORDS - {"math"}) | {"np", "in_chunks", "sweeps"}

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan sinh cosh tanh abs floor ceil hypot"""
_OTHER = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "round": "rint", "mod": "remainder", "pow": "power", "if": "where",
    "not": "logical_not",
}  # fmt: skip


def style(np: str) -> Style:
    """NumPy's spelling, where the module is called so."""

    def literal(number: Const) -> str:
        if number.text in ("pi", "e"):
            return f"{np}.{number.text}"
        return numeral(number.value, f"{np}.nan", f"{np}.inf")

    return Style(
        signs={
            **{op: sign for op, sign in ARITHMETIC.items() if op != "mod"},
            "or": Sign(" | ", 9, 9, 10),
            "and": Sign(" & ", 10, 10, 11),
        },
        calls={**{op: f"{np}.{op}" for op in _MATH.split()}, **{op: f"{np}.{name}" for op, name in _OTHER.items()}},
        literal=literal,
    )


STYLE = style("np")
DIALECT = Dialect(
    STYLE,
    native=STYLE.rows,
    guarded=frozenset({"pow", "hypot"}),
    definitions={
        "pow": define(
            "pow", "real_pow", "x, y",
            "z = if(y == 0.5 and (x == 0 or abs(x) == 1/0), abs(x), x); if(x != x or y != y, 0/0, z^y)",
            "NaN where either is; NumPy takes a square root where y is 1/2, which differs at -0 and -inf",
        )
    },
)  # fmt: skip


LOOK = python.LOOK._replace(preamble=("import numpy as np",))


QUIET = '@np.errstate(all="ignore")'
MOST, LEAST = 8192, 2048  # points that are computed together
NUMBERS = 2**22  # that they may keep together

IN_CHUNKS = '''
{quiet}
def in_chunks(count, *args):
    """Take some points at a time, so that their numbers stay in the cache."""
    args = [np.asarray(np.ma.filled(x, np.nan), dtype=float) for x in args]
    args = np.broadcast_arrays(*args)
    found, size = np.empty((count, *args[0].shape)), args[0].size
    rows, flat = found.reshape(count, size), [x.reshape(-1) for x in args]
    for start in range(0, size, {chunk}):
        part = slice(start, start + {chunk})
        for row, numbers in zip(rows, sweeps(*[x[part] for x in flat])):
            row[part] = numbers
    return found
'''


def exported(program: Program, np: str, decorator: str) -> list[str]:
    """The function."""
    given = _broadcast(program.params, np) if program.params else []
    return [
        decorator,
        *in_brackets(f"def {program.name}(", program.params, "):", LOOK),
        f'    """{_about(program)}"""',
        *given,
        *body(program, LOOK),
        *python.returned(program),
    ]


def _about(program: Program) -> str:
    return f"Return the values{', and arrays of the derivatives by name' if program.order > 0 else ''}; arguments are broadcast."


def _broadcast(params: list[str], np: str) -> list[str]:
    """The arguments as arrays of one shape; what a mask hides is no number. JAX refuses masks by itself."""
    opening = [f"    ({params[0]},) = {np}.broadcast_arrays("]
    if len(params) > 1:
        *first, last = in_brackets("(", params, f") = {np}.broadcast_arrays(", LOOK, "    ")
        opening = [*first, last] if first else [last.replace("(", "", 1).replace(")", "", 1)]
    shown = [f"np.ma.filled({name}, np.nan)" if np == "np" else name for name in params]
    arrays = [f"{np}.asarray({name}, dtype=float)" for name in shown]
    line, inner = f"{opening[-1]}{', '.join(arrays)})", f"        {', '.join(arrays)}"
    if len(line) <= LOOK.width:
        return [line]
    lines = [inner] if len(inner) <= LOOK.width else [f"        {array}," for array in arrays]
    return [*opening, *lines, "    )"]


def self_test(np: str) -> SelfTest:
    """As in Python, but compared as arrays are."""
    differ = f"if not {np}.isclose(x, y, rtol=‹relative›, atol=‹absolute›, equal_nan=True)"
    return python.self_test(f"{np}.nan", f"{np}.inf", differ)


def _exported(program: Program) -> list[str]:
    if not program.params:
        return exported(program, "np", QUIET)
    texts = [program.value, *program.slopes, *[x for row in program.curvatures for x in row]]
    places = iter(range(1 + len(program.slopes), len(texts)))
    last = program._replace(
        value="found[0]",
        slopes=[f"found[{k}]" for k, _ in enumerate(program.slopes, 1)],
        curvatures=[[f"found[{next(places)}]" for _ in row] for row in program.curvatures],
    )
    return [
        *IN_CHUNKS.format(quiet=QUIET, chunk=_chunk(program)).strip("\n").split("\n"),
        *[
            "",
            "",
            *in_brackets("def sweeps(", program.params, "):", LOOK),
            '    """Return all results at some points."""',
            *body(program, LOOK),
        ],
        *["    return [", *[f"        {text}," for text in texts], "    ]"],
        *["", "", *in_brackets(f"def {program.name}(", program.params, "):", LOOK), f'    """{_about(program)}"""'],
        *python.call_lines("found = in_chunks(", [str(len(texts)), *program.params]),
        *python.returned(last),
    ]


def _chunk(program: Program) -> int:
    """How many points are computed together: no more than leave the numbers of a long formula in the cache, no fewer than pay."""
    steps = max(1, len(program.forward) + len(program.backward))
    return int(max(LEAST, min(MOST, 2 ** math.floor(math.log2(NUMBERS / steps)))))


TARGET = Target("NumPy", DIALECT, Naming(WORDS), LOOK, _exported, self_test("np"))
