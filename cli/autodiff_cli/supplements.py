"""What may be asked for beyond value and gradient: read from the options, and computed only then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff_cli import values

MODES = ("forward", "reverse", "both")  # the directions of differentiation


OPTIONS = ("--hessian", "--direction", "--order", "--mode", "--precision", "--digits-lost")
"""What may follow the tables."""


class Wanted(NamedTuple):
    """The options, read."""

    hessian: bool = False
    outputs: tuple[str, ...] = ()
    direction: Mapping[str, float] | None = None
    order: int = 0
    mode: str | None = None
    precision: int = 0
    digits_lost: bool = False

    @property
    def further(self) -> str:
        """The first option of which something follows the tables, or nothing."""
        asked = (self.hessian, self.direction is not None, self.order, self.mode, self.precision, self.digits_lost)
        return next((option for option, is_asked in zip(OPTIONS, asked) if is_asked), "")


def wanted(
    hessian: bool,
    outputs: str | None,
    direction: str | None,
    order: str | None,
    mode: str | None,
    precision: str | None,
    digits_lost: bool,
) -> Wanted:
    """The options as values. Raises AutodiffError for those that exclude each other."""
    read = Wanted(
        hessian,
        tuple(values.names("--outputs", outputs)) if outputs is not None else (),
        values.direction(direction) if direction is not None else None,
        values.whole("--order", order, 40) if order is not None else 0,
        mode,
        values.whole("--precision", precision, 1000) if precision is not None else 0,
        digits_lost,
    )
    if read.outputs and read.further:
        raise AutodiffError(
            "E042",
            say("--outputs gives a Jacobian, and nothing else"),
            say("leave {option} out, or --outputs", option=read.further),
        )
    return read


def results(sheet: Worksheet, wanted: Wanted, texts: Mapping[str, str]) -> list[Any]:
    """What the options ask for, in their order; `texts` holds the values as they were written."""
    found: list[Any] = []
    if wanted.outputs:
        from autodiff.render.supplements import Jacobian
        from autodiff.study.modes import jacobian

        found.append(Jacobian(jacobian(sheet, wanted.outputs)))
    if wanted.hessian:
        found.append(sheet.second)
    if wanted.order:
        from autodiff.point.higher import orders

        found.append(orders(sheet, _only(sheet), wanted.order))
    if wanted.direction is not None:
        if not sheet.point:
            raise AutodiffError("E034", say("a direction needs a variable"), say("leave --direction out: the formula has none"))
        from autodiff.point.free import refuse_named
        from autodiff.study.modes import directional

        refuse_named(sheet.tape, wanted.direction, sheet.names)
        found.append(directional(sheet, wanted.direction))
    if wanted.mode is not None:
        from autodiff.study.modes import BOTH, modes

        found.append(modes(sheet, BOTH if wanted.mode == "both" else (wanted.mode,)))
    if wanted.precision:
        from autodiff.point.digits import exactly

        found.append(exactly(sheet, wanted.precision, texts))
    if wanted.digits_lost:
        from autodiff.point.surviving import surviving

        found.append(surviving(sheet))
    return found


def _only(sheet: Worksheet) -> str:
    """The variable of a higher derivative."""
    if not sheet.wrt:
        raise AutodiffError("E042", say("--order is for one variable, and there is none"), say("leave --order out"))
    if len(sheet.wrt) > 1:
        hint = say("choose one, as in {spelling}", spelling=f"--wrt {sheet.wrt[0]}")
        raise AutodiffError("E042", say("--order is for one variable, and there are {number}", number=len(sheet.wrt)), hint)
    return sheet.wrt[0]


def members(sheet: Worksheet, results: Sequence[Any]) -> Iterator[str]:
    """What the results add to the JSON."""
    if results:
        from autodiff.render import supplements

        for result in results:
            yield from supplements.json(sheet, result)


def sections(sheet: Worksheet, results: Sequence[Any], digits: int) -> list[Any]:
    """The results for people."""
    if not results:
        return []
    from autodiff.render import supplements

    return [supplements.section(sheet, result, digits) for result in results]
