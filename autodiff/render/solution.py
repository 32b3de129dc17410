"""Worked solutions as complete LaTeX documents: the explanation at a point, and differentiation in symbols."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from autodiff.code.latex import quotient
from autodiff.messages import say, spoken
from autodiff.render.mathematics import DEEP, Math, aligned, following, inline, lines, point, reading, stated, table, width
from autodiff.render.notation import Block
from autodiff.render.section import Section
from autodiff.render.sentences import all_blocks
from autodiff.study.explanation import Explanation
from autodiff.tape import Apply, Tape
from autodiff.writing import latex
from autodiff.writing.names import output_name, owned_names
from autodiff.writing.numbers import human
from autodiff.writing.preamble import packages

if TYPE_CHECKING:
    from autodiff.study.differentiation import Differentiation
    from autodiff.study.textbook import Rule
    from autodiff.symbolic.derivatives import Derivatives

NARROW = 36  # letters of a derivative that stands beside its step and its rule
LOW, TALL = r"\rule{0pt}{3.4ex}", r"\rule[-2.6ex]{0pt}{6.8ex}"  # keep rows apart, those with fractions more
COLOURS = {"forward": "1F4FD8", "backward": "C4281C"}  # dark enough on white paper


def differentiation(found: Differentiation, digits: int) -> Iterator[str]:
    """The rules of differentiation as they are applied, and what comes of them."""
    from autodiff.render.diff import remarks

    yield from _preamble(owned_names(found.tape))
    yield r"\begin{document}"
    title = say("Derivatives, step by step")
    yield rf"\section*{{{title}}}"
    steps = sum(isinstance(node, Apply) for node in found.tape.nodes)
    yield from stated(found.tape, output_name(found.tape), steps)
    for name, (rules, names) in found.rules.items():
        text = say("The rules, with respect to {name}:", name=f"${latex.name(name)}$")
        yield rf"{text}\par"
        yield from _table([row for rule in rules for row in _rows(rule, found.tape, names)])
    if steps <= DEEP:
        yield say("The result:")
        yield from aligned(_results(found, digits))
    if found.numbers:
        yield say("at {point}", point=point(found.numbers.sheet, digits)) + r"\par"
    yield from (rf"{latex.prose(remark)}\par" for remark in remarks(found, digits))
    yield r"\end{document}"


def _table(body: Iterable[str]) -> Iterator[str]:
    """A table whose columns are right after one run."""
    heads = " & ".join((say("step"), say("rule"), say("derivative")))
    yield r"\setcounter{LTchunksize}{1000}"
    yield r"\begin{longtable}[l]{lll}"
    yield rf"\hline {heads} \\ \hline"
    yield from (rf"{row} \\" for row in body)
    yield r"\hline"
    yield r"\end{longtable}"


def _rows(rule: Rule, tape: Tape, names: Mapping[int, str]) -> Iterator[str]:
    """A step, its rule and its derivative; what is wide stands below them, over all columns."""
    prime, kinds = latex.name(f"{rule.name}'"), latex.prose(rule.called(spoken()))
    step = _shown(f"{latex.name(rule.name)} = {latex.step(tape, rule.place, names.get)}")
    shared = [f"{latex.name(name)} = {_written(rule.slope, place)}" for place, name in sorted(rule.slope.names.items())]
    texts = dict.fromkeys(_written(found, found.places[()]) for found in (rule.slope, rule.whole) if found)
    joined = " = ".join((prime, *texts))
    apart = [f"{prime} = {text}" if k == 0 else rf"\phantom{{{prime}}} = {text}" for k, text in enumerate(texts)]
    equations = [*shared, *([joined] if width(joined) <= NARROW else apart)]
    broken = [line if k == 0 else rf"\quad {line}" for text in equations for k, line in enumerate(lines(text))]
    if max(map(width, broken)) <= NARROW:
        yield f"{step} & {kinds} & {_shown(broken.pop(0))}"
        yield from (f"& & {_shown(line)}" for line in broken)
    else:
        yield f"{step} & {kinds} &"
        yield from (rf"\multicolumn{{3}}{{l}}{{\qquad {_shown(line)}}}" for line in broken)


def _shown(text: str) -> str:
    return rf"{TALL if 'frac' in text else LOW}$\displaystyle {text}$"


def _results(found: Differentiation, digits: int) -> Iterator[Sequence[str]]:
    """The shared steps and the derivatives, with their numbers."""
    output, several = latex.name(output_name(found.tape)), len(found.tape.variables()) > 1
    for place, name in sorted(found.found.names.items()):
        yield latex.name(name), _written(found.found, place)
    for index, place in found.found.places.items():
        value = [latex.number(human(found.numbers.values[index], digits))] if found.numbers else []
        yield tuple(dict.fromkeys((quotient(output, index, several), _written(found.found, place), *value)))


def _written(found: Derivatives, place: int) -> str:
    return latex.expression(Tape(found.nodes, place), place, found.names.get)


def explanation(found: Explanation, digits: int, sections: Iterable[Section] = ()) -> Iterator[str]:
    """Lines of LaTeX."""
    sheet = found.sheet
    yield from _preamble(sheet.names.values())
    yield r"\begin{document}"
    title = say("Derivatives, step by step")
    yield rf"\section*{{{title}}}"
    yield from reading(sheet)
    if sheet.point:
        yield say("at {point}", point=point(sheet, digits))
    yield from grouped(all_blocks(found, Math(sheet, digits)))
    yield from following(sections)
    yield r"\end{document}"


def grouped(all: Iterable[Block]) -> Iterator[str]:
    """Blocks as lines of LaTeX."""
    for kind, blocks in groupby(all, key=lambda block: block.kind):
        yield from _group(kind, list(blocks))


def _preamble(names: Iterable[str]) -> Iterator[str]:
    chinese, wanted = spoken() == "zh", packages(names)
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
        yield from aligned([[*block.parts[:-1], f"{block.parts[-1]}{_beside(block.note)}"] for block in blocks])
    elif kind == "row":
        heads, *body = (block.parts for block in blocks)
        yield from table(heads, [inline(row) for row in body])
    elif kind == "remark":
        yield r"\begin{itemize}\setlength{\itemsep}{0pt}"
        yield from (rf"\item {block.parts[0]}" for block in blocks)
        yield r"\end{itemize}"
    else:
        yield from (rf"{block.parts[0]}\par" for block in blocks)


def _beside(note: str) -> str:
    return rf"\quad\text{{{note}}}" if note else ""


def _coloured(block: Block) -> str:
    return rf"\color{{{block.tone}}}{block.parts[0]}" if block.tone else block.parts[0]
