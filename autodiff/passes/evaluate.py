"""The loop: reads a tape from left to right, in any number system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.tape import Apply, Const, Tape


def evaluate(tape: Tape, variables: Mapping[str, Any], algebra: Algebra = FLOATS) -> list[Any]:
    """The value of every node. The branch of an `if` that is not taken is skipped; its values are None."""
    lift = algebra.lift
    values: list[Any] = [
        None if type(node) is Apply else lift(node.value, node.text) if type(node) is Const else variables[node.name]  # type: ignore[union-attr]
        for node in tape.nodes
    ]
    resume(tape, values, algebra)
    return values


def resume(tape: Tape, values: Any, algebra: Algebra, todo: Sequence[int] | None = None) -> None:
    """Compute the operations whose value is still None: all, or those among `todo`, which names every run's start too."""
    nodes, functions, runs = tape.nodes, algebra.functions, tape.runs
    stop = 0
    for i, node in enumerate(nodes) if todo is None else [(i, nodes[i]) for i in todo]:
        if i < stop:
            continue
        if i in runs and algebra.truth(values[runs[i].condition]) is (not runs[i].when):
            stop = runs[i].stop
        elif values[i] is None and type(node) is Apply:
            values[i] = functions[node.op](*[values[j] for j in node.args])
