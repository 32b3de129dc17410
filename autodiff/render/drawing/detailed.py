"""The style of all that is known: formula, value and derivative in a box; on every arrow the local one and what is sent back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render.drawing import labels
from autodiff.render.drawing.colours import LARGE, SMALL
from autodiff.render.drawing.coordinates import Box, Route
from autodiff.render.drawing.labels import LONG
from autodiff.render.drawing.scene import EdgeScene, NodeScene, Words, run
from autodiff.render.drawing.strokes import curve, reversed_flats
from autodiff.study.graph import Graph, GraphNode
from autodiff.writing.metrics import extent, truncated

LINE = 20.0  # from line to line in a box
PADDING, TIGHT = 10.0, 6.0  # beside the text in a box; above and below it together, in a tall picture
BOLD = 1.04  # how much wider bold text is
APART = 2.75  # the two arrows of an edge, each from its middle
LEADING = 15.0  # from line to line at an arrow that runs down


class BoxLine(NamedTuple):
    """A line of text in a box: pieces of a class and a text each, the width that is kept for it, and its size."""

    pieces: tuple[tuple[str, str], ...]
    width: float
    size: float = LARGE


class Detailed:
    """A graph in this style; `room` is how many characters there is place for in every number."""

    large, small = LARGE, SMALL

    def __init__(self, graph: Graph, digits: int, down: bool = False, room: int = 0) -> None:
        self.graph, self.digits, self.down = graph, digits, down
        self.room = extent("0", LARGE) * room
        self.lines = [list(self._lines(node)) for node in graph.nodes]
        self.above = [labels.partial(edge, digits) for edge in graph.edges]
        self.below = [labels.share(edge, graph, digits) for edge in graph.edges]

    def _lines(self, node: GraphNode) -> Iterator[BoxLine]:
        """The lines of a box, each with the room that its number may need."""
        name, formula = truncated(node.name, LONG), labels.formula(node)
        pieces = [("name", name), ("formula", formula[len(name) :])] if node.formula else [("name", name)]
        yield BoxLine(tuple(pieces), extent(formula, LARGE))
        if choice := labels.choice(node):
            yield BoxLine((("partial choice", choice),), extent(choice, SMALL), SMALL)
        if node.value is not None or self.room:
            text = labels.value(node, self.digits)
            yield BoxLine((("value", text),), max(extent(text, LARGE), self.room))
        if node.label:
            text = labels.gradient(node, self.digits)
            least = extent(f"{truncated(node.label, LONG)} = ", LARGE) + self.room if self.room else 0.0
            yield BoxLine((("gradient", text),), max(extent(text, LARGE), least))
        if node.status:
            status = say(node.status)
            yield BoxLine((("status", status),), extent(status, SMALL), SMALL)

    def boxes(self) -> list[tuple[float, float]]:
        """As large as their lines."""
        padding = TIGHT if self.down else PADDING
        sizes = [(max(line.width for line in lines) * BOLD + 2 * PADDING, len(lines) * LINE + padding) for lines in self.lines]
        return [(height, width) for width, height in sizes] if self.down else sizes

    def slots(self) -> list[tuple[float, float]]:
        """Two lines: above and below an arrow that runs to the right, in a gap of one that runs down."""
        return [self._slot(above, below) for above, below in zip(self.above, self.below)]

    def _slot(self, above: str, below: str) -> tuple[float, float]:
        if not above:
            return 0.0, 0.0
        wide = max(extent(above, SMALL), extent(below, SMALL)) + 2 * self.room * SMALL / LARGE
        return (2 * LEADING, wide + 10) if self.down else (wide, 2 * SMALL + 2 * APART + 12)

    def node(self, number: int, box: Box) -> NodeScene:
        """A box with its lines, one below the other."""
        lines = self.lines[number]
        x, y = box.x + box.width / 2, box.y + box.height / 2 - len(lines) * LINE / 2 + LINE - 5
        texts = [Words(line.pieces, x, y + k * LINE, line.size) for k, line in enumerate(lines)]
        return NodeScene(box, 5 if self.graph.nodes[number].formula else min(box.height / 2, 22), tuple(texts))

    def edge(self, number: int, route: Route, _: Box) -> EdgeScene:
        """An arrow forward, and where a derivative flows back another one, with both labels."""
        if not self.graph.edges[number].symbol:
            return EdgeScene((run("forward", curve(route.flats, 0.0), self.down),), ())
        middle, y = (route.label.start + route.label.stop) / 2, route.label.y
        gap = (middle - LEADING, middle + LEADING) if self.down else None
        forward = curve(route.flats, -APART, gap)
        backward = curve(reversed_flats(route.flats), APART, gap)
        lines = run("forward", forward, self.down), run("backward", backward, self.down)
        across = (middle, y - APART - 5), (middle, y + APART + SMALL + 2)
        where = ((y, middle - 4), (y, middle + LEADING - 4)) if self.down else across
        texts = zip((("partial", self.above[number]), ("share", self.below[number])), where)
        return EdgeScene(lines, tuple([Words((piece,), *place, SMALL) for piece, place in texts]))
