"""What eval can write: a worksheet, a Jacobian, or an explanation, each with a table of its formats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from autodiff.point.worksheet import Worksheet
from autodiff_cli import console, supplements
from autodiff_cli.formats import after, lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.study.explanation import Explanation

LONG = 1000  # steps: a frame around more of them takes longer than they do


class Display:
    """How a worksheet is shown. A plain class: a NamedTuple takes longer to make than all else here."""

    def __init__(self, digits: int, color: str, nodes: bool, nudge: float, steps: int | None, backward: bool, judged: bool) -> None:
        self.digits, self.color, self.nodes = digits, color, nodes
        self.nudge, self.steps = nudge, steps
        self.backward, self.judged = backward, judged


# A worksheet: the tables, and below them what was asked for beyond ------------------------------------------------------


def _table(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    if console.width() < console.NARROW or len(sheet.shown) > LONG:
        return console.ended(_plain(sheet, display, results, answered=True))
    from autodiff_cli import tables

    drawing, sections = console.rich_console(display.color), supplements.sections(sheet, results, display.digits)
    return [tables.drawn(drawing, sheet, display.digits, sections, display.backward, display.judged)]


def _plain(sheet: Worksheet, display: Display, results: Sequence[Any], answered: bool = False) -> Iterable[str]:
    from autodiff.render import plain

    sections = supplements.sections(sheet, results, display.digits)
    return plain.worksheet(sheet, display.digits, sections, display.backward, display.judged, answered)


def _json(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import json

    return json.worksheet(sheet, display.nodes, supplements.members(sheet, results))


def _markdown(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import markdown

    return markdown.worksheet(
        sheet, display.digits, supplements.sections(sheet, results, display.digits), display.backward, display.judged
    )


def _latex(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import tabular

    return tabular.worksheet(
        sheet, display.digits, supplements.sections(sheet, results, display.digits), display.backward, display.judged
    )


def _tsv(sheet: Worksheet, _: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.worksheet(sheet)


FURTHER = {
    "table": terminal(_table), "plain": lines(_plain), "json": strict_json(_json), "markdown": lines(_markdown),
    "latex": lines(_latex),
}  # fmt: skip
TABLES = after(FURTHER, "plain", tsv=terminal(_tsv))


# A Jacobian: for people a section below the forward table -----------------------------------------------------------------


def _jacobian(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import json

    (found,) = results
    if display.nodes:
        from autodiff.study.modes import refuse_wide

        refuse_wide(sheet, len(found.sheets))
    return json.jacobian(sheet, found.sheets, display.nodes)


def _matrix(sheet: Worksheet, _: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import tsv

    (found,) = results
    return tsv.jacobian(sheet, found.sheets)


JACOBIAN = {**TABLES, "json": strict_json(_jacobian), "tsv": terminal(_matrix)}


# An explanation -----------------------------------------------------------------------------------------------------------


def _coloured(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import explain
    from autodiff_cli import explained

    found, sections = _explained(sheet, display), supplements.sections(sheet, results, display.digits)
    return explained.drawn(explain.explanation(found, display.digits, sections), display.color)


def _uncoloured(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import explain

    found, sections = _explained(sheet, display), supplements.sections(sheet, results, display.digits)
    return (line.text for line in explain.explanation(found, display.digits, sections))


def _outline(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import outline

    return outline.explanation(_explained(sheet, display), display.digits, supplements.sections(sheet, results, display.digits))


def _members(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import json, steps

    return json.worksheet(sheet, display.nodes, [*supplements.members(sheet, results), *steps.json(_explained(sheet, display))])


def _solution(sheet: Worksheet, display: Display, results: Sequence[Any]) -> Iterable[str]:
    from autodiff.render import solution

    return solution.explanation(_explained(sheet, display), display.digits, supplements.sections(sheet, results, display.digits))


def _explained(sheet: Worksheet, display: Display) -> Explanation:
    from autodiff.study.explanation import explain

    return explain(sheet, display.nudge, display.steps)


EXPLAINED = {
    "table": terminal(_coloured), "plain": lines(_uncoloured), "json": strict_json(_members), "markdown": lines(_outline),
    "latex": lines(_solution),
}  # fmt: skip


MODES = {"": TABLES, "--outputs": JACOBIAN, "--explain": EXPLAINED, **dict.fromkeys(supplements.OPTIONS, FURTHER)}
"""From the option that asks for it; what follows the tables is none for a file of one table."""
