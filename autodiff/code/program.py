"""A formula, its derivatives and a sample point, ready to be written in any language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.algebra import CONDITIONS
from autodiff.calculus import active, linearize, places, pull
from autodiff.code.identifiers import quoted, renamed
from autodiff.code.inline import inlined
from autodiff.code.lines import lines
from autodiff.code.lower import calling, closure, lower
from autodiff.code.routines import Routine, routine
from autodiff.code.symbols import Code
from autodiff.code.target import Target
from autodiff.evaluate import resume
from autodiff.names import dvar, output_name, owned_names, step_names, unused
from autodiff.primitives import TABLE
from autodiff.styles import Style
from autodiff.tape import Apply, Node, Tape
from autodiff.worksheet import Worksheet
from autodiff.write import reading, step

TERMS = 4  # of a sum in a comment, the rest is counted
COLUMNS = 100  # steps that a table of results shows


class Step(NamedTuple):
    """A line of the function: its name, its text, whether it is a condition, its mathematics, and its level; see Line."""

    name: str
    text: str
    truth: bool
    remark: str
    level: int = 1


class Sample(NamedTuple):
    """A point, and what the interpreter says there."""

    point: dict[str, float]
    value: float
    gradient: dict[str, float]
    hessian: dict[str, dict[str, float]]


class Program(NamedTuple):
    """What is written: `params` are the names in the code, `variables` those of the formula.

    `value`, `slopes` and `curvatures` are texts; of the last, each row begins at the diagonal. `order` is 0 for the value alone,
    1 with the gradient, 2 with the Hessian. Where the results are columns, `columns` are their names and texts: the steps, the
    value, the derivatives.
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
    columns: list[tuple[str, str]] = []


class Sheet:
    """The sweeps of a formula in symbols, on one new tape."""

    def __init__(self, tape: Tape, wrt: Sequence[str], second: bool) -> None:
        self.tape, self.wrt, self.symbols = tape, wrt, Code()
        self.values = [-1 if isinstance(node, Apply) else self.symbols.leaf(node) for node in tape.nodes]
        self._forward()
        self.value = self.values[tape.output]
        self.turn = len(self.symbols.recorder.nodes)
        self.flags = active(tape, wrt)
        self.adjoints = self._pull(tape, self.values) if wrt else []
        zero, where = self.symbols.lift(0.0), places(tape)
        found = [self.adjoints[where[name]] for name in wrt]
        self.slopes = [zero if slope is None else slope for slope in found]
        self.curvatures = self._second() if second else []

    def _forward(self) -> None:
        known = [None if place < 0 else place for place in self.values]
        resume(self.tape, known, self.symbols)
        self.values = [-1 if place is None else place for place in known]

    def _pull(self, tape: Tape, values: Sequence[int]) -> list[int | None]:
        symbols = self.symbols
        return pull(tape, linearize(tape, values, symbols, active(tape, self.wrt)), symbols.lift(1.0), symbols)

    def _second(self) -> list[list[int]]:
        """For every variable the derivatives of its slope towards itself and those that follow."""
        nodes, symbols, zero = list(self.symbols.recorder.nodes), self.symbols, self.symbols.lift(0.0)
        first = Tape(nodes, 0)
        here, where = list(range(len(nodes))), places(first)
        partials = linearize(first, here, symbols, active(first, self.wrt))
        rows = []
        for k, slope in enumerate(self.slopes):
            found = pull(Tape(nodes, slope), partials, symbols.lift(1.0), symbols)
            row = [found[where[name]] if name in where else None for name in self.wrt[k:]]
            rows.append([zero if place is None else place for place in row])
        return rows

    def guarded(self, place: int, *names: str) -> int:
        """A derivative, which is no number where the value or one of these variables is none, and never -0."""
        symbols = self.symbols
        missing = symbols.write("ne", (self.value, self.value))
        for name in dict.fromkeys(names):
            at = symbols.recorder.var(name)
            if at != self.value:
                missing = symbols.write("or", (missing, symbols.write("ne", (at, at))))
        if symbols.number(place) is None:
            place = symbols.write("add", (place, symbols.constant(0.0)))
        return symbols.write("if", (missing, symbols.number_of(math.nan), place))


def program(
    tape: Tape,
    wrt: Sequence[str],
    target: Target,
    name: str,
    sample: Sample | None,
    hessian: bool = False,
    value_only: bool = False,
) -> Program:
    """Write a formula that has been resolved. Raises Unsupported."""
    wrt = [] if value_only else list(wrt)
    sheet = Sheet(tape, wrt, hessian and not value_only)
    symbols = sheet.symbols
    slopes = [sheet.guarded(place, name) for name, place in zip(wrt, sheet.slopes)]
    rows = [[sheet.guarded(place, wrt[k], wrt[k + j]) for j, place in enumerate(row)] for k, row in enumerate(sheet.curvatures)]
    roots = [sheet.value, *slopes, *[place for row in rows for place in row]]
    called, remarks, own = _names(sheet), _remarks(sheet), [*tape.variables()]
    columns = results(sheet, slopes, rows) if target.columns else {}
    roots += columns.values()
    whole = Tape(symbols.recorder.nodes, sheet.value)
    lowered = inlined(whole, target.dialect, roots) if target.dialect.inline else lower(whole, target.dialect, needs=roots)
    definitions = closure(lowered.used, target.dialect)
    owned = {*own, *called.values()}
    plain = renamed([*own, *called.values(), *columns], target, {name})
    spelled = {old: quoted(new, target.quote) for old, new in plain.items()}
    functions = renamed(list(definitions), target, {name, *spelled.values(), *owned})
    style = calling(target.dialect.style, functions)
    found = [(lowered.place[i], spelled[label]) for i, label in called.items()]
    names = {i: label for i, label in found if i >= 0 and _is_step(lowered.tape.nodes[i], style)}
    names |= {place: spelled[label] for label, place in places(lowered.tape).items()}
    fresh = unused((), {*names.values(), *functions.values(), name, *target.reserved}, "t")
    written = lines(lowered.tape, [lowered.place[i] for i in roots], names, fresh, style, target.room)
    old = {new: i for i, new in reversed(list(enumerate(lowered.place)))}
    turn = next((lowered.place[i] for i in range(sheet.turn, len(lowered.place)) if lowered.place[i] >= 0), len(lowered.tape.nodes))
    steps = [
        (line.place < turn, Step(line.name, line.text, line.truth, remarks.get(old.get(line.place, -1), ""), line.level))
        for line in written.lines
    ]
    texts = iter(written.roots[1 + len(slopes) :])
    return Program(
        name, reading(tape, output_name(tape)), output_name(tape), own, [spelled[x] for x in own], wrt,
        [routine(definition, functions, target, style) for definition in definitions.values()],
        [step for early, step in steps if early], [step for early, step in steps if not early],
        written.roots[0], written.roots[1 : 1 + len(slopes)], [[next(texts) for _ in row] for row in rows],
        {a: b for a, b in plain.items() if a != b}, _conventions(tape), 0 if value_only else 2 if hessian else 1, sample,
        [(spelled[label], text) for label, text in zip(columns, texts)],
    )  # fmt: skip


def _is_step(node: Node, style: Style) -> bool:
    return isinstance(node, Apply) and node.op not in style.brief


def results(sheet: Sheet, slopes: Sequence[int], curvatures: Sequence[Sequence[int]]) -> dict[str, int]:
    """What a table of results shows: the steps, or those that the user named if there are very many, the value, and the derivatives."""
    tape, output = sheet.tape, output_name(sheet.tape)
    steps = step_names(tape, [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS])
    shown = steps if len(steps) <= COLUMNS else tape.names
    found = {name: sheet.values[i] for i, name in sorted(shown.items()) if i != tape.output}
    found[output] = sheet.value
    owned = {*tape.variables(), *steps.values()}
    labels = [dvar(name, output, owned) for name in sheet.wrt]
    found |= dict(zip(labels, slopes))
    for k, row in enumerate(curvatures):
        found |= {f"{labels[k]}_{labels[k + j]}": place for j, place in enumerate(row)}
    return found


def _conventions(tape: Tape) -> list[tuple[str, str]]:
    """What the table says about the rows of a formula."""
    ops = dict.fromkeys(node.op for node in tape.nodes if isinstance(node, Apply))
    return [(op, TABLE[op].convention) for op in ops if TABLE[op].convention]


def _names(sheet: Sheet) -> dict[int, str]:
    """What the places of the steps and of their derivatives are called."""
    tape, nodes = sheet.tape, sheet.symbols.recorder.nodes
    shown = [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS]
    steps = step_names(tape, shown)
    owned, names = owned_names(tape), dict[int, str]()
    for i in shown:
        names.setdefault(sheet.values[i], steps[i])
    taken = {*owned, *steps.values()}
    for i in reversed(range(len(sheet.adjoints))):
        node, place = tape.nodes[i], sheet.adjoints[i]
        if place is not None and (name := steps.get(i) or getattr(node, "name", "")):
            label = dvar(name, output_name(tape), owned)
            if label.isidentifier() and label not in taken:
                names.setdefault(place, label)
                taken.add(label)
    names[sheet.symbols.write("ne", (sheet.value, sheet.value))] = next(unused(("missing",), taken, "missing"))
    return {place: name for place, name in names.items() if isinstance(nodes[place], Apply)}


def _remarks(sheet: Sheet) -> dict[int, str]:
    """The mathematics of the steps and of their derivatives."""
    tape, output = sheet.tape, output_name(sheet.tape)
    names = step_names(tape, [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS])
    label = {i: getattr(node, "text", "") or getattr(node, "name", "") or names.get(i) for i, node in enumerate(tape.nodes)}
    remarks = {sheet.values[i]: f"{name} = {step(tape, i, label.get)}" for i, name in names.items()}
    users: dict[int, list[str]] = {}
    for i in reversed(range(len(sheet.adjoints))):
        node, name = tape.nodes[i], label[i]
        if sheet.adjoints[i] is None:
            continue
        if i != tape.output and name:
            sums = users.get(i, [])
            rest = [f"... ({len(sums) - TERMS} more)"] if len(sums) > TERMS else []
            rule = " + ".join([*sums[:TERMS], *rest])
            whole = f"d{output}/d{name}"
            remarks.setdefault(sheet.adjoints[i] or 0, whole if rule in ("", whole) else f"{whole} = {rule}")
        if isinstance(node, Apply):
            for j in dict.fromkeys(node.args):
                if sheet.flags[j] and label[j]:
                    part = f"d{name}/d{label[j]}"
                    users.setdefault(j, []).append(part if i == tape.output else f"d{output}/d{name} * {part}")
    return remarks


def sampled(tape: Tape, wrt: Sequence[str], hessian: bool, given: Mapping[str, float] | None) -> Sample:
    """The given point, else the simplest one that is inside the domain, with what the interpreter says there."""
    variables = tape.variables()
    if given is None:
        from autodiff.checking.sampling import points

        tried = [Worksheet("", tape, point, variables, []) for point in points([tape], variables, {})[:60]]
        fine = [sheet for sheet in tried if not sheet.status and sheet.value_status == "ok" and math.isfinite(sheet.value)]
        given = (fine or tried)[0].point
    sheet = Worksheet("", tape, {name: float(given[name]) for name in variables}, wrt, [])
    second = sheet.hessian if hessian else {}
    return Sample(sheet.point, sheet.value, {name: sheet.gradient[name] for name in wrt}, second)
