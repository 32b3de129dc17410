"""A fit as a picture: the data with the fitted curve and its bands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autodiff.errors import needs
from autodiff.messages import say
from autodiff.render.drawing.axes import Area, frame, grid
from autodiff.render.drawing.axis import spanning
from autodiff.render.drawing.legend import legend, thinned
from autodiff.render.drawing.marks import BARRED, bars, dots, drawn, ribbon, rules
from autodiff.render.fit_tables import share
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.influence import bands
from autodiff.writing.formulas import reading
from autodiff.writing.metrics import truncated

POINTS = 241  # of a curve
FAR = 1.0  # heights of data and curve: so far beyond them are bands shown


class Curve(NamedTuple):
    """The fitted curve on a grid of the one predictor, with half the widths of its bands."""

    x: Any
    y: Any
    confidence: Any
    prediction: Any


def curve(fit: Fit) -> str:
    """SVG of data and fit: over the predictor where there is one, else fitted against measured."""
    title = truncated(reading(fit.points.plan.tape, fit.asked.target), 76)
    parts = _against(fit) if len(fit.points.columns) > 1 else _over(fit)
    return "\n".join([*frame(title, rules), *parts, "</svg>", ""])


def predictor(fit: Fit) -> tuple[str, Any]:
    """The one predictor; the number of the row where there is none."""
    name, values = next(iter(fit.points.columns.items()), (say("row"), fit.points.rows.astype(float)))
    return name, values


def _over(fit: Fit) -> Iterator[str]:
    name, x = predictor(fit)
    y, sigma = fit.points.y, fit.points.sigma if fit.has_sigma else None
    spread = fit.points.spread.get(name) if fit.points.spread else None
    across = spanning(x.tolist() if spread is None else _ends(x, spread))
    line = _curve(fit, name, x, across.is_log)
    upwards = _height([*(y.tolist() if sigma is None else _ends(y, sigma)), *line.y.tolist()], line)
    area = Area(across, spanning(upwards))
    found = drawn(area, x, y)
    yield from legend([
        ("dot", say("data")), ("fitted", say("fit")),
        *((kind, text) for kind, text, half in (
            ("confidence", say("{share} confidence", share=share(fit)), line.confidence),
            ("prediction", say("{share} prediction", share=share(fit)), line.prediction),
        ) if _is_fine(half)),
    ])  # fmt: skip
    yield from thinned(len(found), fit.rows)
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
    x, y, sigma = fit.points.y, fit.fitted, fit.points.sigma if fit.has_sigma else None
    axis = spanning([*(x.tolist() if sigma is None else _ends(x, sigma)), *y.tolist()])
    area = Area(axis, axis)
    found = drawn(area, x, y)
    yield from legend([("dot", say("data")), ("fitted", say("fitted as measured"))])
    yield from thinned(len(found), fit.rows)
    yield from grid(area, say("{target}, measured", target=fit.asked.target), say("{target}, fitted", target=fit.asked.target))
    same = f'<path class="fitted" d="{area.path([(axis.low, axis.low), (axis.high, axis.high)])}"/>'
    yield from area.inside(iter([*bars(area, found, x, y, sigma, None), same, *dots(area, found, x, y)]))


def _curve(fit: Fit, name: str, x: Any, is_log: bool) -> Curve:
    numpy = needs("numpy")
    low, high = x.min(), x.max()
    at = numpy.geomspace(low, high, POINTS) if is_log else numpy.linspace(low, high, POINTS)
    values, slopes = fit.model.elsewhere(fit.found.end.x, {name: at} if fit.points.columns else {}, POINTS)
    order = numpy.argsort(x, kind="stable")
    wide = bands(fit, slopes, numpy.interp(at, x[order], fit.spreads[order]))
    return Curve(at, values, wide.confidence, wide.prediction)


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
