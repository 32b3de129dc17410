"""Our own gradient, verified three independent ways: forward mode, high precision, and how the Taylor remainder falls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import N_
from autodiff.passes.evaluate import evaluate
from autodiff.point import rounding
from autodiff.point.evaluation import Evaluation
from autodiff.trust.status import Status

STEPS = 30  # step sizes, each a quarter of the one before
SHOWN = 5  # of them, the smallest that rounding leaves alone
ABOVE = 64  # a remainder counts if it is so many times what rounding can do
SECOND = 1.7  # orders from here on are those of a right derivative
CLOSE = 1e-9  # relative, between derivatives that are the same
DIGITS = 720
TINY = 330  # decimal places of the step of the difference quotient: below the range of a double even when squared
WORK = 30_000  # nodes times variables that are verified one by one
LONGEST = 20_000  # nodes that are read with many digits
ALL = "*"

Direction = Mapping[str, float]
"""How fast each variable moves."""


class Remainder(NamedTuple):
    """J(x + h) - J(x) - h·dx for one step h, and the order at which it fell since the step before."""

    step: float
    remainder: float
    order: float | None


class Evidence(NamedTuple):
    """What speaks for one derivative. `order` is None where the remainder is 0 but for rounding: then the formula is linear."""

    variable: str
    reverse: float
    forward: float
    precise: float | None
    remainders: list[Remainder]
    order: float | None
    allowed: float
    status: Status | None

    @property
    def checks(self) -> dict[str, bool | None]:
        """Each of the three ways: whether it agrees, None where it could not be taken."""
        return {
            "forward": self._same(self.forward),
            "precise": None if self.precise is None else self._same(self.precise),
            "taylor": self.order is None or self.order >= SECOND,
        }

    @property
    def verdict(self) -> str:
        """verified, not verified, or undecided where the derivative has a status."""
        if self.status is not None:
            return "undecided"
        return N_("verified") if all(found is not False for found in self.checks.values()) else N_("not verified")

    def _same(self, other: float) -> bool:
        return abs(other - self.reverse) <= CLOSE * abs(self.reverse) + self.allowed


def gathered(here: Evaluation) -> Iterator[Evidence]:
    """The evidence for every derivative at a point; of very many, for one sum of them all, which costs no more than one."""
    good = [name for name in here.wrt if name not in here.status]
    for name in here.wrt:
        if name in here.status:
            yield Evidence(name, here.gradient[name], here.gradient[name], None, [], None, 0.0, here.status[name])
    directions = [{name: 1.0} for name in good]
    if len(good) > 1 and len(good) * len(here.tape.nodes) > WORK:
        directions = [{name: -1.0 if k % 3 == 1 else 1.0 for k, name in enumerate(good)}]
    for direction in directions:
        yield along(here, direction)


def along(here: Evaluation, direction: Direction) -> Evidence:
    """The evidence for the derivative along a direction: of one variable, or of a sum of many."""
    reverse = sum(here.gradient[name] * d for name, d in direction.items())
    seeds = {here.places[name]: d for name, d in direction.items()}
    forward = float(here.pushed(seeds)[here.tape.output] or 0.0)
    found = remainders(here, direction, reverse)
    orders = sorted(row.order for row in found if row.order is not None)
    order = orders[len(orders) // 2] if orders else None
    allowed = rounding.floor(here, next(iter(seeds))) if len(seeds) == 1 else len(seeds) * rounding.UNIT * abs(reverse)
    label = next(iter(direction)) if len(direction) == 1 else ALL
    return Evidence(label, reverse, forward, _quotient(here, direction), found, order, allowed, None)


def remainders(here: Evaluation, direction: Direction, slope: float) -> list[Remainder]:
    """The Taylor remainder for several steps, before rounding takes over: order 2 is right, order 1 is wrong."""
    size = max(abs(here.point[name]) for name in direction)
    found = _falling(here, direction, slope, size) if 0 < size < 1 else []
    kept = (found if len(found) > 2 else _falling(here, direction, slope, max(1.0, size)))[-SHOWN:]
    return [Remainder(h, r, _order(before, (h, r))) for before, (h, r) in zip([None, *kept], kept)]


def _falling(here: Evaluation, direction: Direction, slope: float, scale: float) -> list[tuple[float, float]]:
    """Steps and remainders as far as rounding leaves them alone."""
    least = ABOVE * rounding.of_value(here)
    x = here.point[next(iter(direction))] if len(direction) == 1 else 0.0
    rows: list[tuple[float, float]] = []
    for k in range(STEPS):
        h = (x + 0.1 * scale * 0.25**k) - x  # exactly what one variable moves by
        if not h:
            break
        moved = {name: here.point[name] + h * d for name, d in direction.items()}
        value = evaluate(here.tape, {**here.point, **moved})[here.tape.output]
        remainder = value - here.value - h * slope
        if remainder - remainder == 0 and abs(remainder) > least + ABOVE * rounding.UNIT * abs(h * slope):
            rows.append((h, remainder))
    return rows


def _order(before: tuple[float, float] | None, now: tuple[float, float]) -> float | None:
    if before is None:
        return None
    return math.log(abs(before[1] / now[1])) / math.log(before[0] / now[0])


def _quotient(here: Evaluation, direction: Direction) -> float | None:
    """The central difference quotient with very many digits: of values alone, so it shares no derivative with us."""
    from autodiff.numbers.precise import Precise

    try:
        algebra = Precise(DIGITS)
    except AutodiffError:  # without mpmath two ways are left
        return None
    if len(here.tape.nodes) > LONGEST:
        return None
    point = {name: algebra.context.mpf(x) for name, x in here.point.items()}
    step = algebra.context.mpf(10) ** -TINY * max(1, *(abs(point[name]) for name in direction))
    ahead, behind = (
        evaluate(here.tape, {**point, **{name: point[name] + side * d * step for name, d in direction.items()}}, algebra)
        for side in (1, -1)
    )
    quotient = (ahead[here.tape.output] - behind[here.tape.output]) / (2 * step)
    return float(quotient) if quotient - quotient == 0 else None


def is_verified(found: Sequence[Evidence]) -> bool:
    """Whether every derivative is verified."""
    return all(evidence.verdict == "verified" for evidence in found)
