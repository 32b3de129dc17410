"""The value of a row as the table writes it: a formula for the number systems and the languages that lack the primitive."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.primitives import LONG, TABLE
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.tape import Tape


class Value(NamedTuple):
    """The formula of a row, and where it comes from. It is `fixed` if it is made for a literal order, the row's first argument."""

    params: tuple[str, ...]
    text: str
    source: str
    fixed: bool = False


def written(op: str, made_for: str, count: int, order: float | None = None) -> Value | None:
    """How the table writes a row for so many arguments: in "doubles" and "code" by its approximation, if it has one.

    `order` is the first argument where that is a literal. The value of a variadic row joins two arguments.
    """
    row = TABLE[op]
    if made_for not in ("doubles", "code") or not row.doubles:
        return _value(row.names if not row.variadic else ["x", "y"], row.value)
    if row.doubles != LONG:
        return _value(row.names, row.doubles)
    from autodiff.numbers.approximations import APPROXIMATIONS, BY_COUNT, BY_ORDER  # 2 ms, and seldom needed

    if op in BY_ORDER:
        return _value(row.names[1:], BY_ORDER[op](order), True) if order is not None else None
    if op in BY_COUNT:
        return _value([f"{row.names[0]}{k + 1}" for k in range(count)], BY_COUNT[op](count))
    return _value(row.names, APPROXIMATIONS[op])


def _value(params: list[str], text: str, fixed: bool = False) -> Value | None:
    text, _, source = text.partition("#")
    return Value(tuple(params), text, source.strip(), fixed) if text else None


@cache
def tape(value: Value) -> Tape:
    """The formula as a tape. Its names are the parameters; a constant such as pi is one."""
    return resolve(read(value.text)[0], value.params)[0]


def lacking(op: str, system: str) -> AutodiffError:
    """The error for a primitive that has no value in a number system."""
    message = say("'{op}' has no value in {system}", op=op, system=system)
    return AutodiffError("E070", message, say("write it in terms of other functions"))
