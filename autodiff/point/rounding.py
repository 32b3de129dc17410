"""How far rounding alone can carry a value or a derivative: bounds of first order, from the worksheet."""

from __future__ import annotations

import math
from collections.abc import Mapping

from autodiff.passes.calculus import linearize, pull
from autodiff.passes.duals import Dual, Duals
from autodiff.passes.evaluate import evaluate
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Var

UNIT = 2.0**-52
ROUNDINGS = 4  # of each number that enters


def of_value(sheet: Worksheet) -> float:
    """What the rounding of every step does to the value."""
    terms: list[float] = [abs(a * x) for a, x in zip(sheet.adjoints, sheet.values) if a is not None and x is not None]
    return UNIT * (abs(sheet.value) + sum([term for term in terms if math.isfinite(term)], 0.0))


def floor(sheet: Worksheet, place: int) -> float:
    """What the rounding of the point, and of the terms that are added, does to the derivative with respect to a node."""
    node = sheet.tape.nodes[place]
    curvature = _curvature(sheet, node.name) if isinstance(node, Var) else {}
    moved = sum(abs(d * sheet.point[name]) for name, d in curvature.items())
    added = sum(abs(sheet.adjoint(use.step) * use.slope) for use in sheet.uses.get(place, ()))
    bound = ROUNDINGS * UNIT * (moved + added)
    return bound if math.isfinite(bound) else 0.0


def _curvature(sheet: Worksheet, name: str) -> Mapping[str, float]:
    """The second derivatives by one variable and every other: one row of the Hessian."""
    duals = Duals()
    values = evaluate(sheet.tape, {other: Dual(x, 1.0 if other == name else None) for other, x in sheet.point.items()}, duals)
    adjoints = pull(sheet.tape, linearize(sheet.tape, values, duals, sheet.active), Dual(1.0), duals)
    found = {node.name: adjoints[i] for i, node in enumerate(sheet.tape.nodes) if isinstance(node, Var)}
    return {other: dual.tangent or 0.0 for other, dual in found.items() if dual is not None}
