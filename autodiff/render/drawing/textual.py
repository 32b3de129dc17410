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
    """The rows, the first of them heads, filled up to columns; where there is no width for the last, it stands in lines below."""
    into: list[list[str]] = [[] for _ in graph.nodes]
    out: list[list[str]] = [[] for _ in graph.nodes]
    for edge in graph.edges:
        if edge.symbol:
            into[edge.target].append(labels.partial(edge, digits))
            out[edge.source].append(labels.share(edge, graph, digits))
    rows, below = [TextRow("", "", say("value ↓"), say("derivative ↑"), say("local derivatives"))], [""]
    for k, (node, (rail, going)) in enumerate(zip(graph.nodes, tracks(graph))):
        slope = labels.gradient(node, digits)
        if node.label and node.gradient is None:
            slope += f" = {_sum(out[k]) or ('1' if k == len(graph.nodes) - 1 else '0')}"
        slope = f"{slope}  {say(node.status)}" if node.status else slope
        said = [text for text in (labels.choice(node), *into[k]) if text]
        rows.append(TextRow(rail, labels.formula(node, 60), labels.value(node, digits), slope, ", ".join(said)))
        below.append(going)
    yield from _aligned(rows, below, width)


def _sum(terms: Sequence[str]) -> str:
    """dv·∂v/∂u + dw·∂w/∂u"""
    rest = [say("… {number} more", number=len(terms) - TERMS)] if len(terms) > TERMS else []
    return " + ".join([*terms[:TERMS], *rest])


def _aligned(rows: Sequence[TextRow], below: Sequence[str], width: int) -> Iterator[TextRow]:
    """All columns but the last filled up; the value, a number, from the left. The rails of lines below a row are `below`."""
    if not any(row.value for row in rows[1:]):
        rows = [row._replace(value="") for row in rows]
    widths = [max(cells(row[k]) for row in rows) for k in range(len(TextRow._fields))]
    fits = not width or sum(widths) + 8 <= width
    for row, going in zip(rows, below):
        value = " " * (widths[2] - cells(row.value)) + row.value
        cut = row._replace(value=value, partials=row.partials if fits else "")
        yield TextRow(*[fitted(text, wide) if k < 3 + fits else text for k, (text, wide) in enumerate(zip(cut, widths))])
        for line in () if fits else _broken(row.partials, width - widths[0] - 4):
            yield TextRow(fitted(going, widths[0]), "", "", "", f"  {line}")


def _broken(text: str, width: int) -> Iterator[str]:
    """Local derivatives in lines: several where they fit, else one, and what is longer than a line as it is."""
    line = ""
    for part in text.split(", ∂") if text else ():
        part = f"∂{part}" if line else part
        if line and cells(f"{line}, {part}") > width:
            yield f"{line},"
            line = part
        else:
            line = f"{line}, {part}" if line else part
    yield from [line] if line else []


def rails(graph: Graph) -> Iterator[str]:
    """The rails before every node."""
    yield from (rail for rail, _ in tracks(graph))


def tracks(graph: Graph) -> Iterator[tuple[str, str]]:
    """The rails before every node, and those that go on below it."""
    uses: list[set[int]] = [set() for _ in graph.nodes]
    last = list(range(len(graph.nodes)))
    for edge in graph.edges:
        uses[edge.target].add(edge.source)
        last[edge.source] = max(last[edge.source], edge.target)
    lanes: list[int | None] = []
    barred = -1  # the lane of a step that nothing uses: what stands below it must not seem to use it
    for k, used in enumerate(uses):
        own = _own(k, used, lanes, last, barred)
        line = _line(k, own, used, lanes, last)
        lanes = [None if lane in used and last[lane] == k else lane for lane in lanes]
        lanes += [None] * (own + 1 - len(lanes))
        lanes[own] = k if last[k] > k else None
        barred = own if last[k] == k else -1
        yield line, " ".join(" " if lane is None else "│" for lane in lanes).rstrip()


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
