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

All this holds for the style that is called detailed. The one that is called compact has the class `compact` at its root; its nodes
hold the wires that leave them too, and its edges have at most the text `share`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autodiff.render.drawing.colours import circuit, stylesheet
from autodiff.render.drawing.frame import Frame, framed
from autodiff.render.drawing.labels import LONG
from autodiff.render.drawing.look import Look
from autodiff.render.drawing.motion import rules
from autodiff.render.drawing.runs import Run, is_wide, runs
from autodiff.render.drawing.scene import EdgeScene, Line, NodeScene, Scene, Words
from autodiff.render.drawing.selection import drawn
from autodiff.render.drawing.strokes import Stroke
from autodiff.study.graph import Edge, Graph, GraphNode
from autodiff.writing.metrics import truncated
from autodiff.writing.numbers import DIGITS, human

TITLE = 400  # cells of the formula that are read out
RIGHT = Look()
BARE = 4.0  # the margin of a picture without a frame


def picture(
    graph: Graph, digits: int = DIGITS, prefix: str = "autodiff", room: int = 0, framed: bool = True, look: Look = RIGHT
) -> str:
    """The picture, as a text without an XML declaration, which also stands inside HTML."""
    return document(drawn(graph, digits, look, room), graph, digits, prefix, framed)


def document(
    scene: Scene, graph: Graph, digits: int = DIGITS, prefix: str = "autodiff", with_frame: bool = True, chinese: str = "",
    moving: bool = False,
) -> str:  # fmt: skip
    """The picture of a scene, in motion if wanted. Where a font for Chinese is said, each run of it is a piece of its own."""
    bare = Frame(scene.width + 2 * BARE, scene.height + 2 * BARE, BARE, BARE, (), ())
    frame = framed(scene, graph) if with_frame else bare
    return "\n".join(_Picture(scene, frame, graph, digits, prefix, with_frame, chinese, moving).parts()) + "\n"


class _Picture:
    def __init__(
        self, scene: Scene, frame: Frame, graph: Graph, digits: int, prefix: str, framed: bool, chinese: str, moving: bool
    ) -> None:
        self.scene, self.frame, self.graph = scene, frame, graph
        self.digits, self.prefix, self.framed, self.chinese, self.moving = digits, prefix, framed, chinese, moving

    def parts(self) -> Iterator[str]:
        """All lines of the document."""
        p, size = self.prefix, f'width="{_n(self.frame.width)}" height="{_n(self.frame.height)}"'
        compact = " compact" if self.scene.look.style == "compact" else ""
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{p}" class="autodiff-graph{compact}" '
            f'viewBox="0 0 {_n(self.frame.width)} {_n(self.frame.height)}" {size} role="img" aria-labelledby="{p}-title {p}-desc">'
        )
        yield f'<title id="{p}-title">{escaped(truncated(self.graph.reading, TITLE))}</title>'
        yield f'<desc id="{p}-desc">{escaped(" ".join(self._description()))}</desc>'
        further = [circuit(p)] * bool(compact) + [rules(self.graph, p)] * self.moving
        yield "\n".join(["<style>", stylesheet(p), *further, "</style>"])
        yield f"<defs>{_marker(p, 'blue')}{_marker(p, 'red')}</defs>"
        if self.framed:
            yield f'<rect class="paper" {size} rx="8"/>'
            yield from map(self._text, self.frame.texts)
            for kind, line in self.frame.lines:
                yield f'<g class="{kind}">{self._line(line)}</g>' if kind else self._line(line)
        yield f'<g transform="translate({_n(self.frame.left)} {_n(self.frame.top)})">'
        for edge, drawing in zip(self.graph.edges, self.scene.edges):
            yield from self._edge(edge, drawing)
        for k, (node, placed) in enumerate(zip(self.graph.nodes, self.scene.nodes)):
            yield from self._node(k, node, placed)
        yield "</g>"
        yield "</svg>"

    def _description(self) -> Iterator[str]:
        """The numbers in a sentence each."""
        for node in self.graph.nodes:
            value = "" if node.value is None else f" = {human(node.value, self.digits)}"
            slope = "" if node.gradient is None else f", {node.label} = {human(node.gradient, self.digits)}"
            yield f"{node.name}{f' = {node.formula}' if node.formula else ''}{value}{slope}."

    def _node(self, index: int, node: GraphNode, placed: NodeScene) -> Iterator[str]:
        kinds = ["node", "operation" if node.formula else "variable"]
        kinds += ["output"] * (index == len(self.graph.nodes) - 1) + ["special"] * bool(node.status)
        yield f'<g class="{" ".join(kinds)}" data-node="{index}">'
        if len(node.formula) > LONG or len(node.name) > LONG or self.scene.look.style == "compact":
            yield f"<title>{escaped(f'{node.name} = {node.formula}' if node.formula else node.name)}</title>"
        box = placed.frame
        yield from map(self._line, placed.lines)
        yield f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="{_n(placed.radius)}"/>'
        yield from map(self._text, placed.texts)
        yield "</g>"

    def _edge(self, edge: Edge, placed: EdgeScene) -> Iterator[str]:
        yield (
            f'<g class="edge{" asked" if edge.asked else ""}" data-from="{edge.source}" data-to="{edge.target}" '
            f'data-argument="{edge.argument}">'
        )
        yield from map(self._line, placed.lines)
        yield from map(self._text, placed.texts)
        yield "</g>"

    def _line(self, line: Line) -> str:
        colour = "blue" if line.kind == "forward" else "red"
        head = f' marker-end="url(#{self.prefix}-{colour})"' if line.headed else ""
        return f'<path class="{line.kind}" d="{path(line.strokes)}"{head}/>'

    def _text(self, words: Words) -> str:
        """A line of text; where it has several pieces, each has its own class."""
        (kind, text), *rest = words.pieces
        place = f'x="{_n(words.x)}" y="{_n(words.y)}"'
        if self.chinese and any(map(is_wide, "".join(text for _, text in words.pieces))):
            return f"<text {place}>{''.join(map(self._run, runs(words)))}</text>"
        if words.anchor != "middle" and kind not in ("reading", "legend"):
            kind = f"{kind} {words.anchor}"
        if not rest:
            return f'<text class="{kind}" {place}>{escaped(text)}</text>'
        spans = "".join(f'<tspan class="{kind}">{escaped(text)}</tspan>' for kind, text in words.pieces)
        return f"<text {place}>{spans}</text>"

    def _run(self, run: Run) -> str:
        font = f' font-family="{self.chinese}"' if run.wide else ""
        return f'<tspan class="{run.kind}" x="{_n(run.x)}" style="text-anchor:middle"{font}>{escaped(run.text)}</tspan>'


def _marker(prefix: str, colour: str) -> str:
    return (
        f'<marker id="{prefix}-{colour}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path class="{colour}" d="M0 1L8 4L0 7Z" stroke="none"/></marker>'
    )


def path(strokes: Sequence[Stroke]) -> str:
    """A line in the language of SVG; straight pieces as short as can be said."""
    text, at = "", (0.0, 0.0)
    for kind, points in strokes:
        x, y = points[-1]
        if kind != "L":
            text += kind + " ".join(f"{_n(a)} {_n(b)}" for a, b in points)
        else:
            text += f"H{_n(x)}" if y == at[1] else f"V{_n(y)}" if x == at[0] else f"L{_n(x)} {_n(y)}"
        at = points[-1]
    return text


def _n(value: float) -> str:
    """A number with one decimal, as short as possible."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def escaped(text: str) -> str:
    """Text that may stand in an element or in quotes: nothing of it is markup, and characters that XML forbids are written out."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


_FORBIDDEN = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
