"""What a session answers to a line: the value and the gradient in short, and the names that it knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from autodiff.errors import enumerated
from autodiff.formula import Formula
from autodiff.messages import count, say
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.answer import MOST
from autodiff.render.notation import Plain
from autodiff.session import programs
from autodiff.session.taking import Change, Taken
from autodiff.session.workbook import Workbook
from autodiff.writing.formulas import reading
from autodiff.writing.names import output_name
from autodiff.writing.numbers import human

if TYPE_CHECKING:
    from autodiff.study.differentiation import Differentiation

LONGEST, SHORT = 1000, 60  # signs of a formula beside its value, and of what is left of a longer one


def result(sheet: Worksheet, is_named: bool, known: Collection[str], digits: int) -> Iterator[str]:
    """The formula as it was understood with its value, and what is to be said of numbers that are not simply right.

    The definitions of the session are not repeated, and neither is a name that is not the user's.
    """
    *before, last = reading(sheet.tape).split("; ")
    last = last if is_named else last.removeprefix(f"{sheet.output} = ")
    own = [text for text in before if text.partition(" = ")[0] not in known]
    value = human(sheet.value, digits)
    doubt = "" if sheet.value_status == "ok" else f" ({say(sheet.value_status)})"
    yield "; ".join([*map(_short, own), last if last == value else f"{_short(last)} = {value}"]) + doubt
    yield from rows.remarks(sheet, digits)


def _short(text: str) -> str:
    """A formula; of a very long one the beginning."""
    return text if len(text) <= LONGEST else f"{text[:SHORT]} …"


def waiting(formula: Formula, name: str, lacking: Sequence[str]) -> Iterator[str]:
    """A definition that has no value yet, as it was understood, and what it waits for."""
    yield reading(formula.tape, name).rpartition("; ")[2]
    yield count(len(lacking), "no value yet: {names} has none", "no value yet: {names} have none", names=enumerated(lacking))


def gradient(sheet: Worksheet, is_named: bool, order: Collection[str], digits: int) -> list[str]:
    """The derivatives by the variables, in this order, each a piece of a line."""
    n, places = Plain(sheet, digits), {sheet.names[i]: i for i in sheet.reverse}
    found: list[str] = []
    for name in [name for name in order if name in sheet.gradient][:MOST]:
        status, short = sheet.status.get(name), n.derivative(places[name])
        whole = [n.total(places[name])] if is_named and not found else []
        said = " = ".join(dict.fromkeys([short, *whole, n.number(sheet.gradient[name])]))
        found.append(said + (n.aside(say(status.status)) if status else ""))
    if len(sheet.gradient) > MOST:
        found.append(n.more(len(sheet.gradient) - MOST))
    return [f"{text}," for text in found[:-1]] + found[-1:]


def variable(book: Workbook, taken: Taken, digits: int) -> Iterator[str]:
    """A variable, and its number: nothing where the line that gave it says that already."""
    name, right = taken.statement.name, taken.statement.right
    number = human(book.values[name], digits)
    if taken.kind == "asked" or _is_formula(right):
        yield " = ".join(dict.fromkeys([name, *([right] if _is_formula(right) else []), number]))


def _is_formula(text: str) -> bool:
    """Whether a text says more than the number that it is worth."""
    return text.strip("+-.0123456789 ").lower() not in ("", "e")


def uses(taken: Taken, output: str, digits: int) -> Iterator[str]:
    """The derivatives that a line took as numbers."""
    for name, slope in taken.slopes.items():
        yield f"{name} = d{output}/{name} = {human(slope, digits)}"


def change(one: Change, digits: int) -> str:
    """A definition that has another value than before; as many digits as show that."""
    if one.before is None:
        return f"{one.name} = {human(one.after, digits)}"
    while digits < 17 and human(one.before, digits) == human(one.after, digits):
        digits += 1
    return f"{one.name}: {human(one.before, digits)} → {human(one.after, digits)}"


def derivative(found: Differentiation, is_named: bool, lacking: Sequence[str], digits: int) -> Iterator[str]:
    """A derivative as a formula and a number, and which names it has no number for."""
    from autodiff.render.diff import remarks

    (index,) = found.indices
    yield from (f"{step.name} = {step.formula}" for step in found.found.steps())
    label = rows.leibniz(output_name(found.tape) if is_named else "", index)
    number = [human(found.numbers.values[index], digits)] if found.numbers else []
    yield " = ".join(dict.fromkeys([label, found.found.formula(index), *number]))
    yield from remarks(found, digits)
    if lacking:
        yield count(len(lacking), "no number: {names} has no value", "no number: {names} have no value", names=enumerated(lacking))


def names(book: Workbook, digits: int) -> Iterator[str]:
    """All names as they could be typed again, with values as comments."""
    for key, entry in book.entries.items():
        text = " ".join(entry.statement.text.split())
        number = entry.number if entry.number is not None else None if key.endswith("(") else programs.number(book, key)
        shown = "" if number is None else human(number, digits)
        says = shown and (entry.number is None or _is_formula(entry.statement.right))
        yield f"{text}  # {shown}" if says else text
