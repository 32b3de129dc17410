"""Derivatives in symbols, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.messages import say, spoken
from autodiff.render import markdown, rows
from autodiff.render.json import braced, closing, numbers, opening, status
from autodiff.render.plain import aligned
from autodiff.study.differentiation import Differentiation
from autodiff.study.textbook import Rule
from autodiff.symbolic.derivatives import MultiIndex
from autodiff.writing import latex
from autodiff.writing.formulas import reading
from autodiff.writing.names import dvar, output_name, owned_names, unused
from autodiff.writing.numbers import human, quoted
from autodiff.writing.preamble import packages


def table(found: Differentiation, digits: int, width: int | None = None) -> Iterator[str]:
    """Lines: the formula, the point, the rules, the shared steps, the derivatives; a single one is the last line.

    The rules fit a width, if one is given; formulas are never broken, since people copy them.
    """
    yield reading(found.tape, output_name(found.tape))
    if found.numbers:
        yield say("at {point}", point=rows.where(found.numbers.sheet, digits))
    for name, (trace, _) in found.rules.items():
        yield ""
        yield say("The rules, with respect to {name}:", name=name)
        yield from aligned([_heads(trace), *(_cells(rule, trace) for rule in trace)], width)
    yield ""
    words = list(remarks(found, digits))
    yield from (f"{step.name} = {step.formula}" for step in found.found.steps())
    yield from [*words, *_lines(found, digits)] if len(found.indices) == 1 else [*_lines(found, digits), *words]


def plain(found: Differentiation, digits: int) -> Iterator[str]:
    """A program of our own language: the shared steps, then the derivatives, each with a name if there are several.

    Numbers are comments.
    """
    yield from (f"{step.name} = {step.formula}" for step in found.found.steps())
    taken = {*owned_names(found.tape), *found.found.names.values()}
    for index in found.indices:
        below = "d" + "d".join(index)
        name = next(unused([below, f"d{output_name(found.tape)}_{below}"], taken, "d"))
        taken.add(name)
        named = f"{name} = " if len(found.indices) > 1 else ""
        number = f"  # {human(found.numbers.values[index], digits)}" if found.numbers else ""
        yield f"{named}{found.found.formula(index)}{number}"


def in_markdown(found: Differentiation, digits: int) -> Iterator[str]:
    """Lines of Markdown."""
    formula = markdown.code(reading(found.tape, output_name(found.tape)))
    point = markdown.code(rows.where(found.numbers.sheet, digits)) if found.numbers else ""
    yield say("{formula} at {point}", formula=formula, point=point) if point else formula
    for name, (trace, _) in found.rules.items():
        yield from ("", say("The rules, with respect to {name}:", name=markdown.code(name)), "")
        yield from markdown.table(_heads(trace), [_cells(rule, trace) for rule in trace], 9, prose=1)
    yield ""
    heads = (say("name"), say("formula"), *([say("value")] if found.numbers else []))
    body = [(step.name, step.formula, *([""] if found.numbers else [])) for step in found.found.steps()]
    yield from markdown.table(heads, [*body, *_rows(found, digits)], 2)
    for remark in remarks(found, digits):
        yield from ("", markdown.escape(remark))


def in_latex(found: Differentiation, digits: int) -> Iterator[str]:
    """LaTeX, for amsmath."""
    from autodiff.code.latex import equations as written

    needed = packages(owned_names(found.tape), found.numbers is not None and spoken() == "zh")
    if len(needed) > 1:
        text = say("needs {packages}", packages=" ".join(needed))
        yield f"% {text}"
    known = found.numbers.values if found.numbers else {}
    yield from written(found.tape, found.found, {index: latex.number(human(x, digits)) for index, x in known.items()})
    if found.numbers:
        point = found.numbers.sheet.point
        values = ", ".join(f"{latex.name(name)} = {latex.number(human(x, digits))}" for name, x in point.items())
        yield say("at {point}", point=f"${values}$")


def json(found: Differentiation) -> Iterator[str]:
    """One JSON document."""
    yield opening(found.text, reading(found.tape))
    order = max(map(len, found.indices))
    first = {index[0]: found.found.formula(index) for index in found.indices if len(index) == 1 or index == (index[0],) * order}
    hessian = len(found.indices) > len(found.wrt)
    if hessian:
        first = {index[0]: found.found.formula(index) for index in found.indices if len(index) == 1}
    yield f' "derivatives": {_texts(first)},\n'
    if hessian:
        square = {a: {b: found.found.formula(_entry(found, a, b)) for b in found.wrt} for a in found.wrt}
        yield f' "hessian": {braced({a: _texts(row) for a, row in square.items()})},\n'
    elif order > 1:
        yield f' "order": {order},\n'
    steps = (f'{{"name": {quoted(step.name)}, "formula": {quoted(step.formula)}}}' for step in found.found.steps())
    yield f' "steps": [{", ".join(steps)}],\n'
    if found.rules:
        yield f' "rules": {braced({name: f"[{_joined(trace)}]" for name, (trace, _) in found.rules.items()})},\n'
    if found.numbers:
        yield from _numbers(found, hessian)
    yield closing(found.notes)


def _numbers(found: Differentiation, hessian: bool) -> Iterator[str]:
    assert found.numbers is not None
    sheet, values = found.numbers.sheet, found.numbers.values
    indices = [index for index in found.indices if not hessian or len(index) == 1]
    yield f' "variables": {numbers(sheet.point)},\n'
    yield f' "values": {numbers({index[0]: values[index] for index in indices})},\n'
    if hessian:
        square = {a: numbers({b: values[_entry(found, a, b)] for b in found.wrt}) for a in found.wrt}
        yield f' "hessian_values": {braced(square)},\n'
    states = found.numbers.status
    bad = {index[0]: status(sheet, states[index]) for index in indices if index in states}
    yield f' "derivative_status": {braced(bad)},\n'


def _entry(found: Differentiation, a: str, b: str) -> MultiIndex:
    return (a, b) if (a, b) in found.found.places else (b, a)


def _texts(texts: dict[str, str]) -> str:
    return braced({name: quoted(text) for name, text in texts.items()})


def _joined(trace: Sequence[Rule]) -> str:
    keys = ("step", "formula", "rule", "derivative", "result")
    rows = [(rule.name, rule.formula, rule.called("en"), rule.derivative, rule.result) for rule in trace]
    return ", ".join(_texts(dict(zip(keys, row))) for row in rows)


def _heads(trace: Sequence[Rule]) -> tuple[str, ...]:
    heads = (say("step"), say("rule"), say("derivative"), say("written out"))
    return heads if any(rule.result for rule in trace) else heads[:3]


def _cells(rule: Rule, trace: Sequence[Rule]) -> tuple[str, ...]:
    cells = (f"{rule.name} = {rule.formula}", rule.called(spoken()), f"{rule.name}' = {rule.derivative}", rule.result)
    return cells[: len(_heads(trace))]


def _lines(found: Differentiation, digits: int) -> Iterator[str]:
    for called, formula, *value in _rows(found, digits):
        parts = [called, formula, *value] if value or len(found.indices) > 1 else [formula]
        yield " = ".join(dict.fromkeys(parts))


def _rows(found: Differentiation, digits: int) -> Iterator[tuple[str, ...]]:
    """Label, formula, and value where there is one."""
    for index in found.indices:
        value = (human(found.numbers.values[index], digits),) if found.numbers else ()
        yield label(found, index), found.found.formula(index), *value


def label(found: Differentiation, index: MultiIndex) -> str:
    """What a derivative is called."""
    output = output_name(found.tape)
    return dvar(index[0], output, owned_names(found.tape)) if len(index) == 1 else rows.leibniz(output, index)


def remarks(found: Differentiation, digits: int) -> Iterator[str]:
    """A sentence for every number that is not simply right."""
    if found.numbers:
        for index, state in found.numbers.status.items():
            yield rows.remark(found.numbers.sheet, label(found, index), found.numbers.values[index], state, digits)
