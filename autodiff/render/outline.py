"""The explanation as Markdown: headings, and lists within lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from autodiff.render.markdown import Code, code, following, table, title
from autodiff.render.notation import Block
from autodiff.render.section import Section
from autodiff.render.sentences import all_blocks, opening
from autodiff.study.explanation import Explanation


def explanation(found: Explanation, digits: int, sections: Iterable[Section] = ()) -> Iterator[str]:
    """An explanation as nested lists under headings."""
    yield title(*opening(found, digits))
    yield from listed(all_blocks(found, Code(found.sheet, digits)))
    yield from following(sections)


def listed(all: Iterable[Block]) -> Iterator[str]:
    """Blocks as nested lists."""
    before = "heading"
    for kind, blocks in groupby(all, key=lambda block: block.kind):
        if kind == "heading" or before in ("heading", "row") or kind == "row":
            yield ""
        if kind == "row":
            heads, *body = (block.parts for block in blocks)
            yield from table(heads, body, labels=1)
        else:
            yield from map(_item, blocks)
        before = kind


def _item(block: Block) -> str:
    """A block as a line."""
    text = " = ".join(block.parts)
    if block.kind in ("heading", "sentence", "remark"):
        return {"heading": "## ", "sentence": "- ", "remark": "  - "}[block.kind] + text
    if block.kind == "arrow":
        return "- " + " → ".join(code(part) for part in block.parts if part)
    return ("  - " if block.kind == "path" else "- ") + code(text) + (block.note and f" {block.note}")
