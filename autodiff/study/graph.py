"""The computation graph as pictures show it: nodes, and edges with their local derivatives; with numbers, or without."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from autodiff.passes.push_pull import active
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import CONDITIONS
from autodiff.study.circuit import sign
from autodiff.study.folding import Path, foldable, folded, inputs, rule
from autodiff.study.local import Rules
from autodiff.tape import Apply, Const, Tape, Var, ancestors
from autodiff.trust.special_points import events
from autodiff.writing import formulas
from autodiff.writing.formulas import reading
from autodiff.writing.names import dvar, output_name, owned_names, step_names


class Condition(NamedTuple):
    """What an `if` asks, and whether it is so."""

    text: str
    holds: bool


class GraphNode(NamedTuple):
    """A variable or a step. `label` names its derivative, and is empty where nothing is differentiated.

    `status` says why a derivative is not simply right, at the variable concerned and at the step that caused it. `sign` is what a
    circuit writes into the step, `named` whether a circuit says its name, and `condition` what an `if` has decided.
    """

    place: int
    name: str
    formula: str
    label: str
    value: float | None = None
    gradient: float | None = None
    status: str = ""
    sign: str = ""
    named: bool = True
    condition: Condition | None = None


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


def symbolic(tape: Tape, wrt: Sequence[str], fold: bool = False, write: ModuleType = formulas, free: Collection[int] = ()) -> Graph:
    """The graph without numbers. `fold` makes one step of a chain of sums or of products, `write` spells the formulas, and the
    steps at the places `free` are taken as free.
    """
    shown = drawn_places(tape)
    inner = folded(tape, shown, None) if fold else set()
    return _Draft(tape, shown, inner, step_names(tape, shown), active(tape, wrt, free), bool(wrt), None, write).graph()


def numeric(sheet: Worksheet, fold: bool = False, write: ModuleType = formulas) -> Graph:
    """The graph with the numbers of a worksheet."""
    shown, causes = drawn_places_of(sheet), _causes(sheet)
    inner = foldable(sheet, folded(sheet.tape, shown, sheet.values)) - causes.keys() if fold else set()
    draft = _Draft(sheet.tape, shown, inner, sheet.names, sheet.active, bool(sheet.wrt), sheet.values, write)
    graph = draft.graph()
    return graph._replace(
        nodes=tuple([_with_numbers(node, sheet, causes) for node in graph.nodes]),
        edges=tuple([_with_slope(edge, path, sheet) for edge, path in zip(graph.edges, draft.paths)]),
    )


def _is_drawn(node: object) -> bool:
    """Constants and conditions are written inside the formulas that use them."""
    return isinstance(node, Var) or (isinstance(node, Apply) and node.op not in CONDITIONS)


class _Draft:
    """The graph of the nodes that are shown; with values, branches that were not taken do not count."""

    def __init__(
        self, tape: Tape, shown: Sequence[int], inner: set[int], steps: Mapping[int, str], flags: bytearray, derived: bool,
        values: Sequence[Any] | None, write: ModuleType,
    ) -> None:  # fmt: skip
        self.tape, self.inner, self.flags, self.derived, self.values, self.write = tape, inner, flags, derived, values, write
        self.shown = [i for i in shown if i not in inner]
        names = {i: name for i, node in enumerate(tape.nodes) if (name := _called(node) or steps.get(i))}
        self.names = {i: name for i, name in names.items() if i not in inner}
        self.rules, self.owned = Rules(tape, names, values, write), owned_names(tape)
        self.paths: list[Path] = []

    def graph(self) -> Graph:
        """Nodes and edges; `paths` then holds, for every edge, the steps that it leads through."""
        output, index = output_name(self.tape), {place: k for k, place in enumerate(self.shown)}
        nodes = [self._node(i, output) for i in self.shown]
        edges = [edge for i in self.shown if isinstance(self.tape.nodes[i], Apply) for edge in self._edges(i, index)]
        called = {name for node in nodes for name in re.findall(r"\w+", node.sign)}
        nodes = [node._replace(named=node.named or (node.name in called)) for node in nodes]
        return Graph(reading(self.tape, output), output, tuple(nodes), tuple(edges))

    def _node(self, i: int, output: str) -> GraphNode:
        tape, node = self.tape, self.tape.nodes[i]
        label = dvar(self.names[i], output, self.owned) if self.flags[i] or (self.derived and i == tape.output) else ""
        if not isinstance(node, Apply):
            return GraphNode(i, self.names[i], "", label)
        taken = self._taken(node)
        formula = self._formula(i, node, taken)
        named = i in tape.names or i == tape.output
        condition = self._condition(node, taken) if taken is not None else None
        return GraphNode(
            i, self.names[i], formula, label, sign=sign(tape, i, formula, self.inner, self.write), named=named, condition=condition
        )

    def _formula(self, i: int, node: Apply, taken: bool | None) -> str:
        """The step in names, on one line."""
        if node.op == "if" and self.write is not formulas:
            texts = [self.write.expression(self.tape, node.args[0], self.names.get)]
            for j, shown in zip(node.args[1:], (taken is not False, taken is not True)):
                is_leaf = not isinstance(self.tape.nodes[j], Apply)
                texts.append(self.write.name(self.names[j]) if shown and not is_leaf else self._leaf(j) if is_leaf else r"\dots")
            return rf"\operatorname{{if}}\left({', '.join(texts)}\right)"
        if any(j in self.inner for j in node.args):
            return str(self.write.expression(self.tape, i, self.names.get))
        return str(self.write.step(self.tape, i, self.names.get, taken))

    def _leaf(self, i: int) -> str:
        return str(self.write.expression(self.tape, i, lambda _: None))

    def _condition(self, node: Apply, taken: bool | None) -> Condition | None:
        return None if taken is None else Condition(self.write.expression(self.tape, node.args[0], self.names.get), taken)

    def _taken(self, node: Apply) -> bool | None:
        return bool(self.values[node.args[0]]) if self.values is not None and node.op == "if" else None

    def _edges(self, i: int, index: Mapping[int, int]) -> Iterator[Edge]:
        node = self.tape.nodes[i]
        assert isinstance(node, Apply)
        taken = self._taken(node)
        found = list(inputs(self.tape, i, taken, self.inner))
        folds = any(len(link.path) > 1 for link in found)
        written = self.rules.of(i, node, taken) if self.flags[i] and not folds else [""] * len(node.args)
        for number, (j, path) in enumerate(found):
            if j in index:
                argument = number if folds else path[0][1]
                if folds and self.flags[i] and self.flags[j]:
                    others = [link.place for k, link in enumerate(found) if k != number]
                    text = self.rules.written(rule(self.tape, self.names, path, others))
                else:
                    text = written[path[0][1]] if self.flags[j] else ""
                symbol = self._symbol(i, j) if text else ""
                self.paths.append(path)
                yield Edge(index[j], index[i], argument, symbol, text, asked=node.op == "if" and argument == 0)

    def _symbol(self, step: int, argument: int) -> str:
        if self.write is formulas:
            return f"∂{self.names[step]}/∂{self.names[argument]}"
        above, below = (self.write.name(self.names[i]) for i in (step, argument))
        return rf"\partial {above}/\partial {below}"


def _called(node: object) -> str:
    """The name of a leaf."""
    return node.text if isinstance(node, Const) else node.name if isinstance(node, Var) else ""


def _with_numbers(node: GraphNode, sheet: Worksheet, causes: Mapping[int, str]) -> GraphNode:
    status = sheet.status[node.name].status if node.name in sheet.status else causes.get(node.place, "")
    return node._replace(value=sheet.values[node.place], gradient=sheet.shown_gradient(node.place), status=status)


def _causes(sheet: Worksheet) -> dict[int, str]:
    """The steps that brought a status about: the one that it names, and every other corner that those variables meet."""
    found: dict[int, str] = {}
    if sheet.status:
        concerned = active(sheet.tape, list(sheet.status))
        met = [event for event in events(sheet.tape, sheet.values, sheet.active, sheet.prepared.watched) if concerned[event.node]]
        found = {event.node: event.status for event in met if sheet.adjoint(event.node) != 0}
    found |= {status.node: status.status for status in reversed(sheet.status.values())}
    return found | ({sheet.value_node: sheet.value_status} if sheet.value_status != "ok" else {})


def _with_slope(edge: Edge, path: Path, sheet: Worksheet) -> Edge:
    """Along the path that the edge stands for: what the last step on it sends back, over what the first one got."""
    if not edge.symbol:
        return edge
    slopes = [local[k] if (local := sheet.partials[step]) else None for step, k in path]
    last = slopes[-1]
    share = 0.0 if last is None else sheet.adjoint(path[-1][0]) * last + 0.0
    return edge._replace(partial=math.prod([slope or 0.0 for slope in slopes]) if len(slopes) > 1 else last or 0.0, share=share)
