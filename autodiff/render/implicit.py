"""Implicit differentiation for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.implicit import Implicit, Step
from autodiff.render.json import SCHEMA_VERSION, numbers
from autodiff.render.numbers import human, quoted, strict
from autodiff.render.plain import aligned


def document(text: str, point: dict[str, float], found: Implicit, digits: int) -> Iterator[str]:
    """Lines: the equation, the point, the steps, the result."""
    yield text
    yield f"at {', '.join(f'{name} = {human(x, digits)}' for name, x in point.items())}"
    yield ""
    yield "F is the left side minus the right side, and stays 0 along the curve."
    yield from aligned(
        [("step", "formula", "value"), *((step.name, step.formula, human(step.value, digits)) for step in found.steps)]
    )
    yield ""
    *shared, formula = found.formula.split("; ")
    yield f"{found.name} = {formula} = {human(found.derivative, digits)}{', where ' if shared else ''}{', '.join(shared)}"
    if found.status != "ok":
        yield f"{found.name} = {human(found.derivative, digits)} is not ok ({found.status}): {found.reason}"


def json(text: str, read_as: str, point: dict[str, float], found: Implicit) -> Iterator[str]:
    """One JSON document."""
    yield f'{{"schema_version": {SCHEMA_VERSION},\n'
    yield f' "equation": {quoted(text)}, "reading": {quoted(read_as)}, "variables": {numbers(point)},\n'
    yield f' "name": {quoted(found.name)}, "derivative": {strict(found.derivative)}, "status": {quoted(found.status)},\n'
    yield f' "reason": {quoted(found.reason)}, "formula": {quoted(found.formula)},\n'
    yield f' "steps": [{", ".join(map(_step, found.steps))}],\n'
    yield f' "notes": [{", ".join(map(quoted, found.notes))}]}}\n'


def _step(step: Step) -> str:
    return f'{{"name": {quoted(step.name)}, "formula": {quoted(step.formula)}, "value": {strict(step.value)}}}'
