"""A tape without branches as short lines: what has a name or is used more than once gets a line of its own."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from autodiff.code.program import Assignment
from autodiff.code.symbols import needed
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Const, Node, Tape, Var
from autodiff.writing.pieces import pieces
from autodiff.writing.styles import ATOM, CONSTANT, LOWEST, Style

LONGEST = 100_000  # signs of one expression, where nothing can be cut off
WIDTH = 84  # signs of an expression: what is longer is cut into lines


class WrittenLines(NamedTuple):
    """The lines, and the text of every root in terms of them."""

    lines: list[Assignment]
    roots: list[str]


def lines(
    tape: Tape, roots: Sequence[int], names: Mapping[int, str], fresh: Iterator[str], style: Style, width: int = WIDTH
) -> WrittenLines:
    """The lines that compute some places of a tape. `names` are those of steps and variables; `fresh` gives the other ones."""
    count = needed(tape, roots)
    labels = {i: name for i, name in names.items() if count[i] >= 0}
    for i, node in enumerate(tape.nodes):
        if isinstance(node, Apply) and node.op != "copy" and node.op not in style.brief and count[i] > (node.op not in style.apart):
            labels.setdefault(i, "")
    spelled = Text(tape, labels, style, count, width)
    spelled.read()
    while not all(labels.values()):  # longer names may cut what was short enough
        for i in sorted(labels):
            labels[i] = labels[i] or next(fresh)
        spelled = Text(tape, labels, style, count, width)
        spelled.read()
    own = [i for i in sorted(labels) if not isinstance(tape.nodes[i], Var | Const)]
    level = levels(tape, labels)
    found = [Assignment(i, labels[i], spelled.texts[i][1], is_condition(tape.nodes[i]), level[i]) for i in own]
    return WrittenLines(found, [spelled.label(root, LOWEST) for root in roots])


def levels(tape: Tape, labels: Container[int]) -> list[int]:
    """For every node the number of labelled ones in the longest chain that ends in it."""
    level: list[int] = []
    for i, node in enumerate(tape.nodes):
        level.append(max([level[j] for j in node.args]) + (i in labels) if isinstance(node, Apply) else 0)
    return level


def is_condition(node: Node) -> bool:
    """Whether a node is true or false, and no number."""
    return isinstance(node, Apply) and node.op in CONDITIONS


class Text:
    """The text of every node, each made from those of its arguments; where that is too long, arguments become lines."""

    def __init__(self, tape: Tape, labels: dict[int, str], style: Style, count: Sequence[int], width: float = math.inf) -> None:
        self.tape, self.labels, self.style, self.count, self.width = tape, labels, style, count, width
        self.texts: list[tuple[int, str]] = []

    def read(self) -> None:
        """From left to right."""
        for i, node in enumerate(self.tape.nodes):
            self.texts.append(self._text(node) if self.count[i] >= 0 else (ATOM, ""))

    def label(self, place: int, least: int) -> str:
        """An operand: its name, or its text, in brackets if they are needed."""
        name = self.labels.get(place)
        if name is not None:
            return name or "t00"
        binds, text = self.texts[place]
        return f"({text})" if binds < least else text

    def _text(self, node: Node) -> tuple[int, str]:
        if isinstance(node, Var):
            return ATOM, node.name
        if isinstance(node, Const):
            text = self.style.literal(node)
            return self.style.signs["neg"].binds if text.startswith("-") else CONSTANT, text
        if node.op == "copy":
            return self.texts[node.args[0]] if node.args[0] not in self.labels else (ATOM, self.label(node.args[0], LOWEST))
        binds, parts = pieces(node, self.style)
        if node.op in self.style.chained and getattr(self.tape.nodes[node.args[0]], "op", "") == node.op:
            parts[0] = node.args[0], binds
        while True:
            texts = [part if isinstance(part, str) else self.label(*part) for part in parts]
            size = sum(map(len, texts))
            if size > LONGEST:
                message = say("an expression would have more than {number} signs", number=LONGEST)
                raise AutodiffError("E018", message, say("give steps that are used more than once a name"))
            if size <= self.width or not self._cut(node):
                return binds, "".join(texts)

    def _cut(self, node: Apply) -> bool:
        """Give the longest argument a line of its own, if there is one that is more than a name or a number."""
        inner = [j for j in self._inner(node) if j not in self.labels and isinstance(self.tape.nodes[j], Apply)]
        inner = [j for j in inner if len(self.texts[j][1]) > 8]
        if not inner:
            return False
        self.labels[max(inner, key=lambda j: len(self.texts[j][1]))] = ""
        for j in node.args:
            if self._is_whole(j):
                self.texts[j] = self._text(self.tape.nodes[j])
        return True

    def _inner(self, node: Apply) -> Iterator[int]:
        """The arguments, and for those that must stay where they are their own ones."""
        for j in node.args:
            inner = self.tape.nodes[j]
            yield from inner.args if isinstance(inner, Apply) and self._is_whole(j) else (j,)

    def _is_whole(self, place: int) -> bool:
        node = self.tape.nodes[place]
        return isinstance(node, Apply) and node.op in self.style.whole and place not in self.labels
