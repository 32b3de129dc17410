"""A formula, its derivatives and a sample point, ready to be written in any language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.calculus import places
from autodiff.code.identifiers import renamed
from autodiff.code.lines import Line, lines
from autodiff.code.lower import Lowered, calling, closure, lower
from autodiff.code.remarks import conventions, labels, remarks
from autodiff.code.routines import Routine, routine
from autodiff.code.sweeps import Sweeps
from autodiff.code.target import Target
from autodiff.evaluate import evaluate
from autodiff.names import output_name, owned_names, unused
from autodiff.tape import Tape
from autodiff.worksheet import Worksheet
from autodiff.write import reading

TRIED = 60  # points of a self-test, until one is inside the domain


class Step(NamedTuple):
    """A line of the function: its name, its text, whether it is a condition, and its mathematics."""

    name: str
    text: str
    truth: bool
    remark: str


class Sample(NamedTuple):
    """A point, and what the interpreter says there."""

    point: dict[str, float]
    value: float
    gradient: dict[str, float]
    hessian: dict[str, dict[str, float]]


class Program(NamedTuple):
    """What is written: `params` are the names in the code, `variables` those of the formula.

    `value`, `slopes` and `curvatures` are texts; of the last, each row begins at the diagonal. `order` is 0 for the value alone,
    1 with the gradient, 2 with the Hessian.
    """

    name: str
    reading: str
    output: str
    variables: list[str]
    params: list[str]
    wrt: list[str]
    routines: list[Routine]
    forward: list[Step]
    backward: list[Step]
    value: str
    slopes: list[str]
    curvatures: list[list[str]]
    renamed: dict[str, str]
    conventions: list[tuple[str, str]]
    order: int
    sample: Sample | None


class Names(NamedTuple):
    """What everything is called: the user's own names, the functions of the file, and by place on the tape."""

    own: dict[str, str]
    functions: dict[str, str]
    places: dict[int, str]
    used: set[str]


def program(tape: Tape, wrt: Sequence[str], order: int, target: Target, name: str, sample: Sample | None) -> Program:
    """Write a formula that has been resolved. Raises Unsupported."""
    sweeps = Sweeps(tape, wrt, order == 2)
    slopes = [sweeps.guarded(place, name) for name, place in zip(wrt, sweeps.slopes)]
    rows = [[sweeps.guarded(place, wrt[k], wrt[k + j]) for j, place in enumerate(row)] for k, row in enumerate(sweeps.curvatures)]
    roots, called = [sweeps.value, *slopes, *[place for row in rows for place in row]], labels(sweeps)
    lowered = lower(Tape(sweeps.symbols.recorder.nodes, sweeps.value), target.dialect, needs=roots)
    definitions = closure(lowered.used, target.dialect)
    names = _named(tape, called, lowered, list(definitions), target, name)
    style = calling(target.dialect.style, names.functions)
    fresh = unused((), names.used, "t")
    written = lines(lowered.tape, [lowered.place[i] for i in roots], names.places, fresh, style, target.room)
    forward, backward = _steps(sweeps, lowered, written.lines)
    texts = iter(written.roots[1 + len(slopes) :])
    return Program(
        name, reading(tape, output_name(tape)), output_name(tape), [*tape.variables()], [names.own[x] for x in tape.variables()],
        list(wrt), [routine(definition, names.functions, target, style) for definition in definitions.values()], forward, backward,
        written.roots[0], written.roots[1 : 1 + len(slopes)], [[next(texts) for _ in row] for row in rows],
        {a: b for a, b in names.own.items() if a != b and a in owned_names(tape)}, conventions(tape), order, sample,
    )  # fmt: skip


def _named(tape: Tape, called: Mapping[int, str], lowered: Lowered, definitions: Sequence[str], target: Target, name: str) -> Names:
    """A name for everything, in the language."""
    own = renamed([*tape.variables(), *called.values()], target, {name})
    functions = renamed(definitions, target, {name, *own, *own.values()})
    found = {lowered.place[i]: own[label] for i, label in called.items() if lowered.place[i] >= 0}
    found |= {place: own[label] for label, place in places(lowered.tape).items()}
    return Names(own, functions, found, {name, *own.values(), *functions.values(), *target.reserved})


def _steps(sweeps: Sweeps, lowered: Lowered, written: Sequence[Line]) -> tuple[list[Step], list[Step]]:
    """The lines of the two sweeps, with their mathematics."""
    said, old = remarks(sweeps), {new: i for i, new in reversed(list(enumerate(lowered.place)))}
    later = [place for place in lowered.place[sweeps.turn :] if place >= 0]
    turn = later[0] if later else len(lowered.tape.nodes)
    forward, backward = list[Step](), list[Step]()
    for line in written:
        step = Step(line.name, line.text, line.truth, said.get(old.get(line.place, -1), ""))
        (forward if line.place < turn else backward).append(step)
    return forward, backward


def worksheet(tape: Tape, wrt: Sequence[str], given: Mapping[str, float] | None) -> Worksheet:
    """The given point, else the simplest one that is inside the domain."""
    variables = tape.variables()
    if given is None:
        from autodiff.checking.sampling import points

        tried = points([tape], variables, {}, special=False)[:TRIED]
        given = next((point for point in tried if _is_inside(tape, point)), tried[0])
    return Worksheet("", tape, {name: float(given[name]) for name in variables}, wrt, [])


def _is_inside(tape: Tape, point: Mapping[str, float]) -> bool:
    """Whether the point is an ordinary one: no end, no corner, no overflow."""
    if not math.isfinite(evaluate(tape, point)[tape.output]):
        return False
    sheet = Worksheet("", tape, point, tape.variables(), [])
    return not sheet.status and sheet.value_status == "ok"


def sampled(sheet: Worksheet, hessian: bool) -> Sample:
    """What the interpreter says at a point."""
    return Sample(sheet.point, sheet.value, sheet.gradient, sheet.hessian if hessian else {})
