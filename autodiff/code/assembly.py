"""A formula, its derivatives and a sample point are made ready to be written in any language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autodiff.code.identifiers import folded, quoted, renamed
from autodiff.code.lines import lines
from autodiff.code.lower import Lowered, calling, closure
from autodiff.code.program import Assignment, Program, Sample, Statement
from autodiff.code.remarks import conventions, labels, remarks
from autodiff.code.results import results
from autodiff.code.routines import routine
from autodiff.code.sweeps import Sweeps
from autodiff.code.target import Target
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import places
from autodiff.point.evaluation import Evaluation, Prepared, backward, forward
from autodiff.point.higher import second
from autodiff.tape import Apply, Tape
from autodiff.writing.formulas import reading
from autodiff.writing.names import output_name, owned_names, unused
from autodiff.writing.styles import Style


class Identifiers(NamedTuple):
    """What everything is called: the user's own names, the functions of the file, and by place on the tape."""

    own: dict[str, str]
    functions: dict[str, str]
    places: dict[int, str]
    used: set[str]
    changed: dict[str, str]


def program(tape: Tape, wrt: Sequence[str], order: int, target: Target, name: str, sample: Sample | None) -> Program:
    """Write a formula that has been resolved. Raises Unsupported."""
    sweeps = Sweeps(tape, wrt, order == 2)
    guarded = sweeps.chosen if target.columns else sweeps.guarded
    slopes = [guarded(place, name) for name, place in zip(wrt, sweeps.slopes)]
    rows = [[guarded(place, wrt[k], wrt[k + j]) for j, place in enumerate(row)] for k, row in enumerate(sweeps.curvatures)]
    roots, called = [sweeps.value, *slopes, *[place for row in rows for place in row]], labels(sweeps, target.columns)
    columns = results(sweeps, slopes, rows) if target.columns else {}
    lowered = target.lower(Tape(sweeps.symbols.recorder.nodes, sweeps.value), target.dialect, [*roots, *columns.values()])
    definitions = closure(lowered.used, target.dialect)
    names = _named(tape, called, columns, lowered, list(definitions), target, name)
    style = calling(target.dialect.style, names.functions)
    fresh = unused((), names.used, "t")
    written = lines(lowered.tape, [lowered.place[i] for i in (*roots, *columns.values())], names.places, fresh, style, target.room)
    forward, backward = _steps(sweeps, lowered, written.lines)
    texts = iter(written.roots[1 + len(slopes) :])
    variables = tape.variables()
    return Program(
        name=name,
        reading=reading(tape, output_name(tape)),
        output=output_name(tape),
        variables=[*variables],
        params=[names.own[variable] for variable in variables],
        wrt=list(wrt),
        routines=[routine(definition, names.functions, target, style) for definition in definitions.values()],
        forward=forward,
        backward=backward,
        value=written.roots[0],
        slopes=written.roots[1 : 1 + len(slopes)],
        curvatures=[[next(texts) for _ in row] for row in rows],
        renamed=names.changed,
        conventions=conventions(tape),
        order=order,
        sample=sample,
        columns=[(names.own[label], text) for label, text in zip(columns, texts)],
    )


def _named(
    tape: Tape, called: Mapping[int, str], columns: Iterable[str], lowered: Lowered, definitions: Sequence[str], target: Target,
    name: str,
) -> Identifiers:  # fmt: skip
    """A name for everything, in the language."""
    naming = target.naming
    plain = renamed([*tape.variables(), *called.values(), *columns], naming, {name})
    own = {old: quoted(new, naming) for old, new in plain.items()}
    functions = renamed(definitions, naming, {name, *own, *own.values()})
    found = {lowered.place[i]: own[label] for i, label in called.items() if _is_step(lowered, i, target.dialect.style)}
    found |= {place: own[label] for label, place in places(lowered.tape).items()}
    owned = {*owned_names(tape), *columns}
    changed = {old: new for old, new in plain.items() if old != new and old in owned}
    used = folded([name, *plain.values(), *functions.values(), *naming.reserved], naming)
    return Identifiers(own, functions, found, used, changed)


def _is_step(lowered: Lowered, place: int, style: Style) -> bool:
    """Whether what has a name in the formula is more than a number, a variable or a short question in the language too."""
    node = lowered.tape.nodes[lowered.place[place]] if lowered.place[place] >= 0 else None
    return isinstance(node, Apply) and node.op not in style.brief


def _steps(sweeps: Sweeps, lowered: Lowered, written: Sequence[Assignment]) -> tuple[list[Statement], list[Statement]]:
    """The lines of the two sweeps, with their mathematics."""
    old = {new: i for i, new in reversed(list(enumerate(lowered.place)))}
    said = remarks(sweeps, {old[line.place] for line in written if line.place in old})
    later = [place for place in lowered.place[sweeps.turn :] if place >= 0]
    turn = later[0] if later else len(lowered.tape.nodes)
    forward, backward = list[Statement](), list[Statement]()
    for line in written:
        step = Statement(line.name, line.text, line.truth, said.get(old.get(line.place, -1), ""), line.level)
        (forward if line.place < turn else backward).append(step)
    return forward, backward


def sample_point(tape: Tape, wrt: Sequence[str], given: Mapping[str, float] | None) -> Evaluation:
    """The numbers at the given point, else at the simplest one that is inside the domain."""
    variables = tape.variables()
    if given is None:
        from autodiff.trust.sampling import points

        tried, everywhere = points([tape], variables, {}, special=False), Prepared(tape, variables)
        given = next((point for point in tried if _is_inside(everywhere, point)), tried[0])
    return Prepared(tape, wrt).at({name: float(given[name]) for name in variables})


def _is_inside(prepared: Prepared, point: Mapping[str, float]) -> bool:
    """Whether the point is an ordinary one: no end, no corner, no overflow."""
    if not math.isfinite(evaluate(prepared.tape, point)[prepared.tape.output]):
        return False
    _, adjoints, _ = backward(prepared.tape, forward(prepared, point))
    found = [adjoints[prepared.places[name]] for name in prepared.wrt]
    if any(slope is not None and not math.isfinite(slope) for slope in found):
        return False  # known without the limits that say why
    here = prepared.at(point)
    return not here.status and here.value_status == "ok"


def sampled(found: Evaluation, order: int) -> Sample:
    """What the interpreter says at a point."""
    return Sample(found.point, found.value, found.gradient, second(found).values if order == 2 else {})
