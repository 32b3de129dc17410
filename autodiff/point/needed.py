"""Higher derivatives with as many digits as they need: each order may lose digits that the one before still had."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from autodiff.numbers.algebra import Algebra
from autodiff.numbers.precise import Precise
from autodiff.passes.bounds import Bound, Bounds
from autodiff.passes.evaluate import evaluate
from autodiff.passes.hessian import rows
from autodiff.passes.taylor import Taylor, Taylors
from autodiff.point.digits import MOST, agreed
from autodiff.point.evaluation import Evaluation
from autodiff.point.surviving import FEW, agreement, as_doubles
from autodiff.tape import Tape
from autodiff.trust.losses import MOST as MOST_RIGHT
from autodiff.trust.losses import log10_of, right

Square = Mapping[str, Mapping[str, float]]
"""Numbers by two names."""

SURE = 13.0  # digits at which doubles will do
WORKED = 20  # digits that two rounds must agree in
LONGEST = 20_000  # nodes times squared order that are computed again with many digits
ROWS, FEWER = 20_000, 4_000  # nodes times variables of a Hessian that is looked at, and of one that is computed again


def derivatives(tape: Tape, point: dict[str, float], name: str, highest: int, algebra: Algebra) -> list[Any]:
    """The derivatives of order 0, 1, 2, … in one variable, by a Taylor series in a number system."""
    lift = algebra.lift
    start = {other: Taylor((lift(x), lift(1.0)) if other == name else (lift(x),)) for other, x in point.items()}
    terms = evaluate(tape, start, Taylors(highest, algebra))[tape.output].terms
    times = algebra.functions["mul"]
    return [times(terms[k], lift(float(math.factorial(k)))) if k < len(terms) else lift(0.0) for k in range(highest + 1)]


def refined(here: Evaluation, name: str, values: Sequence[float], algebra: Algebra) -> tuple[list[float], dict[int, float]]:
    """Derivatives of order 1, 2, … that were computed in doubles; those beyond the first computed again where they lost digits.

    Where that would take too long, the second result says how many digits are sure.
    """
    bounds: list[Bound] = derivatives(here.tape, here.point, name, len(values), Bounds(algebra))[1:]
    sure = {order: right(bound) for order, bound in enumerate(bounds, 1) if order > 1}
    if all(digits >= SURE for digits in sure.values()):
        return [*values], {}
    better = _settled(here, name, bounds[: math.isqrt(LONGEST // len(here.tape.nodes))])
    known = len(better)
    return [*values[:1], *better[1:], *values[max(1, known) :]], {order: digits for order, digits in sure.items() if order > known}


def _settled(here: Evaluation, name: str, bounds: Sequence[Bound]) -> list[float]:
    """So many derivatives by more and more digits, until two rounds agree; none where they do not."""
    tape, order = as_doubles(here.tape), len(bounds)
    if order < 2:
        return []
    digits = WORKED + 10 + max(map(_lost, bounds))
    algebra = Precise(digits)
    found = derivatives(tape, here.point, name, order, algebra)[1:]
    while digits <= MOST:
        digits += digits // 2 + 5
        before, coarser, algebra = found, algebra, Precise(digits)
        found = derivatives(tape, here.point, name, order, algebra)[1:]
        texts = [agreed(coarser, x, y, WORKED) for x, y in zip(before, found, strict=True)]
        if None not in texts and not algebra.doubtful:
            return [float(text) for text in texts if text is not None]
    return []


def _lost(bound: Bound) -> int:
    """How many digits the bound of a number is above those of a double."""
    if not 0 < bound.error < math.inf:
        return 0
    size = log10_of(abs(bound.value)) if bound.value else 0.0
    return min(200, max(0, int(16 + log10_of(bound.error) - size)))


def few_of_hessian(here: Evaluation, values: Square) -> dict[str, dict[str, float]]:
    """The second derivatives with fewer than eight right digits: by bounds, then by many digits; as far as there is time."""
    size, few = len(here.tape.nodes) * len(here.wrt), dict[str, dict[str, float]]()
    if size > ROWS:
        return few
    for a, row in _hessian(here.tape, here, Bounds(here.algebra)).items():
        sure = {b: MOST_RIGHT if bound is None else right(bound) for b, bound in row.items()}
        few[a] = {b: digits for b, digits in sure.items() if digits < FEW and math.isfinite(values[a][b])}
    if size > FEWER or not any(few.values()):
        return {a: row for a, row in few.items() if row}
    return _proved(here, few, values)


def _proved(here: Evaluation, few: Square, values: Square) -> dict[str, dict[str, float]]:
    """Those of them that many digits of the same doubles do not show to be right."""
    tape, coarser, finer = as_doubles(here.tape), Precise(60), Precise(120)
    one, other = _hessian(tape, here, coarser), _hessian(tape, here, finer)
    found: dict[str, dict[str, float]] = {}
    for a, row in few.items():
        for b, digits in row.items():
            text = agreed(coarser, coarser.lift(0.0) + (one[a][b] or 0), finer.lift(0.0) + (other[a][b] or 0), WORKED)
            kept = digits if text in (None, "NaN") else agreement(values[a][b], Decimal(text))
            if kept < FEW:
                found.setdefault(a, {})[b] = kept
    return found


def _hessian(tape: Tape, here: Evaluation, algebra: Algebra) -> dict[str, dict[str, Any]]:
    """All second derivatives in a number system; None is a structural zero."""
    point, wrt = {name: algebra.lift(x) for name, x in here.point.items()}, here.wrt
    found: dict[str, dict[str, Any]] = {a: dict.fromkeys(wrt) for a in wrt}
    for b, row in zip(wrt, rows(tape, point, wrt, algebra)):
        for k, x in row.items():
            found[wrt[k]][b] = x
    return found
