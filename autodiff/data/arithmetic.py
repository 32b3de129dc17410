"""A formula over the records of a file: few of them one by one, with their statuses, many as columns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.data.batch import Batch, Numbers
from autodiff.data.task import Plan
from autodiff.passes.registers import Key
from autodiff.point.worksheet import Worksheet

if TYPE_CHECKING:
    from autodiff.data.screen import Screen

FEW = 1000
"""Records of a whole file that are computed one by one: NumPy would take longer to load."""


class Computed(NamedTuple):
    """Value and derivatives of some records, as lists or arrays. `missing` are the records with an empty cell, of which nothing is
    known. Where a word may be needed: `sheets` are worksheets that have one, `suspects` records that may have one.
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


def numbers(plan: Plan, batch: Batch) -> tuple[dict[str, Any], list[int], int]:
    """The columns that vary, by variable; the records with an empty cell among them; how many integers were rounded."""
    found: dict[str, Numbers] = {name: batch.numbers(column) for name, column in plan.columns.items()}
    missing = sorted({int(place) for column in found.values() for place in column.missing})
    return {name: column.values for name, column in found.items()}, missing, sum(column.rounded for column in found.values())


def one_by_one(plan: Plan, batch: Batch) -> Computed:
    """With a worksheet for each record."""
    columns, missing, rounded = numbers(plan, batch)
    empty, keys = set(missing), plan.keys
    value, slopes = [math.nan] * batch.height, {key: [math.nan] * batch.height for key in keys}
    sheets: dict[int, Worksheet] = {}
    for place in range(batch.height):
        if place in empty:
            continue
        sheet = plan.formula.worksheet({**plan.fixed, **{name: x[place] for name, x in columns.items()}}, plan.wrt)
        value[place] = sheet.value
        for key in keys:
            slopes[key][place] = sheet.gradient[key] if isinstance(key, str) else sheet.hessian[key[0]][key[1]]
        if sheet.value_status != "ok" or sheet.status or plan.task.hessian:
            sheets[place] = sheet
    return Computed(batch, columns, value, slopes, missing, rounded, "python", sheets)


def in_columns(plan: Plan, batch: Batch, screen: Screen) -> Computed:
    """With NumPy, or with the kernels that the machine's compiler has made; the screen finds what may need a word."""
    import numpy as np

    columns, missing, rounded = numbers(plan, batch)
    columns = {name: np.asarray(x, float) for name, x in columns.items()}
    engine = "c" if plan.task.engine == "c" else "numpy"
    found = plan.formula.vectorized({**columns, **plan.fixed}, engine, wrt=plan.wrt, hessian=plan.task.hessian)
    slopes: dict[Key, Any] = dict([*found.gradient.items(), *found.hessian.items()])
    return Computed(batch, columns, found.value, slopes, missing, rounded, found.engine, {}, screen.candidates(columns, missing))
