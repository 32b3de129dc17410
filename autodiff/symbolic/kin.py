"""Stable forms whose arguments are the same but for the sign, such as sigmoid(z) and sigmoid(-z), share their exponential."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache

from autodiff.passes import values as table
from autodiff.tape import Apply, Const, Node, Recorder, Tape

FORMS = frozenset({"sigmoid", "softplus"})
"""Rows whose value is made of exp(-abs(x))."""

TURNED = {"ge": "le", "gt": "lt"}
"""What -x says of 0, in terms of x."""


def kin(nodes: Sequence[Node], places: Iterable[int]) -> frozenset[int]:
    """Those among some places that hold a stable form of which another has the same argument, but for its sign."""
    sizes = {i: magnitude(nodes, node.args[0])[0] for i in places if isinstance(node := nodes[i], Apply) and node.op in FORMS}
    many = Counter(sizes.values())
    return frozenset(i for i, size in sizes.items() if many[size] > 1)


def magnitude(nodes: Sequence[Node], place: int) -> tuple[Hashable, bool]:
    """What an argument is but for its sign, and whether that is turned: x, x - y and 2*x stand for -x, y - x and -2*x too."""
    place, turned = _unsigned(nodes, place)
    node = nodes[place]
    if not (isinstance(node, Apply) and node.op in ("sub", "mul")):
        return place, turned
    if node.op == "sub":
        return ("sub", frozenset(node.args)), turned ^ (node.args[0] > node.args[1])
    factors = [_factor(nodes, i) for i in node.args]
    return ("mul", frozenset(size for size, _ in factors)), turned ^ factors[0][1] ^ factors[1][1]


def _unsigned(nodes: Sequence[Node], place: int) -> tuple[int, bool]:
    turned = False
    while isinstance(node := nodes[place], Apply) and node.op == "neg":
        place, turned = node.args[0], not turned
    return place, turned


def _factor(nodes: Sequence[Node], place: int) -> tuple[Hashable, bool]:
    place, turned = _unsigned(nodes, place)
    node = nodes[place]
    return ((abs(node.value), ""), turned ^ (math.copysign(1, node.value) < 0)) if isinstance(node, Const) else (place, turned)


class Opening:
    """Writes stable forms in full onto a tape: what two of them have in common, to the last bit, is written once.

    `apply` writes an operation, if not as it is.
    """

    def __init__(self, recorder: Recorder, apply: Callable[[str, tuple[int, ...]], int] | None = None) -> None:
        self._recorder, self._apply = recorder, apply or recorder.apply
        self._written: dict[tuple[str, tuple[int, ...]], int] = {}
        self._firsts: dict[Hashable, tuple[int, bool]] = {}

    def write(self, op: str, x: int) -> int:
        """The place of the value of a form."""
        tape, place = _form(op), list[int]()
        for node in tape.nodes:
            if not isinstance(node, Apply):
                place.append(self._recorder.leaf(node) if isinstance(node, Const) else x)
            elif node.op == "copy":
                place.append(place[node.args[0]])
            else:
                place.append(self._shared(*self._unsigned(node.op, tuple([place[j] for j in node.args]))))
        return place[tape.output]

    def _unsigned(self, op: str, args: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """The size of an argument, and how it compares with 0, in terms of the first that had this size."""
        nodes = self._recorder.nodes
        if op == "abs" or (op in TURNED and getattr(nodes[args[1]], "value", 1) == 0):
            size, sign = magnitude(nodes, args[0])
            first, turned = self._firsts.setdefault(size, (args[0], sign))
            return TURNED[op] if op in TURNED and sign is not turned else op, (first, *args[1:])
        return op, args

    def _shared(self, op: str, args: tuple[int, ...]) -> int:
        if (op, args) not in self._written:
            self._written[op, args] = self._apply(op, args)
        return self._written[op, args]


@cache
def _form(op: str) -> Tape:
    found = table.written(op, "code", 1)
    assert found is not None
    return table.tape(found)


def opened(tape: Tape, kept: Sequence[int]) -> tuple[Tape, list[int]]:
    """The tape with all kin in full, and where each of its places is now; `kept` are those that matter besides its output."""
    recorder, place = Recorder(), list[int]()
    opening, found = Opening(recorder), kin(tape.nodes, range(len(tape.nodes)))
    for i, node in enumerate(tape.nodes):
        if not isinstance(node, Apply):
            place.append(recorder.leaf(node))
        elif i in found:
            place.append(opening.write(node.op, place[node.args[0]]))
        else:
            place.append(recorder.apply(node.op, tuple([place[j] for j in node.args])))
    return Tape(recorder.nodes, place[tape.output]), [place[i] for i in kept]
