"""The residuals of a fit as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from autodiff.messages import say
from autodiff.render.drawing.axes import RIGHT, SIZE, TOP, WIDTH, Area, frame, grid
from autodiff.render.drawing.axis import spanning
from autodiff.render.drawing.legend import legend, thinned
from autodiff.render.drawing.marks import dots, drawn, rules
from autodiff.render.fit_pictures import predictor
from autodiff.render.fit_tables import NOTABLE
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.influence import influence
from autodiff.writing.metrics import truncated

NAMED = 10  # rows that are named at most


def picture(fit: Fit) -> str:
    """SVG of the residuals over the predictor where there is one, else over the fitted value; divided by their standard deviations
    where the target has an uncertainty.
    """
    felt = influence(fit) if fit.can_be_judged else None
    is_standard = felt is not None and fit.has_sigma
    r = felt.standardized if felt is not None and is_standard else fit.residuals
    size = 2.0 if is_standard else 2 * (fit.residual_sd if fit.loss == "linear" else fit.scale)
    name, x = predictor(fit) if len(fit.points.columns) < 2 else (say("{target}, fitted", target=fit.asked.target), fit.fitted)
    limits = [-size, size] if math.isfinite(size) else []
    area = Area(spanning(x.tolist()), spanning([*r.tolist(), *limits, 0.0], False))
    found = drawn(area, x, r)
    upwards = say("standardized residual") if is_standard else say("residual")
    marks = [("dot", say("data")), *([("limit", say("±2 standard deviations"))] if limits else [])]
    parts = [*_level(area, "zero", 0.0), *(path for end in limits for path in _level(area, "limit", end)), *dots(area, found, x, r)]
    named = _named(fit, area, x, r, felt.cook) if felt is not None else []
    title = say("residuals of {target}", target=truncated(fit.asked.target, 60))
    around = [*frame(title, rules), *legend(marks), *thinned(len(found), fit.rows), *grid(area, name, upwards)]
    return "\n".join([*around, *area.inside(iter([*parts, *named])), "</svg>", ""])


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
