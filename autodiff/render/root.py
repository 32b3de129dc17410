"""A root of equations, as text, as Markdown, as LaTeX, and as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.messages import say, spoken
from autodiff.render import markdown, mathematics
from autodiff.render.json import closing, numbers, opening, truth
from autodiff.render.plain import aligned
from autodiff.solving.tries import Root, Try
from autodiff.writing import latex
from autodiff.writing.numbers import human, quoted, shortest, strict
from autodiff.writing.preamble import packages

MOST = 12  # unknowns that a table of steps shows

Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def _steps(found: Root, digits: int) -> Table:
    """Every step of Newton's method: where it is, and how far the sides are apart; of one equation the derivative of that too."""
    names = found.system.names[:MOST]
    more = ("…",) * (len(found.system.names) > MOST)
    one = len(found.system.names) == 1
    heads = (say("step"), *names, *more, say("left - right") if one else say("distance of the sides"))
    body = []
    for k, here in enumerate(found.tries):
        gap = here.residuals[0] if one else here.distance
        slope = (human(here.slopes[0][0], digits),) if one else ()
        body.append((str(k), *(human(x, digits) for x in here.x[:MOST]), *more, human(gap, digits), *slope))
    return (*heads, say("its derivative")) if one else heads, body


def _results(found: Root) -> Table:
    """Each unknown, with all digits that count."""
    end = say("root") if found.success else say("best so far")
    rows = zip(found.system.names, found.tries[0].x, found.end.x)
    body = [(name, human(a), shortest(b)) for name, a, b in rows]
    return (say("unknown"), say("start"), end), body + [(name, human(x), say("fixed")) for name, x in found.system.fixed.items()]


def _sentence(found: Root) -> str:
    return ("" if found.success else "! ") + found.message


def plain(found: Root, digits: int) -> Iterator[str]:
    """Lines: the equations, the steps, the root."""
    yield from (line.reading for line in found.system.lines)
    for heads, body in (_steps(found, digits), _results(found)):
        yield ""
        yield from aligned([heads, *body])
    yield ""
    yield _sentence(found)


def in_markdown(found: Root, digits: int) -> Iterator[str]:
    """Lines of Markdown."""
    for line in found.system.lines:
        yield f"- {markdown.code(line.reading)}"
    for table in (_steps(found, digits), _results(found)):
        yield ""
        yield from markdown.table(*table, labels=1)
    yield from ("", markdown.escape(_sentence(found)))


def in_latex(found: Root, digits: int) -> Iterator[str]:
    """Lines of LaTeX."""
    names = [*found.system.names, *found.system.fixed]
    needed = say("needs {packages}", packages=" ".join(packages(names, spoken() == "zh")))
    yield f"% {needed}"
    for line in found.system.lines:
        tape = line.prepared.tape
        yield from mathematics.stated(tape, f"F_{found.system.lines.index(line) + 1}", len(tape.nodes))
    heads, body = _steps(found, digits)
    shown = len(found.system.names[:MOST])
    yield from mathematics.table(
        [latex.prose(heads[0]), *(f"${latex.name(name)}$" for name in heads[1 : shown + 1]), *map(latex.prose, heads[shown + 1 :])],
        [[f"${latex.number(text)}$" for text in row] for row in body], 1,
    )  # fmt: skip
    heads, body = _results(found)
    rows = [[f"${latex.name(row[0])}$", *(_cell(text) for text in row[1:])] for row in body]
    yield from mathematics.table([*map(latex.prose, heads)], rows, 1)
    yield rf"{latex.prose(_sentence(found))}\par"


def _cell(text: str) -> str:
    return f"${latex.number(text)}$" if text[:1] in "-0123456789" else latex.prose(text)


def json(found: Root, text: str) -> Iterator[str]:
    """One JSON document, with the names that SciPy gives to results."""
    system, end = found.system, found.end
    yield opening(text, "; ".join(line.reading for line in system.lines))
    yield f' "equations": [{", ".join(quoted(line.reading) for line in system.lines)}],\n'
    yield f' "start": {_named(found, found.tries[0])}, "fixed": {numbers(system.fixed)},\n'
    yield f' "x": {_named(found, end)}, "fun": {_list(end.residuals)},\n'
    rows = ", ".join(numbers(dict(zip(system.names, row))) for row in end.slopes)
    yield f' "jac": [{rows}],\n'
    yield f' "nit": {len(found.tries) - 1}, "nfev": {found.nfev}, "success": {truth(found.success)},\n'
    yield f' "message": {quoted(found.message)}, "condition": {quoted(found.condition) if found.condition else "null"},\n'
    steps = ",\n  ".join(f'{{"x": {_named(found, here)}, "fun": {_list(here.residuals)}}}' for here in found.tries)
    yield f' "steps": [\n  {steps}],\n'
    yield closing(found.notes)


def _named(found: Root, here: Try) -> str:
    return numbers(dict(zip(found.system.names, here.x)))


def _list(values: Sequence[float]) -> str:
    return f"[{', '.join(map(strict, values))}]"
