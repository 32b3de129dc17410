"""What is known of a language: how it spells formulas, which names it allows, and how a file of it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from autodiff.code.identifiers import Naming
from autodiff.code.lower import Dialect, Lowered, lower
from autodiff.code.program import Assignment, Program, Statement
from autodiff.code.self_test import SelfTest
from autodiff.tape import Tape

Lines = list[str]
BREAK = "\v"
"""Stands in the spelling of a choice where its lines may end."""


class Look(NamedTuple):
    """How a file looks, as patterns of its lines."""

    # Remarks
    remark: str
    """What begins one."""
    heading: Callable[[Sequence[str]], Lines] | None = None
    """Makes a comment of the lines at the head of the file; without it, each is a remark."""
    gap: str = " "
    """What stands between a step and the remark behind it."""
    aligned: bool = False
    """Whether the remarks of neighbours begin together."""
    spaced: bool = False
    """Whether a remark above a step keeps its distance from one behind another."""

    # Steps
    let: str = "{name} = {text}"
    """A step that is a number."""
    test: str = ""
    """One that is a condition, where it is written otherwise."""
    hang: str = ""
    """What begins the second line of a step that is too long for one, behind the sign of equality; without it, there is none."""

    # Functions that the language lacks
    opening: str = ""
    """The first line, with a name and parameters."""
    parameter: str = "{name}"
    """Each of these."""
    declared: Callable[[Sequence[str], Sequence[Statement | Assignment]], Lines] = lambda params, steps: []
    """What the language wants to know of parameters and steps beforehand."""
    result: str = ""
    """The line that gives the value."""
    closing: tuple[str, ...] = ()
    """The lines after it."""

    # The file
    preamble: tuple[str, ...] = ()
    """Lines before all functions."""
    indent: str = "  "
    """The margin of what stands within a function."""
    width: int = 80
    """Signs of a line."""
    blank: int = 1
    """Empty lines between functions."""


class Target(NamedTuple):
    """A language."""

    # What it is
    title: str
    """What people call it."""
    dialect: Dialect
    """What it has of its own."""
    naming: Naming
    """What names it allows."""

    # A file of it
    look: Look
    """Its remarks, steps and functions."""
    exported: Callable[[Program], Lines]
    """The function, or the query."""
    self_test: SelfTest | None = None
    """What checks it at a sample point."""
    enclosed: Callable[[Program, Sequence[Lines]], Sequence[Lines]] = lambda program, functions: functions
    """Pieces of the file, of all functions."""
    called: str = "f"
    """The name of the function unless the user says, or of the table that is queried."""
    columns: bool = False
    """Whether the results are columns, one for every step."""

    # Its formulas
    lower: Callable[[Tape, Dialect, Sequence[int]], Lowered] = lower
    """Puts a tape in terms of what the language has."""
    room: int = 60
    """Signs of an expression: what is longer is cut into steps."""
