"""Where a naive spelling may stand: one quick look at every operation, so that most formulas pay nothing for the notes."""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.primitives import CONSTANTS
from autodiff.tape import Apply, Const, Node, Tape

LIMIT = 10_000  # suspects of one formula; a note is a courtesy, and what comes after is not looked at

SHAPES: dict[str, dict[str, frozenset[str]]] = {
    "log": {"add": frozenset(), "sub": frozenset(), "sigmoid": frozenset(), "div": frozenset({"add"})},
    "log1p": {"exp": frozenset()},
    "sub": {
        "exp": frozenset(), "sigmoid": frozenset(), "erf": frozenset(),
        "pow": frozenset({"tanh"}), "mul": frozenset({"tanh"}),
    },
    "div": {"add": frozenset({"exp"}), "sub": frozenset({"exp"}), "sin": frozenset(), "log": frozenset()},
    "sqrt": {"add": frozenset({"pow", "mul"})},
    "pow": {"add": frozenset({"pow", "mul"}), "div": frozenset()},
}  # fmt: skip
"""By operation: the operations of which one must be an argument, and those of which one must be an argument of that."""


def suspects(tape: Tape) -> list[int]:
    """The places that are worth comparing with the naive spellings."""
    nodes = tape.nodes
    roots = [i for i, node in enumerate(nodes) if type(node) is Apply and node.op in SHAPES]
    return [i for i in roots if _suspicious(nodes, i)][:LIMIT]


def _suspicious(nodes: Sequence[Node], place: int) -> bool:
    root = nodes[place]
    assert isinstance(root, Apply)
    shapes = SHAPES[root.op]
    for j in root.args:
        below = shapes.get(_kind(nodes, j))
        if below is not None and (not below or any(_kind(nodes, k) in below for k in nodes[j].args)):  # type: ignore[union-attr]
            return True
    return False


def _kind(nodes: Sequence[Node], place: int) -> str:
    """The operation of a node; a power of e is an exp."""
    node = nodes[place]
    if type(node) is not Apply:
        return ""
    return "exp" if node.op == "pow" and is_e(nodes[node.args[0]]) else node.op


def is_e(node: Node) -> bool:
    """Whether a node is the base of the natural logarithm."""
    return type(node) is Const and node.value == CONSTANTS["e"]
