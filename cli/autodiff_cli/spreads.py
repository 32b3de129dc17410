"""What map is told of uncertainties: a=5±0.1 or u_a=0.1 is the same for all rows, other ones are columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff_cli import uncertainty

if TYPE_CHECKING:
    from autodiff.data.spread import Spread


def read(text: str, words: Sequence[str], path: str | None, corr: Sequence[str]) -> tuple[dict[str, float], Spread, list[str]]:
    """The values that are the same for all rows, their uncertainties with the law that combines them, and notes."""
    from autodiff.data.spread import SIGN, Spread, is_known
    from autodiff.uncertainty.given import given
    from autodiff.uncertainty.over_rows import Propagation

    names, typed = parse(text).names, uncertainty.texts(words)
    kept = uncertainty.stored(path, names - typed.keys()) if path else {}
    found = given({**kept, **typed})
    values, sizes = dict[str, float](), dict[str, float]()
    for name, one in found.inputs.items():
        if one.uncertainty:
            sizes[name] = one.uncertainty
        values[name] = one.value
    for name in [name for name in values if name not in names and is_known(name, names, Spread({}, Propagation({})))]:
        size, variable = values.pop(name), name.removeprefix(SIGN)
        if not 0 <= size < float("inf"):
            message = say("{name} = {value} is no standard uncertainty", name=name, value=f"{size:g}")
            raise AutodiffError("E032", message, say("write {spelling}", spelling=f"{name}=0.1"))
        if variable in sizes:
            message = say("the uncertainty of '{name}' is given twice", name=variable)
            raise AutodiffError("E032", message, say("leave {name}=… out", name=name))
        sizes[variable] = size
    pairs = uncertainty.correlations(corr, [*names])
    return values, Spread(sizes, Propagation(pairs)), found.notes
