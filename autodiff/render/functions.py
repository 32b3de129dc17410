"""The functions that a formula may call, for people and for programs: all of them, each in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from autodiff.messages import N_, say
from autodiff.primitives import ALIASES, CONSTANTS, ROWS, TABLE, Point, Primitive, called
from autodiff.render.json import VERSIONS, braced, numbers, truth
from autodiff.writing.numbers import quoted
from autodiff.writing.width import cells, fitted, packed, wrapped

GROUPS = {
    "add": N_("Arithmetic"),
    "pow": N_("Powers and roots"),
    "exp": N_("Exponentials and logarithms"),
    "sin": N_("Circular functions"),
    "sinh": N_("Hyperbolic functions"),
    "abs": N_("Corners and steps"),
    "erf": N_("Special functions"),
    "lt": N_("The choice between two formulas"),
}
"""The groups of the table, by the row that each begins with."""


def callable_rows() -> list[Primitive]:
    """The rows that a formula may call, in the order of the table; but for `if`, which has a syntax of its own."""
    return [row for row in ROWS if called(row.spelled or row.name, 2 if row.variadic else len(row.names)) is row]


def signature(row: Primitive) -> str:
    """How it is called."""
    return f"{row.spelled or row.name}({row.params.replace('...', ', ...')})"


def plain(width: int) -> Iterator[str]:
    """Lines that are no wider: the functions in groups, other names, constants."""
    shown = [*callable_rows(), TABLE["if"]]
    room, group = max(cells(signature(row)) for row in shown) + 4, ""
    for row in ROWS:
        group = GROUPS.get(row.name, group)
        if row in shown:
            if group:
                yield from ("", say(group)) if row is not shown[0] else (say(group),)
                group = ""
            yield from wrapped(f"  {fitted(signature(row), room - 2)}{say(row.meaning)}", width, " " * room)
    yield ""
    others = [f"{name} = {meaning}" for name, meaning in sorted(ALIASES.items())]
    yield from _listed(say("Other names"), others, width)
    yield ""
    yield from _listed(say("Constants, unless they have a value"), [f"{name} = {x}" for name, x in CONSTANTS.items()], width)
    yield ""
    yield from wrapped(say("all of one: {command}", command="autodiff functions sigmoid"), width, "  ")


def _listed(title: str, texts: list[str], width: int) -> Iterator[str]:
    yield from wrapped(title, width, "  ")
    yield from (f"  {line}" for line in packed([*(f"{text}," for text in texts[:-1]), texts[-1]], width - 2, ""))


def json(rows: Iterable[Primitive], aliases: Iterable[str] = ALIASES) -> Iterator[str]:
    """One JSON document."""
    yield f'{{{VERSIONS},\n "functions": ['
    yield ",".join(f"\n  {_row(row)}" for row in rows)
    yield "],\n " + f'"aliases": {braced({a: quoted(ALIASES[a]) for a in aliases})},\n '
    yield f'"constants": {numbers(CONSTANTS)}}}\n'


def _row(row: Primitive) -> str:
    head = f'"name": {quoted(row.spelled or row.name)}, "parameters": [{_list(row.names)}], '
    head += f'"variadic": {truth(row.variadic)}, "derivatives": [{_list(_plain(row))}]'
    points, domain = ", ".join(map(_point, row.points)), quoted(row.finite or row.domain)
    return f'{{{head}, "domain": {domain}, "special_points": [{points}], "convention": {quoted(say(row.convention))}}}'


def _plain(row: Primitive) -> list[str]:
    """The derivatives as people write them."""
    return [re.sub(r"\((\w+) \+ 0\)", r"\1", partial) for partial in row.plain or row.partials]  # x + 0 is x, but never -0


def _point(point: Point) -> str:
    wrt = quoted(point.wrt) if point.wrt else "null"
    return f'{{"when": {quoted(point.when)}, "status": {quoted(point.status)}, "wrt": {wrt}}}'


def _list(texts: Iterable[str]) -> str:
    return ", ".join(map(quoted, texts))
