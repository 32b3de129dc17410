"""Why a local derivative is what it is: the sentence of a row, in the language in use, its formulas as tapes."""

from __future__ import annotations

from collections.abc import Mapping

from autodiff.messages import say
from autodiff.passes.rules import formula
from autodiff.primitives import TABLE
from autodiff.tape import Node, Tape, Var
from autodiff.writing.formulas import expression


def reason(op: str, argument: int, names: Mapping[str, Node]) -> list[str | Tape]:
    """The sentence in pieces, words and formulas by turns; a parameter, or `out`, is written as the variable or number given."""
    sentences = TABLE[op].reason
    pieces = say(sentences[min(argument, len(sentences) - 1)]).split("`")
    return [piece if k % 2 == 0 else renamed(formula(op, piece), names) for k, piece in enumerate(pieces)]


def renamed(tape: Tape, names: Mapping[str, Node]) -> Tape:
    """A formula with something else in place of some names."""
    nodes = [names.get(node.name, node) if isinstance(node, Var) else node for node in tape.nodes]
    return Tape(nodes, tape.output)


def reasons(op: str, names: Mapping[str, Node]) -> list[str]:
    """The sentences for all arguments, or one for each, as plain text."""
    return ["".join(map(_plain, reason(op, k, names))) for k in range(len(TABLE[op].reason))]


def _plain(piece: str | Tape) -> str:
    return piece if isinstance(piece, str) else expression(piece, piece.output, lambda _: None)
