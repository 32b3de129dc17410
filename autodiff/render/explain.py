"""The explanation as lines of text: equations, and below them why they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from autodiff.messages import say
from autodiff.render.notation import Block, Plain
from autodiff.render.plain import aligned, following
from autodiff.render.section import Section
from autodiff.render.sentences import all_blocks, opening
from autodiff.study.explanation import Explanation
from autodiff.writing.width import cells, fitted

INDENT = {"heading": "", "sentence": "  ", "arrow": "  ", "equation": "  ", "path": "    ", "remark": "    ", "row": "    "}
BESIDE = 44  # cells of an equation beside which notes are aligned
WIDEST = 60  # cells of a formula up to which the arrows of a graph are aligned


class StyledLine(NamedTuple):
    """A line, what it is, and the direction it belongs to."""

    text: str
    kind: str = ""
    tone: str = ""


def explanation(found: Explanation, digits: int, sections: Iterable[Section] = ()) -> Iterator[StyledLine]:
    """Lines, indented."""
    title, point = opening(found, digits)
    yield StyledLine(title, "heading")
    if point:
        yield StyledLine(say("at {point}", point=point), "point")
    yield from spelled(all_blocks(found, Plain(found.sheet, digits)))
    yield from (StyledLine(text) for text in following(sections))


def spelled(all: Iterable[Block]) -> Iterator[StyledLine]:
    """Blocks as lines."""
    for kind, blocks in groupby(all, key=lambda block: block.kind):
        for block in _aligned(blocks) if kind == "arrow" else _table(blocks) if kind == "row" else blocks:
            if kind == "heading":
                yield StyledLine("")
            text = INDENT[kind] + " = ".join(block.parts)
            yield StyledLine(f"{fitted(text, BESIDE)}  {block.note}" if block.note else text, kind, block.tone)


def _table(blocks: Iterable[Block]) -> Iterator[Block]:
    """A table, its columns aligned."""
    found = list(blocks)
    for block, line in zip(found, aligned([block.parts for block in found])):
        yield block._replace(parts=(line,))


def _aligned(blocks: Iterable[Block]) -> Iterator[Block]:
    """What leads to what, the arrows below each other."""
    found = list(blocks)
    width = min(max(cells(block.parts[0]) for block in found), WIDEST)
    for block in found:
        left, right = block.parts
        yield block._replace(parts=(f"{fitted(left, width)}  → {right}" if right else left,))
