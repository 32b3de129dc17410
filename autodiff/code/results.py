"""What a table of results shows: a column for every step, for the value and for every derivative."""

from __future__ import annotations

from collections.abc import Sequence

from autodiff.code.sweeps import Sweeps
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply
from autodiff.writing.names import dvar, output_name, step_names

MOST = 100  # steps; of more, only those that the user named


def results(sweeps: Sweeps, slopes: Sequence[int], curvatures: Sequence[Sequence[int]]) -> dict[str, int]:
    """The place of every column on the tape of the sweeps; the second derivatives are called da_db."""
    tape, output = sweeps.tape, output_name(sweeps.tape)
    steps = step_names(tape, [i for i, node in enumerate(tape.nodes) if isinstance(node, Apply) and node.op not in CONDITIONS])
    shown = steps if len(steps) <= MOST else tape.names
    found = {name: sweeps.values[i] for i, name in sorted(shown.items()) if i != tape.output}
    found[output] = sweeps.value
    owned = {*tape.variables(), *steps.values()}
    towards = [dvar(name, output, owned) for name in sweeps.wrt]
    found |= dict(zip(towards, slopes))
    for k, row in enumerate(curvatures):
        found |= {f"{towards[k]}_{towards[k + j]}": place for j, place in enumerate(row)}
    return found
