"""What a notebook shows of a formula and of a worksheet: HTML, LaTeX and a picture, each of them bounded in size."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.code.latex import quotient
from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render import hypertext
from autodiff.render.drawing import selection
from autodiff.render.drawing import svg as drawing
from autodiff.render.mathematics import DEEP, Math
from autodiff.study.graph import Graph, drawn_places, drawn_places_of, numeric, symbolic
from autodiff.tape import Apply
from autodiff.writing import latex as written
from autodiff.writing.numbers import DIGITS

DRAWN, LARGE = 24, 240  # nodes of a graph that is drawn, and of a formula that may have such a graph
MOST = 12  # derivatives that are written as LaTeX


def html(about: Formula | Worksheet, /) -> str:
    """The formula as it is typeset; of a worksheet its graph, if it is small, and the tables."""
    if isinstance(about, Formula):
        return hypertext.element(about, lambda _: hypertext.formula(about, about.resolved))
    graph = _graph(about)
    return hypertext.element(
        about, lambda prefix: hypertext.worksheet(about, _drawn(graph, f"{prefix}-graph", False) if graph else "")
    )


def svg(about: Formula | Worksheet, /) -> str | None:
    """The graph, with numbers where there are any."""
    graph = _graph(about)
    return _drawn(graph, hypertext.prefix(repr(about)), True) if graph else None


def latex(about: Formula | Worksheet, /) -> str | None:
    """The formula in display style; of a worksheet its value and gradient below. One that is too deep for LaTeX is none."""
    tape = about.tape if isinstance(about, Worksheet) else about.resolved
    if sum(isinstance(node, Apply) for node in tape.nodes) > DEEP:
        return None
    lines = [text.replace(" = ", " &= ", 1) for text in written.reading(tape, about.output if isinstance(about, Worksheet) else "")]
    lines += _numbers(about) if isinstance(about, Worksheet) else ()
    whole = " \\\\ ".join(lines)
    return rf"$\displaystyle \begin{{aligned}}{whole}\end{{aligned}}$" if len(lines) > 1 else rf"$\displaystyle {whole}$"


def _numbers(sheet: Worksheet) -> Iterator[str]:
    n, several = Math(sheet, DIGITS), len(sheet.point) > 1
    yield f"{n.name(sheet.tape.output)} &= {n.number(sheet.value)}{_doubt(sheet.value_status, n)}"
    for name, slope in [*sheet.gradient.items()][:MOST]:
        found = sheet.status.get(name)
        left = quotient(written.name(sheet.output), (name,), several)
        yield f"{left} &= {n.number(slope)}{_doubt(found.status if found else 'ok', n)}"
    if len(sheet.gradient) > MOST:
        yield rf"&\;\; {n.dots}"


def _doubt(status: str, n: Math) -> str:
    return "" if status == "ok" else n.aside(say(status))


# The picture --------------------------------------------------------------------------------------------------------------


def _graph(about: Formula | Worksheet) -> Graph | None:
    """None where it is large or a single node, or where letters may be one name or a product."""
    if len(about.tape.nodes) > LARGE:
        return None
    if isinstance(about, Worksheet):
        return numeric(about, fold=True) if 1 < len(drawn_places_of(about)) <= DRAWN else None
    try:
        tape, _ = about.unvalued(())
    except AutodiffError:
        return None
    return symbolic(tape, tape.variables(), fold=True) if 1 < len(drawn_places(tape)) <= DRAWN else None


def _drawn(graph: Graph, prefix: str, framed: bool) -> str:
    return drawing.document(selection.chosen(graph, DIGITS), graph, DIGITS, prefix, framed)
