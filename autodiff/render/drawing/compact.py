"""The style of circuits: the operation in the node, the value above the wire that leaves it, the derivative below.

Where wires run down, both numbers stand below the node, and the wire begins below them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render.drawing import labels
from autodiff.render.drawing.colours import CIRCUIT, SIGN
from autodiff.render.drawing.coordinates import Box, Flat, Route
from autodiff.render.drawing.detailed import APART, BOLD
from autodiff.render.drawing.labels import MEDIUM
from autodiff.render.drawing.routes import PITCH
from autodiff.render.drawing.scene import EdgeScene, Line, NodeScene, Words, run
from autodiff.render.drawing.strokes import curve, reversed_flats
from autodiff.study.graph import Edge, Graph, GraphNode
from autodiff.writing.metrics import extent, truncated
from autodiff.writing.numbers import human

SIZE = float(CIRCUIT)
PILL, ASIDE = 26.0, 16.0  # the height of a node; of a line of text beside it
RISE = 0.36  # of the size of a text: from its middle down to where it stands
FORK, TAIL = 16.0, 10.0  # where wires part; the least length of one before


class Parts(NamedTuple):
    """The texts of a node: in it, its name if that is said, what is said of it, and the numbers at the wire that leaves it."""

    inside: tuple[str, str]
    name: str
    remarks: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, str], ...]


class Compact:
    """A graph in this style."""

    large = small = SIZE

    def __init__(self, graph: Graph, digits: int, down: bool = False) -> None:
        self.graph, self.digits, self.down = graph, digits, down
        self.uses, self.back, self.inputs = ([0] * len(graph.nodes) for _ in range(3))
        for edge in graph.edges:
            self.inputs[edge.target] += 1
            self.uses[edge.source] += 1
            self.back[edge.source] += bool(edge.symbol)
        self.parts = [self._parts(node) for node in graph.nodes]

    def _parts(self, node: GraphNode) -> Parts:
        name, known = truncated(node.name, MEDIUM), node.value is not None
        kind = "formula sign" if len(node.sign) == 1 else "formula"
        inside = (kind, truncated(node.sign, MEDIUM)) if node.formula else ("name", name)
        gradient = truncated(node.label, MEDIUM) if node.gradient is None else human(node.gradient, self.digits)
        numbers = (("value", labels.value(node, self.digits)), ("gradient", gradient if node.label else ""))
        remarks = (("partial choice", labels.choice(node)), ("status", say(node.status) if node.status else ""))
        said = name if node.formula and (node.named or not known) else ""
        return Parts(inside, said, _present(remarks), _present(numbers))

    # Sizes ----------------------------------------------------------------------------------------------------------------

    def boxes(self) -> list[tuple[float, float]]:
        """A node with the wire that leaves it, up to where wires part."""
        return [self._box(k, parts) for k, parts in enumerate(self.parts)]

    def _box(self, number: int, parts: Parts) -> tuple[float, float]:
        wide, high = self._frame(number)
        trunk = self._trunk(number) + self._fork(number)
        if self.down:
            beside = max([_width([("", parts.name)]) + 5 if parts.name else 0.0, *(_width([text]) + 5 for text in parts.remarks)])
            return high + trunk, max(wide + 2 * beside, _width(parts.numbers) + 4)
        lines = max(bool(parts.name), len(parts.remarks))
        return wide + trunk, max(high + 2 * ASIDE * lines, 2 * (APART + SIZE + 4) if parts.numbers else 0.0)

    def _frame(self, number: int) -> tuple[float, float]:
        """Width and height of what is drawn around the operation: all wires that come in meet it, and captions fit."""
        parts, across = self.parts[number], PITCH * (self.inputs[number] - 1) + 12
        beside = 0.0 if self.down else _width([("", parts.name), *parts.remarks])
        wide = max(PILL, _width([parts.inside]) + 14, beside)
        return (max(wide, across), PILL) if self.down else (wide, max(PILL, across))

    def _trunk(self, number: int) -> float:
        """How long the wire is until it parts, with the numbers at it."""
        numbers = self.parts[number].numbers
        if self.down:
            return len(numbers) * ASIDE + 3 + (TAIL if self.uses[number] else 0.0)
        return _width(numbers) + 12 if numbers else TAIL

    def _fork(self, number: int) -> float:
        return FORK if self.uses[number] > 1 else 0.0

    def slots(self) -> list[tuple[float, float]]:
        """What each wire brings back, where there are several."""
        return [self._slot(self._share(edge)) for edge in self.graph.edges]

    def _slot(self, share: str) -> tuple[float, float]:
        if not share:
            return 0.0, 0.0
        wide = extent(share, SIZE)
        return (ASIDE, wide + 8) if self.down else (wide + 4, 2 * (APART + SIZE + 4))

    def _share(self, edge: Edge) -> str:
        if not edge.symbol or self.back[edge.source] < 2:
            return ""
        return labels.share(edge, self.graph, self.digits) if edge.share is None else human(edge.share, self.digits)

    # Places ---------------------------------------------------------------------------------------------------------------

    def node(self, number: int, box: Box) -> NodeScene:
        """The node, what is said of it, and its wire with the two numbers."""
        wide, high = self._frame(number)
        x, y = (box.x + box.width / 2 - wide / 2, box.y) if self.down else (box.x, box.y + box.height / 2 - high / 2)
        frame = Box(x, y, wide, high)
        radius = 5 if self.graph.nodes[number].formula else min(wide, high) / 2
        return NodeScene(frame, radius, (*self._texts(number, frame), *self._numbers(number, frame)), self._wire(number, frame))

    def _texts(self, number: int, frame: Box) -> list[Words]:
        """The operation; above it or left of it the name, below it or right of it what is to be said."""
        inside, name, remarks, _ = self.parts[number]
        size = float(SIGN) if inside[0] == "formula sign" else SIZE
        x, y = frame.x + frame.width / 2, frame.y + frame.height / 2
        texts = [_words(inside, x, y, size=size)]
        if self.down:
            first = y - (len(remarks) - 1) * ASIDE / 2
            texts += [_words(("name", name), frame.x - 5, y, "end")] if name else []
            return texts + [_words(text, frame.x + frame.width + 5, first + k * ASIDE, "start") for k, text in enumerate(remarks)]
        texts += [_words(("name", name), x, frame.y - ASIDE / 2 - 2)] if name else []
        return texts + [_words(text, x, frame.y + frame.height + (k + 0.5) * ASIDE + 1) for k, text in enumerate(remarks)]

    def _numbers(self, number: int, frame: Box) -> list[Words]:
        """Value and derivative: above and below the wire, or below the node."""
        numbers = self.parts[number].numbers
        if self.down:
            x, y = frame.x + frame.width / 2, frame.y + frame.height + ASIDE / 2 + 2
            return [_words(text, x, y + k * ASIDE) for k, text in enumerate(numbers)]
        x, y, away = frame.x + frame.width + self._trunk(number) / 2, frame.y + frame.height / 2, APART + SIZE / 2 + 3
        return [_words(text, x, y - away if text[0] == "value" else y + away) for text in numbers]

    def _wire(self, number: int, frame: Box) -> tuple[Line, ...]:
        """The wire from the node to where it parts; that of the output ends there."""
        node, is_last = self.graph.nodes[number], number == len(self.graph.nodes) - 1
        if not self.uses[number] and (self.down or not is_last):
            return ()
        length = TAIL if self.down else self._trunk(number)
        x, y = frame.x + frame.width + self._trunk(number), frame.y + frame.height / 2
        if self.down:
            x, y = frame.y + frame.height + self._trunk(number), frame.x + frame.width / 2
        flat, back = Flat(x - length, x, y), bool(node.label and (self.back[number] or is_last))
        lines = [run("forward", curve([flat], -APART if back else 0.0), self.down, is_last)]
        if back:
            lines.append(run("backward", curve(reversed_flats([flat]), APART), self.down))
        return tuple(lines)

    def edge(self, number: int, route: Route, source: Box) -> EdgeScene:
        """The wire from where the others part; what it brings back only where that is not all."""
        edge, flats = self.graph.edges[number], list(route.flats)
        if fork := self._fork(edge.source):
            start = source.x + source.width - fork
            flats.insert(0, Flat(start, start, source.y + source.height / 2))
        shift = APART if edge.symbol else 0.0
        middle, y, share = (route.label.start + route.label.stop) / 2, route.label.y, self._share(edge)
        gap = (middle - ASIDE / 2, middle + ASIDE / 2) if self.down and share else None
        lines = [run("forward", curve(flats, -shift, gap), self.down)]
        if edge.symbol:
            lines.append(run("backward", curve(reversed_flats(flats), shift, gap), self.down, False))
        place = (y, middle) if self.down else (middle, y + APART + SIZE / 2 + 3)
        return EdgeScene(tuple(lines), (_words(("share", share), *place),) if share else ())


def _present(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple([text for text in texts if text[1]])


def _width(texts: Sequence[tuple[str, str]]) -> float:
    """The width of the widest of some texts, in bold."""
    return BOLD * max([extent(text, SIZE) for _, text in texts], default=0.0)


def _words(text: tuple[str, str], x: float, middle: float, anchor: str = "middle", size: float = SIZE) -> Words:
    """A text by its middle in height."""
    return Words((text,), x, middle + RISE * size, size, anchor)
