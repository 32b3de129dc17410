"""Many points in an area: those that can be told apart, with bars for their uncertainty, and ribbons between two curves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autodiff.render.drawing.axes import ID, Area

MOST, BARRED, SMALL = 3000, 400, 200  # points that are drawn, those that have bars, and those up to which dots are large


def rules(colours: Mapping[str, str]) -> Iterator[str]:
    """How bars, ribbons, and lines that are no data look."""
    blue, red, ink = (colours[name] for name in ("blue", "red", "ink"))
    yield f"#{ID} .confidence{{fill:{blue};fill-opacity:.28}}#{ID} .prediction{{fill:{blue};fill-opacity:.1}}"
    yield f"#{ID} .bar{{stroke:{blue};stroke-opacity:.5}}#{ID} .fitted{{stroke:{red};stroke-width:2}}"
    yield f"#{ID} .zero{{stroke:{ink}}}#{ID} .limit{{stroke:{red};stroke-dasharray:5 4}}"


def drawn(area: Area, x: Any, y: Any) -> list[int]:
    """Which points to draw: of those that lie together in a square of some pixels one, so that those apart are all there."""
    places = [(area.x(a), area.y(b)) if math.isfinite(a) and math.isfinite(b) else None for a, b in zip(x.tolist(), y.tolist())]
    found, size = [k for k, place in enumerate(places) if place], 0.5
    while len(found) > MOST:
        size *= 1.5
        squares = {(int(place[0] / size), int(place[1] / size)): k for k, place in enumerate(places) if place}
        found = sorted(squares.values())
    return found


def dots(area: Area, found: Sequence[int], x: Any, y: Any) -> Iterator[str]:
    """The points."""
    size = 3 if len(found) <= SMALL else 2 if len(found) <= SMALL * 5 else 1.3
    return (f'<circle cx="{area.x(float(x[k])):.1f}" cy="{area.y(float(y[k])):.1f}" r="{size:g}"/>' for k in found)


def bars(area: Area, found: Sequence[int], x: Any, y: Any, across: Any, upwards: Any) -> Iterator[str]:
    """How uncertain points are, one standard uncertainty on both sides; nothing for very many."""
    if len(found) > BARRED:
        return
    parts = list[str]()
    for k in found:
        a, b = float(x[k]), float(y[k])
        if upwards is not None:
            parts.append(f"M{area.x(a):.1f} {area.y(b - float(upwards[k])):.1f}V{area.y(b + float(upwards[k])):.1f}")
        if across is not None:
            parts.append(f"M{area.x(a - float(across[k])):.1f} {area.y(b):.1f}H{area.x(a + float(across[k])):.1f}")
    if parts:
        yield f'<path class="bar" d="{"".join(parts)}"/>'


def ribbon(area: Area, kind: str, x: Sequence[float], low: Sequence[float], high: Sequence[float]) -> str:
    """What lies between two curves; in pieces where they are not finite."""
    pieces, held = list[str](), list[tuple[float, float, float]]()
    for point in [*zip(x, low, high), (math.nan, math.nan, math.nan)]:
        if all(map(math.isfinite, point)):
            held.append(point)
            continue
        if len(held) > 1:
            there = area.path([(a, c) for a, _, c in held])
            back = area.path([(a, b) for a, b, _ in reversed(held)])
            pieces.append(f"{there}L{back[1:]}Z")
        held = []
    return f'<path class="{kind}" d="{"".join(pieces)}"/>'
