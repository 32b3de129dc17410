"""SQL: how it spells formulas, and what its dialects have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autodiff.code.definitions import Definition, define
from autodiff.code.inline import inlined
from autodiff.code.lower import Dialect
from autodiff.code.python import TOTAL
from autodiff.code.query import WIDTH, query
from autodiff.code.sql_dialect import SqlDialect, number
from autodiff.code.target import Look, Target
from autodiff.writing.styles import ATOM, CONSTANT, LOWEST, Shape, Sign, Style

_RESERVED = """add all alter analyse analyze and anti any array as asc asof asymmetric at authorization autoincrement between binary
both by case cast check collate collation column commit concurrently constraint create cross current_catalog current_date
current_role current_schema current_time current_timestamp current_user default deferrable delete desc describe distinct do drop
else end escape except exists false fetch for foreign freeze from full glob grant group having ilike in index initially inner
insert intersect into is isnull join lambda lateral leading left like limit localtime localtimestamp minus natural not nothing
notnull null offset on only or order outer overlaps pivot pivot_longer pivot_wider placing positional primary qualify raise
references returning right select semi session_user set show similar some summarize symmetric table tablesample then to trailing
transaction true union unique unpack unpivot update user using values var variadic verbose when where window with"""
WORDS = frozenset(_RESERVED.split())
"""What one dialect or another reserves."""

ROOM = 240  # signs of an expression: longer ones become columns

_SIGNS = {
    "add": " + ", "sub": " - ", "mul": " * ", "div": " / ", "lt": " < ", "le": " <= ", "gt": " > ", "ge": " >= ", "eq": " = ",
    "ne": " <> ", "and": " AND ", "or": " OR ",
}  # fmt: skip
_SAME = "sqrt exp log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh abs floor ceil"

SIGNS = {
    **{op: Sign(text, 9, CONSTANT, CONSTANT) for op, text in _SIGNS.items()},
    "neg": Sign("-", 9, 0, CONSTANT),
    "not": Sign("NOT ", 9, 0, CONSTANT),
}
"""Every operand is bracketed, for the dialects disagree about what binds."""

CALLS = {**{op: op for op in _SAME.split()}, "log": "ln", "pow": "power"}

CHOICE = Shape(10, ("CASE ", (0, CONSTANT), " WHEN TRUE THEN ", (1, LOWEST), " WHEN FALSE THEN ", (2, LOWEST), " END"))
"""Where the condition is NULL, so is the result."""

_HYPOT = "z = max(abs(x), abs(y)); r = min(abs(x), abs(y))/z; if(z == 0 or z == 1/0, z, z*sqrt(1 + r*r))"

# fmt: off
GUARDS = (
    *(row for row in TOTAL if not row.raw and row.op != "mod"),
    *(define(op, op, "x", f"if(x <= 0, if(x < 0, 0/0, -1/0), {op}(x))") for op in ("log", "log2", "log10")),
    define("acosh", "acosh", "x", "if(x < 1, 0/0, acosh(x))"),
    define("atanh", "atanh", "x", "if(abs(x) >= 1, if(abs(x) > 1, 0/0, x*(1/0)), atanh(x))"),
    define("div", "quotient", "x, y", "if(y == 0, x*(atan2(y, -1)*(1/0)), x/y)"),
    define("gamma", "gamma", "x", "if(x == 0, 1/x, gamma(x))"),
    define("lgamma", "lgamma", "x", "if(x == 0, 1/0, lgamma(x))"),
)
"""What raises an error outside its domain; a division by 0 takes the sign of the zero from an angle."""

LACKS = (
    define("expm1", "expm1", "x", "w = exp(x); if(w == 1, x, if(x < -40, -1, if(w == 1/0, w, (w - 1)*(x/log(w)))))"),
    define("log1p", "log1p", "x", "w = 1 + x; if(w == 1 or w == 1/0, x, log(w)*(x/(w - 1)))"),
    define("hypot", "length", "x, y", _HYPOT),
    define("cbrt", "cube_root", "x", "r = sign(x)*abs(x)^0.3333333333333333; if(r == 0 or abs(r) == 1/0, r, r - (r - x/(r*r))/3)"),
    define("log2", "log2", "x", "log(x)/0.6931471805599453"),
)
# fmt: on
"""What some dialect has not."""


def sql(
    title: str, sql_dialect: SqlDialect, native: Mapping[str, str], guarded: Sequence[str], easy: Sequence[str] = (),
    others: Sequence[Definition] = (), ordered: bool = True,
) -> Target:  # fmt: skip
    """A dialect. `native` are patterns of what it spells otherwise, empty for what it lacks; see Dialect for the rest."""
    written = {"nan": sql_dialect.isnan, "number": sql_dialect.isnumber, **native}
    style = Style(
        signs={op: sign for op, sign in SIGNS.items() if op not in native},
        calls={op: name for op, name in CALLS.items() if op not in native},
        shapes={"if": CHOICE, **{op: shape(text) for op, text in written.items() if text}},
        literal=lambda constant: number(constant.value, sql_dialect),
        whole=frozenset(guarded),
        brief=frozenset({"nan", "number"}),
    )
    own = {row.op: row for row in (*LACKS, *(row for row in GUARDS if row.op in guarded), *others)}
    dialect = Dialect(style, style.rows, frozenset(guarded), frozenset(easy), own, ordered)
    return Target(
        title,
        dialect,
        sql_dialect.naming(WORDS),
        Look("--", width=WIDTH),
        lambda program: query(program, sql_dialect),
        called="points",
        columns=True,
        lower=inlined,
        room=ROOM,
    )


def shape(pattern: str) -> Shape:
    """A pattern such as `mod({0}, {1})`; the operands of what is no call are bracketed."""
    call = re.fullmatch(r"\w+\(.*\)", pattern) is not None
    least = LOWEST if call else CONSTANT
    parts = [(int(part), least) if k % 2 else part for k, part in enumerate(re.split(r"\{(\d)\}", pattern))]
    return Shape(ATOM if call else 9, tuple(part for part in parts if part))
