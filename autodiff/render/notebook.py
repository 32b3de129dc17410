"""What a notebook shows of a formula and of a worksheet: HTML, LaTeX and the picture of the graph, each of them bounded in size."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.code.latex import quotient
from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render import hypertext
from autodiff.render.drawing import selection, svg
from autodiff.render.mathematics import DEEP, Math
from autodiff.study.graph import Graph, drawn_places, drawn_places_of, numeric, symbolic
from autodiff.tape import Apply
from autodiff.writing import latex as written
from autodiff.writing.numbers import DIGITS

DRAWN, MANY = 24, 400  # nodes of a graph that is drawn unasked, and when it is asked for
MOST = 12  # derivatives that are written as LaTeX


def html(about: Formula | Worksheet, /) -> str:
    """The formula as it is typeset; of a worksheet its graph, if it is small, and the tables."""
    if isinstance(about, Formula):
        return hypertext.element(about, lambda _: hypertext.formula(about, about.resolved))
    graph, count = _graph(about, DRAWN)
    small = graph if count > 1 else None
    return hypertext.element(
        about, lambda prefix: hypertext.worksheet(about, _drawn(small, f"{prefix}-graph", False) if small else "")
    )


def picture(about: Formula | Worksheet, /) -> str:
    """The graph, with numbers where there are any. Raises AutodiffError where it is large."""
    graph, count = _graph(about, MANY)
    if graph is None:
        message = say("the graph has {count} nodes, and {most} are drawn at most", count=count, most=MANY)
        raise AutodiffError("E056", message, say("draw a part of the formula"))
    return _drawn(graph, hypertext.prefix(repr(about)), True)


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


def _graph(about: Formula | Worksheet, most: int) -> tuple[Graph | None, int]:
    """The graph, if it has no more nodes than that, and how many it has."""
    if isinstance(about, Worksheet):
        count = len(drawn_places_of(about))
        return (numeric(about, fold=True) if count <= most else None), count
    tape, _ = about.unvalued(())
    count = len(drawn_places(tape))
    return (symbolic(tape, tape.variables(), fold=True) if count <= most else None), count


def _drawn(graph: Graph, prefix: str, framed: bool) -> str:
    return svg.document(selection.chosen(graph, DIGITS), graph, DIGITS, prefix, framed)
