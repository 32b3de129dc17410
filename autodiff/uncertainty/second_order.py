"""What the second derivatives add: mean and standard deviation of the output where it is taken for quadratic (GUM 5.1.2, note)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.numbers.algebra import FLOATS
from autodiff.passes.hessian import rows
from autodiff.point.evaluation import Evaluation, Prepared, unbounded
from autodiff.uncertainty.correlations import Correlations
from autodiff.uncertainty.inputs import SHAPES
from autodiff.uncertainty.linear import Linear

PLAIN = 100_000  # variables times steps up to which the second derivatives take no time


class SecondOrder(NamedTuple):
    """The mean, and the standard uncertainty; NaN with a reason where the second derivatives do not tell."""

    value: float
    uncertainty: float
    reason: str = ""


def second_order(found: Linear, correlations: Correlations) -> SecondOrder:
    """Mean and standard deviation of J + g·d + d·H·d/2, where d are the deviations of the inputs from their values.

    The variance is that of the linear term, and half the trace of (HC)², C being the covariances: so it is for normal inputs, and
    for independent ones of other shapes with their kurtosis on the diagonal. A linear term and a square are not correlated.
    """
    sheet, terms = found.sheet, found.signed
    inputs = {one.input.name: one.input for one in found.contributions}
    if found.uncertainty != found.uncertainty:
        return SecondOrder(math.nan, math.nan, say("there is no linear budget"))
    known = {node for node in sheet.tape.variables() if node in terms}
    names = [name for name in terms if name in known]
    try:
        curved = _hessian(sheet, names)
    except AutodiffError as error:
        return SecondOrder(math.nan, math.nan, error.message)
    u = {name: inputs[name].uncertainty for name in names}
    bent = {a: {b: curved[a].get(b, 0.0) * u[a] * u[b] for b in names} for a in names}
    mean = [bent[a][a] for a in names]
    extra: list[float] = []
    if correlations:
        columns = {a: correlations.times(bent[a]) for a in names}
        mean = [columns[a][a] for a in names]
        extra += [columns[a][b] * columns[b][a] / 2 for a in names for b in names]
    else:
        extra += [bent[a][b] ** 2 / 2 for a in names for b in names]
        extra += [bent[a][a] ** 2 * (SHAPES[inputs[a].shape].kurtosis - 3) / 4 for a in names]
    shifted = sheet.value + math.fsum(mean) / 2
    return SecondOrder(shifted, math.hypot(found.uncertainty, math.sqrt(max(math.fsum(extra), 0.0))))


def _hessian(sheet: Evaluation, names: Sequence[str]) -> Mapping[str, Mapping[str, float]]:
    """All second derivatives. Raises AutodiffError where one is not simply right, or where there are too many."""
    if not sheet.special and len(names) * len(sheet.tape.nodes) <= PLAIN:
        found = rows(sheet.tape, sheet.point, names, FLOATS, Unbounded())
        slopes = {a: {names[k]: float(x) for k, x in row.items()} for a, row in zip(names, found)}
        if all(math.isfinite(x) for row in slopes.values() for x in row.values()):
            return slopes
    from autodiff.point.higher import second  # 15 ms, and only where statuses are needed

    curved = second(Prepared(sheet.tape, names).at(sheet.point))
    for status in (status for row in curved.status.values() for status in row.values()):
        raise AutodiffError("E042", status.reason)
    return curved.values


class Unbounded:
    """Doubles with unbounded exponents, which are loaded when they are first needed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(unbounded(), name)
