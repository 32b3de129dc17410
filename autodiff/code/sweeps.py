"""The sweeps of a formula in symbols: its value, gradient and Hessian on one tape, from which code is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

from autodiff.code.symbols import Code
from autodiff.passes.evaluate import resume
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.symbolic.gradients import trimmed
from autodiff.tape import Apply, Tape


class Sweeps:
    """`values` and `adjoints` say where each node of the formula, and the derivative towards it, stand on the new tape.

    What stands there before `turn` belongs to the sweep forward.
    """

    def __init__(self, tape: Tape, wrt: Sequence[str], second: bool) -> None:
        self.tape, self.wrt, self.symbols = tape, wrt, Code()
        self.values = [-1 if isinstance(node, Apply) else self.symbols.leaf(node) for node in tape.nodes]
        self._forward()
        self.value = self.values[tape.output]
        self.turn = len(self.symbols.recorder.nodes)
        self.symbols.turn = self.turn
        self.flags = active(tape, wrt)
        self.adjoints = self._pull(tape, self.values) if wrt else []
        zero, where = self.symbols.lift(0.0), places(tape)
        found = [self.adjoints[where[name]] for name in wrt]
        self.slopes = [zero if slope is None else slope for slope in found]
        self.curvatures = self._second() if second else []

    def _forward(self) -> None:
        known = [None if place < 0 else place for place in self.values]
        resume(self.tape, known, self.symbols)
        self.values = [-1 if place is None else place for place in known]

    def _pull(self, tape: Tape, values: Sequence[int]) -> list[int | None]:
        symbols = self.symbols
        return pull(tape, linearize(tape, values, symbols, active(tape, self.wrt)), symbols.lift(1.0), symbols)

    def _second(self) -> list[list[int]]:
        """For every variable the derivatives of its slope towards itself and those that follow."""
        nodes, symbols, zero = list(self.symbols.recorder.nodes), self.symbols, self.symbols.lift(0.0)
        first = Tape(nodes, 0)
        here, where = list(range(len(nodes))), places(first)
        partials = linearize(first, here, symbols, active(first, self.wrt))
        rows = []
        for k, slope in enumerate(self.slopes):
            found = pull(Tape(nodes, slope), partials, symbols.lift(1.0), symbols)
            row = [found[where[name]] if name in where else None for name in self.wrt[k:]]
            rows.append([zero if place is None else place for place in row])
        return rows

    @cached_property
    def _strict(self) -> set[int]:
        """What the value needs at every point: where any of it is no number, neither is the value."""
        nodes, found = self.symbols.recorder.nodes, {self.value}
        for i in range(self.value, -1, -1):
            node = nodes[i]
            if i in found and isinstance(node, Apply) and node.op != "if":
                found.update(node.args)
        return found

    def guarded(self, place: int, *names: str) -> int:
        """A derivative, which is no number where the value or one of these variables is none, and never -0."""
        return self.symbols.write("add", (place, self._nothing(names)))

    def chosen(self, place: int, *names: str) -> int:
        """The same as a choice, for languages in which a number that is none may be missing, or an error."""
        symbols, missing = self.symbols, self._missing(names)
        if symbols.number(place) is None:
            place = symbols.write("add", (place, symbols.constant(0.0)))
        return symbols.write("if", (missing, symbols.number_of(math.nan), place))

    def _missing(self, names: Sequence[str]) -> int:
        """The condition that the value or one of these variables is not a number."""
        symbols = self.symbols
        missing = symbols.write("ne", (self.value, self.value))
        for name in dict.fromkeys(names):
            at = symbols.recorder.var(name)
            if at not in self._strict:
                missing = symbols.write("or", (missing, symbols.write("ne", (at, at))))
        return missing

    def _nothing(self, names: Sequence[str]) -> int:
        """What is added to a derivative: 0, or NaN where it is missing."""
        return self.symbols.write("if", (self._missing(names), self.symbols.number_of(math.nan), self.symbols.constant(0.0)))

    def guard(self, chosen: bool) -> int:
        """What all guards have in common: what is added to a derivative, or the condition under which there is none."""
        return self._missing(()) if chosen else self._nothing(())


def curved(tape: Tape, wrt: Sequence[str]) -> tuple[Tape, Mapping[str | tuple[str, str], int]]:
    """The value of a formula with its first and second derivatives on one tape, and where these stand; each pair once."""
    sweeps = Sweeps(tape, wrt, True)
    found: dict[str | tuple[str, str], int] = dict(zip(wrt, sweeps.slopes))
    for k, row in enumerate(sweeps.curvatures):
        found |= {(wrt[k], name): sweeps.guarded(place, name) for name, place in zip(wrt[k:], row)}
    nodes, places = trimmed(sweeps.symbols.recorder.nodes, [sweeps.value, *found.values()])
    return Tape(nodes, places[0]), dict(zip(found, places[1:]))
