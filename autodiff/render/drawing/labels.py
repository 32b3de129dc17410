"""What stands in the boxes and on the arrows of a graph, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.messages import say
from autodiff.study.graph import Edge, Graph, GraphNode
from autodiff.writing.metrics import truncated
from autodiff.writing.numbers import bracketed, human
from autodiff.writing.width import cells

LONG, MEDIUM = 36, 26  # cells of a formula in a box, and of a local derivative


def formula(node: GraphNode, most: int = LONG) -> str:
    """u = b*c, or a"""
    name = truncated(node.name, most)
    return f"{name} = {truncated(node.formula, most)}" if node.formula else name


def value(node: GraphNode, digits: int) -> str:
    """6"""
    return "" if node.value is None else human(node.value, digits)


def gradient(node: GraphNode, digits: int) -> str:
    """du = 3, or du"""
    label = truncated(node.label, LONG)
    return label if node.gradient is None else f"{label} = {human(node.gradient, digits)}"


def choice(node: GraphNode) -> str:
    """u > 0 is true: the first branch"""
    if node.condition is None:
        return ""
    text = truncated(node.condition.text, LONG)
    if node.condition.holds:
        return say("{condition} is true: the first branch", condition=text)
    return say("{condition} is false: the second branch", condition=text)


def partial(edge: Edge, digits: int) -> str:
    """∂u/∂b = c = 2; a rule that is long, or that comes to nothing, only where there is no number."""
    if not edge.symbol:
        return ""
    number = [] if edge.partial is None else [human(edge.partial, digits)]
    known = number and (edge.partial != edge.partial or cells(edge.rule) > MEDIUM)
    rule = [] if known else [truncated(edge.rule, MEDIUM)]
    return " = ".join(dict.fromkeys([truncated(edge.symbol, LONG), *rule, *number]))


def share(edge: Edge, graph: Graph, digits: int) -> str:
    """3·2 = 6, or du·∂u/∂b"""
    target = graph.nodes[edge.target]
    if not edge.symbol:
        return ""
    if edge.share is None or edge.partial is None or target.gradient is None:
        return f"{truncated(target.label, LONG)}·{truncated(edge.symbol, LONG)}"
    factors = f"{human(target.gradient, digits)}·{bracketed(human(edge.partial, digits))}"
    return f"{factors} = {human(edge.share, digits)}"


def box(node: GraphNode, digits: int) -> Iterator[str]:
    """The lines of a box."""
    yield formula(node)
    if text := choice(node):
        yield text
    if node.value is not None:
        yield value(node, digits)
    if node.label:
        yield gradient(node, digits)
    if node.status:
        yield say(node.status)
