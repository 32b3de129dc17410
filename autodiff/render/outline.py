"""The explanation as Markdown: headings, and lists within lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autodiff.render.markdown import code, escape, following, title
from autodiff.render.notation import Block, Plain
from autodiff.render.section import Section
from autodiff.render.sentences import all_blocks, opening
from autodiff.study.explanation import Explanation


def explanation(found: Explanation, digits: int, sections: Iterable[Section] = ()) -> Iterator[str]:
    """An explanation as nested lists under headings."""
    yield title(*opening(found, digits))
    before = "heading"
    for block in all_blocks(found, _Code(found.sheet, digits)):
        if block.kind == "heading" or before == "heading":
            yield ""
        yield _item(block)
        before = block.kind
    yield from following(sections)


def _item(block: Block) -> str:
    """A block as a line."""
    text = " = ".join(block.parts)
    if block.kind in ("heading", "sentence", "remark"):
        return {"heading": "## ", "sentence": "- ", "remark": "  - "}[block.kind] + text
    if block.kind == "arrow":
        return "- " + " → ".join(code(part) for part in block.parts if part)
    return ("  - " if block.kind == "path" else "- ") + code(text)


class _Code(Plain):
    """Plain text that is shown as code."""

    def inline(self, text: str) -> str:
        return code(text)

    def prose(self, text: str) -> str:
        return escape(text)

    def words(self, text: str) -> str:
        return code(text)
