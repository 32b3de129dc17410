"""What the output does as one variable comes from the left, or from the right: one-sided passes through the formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autodiff.calculus import Partials
from autodiff.evaluate import resume
from autodiff.sides import Side, Sides, approach
from autodiff.tape import Apply, Tape

WORK = 500_000  # one-sided operations for one worksheet; what would take more is left out

Pair = tuple[Side, Side]


class Lifted(dict[int, Any]):
    """The values of all nodes as one-sided numbers, made on demand: those not set are constant."""

    def __init__(self, values: Sequence[Any], sides: Sides) -> None:
        super().__init__()
        self._values, self._sides = values, sides

    def __missing__(self, place: int) -> Any:
        value = self._values[place]
        return value if value is None or isinstance(value, bool) else self._sides.lift(value)


class Limits:
    """Left and right derivatives of the output, where some nodes need more care than their local derivative shows.

    Only the nodes on the way from the variable to these nodes are read in one-sided numbers. Behind them the formula
    is smooth, and the adjoints that are known already finish the work, unless a limit differs from the value there.
    """

    def __init__(
        self, tape: Tape, values: Sequence[Any], partials: Partials, adjoints: Sequence[Any], special: Iterable[int]
    ) -> None:
        self.tape, self.values, self.partials, self.adjoints = tape, values, partials, adjoints
        self._before = _ancestors(tape, special)
        self.users: list[list[int]] = [[] for _ in tape.nodes]
        for i, node in enumerate(tape.nodes):
            if type(node) is Apply:
                for j in set(node.args):
                    self.users[j].append(i)
        self._skipped = [i for i, value in enumerate(values) if value is None]
        self._work = 0

    def core(self, place: int) -> set[int]:
        """The nodes that depend on a variable, up to the last special one."""
        return self._reach(place, self._before) if self._before[place] else set()

    def downstream(self, place: int) -> set[int]:
        """All nodes that depend on a variable, those of branches not taken included."""
        return self._reach(place, None)

    def _reach(self, place: int, within: bytearray | None) -> set[int]:
        reached, fresh = {place}, [place]
        while fresh:
            for i in self.users[fresh.pop()]:
                if i not in reached and (within is None or within[i]):
                    reached.add(i)
                    fresh.append(i)
        return reached

    def both(self, place: int, core: set[int]) -> Pair | None:
        """The output from the left and from the right; None where that would take too long."""
        left, right = self._short(place, -1.0, core), self._short(place, 1.0, core)
        if left is not None and right is not None:
            return left, right
        reached = self.downstream(place)
        if not self._afford(reached):
            return None
        output = self.tape.output
        return tuple(_turned(self._pass(place, sign, reached)[output], sign) for sign in (-1.0, 1.0))  # type: ignore[return-value]

    def _short(self, place: int, sign: float, core: set[int]) -> Side | None:
        """The output by way of the core and the known adjoints; None where the rest must be read too."""
        if self.tape.output in core or not self._afford(core):
            return None
        found = self._pass(place, sign, core)
        slope = 0.0
        for j in core:
            if self.values[j] is None or all(i in core for i in self.users[j]):
                continue
            at: Side | bool = found[j]
            if isinstance(at, bool) or at.limit != self.values[j]:
                return None
            if at.tangent is not None and (weight := self._weight(j, core)) is not None:
                slope += weight * at.tangent
        value = self.values[self.tape.output]
        return Side(value, slope * sign, value) if slope - slope == 0 else None

    def _afford(self, reached: Iterable[int]) -> bool:
        """Whether there is time left to read these nodes."""
        nodes = self.tape.nodes
        self._work += sum(1 + len(node.args) for i in reached if isinstance(node := nodes[i], Apply))
        return self._work <= WORK

    def _weight(self, place: int, core: set[int]) -> float | None:
        """The adjoint that reaches a node from outside the core; None if nothing outside uses it."""
        total = None
        for i in self.users[place]:
            local, node = self.partials[i], self.tape.nodes[i]
            if i in core or local is None or self.adjoints[i] is None or not isinstance(node, Apply):
                continue
            for j, slope in zip(node.args, local, strict=True):
                if j == place and slope is not None:
                    total = (total or 0.0) + self.adjoints[i] * slope
        return total

    def _pass(self, place: int, sign: float, reached: set[int]) -> Lifted:
        sides = Sides()
        values = Lifted(self.values, sides)
        todo = sorted({*reached, *self._skipped, *self.tape.runs})
        for i in reached:
            values[i] = None
        values[place] = approach(self.values[place], sign)
        resume(self.tape, values, sides, todo)
        return values


def _turned(side: Side, sign: float) -> Side:
    """The derivative in place of the tangent: a step to the left counts against the slope."""
    return Side(side.limit, None if side.tangent is None else side.tangent * sign, side.near)


def _ancestors(tape: Tape, special: Iterable[int]) -> bytearray:
    """For every node 1 if a special node depends on it, or it is one."""
    flags = bytearray(len(tape.nodes))
    for i in special:
        flags[i] = 1
    for i in range(len(tape.nodes) - 1, -1, -1):
        node = tape.nodes[i]
        if flags[i] and type(node) is Apply:
            for j in node.args:
                flags[j] = 1
    return flags
