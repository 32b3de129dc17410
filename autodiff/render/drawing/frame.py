"""What surrounds a picture that stands by itself: the formula above, what the arrows mean below, and a margin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render.drawing.coordinates import Flat
from autodiff.render.drawing.scene import Line, Scene, Words
from autodiff.render.drawing.strokes import curve
from autodiff.study.graph import Graph
from autodiff.writing.metrics import NARROWEST, extent, truncated
from autodiff.writing.width import cells

LEAST, MARGIN = 430.0, 18.0
LINE = 20.0
TITLES = 3  # lines of the formula
SAMPLE, BETWEEN = 26.0, 22.0  # an arrow of the legend; from one sample to the next


class Frame(NamedTuple):
    """The size of the whole, where the scene begins in it, and the texts and lines around the scene."""

    width: float
    height: float
    left: float
    top: float
    texts: tuple[Words, ...]
    lines: tuple[tuple[str, Line], ...]


def framed(scene: Scene, graph: Graph) -> Frame:
    """A frame as wide as the scene, but wide enough for its own texts."""
    inside = max(scene.width, LEAST)
    titles = list(_broken(graph.reading, inside, scene.large))
    top = MARGIN + len(titles) * LINE + 8
    texts = [Words((("reading", text),), MARGIN, MARGIN + k * LINE + 8, scene.large, "start") for k, text in enumerate(titles)]
    lines: list[tuple[str, Line]] = []
    x, y = MARGIN, top + scene.height + MARGIN + 8
    for kind, text in _meanings(graph):
        wide = SAMPLE + 8 + extent(text, scene.small)
        if x > MARGIN and x + wide > MARGIN + inside:
            x, y = MARGIN, y + LINE
        flat = Flat(x + SAMPLE, x, y - 4) if kind == "backward" else Flat(x, x + SAMPLE, y - 4)
        lines.append(
            ("asked" if kind == "asked" else "", Line("backward" if kind == "backward" else "forward", curve([flat], 0.0)))
        )
        texts.append(Words((("legend", text),), x + SAMPLE + 8, y, scene.small, "start"))
        x += wide + BETWEEN
    return Frame(inside + 2 * MARGIN, y + MARGIN, MARGIN + (inside - scene.width) / 2, top, tuple(texts), tuple(lines))


def _broken(text: str, width: float, size: float) -> Iterator[str]:
    """The formula in lines that fit, broken at blanks, as many as there may be."""
    words, start, used, count = text.split(" "), 0, 0.0, 1
    for k, word in enumerate(words):
        wide = extent(f" {word}" if k > start else word, size)
        if k > start and used + wide > width:
            if count == TITLES:
                break
            yield _cut(" ".join(words[start:k]), width, size)
            start, used, count = k, extent(word, size), count + 1
        else:
            used += wide
    yield _cut(" ".join(words[start:]), width, size)


def _cut(text: str, width: float, size: float) -> str:
    most = min(cells(text), int(width / (NARROWEST * size)) + 1)
    while most > 1 and extent(truncated(text, most), size) > width:
        most = min(most - 1, int(most * width / extent(truncated(text, most), size)))
    return truncated(text, most)


def _meanings(graph: Graph) -> Iterator[tuple[str, str]]:
    """What each kind of arrow means, of those that are there."""
    yield "forward", say("forward: values")
    if any(edge.symbol for edge in graph.edges):
        yield "backward", say("backward: derivatives of {output}", output=graph.output)
    if any(edge.asked for edge in graph.edges):
        yield "asked", say("decides an if; no derivative")
