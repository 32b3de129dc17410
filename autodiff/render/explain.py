"""The worksheet in sentences: every step forward, every step backward, the chain rule, and a nudge that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autodiff.render import rows
from autodiff.render.numbers import human
from autodiff.render.plain import following
from autodiff.render.section import Section
from autodiff.tape import Apply
from autodiff.worksheet import Step, Worksheet
from autodiff.write import step as written

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
MORE = 4  # digits that a nudge is shown with beyond the usual, so that a small change is visible


def document(sheet: Worksheet, digits: int, nudge: float, sections: Iterable[Section] = ()) -> Iterator[str]:
    """Lines of text."""
    yield rows.title(sheet)
    if sheet.point:
        yield f"at {rows.where(sheet, digits)}"
    yield ""
    yield "Forward, from left to right: each step uses values that are known."
    for row in rows.forward(sheet, digits):
        yield f"  {' = '.join(dict.fromkeys((row.name, row.formula, row.numbers, row.value)))}"
    if sheet.wrt:
        yield from _backward(sheet, digits, nudge)
    remarks = list(rows.remarks(sheet, digits))
    if remarks:
        yield ""
        yield from remarks
    yield from following(sections)


def _backward(sheet: Worksheet, digits: int, nudge: float) -> Iterator[str]:
    yield ""
    yield f"Backward, from right to left: how much does {sheet.output} change when a step changes?"
    for step in sheet.backward():
        yield from _derivative(sheet, step, digits)
    for name in sheet.wrt:
        yield ""
        yield from _nudge(sheet, name, digits, nudge)


def _derivative(sheet: Worksheet, step: Step, digits: int) -> Iterator[str]:
    name, out = step.name, sheet.output
    label = rows.derivative(sheet, name)
    whole = f"d{out}/d{name}"
    head = label if label == whole else f"{label} = {whole}"
    value = human(step.gradient or 0.0, digits)
    if step.place == sheet.tape.output:
        yield f"  {head} = {value}: the output follows itself"
        return
    users = [use[:2] for use in sheet.uses.get(step.place, [])]
    if not users:
        yield f"  {head} = {value}: {out} does not change with {name}"
        return
    again = {i for i, _ in users if sum(other == i for other, _ in users[: rows.TERMS]) > 1}
    for k, (i, slope) in enumerate(users[: rows.TERMS]):
        user = sheet.names[i]
        which = f" (its {ORDINALS[sum(other == i for other, _ in users[:k])]} {name})" if i in again else ""
        yield f"  ∂{user}/∂{name} = {human(slope, digits)}{which}, since {user} = {_formula(sheet, i)}"
    terms = [f"d{out}/d{sheet.names[i]} · ∂{sheet.names[i]}/∂{name}" for i, _ in users[: rows.TERMS]]
    numbers = [rows.product(sheet.adjoint(i), slope, digits, " · ") for i, slope in users[: rows.TERMS]]
    rest = [f"… {len(users) - rows.TERMS} more"] if len(users) > rows.TERMS else []
    yield f"  {head} = {' + '.join(terms + rest)} = {' + '.join(numbers + rest)} = {value}"
    if len(users) > 1:
        yield f"    {name} is used {len(users)} times, so the branches are added"


def _formula(sheet: Worksheet, place: int) -> str:
    node = sheet.tape.nodes[place]
    taken = bool(sheet.values[node.args[0]]) if isinstance(node, Apply) and node.op == "if" else None
    return written(sheet.tape, place, sheet.names.get, taken)


def _nudge(sheet: Worksheet, name: str, digits: int, size: float) -> Iterator[str]:
    """Move one variable, compute everything again, and compare with the derivative."""
    if sheet.point[name] + size == sheet.point[name]:
        yield f"Nudge {name} by {human(size, digits)}: too little to change {human(sheet.point[name], digits)}; try a larger one"
        return
    moved, fine = sheet.nudged(name, size), digits + MORE
    places = [i for i in sheet.shown if isinstance(sheet.tape.nodes[i], Apply) and moved[i] is not None]
    changed = [i for i in places if moved[i] != sheet.values[i] or i == sheet.tape.output]
    steps = [(name, sheet.point[name], sheet.point[name] + size)]
    steps += [(sheet.names[i], sheet.values[i], moved[i]) for i in changed[-rows.TERMS :]]
    yield f"Nudge {name} by {human(size, digits)}: " + ", ".join(f"{n}: {human(a, fine)} → {human(b, fine)}" for n, a, b in steps)
    change = moved[sheet.tape.output] - sheet.value
    label = rows.derivative(sheet, name)
    slope = sheet.gradient[name]
    yield (
        f"  {sheet.output} moves by {human(change, digits)}, that is {human(change / size, digits)} for each unit of {name}; "
        f"{label} is {human(slope, digits)}"
    )
