"""Evaluation: the loop that reads a tape from left to right, in any number system."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.passes import values as table
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Const, Node, Tape


def evaluate(
    tape: Tape, variables: Mapping[str, Any], algebra: Algebra = FLOATS, last: Sequence[Sequence[int]] | None = None
) -> list[Any]:
    """The value of every node. The branch of an `if` that is not taken is skipped; its values are None.

    With `last` uses, values are forgotten where they are no longer needed.
    """
    lift = algebra.lift
    values: list[Any] = [
        None if type(node) is Apply else lift(node.value, node.text) if type(node) is Const else variables[node.name]  # type: ignore[union-attr]
        for node in tape.nodes
    ]
    resume(tape, values, algebra, None if last is None else _forgetting(tape.nodes, values, last))
    return values


def resume(tape: Tape, values: Any, algebra: Algebra, steps: Iterable[tuple[int, Node]] | None = None) -> None:
    """Compute the operations whose value is still None: all, or those among `steps`, which have every run's start too."""
    nodes, functions, runs = tape.nodes, algebra.functions, tape.runs
    stop = 0
    for i, node in enumerate(nodes) if steps is None else steps:
        if i < stop:
            continue
        if i in runs and algebra.truth(values[runs[i].condition]) is (not runs[i].when):
            stop = runs[i].stop
        elif values[i] is None and type(node) is Apply:
            try:
                apply = functions[node.op]
            except KeyError:
                apply = function(node.op, algebra)
            args = node.args
            if len(args) == 2:
                values[i] = apply(values[args[0]], values[args[1]])
            else:
                values[i] = apply(*[values[j] for j in args])


def function(op: str, algebra: Algebra = FLOATS) -> Callable[..., Any]:
    """What a primitive is in a number system: its own, or else what the row says, which joins its functions on first use.

    Raises AutodiffError where neither has it.
    """
    try:
        return algebra.functions[op]
    except KeyError:
        made = algebra.functions[op] = _from_row(op, algebra)
        return made


def _from_row(op: str, algebra: Algebra) -> Callable[..., Any]:
    found = table.written(op, algebra.formulas, 2, 0.0)
    if found is None or (found.fixed and not hasattr(algebra, "by_order")):
        raise table.lacking(op, type(algebra).__name__) from None
    if found.fixed:
        return lambda n, x: algebra.by_order(op, n, x, lambda k: _reader(op, algebra, 2, k))  # type: ignore[attr-defined]
    if TABLE[op].variadic:
        two = _reader(op, algebra, 2)
        return lambda *args: reduce(two, args)
    made = _reader(op, algebra, len(found.params))
    settled = getattr(algebra, "settled", None)
    return made if settled is None or not TABLE[op].doubles else lambda *args: settled(op, made(*args), args)


def _reader(op: str, algebra: Algebra, count: int, order: float | None = None) -> Callable[..., Any]:
    """The formula of a row as a function."""
    found = table.written(op, algebra.formulas, count, order)
    assert found is not None
    params, tape = found.params, table.tape(found)
    last = last_uses(tape, [tape.output])
    return lambda *args: evaluate(tape, dict(zip(params, args, strict=True)), algebra, last)[tape.output]


def last_uses(tape: Tape, kept: Sequence[int]) -> list[list[int]]:
    """For every node the earlier ones that it is the last to use, but for those that are kept."""
    later, found = set(kept), list[list[int]]()
    for node in reversed(tape.nodes):
        ended = [j for j in dict.fromkeys(node.args) if j not in later] if type(node) is Apply else []
        later.update(ended)
        found.append(ended)
    return found[::-1]


def _forgetting(nodes: Sequence[Node], values: Any, last: Sequence[Sequence[int]]) -> Iterator[tuple[int, Node]]:
    """The nodes with their places; a value that has had its last use is forgotten, so that its memory serves again."""
    for i, node in enumerate(nodes):
        yield i, node
        for j in last[i]:
            values[j] = None
