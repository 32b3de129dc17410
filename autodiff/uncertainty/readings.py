"""Readings of an input in a column of a file: their mean, and the standard uncertainty of the mean (GUM 4.2, type A)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say, series
from autodiff.uncertainty.correlations import Pair
from autodiff.uncertainty.inputs import Input

LISTED = 8  # columns that a hint names


class Column(NamedTuple):
    """Where the readings of an input stand: @file:column."""

    name: str
    path: str
    column: str

    @property
    def said(self) -> str:
        """The place in a sentence."""
        return f"{self.path}:{self.column}"


def place(name: str, text: str) -> Column:
    """The place that a text such as @readings.csv:mass tells."""
    path, _, column = text.strip().removeprefix("@").rpartition(":")
    if not path or not column.strip():
        message = say("the value of '{name}': a file and a column stand behind @", name=name)
        raise AutodiffError("E032", message, say("write {spelling}", spelling=f"{name}=@readings.csv:{name}"))
    return Column(name, path, column.strip())


class Readings:
    """The readings of several inputs; each file is read once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.values: dict[str, list[float]] = {}
        for path in dict.fromkeys(column.path for column in columns):
            self.values |= _read(path, [column for column in columns if column.path == path])

    def inputs(self) -> Iterator[Input]:
        """Each input as the mean of its readings."""
        for column in self.columns:
            values = [x for x in self.values[column.name] if x == x]
            n = len(values)
            if n < 2:
                message = say(
                    "'{source}' holds {number} readings, and a standard deviation needs two", source=column.said, number=n
                )
                raise AutodiffError(
                    "E051", message, say("write the uncertainty itself, as in {spelling}", spelling=f"{column.name}=5±0.1")
                )
            mean = _mean(values)
            spread = math.sqrt(_products(values, values, mean, mean) / (n - 1))
            yield Input(column.name, mean, spread / math.sqrt(n), "normal", n - 1.0, spread, math.sqrt(n), n, column.said)

    def correlations(self) -> dict[Pair, float]:
        """Those of columns of one file, whose records are taken for simultaneous (GUM 5.2.3); an empty cell is an error."""
        found: dict[Pair, float] = {}
        for k, one in enumerate(self.columns):
            for other in self.columns[:k]:
                if one.path == other.path:
                    found[other.name, one.name] = self._between(other, one)
        return found

    def _between(self, one: Column, other: Column) -> float:
        a, b = self.values[one.name], self.values[other.name]
        if any(x != x for x in (*a, *b)):
            message = say("'{source}' has empty cells, so its records are not simultaneous readings", source=one.path)
            raise AutodiffError("E051", message, say("leave --paired out, or fill the cells"))
        x, y = _mean(a), _mean(b)
        size = math.sqrt(_products(a, a, x, x)) * math.sqrt(_products(b, b, y, y))
        return max(-1.0, min(1.0, _products(a, b, x, y) / size)) if size else 0.0


def _mean(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return mean + math.fsum(x - mean for x in values) / len(values)


def _products(a: Sequence[float], b: Sequence[float], x: float, y: float) -> float:
    return math.fsum([(p - x) * (q - y) for p, q in zip(a, b)])


def _read(path: str, columns: Sequence[Column]) -> dict[str, list[float]]:
    """The numbers of some columns of a file, NaN where a cell is empty."""
    from autodiff.data import formats
    from autodiff.data.opening import way

    format = formats.of(path) if path != "-" else formats.of("-", "csv")
    found: dict[str, list[float]] = {column.name: [] for column in columns}
    with way([(path, format)], None).source(path, format) as source:
        for column in columns:
            if column.column not in source.names:
                shown = [*source.names[:LISTED], *(["…"] if len(source.names) > LISTED else [])]
                message = say("'{source}' has no column '{column}'", source=path, column=column.column)
                raise AutodiffError("E051", message, say("its columns are {names}", names=series(shown)))
        for batch in source.batches():
            for column in columns:
                numbers = batch.numbers(column.column)
                found[column.name] += [_finite(float(x), k in numbers.missing, column) for k, x in enumerate(numbers.values)]
    return found


def _finite(value: float, is_missing: bool, column: Column) -> float:
    if is_missing or math.isfinite(value):
        return value
    message = say("'{source}' holds a reading that is no finite number", source=column.said)
    raise AutodiffError("E051", message, say("empty the cell"))
