"""Tape to text: the canonical, explicit reading of a formula."""

from __future__ import annotations

from collections.abc import Callable, Collection

from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Const, Node, Tape, Var
from autodiff.writing.names import output_name, step_names
from autodiff.writing.pieces import Piece, pieces, template
from autodiff.writing.styles import CONSTANT, FORMULA, LOWEST, NEGATIVE, Style
from autodiff.writing.whole import Whole


def expression(
    tape: Tape, root: int, label: Callable[[int], str | None], style: Style = FORMULA, most: float = float("inf")
) -> str:
    """The text of one node; those that have a label are written as it. Nothing recurses.

    The text ends somewhere beyond `most` signs: what is used twice is written twice, and so the whole may double with each step.
    """
    parts: list[str] = []
    stack: list[Piece] = [(root, LOWEST)]
    while stack and len(parts) <= most:
        piece = stack.pop()
        if isinstance(piece, str):
            parts.append(piece)
            continue
        place, least = piece
        node = tape.nodes[place]
        name = None if place == root else label(place)
        if name is not None:
            parts.append(f"({name})" if name.startswith("-") and least > NEGATIVE else name)
        elif isinstance(node, Var):
            parts.append(node.name)
        elif isinstance(node, Const):
            text = style.literal(node)
            binds = NEGATIVE if text.startswith("-") else CONSTANT
            parts.append(f"({text})" if binds < least else text)
        elif node.op == "copy":
            stack.append((node.args[0], least))
        else:
            binds, written = pieces(node, style)
            stack.extend(reversed(["(", *written, ")"] if binds < least else written))
    return "".join(parts)


def reading(tape: Tape, output: str = "", taken: Collection[str] = ()) -> str:
    """The whole formula: what is named or used more than once is a statement of its own; `output` names the result.

    The names in `taken` are not given to statements.
    """
    names, found = statements(tape, output, taken)
    texts = Whole(tape, names)
    return "; ".join([f"{name} = {texts.of(place)}" if name else texts.of(place) for name, place in found])


def statements(tape: Tape, output: str = "", taken: Collection[str] = ()) -> tuple[dict[int, str], list[tuple[str, int]]]:
    """The statements of a reading, each a name and a place, the output last; and which places their texts call by name."""
    flags, count = _used(tape)
    own = [i for i in range(len(tape.nodes)) if flags[i] and i in tape.names]
    shared = [i for i, n in enumerate(count) if n > 1 and i not in tape.names and nameable(tape.nodes[i])]
    names = {**tape.names}
    if shared:
        fresh = step_names(tape, shared, taken)
        names |= {i: fresh[i] for i in shared}
    found = [(names[i], i) for i in sorted({*own, *shared} - {tape.output})]
    last = (output or output_name(tape)) if output or tape.output in tape.names else ""
    return names, [*found, (last, tape.output)]


def nameable(node: Node) -> bool:
    """Whether a step may have a name: one that is a number."""
    return isinstance(node, Apply) and node.op not in CONDITIONS


def _used(tape: Tape) -> tuple[bytearray, list[int]]:
    """Which nodes the named statements and the output need, and how often each is used."""
    flags, count = bytearray(len(tape.nodes)), [0] * len(tape.nodes)
    for root in (*tape.names, tape.output):
        flags[root] = 1
    for i in range(len(tape.nodes) - 1, -1, -1):
        node = tape.nodes[i]
        if flags[i] and isinstance(node, Apply):
            for j in node.args:
                flags[j], count[j] = 1, count[j] + 1
    return flags, count


def _negative(name: str, least: int) -> str:
    return f"({name})" if name.startswith("-") and least > NEGATIVE else name


def step(tape: Tape, place: int, label: Callable[[int], str | None], taken: bool | None = None) -> str:
    """One operation in the names of its arguments; the branch of an `if` that was not taken is left out."""
    node = tape.nodes[place]
    assert isinstance(node, Apply)
    if node.op == "copy":
        return label(node.args[0]) or ""
    if node.op != "if":
        text, limits, _ = template(node.op, len(node.args))
        names = tuple(map(label, node.args))
        for name in names:
            if not name or name[0] == "-":
                return text % tuple([_negative(name or "", least) for name, least in zip(names, limits)])
        return text % names
    condition, x, y = node.args
    texts = [expression(tape, condition, label)]
    for at, shown in ((x, taken is not False), (y, taken is not True)):
        visible = shown or not isinstance(tape.nodes[at], Apply)
        texts.append((label(at) or expression(tape, at, label)) if visible else "…")
    return f"if({', '.join(texts)})"
