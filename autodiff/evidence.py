"""Our own gradient, verified three independent ways: forward mode, high precision, and how the Taylor remainder falls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from autodiff import rounding
from autodiff.calculus import push
from autodiff.evaluate import evaluate
from autodiff.status import Status
from autodiff.worksheet import Worksheet

STEPS = 30  # step sizes, each a quarter of the one before
SHOWN = 5  # of them, the smallest that rounding leaves alone
ABOVE = 64  # a remainder counts if it is so many times what rounding can do
SECOND = 1.7  # orders from here on are those of a right derivative
CLOSE = 1e-9  # relative, between derivatives that are the same
DIGITS = 720
TINY = 330  # decimal places of the step of the difference quotient: below the range of a double even when squared


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
        return "verified" if all(found is not False for found in self.checks.values()) else "not verified"

    def _same(self, other: float) -> bool:
        return abs(other - self.reverse) <= CLOSE * abs(self.reverse) + self.allowed


def gathered(sheet: Worksheet) -> Iterator[Evidence]:
    """The evidence for every derivative of a worksheet."""
    for name in sheet.wrt:
        place = next(i for i, node in enumerate(sheet.tape.nodes) if getattr(node, "name", None) == name)
        reverse, status = sheet.gradient[name], sheet.status.get(name)
        if status is not None:
            yield Evidence(name, reverse, reverse, None, [], None, 0.0, status)
            continue
        forward = push(sheet.tape, sheet.partials, {place: 1.0})[sheet.tape.output] or 0.0
        found = remainders(sheet, name)
        orders = sorted(row.order for row in found if row.order is not None)
        order = orders[len(orders) // 2] if orders else None
        yield Evidence(name, reverse, forward, _quotient(sheet, name), found, order, rounding.floor(sheet, place), None)


def remainders(sheet: Worksheet, name: str) -> list[Remainder]:
    """The Taylor remainder for several steps, before rounding takes over: order 2 is right, order 1 is wrong."""
    x = abs(sheet.point[name])
    found = _falling(sheet, name, x) if 0 < x < 1 else []
    kept = (found if len(found) > 2 else _falling(sheet, name, max(1.0, x)))[-SHOWN:]
    return [Remainder(h, r, _order(before, (h, r))) for before, (h, r) in zip([None, *kept], kept)]


def _falling(sheet: Worksheet, name: str, scale: float) -> list[tuple[float, float]]:
    """Steps and remainders as far as rounding leaves them alone."""
    x, slope, least = sheet.point[name], sheet.gradient[name], ABOVE * rounding.of_value(sheet)
    rows: list[tuple[float, float]] = []
    for k in range(STEPS):
        h = (x + 0.1 * scale * 0.25**k) - x
        if not h:
            break
        value = evaluate(sheet.tape, {**sheet.point, name: x + h})[sheet.tape.output]
        remainder = value - sheet.value - h * slope
        if remainder - remainder == 0 and abs(remainder) > least + ABOVE * rounding.UNIT * abs(h * slope):
            rows.append((h, remainder))
    return rows


def _order(before: tuple[float, float] | None, now: tuple[float, float]) -> float | None:
    if before is None:
        return None
    return math.log(abs(before[1] / now[1])) / math.log(before[0] / now[0])


def _quotient(sheet: Worksheet, name: str) -> float | None:
    """The central difference quotient with very many digits: of values alone, so it shares no derivative with us."""
    if find_spec("mpmath") is None:
        return None
    from autodiff.precise import Precise

    algebra = Precise(DIGITS)
    point = {other: algebra.context.mpf(x) for other, x in sheet.point.items()}
    step = algebra.context.mpf(10) ** -TINY * max(1, abs(point[name]))
    ahead, behind = (_value(sheet, {**point, name: point[name] + d}, algebra) for d in (step, -step))
    quotient = (ahead - behind) / (2 * step)
    return float(quotient) if quotient - quotient == 0 else None


def _value(sheet: Worksheet, point: dict[str, Any], algebra: Any) -> Any:
    return algebra.evaluate(sheet.tape, point)[sheet.tape.output]


def is_verified(found: Sequence[Evidence]) -> bool:
    """Whether every derivative is verified."""
    return all(evidence.verdict == "verified" for evidence in found)
