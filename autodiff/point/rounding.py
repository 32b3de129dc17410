"""How far rounding alone can carry a value or a derivative: bounds of first order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from autodiff.passes.duals import Dual, Duals
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import linearize, pull
from autodiff.point.evaluation import Evaluation
from autodiff.tape import Apply, Var

UNIT = 2.0**-52
ROUNDINGS = 4  # of each number that enters


def of_value(here: Evaluation) -> float:
    """What the rounding of every step does to the value."""
    terms: list[float] = [abs(a * x) for a, x in zip(here.adjoints, here.values) if a is not None and x is not None]
    return UNIT * (abs(here.value) + sum([term for term in terms if math.isfinite(term)], 0.0))


def floor(here: Evaluation, place: int) -> float:
    """What the rounding of the point, and of the terms that are added, does to the derivative with respect to a node."""
    node = here.tape.nodes[place]
    curvature = _curvature(here, node.name) if isinstance(node, Var) else {}
    moved = sum(abs(d * here.point[name]) for name, d in curvature.items())
    added = sum(_terms(here, place))
    bound = ROUNDINGS * UNIT * (moved + added)
    return bound if math.isfinite(bound) else 0.0


def _terms(here: Evaluation, place: int) -> Iterator[float]:
    """The magnitudes that the derivative with respect to a node was added up from."""
    for node, adjoint, local in zip(here.tape.nodes, here.adjoints, here.partials):
        if isinstance(node, Apply) and adjoint is not None and local is not None:
            yield from (abs(adjoint * slope) for j, slope in zip(node.args, local) if j == place and slope is not None)


def _curvature(here: Evaluation, name: str) -> Mapping[str, float]:
    """The second derivatives by one variable and every other: one row of the Hessian."""
    duals = Duals()
    values = evaluate(here.tape, {other: Dual(x, 1.0 if other == name else None) for other, x in here.point.items()}, duals)
    adjoints = pull(here.tape, linearize(here.tape, values, duals, here.active), Dual(1.0), duals)
    found = {other: adjoints[i] for other, i in here.places.items()}
    return {other: dual.tangent or 0.0 for other, dual in found.items() if dual is not None}
