"""Python with NumPy, for many points at once: how it spells formulas, and a file of it."""

from __future__ import annotations

from autodiff.code import python
from autodiff.code.definitions import define
from autodiff.code.layout import CLOSE, body, noise
from autodiff.code.lower import Dialect
from autodiff.code.program import Program, Sample
from autodiff.code.target import Target
from autodiff.styles import Sign, Style
from autodiff.tape import Const

WORDS = (python.WORDS - {"math"}) | {"np"}

_MATH = """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan sinh cosh tanh abs floor ceil hypot"""
_OTHER = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "round": "rint", "mod": "remainder", "pow": "power", "if": "where",
}  # fmt: skip


def style(np: str) -> Style:
    """NumPy's spelling, where the module is called so."""

    def literal(number: Const) -> str:
        if number.text in ("pi", "e"):
            return f"{np}.{number.text}"
        return {"inf": f"{np}.inf", "-inf": f"-{np}.inf", "nan": f"{np}.nan"}.get(number.text, repr(number.value))

    return Style(
        signs={
            **{op: sign for op, sign in python.SIGNS.items() if op not in ("mod", "not")},
            "or": Sign(" | ", 9, 9, 10),
            "and": Sign(" & ", 10, 10, 11),
            "not": Sign("~", 14, 0, 16),
        },
        calls={**{op: f"{np}.{op}" for op in _MATH.split()}, **{op: f"{np}.{name}" for op, name in _OTHER.items()}},
        literal=literal,
    )


STYLE = style("np")
DIALECT = Dialect(
    STYLE,
    native=frozenset([*STYLE.signs, *STYLE.calls, "copy"]),
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


def exported(program: Program, np: str, decorator: str) -> list[str]:
    """The function."""
    names = ", ".join(program.params)
    about = f"Return the values{', and arrays of the derivatives by name' if program.order > 0 else ''}; arguments are broadcast."
    given = _broadcast(program.params, np) if program.params else []
    return [
        decorator,
        f"def {program.name}({names}):",
        f'    """{about}"""',
        *given,
        *body(program, LOOK),
        *python.returned(program),
    ]


def _broadcast(params: list[str], np: str) -> list[str]:
    """The arguments as arrays of one shape."""
    names = ", ".join(params) + ("," if len(params) == 1 else "")
    arrays = [f"{np}.asarray({name}, dtype=float)" for name in params]
    line = f"    {names} = {np}.broadcast_arrays({', '.join(arrays)})"
    if len(line) <= LOOK.width:
        return [line]
    inner = f"        {', '.join(arrays)}"
    lines = [inner] if len(inner) <= LOOK.width else [f"        {array}," for array in arrays]
    return [f"    {names} = {np}.broadcast_arrays(", *lines, "    )"]


def self_test(program: Program, sample: Sample, np: str) -> list[list[str]]:
    """As in Python, but compared as arrays are."""
    close = f"{np}.isclose(x, y, rtol={CLOSE}, atol={noise(program, sample)}, equal_nan=True)"
    return python.self_test(program, sample, f"{np}.nan", f"{np}.inf", [f"if not {close}"])


def _exported(program: Program) -> list[str]:
    return exported(program, "np", '@np.errstate(all="ignore")')


def _self_test(program: Program, sample: Sample) -> list[list[str]]:
    return self_test(program, sample, "np")


TARGET = Target("NumPy", DIALECT, WORDS, LOOK, _exported, _self_test)
