"""The table of primitives for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from autodiff.messages import N_, say
from autodiff.primitives import ALIASES, CONSTANTS, ROWS, Point, Primitive, called
from autodiff.render.json import VERSIONS
from autodiff.render.plain import aligned
from autodiff.writing.numbers import quoted, strict

HEADS = (N_("function"), N_("derivatives"), N_("defined for"), N_("at special points"), N_("convention"))


def callable_rows() -> list[Primitive]:
    """The rows that a formula may call, in the order of the table."""
    return [row for row in ROWS if called(row.spelled or row.name, 2 if row.variadic else len(row.names)) is row]


def signature(row: Primitive) -> str:
    """How it is called."""
    return f"{row.spelled or row.name}({row.params.replace('...', ', ...')})"


def partials(row: Primitive) -> str:
    """The derivative, or one for each parameter."""
    plain = _plain(row)
    if row.variadic or len(row.names) == 1:
        return plain[0]
    return "; ".join(f"{name}: {partial}" for name, partial in zip(row.names, plain, strict=True))


def _plain(row: Primitive) -> list[str]:
    """The derivatives as people write them."""
    return [re.sub(r"\((\w+) \+ 0\)", r"\1", partial) for partial in row.plain or row.partials]  # x + 0 is x, but never -0


def statuses(row: Primitive) -> str:
    """The statuses of the special points, and when."""
    return "; ".join(map(_special, row.points))


def _special(point: Point) -> str:
    if point.wrt:
        return say("{status} at {condition} (for {name})", status=say(point.status), condition=point.when, name=point.wrt)
    return say("{status} at {condition}", status=say(point.status), condition=point.when)


def plain() -> Iterator[str]:
    """Aligned lines: functions, other names, constants."""
    table = [
        (signature(row), partials(row), row.domain or say("all"), statuses(row), say(row.convention)) for row in callable_rows()
    ]
    yield from aligned([tuple(map(say, HEADS)), *table])
    yield ""
    yield say("other names: {names}", names=", ".join(f"{name} = {meaning}" for name, meaning in sorted(ALIASES.items())))
    constants = ", ".join(f"{name} = {value}" for name, value in CONSTANTS.items())
    yield say("constants, unless they have a value: {names}", names=constants)


def json() -> Iterator[str]:
    """One JSON document."""
    yield f'{{{VERSIONS},\n "functions": ['
    yield ",".join(f"\n  {_row(row)}" for row in callable_rows())
    yield "],\n " + f'"aliases": {{{", ".join(f"{quoted(a)}: {quoted(b)}" for a, b in ALIASES.items())}}},\n '
    yield f'"constants": {{{", ".join(f"{quoted(name)}: {strict(value)}" for name, value in CONSTANTS.items())}}}}}\n'


def _row(row: Primitive) -> str:
    head = f'"name": {quoted(row.spelled or row.name)}, "parameters": [{_list(row.names)}], '
    head += f'"variadic": {"true" if row.variadic else "false"}, "derivatives": [{_list(_plain(row))}]'
    points = ", ".join(map(_point, row.points))
    return f'{{{head}, "domain": {quoted(row.domain)}, "special_points": [{points}], "convention": {quoted(say(row.convention))}}}'


def _point(point: Point) -> str:
    wrt = quoted(point.wrt) if point.wrt else "null"
    return f'{{"when": {quoted(point.when)}, "status": {quoted(point.status)}, "wrt": {wrt}}}'


def _list(texts: Iterable[str]) -> str:
    return ", ".join(map(quoted, texts))
