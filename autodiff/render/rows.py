"""The forward and the backward table as rows of text, for every format that shows tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.language import say
from autodiff.names import dvar
from autodiff.render.numbers import human
from autodiff.status import Status, sided
from autodiff.tape import Apply
from autodiff.worksheet import Step, Worksheet
from autodiff.write import reading
from autodiff.write import step as written

TERMS = 6  # of a sum over branches, the rest is counted


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


def forward(sheet: Worksheet, digits: int) -> Iterator[Forward]:
    """One row for every operation."""
    for step in sheet.steps():
        if step.kind == "operation":
            yield Forward(step.name, step.formula, with_numbers(sheet, step, digits), human(step.value, digits))


def with_numbers(sheet: Worksheet, step: Step, digits: int) -> str:
    """The formula of a step with the values of its arguments."""
    taken = None
    node = sheet.tape.nodes[step.place]
    if isinstance(node, Apply) and node.op == "if":
        taken = bool(sheet.values[node.args[0]])

    def label(place: int) -> str | None:
        value = sheet.values[place]
        return None if value is None or isinstance(value, bool) else human(value, digits)

    return written(sheet.tape, step.place, label, taken)


def derivative(sheet: Worksheet, name: str) -> str:
    """The `dvar` name, or dJ/dvar where the user owns that name."""
    return dvar(name, sheet.output, sheet.owned)


def backward(sheet: Worksheet, digits: int) -> Iterator[Backward]:
    """One row for every derivative, from right to left."""
    for step in sheet.backward():
        rule, numbers = chain(sheet, step.place, digits)
        status = say(sheet.status[step.name].status) if step.kind == "variable" and step.name in sheet.status else ""
        yield Backward(derivative(sheet, step.name), rule, numbers, human(step.gradient or 0.0, digits), status)


def chain(sheet: Worksheet, place: int, digits: int) -> tuple[str, str]:
    """The chain rule for one node in symbols and in numbers: a product, or a sum of products over the branches."""
    if place == sheet.tape.output:
        return "1", "1"
    uses = sheet.uses.get(place, [])
    if not uses:
        return "0", "0"
    name = sheet.names[place]
    users = [sheet.names[use.step] for use in uses[:TERMS]]
    symbols = [f"{derivative(sheet, user)}·∂{user}/∂{name}" for user in users]
    numbers = [product(sheet.adjoint(use.step), use.slope, digits) for use in uses[:TERMS]]
    rest = [say("… {number} more", number=len(uses) - TERMS)] if len(uses) > TERMS else []
    return " + ".join(symbols + rest), " + ".join(numbers + rest)


def product(a: float, b: float, digits: int, sign: str = "·") -> str:
    """Two numbers and the sign of a product, the second in brackets if it is negative."""
    left, right = human(a, digits), human(b, digits)
    return f"{left}{sign}({right})" if right.startswith("-") else f"{left}{sign}{right}"


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
    below = "".join(f"d{name}{raised(path.count(name))}" for name in dict.fromkeys(path))
    return f"d{raised(len(path))}{output}/{below}"


def raised(number: int) -> str:
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
