"""What is asked of a derivative in symbols: the formulas, the rules that lead to them, and at a point their numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.passes.push_pull import active
from autodiff.point.free import refuse_free
from autodiff.point.worksheet import Worksheet
from autodiff.study.textbook import Rules, rules
from autodiff.symbolic.derivatives import Derivatives, MultiIndex, derivatives
from autodiff.tape import Tape
from autodiff.trust.status import Status

RULES = 3_000  # steps that are differentiated one by one, for all variables together
PAIRS = 2_500_000  # of variables for each of which a step may be differentiated again, times the steps


class Asked(NamedTuple):
    """Which derivatives: first ones, or one of a higher order, or the second ones too; and whether the rules are shown."""

    order: int = 1
    hessian: bool = False
    rules: bool = False


class Numbers(NamedTuple):
    """The formulas at a point, as the sweeps of a worksheet give them, not as the formulas do."""

    sheet: Worksheet
    values: Mapping[MultiIndex, float]
    status: Mapping[MultiIndex, Status]


class Differentiation(NamedTuple):
    """All of it. `indices` are the derivatives in the order in which they are shown."""

    text: str
    tape: Tape
    wrt: tuple[str, ...]
    indices: tuple[MultiIndex, ...]
    found: Derivatives
    rules: Mapping[str, Rules]
    numbers: Numbers | None
    notes: list[str]


def differentiate(
    formula: Formula, wrt: Sequence[str] | None, asked: Asked, values: Mapping[str, float], surplus: Collection[str] = ()
) -> Differentiation:
    """Differentiate. With values there are numbers too. Raises AutodiffError, also where a formula would be too large."""
    sheet = formula.worksheet(values, wrt, surplus) if values else None
    tape, notes = (sheet.tape, sheet.notes) if sheet else formula.unvalued(wrt or ())
    if sheet:
        refuse_free(sheet)
    names = tape.variables() if wrt is None else tuple(wrt)
    if not names:
        raise AutodiffError("E034", say("the formula has no variables"), say("a derivative needs one"))
    if asked.hessian:
        _refuse_pairs(tape, names)
    indices = _indices(names, asked)
    if asked.rules:
        _refuse_many(tape, names)
    traced = {name: rules(tape, name) for name in names} if asked.rules else {}
    numbers = _numbers(sheet, indices, asked) if sheet else None
    return Differentiation(formula.text, tape, names, indices, derivatives(tape, indices), traced, numbers, notes)


def _refuse_many(tape: Tape, names: Sequence[str]) -> None:
    """Each variable has its own rules, so there may be as many as the square of the formula."""
    count = 0
    for name in names:
        count += sum(active(tape, [name]))
        if count > RULES:
            message = say("there are more than {number} rules to show", number=RULES)
            raise AutodiffError("E018", message, say("choose a variable, as in --wrt {name}", name=names[0]))


def _refuse_pairs(tape: Tape, names: Sequence[str]) -> None:
    """Second derivatives of many variables are as many formulas as the square of them."""
    count, steps = len(names), len(tape.nodes)
    if count * (count + 1) // 2 * steps > PAIRS:
        message = say(
            "second derivatives by {variables} variables of {steps} steps are more than can be written",
            variables=count,
            steps=steps,
        )
        raise AutodiffError("E018", message, say("choose variables, as in --wrt {names}", names=",".join(names[:2])))


def _indices(names: tuple[str, ...], asked: Asked) -> tuple[MultiIndex, ...]:
    if asked.order > 1:
        if len(names) > 1:
            message = say("--order is for one variable, and there are {number}", number=len(names))
            raise AutodiffError("E042", message, say("choose one, as in --wrt {name}", name=names[0]))
        return ((names[0],) * asked.order,)
    second = combinations_with_replacement(names, 2) if asked.hessian else ()
    return (*((name,) for name in names), *second)


def _numbers(sheet: Worksheet, indices: Sequence[MultiIndex], asked: Asked) -> Numbers:
    values: dict[MultiIndex, float] = {}
    status: dict[MultiIndex, Status] = {}
    if asked.order > 1:
        from autodiff.point.higher import orders

        name, found = sheet.wrt[0], orders(sheet, sheet.wrt[0], asked.order)
        index = (name,) * asked.order
        return Numbers(sheet, {index: found.values[-1]}, {index: found.status[asked.order]} if asked.order in found.status else {})
    for index in indices:
        if len(index) == 1:
            values[index] = sheet.gradient[index[0]]
            found_status = sheet.status.get(index[0])
        else:
            values[index] = sheet.hessian[index[0]][index[1]]
            found_status = sheet.second.status.get(index[0], {}).get(index[1])
        if found_status is not None:
            status[index] = found_status
    return Numbers(sheet, values, status)
