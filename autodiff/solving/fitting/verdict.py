"""Whether a fit can begin, whether the search has arrived, and what is to be said of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autodiff.errors import AutodiffError, needs
from autodiff.messages import count, say, series
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.model import Model, Residuals
from autodiff.solving.fitting.search import SINGULAR, Found
from autodiff.solving.objective import check_start, no_start
from autodiff.writing.numbers import human

TIGHT = 1e-5  # an offset below which its digits are rounding


def check(model: Model, begin: Sequence[float]) -> None:
    """Raise AutodiffError for what cannot be begun."""
    numpy = needs("numpy")
    rows, many = len(model.points.y), len(model.names)
    check_start(model.names, begin)
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
    return no_start(message, why)


def judged(model: Model, begin: Sequence[float], found: Found) -> tuple[str, str]:
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


def remarks(fit: Fit) -> list[str]:
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
