"""Forward mode beside reverse mode: along a direction, and both with the work they take; several outputs at once."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, listed, listed_steps
from autodiff.messages import say
from autodiff.numbers.algebra import FLOATS, Algebra
from autodiff.numbers.wide import Wide
from autodiff.passes.push_pull import pull, push
from autodiff.point.evaluation import Evaluation, Forward, Prepared
from autodiff.point.worksheet import Worksheet
from autodiff.tape import Apply, Recorder, Tape, Var, ancestors, needed, part
from autodiff.trust.status import Status

WORK = 400_000  # steps that the outputs need, and derivatives: each output has a sweep of its own
DECIMAL = 15  # steps in doubles that one beyond their range costs
WRITTEN = 1_000_000  # steps times outputs that are written one by one


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
    names = list(here.point)
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
        self.done = {"add": 0, "mul": 0}
        self.functions: dict[str, Any] = {"add": self._add, "mul": self._mul}

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool) -> bool:
        return value

    def _add(self, x: float, y: float) -> float:
        self.done["add"] += 1
        return self._base["add"](x, y)  # type: ignore[no-any-return]

    def _mul(self, x: float, y: float) -> float:
        self.done["mul"] += 1
        return self._base["mul"](x, y)  # type: ignore[no-any-return]

    def work(self, sweeps: int) -> Work:
        """What was counted."""
        return Work(sweeps, self.done["mul"], self.done["add"])


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


class Output(Worksheet):
    """One of several outputs of a program: a worksheet on the steps that it needs alone, named as they are on the whole."""

    def __init__(self, whole: Worksheet, output: int, kept: list[int]) -> None:
        tape, known = part(whole.tape, output, kept), _gathered(whole, kept)
        self._whole, self._at = whole, {i: k for k, i in enumerate(kept)}
        free = {name: self._at[place] for name, place in whole.free.items() if place in self._at}
        has = {*free, *(node.name for node in tape.nodes if isinstance(node, Var))}
        wrt = [name for name in whole.wrt if name in has]
        super().__init__(Prepared(tape, wrt, free), whole.point, whole.text, whole.notes, known)
        self.names = {k: whole.names[i] for k, i in enumerate(kept) if i in whole.names}
        self._none = 0.0 if self.value == self.value else self.value
        self.status = {name: found for name in whole.wrt if (found := self.status.get(name) or self._without(name, has))}
        none = {name: math.nan if name in self.status else self._none for name in whole.wrt}
        self.gradient, self.wrt = {**none, **self.gradient}, whole.wrt

    def _without(self, name: str, has: Collection[str]) -> Status | None:
        """The status by a variable that this output does not need."""
        if name in has:
            return None
        if self.point.get(name, 0.0) != self.point.get(name, 0.0):
            place = len(self.tape.nodes) + self._whole.places[name]  # which stands on no step of this output
            self.names[place] = name
            return Status("domain", say("the variable is not a number"), place)
        return None if self.value == self.value else Status(self.value_status, self.value_reason, self.value_node)

    def slope(self, place: int) -> float | None:
        """The derivative with respect to a node of the whole, as it is shown."""
        here, node = self._at.get(place), self._whole.tape.nodes[place]
        if here is not None:
            return self.shown_gradient(here)
        if isinstance(node, Var):
            return self.gradient.get(node.name)
        return self._none if self._whole.active[place] else None


def _gathered(whole: Worksheet, kept: Sequence[int]) -> Forward:
    """Values and local derivatives of some nodes; doubles are enough for these where nothing left their range."""
    values, partials = [whole.values[i] for i in kept], [whole.partials[i] for i in kept]
    return Forward(whole.algebra if any(map(_is_wide, values, partials)) else FLOATS, values, partials)


def _is_wide(value: Any, partials: tuple[Any, ...] | None) -> bool:
    return type(value) is Wide or (partials is not None and Wide in map(type, partials))


def jacobian(sheet: Worksheet, outputs: Sequence[str]) -> dict[str, Output]:
    """A worksheet for each of several outputs, steps by the names that they are shown with: one sweep over what this one needs."""
    where = {name: place for place, name in sheet.names.items() if isinstance(sheet.tape.nodes[place], Apply)}
    for name in outputs:
        if name not in where:
            raise AutodiffError("E036", say("'{name}' is no step of the formula", name=name), listed_steps(list(where)))
    kept: dict[str, list[int]] = {}
    work = len(outputs) * len(sheet.wrt) // 3  # each of which has to be written, and no more
    dear = bytearray(map(_is_wide, sheet.values, sheet.partials))
    for name in outputs:
        if work <= WORK:
            kept[name] = needed(sheet.tape, where[name])
            work += len(kept[name]) + DECIMAL * sum([dear[i] for i in kept[name]])
    if work > WORK:
        message = say("{outputs} outputs need more than {number} steps and derivatives", outputs=len(outputs), number=WORK)
        raise AutodiffError("E018", message, say("ask for fewer outputs at a time"))
    return {name: Output(sheet, where[name], places) for name, places in kept.items()}


def refuse_wide(sheet: Worksheet, outputs: int) -> None:
    """Raises AutodiffError where the derivatives of so many outputs by every step are too many to be written."""
    if outputs * len(sheet.shown) > WRITTEN:
        message = say(
            "{outputs} outputs of {steps} steps are more than {number} numbers",
            outputs=outputs,
            steps=len(sheet.shown),
            number=WRITTEN,
        )
        raise AutodiffError("E018", message, say("leave the steps out with --no-nodes, or ask for fewer outputs at a time"))
