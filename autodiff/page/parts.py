"""The primitives one by one as JavaScript functions, for a page that runs both passes over a graph by itself.

For every node of a tape: `found = part(op, number of arguments, ...)`; `support` of all that the parts use together gives the
functions that stand before them. What the page computes then equals what a worksheet says, but for the last digit or two, in
which V8's Math differs from C's library.

    used = {}
    for op in {"sigmoid", "mul"}:
        found = part(op, len(TABLE[op].names))
        used |= found.used
        script.append(f"{op}: {{value: {found.value}, partials: {found.partials}}}")
    script = [*support(used), *script]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autodiff.code.definitions import Definition
from autodiff.code.javascript import JAVASCRIPT, STYLE
from autodiff.code.lines import lines
from autodiff.code.lower import body, calling, closure, lower
from autodiff.code.symbols import Code
from autodiff.passes.evaluate import evaluate
from autodiff.passes.rules import environment, local, ties, watch
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Tape
from autodiff.writing.names import unused


def arrow(tape: Tape, used: Mapping[str, Definition], params: Sequence[str], names: Mapping[int, str] = {}, name: str = "") -> str:
    """The value of a lowered tape as an arrow function, or as a function that has a name.

    The variables of the tape are among `params`; `names` are those of its steps.
    """
    return _arrow(tape, used, [tape.output], params, names, "{}", name)


def _arrow(
    tape: Tape, used: Mapping[str, Definition], roots: Sequence[int], params: Sequence[str], names: Mapping[int, str], result: str,
    name: str = "",
) -> str:  # fmt: skip
    """`result` is made of the values of the roots."""
    fresh = unused((), {*params, *names.values()}, "t")
    written = lines(tape, roots, names, fresh, calling(STYLE, {name: name for name in used}))
    head = f"function {name}({', '.join(params)})" if name else f"({', '.join(params)}) =>"
    value = result.format(*written.roots)
    if not written.lines and not name:
        return f"{head} {value}"
    steps = [f"  const {line.name} = {line.text};" for line in written.lines]
    return "\n".join([f"{head} {{", *steps, f"  return {value};", "}"])


def support(used: Mapping[str, Definition]) -> list[str]:
    """The functions that some definitions need, all in all, each after those that it calls."""
    return [_defined(definition) for definition in closure(used, JAVASCRIPT).values()]


def _defined(definition: Definition) -> str:
    tape, named = body(definition)
    lowered = lower(tape, JAVASCRIPT, within=definition.op)
    names = {lowered.place[i]: name for i, name in named}
    remark = f"// {definition.source}\n" if definition.source else ""
    return remark + arrow(lowered.tape, lowered.used, definition.params, names, definition.name)


class Part(NamedTuple):
    """A primitive as JavaScript functions of its arguments, and of its value `out`.

    `value(args)` gives a number, or true and false. `partials(args, out)` gives an array of the local derivatives: null is a
    structural zero, through which nothing flows back, not even infinity; a value that is NaN has partials that are NaN. `points`
    numbers the special point that is met, from 1 on, 0 where there is none: an entry for all directions under "", and for each
    parameter that has points of its own under its name, with the list of (status, reason).
    """

    params: list[str]
    value: str
    partials: str
    points: dict[str, tuple[str, list[tuple[str, str]]]]
    used: dict[str, Definition]


def _nullable(symbols: Code, place: int | None) -> int:
    """A derivative, with null where it comes down to a structural zero."""
    node = None if place is None or symbols.blank(place) else symbols.recorder.nodes[place]
    if place is None or node is None:
        return symbols.recorder.const(0.0, "null")
    if isinstance(node, Apply) and node.op == "if":
        p, x, y = node.args
        return symbols.write("if", (p, _nullable(symbols, x), _nullable(symbols, y)))
    return place


def part(op: str, count: int, literal: float | None = None, constant: bool = False) -> Part:
    """A row of the table for so many arguments. Its functions take as many, the order of polygamma and dsinc included.

    `constant` says that the last argument depends on no variable, as in x^3, which obeys another rule; `literal` is the order
    of polygamma or dsinc, which must be known: without it, Unsupported is raised.
    """
    symbols, row = Code("doubles"), TABLE[op]
    params = [f"x{k + 1}" for k in range(count)] if row.variadic else list(row.names)
    args = [symbols.recorder.var(name) for name in params]
    out = symbols.recorder.var("out")
    if literal is not None:
        args[0] = symbols.constant(literal)
    used: dict[str, Definition] = {}

    def written(places: Sequence[int], known: Sequence[str], result: str) -> str:
        lowered = lower(Tape(symbols.recorder.nodes, 0), JAVASCRIPT, needs=places)
        used.update(lowered.used)
        return _arrow(lowered.tape, lowered.used, [lowered.place[i] for i in places], known, {}, result)

    value = symbols.write(op, tuple(args))
    slopes = [_nullable(symbols, slope) for slope in local(op, args, out, symbols, constant, [True] * count)]
    undefined = "[" + ", ".join(["NaN"] * count) + "]"
    listed = f"out !== out ? {undefined} : [" + ", ".join(["{}"] * count) + "]"
    points = {}
    for wrt in ("", *row.names):
        if (found := watch(op, wrt)) is not None:
            known = {"out": out, "ties": ties(args, out, symbols)} if row.variadic else environment(op, args, out)
            place = evaluate(found[0], known, symbols)[found[0].output]
            kept = [(point.status, point.reason.format(name=op)) for point in found[1]]
            points[wrt] = written([place], [*params, "out"], "{}"), kept
    return Part(params, written([value], params, "{}"), written(slopes, [*params, "out"], listed), points, used)
