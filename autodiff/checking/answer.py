"""The right derivative as a formula, where it is short enough to be shown."""

from __future__ import annotations

from autodiff.errors import AutodiffError
from autodiff.symbolic.derivatives import derivative
from autodiff.tape import Apply, Tape, Var, trimmed

LONGEST = 200  # characters
MOST = 120  # nodes of a formula that is differentiated for it


def answer(tape: Tape, place: int) -> str | None:
    """The derivative with respect to a node, which stands for itself; None where it is long."""
    if place == tape.output:
        return "1"
    node = tape.nodes[place]
    name = node.name if isinstance(node, Var) else tape.names[place]
    nodes = [*tape.nodes[:place], Var(name, node.span), *tape.nodes[place + 1 :]]
    names = {i: own for i, own in tape.names.items() if i != place}
    whole = trimmed(Tape(nodes, tape.output, names, tape.runs))
    if sum(isinstance(each, Apply) for each in whole.nodes) > MOST:
        return None
    try:
        text = derivative(whole, name).program((name,))
    except AutodiffError:
        return None
    return text if len(text) <= LONGEST else None
