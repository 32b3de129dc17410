"""The graph as an SVG picture: values run to the right along blue arrows, derivatives back along red, dashed ones.

What a page may rely on, to change numbers and to highlight: with `prefix` p, the root is `<svg id="p" class="autodiff-graph">`.
Every node is a `<g class="node variable|operation" data-node="INDEX">`, INDEX being its place among the nodes of the `Graph`
(the output has the class `output` too). It holds a `<rect>` and texts of the classes `name`, `formula`, `value`, `gradient` and,
where a number is not simply right, `status`. Every edge is a `<g class="edge" data-from="INDEX" data-to="INDEX"
data-argument="NUMBER">` with a path `forward`, and where a derivative flows back a path `backward` and texts of the classes
`partial` (the local derivative, above) and `share` (what is sent back, below); an edge of class `asked` only decides an `if`.
`room` is how many characters there is place for in every number; with it there is a text for every value, if only an empty one, so
that a page may draw a graph without numbers, which has both branches of every `if`, and put its own in. `framed` adds a background,
the formula and a legend. Ids begin with the prefix; nothing is fetched, nothing runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render.drawing import labels
from autodiff.render.drawing.colours import LARGE, SMALL, stylesheet
from autodiff.render.drawing.coordinates import Box, Flat, Layout, Route, layout
from autodiff.render.drawing.labels import LONG
from autodiff.study.graph import Edge, Graph, GraphNode
from autodiff.writing.metrics import extent, truncated
from autodiff.writing.numbers import DIGITS, human

LINE = 20.0  # from line to line in a box
PADDING, MARGIN = 10.0, 18.0
TITLE = 400  # cells of the formula that are read out
BOLD = 1.04  # how much wider bold text is
APART = 2.75  # the two arrows of an edge, each from its middle


class BoxLine(NamedTuple):
    """A line of text in a box: pieces of a class and a text each, and the width that is kept for it."""

    pieces: tuple[tuple[str, str], ...]
    width: float


def picture(graph: Graph, digits: int = DIGITS, prefix: str = "autodiff", room: int = 0, framed: bool = True) -> str:
    """The picture, as a text without an XML declaration, which also stands inside HTML."""
    return "\n".join(_Picture(graph, digits, prefix, room, framed).parts()) + "\n"


class _Picture:
    def __init__(self, graph: Graph, digits: int, prefix: str, room: int, framed: bool) -> None:
        self.graph, self.digits, self.prefix, self.framed = graph, digits, prefix, framed
        self.room = extent("0", LARGE) * room
        self.lines = [list(self._lines(node)) for node in graph.nodes]
        self.above = [labels.partial(edge, digits) for edge in graph.edges]
        self.below = [labels.share(edge, graph, digits) for edge in graph.edges]
        self.found = self._layout()

    def _lines(self, node: GraphNode) -> Iterator[BoxLine]:
        """The lines of a box, each with the room that its number may need."""
        name, formula = truncated(node.name, LONG), labels.formula(node)
        pieces = [("name", name), ("formula", formula[len(name) :])] if node.formula else [("name", name)]
        yield BoxLine(tuple(pieces), extent(formula, LARGE))
        if node.value is not None or self.room:
            text = labels.value(node, self.digits)
            yield BoxLine((("value", text),), max(extent(text, LARGE), self.room))
        if node.label:
            text = labels.gradient(node, self.digits)
            least = extent(f"{truncated(node.label, LONG)} = ", LARGE) + self.room if self.room else 0.0
            yield BoxLine((("gradient", text),), max(extent(text, LARGE), least))
        if node.status:
            status = say(node.status)
            yield BoxLine((("status", status),), extent(status, SMALL))

    def _layout(self) -> Layout:
        boxes = [(max(line.width for line in lines) * BOLD + 2 * PADDING, len(lines) * LINE + PADDING) for lines in self.lines]
        labels = [self._slot(a, b) for a, b in zip(self.above, self.below)]
        edges = [(edge.source, edge.target) for edge in self.graph.edges]
        return layout(boxes, edges, labels, len(self.graph.nodes) - 1)

    def _slot(self, above: str, below: str) -> tuple[float, float]:
        wide = max(extent(above, SMALL), extent(below, SMALL)) + 2 * self.room * SMALL / LARGE
        return (wide, 2 * SMALL + 2 * APART + 12) if above else (0.0, 0.0)

    # The parts ----------------------------------------------------------------------------------------------------------

    def parts(self) -> Iterator[str]:
        """All lines of the document."""
        margin = MARGIN if self.framed else 4.0
        top = margin + (LINE + 8 if self.framed else 0)
        legend = list(self._legend()) if self.framed else []
        width = max(self.found.width, 430.0 if self.framed else 0) + 2 * margin
        height = self.found.height + top + margin + (LINE + 6 if self.framed else 0)
        p = self.prefix
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{p}" class="autodiff-graph" viewBox="0 0 {_n(width)} {_n(height)}" '
            f'width="{_n(width)}" height="{_n(height)}" role="img" aria-labelledby="{p}-title {p}-desc">'
        )
        yield f'<title id="{p}-title">{escaped(truncated(self.graph.reading, TITLE))}</title>'
        yield f'<desc id="{p}-desc">{escaped(" ".join(self._description()))}</desc>'
        yield f"<style>\n{stylesheet(p)}\n</style>"
        yield f"<defs>{_marker(p, 'blue')}{_marker(p, 'red')}</defs>"
        if self.framed:
            yield f'<rect class="paper" width="{_n(width)}" height="{_n(height)}" rx="8"/>'
            most = int((width - 2 * margin) / extent("0", LARGE))
            reading = escaped(truncated(self.graph.reading, most))
            yield f'<text class="reading" x="{_n(margin)}" y="{_n(margin + 8)}">{reading}</text>'
            yield f'<g transform="translate({_n(margin)} {_n(height - margin)})">{"".join(legend)}</g>'
        left = (width - self.found.width) / 2
        yield f'<g transform="translate({_n(left)} {_n(top)})">'
        for k, (edge, route) in enumerate(zip(self.graph.edges, self.found.routes)):
            yield from self._edge(edge, route, self.above[k], self.below[k])
        for k, (node, box) in enumerate(zip(self.graph.nodes, self.found.boxes)):
            yield from self._node(k, node, box)
        yield "</g>"
        yield "</svg>"

    def _description(self) -> Iterator[str]:
        """The numbers in a sentence each."""
        for node in self.graph.nodes:
            value = "" if node.value is None else f" = {human(node.value, self.digits)}"
            slope = "" if node.gradient is None else f", {node.label} = {human(node.gradient, self.digits)}"
            yield f"{node.name}{f' = {node.formula}' if node.formula else ''}{value}{slope}."

    def _legend(self) -> Iterator[str]:
        p, x = self.prefix, 0.0
        forward, backward = say("forward: values"), say("backward: derivatives of {output}", output=self.graph.output)
        yield f'<path class="forward" d="M0 -4H26" marker-end="url(#{p}-blue)"/>'
        yield f'<text class="legend" x="34" y="0">{escaped(forward)}</text>'
        if any(edge.symbol for edge in self.graph.edges):
            x = 34 + extent(forward, SMALL) + 24
            yield f'<path class="backward" d="M{_n(x + 30)} -4H{_n(x + 4)}" marker-end="url(#{p}-red)"/>'
            yield f'<text class="legend" x="{_n(x + 38)}" y="0">{escaped(backward)}</text>'

    def _node(self, index: int, node: GraphNode, box: Box) -> Iterator[str]:
        kinds = ["node", "operation" if node.formula else "variable"]
        kinds += ["output"] * (index == len(self.graph.nodes) - 1) + ["special"] * bool(node.status)
        yield f'<g class="{" ".join(kinds)}" data-node="{index}">'
        if len(node.formula) > LONG or len(node.name) > LONG:
            yield f"<title>{escaped(f'{node.name} = {node.formula}')}</title>"
        radius = 5 if node.formula else min(box.height / 2, 22)
        yield (f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="{_n(radius)}"/>')
        lines = self.lines[index]
        x, y = box.x + box.width / 2, box.y + box.height / 2 - len(lines) * LINE / 2 + LINE - 5
        for line in lines:
            yield _text(line.pieces, x, y)
            y += LINE
        yield "</g>"

    def _edge(self, edge: Edge, route: Route, above: str, below: str) -> Iterator[str]:
        p = self.prefix
        yield (
            f'<g class="edge{" asked" if edge.asked else ""}" data-from="{edge.source}" data-to="{edge.target}" '
            f'data-argument="{edge.argument}">'
        )
        shift = APART if edge.symbol else 0.0
        yield f'<path class="forward" d="{_curve(route.flats, -shift)}" marker-end="url(#{p}-blue)"/>'
        if edge.symbol:
            back = [Flat(flat.stop, flat.start, flat.y) for flat in reversed(route.flats)]
            yield f'<path class="backward" d="{_curve(back, shift)}" marker-end="url(#{p}-red)"/>'
            x = (route.label.start + route.label.stop) / 2
            yield _text((("partial", above),), x, route.label.y - APART - 5)
            yield _text((("share", below),), x, route.label.y + APART + SMALL + 2)
        yield "</g>"


def _marker(prefix: str, colour: str) -> str:
    return (
        f'<marker id="{prefix}-{colour}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="{colour}" d="M0 1L8 4L0 7Z" stroke="none"/></marker>'
    )


def _text(pieces: Sequence[tuple[str, str]], x: float, y: float) -> str:
    """A line of text; where it has several pieces, each has its own class."""
    first, *rest = pieces
    if not rest:
        return f'<text class="{first[0]}" x="{_n(x)}" y="{_n(y)}">{escaped(first[1])}</text>'
    spans = "".join(f'<tspan class="{kind}">{escaped(text)}</tspan>' for kind, text in pieces)
    return f'<text x="{_n(x)}" y="{_n(y)}">{spans}</text>'


def _curve(flats: Sequence[Flat], shift: float) -> str:
    """Level pieces joined by bends; where it is steep the two arrows are kept apart sideways too."""
    at = flats[0]
    parts = [f"M{_n(at.start)} {_n(at.y + shift)}"]
    for flat in flats[1:]:
        rise, run = flat.y - at.y, flat.start - at.stop
        if rise:
            middle = (at.stop + flat.start) / 2 - 1.6 * shift * max(-1.0, min(1.0, rise / run))
            start, stop = _n(at.y + shift), _n(flat.y + shift)
            parts += [f"H{_n(at.stop)}"] * (at.start != at.stop)
            parts.append(f"C{_n(middle)} {start} {_n(middle)} {stop} {_n(flat.start)} {stop}")
            at = flat
        else:
            at = Flat(at.start, flat.stop, at.y)
    return "".join([*parts, f"H{_n(at.stop)}"])


def _n(value: float) -> str:
    """A number with one decimal, as short as possible."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def escaped(text: str) -> str:
    """Text that may stand in an element or in quotes: nothing of it is markup, and characters that XML forbids are written out."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


_FORBIDDEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
