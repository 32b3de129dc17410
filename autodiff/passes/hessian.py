"""Second derivatives: reverse mode in dual numbers whose tangents are rows, so that one sweep serves many variables."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from autodiff.numbers.algebra import FLOATS, Algebra, Made
from autodiff.numbers.wide import HUGE, TINY, Wide
from autodiff.passes.closures import Warm
from autodiff.passes.duals import Dual, Duals
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.passes.rules import derived, local, row
from autodiff.primitives import CONDITIONS, TABLE
from autodiff.tape import Apply, Tape, Var

ENTRIES = 400_000
"""Tangents of steps that are held at once: of more variables, some are taken after the others."""

Row = dict[int, Any]
"""Tangents towards many variables, by their numbers; what is not there is a structural zero."""


class Rows(Duals):
    """Dual numbers with rows of tangents: each variable is treated as if it were alone. A row, once made, does not change."""

    def __init__(self, base: Algebra = FLOATS) -> None:
        super().__init__(base)
        self.strayed: set[int] = set()
        """The variables for which a local derivative was 0, subnormal or infinite, as where it left the range of doubles."""
        self.left: set[int] = set()
        """Those for which a number did leave it, as far as that is watched."""

    def _carried(self, op: str, value: Callable[..., Any]) -> Callable[..., Dual]:
        if TABLE[op].variadic or TABLE[op].literal or len(TABLE[op].names) > 2:
            return lambda *args: self._moved(op, value, args)
        return self._of_one(op, value) if len(TABLE[op].names) == 1 else self._of_two(op, value)

    def _of_one(self, op: str, value: Callable[..., Any]) -> Callable[[Dual], Dual]:
        scaled, slopes = self._scaled, self._slopes(op, False, (True,))

        def result(x: Dual) -> Dual:
            out = value(x.value)
            return Dual(out) if x.tangent is None else Dual(out, scaled(slopes.of(x.value, out)[0], x.tangent))

        return result

    def _of_two(self, op: str, value: Callable[..., Any]) -> Callable[[Dual, Dual], Dual]:
        scaled, joined = self._scaled, self._joined
        first, second, both = (self._slopes(op, not wanted[1], wanted) for wanted in ((True, False), (False, True), (True, True)))

        def result(x: Dual, y: Dual) -> Dual:
            a, b, one, other = x.value, y.value, x.tangent, y.tangent
            out = value(a, b)
            if other is None:
                return Dual(out) if one is None else Dual(out, scaled(first.of(a, b, out)[0], one))
            if one is None:
                return Dual(out, scaled(second.of(a, b, out)[1], other))
            slope, slant = both.of(a, b, out)
            return Dual(out, joined(scaled(slope, one), scaled(slant, other)))

        return result

    def _slopes(self, op: str, literal: bool, wanted: tuple[bool, ...]) -> Warm:
        base = self._base
        if hasattr(base, "rows"):
            return row(op, literal, wanted, base)
        return Warm(lambda *args: derived(op, args[:-1], args[-1], base, literal, wanted))

    def _moved(self, op: str, value: Callable[..., Any], args: tuple[Dual, ...]) -> Dual:
        values, tangents = [arg.value for arg in args], [arg.tangent for arg in args]
        out = value(*values)
        total: Row | None = None
        for literal, part in self._parts(op, tangents):
            moving = [x is not None for x in part]
            slopes = local(op, values, out, self._base, literal, moving) if any(moving) else ()
            for slope, tangent in zip(slopes, part):
                total = self._joined(total, self._scaled(slope, tangent))
        return Dual(out, total)

    def _parts(self, op: str, rows: list[Row | None]) -> list[tuple[bool, list[Row | None]]]:
        """The rows; where the rule depends on the last argument, those variables apart for which it is constant."""
        last = rows[-1]
        if not TABLE[op].literal or last is None:
            return [(last is None, rows)]
        apart = [_without(row, last) for row in rows[:-1]]
        return [(False, [*[_without(row, last, False) for row in rows[:-1]], last]), (True, [*apart, None])]

    def _scaled(self, slope: Any, row: Row | None) -> Row | None:
        if slope is None or row is None:
            return None
        if not TINY <= abs(float(slope)) <= HUGE:
            self.strayed.update(row)
        times = self._mul
        return {k: times(slope, x) for k, x in row.items()}

    def _joined(self, one: Row | None, other: Row | None) -> Row | None:
        if one is None or other is None:
            return other if one is None else one
        plus, total = self._add, dict(one)
        for k, x in other.items():
            total[k] = plus(total[k], x) if k in total else x
        return total


class FloatRows(Rows):
    """The same for doubles, where the signs of Python serve."""

    def _scaled(self, slope: Any, row: Row | None) -> Row | None:
        if slope is None or row is None:
            return None
        if slope == 1:
            return row
        if not (TINY <= slope <= HUGE or -HUGE <= slope <= -TINY):
            self.strayed.update(row)
        return {k: slope * x for k, x in row.items()}

    def _joined(self, one: Row | None, other: Row | None) -> Row | None:
        if one is None or other is None:
            return other if one is None else one
        if len(one) < len(other):
            one, other = other, one
        total = dict(one)
        for k, x in other.items():
            total[k] = total[k] + x if k in total else x
        return total


class Watchful:
    """Doubles that know whether anything was another number in a system with unbounded exponents."""

    formulas = "doubles"

    def __init__(self, wide: Algebra) -> None:
        self.functions, self.rows, self._wide = Made(self._function), dict[Any, Any](), wide
        self.strays = False

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool) -> bool:
        return value

    def _function(self, op: str) -> Callable[..., Any]:
        plain, other = function(op, FLOATS), function(op, self._wide)
        if op in CONDITIONS or plain is other:
            return plain

        def result(*args: Any) -> Any:
            found = plain(*args)
            if _is_unusual(found):
                exact = other(*args)
                self.strays |= type(exact) is Wide or exact != found
            return found

        return result


class WatchedRows(FloatRows):
    """Rows that know where a product of two numbers, or a sum, left the range of doubles."""

    def _scaled(self, slope: Any, row: Row | None) -> Row | None:
        found = super()._scaled(slope, row)
        if found is not None and row is not None and slope and math.isfinite(slope) and any(map(_is_unusual, found.values())):
            self.left.update([k for k, x in found.items() if _is_unusual(x) and row[k] and math.isfinite(row[k])])
        return found

    def _joined(self, one: Row | None, other: Row | None) -> Row | None:
        found = super()._joined(one, other)
        if found is not None and (math.inf in found.values() or -math.inf in found.values()):
            self.left.update([k for k, x in found.items() if math.isinf(x)])
        return found


class Sweep:
    """Values, local derivatives and adjoints in dual numbers, with tangents towards some of the variables."""

    def __init__(self, tape: Tape, point: Mapping[str, Any], wrt: Mapping[str, int], algebra: Rows, flags: bytearray) -> None:
        self.algebra, self.wrt = algebra, wrt
        one = algebra.lift(1.0)
        start = {name: Dual(x, {wrt[name]: one.value} if name in wrt else None) for name, x in point.items()}
        self.values = evaluate(tape, start, algebra)
        self.partials = linearize(tape, self.values, algebra, flags)
        self.adjoints = pull(tape, self.partials, one, algebra)

    def unusual(self) -> set[int]:
        """The variables with a number on their way that is 0, subnormal or infinite, as where it left the range of doubles."""
        found = set(self.algebra.strayed)
        tangents: dict[int, Row] = {}
        for numbers in (self.values, self.adjoints, *[slopes for slopes in self.partials if slopes is not None]):
            for x in numbers:
                if type(x) is Dual:
                    if _is_unusual(x.value):
                        return {*self.wrt.values()}
                    if x.tangent is not None:
                        tangents[id(x.tangent)] = x.tangent
        for tangent in tangents.values():
            found.update([k for k, t in tangent.items() if not (TINY <= t <= HUGE or -HUGE <= t <= -TINY) and t == t])
        return found


def _is_unusual(x: float) -> bool:
    return not (TINY <= x <= HUGE or -HUGE <= x <= -TINY) and x == x


def rows(tape: Tape, point: Mapping[str, Any], wrt: Sequence[str], base: Algebra, wide: Algebra | None = None) -> list[Row]:
    """For every variable its row of second derivatives, by the numbers of the others; what is not there is a structural zero.

    Where a number may have left the range of doubles, what depends on it is made in a `wide` system.
    """
    flags, where = active(tape, wrt), places(tape)
    found: list[Row] = [{} for _ in wrt]

    def swept(numbers: Collection[int], algebra: Rows) -> Sweep:
        return Sweep(tape, point, {wrt[k]: k for k in numbers}, algebra, flags)

    def keep(sweep: Sweep) -> None:
        for name, known in zip(wrt, found):
            adjoint = sweep.adjoints[where[name]]
            for k in sweep.wrt.values() if known else ():
                known.pop(k, None)
            known.update((adjoint and adjoint.tangent) or {})

    for part in _parts(tape, wrt):
        sweep = swept(part, FloatRows() if base is FLOATS else Rows(base))
        keep(sweep)
        if wide and (again := sweep.unusual()) and (left := _left(swept, again, wide)):
            keep(swept(left, Rows(wide)))
    return found


def _left(swept: Callable[[Collection[int], Rows], Sweep], doubtful: set[int], wide: Algebra) -> set[int]:
    """Those of the variables for which a number did leave the range of doubles: a plain 0 did not."""
    base = Watchful(wide)
    algebra = WatchedRows(base)
    swept(doubtful, algebra)
    return doubtful if base.strays else doubtful & algebra.left


def _parts(tape: Tape, wrt: Sequence[str]) -> list[range]:
    """The variables that are taken together, by their numbers."""
    number = {name: k for k, name in enumerate(wrt)}
    masks, entries = list[int](), 0
    for node in tape.nodes:
        mask = 0
        if type(node) is Apply:
            for j in node.args:
                mask |= masks[j]
            entries += mask.bit_count()
        elif type(node) is Var and node.name in number:
            mask = 1 << number[node.name]
        masks.append(mask)
    size = max(1, len(wrt) * ENTRIES // max(entries, ENTRIES))
    return [range(k, min(k + size, len(wrt))) for k in range(0, len(wrt), size)]


def _without(row: Row | None, other: Row, absent: bool = True) -> Row | None:
    """The part of a row towards variables that are absent in another, or present; None where nothing is left."""
    return {k: x for k, x in row.items() if (k not in other) is absent} or None if row is not None else None
