"""A formula over the records of a file: few of them one by one, with their statuses, many as columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.data.batch import Batch, Numbers
from autodiff.data.spread import NONE, SIGN, Spreads
from autodiff.data.task import Plan
from autodiff.messages import say
from autodiff.passes.registers import Key
from autodiff.point.worksheet import Worksheet
from autodiff.writing.numbers import human

if TYPE_CHECKING:
    from autodiff.data.screen import Screen

FEW = 1000
"""Records of a whole file that are computed one by one: NumPy would take longer to load."""


class Computed(NamedTuple):
    """Value and derivatives of some records, as lists or arrays. `missing` are the records with an empty cell, of which nothing is
    known. Where a word may be needed: `sheets` are worksheets that have one, `suspects` records that may have one. `spreads` are
    uncertainties, where they are asked for.
    """

    batch: Batch
    columns: Mapping[str, Any]
    value: Any
    slopes: Mapping[Key, Any]
    missing: Sequence[int]
    rounded: int
    engine: str
    sheets: Mapping[int, Worksheet]
    suspects: Sequence[int] = ()
    spreads: Spreads = NONE


def numbers(plan: Plan, batch: Batch) -> tuple[dict[str, Any], list[int], int]:
    """The columns that vary, by variable; the records with an empty cell among them; how many integers were rounded."""
    found: dict[str, Numbers] = {name: batch.numbers(column) for name, column in plan.columns.items()}
    missing = sorted({int(place) for column in found.values() for place in column.missing})
    return {name: column.values for name, column in found.items()}, missing, sum(column.rounded for column in found.values())


def uncertainties(plan: Plan, batch: Batch) -> Spreads:
    """Those of the records, where they are asked for."""
    columns, empty, wrong = dict[str, Any](), set[int](), dict[int, str]()
    for name, column in plan.spread.items():
        known = batch.numbers(column) if column is not None else Numbers([plan.task.spread.values[name]] * batch.height)  # type: ignore[union-attr]
        columns[name] = known.values
        empty.update(map(int, known.missing))
        for place in _no_uncertainties(known):
            shown = human(float(known.values[place]))
            wrong.setdefault(place, say("{name} = {value} is no standard uncertainty", name=f"{SIGN}{name}", value=shown))
    return Spreads(columns, sorted(empty), dict(sorted(wrong.items()))) if columns else NONE


def _no_uncertainties(found: Numbers) -> list[int]:
    """The records whose number is less than 0, infinite, or none."""
    if isinstance(found.values, list):
        places = [place for place, x in enumerate(found.values) if not 0 <= x < math.inf]
    else:
        import numpy as np

        places = np.flatnonzero(~((found.values >= 0) & (found.values < math.inf))).tolist()
    return sorted({*places}.difference(map(int, found.missing)))


def one_by_one(plan: Plan, batch: Batch) -> Computed:
    """With a worksheet for each record."""
    columns, missing, rounded = numbers(plan, batch)
    empty, keys, spreads = set(missing), plan.keys, uncertainties(plan, batch)
    value, slopes = [math.nan] * batch.height, {key: [math.nan] * batch.height for key in keys}
    sheets: dict[int, Worksheet] = {}
    for place in range(batch.height):
        if place in empty:
            continue
        sheet = plan.formula.worksheet({**plan.fixed, **{name: x[place] for name, x in columns.items()}}, plan.wrt)
        value[place] = sheet.value
        for key in keys:
            slopes[key][place] = sheet.gradient[key] if isinstance(key, str) else sheet.hessian[key[0]][key[1]]
        if sheet.value_status != "ok" or sheet.status or plan.task.hessian or place in spreads.wrong:
            sheets[place] = sheet
    return Computed(batch, columns, value, slopes, missing, rounded, "python", sheets, (), spreads)


def in_columns(plan: Plan, batch: Batch, screen: Screen) -> Computed:
    """With NumPy, or with the kernels that the machine's compiler has made; the screen finds what may need a word."""
    import numpy as np

    columns, missing, rounded = numbers(plan, batch)
    columns = {name: np.asarray(x, float) for name, x in columns.items()}
    engine = "c" if plan.task.engine == "c" else "numpy"
    found = plan.formula.vectorized({**columns, **plan.fixed}, engine, wrt=plan.wrt, hessian=plan.task.hessian)
    slopes: dict[Key, Any] = dict([*found.gradient.items(), *found.hessian.items()])
    spreads, suspects = uncertainties(plan, batch), screen.candidates(columns, missing)
    if spreads.wrong:
        suspects = sorted({*suspects.tolist(), *spreads.wrong}.difference(missing))
    return Computed(batch, columns, found.value, slopes, missing, rounded, found.engine, {}, suspects, spreads)
