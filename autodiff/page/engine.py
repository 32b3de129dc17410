"""What the page computes with: a tape as data, and the primitives on it as JavaScript functions written from the table."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from autodiff.code.definitions import Definition
from autodiff.code.javascript import STYLE
from autodiff.code.lower import Unsupported
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.page.parts import part, support
from autodiff.passes.push_pull import active
from autodiff.passes.rules import watch
from autodiff.primitives import ALIASES, CONSTANTS, TABLE
from autodiff.tape import Apply, Const, Node, Tape, Var
from autodiff.trust.special_points import NO_ROOT, SPELLED
from autodiff.trust.status import ORDER
from autodiff.writing.numbers import strict

PASSES = ("engine", "sides", "judge")
"""The files that compute; they need no page."""
TYPED = {"π": "Math.PI", "inf": "Infinity", '"∞"': "Infinity", "nan": "NaN"}
"""What a number field calls by a name besides the constants."""
ORDERS = ("polygamma", "dsinc")  # rows whose first argument must be a literal in JavaScript


class Key(NamedTuple):
    """What the functions of a primitive depend on: the row, how many arguments, a literal order, a constant last argument."""

    op: str
    arity: int
    order: float | None
    constant: bool


_REMARK = re.compile(r"^(?://|/\*).*|\s// .*", re.MULTILINE)
_LITERAL = r'"(?:\\.|[^"\\])*"|`[^`]*`|/(?! )(?:\\.|\[[^\]]*\]|[^/\[\n])+/[a-z]*'  # a division has blanks around it
_BLANKS = {
    ".js": re.compile(rf"({_LITERAL})|\s*([=(){{}}\[\];,?:&|<>*%])\s*|(?<=[\w\])]) ([-+]) (?=[\w(\[])"),
    ".css": re.compile(r"()\s*([{};,>]|: )\s*()"),
    ".html": re.compile(r"()\n(<)()"),
}
"""Where no blank is needed in a file, nor a line's end: every statement of the scripts ends with a semicolon or a brace."""
_ARROW = re.compile(r"(?<=[=(,:?])\((\w+)\)=>")  # x => needs no brackets


@cache
def asset(name: str) -> str:
    """A file of the page, without remarks and blanks that nobody needs."""
    path = files("autodiff.page") / "assets" / name
    text = "\n".join(filter(None, map(str.strip, _REMARK.sub("", path.read_text("utf-8")).splitlines())))
    blanks = _BLANKS.get(path.suffix)  # type: ignore[attr-defined]
    packed = blanks.sub(lambda found: (found[1] or found[2] or found[3]).strip(), text).replace(";}", "}") if blanks else text
    return _ARROW.sub(r"\1=>", packed) if name.endswith(".js") else packed


def keys(tapes: Iterable[Tape]) -> list[Key]:
    """The primitives that some tapes use, each once."""
    return list(dict.fromkeys(_key(tape, node) for tape in tapes for node in tape.nodes if isinstance(node, Apply)))


def _key(tape: Tape, node: Apply) -> Key:
    first, row = tape.nodes[node.args[0]], TABLE[node.op]
    order = first.value if node.op in ORDERS and isinstance(first, Const) else None
    constant = bool(row.literal) and not active(tape, tape.variables())[node.args[-1]]
    return Key(node.op, len(node.args), order, constant)


def tape_data(tape: Tape, wrt: Sequence[str], known: Sequence[Key], free: Collection[int] = ()) -> dict[str, Any]:
    """A tape for the engine, where the steps at some places are taken as free; each step says which known primitive it applies."""
    index = {key: k for k, key in enumerate(known)}
    return {
        "nodes": [_node(tape, node, index) for node in tape.nodes],
        "output": tape.output,
        "runs": {start: {"stop": run.stop, "condition": run.condition, "when": run.when} for start, run in tape.runs.items()},
        "active": list(active(tape, wrt, free)),
    }


def _node(tape: Tape, node: Node, index: dict[Key, int]) -> dict[str, Any]:
    if isinstance(node, Const):
        return {"value": number(node.value)}
    if isinstance(node, Var):
        return {"name": node.name}
    return {"op": node.op, "row": index[_key(tape, node)], "args": node.args}


def number(value: float) -> Any:
    """A number as JSON has it: those that are not finite, and -0, as strings."""
    return value if math.isfinite(value) and (value or math.copysign(1, value) > 0) else strict(value).strip('"')


def script(known: Sequence[Key]) -> str:
    """The passes, and the functions of the primitives that they use. Raises AutodiffError where JavaScript cannot have one."""
    used: dict[str, Definition] = {}
    rows = [_row(key, used) for key in known]
    words = f"const ORDER = {json.dumps(ORDER)}, NO_ROOT = {json.dumps(NO_ROOT)};"
    listed = ["const ROWS = (() => {", *support(used), "return [", ",\n".join(rows), "];", "})();"]  # their names meet no others
    return "\n".join([words, _unremarked("\n".join(listed)), *(asset(f"{name}.js") for name in PASSES)])


def typed() -> str:
    """What a number field understands: the functions of one argument that JavaScript has, with their aliases, and constants."""
    calls = {op: call for op, call in STYLE.calls.items() if len(TABLE[op].names) == 1 and not TABLE[op].variadic}
    calls |= {alias: calls[op] for alias, op in ALIASES.items() if op in calls}
    named = {**{name: repr(value) for name, value in CONSTANTS.items()}, **TYPED}
    return "\n".join([_constant("CALLED", calls), _constant("NAMED", named)])


def _constant(title: str, members: dict[str, str]) -> str:
    return f"const {title} = {{{','.join(f'{name}:{text}' for name, text in members.items())}}};"


def _row(key: Key, used: dict[str, Definition]) -> str:
    try:
        found = part(key.op, key.arity, key.order, key.constant)
    except Unsupported:
        message = say("a page cannot compute {name} where its order is no literal", name=key.op)
        raise AutodiffError("E042", message, say("write a number in its place")) from None
    used |= found.used
    names, points = TABLE[key.op].names, []
    for wrt, (test, _) in found.points.items():
        kinds = [[point.status, point.reason] for point in (watch(key.op, wrt) or ((), ()))[1]]
        argument = json.dumps(names.index(wrt) if wrt else None)
        points.append(f"{{argument: {argument}, test: {test}, kinds: {json.dumps(kinds)}}}")
    spelled = json.dumps(SPELLED.get(key.op) or TABLE[key.op].spelled or key.op)
    return f"{{value: {found.value}, partials: {found.partials}, spelled: {spelled}, points: [{', '.join(points)}]}}"


def _unremarked(text: str) -> str:
    return "\n".join(line for line in map(str.strip, text.splitlines()) if not line.startswith("//"))


def reasons(known: Iterable[Key]) -> list[str]:
    """The messages that the engine may give for some primitives, besides those of its own files."""
    of_rows = [point.reason for key in known for point in TABLE[key.op].points]
    return [*ORDER, NO_ROOT, *SPELLED.values(), *dict.fromkeys(of_rows)]
