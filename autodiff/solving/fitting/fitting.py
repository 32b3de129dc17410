"""A fit from beginning to end: the rows, the search, whether it arrived, and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, needs
from autodiff.messages import count, say, series
from autodiff.solving import bounds
from autodiff.solving.bounds import Limits
from autodiff.solving.fitting import bounded, orthogonal, robust, sharp
from autodiff.solving.fitting.distances import Distances
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.least import CALLS, FEW, TOLERANCE, Told, least
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.fitting.points import Asked, Points, read
from autodiff.solving.fitting.profile import profiled
from autodiff.solving.fitting.search import SINGULAR, Found, looked, search
from autodiff.solving.objective import nothing_moves
from autodiff.writing.numbers import human

ROUNDS, SAME = 20, 1e-3  # of estimating the scatter that a robust loss is measured against, and when that is settled
TIGHT = 1e-5  # an offset below which its digits are rounding
BETTER = 3  # times that a profile may meet a better fit


class Manner(NamedTuple):
    """How to fit. `scale` of 0 is estimated; `starts` are tried beside the given one."""

    level: float = 0.95
    is_absolute: bool = False
    loss: str = "linear"
    scale: float = 0.0
    bounds: str = ""
    starts: int = 0
    seed: int = 0
    profiles: bool = True


class Fitted(NamedTuple):
    """A fit with its profile intervals; none where it failed, and where there is a loss other than squares."""

    fit: Fit
    intervals: dict[str, tuple[float, float]]


class Fitter:
    """Goes down from any start, in one manner."""

    def __init__(self, model: Model, manner: Manner, limits: Limits | None, told: Told) -> None:
        self.model, self.manner, self.limits, self.told = model, manner, limits, told
        self.scale = manner.scale

    def lower(self, start: Any, free: Any, tolerance: float = TOLERANCE, calls: int = CALLS) -> Residuals:
        """The least sum from a start."""
        if not self.limits and self.manner.loss == "linear":
            return least(self.model, start, free, tolerance, self.told, calls)
        loss, scale = self.manner.loss, self.scale or 1.0
        return bounded.least(self.model, start, free, self.limits, loss, scale, self.told, tolerance, calls)

    def found(self, start: Any, way: str) -> Found:
        """The same, looked at."""
        end = self.lower(start, needs("numpy").ones(len(start), bool), calls=FEW if way in ("linear", "starts") else CALLS)
        if self.manner.loss != "linear" and not self.manner.scale:
            end = self._settled(end)
        free = ~bounded.on_edge(end.x, self.limits)
        if self.manner.loss == "linear" and sharp.is_near(self.model, end):
            end = sharp.sharpened(self.model, end, free)
        if self.manner.loss == "linear":
            return looked(end, way, free)
        flat = robust.squared(end, self.manner.loss, self.scale)
        return looked(flat, way, free)._replace(end=end, cost=robust.cost(end.r, self.manner.loss, self.scale))

    def _settled(self, end: Residuals) -> Residuals:
        """With the scatter of the residuals as the scale, until that does not change any more."""
        self.scale = 0.0
        for _ in range(ROUNDS):
            size = robust.scatter(end.r)
            if not size or abs(size - self.scale) <= SAME * size:
                break
            self.scale = size
            end = self.lower(end.x, needs("numpy").ones(len(end.x), bool))
        self.scale = self.scale or 1.0
        return end


def fitted(asked: Asked, start: Mapping[str, float], fixed: Mapping[str, float], manner: Manner, told: Told) -> Fitted:
    """The parameters that fit best; what goes wrong on the way is a condition. Raises AutodiffError for what cannot be begun."""
    needs("scipy")  # which brings NumPy: said before files are read
    points = read(asked, {**start, **fixed})
    if asked.orthogonal:
        orthogonal.checked(points)
    with needs("numpy").errstate(all="ignore"):
        return of_points(asked, points, start, fixed, manner, told)


def of_points(
    asked: Asked, points: Points, start: Mapping[str, float], fixed: Mapping[str, float], manner: Manner, told: Told
) -> Fitted:
    """The same, of rows that are read."""
    used = points.plan.fixed
    names = [name for name in start if name in used]
    if not names:
        raise nothing_moves()
    begin = [start[name] for name in names]
    limits = bounds.read(manner.bounds, names, begin) if manner.bounds else None
    model = Model(points, names, {name: x for name, x in fixed.items() if name in used})
    _check(model, begin)
    fitter = Distances(model, limits, told) if asked.orthogonal else Fitter(model, manner, limits, told)
    found = search(model, begin, fitter.found, manner.starts, manner.seed, limits)
    if manner.loss != "linear" and found.starts > 1:  # the scale of the best start, not of the last
        found = fitter.found(found.end.x, found.way)._replace(starts=found.starts)
    for _ in range(BETTER):
        fit = _fit(model, begin, found, manner, fitter)
        if isinstance(fitter, Distances) or not manner.profiles or fit.has_failed or not fit.can_be_judged:
            return Fitted(fit, {})
        if sharp.is_near(model, found.end):  # so near a line that the profile is one
            return Fitted(fit, fit.student)
        ends = profiled(fit, fitter.lower, limits)
        if ends.better is None:
            return Fitted(fit, ends.intervals)
        found = fitter.found(ends.better.x, "profile")
    return Fitted(_fit(model, begin, found, manner, fitter), {})


def _check(model: Model, begin: Sequence[float]) -> None:
    """Refuse what cannot be begun."""
    numpy = needs("numpy")
    rows, many = len(model.points.y), len(model.names)
    wrong = [name for name, x in zip(model.names, begin) if not math.isfinite(x)]
    if wrong:
        raise AutodiffError("E022", say("the start of '{name}' is not a finite number", name=wrong[0]), say("choose another start"))
    if rows < many:
        said = count(rows, "{number} row", "{number} rows"), count(many, "{number} parameter", "{number} parameters")
        message = say("{rows} cannot fix {parameters}", rows=said[0], parameters=said[1])
        raise AutodiffError("E022", message, say("add rows, or keep a parameter where it is: {name}:=1", name=model.names[-1]))
    at = model.at(begin)
    fine = numpy.isfinite(at.r) & numpy.isfinite(at.jacobian).all(axis=1)
    if not fine.all():
        raise _nowhere(model, begin, int(numpy.flatnonzero(~fine)[0]))


def _nowhere(model: Model, begin: Sequence[float], k: int) -> AutodiffError:
    """What is wrong with the formula in a row, at the start."""
    numpy, points = needs("numpy"), model.points
    values = {name: float(column[k]) for name, column in points.columns.items()}
    sheet = model.formula.worksheet({**values, **model.fixed, **dict(zip(model.names, begin))}, model.names)
    row = int(points.rows[k])
    if not math.isfinite(sheet.value):
        status, why = sheet.value_status, sheet.value_reason
        message = say("the formula has no finite value in row {row} at the start ({status})", row=row, status=say(status))
    else:
        name = model.names[int(numpy.flatnonzero(~numpy.isfinite(model.at(begin).jacobian[k]))[0])]
        found = sheet.status.get(name)
        status, why = (found.status, found.reason) if found and found.status != "ok" else ("overflow", "")
        message = say(
            "the derivative by '{name}' is not finite in row {row} at the start ({status})", name=name, row=row, status=say(status)
        )
    return AutodiffError("E022", f"{message}: {why}" if why else message, say("choose another start"))


def _fit(model: Model, begin: Sequence[float], found: Found, manner: Manner, fitter: Fitter | Distances) -> Fit:
    condition, message = _judged(model, begin, found)
    kind, points = Fit, model.points
    if isinstance(fitter, Distances):
        kind, wrong = orthogonal.Orthogonal, orthogonal.unsettled(found, fitter)
        condition, message = ("limit", wrong) if wrong else (condition, message)
    fit = kind(
        points.asked, points, model, tuple(begin), found, found.free, manner.level, manner.is_absolute, manner.loss, fitter.scale,
        condition, message, fitter.limits is not None,
    )  # fmt: skip
    return replace(fit, more=_said(fit))


def _judged(model: Model, begin: Sequence[float], found: Found) -> tuple[str, str]:
    """A word for what went wrong, if anything did, and the sentence."""
    if found.has_arrived:
        size = human(found.offset, 2) if found.offset > TIGHT else say("below {size}", size=human(TIGHT))
        return "", say("no other parameters nearby fit better (relative offset {size})", size=size)
    if found.weakest <= SINGULAR:
        return _flat(model, begin, found)
    if not _beside(model, found).is_finite:
        return "domain", say("the formula ends here: a step further down it has no value in some row")
    return "limit", say("the search came to no end; the relative offset is still {size}", size=human(found.offset, 2))


def _flat(model: Model, begin: Sequence[float], found: Found) -> tuple[str, str]:
    """Which parameters the rows do not fix."""
    sizes = [abs(move) / (abs(x) or 1.0) for move, x in zip(found.direction, found.end.x)]
    names = [name for name, size in zip(model.names, sizes) if size > 1e-3 * max(sizes)]
    dead = [name for name, feels in zip(model.names, model.at(begin).jacobian.any(axis=0)) if not feels]
    if dead or list(map(float, found.end.x)) == [*begin]:
        message = say(
            "a start on a plateau: the fitted values do not react to {names} there; choose another start",
            names=series(dead or names),
        )
        return "plateau", message
    if len(names) == 1:
        return "flat", say("a flat direction: the rows do not fix {name}, whatever it is the fit is the same", name=names[0])
    return "flat", say("a flat direction: the rows fix only a combination of {names}", names=series(names))


def _beside(model: Model, found: Found) -> Residuals:
    """A little further down."""
    numpy = needs("numpy")
    slope = found.end.jacobian.T @ found.end.r
    size = 1e-6 * (1 + float(numpy.linalg.norm(found.end.x))) / (float(numpy.linalg.norm(slope)) or 1.0)
    return model.at(found.end.x - size * slope)


def _said(fit: Fit) -> list[str]:
    """Notes on the way, and on what the rows cannot say."""
    numpy = needs("numpy")
    notes, found = list[str](), fit.found
    if found.way == "linear":
        notes.append(say("the search stalled from this start, and went on with the linear parameters solved for"))
    elif found.starts > 1:
        notes.append(say("the best of {number} starts", number=found.starts))
    elif found.way == "profile":
        notes.append(say("a better fit was met while a parameter was moved away, and taken"))
    notes += [
        say("{name} is the same in all rows", name=name) for name, values in fit.points.columns.items() if _is_constant(values)
    ]
    if _is_constant(fit.points.y):
        notes.append(say("the target is the same in all rows"))
    held = [name for name, is_free in zip(fit.model.names, fit.free) if not is_free]
    if held:
        notes.append(say("held by a bound, and taken as exact there: {names}", names=series(held)))
    if not fit.dof and not numpy.isnan(fit.chi_squared):
        notes.append(say("there are as many rows as parameters: nothing is left to tell how good the fit is"))
    return notes


def _is_constant(values: Any) -> bool:
    return len(values) > 1 and bool((values == values[0]).all())
