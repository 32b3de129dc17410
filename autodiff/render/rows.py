"""The forward and the backward table as rows of text, for every format that shows tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render.notation import Plain
from autodiff.tape import Apply, Var
from autodiff.trust.status import Status, sided
from autodiff.writing.formulas import reading
from autodiff.writing.names import dvar
from autodiff.writing.numbers import human


class Forward(NamedTuple):
    """name = formula = the same with numbers = value."""

    name: str
    formula: str
    numbers: str
    value: str


class Backward(NamedTuple):
    """A derivative, the chain rule that gives it, the same with numbers, its value, and its status if not ok."""

    name: str
    rule: str
    numbers: str
    value: str
    status: str


def title(sheet: Worksheet) -> str:
    """What is computed, as it was understood."""
    return reading(sheet.tape, sheet.output)


def where(sheet: Worksheet, digits: int) -> str:
    """The point."""
    return ", ".join(f"{name} = {human(value, digits)}" for name, value in sheet.point.items())


def forward(sheet: Worksheet, digits: int, notation: type[Plain] = Plain, places: Sequence[int] | None = None) -> Iterator[Forward]:
    """One row for every operation, or for those at some places."""
    n = notation(sheet, digits)
    for i in operations(sheet) if places is None else places:
        yield Forward(n.name(i), n.formula(i), n.numbers(i), n.number(sheet.values[i]))


def operations(sheet: Worksheet) -> list[int]:
    """The places of all operations, in order of evaluation."""
    return [i for i in sheet.shown if isinstance(sheet.tape.nodes[i], Apply)]


def derivative(sheet: Worksheet, name: str) -> str:
    """The `dvar` name, or dJ/dvar where the user owns that name."""
    return dvar(name, sheet.output, sheet.owned)


def backward(
    sheet: Worksheet, digits: int, notation: type[Plain] = Plain, places: Sequence[int] | None = None
) -> Iterator[Backward]:
    """One row for every derivative, from right to left, or for those at some places."""
    n = notation(sheet, digits)
    for i in sheet.reverse if places is None else places:
        uses = sheet.uses.get(i, ())
        rule, numbers = ("1", "1") if i == sheet.tape.output else n.chain(i, uses) if uses else ("0", "0")
        is_asked = isinstance(sheet.tape.nodes[i], Var) or i in sheet.free.values()
        found = sheet.status.get(sheet.names[i]) if is_asked else None
        value, status = n.number(sheet.shown_gradient(i) or 0.0), say(found.status) if found else ""
        yield Backward(n.derivative(i), rule, numbers, value, status)


def asked(sheet: Worksheet) -> list[bool]:
    """Of every row of the backward table whether it is one of the gradient, and not just a step on the way."""
    return [sheet.names[i] in sheet.gradient for i in sheet.reverse]


def remarks(sheet: Worksheet, digits: int) -> Iterator[str]:
    """A sentence for the value and for every derivative that is not simply right."""
    yield from _value(sheet, digits)
    for name, status in sheet.status.items():
        yield remark(sheet, derivative(sheet, name), sheet.gradient[name], status, digits)


def remarks_on(sheet: Worksheet, digits: int) -> Iterator[str]:
    """The same for one of several outputs: every derivative is written with the name of the output."""
    yield from _value(sheet, digits)
    for name, status in sheet.status.items():
        yield remark(sheet, f"d{sheet.output}/d{name}", sheet.gradient[name], status, digits)


def _value(sheet: Worksheet, digits: int) -> Iterator[str]:
    if sheet.value_status != "ok":
        status = Status(sheet.value_status, sheet.value_reason, sheet.value_node)
        yield remark(sheet, sheet.output, sheet.value, status, digits)


def leibniz(output: str, path: Sequence[str]) -> str:
    """A derivative of any order as Leibniz wrote it: d²J/dx², d²J/dxdy."""
    below = "".join(f"d{name}{superscript(path.count(name))}" for name in dict.fromkeys(path))
    return f"d{superscript(len(path))}{output}/{below}"


def superscript(number: int) -> str:
    """A number as an exponent; 1 is not written."""
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(number)) if number > 1 else ""


def remark(sheet: Worksheet, label: str, value: float, status: Status, digits: int) -> str:
    """Why a number is not ok."""
    about, shown = doubt(sheet, status, digits), human(value, digits)
    return say("{label} = {value} is not ok ({about}): {reason}", label=label, value=shown, about=about, reason=status.reason)


def doubt(sheet: Worksheet, status: Status, digits: int) -> str:
    """A status with its node and the one-sided derivatives."""
    about = say(status.status)
    if status.node >= 0:
        about = say("{status}, at {node}", status=about, node=sheet.names.get(status.node, sheet.output))
    sides = sided(*("" if x is None else human(x, digits) for x in (status.left, status.right)))
    if sides and status.estimated:
        sides = say("{sides} (an estimate)", sides=sides)
    return say("{about}; {sides}", about=about, sides=sides) if sides else about
