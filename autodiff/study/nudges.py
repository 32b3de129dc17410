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
    exact: nothing remains but rounding; not even that, where the output is a straight line in what moves (`straight`).
    faint: so little remains that a smaller nudge shows nothing.
    rough: the nudge is too large, or too small, for the remainder to fall as it must.
    stuck: the nudge is too small to change the variable.

    `moves` are the variable, or step, and the steps that move, of many those with a name of the user's or the last ones; so
    many are left out.
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
    straight: bool = False


def nudge(sheet: Worksheet, place: int, size: float) -> Nudge:
    """Move the variable, or the step, at a place; to the other side where the formula has no value on this one."""
    name, value = sheet.names[place], sheet.values[place]
    status = sheet.status.get(name)
    if value + size / FEWER == value:
        return Nudge(name, place, size, "stuck")
    moved = sheet.nudged(name, size)
    turned = moved[sheet.tape.output] != moved[sheet.tape.output] and sheet.value == sheet.value
    if turned:
        size = -size
        moved = sheet.nudged(name, size)
    steps = [move for move in _moves(sheet, moved) if move.place != place]
    seen = _seen(sheet, steps)
    moves = (Move(place, value, value + size), *seen)
    left_out = len(steps) - len(seen)
    if status is not None:
        trials = [_trial(sheet, name, h) for h in (size, -size, size / FEWER, -size / FEWER)]
        finite = tuple([trial for trial in trials if math.isfinite(trial.change)])
        return Nudge(name, place, size, status.status, moves, left_out, finite, turned=turned)
    first, second = _trial(sheet, name, size), _trial(sheet, name, size / FEWER)
    verdict, order = _judged(sheet, first, second)
    straight = verdict == "exact" and _is_straight(sheet, place)
    return Nudge(name, place, size, verdict, moves, left_out, (first, second), order, turned, straight)


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
    value = sheet.values[sheet.places[name]]
    step = (value + size) - value
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


def _is_straight(sheet: Worksheet, place: int) -> bool:
    """Whether the output is linear in a node, whatever the numbers: sums, and products and quotients that meet it once."""
    nodes, degree = sheet.tape.nodes, [0] * len(sheet.tape.nodes)
    degree[place] = 1
    for i in range(place + 1, len(nodes)):
        node = nodes[i]
        if isinstance(node, Apply) and sheet.values[i] is not None and (degrees := [degree[j] for j in node.args]) and any(degrees):
            degree[i] = _degree(node.op, degrees, sheet.values[node.args[0]])
    return degree[sheet.tape.output] <= 1


def _degree(op: str, degrees: list[int], first: Any) -> int:
    """The degree of a step in a node, from those of its arguments, whose first one has this value; 2 is any beyond a line."""
    if op in ("add", "sub", "neg", "copy"):
        return max(degrees)
    if op == "mul":
        return min(sum(degrees), 2)
    if op == "div" and not degrees[1]:
        return degrees[0]
    return degrees[1 if first else 2] if op == "if" and not degrees[0] else 2
