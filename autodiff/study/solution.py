"""What is asked of a derivative in symbols: the formulas, the rules that lead to them, and at a point their numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.passes.calculus import active
from autodiff.point.worksheet import Worksheet
from autodiff.reading.resolve import resolve
from autodiff.study.school import Rule, rules
from autodiff.symbolic.derivatives import Derivatives, Path, derivatives
from autodiff.tape import Tape
from autodiff.trust.status import Status

RULES = 3_000  # steps that are differentiated one by one, for all variables together


class Asked(NamedTuple):
    """Which derivatives: first ones, or one of a higher order, or the second ones too; and whether the rules are shown."""

    order: int = 1
    hessian: bool = False
    rules: bool = False


class Numbers(NamedTuple):
    """The formulas at a point, as the sweeps of a worksheet give them, not as the formulas do."""

    sheet: Worksheet
    values: Mapping[Path, float]
    status: Mapping[Path, Status]


class Solution(NamedTuple):
    """All of it. `paths` are the derivatives in the order in which they are shown."""

    text: str
    tape: Tape
    wrt: tuple[str, ...]
    paths: tuple[Path, ...]
    found: Derivatives
    rules: Mapping[str, list[Rule]]
    numbers: Numbers | None
    notes: list[str]


def solve(
    formula: Formula, wrt: Sequence[str] | None, asked: Asked, values: Mapping[str, float], surplus: Collection[str] = ()
) -> Solution:
    """Differentiate. With values there are numbers too. Raises AutodiffError, also where a formula would be too large."""
    sheet = formula.worksheet(values, wrt, surplus) if values else None
    tape, notes = (sheet.tape, sheet.notes) if sheet else _resolved(formula, wrt or ())
    used = tape.variables()
    formula.refuse_unknown(wrt or (), used)
    names = used if wrt is None else tuple(wrt)
    if not names:
        raise AutodiffError("E034", say("the formula has no variables"), say("a derivative needs one"))
    paths = _paths(names, asked)
    if asked.rules:
        _refuse_many(tape, names)
    traced = {name: rules(tape, name) for name in names} if asked.rules else {}
    numbers = _numbers(sheet, paths, asked) if sheet else None
    return Solution(formula.text, tape, names, paths, derivatives(tape, paths), traced, numbers, notes)


def _refuse_many(tape: Tape, names: Sequence[str]) -> None:
    """Each variable has its own rules, so there may be as many as the square of the formula."""
    count = 0
    for name in names:
        count += sum(active(tape, [name]))
        if count > RULES:
            message = say("there are more than {number} rules to show", number=RULES)
            raise AutodiffError("E018", message, say("choose a variable, as in --wrt {name}", name=names[0]))


def _resolved(formula: Formula, wrt: Sequence[str]) -> tuple[Tape, list[str]]:
    """The tape where nothing has a value: what is named after --wrt is a variable, or a letter of a product such as bc."""
    tape, notes = resolve(formula.tape, wrt, formula.text)
    return tape, [*formula.notes, *notes]


def _paths(names: tuple[str, ...], asked: Asked) -> tuple[Path, ...]:
    if asked.order > 1:
        if len(names) > 1:
            message = say("--order is for one variable, and there are {number}", number=len(names))
            raise AutodiffError("E042", message, say("choose one, as in --wrt {name}", name=names[0]))
        return ((names[0],) * asked.order,)
    second = combinations_with_replacement(names, 2) if asked.hessian else ()
    return (*((name,) for name in names), *second)


def _numbers(sheet: Worksheet, paths: Sequence[Path], asked: Asked) -> Numbers:
    values: dict[Path, float] = {}
    status: dict[Path, Status] = {}
    if asked.order > 1:
        from autodiff.point.higher import orders

        name, found = sheet.wrt[0], orders(sheet, sheet.wrt[0], asked.order)
        path = (name,) * asked.order
        return Numbers(sheet, {path: found.values[-1]}, {path: found.status[asked.order]} if asked.order in found.status else {})
    for path in paths:
        if len(path) == 1:
            values[path] = sheet.gradient[path[0]]
            found_status = sheet.status.get(path[0])
        else:
            values[path] = sheet.hessian[path[0]][path[1]]
            found_status = sheet.second.status.get(path[0], {}).get(path[1])
        if found_status is not None:
            status[path] = found_status
    return Numbers(sheet, values, status)
