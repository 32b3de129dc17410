"""A straight tape as a program for many points: steps over registers, which serve again after their last use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from autodiff.passes.evaluate import last_uses
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Const, Tape, Var

ENGINES = "auto", "numpy", "c"
"""What may compute such a program."""


class Step(NamedTuple):
    """An operation: the registers of its arguments, and that of its result, which may be one of them."""

    op: str
    args: tuple[int, ...]
    out: int


Key = str | tuple[str, str]
"""What a derivative is called: by the variable, or by two of them."""


class Program(NamedTuple):
    """The value and the derivatives of a formula; `towards` says which variable each is about. `free` are the variables that
    may be NaN while the value is a number.
    """

    tape: Tape
    steps: list[Step]
    constants: dict[int, Const]
    variables: dict[str, int]
    value: int
    slopes: dict[Key, int]
    towards: dict[Key, str]
    free: frozenset[str]
    size: int


def program(tape: Tape, slopes: Mapping[Key, int]) -> Program:
    """For a tape without branches to skip; the value is its output, and the derivatives stand at the places `slopes`."""
    towards = {key: key if isinstance(key, str) else key[0] for key in slopes}
    last, steps = last_uses(tape, [tape.output, *slopes.values()]), list[Step]()
    place: list[int] = []
    spare: dict[bool, list[int]] = {True: [], False: []}
    size = 0
    for i, node in enumerate(tape.nodes):
        if isinstance(node, Apply):
            for j in last[i]:
                if isinstance(was := tape.nodes[j], Apply):
                    spare[was.op in CONDITIONS].append(place[j])
        free = spare[node.op in CONDITIONS] if isinstance(node, Apply) else []
        place.append(free.pop() if free else size)
        size = max(size, place[i] + 1)
        if isinstance(node, Apply):
            steps.append(Step(node.op, tuple([place[j] for j in node.args]), place[i]))
    variables = {node.name: place[i] for i, node in enumerate(tape.nodes) if isinstance(node, Var)}
    unused = {name: size + k for k, name in enumerate(name for name in {*towards.values()} if name not in variables)}
    return Program(
        tape,
        steps,
        {place[i]: node for i, node in enumerate(tape.nodes) if isinstance(node, Const)},
        variables | unused,
        place[tape.output],
        {key: place[i] for key, i in slopes.items()},
        towards,
        frozenset(towards.values()) - _strict(tape),
        size + len(unused),
    )


def _strict(tape: Tape) -> set[str]:
    """The variables that the value needs at every point: where one of them is NaN, so is the value."""
    found = {tape.output}
    for i in range(tape.output, -1, -1):
        node = tape.nodes[i]
        if i in found and isinstance(node, Apply) and node.op != "if":
            found.update(node.args)
    return {node.name for i in found if isinstance(node := tape.nodes[i], Var)}
