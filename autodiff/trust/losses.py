"""Digits lost on the way: bounds of how many, and the step that lost them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from autodiff.numbers.algebra import Algebra
from autodiff.numbers.wide import Wide
from autodiff.passes.bounds import UNIT, Bound, Bounds
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.passes.rules import local
from autodiff.tape import Apply, Tape

MOST = 16.0
"""Right digits of a number that is rounded correctly, or not at all."""


class Loss(NamedTuple):
    """What lost digits: a step, or the `sum` of terms that is the derivative with respect to one."""

    place: int
    sum: bool = False


class Rounded:
    """The numbers of a formula at a point with bounds of their errors; inputs and literals count as the doubles that they are."""

    def __init__(self, tape: Tape, point: Mapping[str, float], wrt: Sequence[str], base: Algebra, steps: Mapping[str, int]) -> None:
        self.tape, self.base = tape, base
        algebra = Bounds(base)
        self.values = evaluate(tape, {name: Bound(x) for name, x in point.items()}, algebra)
        self.is_doubtful = algebra.doubtful
        """Whether rounding may have decided a step or a condition."""
        self.partials = linearize(tape, self.values, algebra, active(tape, wrt, steps.values()))
        self.adjoints = pull(tape, self.partials, Bound(1.0), algebra)
        where = {**places(tape), **steps}
        self.places = {name: where[name] for name in wrt}

    @property
    def value(self) -> Bound:
        """The value with a bound of its error."""
        found: Bound = self.values[self.tape.output]
        return found

    @property
    def gradient(self) -> dict[str, Bound]:
        """The derivatives with bounds of their errors."""
        return {name: self.adjoints[place] or Bound(0.0) for name, place in self.places.items()}

    def culprit(self) -> Loss:
        """The step that lost most digits of the value."""
        return max(self._forward(self.tape.output), default=(0.0, Loss(self.tape.output)))[1]

    def culprit_of(self, name: str) -> Loss:
        """The step, or the sum in the sweep back, that lost most digits of a derivative."""
        return max(self._backward(self.places[name]), default=(0.0, Loss(self.places[name], True)))[1]

    def _forward(self, place: int) -> Iterator[tuple[float, Loss]]:
        """The digits that each step lost, along the arguments that brought most of its error."""
        while type(node := self.tape.nodes[place]) is Apply:
            out = self.values[place]
            if out is None or type(out) is bool:
                return
            share, most = max(zip(self._brought(place, node), node.args), default=(0.0, place))
            before = right(self.values[most]) if share else MOST
            yield before - right(out), Loss(place)
            if not share:
                return
            place = most

    def _brought(self, place: int, node: Apply) -> list[float]:
        """How much of the error of a step each argument brought."""
        args = [self.values[j] for j in node.args]
        if node.op == "if":
            return [0.0, *(x.error if x is not None and (k == 0) is args[0] else 0.0 for k, x in enumerate(args[1:]))]
        if any(type(x) is not Bound for x in args):
            return [0.0 for _ in args]
        moving = [x.error != 0 for x in args]
        slopes = local(node.op, [x.value for x in args], self.values[place].value, self.base, not moving[-1], moving)
        return [0.0 if slope is None else _size(slope * x.error) for slope, x in zip(slopes, args)]

    def _backward(self, place: int) -> Iterator[tuple[float, Loss]]:
        """The digits that each sum and each step lost, back along what brought most of the error of a derivative."""
        while place in self._uses:
            found = self.adjoints[place]
            terms = [(*self._errors(i, k), i, k) for i, k in self._uses[place]]
            _, by_slope, i, k = max(terms)
            adjoint, slope = self.adjoints[i], self.partials[i][k]  # type: ignore[index]
            before = right(slope if by_slope else adjoint)
            yield before - right(found), Loss(place, True)
            if by_slope:
                yield from self._bent(i, before)
                return
            place = i

    def _bent(self, place: int, known: float) -> Iterator[tuple[float, Loss]]:
        """The digits that a slope lost, and those that its arguments had lost before."""
        node = self.tape.nodes[place]
        assert isinstance(node, Apply)
        args = [(right(self.values[j]), j) for j in (*node.args, place) if type(self.values[j]) is Bound]
        least, worst = min(args)
        yield least - known, Loss(place)
        yield from self._forward(worst)

    @cached_property
    def _uses(self) -> dict[int, list[tuple[int, int]]]:
        """For every node the steps that use it and differentiate it, with the number of the argument."""
        found: dict[int, list[tuple[int, int]]] = {}
        for i, node in enumerate(self.tape.nodes):
            slopes = self.partials[i]
            if type(node) is Apply and slopes is not None and self.adjoints[i] is not None:
                for k, j in enumerate(node.args):
                    if slopes[k] is not None:
                        found.setdefault(j, []).append((i, k))
        return found

    def _errors(self, place: int, argument: int) -> tuple[float, bool]:
        """The greater error of a term of the sweep back, and whether it comes from the local derivative."""
        adjoint, slope = self.adjoints[place], self.partials[place][argument]  # type: ignore[index]
        by_adjoint, by_slope = _size(adjoint.error * slope.value), _size(slope.error * adjoint.value)
        return max((by_adjoint, False), (by_slope, True))


def right(x: Bound) -> float:
    """How many digits of a number are right for certain."""
    return agreeing(abs(x.value), x.error)


def agreeing(size: float, error: float) -> float:
    """How many digits of a number of this size are right, if it errs by so much."""
    if error <= UNIT * size:
        return MOST
    return min(MOST, log10_of(size) - log10_of(error)) if 0 < error < size else 0.0


def log10_of(x: float) -> float:
    """The size of a number, also of one that no double can hold."""
    return float(x.exact.log10()) if type(x) is Wide else math.log10(x)


def _size(x: float) -> float:
    return abs(x) if x == x else math.inf
