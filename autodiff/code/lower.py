"""What a language lacks is put in terms of what it has: calls of functions that are defined in our own language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from autodiff.code.definitions import Definition, definition
from autodiff.code.symbols import needed, straight
from autodiff.primitives import LONG, ROWS
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.symbolic.kin import Opening, kin
from autodiff.tape import Apply, Const, Recorder, Tape
from autodiff.writing.styles import Style

FOLDED = frozenset(row.name for row in ROWS if row.variadic and row.doubles != LONG)
"""Variadic rows that are written as calls of two arguments within each other."""


class Unsupported(Exception):
    """A function that the language cannot express: the name of its row, and the node."""

    def __init__(self, op: str, node: Apply) -> None:
        super().__init__(op)
        self.op, self.node = op, node


class Dialect(NamedTuple):
    """What a language has of its own.

    `native` are the rows that it spells; those in `guarded` obey IEEE arithmetic as we do only within their definition,
    or where they are `easy` and their last argument is a literal other than 0. `ordered` says that NaN is greater than all
    numbers, and equals itself.
    """

    style: Style
    native: frozenset[str]
    guarded: frozenset[str] = frozenset()
    easy: frozenset[str] = frozenset()
    definitions: Mapping[str, Definition] = {}
    ordered: bool = False


class Lowered(NamedTuple):
    """A tape in terms of what a language has, where each node of the old one stands, and the definitions it calls."""

    tape: Tape
    place: list[int]
    used: dict[str, Definition]


def lower(tape: Tape, dialect: Dialect, needs: Sequence[int] = (), within: str = "") -> Lowered:
    """Put a straight tape in terms of what a language has, as far as some places need it, or else its output.

    `within` is the row whose definition it is. Raises Unsupported.
    """
    recorder, place, used = Recorder(), list[int](), dict[str, Definition]()
    count = needed(tape, needs or [tape.output])

    def apply(op: str, args: tuple[int, ...]) -> int:
        return _apply(recorder, Apply(op, args, (0, 0)), [*args], dialect, within, used)

    opening, sharing = Opening(recorder, apply), kin(tape.nodes, [i for i, times in enumerate(count) if times >= 0])
    for i, node in enumerate(tape.nodes):
        if count[i] < 0:
            place.append(-1)
            continue
        if not isinstance(node, Apply):
            place.append(recorder.leaf(node))
            continue
        args = [place[j] for j in node.args]
        if i in sharing and node.op not in dialect.native:
            place.append(opening.write(node.op, args[0]))
            continue
        place.append(_apply(recorder, node, args, dialect, within, used))
    return Lowered(Tape(recorder.nodes, place[tape.output]), place, used)


def _apply(recorder: Recorder, node: Apply, args: list[int], dialect: Dialect, within: str, used: dict[str, Definition]) -> int:
    op = node.op
    if op in dialect.native and (op not in dialect.guarded or op == within or _is_easy(recorder, op, args, dialect)):
        return _folded(recorder, op, args) if op in FOLDED else recorder.apply(op, tuple(args))
    found = _definition(recorder, node, args, dialect)
    used[found.name] = found
    if op in FOLDED:
        return _folded(recorder, f"{found.name}()", args)
    kept = args[1:] if found.fixed else args
    return recorder.apply(f"{found.name}()", tuple(kept))


def _folded(recorder: Recorder, name: str, args: list[int]) -> int:
    result = args[0]
    for arg in args[1:]:
        result = recorder.apply(name, (result, arg))
    return result


def _is_easy(recorder: Recorder, op: str, args: list[int], dialect: Dialect) -> bool:
    last = recorder.nodes[args[-1]]
    return op in dialect.easy and isinstance(last, Const) and last.value != 0


def _definition(recorder: Recorder, node: Apply, args: list[int], dialect: Dialect) -> Definition:
    first = recorder.nodes[args[0]]
    order = first.value if isinstance(first, Const) else None
    found = dialect.definitions.get(node.op) or definition(node.op, len(args), order)
    if found is None:
        raise Unsupported(node.op, node)
    return found


def calling(style: Style, names: Mapping[str, str]) -> Style:
    """The style with what each definition is called."""
    return style._replace(calls={**style.calls, **{f"{name}()": called for name, called in names.items()}})


@cache
def body(found: Definition) -> tuple[Tape, tuple[tuple[int, str], ...]]:
    """A definition as a straight tape, and the names of its steps."""
    tape = resolve(read(found.text)[0], found.params)[0]
    steps, values = straight(tape)
    return steps, tuple((values[i], name) for i, name in tape.names.items())


def closure(used: Mapping[str, Definition], dialect: Dialect) -> dict[str, Definition]:
    """The definitions that are used, and all that they use in turn: each after those that it calls."""
    found: dict[str, Definition] = {}
    stack: list[tuple[Definition, bool]] = [(one, False) for one in list(used.values())[::-1]]
    while stack:
        one, ready = stack.pop()
        if ready or one.raw:
            found.setdefault(one.name, one)
        elif one.name not in found:
            inner = lower(body(one)[0], dialect, within=one.op).used
            stack += [(one, True), *((other, False) for other in reversed(inner.values()))]
    return found
