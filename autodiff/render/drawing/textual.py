"""The graph as text, one line for each node: a rail runs down from every value to the steps that use it.

A line begins with ○ where a value starts, and with ● where a step uses the rails that come in: from above in its own column, and
from both sides along the line, ╰ ╯ ┴ where a rail ends there, ├ ┤ ┼ where it goes on. A │ in such a line only passes behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render.drawing import labels
from autodiff.study.graph import Graph
from autodiff.writing.numbers import DIGITS
from autodiff.writing.width import cells, fitted

START, STEP = "○", "●"
TERMS = 4  # of a sum over the users of a node, the rest is counted


class TextRow(NamedTuple):
    """A line: its rails, then name and formula, value, derivative, and local derivatives."""

    rails: str
    formula: str
    value: str
    gradient: str
    partials: str


def picture(graph: Graph, digits: int = DIGITS, width: int = 0) -> Iterator[TextRow]:
    """The rows, the first of them heads, filled up to columns; the last column only where there is width for it."""
    into: list[list[str]] = [[] for _ in graph.nodes]
    out: list[list[str]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        if edge.symbol:
            into[edge.target].append(labels.partial(edge, digits))
            out[edge.source].append(labels.share(edge, graph, digits))
    rows = [TextRow("", "", say("value ↓"), say("derivative ↑"), say("local derivatives"))]
    for k, (node, rail) in enumerate(zip(graph.nodes, rails(graph))):
        slope = labels.gradient(node, digits)
        if node.label and node.gradient is None:
            slope += f" = {_sum(out[k]) or ('1' if k == len(graph.nodes) - 1 else '0')}"
        slope = f"{slope}  {say(node.status)}" if node.status else slope
        rows.append(TextRow(rail, labels.formula(node, 60), labels.value(node, digits), slope, ", ".join(into[k])))
    yield from _aligned(rows, width)


def _sum(terms: Sequence[str]) -> str:
    """dv·∂v/∂u + dw·∂w/∂u"""
    rest = [say("… {number} more", number=len(terms) - TERMS)] if len(terms) > TERMS else []
    return " + ".join([*terms[:TERMS], *rest])


def _aligned(rows: Sequence[TextRow], width: int) -> Iterator[TextRow]:
    """All columns but the last filled up; the value, a number, from the left."""
    if not any(row.value for row in rows[1:]):
        rows = [row._replace(value="") for row in rows]
    widths = [max(cells(row[k]) for row in rows) for k in range(len(TextRow._fields))]
    fits = not width or sum(widths) + 8 <= width
    for row in rows:
        value = " " * (widths[2] - cells(row.value)) + row.value
        cut = row._replace(value=value, partials=row.partials if fits else "")
        yield TextRow(*[fitted(text, wide) if k < 3 + fits else text for k, (text, wide) in enumerate(zip(cut, widths))])


def rails(graph: Graph) -> Iterator[str]:
    """The rails before every node."""
    uses: list[set[int]] = [set() for _ in graph.nodes]
    last = list(range(len(graph.nodes)))
    for edge in graph.edges:
        uses[edge.target].add(edge.source)
        last[edge.source] = max(last[edge.source], edge.target)
    lanes: list[int | None] = []
    barred = -1  # the lane of a step that nothing uses: what stands below it must not seem to use it
    for k, used in enumerate(uses):
        own = _own(k, used, lanes, last, barred)
        yield _line(k, own, used, lanes, last)
        lanes = [None if lane in used and last[lane] == k else lane for lane in lanes]
        lanes += [None] * (own + 1 - len(lanes))
        lanes[own] = k if last[k] > k else None
        barred = own if last[k] == k else -1


def _own(k: int, used: set[int], lanes: Sequence[int | None], last: Sequence[int], barred: int) -> int:
    """The lane of a node: of a rail that ends here, else the first that is free."""
    ended = [n for n, lane in enumerate(lanes) if lane in used and lane is not None and last[lane] == k]
    free = [n for n, lane in enumerate([*lanes, None, None]) if lane is None and (n != barred or not used)]
    return (ended or free)[0]


def _line(k: int, own: int, used: set[int], lanes: Sequence[int | None], last: Sequence[int]) -> str:
    joined = [n for n, lane in enumerate(lanes) if lane in used and n != own]
    left, right = min([own, *joined]), max([own, *joined])
    text = ""
    for n in range(max(len(lanes), own + 1)):
        lane = lanes[n] if n < len(lanes) else None
        inside = left <= n <= right
        if n == own:
            sign = STEP if used else START
        elif n in joined:
            ends = last[lane or 0] == k
            sign = ("╰" if ends else "├") if n == left else ("╯" if ends else "┤") if n == right else "┴" if ends else "┼"
        else:
            sign = "│" if lane is not None else "─" if inside else " "
        text += sign + ("─" if left <= n < right else " ")
    return text.rstrip()
