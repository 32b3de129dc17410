"""How a number fell from step to step, as an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from autodiff.messages import say
from autodiff.render.drawing.colours import DARK, FONT, LIGHT
from autodiff.writing.numbers import human

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 84, 20, 44, 44
MARKED = 60  # steps up to which each has a dot
TICKS = 4
ID = "autodiff-curve"
"""What all rules begin with, so that they leave alone whatever else stands on a page."""


def _style() -> str:
    light, dark = ("".join(_colours(colours)) for colours in (LIGHT, DARK))
    shapes = f"#{ID} text{{font-family:{FONT};font-size:13px}}#{ID} path{{fill:none}}#{ID} .curve{{stroke-width:2}}"
    return f"{shapes}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _colours(colours: Mapping[str, str]) -> Iterator[str]:
    yield f"#{ID} .paper{{fill:{colours['paper']}}}"
    yield f"#{ID} text{{fill:{colours['ink']}}}"
    yield f"#{ID} .axis{{stroke:{colours['frame']}}}#{ID} .grid{{stroke:{colours['frame']};stroke-opacity:.3}}"
    yield f"#{ID} .curve{{stroke:{colours['blue']}}}#{ID} circle{{fill:{colours['blue']}}}"


def svg(values: Sequence[float], name: str, is_log: bool) -> str:
    """The picture. Numbers that are not finite are left out."""
    shown = [(k, x) for k, x in enumerate(values) if math.isfinite(x)]
    low, high = min(x for _, x in shown), max(x for _, x in shown)
    title = say("{name} by step (logarithmic scale)", name=name) if is_log else say("{name} by step", name=name)
    points = [_point(k, x, len(values), low, high, is_log) for k, x in shown]
    return "\n".join([*_frame(title), *_axes(len(values), low, high, is_log), *_curve(points), "</svg>", ""])


def _frame(title: str) -> Iterator[str]:
    text = escape(title)
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" id="{ID}" {size} role="img" aria-label="{text}">'
    yield f"<title>{text}</title><style>{_style()}</style>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" class="paper"/>'
    yield f'<text x="{LEFT}" y="{TOP - 18}">{text}</text>'


def _axes(steps: int, low: float, high: float, is_log: bool) -> Iterator[str]:
    """Lines at a few heights with their numbers, and the first and last step."""
    for k in range(TICKS + 1):
        share = k / TICKS
        y = _y(share)
        x = low * (high / low) ** share if is_log else low * (1 - share) + high * share
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(human(x, 3))}</text>'
    yield f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>'
    yield f'<text x="{LEFT}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">0</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - BOTTOM + 20}" text-anchor="end">{steps - 1}</text>'


def _curve(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    yield f'<path class="curve" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>'
    if len(points) <= MARKED:
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)


def _point(step: int, x: float, steps: int, low: float, high: float, is_log: bool) -> tuple[float, float]:
    share = 0.5
    if high > low:
        share = math.log(x / low) / math.log(high / low) if is_log else (x / 2 - low / 2) / (high / 2 - low / 2)
    return LEFT + (WIDTH - LEFT - RIGHT) * step / max(steps - 1, 1), _y(share)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
