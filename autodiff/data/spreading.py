"""What the uncertainties of variables make of the output of each record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.data.arithmetic import Computed
from autodiff.data.batch import Numbers
from autodiff.data.judging import Verdict
from autodiff.data.spread import KEY, Spreads
from autodiff.data.task import Plan
from autodiff.messages import count


def column(plan: Plan, computed: Computed, verdicts: Sequence[Verdict]) -> Numbers:
    """The uncertainty of the output of each record: NaN, or empty if that is wished, where there is no linear budget."""
    assert plan.task.spread is not None
    known = computed.spreads
    terms = {name: _contributions(computed.slopes[name], known.columns[name]) for name in plan.spread}
    values, start = plan.task.spread.law.combined(terms), computed.batch.start + 1
    lost = [one.record - start for one in verdicts if _is_lost(one, plan.spread, known, one.record - start)]
    for place in {*lost, *known.empty, *computed.missing}:
        values[place] = math.nan
    blank = lost if plan.task.errors == "null" else []
    return Numbers(values, sorted({*map(int, computed.missing), *known.empty, *blank}))


def _contributions(slopes: Any, sizes: Any) -> Any:
    """An input that is exact contributes nothing, whatever its slope is."""
    if isinstance(slopes, list):
        return [slope * size if size else 0.0 for slope, size in zip(slopes, sizes)]
    import numpy as np

    from autodiff.numbers.arrays import quiet

    with quiet():
        return np.where(np.equal(sizes, 0.0), 0.0, slopes * np.asarray(sizes, float))


def _is_lost(verdict: Verdict, names: Mapping[str, object], known: Spreads, place: int) -> bool:
    """Whether what is not ok is the value, an uncertainty, or the derivative by an input that is not exact."""
    about = verdict.numbers
    return "" in about or KEY in about or any(name in about and known.columns[name][place] for name in names)


def remark(empty: int, name: str) -> str:
    """A note on records that lack an uncertainty."""
    return count(
        empty,
        "one row has an empty uncertainty: its {name} is empty too",
        "{number} rows have an empty uncertainty: their {name} is empty too",
        name=name,
    )
