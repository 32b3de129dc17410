"""Newton's method with the exact derivative, kept from running away: a step goes only as far as it leads nearer to a root."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from autodiff.messages import say
from autodiff.solving.bracket import Bracket
from autodiff.solving.equations import System
from autodiff.solving.linear import direction
from autodiff.solving.objective import Told, check_start, no_start
from autodiff.solving.tries import EPS, Root, Try, tried

NOTHING = 1e-30
"""What is so small beside what it was at first that it counts as 0."""
MOST, HALVINGS, SCANNED = 200, 40, 60  # steps; how often one is halved; and how often a sign is looked for on both sides


def solve(system: System, start: Sequence[float], told: Told) -> Root:
    """A root near the start. Raises AutodiffError where there is nothing to start from."""
    return _Search(system, start).found(told)


class _Search:
    def __init__(self, system: System, start: Sequence[float]) -> None:
        self.system, self.calls = system, 0
        check_start(system.names, start)
        first = self.at(start)
        if not first.is_finite:
            status, why = first.status
            message = say("the equations have no finite value or derivative at the start ({status})", status=say(status))
            raise no_start(message, why)
        self.tries, self.reach = [first], max(map(abs, start))
        self.bracket = Bracket() if len(start) == 1 else None

    def at(self, x: Sequence[float]) -> Try:
        """The equations at a point."""
        self.calls += 1
        return tried(self.system, x)

    def found(self, told: Told) -> Root:
        """A root by steps from the start; where they lead to none, from between two points where the sign differs, if there are."""
        first = self._walked(self.tries[0], told)
        if first.success or self.bracket is None or self.bracket.is_closed:
            return first
        tries, between = [*self.tries], self._scanned()
        if between is None:
            return first._replace(nfev=self.calls)
        self.tries.append(between)
        second = self._walked(between, told)
        return second if second.success else first._replace(tries=tries, nfev=self.calls)

    def _scanned(self) -> Try | None:
        """Farther and farther from the start on both sides: the middle of the first two points where the sign differs; or what lies
        between two points from which the value comes nearer to 0 on both sides.
        """
        assert self.bracket is not None
        x, size, met = self.tries[0].x[0], 1 + abs(self.tries[0].x[0]), [self.tries[0]]
        for k in range(SCANNED):
            for sign in (1, -1):
                met.append(self.at([x + sign * 0.05 * size * 1.2**k]))
                self._take(met[-1])
                if met[-1].is_root and met[-1].status[0] == "ok":
                    return met[-1]
            if self.bracket.is_closed:
                return self._middle()
        dips = [pair for pair in pairwise(sorted(met, key=lambda one: one.x)) if _is_dip(*pair)]
        for low, high in sorted(dips, key=lambda pair: math.dist(pair[0].x, self.tries[0].x)):
            found = self._bottom(low, high)
            if found is not None:
                return found
        return None

    def _bottom(self, low: Try, high: Try) -> Try | None:
        """Where the value is 0, or the middle of two signs that were met on the way there; None where it stays away from 0."""
        assert self.bracket is not None
        while low.x[0] < (middle := low.x[0] / 2 + high.x[0] / 2) < high.x[0]:
            one = self.at([middle])
            self._take(one)
            if self.bracket.is_closed:
                return self._middle()
            if not one.is_finite or one.is_root:
                return one if one.is_root else None
            low, high = (one, high) if _is_dip(one, high) else (low, one)
        return None

    def _walked(self, here: Try, told: Told) -> Root:
        """Step after step, until one changes nothing any more."""
        for k in range(MOST):
            told(k, k / MOST)
            self._take(here)
            if not any(here.residuals):
                return self._ended(here, "")
            after = self._next(here)
            if after is None:
                return self._ended(here, "")
            still = all(abs(a - b) <= 2 * EPS * abs(a) for a, b in zip(after.x, here.x))
            self.tries.append(after)
            self.reach = max(self.reach, *map(abs, after.x))
            is_nothing = self._has_vanished(after) and math.dist(after.x, here.x) <= NOTHING * self.reach
            if still or is_nothing:
                return self._ended(min(here, after, key=lambda one: one.distance), "")
            here = after
        return self._ended(here, "limit")

    def _next(self, here: Try) -> Try | None:
        """The next point, nearer to a root; None where there is none."""
        longer = self._longer(here)
        if longer is not None:
            return longer
        step = direction(here.slopes, here.residuals)
        closed = self.bracket is not None and self.bracket.is_closed
        if closed and not here.is_root and self._is_slow(here, step):
            return self._middle()
        after = self.at([a + b for a, b in zip(here.x, step)])
        self._take(after)
        if after.x == here.x or (here.is_root and not after.distance < here.distance):
            return None
        if after.is_usable and after.distance < 0.5 * here.distance:
            return after
        return self._middle() if closed else self._halved(here, step, after)

    def _is_slow(self, here: Try, step: Sequence[float]) -> bool:
        """Whether a step leaves the bracket, or is not much shorter than the one before."""
        assert self.bracket is not None
        low, high = sorted(self.bracket.ends.values())
        before = math.dist(here.x, self.tries[-2].x) if len(self.tries) > 1 else math.inf
        return not low < here.x[0] + step[0] < high or abs(step[0]) > before / 2

    def _middle(self) -> Try | None:
        """The middle of the bracket; None where it has none."""
        assert self.bracket is not None
        while (middle := self.bracket.middle()) is not None:
            after = self.at([middle])
            self._take(after)
            if after.is_usable or not math.isinf(after.residuals[0]):
                return after if after.is_usable else None
        return None

    def _halved(self, here: Try, step: Sequence[float], after: Try) -> Try | None:
        """Part of the way, half as long each time, until it leads nearer."""
        share = 1.0
        for _ in range(HALVINGS):
            if after.is_usable and after.distance < (1 - 1e-4 * share) * here.distance:
                return after
            share /= 2
            after = self.at([a + share * b for a, b in zip(here.x, step)])
            self._take(after)
            if after.x == here.x:
                return None
        return None

    def _take(self, one: Try) -> None:
        if self.bracket is not None and not math.isnan(one.residuals[0]):
            self.bracket.take(one.x[0], one.residuals[0])

    def _longer(self, here: Try) -> Try | None:
        """Where each step was the same share of the one before, as at a root with derivative 0: the point that they lead to."""
        if len(self.tries) < 4:
            return None
        a, b, c, d = (one.x for one in self.tries[-4:])
        first, second, third = _between(a, b), _between(b, c), _between(c, d)
        size, before = math.hypot(*second), math.hypot(*first)
        if not (size and before):
            return None
        share, other = _dot(second, third) / size**2, _dot(first, second) / before**2
        if not 0.3 < abs(share) < 0.95 or abs(share - other) > 0.05:
            return None
        after = self.at([x + move * share / (1 - share) for x, move in zip(d, third)])
        self._take(after)
        return after if after.is_usable and after.distance < here.distance / 2 else None

    def _ended(self, end: Try, condition: str) -> Root:
        if end.status[0] == "underflow" and not condition:
            condition = "flat"  # what looks like 0 is too small for a double
        if condition == "" and not end.is_root and not self._has_vanished(end):
            condition = "jump" if self.bracket is not None and self.bracket.is_closed else "flat"
        if condition == "limit" and end.is_root:
            condition = ""
        return Root(self.system, self.tries, end, self.calls, not condition, _sentence(condition, len(self.tries) - 1), condition)

    def _has_vanished(self, end: Try) -> bool:
        """Whether the sides are as good as equal, beside what they were at first."""
        return end.distance <= NOTHING * self.tries[0].distance


def _is_dip(low: Try, high: Try) -> bool:
    """Whether the value comes nearer to 0 from both points, as far as the slopes there know."""
    if not (low.is_finite and high.is_finite and low.residuals[0] * high.residuals[0] > 0):
        return False
    sign = math.copysign(1.0, low.residuals[0])
    return sign * low.slopes[0][0] < 0 < sign * high.slopes[0][0]


def _between(one: Sequence[float], other: Sequence[float]) -> list[float]:
    return [b - a for a, b in zip(one, other)]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other))


def _sentence(condition: str, steps: int) -> str:
    if condition == "jump":
        return say("the sign changes here without a root: there is a jump or a pole")
    if condition == "flat":
        return say("no step leads nearer to a root: there may be none here, choose another start")
    if condition == "limit":
        return say("no root was reached in {number} steps", number=steps)
    return say("the sides agree")
