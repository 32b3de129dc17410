"""What a language may lack, as functions of its own: the values of rows, and guards around what it has but means otherwise."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from autodiff.numbers.special_functions import ORDERS
from autodiff.passes.values import written


class Definition(NamedTuple):
    """A row of the table in terms of others. `name` is what it is called in code, `source` where it comes from.

    Where `fixed`, the first argument of the row is a literal, which the definition is made for. `raw` is a text in the language
    itself, with NAME for its name, where ours has no words for it.
    """

    op: str
    name: str
    params: tuple[str, ...]
    text: str
    source: str = ""
    fixed: bool = False
    raw: str = ""


def define(op: str, name: str, params: str, text: str, source: str = "") -> Definition:
    """A definition that stands in a table."""
    return Definition(op, name, tuple(params.split(", ")), text, source)


# fmt: off
GUARDS = {row.op: row for row in (
    define("mod", "floor_mod", "x, y", "r = x % y; if(r == 0, if(y < 0, -0, 0), if((r < 0 and y > 0) or (r > 0 and y < 0), r + y, r))"),
    define("pow", "real_pow", "x, y", "if(x != x or y != y, 0/0, if(abs(x) == 1 and abs(y) == 1/0, 1, x^y))", "NaN where either is, 1 for 1^inf"),
    define("cbrt", "cube_root", "x", "r = cbrt(x); if(r == 0 or abs(r) == 1/0 or x != x, r, r - (r - x/(r*r))/3)", "one step of Newton's method"),
    define("hypot", "length", "x, y", "if(x != x or y != y, 0/0, hypot(x, y))"),
)}
# fmt: on
"""What languages have, but mean otherwise than we do: in its guard, a function is the one that the language has."""

CALLED = {"max": "maximum", "min": "minimum", "round": "round_even"}
"""Names in code of functions that a language may have under their own."""


@cache
def definition(op: str, count: int, order: float | None) -> Definition | None:
    """What a language may lack, from the table: a row for so many arguments, or for an order that is a literal."""
    if op in GUARDS:
        return GUARDS[op]
    found = written(op, "code", count, order)
    if found is None:
        return None
    name = CALLED.get(op, op)
    if found.fixed and order is not None:
        name = f"{op}{order:g}" if 0 <= order <= ORDERS and order == int(order) else f"no_{op}"
    elif op == "logsumexp":
        name = f"{op}{count}"
    return Definition(op, name, found.params, found.text, found.source, found.fixed)
