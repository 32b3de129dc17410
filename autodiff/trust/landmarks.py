"""Where a formula has a branch, a corner, a step or the end of its domain: read off the conditions of the table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from autodiff.numbers.algebra import FLOATS
from autodiff.passes import rules
from autodiff.passes.evaluate import evaluate
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Tape

COMPARISONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})
STEPPED = frozenset({"floor", "ceil", "round", "sign", "step"})  # rows whose own value tells where they are

Region = tuple[Any, ...]
"""On which side of everything a point lies."""


class Watch(NamedTuple):
    """A condition of a row, and the pairs of places that it compares."""

    tape: Tape
    pairs: tuple[tuple[int, int], ...]


@cache
def watches(op: str) -> tuple[Watch, ...]:
    """The domain and the special points of a row."""
    row = TABLE[op]
    texts = [row.domain, *(point.when for point in row.points if "ties" not in point.when)]
    tapes = [rules.condition(op, text) for text in dict.fromkeys(texts) if text]
    return tuple([Watch(tape, _pairs(tape)) for tape in tapes])


def _pairs(tape: Tape) -> tuple[tuple[int, int], ...]:
    return tuple([(node.args[0], node.args[1]) for node in tape.nodes if isinstance(node, Apply) and node.op in COMPARISONS])


class Landmarks:
    """The special nodes of a tape, asked for the region of a point."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        special = {op for op in {node.op for node in tape.nodes if isinstance(node, Apply)} if TABLE[op].points or TABLE[op].domain}
        self._sites = [(i, node) for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op in special]

    def __bool__(self) -> bool:
        return bool(self._sites)

    def read(self, point: Mapping[str, float]) -> tuple[Region, list[float]]:
        """On which side of every condition a point lies, 0 being exactly on it; and how far it is from each."""
        values = evaluate(self.tape, point)
        region: list[Any] = []
        gaps: list[float] = []
        for i, node in self._sites:
            args = [values[j] for j in node.args]
            if values[i] is None or None in args:
                region.append(None)
                continue
            apart = _gaps(node.op, args, values[i])
            region.append((*map(_sign, apart), *_step(node.op, args, values[i])))
            gaps += apart
        return tuple(region), gaps

    def coarse(self, region: Region) -> Region:
        """A region without the number of its step, of which functions such as floor have no end."""
        counted = STEPPED | {"mod"}
        return tuple(
            [
                sides if sides is None or node.op not in counted else tuple([side for side in sides if isinstance(side, int)])
                for (_, node), sides in zip(self._sites, region, strict=True)
            ]
        )


def _gaps(op: str, args: Sequence[float], out: Any) -> list[float]:
    """The differences of what the conditions of a row compare."""
    if op in ("max", "min"):
        best = sorted(args, reverse=op == "max")
        return [best[0] - best[1]]
    known = {"out": out, "x": args[0]} if rules.is_variadic(op) else rules.environment(op, args, out)
    return [values[a] - values[b] for tape, pairs in watches(op) for values in [evaluate(tape, known)] for a, b in pairs]


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
