"""Everything in the picture of a graph, in its place: what SVG, PNG and TikZ draw, each in its own language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from autodiff.render.drawing.coordinates import Box, Route, layout
from autodiff.render.drawing.layers import Layers, layered
from autodiff.render.drawing.look import Look
from autodiff.render.drawing.strokes import Stroke, turned
from autodiff.study.graph import Graph


class Words(NamedTuple):
    """A line of text, in pieces of a class and a text each; x is its middle, its start or its end, y the line it stands on."""

    pieces: tuple[tuple[str, str], ...]
    x: float
    y: float
    size: float
    anchor: str = "middle"


class Line(NamedTuple):
    """A line that runs forward or backward, with a head at its end, or without one."""

    kind: str
    strokes: Sequence[Stroke]
    headed: bool = True


class NodeScene(NamedTuple):
    """A node: its frame with rounded corners, and what stands in it and around it."""

    frame: Box
    radius: float
    texts: tuple[Words, ...]
    lines: tuple[Line, ...] = ()


class EdgeScene(NamedTuple):
    """An edge: its arrows, and what stands at them."""

    lines: tuple[Line, ...]
    texts: tuple[Words, ...]


class Scene(NamedTuple):
    """The picture, from 0, 0 to the width and the height; what is drawn smallest is text of the size `small`."""

    look: Look
    width: float
    height: float
    nodes: tuple[NodeScene, ...]
    edges: tuple[EdgeScene, ...]
    large: float
    small: float


class Style(Protocol):
    """What stands in a picture, and how large it is: sizes are along the flow, and across it."""

    @property
    def large(self) -> float:
        """The size of most of its text."""

    @property
    def small(self) -> float:
        """The size of its smallest text."""

    def boxes(self) -> list[tuple[float, float]]:
        """The sizes of all nodes."""

    def slots(self) -> list[tuple[float, float]]:
        """The sizes of what stands at the edges."""

    def node(self, number: int, box: Box) -> NodeScene:
        """A node in its place."""

    def edge(self, number: int, route: Route, source: Box) -> EdgeScene:
        """An edge in its place; its route and its source run to the right, whatever the flow."""


def ordered(graph: Graph) -> Layers:
    """In which column every node stands, and in which order: the same in every look."""
    return layered(len(graph.nodes), [edge[:2] for edge in graph.edges], len(graph.nodes) - 1)


def arranged(graph: Graph, style: Style, look: Look, layers: Layers) -> Scene:
    """The graph in that style, laid out in the direction of the look."""
    down = look.flow == "down"
    found = layout(style.boxes(), style.slots(), layers)
    nodes = [style.node(k, Box(box.y, box.x, box.height, box.width) if down else box) for k, box in enumerate(found.boxes)]
    edges = [style.edge(k, route, found.boxes[edge.source]) for k, (edge, route) in enumerate(zip(graph.edges, found.routes))]
    width, height = (found.height, found.width) if down else (found.width, found.height)
    return Scene(look, width, height, tuple(nodes), tuple(edges), style.large, style.small)


def run(kind: str, strokes: Sequence[Stroke], down: bool, headed: bool = True) -> Line:
    """A line in the direction of the flow."""
    return Line(kind, turned(strokes) if down else strokes, headed)
