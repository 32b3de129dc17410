"""What came of a fit, as tables and sentences for every format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from autodiff.messages import N_, count, say, series
from autodiff.solving.fitting.curvature import LOPSIDED, STRONG, Curvature
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.influence import Influence
from autodiff.uncertainty.rounding import rounded
from autodiff.writing.numbers import human

MANY = 12  # parameters up to which the correlations are shown
NOTABLE = 0.5  # Cook's distance from which a row is named (Cook and Weisberg 1982)
SHOWN = 3  # rows that are named at most
METHODS = {
    "direct": N_("Levenberg and Marquardt's method"), "bounded": N_("a trust-region method within bounds"),
    "robust": N_("a trust-region method with the loss {loss}"), "orthogonal": N_("orthogonal distances"),
}  # fmt: skip

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def manner(fit: Fit) -> Iterator[str]:
    """What was fitted to what, and how."""
    rows = count(fit.rows, "one row", "{number} rows")
    yield say("fitted to {target} over {rows} of {source}", target=fit.asked.target, rows=rows, source=fit.points.about)
    yield say("by {method}", method=say(METHODS[fit.method], loss=fit.loss))


def share(fit: Fit) -> str:
    """The level of intervals and bands."""
    return f"{human(100 * fit.level, 6)} %"


def parameters(fit: Fit, digits: int, intervals: Mapping[str, tuple[float, float]], curvature: Curvature | None) -> Table:
    """Each parameter with its standard error and interval; of a failed fit the best values so far alone."""
    if fit.has_failed:
        heads: tuple[str, ...] = (say("parameter"), say("start"), say("best so far"))
        starts = dict(zip(fit.model.names, fit.start))
        moved = [(name, human(starts[name], digits), human(x, digits)) for name, x in fit.parameters.items()]
        return heads, moved + [(name, human(x, digits), say("fixed")) for name, x in fit.model.fixed.items()]
    which = say("{share} profile interval", share=share(fit)) if intervals else say("{share} interval", share=share(fit))
    heads = (say("parameter"), say("value"), say("std. error"), which, say("to paste"), *([say("skewness")] if curvature else []))
    ends = intervals or fit.student
    body: list[tuple[str, ...]] = []
    for name, x in fit.parameters.items():
        error = fit.std_errors[name]
        skew = [human(curvature.skewness[name], 2) if name in curvature.skewness else ""] if curvature else []
        if math.isnan(error):
            body.append((name, human(x, digits), "", "", "", *skew))
            continue
        low, high = ends[name]
        within = say("{low} to {high}", low=human(low, digits), high=human(high, digits))
        pasted = rounded(x, error).concise if error else human(x, 17)
        body.append((name, human(x, digits), human(error, digits), within, pasted, *skew))
    return heads, body + [(name, human(x, digits), say("fixed"), *[""] * (len(heads) - 3)) for name, x in fit.model.fixed.items()]


def correlations(fit: Fit) -> Table | None:
    """The lower triangle; none for one parameter, and for very many."""
    names = [name for name, is_free in zip(fit.model.names, fit.free) if is_free]
    if not 1 < len(names) <= MANY or math.isnan(fit.variance):
        return None
    whole = fit.correlation[fit.free][:, fit.free]
    body = [(name, *(human(whole[k, j], 3) for j in range(k)), *[""] * (len(names) - 1 - k)) for k, name in enumerate(names) if k]
    return (say("correlation"), *names[:-1]), body


def measures(fit: Fit, digits: int) -> Table:
    """How good the fit is."""
    freedom = count(fit.dof, "one degree of freedom", "{number} degrees of freedom")
    rows = [(say("residual standard deviation"), human(fit.residual_sd, digits), freedom)]
    if fit.has_sigma:
        rows.append(
            (say("chi-squared"), human(fit.chi_squared, digits), say("reduced {number}", number=human(fit.reduced, digits)))
        )
        if fit.is_absolute:
            rows[-1] = (*rows[-1][:2], say("{text}; so large by chance: {share}", text=rows[-1][2], share=human(fit.chance, 3)))
    rows += [(say("chi-squared of {name}", name=name), human(part, digits), "") for name, part in fit.shares.items()]
    rows.append((say("sum of squared residuals"), human(fit.rss, digits), ""))
    rows.append(("R²", human(fit.r_squared, digits), ""))
    rows += [(name, human(fit.criteria[key], digits), "") for name, key in (("AIC", "aic"), ("AICc", "aicc"), ("BIC", "bic"))]
    return ("", "", ""), [row for row in rows if not {row[1], row[1].lstrip("-")} & {"nan", "inf"}]


def sentences(fit: Fit, digits: int, curvature: Curvature | None, influence: Influence | None) -> Iterator[str]:
    """What is to be known beside the numbers."""
    yield f"{'! ' if fit.condition else ''}{fit.message}"
    if fit.has_failed:
        return
    yield _scaling(fit, digits)
    if fit.asked.orthogonal:
        yield say("the intervals are those of the standard errors: there are none by profile for orthogonal distances")
    if curvature is not None:
        yield from _curved(curvature)
    if influence is not None:
        yield _influential(fit, influence)


def _scaling(fit: Fit, digits: int) -> str:
    if fit.loss != "linear":
        return say(
            "the standard errors are those of Huber for the loss {loss}, measured against residuals of {scale}",
            loss=fit.loss, scale=human(fit.scale, digits),
        )  # fmt: skip
    if fit.is_absolute:
        return say("the standard errors are absolute: --sigma is taken as it is, whatever the scatter of the residuals")
    if not fit.dof:
        return say("no degree of freedom is left, and no standard error can be told")
    if fit.has_sigma:
        size = human(math.sqrt(fit.reduced), digits)
        said = say("the standard errors are scaled by √(reduced chi-squared) = {size}, as the residuals scatter", size=size)
        return said + (say("; --absolute takes --sigma as it is") if fit.asked.sigma else "")
    return say("the standard errors are scaled by the residual standard deviation, the same for all rows")


def _curved(curvature: Curvature) -> Iterator[str]:
    """Where linear standard errors can be believed, and where not."""
    lopsided = [name for name, skew in curvature.skewness.items() if abs(skew) > LOPSIDED]
    numbers = say("intrinsic curvature {size}; 0.5 is much", size=human(curvature.intrinsic, 2))
    if curvature.intrinsic > STRONG:
        yield "! " + say(
            "the formula bends strongly over the confidence region: no interval here is better than rough ({numbers})",
            numbers=numbers,
        )
    elif lopsided:
        names = series(lopsided)
        yield "! " + say("the estimates of {names} are lopsided: believe the profile intervals, not ± std. error ({numbers})",
                         names=names, numbers=numbers)  # fmt: skip
    else:
        yield say("the linear standard errors are good enough ({numbers})", numbers=numbers)


def _influential(fit: Fit, influence: Influence) -> str:
    order = sorted(range(fit.rows), key=lambda k: -influence.cook[k] if influence.cook[k] == influence.cook[k] else -math.inf)
    if not influence.cook[order[0]] >= NOTABLE:
        return say("no single row moves the fit much: the largest Cook's distance is {size}, of row {row}",
                   size=human(influence.cook[order[0]], 2), row=int(fit.points.rows[order[0]]))  # fmt: skip
    rows = [k for k in order[:SHOWN] if influence.cook[k] >= NOTABLE]
    named = series([say("row {row} ({size})", row=int(fit.points.rows[k]), size=human(influence.cook[k], 2)) for k in rows])
    return "! " + say("single rows move the fit, by Cook's distance: {rows}", rows=named)
