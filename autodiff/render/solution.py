"""The explanation as a worked solution: a complete LaTeX document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from autodiff.messages import say, spoken
from autodiff.render.mathematics import Math, aligned, following, point, reading
from autodiff.render.notation import Block
from autodiff.render.section import Section
from autodiff.render.sentences import all_blocks
from autodiff.study.explanation import Explanation
from autodiff.writing.preamble import packages

COLOURS = {"forward": "1F4FD8", "backward": "C4281C"}  # dark enough on white paper


def explanation(found: Explanation, digits: int, sections: Iterable[Section] = ()) -> Iterator[str]:
    """Lines of LaTeX."""
    sheet = found.sheet
    yield from _preamble(found)
    yield r"\begin{document}"
    title = say("Derivatives, step by step")
    yield rf"\section*{{{title}}}"
    yield from reading(sheet)
    if sheet.point:
        yield say("at {point}", point=point(sheet, digits))
    for kind, blocks in groupby(all_blocks(found, Math(sheet, digits)), key=lambda block: block.kind):
        yield from _group(kind, list(blocks))
    yield from following(sections)
    yield r"\end{document}"


def _preamble(found: Explanation) -> Iterator[str]:
    chinese, wanted = spoken() == "zh", packages(found.sheet.names.values())
    program = "xelatex" if chinese or len(wanted) > 1 else "pdflatex"
    yield "% " + say("compile with {program}", program=program)
    yield rf"\documentclass[11pt,a4paper]{{{'ctexart' if chinese else 'article'}}}"
    yield r"\usepackage[margin=25mm]{geometry}"
    yield r"\usepackage{xcolor}"
    yield from (package for package in wanted if not (chinese and "ctex" in package))
    yield from (rf"\definecolor{{{name}}}{{HTML}}{{{code}}}" for name, code in COLOURS.items())
    yield r"\setlength{\parindent}{0pt}"
    yield r"\raggedright"
    yield r"\pagestyle{plain}"
    yield r"\allowdisplaybreaks"


def _group(kind: str, blocks: list[Block]) -> Iterator[str]:
    """Blocks of one kind that follow each other."""
    if kind == "heading":
        yield from (rf"\subsection*{{{_coloured(block)}}}" for block in blocks)
    elif kind == "arrow":
        yield from aligned([(left, r"\longrightarrow " + right if right else "") for left, right in (b.parts for b in blocks)], "")
    elif kind in ("equation", "path"):
        yield from aligned([block.parts for block in blocks])
    elif kind == "remark":
        yield r"\begin{itemize}\setlength{\itemsep}{0pt}"
        yield from (rf"\item {block.parts[0]}" for block in blocks)
        yield r"\end{itemize}"
    else:
        yield from (rf"{block.parts[0]}\par" for block in blocks)


def _coloured(block: Block) -> str:
    return rf"\color{{{block.tone}}}{block.parts[0]}" if block.tone else block.parts[0]
