"""A place to draw numbers in: axes with round numbers, straight or logarithmic, as parts of an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple

from autodiff.render.drawing.colours import DARK, FONT, LIGHT
from autodiff.writing.metrics import extent
from autodiff.writing.numbers import human

WIDTH, HEIGHT, RIGHT, TOP, BOTTOM = 640, 400, 20, 64, 52
SIZE = 13  # of text
TICKS = 6
DECADES, UNEVEN = 3, 20  # that numbers span where their axis is logarithmic, and how far the largest is above the middle one
DIGITS = 6  # of a round number, at least
ROOM = 0.04  # of an axis on both sides of what is drawn
ID = "autodiff-curve"
"""What all rules begin with, so that they leave alone whatever else stands on a page."""
Rules = Callable[[Mapping[str, str]], Iterator[str]]
"""Rules of CSS with colours by name, light ones or dark ones."""
Point = tuple[float, float]


class Axis(NamedTuple):
    """From one number to a larger one."""

    low: float
    high: float
    is_log: bool = False

    def share(self, x: float) -> float:
        """How far along a number is, from 0 to 1; beyond the ends by no more than once the length."""
        if self.is_log:
            return max(math.log(x / self.low) / math.log(self.high / self.low), -1.0) if x > 0 else -1.0
        return min(max((x / 2 - self.low / 2) / (self.high / 2 - self.low / 2), -1.0), 2.0)

    def ticks(self) -> list[str]:
        """Round numbers between the ends, as they are written."""
        found = self._powers() if self.is_log else []
        if len(found) > 1:
            return [human(x, DIGITS) for x in found]
        step = _round(self.high / TICKS - self.low / TICKS)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        digits = max(len(str(max(abs(first), abs(last)))) + 1, DIGITS)
        return [human(k * step, digits) for k in range(first, last + 1)]

    def _powers(self) -> list[float]:
        """Powers of ten, few enough; with 2 and 5 times them where they are few."""
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        if last - first > 1:
            return [10.0**k for k in range(first, last + 1, -(-(last - first) // TICKS))]
        return [x for k in range(first - 1, last + 1) for x in (10.0**k, 2 * 10.0**k, 5 * 10.0**k) if self.low <= x <= self.high]


def _round(rough: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is no less."""
    power = math.floor(math.log10(rough))
    return next(float(f"{k}e{power}") for k in (1, 2, 5, 10) if float(f"{k}e{power}") >= rough * (1 - 1e-9))


def spanning(numbers: Sequence[float], is_log: bool | None = None) -> Axis:
    """An axis for numbers, with room at the ends; logarithmic where they span decades, if that is not said."""
    shown = [x for x in numbers if math.isfinite(x)] or [0.0]
    low, high = min(shown), max(shown)
    if is_log is None:
        is_log = low > 0 and high / low >= 10**DECADES and high / sorted(shown)[len(shown) // 2] >= UNEVEN
    if is_log and 0 < low < high:
        factor = (high / low) ** ROOM
        return Axis(low / factor, high * factor, True)
    half = high / 2 - low / 2
    room = 2 * ROOM * half if half > 1e-12 * max(abs(low), abs(high)) else abs(low) / 2 or 1.0
    limit = 1.7e308
    return Axis(max(low - room, -limit), min(high + room, limit))


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
    yield f'<text x="{RIGHT}" y="{TOP - 12}">{escape(upwards)}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{floor + 40}" text-anchor="end">{escape(across)}</text>'
