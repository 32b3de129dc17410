"""The least sum of squares near a start: Levenberg and Marquardt's method in SciPy, with our exact Jacobian."""

from __future__ import annotations

from typing import Any

from autodiff.errors import needs
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.objective import Told

TOLERANCE, CALLS, FEW = 1e-15, 1000, 100  # how close the method goes, evaluations for each parameter at most, and at a first try
HIGH = 1e150  # a residual whose square is a double yet
POLISHED = 5  # steps of Gauss and Newton at the end, where the tolerance is the least


def least(model: Model, start: Any, free: Any, told: Told, tolerance: float = TOLERANCE, calls: int = CALLS) -> Residuals:
    """Where the sum of squares is least; only the parameters in the mask `free` move. Where there is no value, it is above all.

    The columns of the Jacobian are scaled to the longest length that each had so far (Moré 1978, as in MINPACK).
    """
    needs("scipy")
    seen, optimize = Once(model, start, free, told), needs("scipy.optimize")
    with needs("numpy").errstate(all="ignore"):
        optimize.leastsq(seen.values, seen.start, Dfun=seen.slopes, full_output=True, ftol=tolerance, xtol=tolerance, gtol=0.0,
                         maxfev=calls * (int(free.sum()) + 1))  # fmt: skip
        return polished(model, seen.best, free) if tolerance <= TOLERANCE else seen.best


class Once:
    """Residuals and slopes as SciPy asks for them, of the parameters in the mask `free`: a point is computed once, and the best is
    kept. Where there is no value, it is above all.
    """

    def __init__(self, model: Model, start: Any, free: Any, told: Told) -> None:
        self.model, self.free, self.told = model, free, told
        self.x = needs("numpy").array(start, float)
        self.start = self.x[free].copy()
        self.best = model.at(self.x)
        self.known, self.place = _usable(self.best), self.start.tobytes()

    def at(self, moved: Any) -> Residuals:
        """What is known at a point."""
        if self.place != (place := moved.tobytes()):
            self.place = place
            self.x[self.free] = moved
            found = self.model.at(self.x)
            self.known = _usable(found)
            self.told(self.model.calls, None)
            if found.is_finite and not self.best.sum <= found.sum:
                self.best = found
        return self.known

    def values(self, moved: Any) -> Any:
        """The residuals."""
        return self.at(moved).r

    def slopes(self, moved: Any) -> Any:
        """Their derivatives."""
        return self.at(moved).jacobian[:, self.free]


def above(values: Any) -> Any:
    """The same; where one of them is no number, such that nothing is above them."""
    numpy = needs("numpy")
    return values if numpy.isfinite(values).all() else numpy.full(len(values), HIGH)


def without_gaps(slopes: Any) -> Any:
    """Derivatives, 0 in place of those that are no number."""
    return needs("numpy").nan_to_num(slopes, nan=0.0, posinf=0.0, neginf=0.0)


def _usable(found: Residuals) -> Residuals:
    """The same, with numbers everywhere."""
    return found if found.is_finite else found._replace(r=above(found.r), jacobian=without_gaps(found.jacobian))


def polished(model: Model, end: Residuals, free: Any) -> Residuals:
    """The same, to the digits that the Jacobian knows and the sum of squares does not."""
    size = length(step(end, free), end, free)
    for _ in range(POLISHED):
        x = end.x.copy()
        x[free] += step(end, free)
        other = model.at(x)
        after = length(step(other, free), other, free) if other.is_finite else size
        if not after < size or not other.sum <= end.sum * (1 + 1e-12):
            return end
        end, size = other, after
    return end


def step(at: Residuals, free: Any) -> Any:
    """Where the residuals would be least if they were straight in the parameters."""
    numpy = needs("numpy")
    slopes = at.jacobian[:, free]
    sizes = numpy.linalg.norm(slopes, axis=0)
    sizes[~(sizes > 0)] = 1.0
    return -numpy.linalg.lstsq(slopes / sizes, at.r, rcond=None)[0] / sizes


def length(move: Any, at: Residuals, free: Any) -> float:
    """How far a step moves the fitted values."""
    return float(needs("numpy").linalg.norm(at.jacobian[:, free] @ move))
