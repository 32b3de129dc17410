"""How a number fell from step to step, drawn with signs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from autodiff.messages import say
from autodiff.writing.numbers import human
from autodiff.writing.width import cells

HEIGHT, WIDEST, LEAST = 10, 60, 12  # lines, and columns at most and at least
WIDE = 5  # columns of a step at most
LARGE = 100  # how many times the last number the first one is, from where on the scale is logarithmic


def curve(values: Sequence[float], name: str, width: int) -> Iterator[str]:
    """Lines; none where there is nothing to draw. Numbers that are not finite are left out."""
    shown = [(k, x) for k, x in enumerate(values) if math.isfinite(x)]
    low, high = min(x for _, x in shown), max(x for _, x in shown)
    if len(shown) < 3 or low == high:
        return
    is_log = is_logarithmic(values)
    labels = [human(high, 3), human(low, 3)]
    margin = max(map(cells, labels))
    room = min(WIDEST, width - margin - 3)
    if room < LEAST:
        return
    columns = max(1, min(WIDE, room // len(values))) * (len(values) - 1) + 1 if len(values) < room else room
    yield say("{name} by step (logarithmic scale)", name=name) if is_log else say("{name} by step", name=name)
    grid = [[" "] * columns for _ in range(HEIGHT)]
    for k, x in shown:
        share = _height(x, low, high, is_log)
        grid[round((1 - share) * (HEIGHT - 1))][round(k * (columns - 1) / (len(values) - 1))] = "●"
    for line, row in enumerate(grid):
        label = labels[0] if line == 0 else labels[1] if line == HEIGHT - 1 else ""
        yield f"{' ' * (margin - cells(label))}{label} {'┤' if label else '│'}{''.join(row)}".rstrip()
    last = str(len(values) - 1)
    yield f"{' ' * (margin + 1)}╰{'─' * columns}"
    yield f"{' ' * (margin + 2)}0{last.rjust(columns - 1)}"


def is_logarithmic(values: Sequence[float]) -> bool:
    """Whether the numbers are of so many sizes that only a logarithmic scale shows them."""
    finite = [x for x in values if math.isfinite(x)]
    return min(finite) > 0 and max(finite) > LARGE * min(finite)


def _height(x: float, low: float, high: float, is_log: bool) -> float:
    """How high a number stands, from 0 to 1."""
    if is_log:
        x, low, high = math.log(x), math.log(low), math.log(high)
    return (x / 2 - low / 2) / (high / 2 - low / 2)
