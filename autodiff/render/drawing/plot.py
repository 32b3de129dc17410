"""How a number fell from step to step, as an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autodiff.messages import say
from autodiff.render.drawing.axes import Area, Axis, frame, grid, spanning

MARKED = 60  # steps up to which each has a dot


def svg(values: Sequence[float], name: str, is_log: bool) -> str:
    """The picture. Numbers that are not finite are left out."""
    points = [(float(k), x) for k, x in enumerate(values) if math.isfinite(x)]
    title = say("{name} by step (logarithmic scale)", name=name) if is_log else say("{name} by step", name=name)
    area = Area(Axis(0.0, max(len(values) - 1.0, 1.0)), spanning([x for _, x in points], is_log))
    dots = [f'<circle cx="{area.x(k):.1f}" cy="{area.y(x):.1f}" r="3"/>' for k, x in points] if len(points) <= MARKED else []
    curve = f'<path class="curve" d="{area.path(points)}"/>'
    return "\n".join([*frame(title), *grid(area, say("step"), name), curve, *dots, "</svg>", ""])
