"""What map --reduce can write: the numbers, or an explanation of one row and of all, each with a table of its formats."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autodiff_cli import console, values
from autodiff_cli.formats import lines, strict_json, terminal

if TYPE_CHECKING:
    from autodiff.data.reduction import Reduction
    from autodiff.study.explanation import Explanation


def _plain(found: Reduction, digits: int) -> Iterable[str]:
    from autodiff.render import reduction

    return reduction.plain(found, digits)


def _json(found: Reduction, _: int) -> Iterable[str]:
    from autodiff.render import reduction

    return reduction.json(found)


def _markdown(found: Reduction, digits: int) -> Iterable[str]:
    from autodiff.render import reduction

    return reduction.as_markdown(found, digits)


def _latex(found: Reduction, digits: int) -> Iterable[str]:
    from autodiff.render import reduction

    return reduction.as_latex(found, digits)


def _tsv(found: Reduction, _: int) -> Iterable[str]:
    from autodiff.render import tsv

    return tsv.reduction(found)


FORMATS = {
    "plain": lines(_plain), "tsv": terminal(_tsv), "json": strict_json(_json), "markdown": lines(_markdown),
    "latex": lines(_latex),
}  # fmt: skip


# An explanation of one record, and of what is made of all


def _explained(found: Reduction, digits: int) -> Iterable[str]:
    from autodiff.render import explain, reduction

    yield reduction.first(found)
    yield from console.told(explain.explanation(_one(found), digits, [reduction.section(found, digits)]))


def _outline(found: Reduction, digits: int) -> Iterable[str]:
    from autodiff.render import outline, reduction

    yield from (reduction.first(found), "")
    yield from outline.explanation(_one(found), digits, [reduction.section(found, digits)])


def _solution(found: Reduction, digits: int) -> Iterable[str]:
    from autodiff.render import reduction, solution

    yield f"% {reduction.first(found)}"
    yield from solution.explanation(_one(found), digits, [reduction.section(found, digits)])


def _one(found: Reduction) -> Explanation:
    """The first record that counts, step by step."""
    from autodiff.study.explanation import explain

    sheet = found.plan.formula.worksheet(found.samples[0].point, found.plan.wrt)
    return explain(sheet, values.amount("--nudge", None), values.steps(values.USUAL["--steps"]))


EXPLAINED = {"plain": lines(_explained), "markdown": lines(_outline), "latex": lines(_solution)}
