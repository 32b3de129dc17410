"""More than the gradient: second derivatives, and derivatives of any order in one variable."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.numbers.algebra import FLOATS
from autodiff.numbers.wide import Wide
from autodiff.passes.evaluate import evaluate
from autodiff.passes.hessian import rows
from autodiff.passes.range import unusual
from autodiff.passes.taylor import HIGHEST, Taylor, Taylors
from autodiff.point.beside import Beside
from autodiff.point.evaluation import Evaluation, unbounded
from autodiff.point.free import refuse_free
from autodiff.point.needed import few_of_hessian, refined
from autodiff.point.sparing import Sparing, Time
from autodiff.point.surviving import FEW
from autodiff.symbolic.gradients import formula_at, gradients
from autodiff.symbolic.symbols import Symbols
from autodiff.tape import Tape
from autodiff.trust.sampling import effort
from autodiff.trust.status import ORDER, Status
from autodiff.writing.formulas import expression

EXISTING = ("one_sided", "overflow")  # statuses of a derivative that may have a derivative itself
CHEAP, WIDE, WORK = 4_000_000, 30_000, 60_000
"""Variables times nodes of a Hessian; where a number leaves the range of doubles; and where the point is special."""
MANY = 1_000_000  # second derivatives
LONG, LONG_DECIMAL = 800_000, 60_000  # sums and products, times the square of the order; and beyond the range of doubles
QUOTED = 60  # signs of a formula in a reason
JUDGED = 2_000  # nodes of a written derivative that is still judged: it may double with each order


class Second(NamedTuple):
    """All second derivatives, and a status for each that is not simply right."""

    values: dict[str, dict[str, float]]
    status: dict[str, dict[str, Status]]
    digits: Mapping[str, Mapping[str, float]] = {}
    """How many digits are right, where they are few."""


def second(here: Evaluation) -> Second:
    """The Hessian by forward over reverse mode.

    Where the formula meets a special point, the written derivative is judged there like any other formula: that gives
    statuses, left and right second derivatives, and the value where dual numbers run into 0 times infinity. Raises AutodiffError
    for too many variables of too many steps.
    """
    refuse_free(here)
    most = WIDE if Wide in map(type, [*here.values, *here.adjoints]) else WORK if here.special else CHEAP
    if len(here.wrt) ** 2 > MANY:
        most = min(most, MANY)
    if len(here.wrt) * len(here.tape.nodes) > most:
        message = say(
            "second derivatives by {variables} variables of {steps} steps are more than {number} numbers",
            variables=len(here.wrt), steps=len(here.tape.nodes), number=most,
        )  # fmt: skip
        raise AutodiffError("E018", message, say("choose variables, as in --wrt {names}", names=",".join(here.wrt[:2])))
    if here.value != here.value:
        return _nowhere(here)
    values = hessian(here.tape, here.point, here.wrt)
    status: dict[str, dict[str, Status]] = {a: {} for a in values}
    if here.special or not all(math.isfinite(x) for row in values.values() for x in row.values()):
        slopes = gradients(here.tape, here.wrt, Symbols("paper"))
        time = Time()
        formulas = {
            a: Sparing(formula_at(slopes.tape.nodes, place), here.wrt, here.point, time) for a, place in slopes.slopes.items()
        }
        beside = Beside(here, time)
        for a, b in combinations_with_replacement(values, 2):
            value, found = _entry(here, formulas, values[a][b], (a, b), beside)
            values[a][b] = values[b][a] = value
            if found is not None:
                status[a][b] = status[b][a] = found
    told = {a: row for a, row in status.items() if row}
    return Second(values, told, {} if here.special else few_of_hessian(here, values))


def _nowhere(here: Evaluation) -> Second:
    """What is not a number has no derivatives of any order."""
    status = _lost(here)
    return Second({a: dict.fromkeys(here.wrt, math.nan) for a in here.wrt}, {a: dict.fromkeys(here.wrt, status) for a in here.wrt})


def _lost(here: Evaluation) -> Status:
    return Status(here.value_status, here.value_reason, -1)


def _entry(
    here: Evaluation, formulas: Mapping[str, Sparing], value: float, names: tuple[str, str], beside: Beside
) -> tuple[float, Status | None]:
    """A second derivative and its status, from the written first derivatives, either way round."""
    a, b = names
    for one, other in ((a, b), (b, a)):
        value = _mended(value, formulas[one], other)
    written = ((formulas[a], b), (formulas[b], a))
    found = [told for formula, name in written if (told := _told(formula.tape, formula.status(name))) is not None]
    broken = [here.status[name].status for name in names if name in here.status]
    broken = [status for status in broken if status not in EXISTING]
    if not found and len(broken) == 2:
        found = [_without_first(1, broken[0])]
    if not found and a != b:
        joined = b in formulas[a].variables or a in formulas[b].variables
        found = [x for one, other in ((a, b), (b, a)) if (x := beside.first(one, other, joined))]
    if not found and not math.isfinite(value):
        found = [Status("undefined" if value != value else "overflow", say("a product on the way is too large for a double"), -1)]
    status = min(found, key=lambda x: ORDER.index(x.status), default=None)
    return math.nan if status is not None and status.status in ("domain", "undefined") else value, status


def _without_first(order: int, status: str) -> Status:
    return Status("undefined", say("the derivative of order {order} is not ok ({status})", order=order, status=say(status)), -1)


def hessian(tape: Tape, point: Mapping[str, float], wrt: Sequence[str]) -> dict[str, dict[str, float]]:
    """All second derivatives: reverse mode in dual numbers (forward over reverse)."""
    value = evaluate(tape, point)[tape.output]
    if value != value:  # what is not a number has no derivatives of any order
        return {a: dict.fromkeys(wrt, value) for a in wrt}
    zeros = dict.fromkeys(wrt, 0.0)
    found = {a: dict(zeros) for a in wrt}
    for b, row in zip(wrt, rows(tape, point, wrt, FLOATS, unbounded())):
        for k, x in row.items():
            if (a := wrt[k]) <= b:
                found[a][b] = found[b][a] = float(x)
    return found


def _mended(value: float, written: Sparing, name: str) -> float:
    """The value, or where dual numbers lost it, that of the written derivative."""
    if math.isfinite(value) or written.is_late or written.value != written.value:
        return value
    other = written.slope(name)
    return other if value != value or math.isfinite(other) else value


def _told(tape: Tape, found: Status | None) -> Status | None:
    """The status of a derivative of a written derivative; its reason quotes the formula, for its nodes have no names."""
    if found is None or found.node < 0:
        return found
    where = expression(tape, found.node, lambda _: None, most=QUOTED)
    return found._replace(
        reason=say("{reason} (at {formula})", reason=found.reason, formula=where) if len(where) <= QUOTED else found.reason, node=-1
    )


class Orders(NamedTuple):
    """The derivatives of order 1, 2, … in one variable, and a status for each that is not simply right."""

    name: str
    values: list[float]
    status: dict[int, Status]
    digits: Mapping[int, float] = {}
    """How many digits are right, where they are few."""


def orders(here: Evaluation, name: str, highest: int) -> Orders:
    """The derivatives up to an order, by a Taylor series; written derivatives are judged where a point is special."""
    if not 1 <= highest <= HIGHEST:
        raise AutodiffError(
            "E042", say("the order must be a whole number from 1 to {highest}", highest=HIGHEST), say("write --order 3")
        )
    refuse_free(here)
    start = {n: Taylor((x, 1.0) if n == name else (x,)) for n, x in here.point.items()}
    work = effort(here.tape) * highest**2 if highest > 2 else 0
    _refuse_long(work, highest, LONG)
    system, algebra = Taylors(highest), here.algebra
    series = evaluate(here.tape, start, system)
    if system.strayed or any(unusual(x.terms) for x in series if isinstance(x, Taylor)):
        algebra = unbounded()
        _refuse_long(work, highest, LONG_DECIMAL)
        series = evaluate(here.tape, start, Taylors(highest, algebra))
    terms, times = series[here.tape.output].terms, algebra.functions["mul"]
    values = [float(times(terms[k], math.factorial(k))) + 0.0 if k < len(terms) else 0.0 for k in range(1, highest + 1)]
    values[0] = here.gradient[name]
    status: dict[int, Status] = {1: here.status[name]} if name in here.status else {}
    if here.value != here.value:
        return Orders(name, [math.nan] * highest, status | dict.fromkeys(range(2, highest + 1), _lost(here)))
    if here.special or not all(map(math.isfinite, values)):
        _judge_orders(here, name, values, status)
        return Orders(name, values, status)
    values, sure = refined(here, name, values, algebra)
    return Orders(name, values, status, {order: digits for order, digits in sure.items() if digits < FEW})


def _refuse_long(work: int, order: int, most: int) -> None:
    if work > most:
        message = say("derivatives up to order {order} need more than {number} operations", order=order, number=most)
        raise AutodiffError("E018", message, say("ask for a lower order"))


def _judge_orders(here: Evaluation, name: str, values: list[float], status: dict[int, Status]) -> None:
    """Statuses order by order: what has no derivative of one order has none of the next, unless its formula says more."""
    tape: Tape | None = here.tape
    time = Time()
    for order in range(2, len(values) + 1):
        before, found = status[order - 1].status if order - 1 in status else "ok", None
        tape = _differentiated(tape, name) if tape is not None and before not in ("domain", "undefined") else None
        if tape is not None and name in tape.variables():
            at_point = Sparing(tape, here.wrt, here.point, time)
            values[order - 1] = _mended(values[order - 1], at_point, name)
            found = _told(tape, at_point.status(name))
        if found is None and before not in ("ok", *EXISTING):
            found = _without_first(order - 1, before)
        if found is None and tape is None:
            found = Status("undefined", say("the point is special, and the written derivative is too long to be judged there"), -1)
        if found is not None:
            status[order] = found
            values[order - 1] = math.nan if found.status in ("domain", "undefined") else values[order - 1]


def _differentiated(tape: Tape, name: str) -> Tape | None:
    """The derivative as a formula; None where it would be too long."""
    if name not in tape.variables():
        return tape
    slopes = gradients(tape, [name], Symbols("paper"))
    tape = formula_at(slopes.tape.nodes, slopes.slopes[name])
    return tape if len(tape.nodes) <= JUDGED else None
