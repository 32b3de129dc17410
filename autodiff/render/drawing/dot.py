"""The graph in the language of Graphviz, its arrows in both directions."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.render.drawing import labels
from autodiff.study.graph import Edge, Graph
from autodiff.writing.numbers import DIGITS
from autodiff.writing.width import visible

BLUE, RED = "#0550ae", "#b3261e"
FONT = 'fontname="Helvetica,Arial,sans-serif"'


def picture(graph: Graph, digits: int = DIGITS, down: bool = False) -> Iterator[str]:
    """Lines of DOT."""
    yield "digraph autodiff {"
    yield f"  graph [rankdir={'TB' if down else 'LR'}, label={_quoted(graph.reading)}, {FONT}];"
    yield f"  node [shape=box, {FONT}];"
    yield f"  edge [fontsize=10, {FONT}];"
    for k, node in enumerate(graph.nodes):
        style = "" if node.formula else ', style="rounded"'
        yield f"  n{k} [label={_quoted(*labels.box(node, digits))}{style}];"
    for edge in graph.edges:
        yield from _edge(edge, graph, digits)
    yield "}"


def _edge(edge: Edge, graph: Graph, digits: int) -> Iterator[str]:
    """There in blue, back in red and dashed; dotted what only decides an `if`."""
    style = ', style="dotted"' if edge.asked else ""
    forward = f"label={_quoted(labels.partial(edge, digits))}, " if edge.symbol else ""
    yield f'  n{edge.source} -> n{edge.target} [{forward}color="{BLUE}"{style}];'
    if edge.symbol:
        label = _quoted(labels.share(edge, graph, digits))
        look = f'color="{RED}", fontcolor="{RED}", style="dashed", constraint=false'
        yield f"  n{edge.target} -> n{edge.source} [label={label}, {look}];"


def _quoted(*lines: str) -> str:
    """A string of DOT. A backslash is doubled, so that none is an escape."""
    texts = [visible(line).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines]
    return '"' + "\\n".join(texts) + '"'
