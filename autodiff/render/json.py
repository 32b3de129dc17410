"""The worksheet as one strict JSON document, written node by node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autodiff.point.worksheet import Step, Worksheet
from autodiff.trust.status import Status
from autodiff.writing.numbers import quoted, strict

if TYPE_CHECKING:
    from autodiff.study.modes import Output

SCHEMA_VERSION = 1
CONVENTIONS = 2

VERSIONS = f'"schema_version": {SCHEMA_VERSION}, "conventions": {CONVENTIONS}'
"""The first members of every document."""


def opening(text: str, reading: str) -> str:
    """How the document of a formula begins."""
    return f'{{{VERSIONS},\n "expression": {quoted(text)}, "reading": {quoted(reading)},\n'


def closing(notes: Iterable[str]) -> str:
    """How it ends."""
    return f' "notes": [{", ".join(map(quoted, notes))}]}}\n'


def worksheet(sheet: Worksheet, nodes: bool = True, members: Iterable[str] = ()) -> Iterator[str]:
    """The document in pieces, in flat memory; `members` are what is added."""
    yield opening(sheet.text, sheet.reading)
    yield f' "output": {quoted(sheet.output)}, "value": {strict(sheet.value)}, "value_status": {quoted(sheet.value_status)},\n'
    yield f' "variables": {numbers(sheet.point)},\n'
    yield f' "gradient": {numbers(sheet.gradient)},\n'
    yield f' "derivative_status": {_all(sheet)},\n'
    for member in members:
        yield f" {member},\n"
    if nodes:
        yield ' "nodes": ['
        yield from _joined(_nodes(sheet, sheet.steps()))
        yield "],\n"
    yield closing(sheet.notes)


def jacobian(sheet: Worksheet, sheets: Mapping[str, Output], nodes: bool = True) -> Iterator[str]:
    """The document of several outputs: a Jacobian in place of a gradient, and for every node a gradient of each output."""
    yield opening(sheet.text, sheet.reading)
    yield f' "outputs": {numbers({name: one.value for name, one in sheets.items()})},\n'
    yield f' "outputs_status": {braced({name: quoted(one.value_status) for name, one in sheets.items()})},\n'
    yield f' "variables": {numbers(sheet.point)},\n'
    yield f' "jacobian": {braced({name: numbers(one.gradient) for name, one in sheets.items()})},\n'
    yield f' "jacobian_status": {braced({name: _all(one) for name, one in sheets.items() if one.status})},\n'
    if nodes:
        yield ' "nodes": ['
        yield from _joined(_nodes(sheet, sheet.steps(), sheets))
        yield "],\n"
    yield closing(sheet.notes)


def _gradients(sheets: Mapping[str, Output], step: Step) -> str:
    slopes = {name: one.slope(step.place) for name, one in sheets.items()}
    return "" if step.kind == "constant" else f', "gradients": {braced({name: strict(x) for name, x in slopes.items()})}'


def braced(members: Mapping[str, str]) -> str:
    """An object, of members that are JSON already."""
    return "{" + ", ".join([f"{quoted(name)}: {text}" for name, text in members.items()]) + "}"


def numbers(values: Mapping[str, float]) -> str:
    """Numbers by name."""
    return braced({name: strict(value) for name, value in values.items()})


def truth(value: bool) -> str:
    """Whether something is so."""
    return "true" if value else "false"


def counts(found: Mapping[str, int]) -> str:
    """Whole numbers by name."""
    return braced({name: str(number) for name, number in found.items()})


def _joined(parts: Iterable[str]) -> Iterator[str]:
    between = "\n  "
    for part in parts:
        yield between + part
        between = ",\n  "


def _all(sheet: Worksheet) -> str:
    return braced({name: status(sheet, found) for name, found in sheet.status.items()})


def status(sheet: Worksheet, found: Status) -> str:
    """Why a derivative is not simply right; a status of the whole has no node."""
    estimated = ', "estimated": true' if found.estimated else ""
    node = "null" if found.node < 0 else quoted(sheet.names.get(found.node, sheet.output))
    return (
        f'{{"status": "{found.status}", "left": {strict(found.left)}, "right": {strict(found.right)}{estimated}, '
        f'"node": {node}, "reason": {quoted(found.reason)}}}'
    )


KEPT = 4096
"""Numbers whose text is kept for the next time that they are written."""


class _Texts(dict[Any, str]):
    """Numbers as strict JSON: a value is often a local derivative of the next step. Zeros are not kept, for their sign counts."""

    def __missing__(self, value: float | None) -> str:
        text = strict(value)
        if value is None or (type(value) is float and value and value - value == 0):
            if len(self) >= KEPT:
                self.clear()
            self[value] = text
        return text


def _nodes(sheet: Worksheet, steps: Iterable[Step], sheets: Mapping[str, Output] | None = None) -> Iterator[str]:
    """The nodes; those of several outputs have a gradient of each of them."""
    name, number = {place: quoted(text) for place, text in sheet.names.items()}.__getitem__, _Texts().__getitem__
    for step in steps:
        place, _, kind, value, gradient, operation, formula, inputs, partials, (start, end) = step
        slope = f', "gradient": {number(gradient)}' if gradient is not None else ""
        if sheets is not None:
            slope = _gradients(sheets, step)
        if not operation:
            yield f'{{"name": {quoted(step.name)}, "kind": "{kind}", "value": {number(value)}{slope}}}'
            continue
        arguments, local = ", ".join(map(name, inputs)), ", ".join(map(number, partials))
        yield (
            f'{{"name": {name(place)}, "kind": "operation", "operation": "{operation}", "formula": {quoted(formula)}, '
            f'"inputs": [{arguments}], "partials": [{local}], "value": {number(value)}{slope}, "span": [{start}, {end}]}}'
        )
