"""What is known of a language: how it spells formulas, which names it reserves, and how a file of it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.code.lower import Dialect

if TYPE_CHECKING:
    from autodiff.code.program import Program


class Target(NamedTuple):
    """A language. `render` makes a file of a program; `ascii` and `folded` say what its names may be, `room` is that of a text.

    `let` writes a step, `function` a routine of its own.
    """

    title: str
    dialect: Dialect
    reserved: frozenset[str]
    render: Callable[[Program, bool], str]
    room: int = 60
    ascii: bool = False
    folded: bool = False
    options: Any = None
