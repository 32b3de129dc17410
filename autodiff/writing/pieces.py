"""How one operation is written: its signs and words, and how tightly its operands must bind to stand without brackets."""

from __future__ import annotations

from functools import cache

from autodiff.tape import Apply
from autodiff.writing.styles import ATOM, FORMULA, LOWEST, Style

Piece = str | tuple[int, int]
"""A text, or the place of an operand and how tightly it must bind to stand without brackets."""


def pieces(node: Apply, style: Style) -> tuple[int, list[Piece]]:
    """How tightly an operation binds, and the texts and operands it is written with."""
    sign, shape = style.signs.get(node.op), style.shapes.get(node.op)
    if shape is not None:
        return shape.binds, [part if isinstance(part, str) else (node.args[part[0]], part[1]) for part in shape.parts]
    if sign is None:
        parts: list[Piece] = [style.calls.get(node.op, node.op), "("]
        for k, place in enumerate(node.args):
            parts += [", "] if k else []
            parts.append((place, LOWEST))
        return ATOM, [*parts, ")"]
    if len(node.args) == 1:
        return sign.binds, [sign.text, (node.args[0], sign.right)]
    return sign.binds, [(node.args[0], sign.left), sign.text, (node.args[1], sign.right)]


@cache
def template(op: str, count: int) -> tuple[str, tuple[int, ...], int]:
    """An operation as a format string, what its operands must bind at least to stand without brackets, and how tightly it binds."""
    binds, parts = pieces(Apply(op, tuple(range(count)), (0, 0)), FORMULA)
    text = "".join([part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts])
    return text, tuple([part[1] for part in parts if not isinstance(part, str)]), binds
