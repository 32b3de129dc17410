"""The digits that survive: how many digits of the numbers at a point are right, and what to say where they are few."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import count, say
from autodiff.point.digits import exact
from autodiff.point.evaluation import Evaluation
from autodiff.tape import Apply, Const, Tape
from autodiff.trust.losses import MOST, Loss, Rounded, agreeing, right
from autodiff.trust.naive.advice import notes
from autodiff.writing.formulas import expression
from autodiff.writing.names import dvar, output_name, owned_names
from autodiff.writing.numbers import human

FEW = 8.0  # digits; where fewer are right, something is said
LONGEST = 2_000  # nodes that are computed again with many digits
WORKED = 20  # digits that are compared with
SHOWN = 5  # numbers in the notes
SIZE = 20_000  # nodes of a formula whose errors are bounded
WIDTH = 60  # characters of a step in a note
ROOM = 40  # operations of a step in a note
GAP = "…"


class Surviving(NamedTuple):
    """How many digits are right, None where there is no number or a status says what it is; `proved` by many digits."""

    value: float | None
    gradient: dict[str, float | None]
    proved: bool


class Lost(NamedTuple):
    """A number with few right digits: whose it is ("" for the value), how many, within what it is 0, and what lost the others."""

    name: str
    digits: float
    size: float
    loss: Loss


def surviving(here: Evaluation) -> Surviving:
    """How many digits of the value and of every derivative are right, proved where the formula is not too long for that."""
    rounded = _rounded(here)
    found = _counted(here, _judged(here), rounded, _sure(rounded))
    told = {name: found.digits.get(name) for name in ("", *here.wrt)}
    return Surviving(told.pop(""), told, found.is_proved)


class Losses(NamedTuple):
    """The first numbers of which fewer than eight digits are right, how many more there are, and whether that is proved."""

    shown: list[Lost]
    more: int
    is_proved: bool


def losses(here: Evaluation) -> Losses:
    """The numbers of which fewer than eight digits are right.

    It is meant for what a quick look at every step could not clear: bounds of all errors, and where they are wide, many digits.
    """
    if len(here.tape.nodes) > SIZE:
        return Losses([], 0, False)
    rounded = _rounded(here)
    sure = _sure(rounded)
    doubted = [name for name in _judged(here) if sure[name] < FEW]
    found = _counted(here, doubted, rounded, sure)
    few = [name for name, digits in found.digits.items() if digits < FEW]
    shown = [Lost(name, found.digits[name], found.sizes[name], _culprit(rounded, name)) for name in few[:SHOWN]]
    return Losses(shown, max(0, len(few) - SHOWN), found.is_proved)


class _Counted(NamedTuple):
    """Right digits by name, how large a number and its true value may be, and whether many digits proved it."""

    digits: dict[str, float]
    sizes: dict[str, float]
    is_proved: bool


def _counted(here: Evaluation, names: Sequence[str], rounded: Rounded, sure: Mapping[str, float]) -> _Counted:
    """By many digits of the same doubles; by bounds where the formula is too long for that, or where they do not settle."""
    texts, is_certain = _true(here, names)
    digits, sizes = {}, {}
    for name in names:
        found, true = here.gradient[name] if name else here.value, Decimal(texts.get(name, "NaN"))
        if true.is_finite():
            digits[name], sizes[name] = agreement(found, true), max(abs(found), float(abs(true)))
        else:
            digits[name], sizes[name], is_certain = sure[name], _within(rounded, name), False
    return _Counted(digits, sizes, is_certain)


def _true(here: Evaluation, names: Sequence[str]) -> tuple[dict[str, str], bool]:
    """The numbers as they would be without rounding, as text, and whether that is certain; none where the formula is too long."""
    if not names or len(here.tape.nodes) > LONGEST:
        return {}, not names
    wrt = [name for name in names if name]
    try:
        found = exact(as_doubles(here.tape), {name: _constant(x) for name, x in here.point.items()}, wrt, WORKED, here.free)
    except AutodiffError:
        return {}, False
    return {"": found.value, **found.gradient}, found.certain


def _judged(here: Evaluation) -> list[str]:
    """The numbers that claim to be right: the value ("") and the derivatives that are finite and ok."""
    value = [""] if math.isfinite(here.value) and here.value_status == "ok" else []
    return value + [name for name, x in here.gradient.items() if math.isfinite(x) and name not in here.status]


def _rounded(here: Evaluation) -> Rounded:
    return Rounded(here.tape, here.point, here.wrt, here.algebra, here.free)


def _sure(rounded: Rounded) -> dict[str, float]:
    """The digits that are right for certain."""
    bounds = {"": rounded.value, **rounded.gradient}
    return {name: 0.0 if rounded.is_doubtful else right(x) for name, x in bounds.items()}


def as_doubles(tape: Tape) -> Tape:
    """The tape whose literals are the doubles that they were read as."""
    nodes = [Const(node.value, "", node.span) if isinstance(node, Const) else node for node in tape.nodes]
    return Tape(nodes, tape.output, tape.names, tape.runs)


def _constant(value: float) -> Tape:
    return Tape([Const(value, "", (0, 0))], 0)


def agreement(found: float, true: Decimal) -> float:
    """How many digits of a double are right, if these are the true ones."""
    if not true.is_finite():
        return 0.0
    if found == float(true):
        return MOST
    error = abs(Decimal(found) - true)
    return 0.0 if error >= abs(true) else agreeing(1.0, float(error / abs(true)))


def _within(rounded: Rounded, name: str) -> float:
    """How far from 0 a number with no right digit may be."""
    found = rounded.gradient[name] if name else rounded.value
    return abs(found.value) + found.error


def _culprit(rounded: Rounded, name: str) -> Loss:
    return rounded.culprit_of(name) if name else rounded.culprit()


# In words -------------------------------------------------------------------------------------------------------------


def remarks(tape: Tape, text: str, found: Losses) -> Iterator[str]:
    """A note for each step that lost digits: of which numbers, how many are left, how to get the others; and better spellings."""
    by_loss: dict[Loss, list[Lost]] = {}
    for lost in found.shown:
        by_loss.setdefault(lost.loss, []).append(lost)
    labels = _labels(tape, [lost.name for lost in found.shown])
    for loss, together in by_loss.items():
        digits = ", ".join([_digits(labels[lost.name], lost) for lost in together])
        yield _sentence(tape, loss, digits, labels[together[0].name], found.is_proved)
    if found.more:
        yield count(
            found.more,
            "… and {number} more number with few right digits",
            "… and {number} more numbers with few right digits",
        )
    if found.shown:
        yield from notes(tape, text, _around(tape, {lost.loss.place for lost in found.shown}), cancelling=True)


def _around(tape: Tape, lost: set[int]) -> list[int]:
    """The steps that lost digits, and those that use them."""
    using = {i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and not lost.isdisjoint(node.args)}
    return sorted(lost | using)


def _labels(tape: Tape, names: Sequence[str]) -> Mapping[str, str]:
    output, owned = output_name(tape), owned_names(tape)
    return {name: dvar(name, output, owned) if name else output for name in names}


def _digits(label: str, lost: Lost) -> str:
    if lost.digits < 1:
        return say("{name} none (0 within {size})", name=label, size=human(lost.size, 2))
    return f"{label} {int(lost.digits)}"


def _sentence(tape: Tape, loss: Loss, digits: str, label: str, is_proved: bool) -> str:
    about = digits if is_proved else say("about {number}", number=digits)
    if loss.sum:
        return say(
            "right digits: {digits}; the terms that add up to {name} cancel; --precision 17 has them all", digits=about, name=label
        )
    step = _step(tape, loss.place)
    return say("right digits: {digits}; the others are lost at {step}; --precision 17 has them all", digits=about, step=step)


def _step(tape: Tape, place: int) -> str:
    """A step as it is written, shortened where it is long."""
    room = ROOM

    def label(i: int) -> str | None:
        nonlocal room
        room -= 1
        return GAP if room < 0 else tape.names.get(i)

    text = expression(tape, place, label)
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + GAP
