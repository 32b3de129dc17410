"""What is minimised: a formula at a point, as numbers, with what is to be said of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point.evaluation import Prepared
from autodiff.point.higher import hessian
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Tape

Told = Callable[[int, float | None], None]
"""Told how many steps or evaluations there were so far, and what share of the work that is, from 0 to 1, where it is known."""


class Place(NamedTuple):
    """The value and the derivatives at a point; the status of the value, and those of derivatives that are not ok, with reasons."""

    x: tuple[float, ...]
    value: float
    gradient: tuple[float, ...]
    value_status: tuple[str, str] = ("ok", "")
    status: Mapping[str, tuple[str, str]] = {}

    @property
    def norm(self) -> float:
        """The length of the gradient."""
        return math.hypot(*self.gradient)

    @property
    def is_finite(self) -> bool:
        """Whether there is a value, and a direction to go on."""
        return math.isfinite(self.value) and all(map(math.isfinite, self.gradient))


class Over(NamedTuple):
    """What is told of records: a sentence, how many count, how many are left out for what, and what more is to be said."""

    text: str
    rows: int
    skipped: Mapping[str, int]
    notes: Sequence[str]


class Objective(Protocol):
    """What is minimised over the variables `names`; the others are `fixed`. `output` is what the value is called."""

    names: tuple[str, ...]
    fixed: dict[str, float]
    output: str
    text: str
    tape: Tape

    def over(self, x: Sequence[float]) -> Over | None:
        """Over which records the formula is taken at a point; None where it has one point alone."""

    def at(self, x: Sequence[float]) -> Place:
        """The numbers at a point."""

    def second(self, x: Sequence[float]) -> list[list[float]]:
        """The second derivatives at a point."""

    def sheet(self, x: Sequence[float]) -> Worksheet | None:
        """The formula at a point, step by step, where it has one point alone."""

    def notes(self) -> list[str]:
        """What is to be said of the reading."""


class OfFormula:
    """A formula over its variables."""

    def __init__(
        self, formula: Formula, start: Mapping[str, float], fixed: Mapping[str, float], surplus: Sequence[str] = ()
    ) -> None:
        self.formula, self.text = formula, formula.text
        point = {**start, **fixed}
        tape, used, notes = formula.bind(point, None, surplus)
        self.names = tuple(name for name in start if name in used)
        self.fixed = {name: x for name, x in fixed.items() if name in used}
        if not self.names:
            raise nothing_moves()
        self.prepared, self._notes = Prepared(tape, self.names), notes
        self.output, self.tape = self.prepared.output, tape

    def at(self, x: Sequence[float]) -> Place:
        """The numbers at a point."""
        found = self.prepared.at({**dict(zip(self.names, x)), **self.fixed})
        status = {name: (one.status, one.reason) for name, one in found.status.items()}
        slopes = tuple(found.gradient[name] for name in self.names)
        return Place(tuple(x), found.value, slopes, (found.value_status, found.value_reason), status)

    def second(self, x: Sequence[float]) -> list[list[float]]:
        """The second derivatives at a point."""
        rows = hessian(self.tape, {**dict(zip(self.names, x)), **self.fixed}, self.names)
        return [[rows[a][b] for b in self.names] for a in self.names]

    def over(self, x: Sequence[float]) -> None:
        """There are no records."""

    def sheet(self, x: Sequence[float]) -> Worksheet:
        """The formula at a point, step by step."""
        return Worksheet(self.prepared, {**dict(zip(self.names, x)), **self.fixed}, self.text, self._notes)

    def notes(self) -> list[str]:
        """What is to be said of the reading."""
        return [*self._notes]


def nothing_moves() -> AutodiffError:
    """Nothing is left to move."""
    message = say("there is no variable to change")
    return AutodiffError("E030", message, say("give one a start, as in x=1; a:=100 keeps a where it is"))


def no_start(message: str, why: str = "") -> AutodiffError:
    """There is nothing to start from."""
    return AutodiffError("E022", f"{message}: {why}" if why else message, say("choose another start"))


def check_start(names: Sequence[str], x: Sequence[float]) -> None:
    """Raise AutodiffError for a start that is no point."""
    for name, value in zip(names, x):
        if not math.isfinite(value):
            raise no_start(say("the start of '{name}' is not a finite number", name=name))


def started(objective: Objective, x: Sequence[float]) -> Place:
    """The numbers at the start. Raises AutodiffError where there are none to start from."""
    place = objective.at(x)
    check_start(objective.names, x)
    if not math.isfinite(place.value):
        status, why = place.value_status
        raise no_start(say("{name} has no finite value at the start ({status})", name=objective.output, status=say(status)), why)
    for name, slope in zip(objective.names, place.gradient):
        if not math.isfinite(slope):
            status, why = place.status.get(name, ("overflow", ""))
            message = say("the derivative by '{name}' is not finite at the start ({status})", name=name, status=say(status))
            raise no_start(message, why)
    return place
