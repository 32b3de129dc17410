"""Steps that are taken as free, and where only variables will do: what to write instead."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.point.evaluation import Evaluation
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Tape, freed
from autodiff.writing.formulas import reading
from autodiff.writing.names import step_names

LONG = 200  # characters of a formula that a hint does not write any more


def refuse_free(here: Evaluation) -> None:
    """Raises AutodiffError where a step is differentiated as if it were free."""
    for name, place in here.free.items():
        raise _refused(here.tape, name, place)


def refuse_named(tape: Tape, wanted: Collection[str], names: Mapping[int, str] | None = None) -> None:
    """Raises AutodiffError for the first of these names that is one of a step: as they are shown, or as they would be without
    values.
    """
    steps = [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS]
    called = step_names(tape, steps) if names is None else {i: names[i] for i in steps if i in names}
    for place, name in called.items():
        if name in wanted:
            raise _refused(tape, name, place)


def _refused(tape: Tape, name: str, place: int) -> AutodiffError:
    message = say("'{name}' is a step of the formula, and a variable is needed here", name=name)
    if place == tape.output:
        return AutodiffError("E034", message, say("leave {name} out: it is the result", name=name))
    spelling = reading(freed(tape, place, name))
    if len(spelling) > LONG:
        return AutodiffError("E034", message, say("leave the assignment of {name} out, so that it is a variable", name=name))
    return AutodiffError("E034", message, say("make it a variable: {spelling}", spelling=f'"{spelling}"'))
