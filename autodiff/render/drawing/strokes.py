"""Lines of a picture: level pieces joined by bends, from left to right or turned to run from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autodiff.render.drawing.coordinates import Flat

Point = tuple[float, float]


class Stroke(NamedTuple):
    """A piece of a line, as SVG calls it: M goes there, L draws a straight line, C a curve with two points that it is drawn to."""

    kind: str
    points: tuple[Point, ...]


def curve(flats: Sequence[Flat], shift: float, gap: tuple[float, float] | None = None) -> list[Stroke]:
    """Level pieces joined by bends, beside the middle of the edge; where it is steep two arrows are kept apart sideways too.

    Between the ends of the gap, which lies in a level piece, nothing is drawn.
    """
    at = flats[0]
    line = [Stroke("M", ((at.start, at.y + shift),))]
    for flat in flats[1:]:
        rise, run = flat.y - at.y, flat.start - at.stop
        if rise:
            middle = (at.stop + flat.start) / 2 - 1.6 * shift * max(-1.0, min(1.0, rise / run))
            start, stop = at.y + shift, flat.y + shift
            line += _level(at, shift, gap) if at.start != at.stop else []
            line.append(Stroke("C", ((middle, start), (middle, stop), (flat.start, stop))))
            at = flat
        else:
            at = Flat(at.start, flat.stop, at.y)
    return [*line, *_level(at, shift, gap)]


def _level(flat: Flat, shift: float, gap: tuple[float, float] | None) -> list[Stroke]:
    y = flat.y + shift
    end = Stroke("L", ((flat.stop, y),))
    if gap is None or not min(flat.start, flat.stop) <= gap[0] <= gap[1] <= max(flat.start, flat.stop):
        return [end]
    near, far = gap if flat.start <= flat.stop else gap[::-1]
    return [Stroke("L", ((near, y),)), Stroke("M", ((far, y),)), end]


def reversed_flats(flats: Sequence[Flat]) -> list[Flat]:
    """The same pieces, run through from the end."""
    return [Flat(flat.stop, flat.start, flat.y) for flat in reversed(flats)]


def turned(line: Sequence[Stroke]) -> list[Stroke]:
    """The same line where what ran to the right runs down."""
    return [Stroke(kind, tuple((y, x) for x, y in points)) for kind, points in line]
