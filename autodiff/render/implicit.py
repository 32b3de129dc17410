"""Implicit differentiation for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.messages import say
from autodiff.render.json import closing, numbers, opening
from autodiff.render.plain import aligned
from autodiff.study.implicit import Implicit, ImplicitStep
from autodiff.writing.numbers import human, quoted, strict


def plain(found: Implicit, digits: int) -> Iterator[str]:
    """Lines: the equation, the point, the steps, the result."""
    yield found.reading
    if found.derivative is not None:
        yield say("at {point}", point=", ".join(f"{name} = {human(x, digits)}" for name, x in found.point.items()))
    yield ""
    yield say("{name} is the left side minus the right side, and stays 0 along the curve.", name=found.steps[0].name)
    body = [(step.name, step.formula, *_numbers(step.value, digits)) for step in found.steps]
    yield from aligned([(say("step"), say("formula"), say("value"))[: len(body[0])], *body])
    yield ""
    *shared, formula = found.formula.split("; ")
    slope = found.derivative if found.derivative == found.derivative else None  # the formula may have a value where that has none
    chain = " = ".join(dict.fromkeys((found.name, formula, *_numbers(slope, digits))))
    yield say("{equation}, where {definitions}", equation=chain, definitions=", ".join(shared)) if shared else chain
    if found.derivative is not None and found.status != "ok":
        value, about = human(found.derivative, digits), say(found.status)
        yield say(
            "{label} = {value} is not ok ({about}): {reason}", label=found.name, value=value, about=about, reason=found.reason
        )


def _numbers(value: float | None, digits: int) -> tuple[str, ...]:
    return () if value is None else (human(value, digits),)


def json(text: str, found: Implicit) -> Iterator[str]:
    """One JSON document."""
    yield opening(text, found.reading)
    if found.derivative is None:
        yield f' "name": {quoted(found.name)}, "formula": {quoted(found.formula)},\n'
    else:
        yield f' "variables": {numbers(found.point)},\n'
        yield f' "name": {quoted(found.name)}, "derivative": {strict(found.derivative)}, "status": {quoted(found.status)},\n'
        yield f' "reason": {quoted(found.reason) if found.reason else "null"}, "formula": {quoted(found.formula)},\n'
    yield f' "steps": [{", ".join(map(_step, found.steps))}],\n'
    yield closing(found.notes)


def _step(step: ImplicitStep) -> str:
    value = "" if step.value is None else f', "value": {strict(step.value)}'
    return f'{{"name": {quoted(step.name)}, "formula": {quoted(step.formula)}{value}}}'
