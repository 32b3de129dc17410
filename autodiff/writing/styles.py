"""How the primitives are spelled in a language: a row for each sign, everything else is a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from autodiff.tape import Const

ATOM, CONSTANT, NEGATIVE, LOWEST = 20, 18, 9, 0


class Sign(NamedTuple):
    """An operator: its text, how tightly it binds, and what its operands must bind at least to stand without brackets."""

    text: str
    binds: int
    left: int
    right: int


class Shape(NamedTuple):
    """Any other spelling: how tightly it binds, its texts, and its operands, each with what it must bind at least."""

    binds: int
    parts: tuple[str | tuple[int, int], ...]


_NONE: Mapping[str, Shape] = MappingProxyType({})


class Style(NamedTuple):
    """How formulas are spelled in a language. What has neither sign nor shape is a call."""

    # The words, by the rows of the table
    signs: Mapping[str, Sign]
    """Operators."""
    calls: Mapping[str, str]
    """What functions are called, where it is not the name of the row."""
    shapes: Mapping[str, Shape] = _NONE
    """Everything else."""
    literal: Callable[[Const], str] = lambda number: number.text
    """A number."""

    # Where a row may stand
    chained: frozenset[str] = frozenset()
    """Needs no brackets as its own left operand."""
    whole: frozenset[str] = frozenset()
    """Is never cut out of the branch in which it stands, for elsewhere it might fail."""
    brief: frozenset[str] = frozenset()
    """Is rather written twice than made a step."""
    apart: frozenset[str] = frozenset()
    """Is no operand at all, but a step."""

    @property
    def rows(self) -> frozenset[str]:
        """All that have words here; a copy needs none."""
        return frozenset([*self.signs, *self.calls, *self.shapes, "copy"])


FORMULA = Style(
    signs={
        "or": Sign(" or ", 1, 1, 2),
        "and": Sign(" and ", 2, 2, 3),
        "not": Sign("not ", 3, 0, 3),
        "lt": Sign(" < ", 4, 5, 5),
        "le": Sign(" <= ", 4, 5, 5),
        "gt": Sign(" > ", 4, 5, 5),
        "ge": Sign(" >= ", 4, 5, 5),
        "eq": Sign(" == ", 4, 5, 5),
        "ne": Sign(" != ", 4, 5, 5),
        "add": Sign(" + ", 8, 8, 10),
        "sub": Sign(" - ", 8, 8, 10),
        "neg": Sign("-", NEGATIVE, 0, ATOM),
        "mul": Sign("*", 10, 10, 11),
        "div": Sign("/", 10, 10, 11),
        "mod": Sign(" % ", 10, 10, 11),
        "pow": Sign("^", 12, CONSTANT, CONSTANT),
    },
    calls={"log_base": "log"},
)
"""Our own language, with more brackets than it needs wherever people might read it otherwise."""

BOOK = Style(
    signs={op: sign for op, sign in FORMULA.signs.items() if op != "mod"} | {"neg": Sign("-", NEGATIVE, 0, 10)},
    calls=FORMULA.calls,
)
"""For formulas that are written, not read: -x*y is -(x*y) and (-x)*y alike, to the last bit; it would not be so with %."""
