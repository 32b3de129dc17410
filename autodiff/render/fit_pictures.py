"""A fit as pictures: the data with the fitted curve and its bands, and the residuals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.messages import say
from autodiff.render.drawing.axes import RIGHT, SIZE, TOP, WIDTH, Area, frame, grid, spanning
from autodiff.render.drawing.marks import BARRED, bars, dots, drawn, ribbon, rules
from autodiff.render.fit_tables import NOTABLE, share
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.influence import bands, influence
from autodiff.writing.formulas import reading
from autodiff.writing.metrics import extent, truncated
from autodiff.writing.numbers import human

POINTS = 241  # of a curve
FAR = 1.0  # heights of data and curve: so far beyond them are bands shown
NAMED = 10  # rows that are named at most


class Curve(NamedTuple):
    """The fitted curve on a grid of the one predictor, with half the widths of its bands."""

    x: Any
    y: Any
    confidence: Any
    prediction: Any


def curve(fit: Fit) -> str:
    """SVG of data and fit: over the predictor where there is one, else fitted against measured."""
    title = truncated(f"{fit.asked.target} = {reading(fit.points.plan.tape)}", 76)
    parts = _against(fit) if len(fit.points.columns) > 1 else _over(fit)
    return "\n".join([*frame(title, rules), *parts, "</svg>", ""])


def _predictor(fit: Fit) -> tuple[str, Any]:
    """The one predictor; the number of the row where there is none."""
    name, values = next(iter(fit.points.columns.items()), (say("row"), fit.points.rows.astype(float)))
    return name, values


def _over(fit: Fit) -> Iterator[str]:
    name, x = _predictor(fit)
    y, sigma = fit.points.y, fit.points.sigma if _has_sigma(fit) else None
    spread = fit.points.spread.get(name) if fit.points.spread else None
    across = spanning(x.tolist() if spread is None else _ends(x, spread))
    line = _curve(fit, name, x, across.is_log)
    upwards = _height([*(y.tolist() if sigma is None else _ends(y, sigma)), *line.y.tolist()], line)
    area = Area(across, spanning(upwards))
    found = drawn(area, x, y)
    yield from _legend(fit, [
        ("dot", _data(len(found), fit.rows)), ("fitted", say("fit")),
        *((kind, text) for kind, text, half in (
            ("confidence", say("{share} confidence", share=share(fit)), line.confidence),
            ("prediction", say("{share} prediction", share=share(fit)), line.prediction),
        ) if _is_fine(half)),
    ])  # fmt: skip
    yield from grid(area, name, fit.asked.target)
    yield from area.inside(_layers(area, line, found, x, y, spread, sigma))


def _layers(area: Area, line: Curve, found: Sequence[int], x: Any, y: Any, spread: Any, sigma: Any) -> Iterator[str]:
    for kind, half in (("prediction", line.prediction), ("confidence", line.confidence)):
        if _is_fine(half):
            yield ribbon(area, kind, line.x.tolist(), (line.y - half).tolist(), (line.y + half).tolist())
    yield from bars(area, found, x, y, spread, sigma)
    path = f'<path class="fitted" d="{area.path([*zip(line.x.tolist(), line.y.tolist())])}"/>'
    yield from [*dots(area, found, x, y), path] if len(found) > BARRED else [path, *dots(area, found, x, y)]


def _against(fit: Fit) -> Iterator[str]:
    """Fitted against measured, with the line where they are the same."""
    x, y, sigma = fit.points.y, fit.fitted, fit.points.sigma if _has_sigma(fit) else None
    axis = spanning([*(x.tolist() if sigma is None else _ends(x, sigma)), *y.tolist()])
    area = Area(axis, axis)
    found = drawn(area, x, y)
    yield from _legend(fit, [("dot", _data(len(found), fit.rows)), ("fitted", say("fitted as measured"))])
    yield from grid(area, say("{target}, measured", target=fit.asked.target), say("{target}, fitted", target=fit.asked.target))
    same = f'<path class="fitted" d="{area.path([(axis.low, axis.low), (axis.high, axis.high)])}"/>'
    yield from area.inside(iter([*bars(area, found, x, y, sigma, None), same, *dots(area, found, x, y)]))


def _curve(fit: Fit, name: str, x: Any, is_log: bool) -> Curve:
    numpy = needs("numpy")
    low, high = x.min(), x.max()
    at = numpy.geomspace(low, high, POINTS) if is_log else numpy.linspace(low, high, POINTS)
    found = fit.model.elsewhere(fit.found.end.x, {name: at} if fit.points.columns else {})
    slopes = numpy.empty((POINTS, len(fit.model.names)))
    for k, one in enumerate(fit.model.names):
        slopes[:, k] = found.gradient[one]
    order = numpy.argsort(x, kind="stable")
    wide = bands(fit, slopes, numpy.interp(at, x[order], fit.spreads[order]))
    return Curve(at, numpy.broadcast_to(found.value, at.shape), wide.confidence, wide.prediction)


def residuals(fit: Fit) -> str:
    """SVG of the residuals over the predictor where there is one, else over the fitted value; divided by their standard deviations
    where the target has an uncertainty.
    """
    felt = influence(fit) if fit.loss == "linear" and fit.dof else None
    is_standard = felt is not None and _has_sigma(fit)
    r = felt.standardized if felt is not None and is_standard else fit.residuals
    size = 2.0 if is_standard else 2 * (fit.residual_sd if fit.loss == "linear" else fit.scale)
    name, x = _predictor(fit) if len(fit.points.columns) < 2 else (say("{target}, fitted", target=fit.asked.target), fit.fitted)
    limits = [-size, size] if math.isfinite(size) else []
    area = Area(spanning(x.tolist()), spanning([*r.tolist(), *limits, 0.0], False))
    found = drawn(area, x, r)
    upwards = say("standardized residual") if is_standard else say("residual")
    marks = [("dot", _data(len(found), fit.rows)), *([("limit", say("±2 standard deviations"))] if limits else [])]
    parts = [*_level(area, "zero", 0.0), *(path for end in limits for path in _level(area, "limit", end)), *dots(area, found, x, r)]
    named = _named(fit, area, x, r, felt.cook) if felt is not None else []
    title = say("residuals of {target}", target=truncated(fit.asked.target, 60))
    return "\n".join(
        [*frame(title, rules), *_legend(fit, marks), *grid(area, name, upwards), *area.inside(iter([*parts, *named])), "</svg>", ""]
    )


def _level(area: Area, kind: str, y: float) -> Iterator[str]:
    yield f'<path class="{kind}" d="M{area.left:.1f} {area.y(y):.1f}H{WIDTH - RIGHT}"/>'


def _named(fit: Fit, area: Area, x: Any, r: Any, cook: Any) -> Iterator[str]:
    """The numbers of the rows that move the fit."""
    order = sorted((k for k in range(fit.rows) if cook[k] >= NOTABLE and math.isfinite(r[k])), key=lambda k: -cook[k])
    for k in order[:NAMED]:
        across, upwards = area.x(float(x[k])), area.y(float(r[k]))
        is_right, is_high = across > WIDTH - 60, upwards < TOP + SIZE + 5
        place = f'x="{across + (-7 if is_right else 7):.1f}" y="{upwards + (SIZE + 2 if is_high else -5):.1f}"'
        yield f'<text class="row" {place} text-anchor="{"end" if is_right else "start"}">{int(fit.points.rows[k])}</text>'


def _legend(fit: Fit, marks: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What the signs mean, from the right."""
    x = float(WIDTH - RIGHT)
    for kind, text in reversed(marks):
        x -= extent(text, SIZE)
        yield f'<text x="{x:.1f}" y="{TOP - 12}">{escape(text)}</text>'
        x -= 24
        shape = f"M{x:.1f} {TOP - 16}h18"
        if kind == "dot":
            yield f'<circle cx="{x + 12:.1f}" cy="{TOP - 16}" r="3"/>'
        elif kind in ("confidence", "prediction"):
            yield f'<path class="{kind}" d="M{x:.1f} {TOP - 22}h18v12h-18z"/>'
        else:
            yield f'<path class="{kind}" d="{shape}"/>'
        x -= 16


def _data(shown: int, rows: int) -> str:
    return say("data") if shown == rows else say("data ({shown} of {rows} rows)", shown=human(shown), rows=human(rows))


def _has_sigma(fit: Fit) -> bool:
    return bool(fit.asked.sigma or fit.asked.weights)


def _ends(values: Any, half: Any) -> list[float]:
    return [*(values - half).tolist(), *(values + half).tolist()]


def _is_fine(half: Any) -> bool:
    return bool(needs("numpy").isfinite(half).any())


def _height(own: Sequence[float], line: Curve) -> list[float]:
    """What is shown of the bands too, but for what is far from data and curve."""
    shown = [x for x in own if math.isfinite(x)]
    low, high = min(shown), max(shown)
    far = FAR * (high - low)
    outer = [*(line.y - line.prediction), *(line.y + line.prediction), *(line.y - line.confidence), *(line.y + line.confidence)]
    return [*shown, *(x for x in outer if low - far <= x <= high + far)]
