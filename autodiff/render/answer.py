"""What closes the tables: the answer on a line of its own, and a word on steps that have no name."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render.notation import Plain
from autodiff.tape import Apply
from autodiff.writing.names import unused

MOST = 12  # derivatives that are shown
NAMELESS = 3  # steps without a name of the user's, up to which nothing is said


def answer(sheet: Worksheet, digits: int, notation: type[Plain] = Plain) -> str:
    """The value, then the gradient; what `da` stands for is said once."""
    return " ".join(pieces(sheet, digits, notation))


def pieces(sheet: Worksheet, digits: int, notation: type[Plain] = Plain) -> list[str]:
    """The same in pieces that no line should break."""
    n = notation(sheet, digits)
    value, *slopes = [n.inline(text) for text in _equations(sheet, n)]
    if len(sheet.gradient) > MOST:
        slopes.append(n.more(len(sheet.gradient) - MOST))
    said = say("Answer: {value}", value=value)
    return [f"{said};", *[f"{text}," for text in slopes[:-1]], slopes[-1]] if slopes else [said]


def _equations(sheet: Worksheet, n: Plain) -> Iterator[str]:
    yield f"{n.name(sheet.tape.output)} = {n.number(sheet.value)}{_doubt(sheet.value_status, n)}"
    places = {sheet.names[i]: i for i in sheet.reverse}
    for k, (name, slope) in enumerate([*sheet.gradient.items()][:MOST]):
        place, status = places[name], sheet.status.get(name)
        parts = [n.derivative(place), *([n.total(place)] if k == 0 else []), n.number(slope)]
        yield " = ".join(dict.fromkeys(parts)) + _doubt(status.status if status else "ok", n)


def _doubt(status: str, n: Plain) -> str:
    return "" if status == "ok" else n.aside(say(status))


def naming(sheet: Worksheet) -> str:
    """Where several steps have no name: that they may be named, by an example made of the first; else nothing."""
    tape = sheet.tape
    steps = [i for i in sheet.shown if isinstance(tape.nodes[i], Apply) and i not in tape.names and i != tape.output]
    if len(steps) <= NAMELESS:
        return ""
    name, n = next(unused(("p", "q", "s"), {*sheet.owned, *sheet.names.values()}, "p")), Plain(sheet, 6)
    named = [n.name(i) for i in (steps[0], steps[-1])]
    return say(
        "{first} to {last} are names of ours; to give a step your own, write it first, as in {spelling}",
        first=named[0], last=named[1], spelling=f'"{name} = {n.formula(steps[0])}; …"',
    )  # fmt: skip
