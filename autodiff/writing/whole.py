"""A whole formula as text: every node is written once, and put into what uses it as long as it is short."""

from __future__ import annotations

from collections.abc import Mapping

from autodiff.tape import Apply, Const, Tape, Var
from autodiff.writing.pieces import Piece, pieces, template
from autodiff.writing.styles import ATOM, CONSTANT, FORMULA, LOWEST, NEGATIVE

SHORT = 100
"""Signs of a text that is put into what uses it; a longer one is written where it stands, so that the work stays linear."""


class Whole:
    """The texts of a formula whose nodes at some places have names."""

    def __init__(self, tape: Tape, names: Mapping[int, str]) -> None:
        self.tape = tape
        self.texts: list[str] = []
        """What every node is called as an operand; nothing where that is long."""
        self.binds: list[int] = []
        """How tightly that binds."""
        for i, node in enumerate(tape.nodes):
            if i in names:
                self._put(names[i], ATOM)
            elif type(node) is Apply:
                self._join(node)
            else:
                self._put(*_leaf(node))  # type: ignore[arg-type]

    def _put(self, text: str, binds: int) -> None:
        self.texts.append(text)
        self.binds.append(binds)

    def _join(self, node: Apply) -> None:
        texts, binds, args = self.texts, self.binds, node.args
        if node.op == "copy":
            self._put(texts[args[0]], binds[args[0]])
            return
        words = [texts[j] for j in args]
        if "" in words:
            self._put("", ATOM)
            return
        spelling, limits, bound = template(node.op, len(args))
        for k, least in enumerate(limits):
            if binds[args[k]] < least:
                words[k] = f"({words[k]})"
        text = spelling % tuple(words)
        texts.append(text if len(text) <= SHORT else "")
        binds.append(bound)

    def of(self, root: int) -> str:
        """The text of one node, written from right to left, so that long sums, which lean to the left, are written at once."""
        nodes, texts, signs = self.tape.nodes, self.texts, FORMULA.signs
        parts: list[str] = []
        stack: list[Piece] = [(root, LOWEST)]
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                parts.append(piece)
                continue
            place, least = piece
            node = nodes[place]
            if place != root and texts[place]:
                parts.append(self._operand(place, least))
            elif type(node) is not Apply:
                parts.append(_leaf(node)[0])  # type: ignore[arg-type]
            elif node.op == "copy":
                stack.append((node.args[0], least))
            elif len(node.args) == 2 and texts[node.args[1]] and (sign := signs.get(node.op)) is not None:
                if sign.binds < least:
                    parts.append(")")
                    stack.append("(")
                parts += self._operand(node.args[1], sign.right), sign.text
                stack.append((node.args[0], sign.left))
            else:
                binds, written = pieces(node, FORMULA)
                stack += ["(", *written, ")"] if binds < least else written
        return "".join(reversed(parts))

    def _operand(self, place: int, least: int) -> str:
        text = self.texts[place]
        return f"({text})" if self.binds[place] < least else text


def _leaf(node: Const | Var) -> tuple[str, int]:
    if isinstance(node, Var):
        return node.name, ATOM
    return node.text, NEGATIVE if node.text.startswith("-") else CONSTANT
