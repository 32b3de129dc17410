"""Forward mode beside reverse mode: along a direction, and both with the work they take; several outputs at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, listed
from autodiff.messages import say
from autodiff.numbers.algebra import Algebra
from autodiff.passes.push_pull import pull, push
from autodiff.point.evaluation import Evaluation, Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Recorder, Tape, Var, ancestors
from autodiff.trust.status import Status

WORK = 1_000_000  # steps times outputs: each output has a sweep of its own, and is shown with it


class Directional(NamedTuple):
    """The derivative along a direction, with the tangent of every node; a status if it is not simply right."""

    direction: dict[str, float]
    value: float
    status: Status | None
    tangents: list[float | None]


def directional(here: Evaluation, direction: Mapping[str, float]) -> Directional:
    """How fast the output changes as the variables move along a direction: forward mode, in one sweep.

    The status is that of t in f(x + t·d) at t = 0, so left and right are the derivatives behind and ahead.
    """
    names = list(here.places)
    for name in direction:
        if name not in names:
            raise AutodiffError("E034", say("'{name}' is no variable of the formula", name=name), listed(names))
    whole = {name: float(direction.get(name, 0.0)) for name in names}
    if not all(map(math.isfinite, whole.values())):
        raise AutodiffError("E042", say("a direction has finite numbers"), say("write --direction a=1,b=0.5"))
    here = here if set(names) <= set(here.wrt) else Prepared(here.tape, names).at(here.point)
    tangents = here.pushed({here.places[name]: d for name, d in whole.items() if d})
    line, t = _line(here.tape, here.point, whole)
    on_line = Prepared(line, [t]).at({t: 0.0})
    found = on_line.status.get(t)
    if found is not None or tangents[here.tape.output] != tangents[here.tape.output]:
        tangents[here.tape.output] = on_line.gradient[t]
    value = float(tangents[here.tape.output] or 0.0)
    return Directional(whole, value + 0.0, found._replace(node=-1) if found else None, tangents)


def _line(tape: Tape, point: Mapping[str, float], direction: Mapping[str, float]) -> tuple[Tape, str]:
    """The formula along a line, as a tape of one variable, and the name of that variable."""
    recorder, place = Recorder(), list[int]()
    t = "t"
    while t in point:
        t += "_"
    step = recorder.var(t)

    def moved(name: str) -> int:
        start, d = recorder.const(point[name], repr(point[name])), direction[name]
        return recorder.apply("add", (start, recorder.apply("mul", (recorder.const(d, repr(d)), step)))) if d else start

    moving = {name: moved(name) for name in point}  # before all branches, for one that is not taken is not computed
    recorder.copy(tape, lambda _, node: moving[node.name] if isinstance(node, Var) else recorder.leaf(node), place)
    return Tape(recorder.nodes, place[tape.output], {}, recorder.runs), t


class Work(NamedTuple):
    """What a mode costs on this formula, beyond its values and local derivatives."""

    sweeps: int
    multiplications: int
    additions: int


BOTH = ("forward", "reverse")


class Modes(NamedTuple):
    """The gradient in forward mode, with the tangents of every sweep, and the work of both modes.

    `shown` names the modes that are to be seen.
    """

    gradient: dict[str, float]
    tangents: dict[str, list[float | None]]
    forward: Work
    reverse: Work
    shown: Sequence[str] = BOTH


class Counting:
    """Double precision, where sums and products are counted."""

    formulas = "doubles"

    def __init__(self, base: Algebra) -> None:
        self._base = base.functions
        self.count = {"add": 0, "mul": 0}
        self.functions: dict[str, Any] = {"add": self._add, "mul": self._mul}

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool) -> bool:
        return value

    def _add(self, x: float, y: float) -> float:
        self.count["add"] += 1
        return self._base["add"](x, y)  # type: ignore[no-any-return]

    def _mul(self, x: float, y: float) -> float:
        self.count["mul"] += 1
        return self._base["mul"](x, y)  # type: ignore[no-any-return]

    def work(self, sweeps: int) -> Work:
        """What was counted."""
        return Work(sweeps, self.count["mul"], self.count["add"])


def modes(here: Evaluation, shown: Sequence[str] = BOTH) -> Modes:
    """Both modes on the same local derivatives: one forward sweep for each variable, one reverse sweep for all.

    Steps that the value does not need have tangents to be shown, but are no work of either mode.
    """
    ahead, needed = Counting(here.algebra), ancestors(here.tape, [here.tape.output], here.values)
    kept = [local if needed[i] else None for i, local in enumerate(here.partials)]
    for name in here.wrt:
        push(here.tape, kept, {here.places[name]: 1.0}, ahead)
    tangents = {name: push(here.tape, here.partials, {here.places[name]: 1.0}, here.algebra) for name in here.wrt}
    slopes = {name: float(found[here.tape.output] or 0.0) + 0.0 for name, found in tangents.items()}
    believed = {name: math.nan if here.gradient[name] != here.gradient[name] else slope for name, slope in slopes.items()}
    return Modes(believed, tangents, ahead.work(len(here.wrt)), reverse_work(here), shown)


def reverse_work(here: Evaluation) -> Work:
    """The work of the one reverse sweep."""
    back = Counting(here.algebra)
    pull(here.tape, here.partials, 1.0, back)
    return back.work(1)


def jacobian(sheet: Worksheet, outputs: Sequence[str]) -> dict[str, Worksheet]:
    """A worksheet for each of several outputs of a program, which all stand on the same tape."""
    where = {name: place for place, name in sheet.tape.names.items()}
    where.setdefault(sheet.output, sheet.tape.output)
    for name in outputs:
        if name not in where:
            known = say("its named steps are {names}", names=", ".join(where))
            raise AutodiffError("E036", say("'{name}' is no step of the formula", name=name), known)
    tape = sheet.tape
    if len(outputs) * len(tape.nodes) > WORK:
        message = say(
            "{outputs} outputs of {steps} steps are more than {number} numbers",
            outputs=len(outputs),
            steps=len(tape.nodes),
            number=WORK,
        )
        raise AutodiffError("E018", message, say("ask for fewer outputs at a time"))
    names = {place: name for name, place in where.items()}
    tapes = {name: Tape(tape.nodes, where[name], names, tape.runs) for name in outputs}
    return {name: Worksheet(Prepared(moved, sheet.wrt), sheet.point, sheet.text, sheet.notes) for name, moved in tapes.items()}
