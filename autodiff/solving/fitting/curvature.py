"""How far a fit is from a straight one, by exact second derivatives: where linear standard errors can be believed."""

from __future__ import annotations

import math
from typing import NamedTuple

from autodiff.errors import needs
from autodiff.solving.fitting.fit import Fit

STRONG = 0.5
"""Half the radius of the confidence region (Bates and Watts 1988: a curvature beyond it makes linear regions doubtful)."""
LOPSIDED = 0.25
"""From this skewness on an estimate is visibly lopsided (Ratkowsky 1990); from 1 considerably."""


class Curvature(NamedTuple):
    """Root mean square curvatures (Bates and Watts 1980), relative to the radius of the 95 % confidence region: intrinsic, of the
    model whatever its parameters, and by the parameters chosen. `skewness` is Hougaard's (1985), by parameter.
    """

    intrinsic: float
    effects: float
    skewness: dict[str, float]


def curvature(fit: Fit) -> Curvature:
    """Of a fit with degrees of freedom left, or with absolute uncertainties."""
    numpy, special = needs("numpy"), needs("scipy.special")
    bends = fit.model.bends(fit.found.end.x)[:, fit.free][:, :, fit.free]
    q, root = fit.triangle
    size, p = math.sqrt(fit.variance), int(fit.free.sum())
    turned = numpy.einsum("ia,nij,jb->nab", root, bends, root, optimize=True)
    along = numpy.einsum("nk,nab->kab", q, turned)
    across = turned - numpy.einsum("nk,kab->nab", q, along)
    share = special.chdtri(p, 0.05) / p if fit.is_absolute else special.fdtri(p, fit.dof, 0.95) if fit.dof else math.nan
    radius = size * math.sqrt(p * share)
    return Curvature(radius * _mean(across), radius * _mean(along), _skewness(fit, bends, root @ root.T, size))


def _mean(bends: object) -> float:
    """The root mean square curvature over all directions."""
    numpy = needs("numpy")
    cube = numpy.asarray(bends)
    p = cube.shape[1]
    traces = numpy.trace(cube, axis1=1, axis2=2)
    return math.sqrt(float(2 * (cube**2).sum() + (traces**2).sum()) / (p * (p + 2)))


def _skewness(fit: Fit, bends: object, inverse: object, size: float) -> dict[str, float]:
    """The third moment of each estimate over the cube of its standard error, to the first order."""
    numpy = needs("numpy")
    cube, square = numpy.asarray(bends), numpy.asarray(inverse)
    slopes = fit.found.end.jacobian[:, fit.free]
    names = [name for name, is_free in zip(fit.model.names, fit.free) if is_free]
    found = {}
    for k, name in enumerate(names):
        way = square[:, k]
        third = float((slopes @ way) @ (cube @ way @ way))
        found[name] = -3 * size * third / float(square[k, k]) ** 1.5
    return found
