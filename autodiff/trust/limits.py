"""What the output does as one variable comes from the left, or from the right: one-sided passes through the formula."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from autodiff.numbers.algebra import Algebra
from autodiff.numbers.wide import Wide
from autodiff.passes.evaluate import resume
from autodiff.passes.push_pull import Partials
from autodiff.tape import Apply, Tape, ancestors
from autodiff.trust.estimate import NOISE, Cautious, near, quotients, tends
from autodiff.trust.germs import NOWHERE, Germ, Undecided
from autodiff.trust.sides import Sides, approach, rounding, slope

WORK = 500_000  # one-sided operations for one worksheet; what would take more is left out
LEVELS = ((2, 2), (7, 20))  # how far the series go: as far as is needed; and what an operation costs


class Side(NamedTuple):
    """The limit from one side, NaN where there is no value, and the derivative there, None where there is none.

    `error` is what rounding may have added to the derivative on this side alone.
    """

    limit: float
    slope: float | None
    estimated: bool = False
    error: float = 0.0


class Lifted(dict[int, Any]):
    """The values of all nodes in a number system, made on demand: those not set are constant."""

    def __init__(self, values: Sequence[Any], algebra: Algebra) -> None:
        super().__init__()
        self._values, self._algebra = values, algebra

    def __missing__(self, place: int) -> Any:
        value = self._values[place]
        return value if value is None or isinstance(value, bool) else self._algebra.lift(value)


class Limits:
    """Left and right derivatives of the output, where some nodes need more care than their local derivative shows.

    Only the nodes on the way from the variable to these nodes are read in one-sided numbers. Behind them the formula
    is smooth, and the adjoints that are known already finish the work, unless a limit differs from the value there.
    """

    def __init__(
        self, tape: Tape, values: Sequence[Any], partials: Partials, adjoints: Sequence[Any], special: Iterable[int]
    ) -> None:
        self.tape, self.values, self.partials, self.adjoints = tape, values, partials, adjoints
        self._before = ancestors(tape, special)
        self.users: list[list[int]] = [[] for _ in tape.nodes]
        for i, node in enumerate(tape.nodes):
            if type(node) is Apply:
                for j in set(node.args):
                    self.users[j].append(i)
        self._skipped = [i for i, value in enumerate(values) if value is None]
        self._beyond = {i for i, value in enumerate(values) if type(value) is Wide}
        self.work = 0
        """One-sided operations done so far."""
        self._systems: dict[int, Sides] = {}

    def core(self, place: int) -> set[int]:
        """The nodes that depend on a variable, up to the last special one."""
        return self._reach(place, self._before) if self._before[place] else set()

    def _reach(self, place: int, within: bytearray | None = None) -> set[int]:
        """All nodes that depend on a variable, those of branches not taken included."""
        reached, fresh = {place}, [place]
        while fresh:
            for i in self.users[fresh.pop()]:
                if i not in reached and (within is None or within[i]):
                    reached.add(i)
                    fresh.append(i)
        return reached

    def both(self, place: int) -> tuple[Side, Side] | None:
        """The output from the left and from the right; None where that would take too long, or leave the range of doubles."""
        if self.work > WORK or not math.isfinite(self.values[place]) or self._is_beyond(place):
            return None
        core = self.core(place)
        self.work += len(core)
        left = self._side(place, -1.0, core)
        right = self._side(place, 1.0, core) if left is not None else None
        return (left, right) if left is not None and right is not None else None

    def _is_beyond(self, place: int) -> bool:
        """Whether a step that depends on a variable, or an argument of one, is no double: one-sided numbers consist of doubles."""
        if not self._beyond:
            return False
        reached = self._reach(place)
        args = {j for i in reached if isinstance(node := self.tape.nodes[i], Apply) for j in node.args}
        return not self._beyond.isdisjoint(reached | args)

    def _side(self, place: int, sign: float, core: set[int]) -> Side | None:
        known: Side | None = None
        for level, price in LEVELS:
            try:
                known = self._short(place, sign, core, level, price) or self._whole(place, sign, level, price) or known
            except Undecided:
                continue
            if known is None or known.slope is not None or not math.isfinite(known.limit):
                return known
        return self._sampled(place, sign, known)

    def _short(self, place: int, sign: float, core: set[int], level: int, price: int) -> Side | None:
        """The output by way of the core and the known adjoints; None where the rest must be read too."""
        if self.tape.output in core or not self._afford(core, price):
            return None
        found = self._pass(place, approach(self.values[place], sign), core, self._sides(level))
        total = error = 0.0
        for j in core:
            if self.values[j] is None or all(i in core for i in self.users[j]):
                continue
            at: Germ | bool | None = found[j]
            if not isinstance(at, Germ) or at.limit != self.values[j]:
                return None
            if not at.constant and (weight := self._weight(j, core)) is not None:
                if (rise := slope(at)) is None:
                    raise Undecided
                total += weight * rise
                error += abs(weight) * rounding(at)
        return Side(self.values[self.tape.output], total * sign + 0.0, False, error) if math.isfinite(total) else None

    def _whole(self, place: int, sign: float, level: int, price: int) -> Side | None:
        """The output by reading all that depends on the variable."""
        reached = self._reach(place)
        if not self._afford(reached, price):
            return None
        start = approach(self.values[place], sign)
        at: Germ = self._pass(place, start, reached, self._sides(level))[self.tape.output]
        rise = None if at is NOWHERE else slope(at)
        if at.constant and math.isinf(at.limit):
            rise = None  # infinite all along
        return Side(at.limit, None if rise is None else rise * sign + 0.0, False, rounding(at))

    def _sampled(self, place: int, sign: float, known: Side | None) -> Side | None:
        """The output guessed from values near by, with the limit that is known, if it is."""
        reached = self._reach(place)
        x, value = self.values[place], self.values[self.tape.output]
        distances = near(x)
        if not self._afford(reached, len(distances)):
            return known
        outputs = [self._pass(place, x + sign * h, reached, Cautious())[self.tape.output] for h in distances]
        limit = known.limit if known else tends([*outputs], [NOISE * abs(out) for out in outputs])
        if limit is None or not math.isfinite(limit):
            diverges = limit is not None and math.isfinite(outputs[0])
            return Side(math.nan if limit is None else limit, -limit * sign if diverges and limit else None, True)
        if abs(limit - value) <= 1e-6 * max(1.0, abs(value)):
            limit = value
        rise = tends(*quotients(outputs, limit, distances))
        return Side(limit, None if rise is None else float(f"{rise * sign + 0.0:.5g}"), True)

    def _sides(self, level: int) -> Sides:
        """The number system of a level, made once."""
        if level not in self._systems:
            self._systems[level] = Sides(level, level == LEVELS[-1][0])
        return self._systems[level].fresh()

    def _afford(self, reached: Iterable[int], price: int) -> bool:
        """Whether there is time left to read these nodes."""
        nodes = self.tape.nodes
        self.work += price * sum(1 + len(node.args) for i in reached if isinstance(node := nodes[i], Apply))
        return self.work <= WORK

    def _weight(self, place: int, core: set[int]) -> float | None:
        """The adjoint that reaches a node from outside the core; None if nothing outside uses it."""
        total = None
        for i in self.users[place]:
            local, node = self.partials[i], self.tape.nodes[i]
            if i in core or local is None or self.adjoints[i] is None or not isinstance(node, Apply):
                continue
            for j, partial in zip(node.args, local, strict=True):
                if j == place and partial is not None:
                    total = (total or 0.0) + self.adjoints[i] * partial
        return total

    def _pass(self, place: int, start: Any, reached: set[int], algebra: Algebra) -> Lifted:
        values = Lifted(self.values, algebra)
        for i in reached:
            values[i] = None
        values[place] = start
        resume(self.tape, values, algebra, [(i, self.tape.nodes[i]) for i in sorted({*reached, *self._skipped, *self.tape.runs})])
        return values
