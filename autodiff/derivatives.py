"""Derivatives as formulas for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff.calculus import active, linearize, places, push
from autodiff.evaluate import resume
from autodiff.layout import Layout, Writer
from autodiff.tape import Apply, Tape, Var
from autodiff.terms import Terms


def read(tape: Tape, terms: Terms) -> list[Any]:
    values: list[Any] = [
        None
        if isinstance(node, Apply)
        else terms.variable(node.name)
        if isinstance(node, Var)
        else terms.lift(node.value, node.text)
        for node in tape.nodes
    ]
    resume(tape, values, terms)
    return values


def derivatives(tape: Tape, wrt: Sequence[str], terms: Terms) -> list[int]:
    values = read(tape, terms)
    where = places(tape)
    result = []
    for name in wrt:
        partials = linearize(tape, values, terms, active(tape, [name]))
        found = push(tape, partials, {where[name]: terms.one}, terms)[tape.output]
        result.append(terms.zero if found is None else found)
    return result


def gradient(tape: Tape, name: str) -> Tape:
    from autodiff.shorten import shortened

    terms = Terms()
    found = derivatives(tape, [name], terms)
    found = shortened(terms, found)
    writer = Writer()
    (place,) = [Layout(terms, writer).place(i) for i in found]
    nodes = writer.recorder.nodes
    if not isinstance(nodes[place], Apply):
        nodes.append(Apply("copy", (place,), (0, 0)))
        place = len(nodes) - 1
    return Tape(nodes, place)
