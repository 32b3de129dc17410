"""What a circuit writes into a step: the operation, with the constants that it takes."""

from __future__ import annotations

from collections.abc import Collection
from types import ModuleType

from autodiff.tape import Apply, Const, Tape
from autodiff.writing import formulas
from autodiff.writing.styles import FORMULA

SIGNS = {"add": "+", "mul": "×", "neg": "−"}
TEX = {"+": "+", "×": r"\times", "−": "-"}
ALIKE = frozenset(["max", "min", "hypot", "logsumexp", "logaddexp"])
"""Functions that do not care for the order of their arguments."""
HOLE = "□"


def sign(tape: Tape, place: int, formula: str, inner: Collection[int], write: ModuleType) -> str:
    """×, ×3, ^2, tanh, max(·, 0); where the order of several inputs counts, the whole formula in names."""
    node, is_plain = tape.nodes[place], write is formulas
    assert isinstance(node, Apply)
    free = {j for j in node.args if not isinstance(tape.nodes[j], Const)}
    if len(free) == 1 and len(node.args) > 1 and node.op != "if":
        return _plain_hole(tape, place, free) if is_plain else _tex_hole(tape, place, free, write)
    if node.op in SIGNS and not _is_mixed(tape, node, inner):
        return SIGNS[node.op] if is_plain else TEX[SIGNS[node.op]]
    if len(node.args) == 1 or (node.op in ALIKE and len(free) == len(node.args)):
        name = FORMULA.calls.get(node.op, node.op)
        return name if is_plain else _tex_hole(tape, place, free, write) if len(free) == 1 else rf"\operatorname{{{name}}}"
    return formula


def _is_mixed(tape: Tape, node: Apply, inner: Collection[int]) -> bool:
    """Whether a term is subtracted, or a constant is among several inputs."""
    todo = [node]
    while todo:
        step = todo.pop()
        args = [tape.nodes[j] for j in step.args]
        if step.op == "sub" or any(isinstance(arg, Const) for arg in args):
            return True
        todo += [other for j, other in zip(step.args, args) if j in inner and isinstance(other, Apply)]
    return False


def _plain_hole(tape: Tape, place: int, free: Collection[int]) -> str:
    """An operation with one input: nothing stands in its place, or in a call a dot."""
    text = formulas.expression(tape, place, lambda j: HOLE if j in free else None)
    if text == f"{HOLE}*{HOLE}":
        return "^2"
    for left, right in ((f"*{HOLE}", ""), (f"{HOLE}*", ""), (HOLE, HOLE)):
        if right != HOLE and (text.startswith(left) or text.endswith(left)):
            return f"×{text.replace(left, right)}"
    return (
        (text.removeprefix(HOLE).removesuffix(HOLE) if text.count(HOLE) == 1 else text).strip().replace(HOLE, "·").replace("-", "−")
    )


def _tex_hole(tape: Tape, place: int, free: Collection[int], write: ModuleType) -> str:
    node = tape.nodes[place]
    assert isinstance(node, Apply)
    if node.op == "mul" and len(set(node.args)) > 1:
        constant = next(j for j in node.args if j not in free)
        return rf"\times {write.expression(tape, constant, lambda _: None)}"
    text = str(write.step(tape, place, lambda j: HOLE if j in free else None))
    text = text.replace(rf"\text{{{HOLE}}}", r"{\cdot}").replace(r"{\cdot}^", r"(\cdot)^")
    text = text.replace(r"{\cdot}", "{}") if node.op in ("add", "sub") else text
    return text.removesuffix(r"\left({\cdot}\right)") or text
