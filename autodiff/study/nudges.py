"""A nudge: one variable moves a little, everything is computed again, and the derivative must have foretold the change."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from autodiff.point.rounding import ROUNDINGS, of_value
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Apply

FEWER = 10.0  # times smaller is the second nudge
SQUARE = 1.8  # the least order at which a remainder counts as falling faster than the nudge
MOVED = 6  # steps that are seen moving


class Trial(NamedTuple):
    """A nudge of some size: how far the output moves, how far the derivative says it does, and what remains."""

    size: float
    change: float
    predicted: float
    remainder: float


class Move(NamedTuple):
    """A node before and after."""

    place: int
    before: float
    after: float


class Nudge(NamedTuple):
    """What a nudge shows. `verdict` is one of these, or the status of a derivative that is not simply right:

    square: the remainder falls as a power of the nudge, `order`, that is at least about 2.
    exact: nothing remains but rounding.
    faint: so little remains that a smaller nudge shows nothing.
    rough: the nudge is too large, or too small, for the remainder to fall as it must.
    stuck: the nudge is too small to change the variable.

    `moves` are the variable and the steps that move, of many those with a name of the user's or the last; so many are left out.
    """

    variable: str
    place: int
    size: float
    verdict: str
    moves: tuple[Move, ...] = ()
    left_out: int = 0
    trials: tuple[Trial, ...] = ()
    order: float | None = None
    turned: bool = False


def nudge(sheet: Worksheet, place: int, size: float) -> Nudge:
    """Move the variable at a place; to the other side where the formula has no value on this one."""
    name = sheet.step(place).name
    status = sheet.status.get(name)
    if sheet.point[name] + size / FEWER == sheet.point[name]:
        return Nudge(name, place, size, "stuck")
    moved = sheet.nudged(name, size)
    turned = moved[sheet.tape.output] != moved[sheet.tape.output] and sheet.value == sheet.value
    if turned:
        size = -size
        moved = sheet.nudged(name, size)
    steps = _moves(sheet, moved)
    seen = _seen(sheet, steps)
    moves = (Move(place, sheet.point[name], sheet.point[name] + size), *seen)
    left_out = len(steps) - len(seen)
    if status is not None:
        trials = [_trial(sheet, name, h) for h in (size, -size, size / FEWER, -size / FEWER)]
        finite = tuple([trial for trial in trials if math.isfinite(trial.change)])
        return Nudge(name, place, size, status.status, moves, left_out, finite, turned=turned)
    first, second = _trial(sheet, name, size), _trial(sheet, name, size / FEWER)
    verdict, order = _judged(sheet, first, second)
    return Nudge(name, place, size, verdict, moves, left_out, (first, second), order, turned)


def _seen(sheet: Worksheet, steps: list[Move]) -> list[Move]:
    """Of many steps those that the user named, and the output; where that is too few or too many, the last ones."""
    if len(steps) <= MOVED:
        return steps
    named = [step for step in steps if step.place in sheet.tape.names or step.place == sheet.tape.output]
    return named if 1 < len(named) <= MOVED else steps[-MOVED:]


def _moves(sheet: Worksheet, moved: list[Any]) -> list[Move]:
    """The steps that move, and the output, moving or not."""
    places = [i for i in sheet.shown if isinstance(sheet.tape.nodes[i], Apply) and moved[i] is not None]
    changed = [i for i in places if moved[i] != sheet.values[i] or i == sheet.tape.output]
    return [Move(i, sheet.values[i], moved[i]) for i in changed]


def _trial(sheet: Worksheet, name: str, size: float) -> Trial:
    """The variable moves by a number that doubles can tell, which may differ from the size in its last digits."""
    step = (sheet.point[name] + size) - sheet.point[name]
    change = float(sheet.nudged(name, size)[sheet.tape.output]) - sheet.value
    predicted = sheet.gradient[name] * step
    return Trial(size, change, predicted, change - predicted)


def _judged(sheet: Worksheet, first: Trial, second: Trial) -> tuple[str, float | None]:
    noise = ROUNDINGS * of_value(sheet)
    if abs(first.remainder) <= noise:
        return "exact", None
    if abs(second.remainder) <= noise:
        return "faint", None
    order = math.log10(abs(first.remainder / second.remainder)) / math.log10(FEWER)
    return ("square" if order >= SQUARE else "rough"), order
