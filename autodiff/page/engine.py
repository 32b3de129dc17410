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
from autodiff.code.lower import Unsupported
from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.page.parts import part, support
from autodiff.passes.push_pull import active
from autodiff.passes.rules import watch
from autodiff.primitives import TABLE
from autodiff.tape import Apply, Const, Node, Tape, Var
from autodiff.trust.special_points import NO_ROOT, SPELLED
from autodiff.trust.status import ORDER
from autodiff.writing.numbers import strict

PASSES = ("engine", "sides", "judge")
"""The files that compute; they need no page."""
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
    ".js": re.compile(rf"({_LITERAL})|\s*([=(){{}}\[\];,?:&|<>*%!])\s*|(?<=[\w\])]) ([-+]) (?=[\w(\[])"),
    ".css": re.compile(r"()\s*([{};,>]|: )\s*()"),
    ".html": re.compile(r"()\n(<)()"),
}
"""Where no blank is needed in a file, nor a line's end: every statement of the scripts ends with a semicolon or a brace."""
_CONSTANTS = re.compile(r"((?<![\w$(])const \w+=[^;{}()]*(?:\([^;{}()]*\)[^;{}()]*)*);const (?=\w+=)")  # one statement for two
_ARROW = re.compile(r"(?<=[=(,:?])\((\w+)\)=>")  # x => needs no brackets


@cache
def asset(name: str) -> str:
    """A file of the page, without remarks and blanks that nobody needs."""
    path = files("autodiff.page") / "assets" / name
    return packed(path.read_text("utf-8"), path.suffix)  # type: ignore[attr-defined]


def packed(text: str, suffix: str = ".js") -> str:
    """The text of a file without remarks and blanks that nobody needs."""
    text = "\n".join(filter(None, map(str.strip, _REMARK.sub("", text).splitlines())))
    blanks = _BLANKS.get(suffix)
    short = blanks.sub(lambda found: (found[1] or found[2] or found[3]).strip(), text).replace(";}", "}") if blanks else text
    if suffix == ".js":
        short = _ARROW.sub(r"\1=>", short)
        while (joined := _CONSTANTS.sub(r"\1,", short)) != short:
            short = joined
    return short


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
    return "\n".join([words, packed("\n".join(listed)), *(asset(f"{name}.js") for name in PASSES)])


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


def reasons(known: Iterable[Key]) -> list[str]:
    """The messages that the engine may give for some primitives, besides those of its own files."""
    of_rows = [point.reason for key in known for point in TABLE[key.op].points]
    return [*ORDER, NO_ROOT, *SPELLED.values(), *dict.fromkeys(of_rows)]
