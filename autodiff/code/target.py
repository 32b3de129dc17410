"""What is known of a language: how it spells formulas, which names it reserves, and how a file of it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autodiff.code.lower import Dialect, Lowered, lower
from autodiff.tape import Tape

if TYPE_CHECKING:
    from autodiff.code.lines import Line
    from autodiff.code.program import Program, Sample, Step

Lines = list[str]
BREAK = "\v"
"""Stands in the spelling of a choice where its lines may end."""


class Look(NamedTuple):
    """How a file looks. `remark` begins a comment; `heading` makes one of the lines at the head of the file.

    `let` and `test` write a step that is a number, or a condition. `opening`, with the name and the parameters, each written as
    `parameter`, `result` and `closing` make a function of a routine. `aligned` says that the remarks of neighbours begin together;
    `declared` writes what the language wants to know of parameters and steps beforehand. A step that
    is too long for a line goes on after its sign of equality in another one, which begins with `hang`; a choice of more than
    `choice` signs is cut where BREAK stands. `spaced` says that a remark above a step keeps its distance from one behind another.
    """

    remark: str
    heading: Callable[[Sequence[str]], Lines]
    preamble: tuple[str, ...]
    let: str
    test: str
    opening: str
    parameter: str
    result: str
    closing: tuple[str, ...]
    indent: str = "  "
    gap: str = " "
    width: int = 80
    blank: int = 1
    aligned: bool = False
    hang: str = ""
    choice: int = 50
    spaced: bool = False
    declared: Callable[[Sequence[str], Sequence[Step | Line]], Lines] = lambda params, steps: []


class Target(NamedTuple):
    """A language. `exported` writes the function, `self_test` what checks it at a sample point, in pieces of a file.

    `ascii`, `folded`, `names` and `longest` say what its names may be, `room` is that of a text. `quote` stands around names that
    are not plain, `called` is what the function is called unless the user says, `columns` says that the results are columns,
    `lower` puts a tape in terms of what the language has, and `enclosed` makes pieces of a file of the functions.
    """

    title: str
    dialect: Dialect
    reserved: frozenset[str]
    look: Look
    exported: Callable[[Program], Lines]
    self_test: Callable[[Program, Sample], list[Lines]]
    room: int = 60
    ascii: bool = False
    folded: bool = False
    names: str = r"\w+"
    longest: int = 10_000
    quote: str = ""
    called: str = "f"
    columns: bool = False
    lower: Callable[[Tape, Dialect, Sequence[int]], Lowered] = lower
    enclosed: Callable[[Program, Sequence[Lines]], Sequence[Lines]] = lambda program, functions: functions
