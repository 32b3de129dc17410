"""The computation graph as pictures show it: nodes, and edges with their local derivatives; with numbers, or without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active
from autodiff.passes.rules import local
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import CONDITIONS
from autodiff.symbolic.gradients import Tidy
from autodiff.tape import Apply, Const, Tape, Var, ancestors
from autodiff.writing.formulas import expression, reading, step
from autodiff.writing.names import dvar, output_name, owned_names, step_names


class GraphNode(NamedTuple):
    """A variable or a step. `label` names its derivative, and is empty where nothing is differentiated.

    `status` says why a derivative is not simply right, at the variable concerned and at the step that caused it.
    """

    place: int
    name: str
    formula: str
    label: str
    value: float | None = None
    gradient: float | None = None
    status: str = ""


class Edge(NamedTuple):
    """A node that another one uses, as its argument of that number.

    `symbol` is the local derivative as it is called, `rule` its formula, `partial` its value, and `share` what it sends back: that
    value times the derivative of the target. Where nothing is differentiated there is no symbol; `asked` marks what the condition
    of an `if` asks for, which never is.
    """

    source: int
    target: int
    argument: int
    symbol: str = ""
    rule: str = ""
    partial: float | None = None
    share: float | None = None
    asked: bool = False


class Graph(NamedTuple):
    """All nodes in order of evaluation, the output last, and all edges in the order of their targets."""

    reading: str
    output: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]


def drawn_places(tape: Tape) -> list[int]:
    """Where the nodes of the graph without numbers stand: both branches of an `if`."""
    flags = ancestors(tape, [*tape.names, tape.output])
    return [i for i, node in enumerate(tape.nodes) if flags[i] and _is_drawn(node) and i != tape.output] + [tape.output]


def drawn_places_of(sheet: Worksheet) -> list[int]:
    """The same with numbers: of an `if` only the branch that was taken."""
    return [i for i in sheet.shown if _is_drawn(sheet.tape.nodes[i])]


def symbolic(tape: Tape, wrt: Sequence[str]) -> Graph:
    """The graph without numbers."""
    shown = drawn_places(tape)
    return _graph(tape, shown, step_names(tape, shown), active(tape, wrt), bool(wrt), None)


def numeric(sheet: Worksheet) -> Graph:
    """The graph with the numbers of a worksheet."""
    graph = _graph(sheet.tape, drawn_places_of(sheet), sheet.names, sheet.active, bool(sheet.wrt), sheet.values)
    return graph._replace(
        nodes=tuple([_with_numbers(node, sheet) for node in graph.nodes]),
        edges=tuple([_with_slope(edge, graph.nodes[edge.target].place, sheet) for edge in graph.edges]),
    )


def _is_drawn(node: object) -> bool:
    """Constants and conditions are written inside the formulas that use them."""
    return isinstance(node, Var) or (isinstance(node, Apply) and node.op not in CONDITIONS)


def _graph(
    tape: Tape, shown: Sequence[int], steps: Mapping[int, str], flags: bytearray, derived: bool, values: Sequence[Any] | None
) -> Graph:
    """The graph of the nodes that are shown; with values, branches that were not taken do not count."""
    names = {i: name for i, node in enumerate(tape.nodes) if (name := _called(node) or steps.get(i))}
    output, owned = output_name(tape), owned_names(tape)
    rules = Rules(tape, names, values)
    index = {place: k for k, place in enumerate(shown)}
    nodes, edges = [], []
    for i in shown:
        node, formula = tape.nodes[i], ""
        if isinstance(node, Apply):
            taken = bool(values[node.args[0]]) if values is not None and node.op == "if" else None
            formula = step(tape, i, names.get, taken)
            written = rules.of(i, node, taken) if flags[i] else [""] * len(node.args)
            for argument, j in arguments(tape, node, taken):
                if j in index:
                    rule = written[argument] if flags[j] else ""
                    symbol, asked = f"∂{names[i]}/∂{names[j]}" if rule else "", node.op == "if" and argument == 0
                    edges.append(Edge(index[j], index[i], argument, symbol, rule, asked=asked))
        label = dvar(names[i], output, owned) if flags[i] or (derived and i == tape.output) else ""
        nodes.append(GraphNode(i, names[i], formula, label))
    return Graph(reading(tape, output), output, tuple(nodes), tuple(edges))


def _called(node: object) -> str:
    """The name of a leaf."""
    return node.text if isinstance(node, Const) else node.name if isinstance(node, Var) else ""


def arguments(tape: Tape, node: Apply, taken: bool | None) -> Iterator[tuple[int, int]]:
    """The arguments of a step with their numbers; for a condition, what it compares, each once."""
    if node.op != "if":
        yield from enumerate(node.args)
        return
    asked, todo = {}, [node.args[0]]
    while todo:
        part = tape.nodes[place := todo.pop()]
        if isinstance(part, Apply) and part.op in CONDITIONS:
            todo.extend(reversed(part.args))
        else:
            asked[place] = 0
    yield from ((0, place) for place in asked)
    yield from ((k, node.args[k]) for k, when in ((1, True), (2, False)) if taken in (None, when))


class Rules:
    """Writes the local derivatives of steps in the names of the steps; where values are known, as they are at this point."""

    def __init__(self, tape: Tape, names: Mapping[int, str], values: Sequence[Any] | None) -> None:
        self.tape, self.names, self.values = tape, names, values
        self.varies = active(tape, tape.variables())

    def of(self, place: int, node: Apply, taken: bool | None) -> list[str]:
        """One for each argument; nothing for a condition."""
        if node.op == "if" and taken is None:
            condition = expression(self.tape, node.args[0], self.names.get)
            return ["", *(f"if({condition}, {a}, {b})" for a, b in ((1, 0), (0, 1)))]
        found = self.formulas(place, node)
        return [expression(rule, rule.output, lambda _: None) if self._counts(node, k) else "" for k, rule in enumerate(found)]

    def formulas(self, place: int, node: Apply) -> list[Tape]:
        """One for each argument; of an `if`, 1 for the branch that is taken."""
        if node.op == "if":
            return [_constant(0.0), _constant(1.0), _constant(1.0)]
        symbols = Tidy("paper") if self.values is None else _Here({self.names[i]: self.values[i] for i in (place, *node.args)})
        args = [self._symbol(j, symbols) for j in node.args]
        literal, wanted = not self.varies[node.args[-1]], [True] * len(args)
        slopes = local(node.op, args, symbols.recorder.var(self.names[place]), symbols, literal, wanted)
        return [_constant(0.0) if slope is None else Tape(symbols.recorder.nodes, slope) for slope in slopes]

    def _counts(self, node: Apply, argument: int) -> bool:
        return node.op != "if" or argument > 0

    def _symbol(self, place: int, symbols: Tidy) -> int:
        node = self.tape.nodes[place]
        return symbols.leaf(node) if isinstance(node, Const) else symbols.recorder.var(self.names[place])


def _constant(value: float) -> Tape:
    return Tape([Const(value, f"{value:.0f}", (0, 0))], 0)


class _Here(Tidy):
    """Formulas at a point, where every condition is decided."""

    def __init__(self, point: Mapping[str, Any]) -> None:
        super().__init__("paper")
        self.point = point

    def truth(self, value: int) -> bool:
        return bool(evaluate(Tape(self.recorder.nodes, value), self.point)[value])


def _with_numbers(node: GraphNode, sheet: Worksheet) -> GraphNode:
    status = sheet.status[node.name].status if node.name in sheet.status else _caused(node.place, sheet)
    return node._replace(value=sheet.values[node.place], gradient=sheet.shown_gradient(node.place), status=status)


def _caused(place: int, sheet: Worksheet) -> str:
    """The status that a step brought about."""
    if sheet.value_status != "ok" and sheet.value_node == place:
        return sheet.value_status
    return next((status.status for status in sheet.status.values() if status.node == place), "")


def _with_slope(edge: Edge, target: int, sheet: Worksheet) -> Edge:
    if not edge.symbol:
        return edge
    slopes = sheet.partials[target]
    slope = slopes[edge.argument] if slopes else None
    return edge._replace(partial=slope or 0.0, share=0.0 if slope is None else sheet.adjoint(target) * slope + 0.0)
