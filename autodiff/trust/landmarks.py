"""Where a formula has a branch, a corner, a step or the end of its domain: read off the conditions of the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from autodiff.numbers.algebra import FLOATS
from autodiff.passes import rules
from autodiff.passes.evaluate import evaluate, function, resume
from autodiff.passes.push_pull import active
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Const, Recorder, Tape, Var, ancestors

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
STEPPED = frozenset({"floor", "ceil", "round", "sign", "step"})  # rows whose own value tells where they are

SITE = 4  # operations that it takes to tell on which side of its edges a node lies
REMEMBERED = 200_000  # signs that are kept of one formula

Region = tuple[Any, ...]
"""On which side of everything a point lies."""
Site = tuple[int, Apply]
"""A node with special points, and its place."""


class Edges(NamedTuple):
    """The pairs of numbers that the domain and the special points of a row compare, each once, and the steps that lead to them."""

    names: tuple[str, ...]
    start: tuple[float | None, ...]
    steps: tuple[tuple[int, Callable[..., Any], tuple[int, ...]], ...]
    pairs: tuple[tuple[int, int], ...]

    def gaps(self, known: Mapping[str, Any]) -> list[float]:
        """The difference of each pair."""
        values: list[Any] = [*(known[name] for name in self.names), *self.start]
        for place, apply, args in self.steps:
            values[place] = apply(*[values[j] for j in args])
        return [values[a] - values[b] for a, b in self.pairs]


@cache
def edges(op: str) -> Edges:
    """What the conditions of a row compare: they are read again and again, so what they share is computed once."""
    row, recorder, pairs = TABLE[op], Recorder(), dict[tuple[int, int], None]()
    shared: dict[tuple[str, tuple[int, ...]], int] = {}
    for text in dict.fromkeys([row.domain, *(point.when for point in row.points if "ties" not in point.when)]):
        place: list[int] = []
        for node in rules.condition(op, text).nodes if text else ():
            if not isinstance(node, Apply):
                place.append(recorder.leaf(node))
                continue
            args = tuple([place[j] for j in node.args])
            if node.op in COMPARISONS:
                pairs[args[0], args[1]] = None
            if (node.op, args) not in shared:
                shared[node.op, args] = recorder.apply(node.op, args)
            place.append(shared[node.op, args])
    return _program(Tape(recorder.nodes, 0), list(pairs))


def _program(tape: Tape, pairs: Sequence[tuple[int, int]]) -> Edges:
    needed = ancestors(tape, [i for pair in pairs for i in pair])
    nodes = [(i, node) for i, node in enumerate(tape.nodes) if needed[i]]
    order = sorted(nodes, key=lambda item: not isinstance(item[1], Var))
    at = {i: k for k, (i, _) in enumerate(order)}
    names = tuple([node.name for _, node in order if isinstance(node, Var)])
    start = tuple([node.value if isinstance(node, Const) else None for _, node in order[len(names) :]])
    steps = [(at[i], function(node.op), tuple([at[j] for j in node.args])) for i, node in order if isinstance(node, Apply)]
    return Edges(names, start, tuple(steps), tuple([(at[a], at[b]) for a, b in pairs]))


class Landmarks:
    """The special nodes of a tape, asked for the region of a point; what does not vary has none."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        special = {op for op in {node.op for node in tape.nodes if isinstance(node, Apply)} if TABLE[op].points or TABLE[op].domain}
        varies = active(tape, tape.variables())
        self._sites = [
            (i, node) for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op in special and varies[i]
        ]
        self._names, self._known = tape.variables(), dict[tuple[float, ...], tuple[Region, list[float]]]()

    def __bool__(self) -> bool:
        return bool(self._sites)

    def read(self, point: Mapping[str, float]) -> tuple[Region, list[float]]:
        """On which side of every condition a point lies, 0 being exactly on it; and how far it is from each."""
        key = tuple([point[name] for name in self._names])
        if key not in self._known or 0.0 in key:  # which may be a -0.0
            if len(self._known) * (1 + len(self._sites)) > REMEMBERED:
                self._known.clear()
            self._known[key] = self._read(point)
        return self._known[key]

    def _read(self, point: Mapping[str, float]) -> tuple[Region, list[float]]:
        return _sides(self._sites, evaluate(self.tape, point))

    def along(self, base: Mapping[str, float], name: str) -> Line:
        """What is met while one variable varies."""
        return Line(self.tape, self._sites, base, name)


class Line:
    """The special nodes that depend on one variable, read while it varies and the others stay."""

    def __init__(self, tape: Tape, sites: Sequence[Site], base: Mapping[str, float], name: str) -> None:
        depends = active(tape, (name,))
        self._tape, self._place = tape, next((i for i, node in enumerate(tape.nodes) if depends[i]), None)
        self._sites = [(i, node) for i, node in sites if depends[i] or tape.runs]
        self._start = evaluate(tape, base)
        self._steps = None if tape.runs else [(i, tape.nodes[i]) for i, flag in enumerate(depends) if flag]
        if tape.runs:  # a branch that the start has not taken may be needed
            self._start = [None if isinstance(node, Apply) else x for node, x in zip(tape.nodes, self._start, strict=True)]
        for i, _ in self._steps or ():
            self._start[i] = None
        self.cost = (len(tape.nodes) if self._steps is None else len(self._steps)) + SITE * len(self._sites)

    def read(self, x: float) -> tuple[Region, list[float]]:
        """On which side of everything that varies the point lies, and how far from it."""
        values = list(self._start)
        if self._place is not None:
            values[self._place] = x
        resume(self._tape, values, FLOATS, self._steps)
        return _sides(self._sites, values)

    def coarse(self, region: Region) -> Region:
        """A region without the number of its step, of which functions such as floor have no end."""
        counted = STEPPED | {"mod"}
        return tuple(
            [
                sides if sides is None or node.op not in counted else tuple([side for side in sides if isinstance(side, int)])
                for (_, node), sides in zip(self._sites, region, strict=True)
            ]
        )


def _sides(sites: Sequence[Site], values: Sequence[Any]) -> tuple[Region, list[float]]:
    region: list[Any] = []
    gaps: list[float] = []
    for i, node in sites:
        args = [values[j] for j in node.args]
        if values[i] is None or None in args:
            region.append(None)
            continue
        apart = _gaps(node.op, args, values[i])
        region.append((*map(_sign, apart), *_step(node.op, args, values[i])))
        gaps += apart
    return tuple(region), gaps


@lru_cache(maxsize=4)
def landmarks(tape: Tape) -> Landmarks:
    """The landmarks of a tape, kept: one claim after the other asks for them at the same points."""
    return Landmarks(tape)


def _gaps(op: str, args: Sequence[float], out: Any) -> list[float]:
    """The differences of what the conditions of a row compare."""
    if op in ("max", "min"):
        best = sorted(args, reverse=op == "max")
        return [best[0] - best[1]]
    return edges(op).gaps({"out": out, "x": args[0]} if rules.is_variadic(op) else rules.environment(op, args, out))


def _step(op: str, args: Sequence[float], out: Any) -> tuple[float, ...]:
    """Which argument is the greatest, or which step this is; told apart from a sign by its type."""
    if op in ("max", "min"):
        return (float(args.index(out)) if out in args else -1.0,)
    if op == "mod":
        return (FLOATS.functions["round"](FLOATS.functions["div"](args[0] - out, args[1])),)
    return (out,) if op in STEPPED else ()


def _sign(x: float) -> int:
    return 2 if math.isnan(x) else (x > 0) - (x < 0)


def on_edge(region: Region) -> bool:
    """Whether a point lies exactly on something special."""
    return any(sides is not None and 0 in [side for side in sides if isinstance(side, int)] for sides in region)
