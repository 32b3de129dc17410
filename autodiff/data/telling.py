"""Where a number is not ok, and why, in a few words: the row, the step, the values beside it, and the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autodiff.errors import enumerated
from autodiff.messages import count, say, series
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Apply, Const, Tape, Var
from autodiff.writing.formulas import expression
from autodiff.writing.numbers import human

LONG = 60  # characters of a step
FEW = 4  # values


class First(NamedTuple):
    """The first record of a status, which file it stands in if there are several, and why it has it."""

    record: int
    source: str
    reason: str

    @property
    def place(self) -> str:
        """Where it stands."""
        if self.source:
            return say("row {row} of {file}", row=self.record, file=self.source)
        return say("row {row}", row=self.record)


def without(text: str, skipped: Mapping[str, int]) -> str:
    """A sentence on records, and how many of them are left out for what: "empty", or the status of a value."""
    left = [count(skipped["empty"], "one with an empty cell", "{number} with an empty cell")] if "empty" in skipped else []
    left += [
        say("{number} whose value is no number ({status})", number=n, status=say(word))
        for word, n in skipped.items()
        if word != "empty"
    ]
    return say("{text}; left out: {rows}", text=text, rows=enumerated(left)) if left else text


def told(sheet: Worksheet, place: int | None, reason: str) -> str:
    """The step that a status comes from, at its values, and why."""
    tape = sheet.tape
    text = None if place is None else _step(tape, place)
    if text is None or place is None:
        return reason
    used = _used(tape, place)
    values = [f"{name} = {human(sheet.values[i])}" for i, name in used[:FEW] if sheet.values[i] is not None]
    if not values:
        return say("{step} ({reason})", step=text, reason=reason)
    return say("{step} at {values} ({reason})", step=text, values=series([*values, *["…"][: len(used) > FEW]]), reason=reason)


def _step(tape: Tape, place: int) -> str | None:
    """A step in the names that are the user's, or its own name if that is long; None where it has none, and for a variable."""
    if not isinstance(tape.nodes[place], Apply):
        return None
    text = expression(tape, place, tape.names.get, most=LONG)
    return text if len(text) <= LONG else tape.names.get(place)


def _used(tape: Tape, place: int) -> list[tuple[int, str]]:
    """The names that a step is written in, and where they stand."""
    found, waiting, met = dict[int, str](), [place], set[int]()
    while waiting:
        i = waiting.pop()
        node = tape.nodes[i]
        if i in met or isinstance(node, Const):
            continue
        met.add(i)
        if isinstance(node, Apply) and (i == place or i not in tape.names):
            waiting += reversed(node.args)
        else:
            found[i] = node.name if isinstance(node, Var) else tape.names[i]
    return list(found.items())
