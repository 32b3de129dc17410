"""What is written in any language: a formula, its derivatives and a sample point, as names and texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from autodiff.writing.names import unused


class Assignment(NamedTuple):
    """A step: its place on the tape, its name, its text; `truth` says that it is a condition and no number.

    `level` is the length of the longest chain of steps that ends in it.
    """

    place: int
    name: str
    text: str
    truth: bool
    level: int = 1


class Routine(NamedTuple):
    """A function: its name, parameters, steps and result, or else its text as it is; and where it comes from."""

    name: str
    params: list[str]
    steps: list[Assignment]
    result: str
    source: str
    raw: str = ""


class Statement(NamedTuple):
    """A line of the function: its name, its text, whether it is a condition, its mathematics, and its level; see Assignment."""

    name: str
    text: str
    truth: bool
    remark: str
    level: int


class Sample(NamedTuple):
    """A point, and what the interpreter says there."""

    point: dict[str, float]
    value: float
    gradient: dict[str, float]
    hessian: dict[str, dict[str, float]]


class Program(NamedTuple):
    """What is written: `params` are the names in the code, `variables` those of the formula.

    `value`, `slopes` and `curvatures` are texts; of the last, each row begins at the diagonal. `order` is 0 for the value alone,
    1 with the gradient, 2 with the Hessian. Where the results are columns, `columns` are their names and texts.
    """

    name: str
    reading: str
    output: str
    variables: list[str]
    params: list[str]
    wrt: list[str]
    routines: list[Routine]
    forward: list[Statement]
    backward: list[Statement]
    value: str
    slopes: list[str]
    curvatures: list[list[str]]
    renamed: dict[str, str]
    conventions: list[tuple[str, str]]
    order: int
    sample: Sample | None
    columns: list[tuple[str, str]]


def curvature(program: Program, row: int, column: int) -> str:
    """The text of an entry of the Hessian, of which one half is written."""
    low, high = sorted((row, column))
    return program.curvatures[low][high - low]


def free(program: Program, *names: str, fold: Callable[[str], str] = str) -> str:
    """The first of some names that neither the function nor anything in it has."""
    owned = [program.name, *program.params, *(step.name for step in [*program.forward, *program.backward])]
    return next(unused(names, {fold(name) for name in owned}, names[0]))
