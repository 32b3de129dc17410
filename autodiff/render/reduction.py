"""The sum or mean of a formula over the records of a file, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from autodiff.data.reduction import Reduction
from autodiff.data.telling import without
from autodiff.messages import count, say
from autodiff.render import markdown
from autodiff.render.json import braced, closing, counts, numbers, opening
from autodiff.render.mathematics import inline, stated, table
from autodiff.render.plain import aligned
from autodiff.render.section import Section
from autodiff.writing import latex
from autodiff.writing.formulas import reading
from autodiff.writing.numbers import human, quoted, strict


def plain(found: Reduction, digits: int) -> Iterator[str]:
    """Lines: the reading, the parameters, the records, the results."""
    yield reading(found.plan.tape, found.plan.output)
    if found.plan.fixed:
        yield say("at {point}", point=_point(found, digits))
    yield over(found)
    yield ""
    yield from aligned(_table(found, digits))
    yield from remarks(found, digits)


def over(found: Reduction) -> str:
    """A sentence: of how many records, and which were left out."""
    rows = count(found.rows, "one row", "{number} rows")
    text = say("the mean over {rows}", rows=rows) if found.plan.task.reduce == "mean" else say("the sum over {rows}", rows=rows)
    return without(text, found.skipped)


def remarks(found: Reduction, digits: int) -> Iterator[str]:
    """A sentence for each number that is not simply right."""
    for name, value, (status, reason) in judged(found):
        if status != "ok":
            shown = human(value, digits)
            yield say("{label} = {value} is not ok ({about}): {reason}", label=name, value=shown, about=say(status), reason=reason)


def first(found: Reduction) -> str:
    """Which record is explained."""
    return say("row {number} of {source}, before all of them:", number=found.samples[0].number, source=found.samples[0].file)


def section(found: Reduction, digits: int) -> Section:
    """How each number is made of those of all records."""
    plan, few = found.plan, found.rows <= len(found.samples)
    heads = [plan.task.reduce and _heads(found)[0], *[say("row {number}", number=one.number) for one in found.samples]]
    keys = [None, *plan.keys]
    table = [[plan.column(key), *[human(one.numbers[key], digits) for one in found.samples]] for key in keys]
    for row, key, (_, value, _) in zip(table, keys, judged(found)):
        row += [] if few else ["…"]
        row.append(human(found.sums[key], digits))
        row += [human(value, digits)] if plan.task.reduce == "mean" else []
    heads += [
        *([] if few else ["…"]),
        say("sum"),
        *([say("sum / {number}", number=found.rows)] if plan.task.reduce == "mean" else []),
    ]
    remark = say("a derivative of a sum is the sum of the derivatives: each row adds its own")
    return Section(over(found), heads, table, [remark, *remarks(found, digits)])


def json(found: Reduction) -> Iterator[str]:
    """One JSON document."""
    plan = found.plan
    yield opening(plan.task.text, reading(plan.tape))
    status = found.value_status[0]
    yield f' "output": {quoted(plan.output)}, "reduce": {quoted(plan.task.reduce)}, "value": {strict(found.value)}, '
    yield f'"value_status": {quoted(status)},\n'
    yield f' "variables": {numbers(plan.fixed)},\n'
    yield f' "columns": {braced({name: quoted(column) for name, column in plan.columns.items()})},\n'
    yield f' "gradient": {numbers(found.gradient)},\n'
    about = {
        name: f'{{"status": {quoted(word)}, "reason": {quoted(why)}}}'
        for name, (word, why) in found.status.items()
        if isinstance(name, str)
    }
    yield f' "derivative_status": {braced(about)},\n'
    if plan.task.hessian:
        yield f' "hessian": {braced({name: numbers(row) for name, row in _square(found).items()})},\n'
    yield f' "rows": {found.rows}, "skipped": {counts(found.skipped)}, "statuses": {counts(found.statuses)},\n'
    yield f' "engines": [{", ".join(map(quoted, found.engines))}],\n'
    yield closing(found.notes)


def as_markdown(found: Reduction, digits: int) -> Iterator[str]:
    """Lines of Markdown."""
    yield markdown.title(reading(found.plan.tape, found.plan.output), _point(found, digits))
    yield from ("", markdown.escape(over(found)), "")
    heads, *rows = _table(found, digits)
    yield from markdown.table(heads, rows, labels=1)
    for remark in remarks(found, digits):
        yield from ("", markdown.escape(remark))


def as_latex(found: Reduction, digits: int) -> Iterator[str]:
    """Lines of LaTeX."""
    yield from stated(found.plan.tape, found.plan.output, len(found.plan.tape.nodes))
    if found.plan.fixed:
        point = ", ".join(inline(f"{latex.name(name)} = {latex.number(human(x, digits))}" for name, x in found.plan.fixed.items()))
        text = say("at {point}", point=point)
        yield rf"{text}\par"
    yield rf"{latex.prose(over(found))}\par"
    heads, *rows = _table(found, digits)
    body = [(*inline((latex.name(name), latex.number(value))), *map(latex.prose, rest)) for name, value, *rest in rows]
    yield from table([latex.prose(head) for head in heads], body, 1)


def _table(found: Reduction, digits: int) -> list[tuple[str, ...]]:
    """Heads and rows; without a column for statuses where all is ok."""
    rows: list[tuple[str, ...]] = [_heads(found), *_rows(found, digits)]
    return rows if any(row[-1] for row in rows[1:]) else [row[:-1] for row in rows]


def _heads(found: Reduction) -> tuple[str, str, str]:
    return say("mean") if found.plan.task.reduce == "mean" else say("sum"), say("value"), say("status")


def judged(found: Reduction) -> Iterator[tuple[str, float, tuple[str, str]]]:
    """What each number is called, the number, its status and the reason."""
    plan, fine = found.plan, ("ok", "")
    yield plan.output, found.value, found.value_status
    for name, slope in found.gradient.items():
        yield plan.column(name), slope, found.status.get(name, fine)
    for pair, slope in found.hessian.items():
        yield plan.column(pair), slope, found.status.get(pair, fine)


def _rows(found: Reduction, digits: int) -> Iterator[tuple[str, str, str]]:
    for name, value, (status, _) in judged(found):
        yield name, human(value, digits), "" if status == "ok" else say(status)


def _point(found: Reduction, digits: int) -> str:
    return ", ".join(f"{name} = {human(x, digits)}" for name, x in found.plan.fixed.items())


def _square(found: Reduction) -> dict[str, dict[str, float]]:
    names = found.plan.wrt
    return {a: {b: found.hessian.get((a, b), found.hessian.get((b, a), 0.0)) for b in names} for a in names}
