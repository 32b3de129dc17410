"""The graph in the language of Mermaid, its arrows in both directions."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.render.drawing import labels
from autodiff.render.drawing.dot import BLUE, RED
from autodiff.study.graph import Graph
from autodiff.writing.numbers import DIGITS
from autodiff.writing.width import visible

ENTITIES = str.maketrans(
    {"#": "#35;", '"': "#quot;", "&": "#amp;", "<": "#lt;", ">": "#gt;", "*": "#42;", "_": "#95;", "`": "#96;", "\\": "#92;"}
    | {"[": "#91;", "]": "#93;", "|": "#124;", "{": "#123;", "}": "#125;", ";": "#59;", "%": "#37;", "~": "#126;"}
)


def picture(graph: Graph, digits: int = DIGITS, down: bool = False) -> Iterator[str]:
    """Lines of Mermaid."""
    yield f"flowchart {'TD' if down else 'LR'}"
    for k, node in enumerate(graph.nodes):
        start, stop = ("[", "]") if node.formula else ("([", "])")
        yield f"  n{k}{start}{_quoted(*labels.box(node, digits))}{stop}"
    forward, backward, count = [], [], 0
    for edge in graph.edges:
        arrow = "-.->" if edge.asked else "-->"
        label = f"|{_quoted(labels.partial(edge, digits))}|" if edge.symbol else ""
        yield f"  n{edge.source} {arrow}{label} n{edge.target}"
        forward.append(str(count))
        count += 1
        if edge.symbol:
            yield f"  n{edge.target} -.->|{_quoted(labels.share(edge, graph, digits))}| n{edge.source}"
            backward.append(str(count))
            count += 1
    for links, colour in ((forward, BLUE), (backward, RED)):
        if links:
            yield f"  linkStyle {','.join(links)} stroke:{colour},color:{colour}"


def _quoted(*lines: str) -> str:
    """A label; every sign that means something to Mermaid is written as its number."""
    return '"' + "<br/>".join(visible(line).translate(ENTITIES) for line in lines) + '"'
