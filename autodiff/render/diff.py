"""Derivatives in symbols, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.messages import say, spoken
from autodiff.render import markdown, rows
from autodiff.render.json import closing, numbers, opening, status
from autodiff.render.plain import aligned
from autodiff.study.school import Rule
from autodiff.study.solution import Solution
from autodiff.symbolic.derivatives import Path
from autodiff.writing import latex
from autodiff.writing.formulas import reading
from autodiff.writing.names import dvar, output_name, owned_names, unused
from autodiff.writing.numbers import human, quoted


def document(found: Solution, digits: int) -> Iterator[str]:
    """Lines: the formula, the point, the rules, the shared steps, the derivatives; a single one is the last line."""
    yield reading(found.tape, output_name(found.tape))
    if found.numbers:
        yield say("at {point}", point=rows.where(found.numbers.sheet, digits))
    for name, trace in found.rules.items():
        yield ""
        yield say("The rules, with respect to {name}:", name=name)
        yield from aligned([_heads(trace), *(_cells(rule, trace) for rule in trace)])
    yield ""
    remarks = list(_remarks(found, digits))
    yield from (f"{step.name} = {step.formula}" for step in found.found.steps())
    yield from [*remarks, *_lines(found, digits)] if len(found.paths) == 1 else [*_lines(found, digits), *remarks]


def program(found: Solution, digits: int) -> Iterator[str]:
    """A program of our own language: the shared steps, then the derivatives, each with a name if there are several.

    Numbers are comments.
    """
    yield from (f"{step.name} = {step.formula}" for step in found.found.steps())
    taken = {*owned_names(found.tape), *found.found.names.values()}
    for path in found.paths:
        below = "d" + "d".join(path)
        name = next(unused([below, f"d{output_name(found.tape)}_{below}"], taken, "d"))
        taken.add(name)
        named = f"{name} = " if len(found.paths) > 1 else ""
        number = f"  # {human(found.numbers.values[path], digits)}" if found.numbers else ""
        yield f"{named}{found.found.formula(path)}{number}"


def tables(found: Solution, digits: int) -> Iterator[str]:
    """Lines of Markdown."""
    formula = markdown.code(reading(found.tape, output_name(found.tape)))
    point = markdown.code(rows.where(found.numbers.sheet, digits)) if found.numbers else ""
    yield say("{formula} at {point}", formula=formula, point=point) if point else formula
    for name, trace in found.rules.items():
        yield from ("", say("The rules, with respect to {name}:", name=markdown.code(name)), "")
        yield from markdown.table(_heads(trace), [_cells(rule, trace) for rule in trace], 9, prose=1)
    yield ""
    heads = (say("name"), say("formula"), *([say("value")] if found.numbers else []))
    body = [(step.name, step.formula, *([""] if found.numbers else [])) for step in found.found.steps()]
    yield from markdown.table(heads, [*body, *_rows(found, digits)], 2)
    for remark in _remarks(found, digits):
        yield from ("", markdown.escape(remark))


def equations(found: Solution, digits: int) -> Iterator[str]:
    """LaTeX, for amsmath."""
    from autodiff.code.latex import equations as written

    known = found.numbers.values if found.numbers else {}
    yield from written(found.tape, found.found, {path: latex.number(human(x, digits)) for path, x in known.items()})
    if found.numbers:
        point = found.numbers.sheet.point
        values = ", ".join(f"{latex.name(name)} = {latex.number(human(x, digits))}" for name, x in point.items())
        yield say("at {point}", point=f"${values}$")


def json(found: Solution) -> Iterator[str]:
    """One JSON document."""
    yield opening(found.text, reading(found.tape))
    order = max(map(len, found.paths))
    first = {path[0]: found.found.formula(path) for path in found.paths if len(path) == 1 or path == (path[0],) * order}
    hessian = len(found.paths) > len(found.wrt)
    if hessian:
        first = {path[0]: found.found.formula(path) for path in found.paths if len(path) == 1}
    yield f' "derivatives": {_texts(first)},\n'
    if hessian:
        square = {a: {b: found.found.formula(_entry(found, a, b)) for b in found.wrt} for a in found.wrt}
        yield f' "hessian": {{{", ".join(f"{quoted(a)}: {_texts(row)}" for a, row in square.items())}}},\n'
    elif order > 1:
        yield f' "order": {order},\n'
    steps = (f'{{"name": {quoted(step.name)}, "formula": {quoted(step.formula)}}}' for step in found.found.steps())
    yield f' "steps": [{", ".join(steps)}],\n'
    if found.rules:
        yield f' "rules": {{{", ".join(f"{quoted(name)}: [{_joined(trace)}]" for name, trace in found.rules.items())}}},\n'
    if found.numbers:
        yield from _numbers(found, hessian)
    yield closing(found.notes)


def _numbers(found: Solution, hessian: bool) -> Iterator[str]:
    assert found.numbers is not None
    sheet, values = found.numbers.sheet, found.numbers.values
    paths = [path for path in found.paths if not hessian or len(path) == 1]
    yield f' "variables": {numbers(sheet.point)},\n'
    yield f' "values": {numbers({path[0]: values[path] for path in paths})},\n'
    if hessian:
        square = {a: numbers({b: values[_entry(found, a, b)] for b in found.wrt}) for a in found.wrt}
        yield f' "hessian_values": {{{", ".join(f"{quoted(a)}: {row}" for a, row in square.items())}}},\n'
    bad = (f"{quoted(path[0])}: {status(sheet, found.numbers.status[path])}" for path in paths if path in found.numbers.status)
    yield f' "derivative_status": {{{", ".join(bad)}}},\n'


def _entry(found: Solution, a: str, b: str) -> Path:
    return (a, b) if (a, b) in found.found.places else (b, a)


def _texts(texts: dict[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(name)}: {quoted(text)}" for name, text in texts.items()) + "}"


def _joined(trace: Sequence[Rule]) -> str:
    keys = ("step", "formula", "rule", "derivative", "result")
    rows = [(rule.name, rule.formula, rule.called("en"), rule.derivative, rule.result) for rule in trace]
    return ", ".join("{" + ", ".join(f'"{key}": {quoted(text)}' for key, text in zip(keys, row)) + "}" for row in rows)


def _heads(trace: Sequence[Rule]) -> tuple[str, ...]:
    heads = (say("step"), say("rule"), say("derivative"), say("written out"))
    return heads if any(rule.result for rule in trace) else heads[:3]


def _cells(rule: Rule, trace: Sequence[Rule]) -> tuple[str, ...]:
    cells = (f"{rule.name} = {rule.formula}", rule.called(spoken()), f"{rule.name}' = {rule.derivative}", rule.result)
    return cells[: len(_heads(trace))]


def _lines(found: Solution, digits: int) -> Iterator[str]:
    for label, formula, *value in _rows(found, digits):
        parts = [label, formula, *value] if value or len(found.paths) > 1 else [formula]
        yield " = ".join(dict.fromkeys(parts))


def _rows(found: Solution, digits: int) -> Iterator[tuple[str, ...]]:
    """Label, formula, and value where there is one."""
    for path in found.paths:
        value = (human(found.numbers.values[path], digits),) if found.numbers else ()
        yield _label(found, path), found.found.formula(path), *value


def _label(found: Solution, path: Path) -> str:
    output = output_name(found.tape)
    return dvar(path[0], output, owned_names(found.tape)) if len(path) == 1 else rows.leibniz(output, path)


def _remarks(found: Solution, digits: int) -> Iterator[str]:
    """A sentence for every number that is not simply right."""
    if found.numbers:
        for path, state in found.numbers.status.items():
            yield rows.remark(found.numbers.sheet, _label(found, path), found.numbers.values[path], state, digits)
