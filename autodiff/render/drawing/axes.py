"""A place to draw numbers in, between two axes, as parts of an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from autodiff.render.drawing.axis import Axis
from autodiff.render.drawing.colours import DARK, FONT, LIGHT
from autodiff.writing.metrics import extent, truncated

WIDTH, HEIGHT, RIGHT, TOP, BOTTOM = 640, 400, 20, 64, 52
SIZE = 13  # of text
BESIDE, BELOW = 28, 40  # cells of what an axis is called
ID = "autodiff-curve"
"""What all rules begin with, so that they leave alone whatever else stands on a page."""
Rules = Callable[[Mapping[str, str]], Iterator[str]]
"""Rules of CSS with colours by name, light ones or dark ones."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Area:
    """Where two axes meet."""

    across: Axis
    upwards: Axis

    @cached_property
    def left(self) -> float:
        """Where the area begins: right of its numbers."""
        return max(extent(text, SIZE) for text in ["0000", *self.upwards.ticks()]) + 20

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return self.left + (WIDTH - RIGHT - self.left) * self.across.share(value)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * self.upwards.share(value)

    def path(self, points: Sequence[Point]) -> str:
        """A line through points; it is broken where a number is not finite."""
        parts, is_down = list[str](), False
        for a, b in points:
            is_fine = math.isfinite(a) and math.isfinite(b)
            if is_fine:
                parts.append(f"{'L' if is_down else 'M'}{self.x(a):.1f} {self.y(b):.1f}")
            is_down = is_fine
        return "".join(parts)

    def inside(self, parts: Iterator[str]) -> Iterator[str]:
        """What is drawn in the area alone."""
        yield f'<clipPath id="{ID}-area"><rect x="{self.left:.1f}" y="{TOP}" width="{WIDTH - RIGHT - self.left:.1f}" '
        yield f'height="{HEIGHT - TOP - BOTTOM}"/></clipPath><g clip-path="url(#{ID}-area)">'
        yield from parts
        yield "</g>"


def frame(title: str, rules: Rules = lambda colours: iter(())) -> Iterator[str]:
    """How a picture begins, light, and dark where the reader prefers it; `</svg>` ends it."""
    text = escape(title)
    shapes = f"#{ID} text{{font-family:{FONT};font-size:{SIZE}px}}#{ID} path{{fill:none}}#{ID} .curve{{stroke-width:2}}"
    light, dark = ("".join([*_colours(colours), *rules(colours)]) for colours in (LIGHT, DARK))
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" id="{ID}" {size} role="img" aria-label="{text}">'
    yield f"<title>{text}</title><style>{shapes}{light}@media (prefers-color-scheme:dark){{{dark}}}</style>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" class="paper"/>'
    yield f'<text x="{RIGHT}" y="24">{text}</text>'


def _colours(colours: Mapping[str, str]) -> Iterator[str]:
    yield f"#{ID} .paper{{fill:{colours['paper']}}}"
    yield f"#{ID} text{{fill:{colours['ink']}}}"
    yield f"#{ID} .axis{{stroke:{colours['frame']}}}#{ID} .grid{{stroke:{colours['frame']};stroke-opacity:.3}}"
    yield f"#{ID} .curve{{stroke:{colours['blue']}}}#{ID} circle{{fill:{colours['blue']}}}"


def grid(area: Area, across: str, upwards: str) -> Iterator[str]:
    """Lines at round numbers with the numbers beside them, and what the axes stand for."""
    floor = HEIGHT - BOTTOM
    for text in area.upwards.ticks():
        y = area.y(float(text))
        yield f'<path class="grid" d="M{area.left:.1f} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{area.left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(text)}</text>'
    for text in area.across.ticks():
        x = area.x(float(text))
        yield f'<path class="axis" d="M{x:.1f} {floor}v5"/>'
        yield f'<text x="{x:.1f}" y="{floor + 20}" text-anchor="middle">{escape(text)}</text>'
    yield f'<path class="axis" d="M{area.left:.1f} {TOP}V{floor}H{WIDTH - RIGHT}"/>'
    yield f'<text x="{RIGHT}" y="{TOP - 12}">{escape(truncated(upwards, BESIDE))}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{floor + 40}" text-anchor="end">{escape(truncated(across, BELOW))}</text>'
