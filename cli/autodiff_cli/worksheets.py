"""What eval can write: a worksheet, a Jacobian, or an explanation, each with a table of its formats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from autodiff.point.worksheet import Worksheet
from autodiff_cli import console, supplements
from autodiff_cli.formats import document, drawing, lines

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation

LONG = 1000  # steps: a frame around more of them takes longer than they do


class Look:
    """How a worksheet is shown. A plain class: a NamedTuple takes longer to make than all else here."""

    def __init__(self, digits: int, color: str, nodes: bool, nudge: float, steps: int | None, backward: bool, judged: bool) -> None:
        self.digits, self.color, self.nodes = digits, color, nodes
        self.nudge, self.steps = nudge, steps
        self.backward, self.judged = backward, judged


# A worksheet: the tables, and below them what was asked for beyond ------------------------------------------------------


def _table(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    if console.width() < console.NARROW or len(sheet.shown) > LONG:
        return console.ended(_plain(sheet, look, results))
    from autodiff_cli import tables

    drawing, sections = console.drawing(look.color), supplements.sections(sheet, results, look.digits)
    return [tables.drawn(drawing, sheet, look.digits, sections, look.backward, look.judged)]


def _plain(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import plain

    return plain.document(sheet, look.digits, supplements.sections(sheet, results, look.digits), look.backward, look.judged)


def _json(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import json

    return json.document(sheet, look.nodes, supplements.members(sheet, results))


def _markdown(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import markdown

    return markdown.document(sheet, look.digits, supplements.sections(sheet, results, look.digits), look.backward, look.judged)


def _latex(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import tabular

    return tabular.document(sheet, look.digits, supplements.sections(sheet, results, look.digits), look.backward, look.judged)


TABLES = {
    "table": drawing(_table), "plain": lines(_plain), "json": document(_json), "markdown": lines(_markdown), "latex": lines(_latex),
}  # fmt: skip


# A Jacobian: for people a section below the forward table -----------------------------------------------------------------


def _jacobian(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import json

    (found,) = results
    return json.several(sheet, found.sheets, look.nodes)


JACOBIAN = {**TABLES, "json": document(_jacobian)}


# An explanation -----------------------------------------------------------------------------------------------------------


def _coloured(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import explain
    from autodiff_cli import explained

    found, sections = _explained(sheet, look), supplements.sections(sheet, results, look.digits)
    return explained.drawn(explain.document(found, look.digits, sections), look.color)


def _uncoloured(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import explain

    found, sections = _explained(sheet, look), supplements.sections(sheet, results, look.digits)
    return (line.text for line in explain.document(found, look.digits, sections))


def _outline(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import outline

    return outline.document(_explained(sheet, look), look.digits, supplements.sections(sheet, results, look.digits))


def _members(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import json, steps

    return json.document(sheet, look.nodes, [*supplements.members(sheet, results), *steps.json(_explained(sheet, look))])


def _solution(sheet: Worksheet, look: Look, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import solution

    return solution.document(_explained(sheet, look), look.digits, supplements.sections(sheet, results, look.digits))


def _explained(sheet: Worksheet, look: Look) -> Explanation:
    from autodiff.study.explanation import explain

    return explain(sheet, look.nudge, look.steps)


EXPLAINED = {
    "table": drawing(_coloured), "plain": lines(_uncoloured), "json": document(_members), "markdown": lines(_outline),
    "latex": lines(_solution),
}  # fmt: skip


MODES = {"": TABLES, "--outputs": JACOBIAN, "--explain": EXPLAINED}
"""From the option that asks for it."""
