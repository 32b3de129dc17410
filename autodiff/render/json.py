"""The worksheet as one strict JSON document, written node by node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from autodiff.render.numbers import quoted, strict
from autodiff.status import Status
from autodiff.worksheet import Step, Worksheet

SCHEMA_VERSION = 1
CONVENTIONS = 1


def document(sheet: Worksheet, nodes: bool = True) -> Iterator[str]:
    """The document in pieces, in flat memory."""
    yield f'{{"schema_version": {SCHEMA_VERSION}, "conventions": {CONVENTIONS},\n'
    yield f' "expression": {quoted(sheet.text)}, "reading": {quoted(sheet.reading)},\n'
    yield f' "output": {quoted(sheet.output)}, "value": {strict(sheet.value)}, "value_status": {quoted(sheet.value_status)},\n'
    yield f' "variables": {numbers(sheet.point)},\n'
    yield f' "gradient": {numbers(sheet.gradient)},\n'
    yield f' "derivative_status": {{{", ".join(_statuses(sheet))}}},\n'
    if nodes:
        yield ' "nodes": ['
        yield from _joined(_node(sheet, step) for step in sheet.steps())
        yield "],\n"
    yield f' "notes": [{", ".join(map(quoted, sheet.notes))}]}}\n'


def numbers(values: Mapping[str, float]) -> str:
    """A JSON object of numbers."""
    return "{" + ", ".join([f"{quoted(name)}: {strict(value)}" for name, value in values.items()]) + "}"


def _joined(parts: Iterable[str]) -> Iterator[str]:
    between = "\n  "
    for part in parts:
        yield between
        yield part
        between = ",\n  "


def _statuses(sheet: Worksheet) -> Iterator[str]:
    for name, status in sheet.status.items():
        yield f"{quoted(name)}: {_status(sheet, status)}"


def _status(sheet: Worksheet, status: Status) -> str:
    estimated = ', "estimated": true' if status.estimated else ""
    return (
        f'{{"status": "{status.status}", "left": {strict(status.left)}, "right": {strict(status.right)}{estimated}, '
        f'"node": {quoted(sheet.names.get(status.node, sheet.output))}, "reason": {quoted(status.reason)}}}'
    )


def _node(sheet: Worksheet, step: Step) -> str:
    head = f'{{"name": {quoted(step.name)}, "kind": "{step.kind}"'
    if step.operation:
        inputs = ", ".join([quoted(sheet.names[i]) for i in step.inputs])
        partials = ", ".join([strict(d) for d in step.partials])
        head += (
            f', "operation": "{step.operation}", "formula": {quoted(step.formula)}, "inputs": [{inputs}], "partials": [{partials}]'
        )
    head += f', "value": {strict(step.value)}'
    if step.gradient is not None:
        head += f', "gradient": {strict(step.gradient)}'
    return head + (f', "span": [{step.span[0]}, {step.span[1]}]}}' if step.operation else "}")
