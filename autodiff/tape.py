"""A formula laid flat: a list of nodes in which every node follows its arguments."""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

Span = tuple[int, int]
"""Where a piece of text begins, and where it ends (one past its last character)."""


class _Node:
    """What nodes have in common: those of one kind are equal where their members are. They are never changed, though nothing keeps
    anybody from it: a long formula has so many that a guard would cost as much as reading it.
    """

    __slots__ = ()
    __match_args__: tuple[str, ...]

    def _members(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        return self._members() == other._members() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._members())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._members()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"


class Const(_Node):
    """A number written in the formula; `text` is how the user wrote it."""

    __slots__ = __match_args__ = ("value", "text", "span")

    def __init__(self, value: float, text: str, span: Span) -> None:
        self.value, self.text, self.span = value, text, span


class Var(_Node):
    """A free name. Its span is that of its first occurrence."""

    __slots__ = __match_args__ = ("name", "span")

    def __init__(self, name: str, span: Span) -> None:
        self.name, self.span = name, span


class Apply(_Node):
    """A primitive applied to earlier nodes; `op` is the name of its row in the table, `args` are places on the tape."""

    __slots__ = __match_args__ = ("op", "args", "span")

    def __init__(self, op: str, args: tuple[int, ...], span: Span) -> None:
        self.op, self.args, self.span = op, args, span


Node = Const | Var | Apply

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Run(NamedTuple):
    """The nodes from `start` up to `stop` belong to one branch of an `if`, taken where `condition` is `when`."""

    start: int
    stop: int
    condition: int
    when: bool


class Tape:
    """A whole formula. `names` holds the places that the user named, `output` the place of the result.

    Of names of several letters, which may turn out to be products of them, it knows two things more. `whole` maps such a name
    to the place in the text where it is part of a power or a divisor, and the place of that power or quotient: there it must
    not be read as a product. `scopes` maps the place of one that came from the body of a function to its parameters and their
    places.
    """

    __slots__ = ("names", "nodes", "output", "runs", "scopes", "whole")

    def __init__(
        self,
        nodes: list[Node],
        output: int,
        names: Mapping[int, str] = _NOTHING,
        runs: Mapping[int, Run] = _NOTHING,
        whole: Mapping[str, tuple[Span, Span]] = _NOTHING,
        scopes: Mapping[int, Mapping[str, int]] = _NOTHING,
    ) -> None:
        self.nodes, self.output, self.names, self.runs, self.whole, self.scopes = nodes, output, names, runs, whole, scopes

    def __reduce__(self) -> tuple[Any, ...]:
        """With dictionaries of its own: the empty mapping that tapes share cannot be sent to another process."""
        return Tape, (self.nodes, self.output, dict(self.names), dict(self.runs), dict(self.whole), dict(self.scopes))

    def variables(self) -> tuple[str, ...]:
        """The free names, in order of first appearance."""
        return tuple(dict.fromkeys(node.name for node in self.nodes if isinstance(node, Var)))


def ancestors(tape: Tape, roots: Iterable[int], values: Sequence[Any] | None = None) -> bytearray:
    """For every node 1 if a root depends on it, or it is one; with values, branches of an `if` not taken do not count."""
    flags = bytearray(len(tape.nodes))
    for root in roots:
        flags[root] = 1
    for i in range(len(tape.nodes) - 1, -1, -1):
        node = tape.nodes[i]
        if flags[i] and type(node) is Apply:
            args = node.args
            if values is not None and node.op == "if":
                args = (args[0], args[1] if values[args[0]] else args[2])
            for j in args:
                flags[j] = 1
    return flags


def moved(tape: Tape, place: Callable[[Span], Span]) -> Tape:
    """The tape with its spans moved, as of a text that was made from another one."""
    nodes: list[Node] = []
    for node in tape.nodes:
        span = place(node.span)
        if isinstance(node, Apply):
            nodes.append(Apply(node.op, node.args, span))
        else:
            nodes.append(Var(node.name, span) if isinstance(node, Var) else Const(node.value, node.text, span))
    whole = {name: (place(span), place(around)) for name, (span, around) in tape.whole.items()}
    return Tape(nodes, tape.output, tape.names, tape.runs, whole, tape.scopes)


def trimmed(tape: Tape) -> Tape:
    """The tape without what its output does not need."""
    live = ancestors(tape, [tape.output])
    return tape if all(live) else part(tape, tape.output, [i for i, flag in enumerate(live) if flag])


def freed(tape: Tape, place: int, name: str) -> Tape:
    """The tape of the output as a formula of a step, which is a variable there, and of what else the output needs."""
    nodes = [*tape.nodes]
    nodes[place] = Var(name, nodes[place].span)
    names = {i: text for i, text in tape.names.items() if i != place}
    return trimmed(Tape(nodes, tape.output, names, tape.runs))


def needed(tape: Tape, place: int) -> list[int]:
    """The places that a node depends on, and its own: in as much work as there are."""
    found, waiting = {place}, [place]
    while waiting:
        node = tape.nodes[waiting.pop()]
        for j in node.args if type(node) is Apply else ():
            if j not in found:
                found.add(j)
                waiting.append(j)
    return sorted(found)


def part(tape: Tape, output: int, kept: Sequence[int]) -> Tape:
    """The tape of these nodes alone, which `needed` has found for the output."""
    place = {i: k for k, i in enumerate(kept)}
    nodes = [
        Apply(node.op, tuple([place[j] for j in node.args]), node.span) if isinstance(node := tape.nodes[i], Apply) else node
        for i in kept
    ]
    runs = [
        Run(bisect_left(kept, run.start), bisect_left(kept, run.stop), place[run.condition], run.when)
        for run in tape.runs.values()
        if run.condition in place
    ]
    names = {k: tape.names[i] for k, i in enumerate(kept) if i in tape.names}
    return Tape(nodes, place[output], names, {run.start: run for run in runs if run.start < run.stop}, tape.whole)


class Recorder:
    """Writes a tape from left to right. Constants are shared by their bits and their text, variables by name."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.runs: dict[int, Run] = {}
        self._consts: dict[tuple[bytes, str], int] = {}
        self._vars: dict[str, int] = {}

    def add(self, node: Node) -> int:
        """Append a node as it is, and return its place."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def const(self, value: float, text: str, span: Span = (0, 0)) -> int:
        """The place of a constant."""
        key = struct.pack("d", value), text
        place = self._consts.get(key)
        if place is None:
            place = self._consts[key] = self.add(Const(value, text, span))
        return place

    def var(self, name: str, span: Span = (0, 0)) -> int:
        """The place of a variable."""
        place = self._vars.get(name)
        if place is None:
            place = self._vars[name] = self.add(Var(name, span))
        return place

    def apply(self, op: str, args: tuple[int, ...], span: Span = (0, 0)) -> int:
        """The place of a primitive's result."""
        nodes = self.nodes
        nodes.append(Apply(op, args, span))
        return len(nodes) - 1

    def branch(self, start: int, condition: int, when: bool) -> None:
        """Say that all nodes since `start` belong to one branch of an `if`."""
        if start < len(self.nodes):
            self.runs[start] = Run(start, len(self.nodes), condition, when)

    def leaf(self, node: Const | Var) -> int:
        """The place of a leaf, shared with its equals."""
        if isinstance(node, Const):
            return self.const(node.value, node.text, node.span)
        return self.var(node.name, node.span)

    def copy(
        self,
        tape: Tape,
        leaf: Callable[[int, Const | Var], int],
        place: list[int],
        span: Span | None = None,
        merged: Collection[int] = (),
    ) -> None:
        """Append a tape, renumbered. `leaf` gives each of its leaves a place, and `place` learns where every node went; the
        nodes at the beginning whose place it knows already are not copied.

        A step that only copies a leaf among `merged` is left out.
        """
        opened: dict[int, list[tuple[int, Run]]] = {}
        for i, node in islice(enumerate(tape.nodes), len(place), None):
            self._close(opened.pop(i, ()), place)
            if (run := tape.runs.get(i)) is not None:
                opened.setdefault(run.stop, []).append((len(self.nodes), run))
            if not isinstance(node, Apply):
                place.append(leaf(i, node))
            elif node.op == "copy" and node.args[0] in merged:
                place.append(place[node.args[0]])
            else:
                place.append(self.apply(node.op, tuple([place[j] for j in node.args]), span or node.span))
        self._close(opened.pop(len(tape.nodes), ()), place)

    def _close(self, ended: Sequence[tuple[int, Run]], place: Sequence[int]) -> None:
        for start, run in ended:
            self.branch(start, place[run.condition], run.when)


def canonical(name: str) -> str:
    """A name as it is stored: π is pi, and accents are composed, unless that would leave a sign that no name may hold."""
    if name.isascii():
        return name
    from unicodedata import normalize

    composed = normalize("NFC", name)
    return "pi" if name == "π" else composed if composed.replace("_", "a").isalnum() else name
