"""Typed columns as CSV and JSON can hold them."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

from autodiff.data.objects import WORDS
from autodiff.writing.numbers import quoted, strict


def flat(found: Any) -> Any:
    """A column of numbers, truth or text."""
    import polars as pl

    kind = found.dtype
    if kind.is_temporal():
        return found.dt.to_string("iso:strict")
    if kind in (pl.Categorical, pl.Enum):
        return found.cast(pl.String)
    if kind == pl.Binary:
        return found.bin.encode("hex")
    if kind.is_nested() or kind == pl.Object:
        values = [None if value is None else _literal(value) for value in found.to_list()]
        return pl.Series(found.name, values, dtype=pl.String)
    return found


def literals(found: Any) -> list[str]:
    """A column as JSON."""
    import polars as pl

    if found.dtype.is_float():
        return [*numbers(found)]
    if found.dtype.is_nested() or found.dtype == pl.Object:
        return [*map(_literal, found.to_list())]
    plain = flat(found)
    texts = plain.cast(pl.String).to_list()
    return ["null" if text is None else quoted(text) if plain.dtype == pl.String else text for text in texts]


def numbers(found: Any) -> Any:
    """A column of floating-point numbers as one of JSON."""
    import polars as pl

    texts = found.cast(pl.String)
    if not found.is_finite().all():
        texts = texts.replace({"NaN": WORDS[1], "inf": WORDS[2], "-inf": WORDS[3]})
    return texts.fill_null(WORDS[0])


def _literal(value: Any) -> str:
    """A value as JSON: numbers that are not finite, dates and bytes as strings."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """The same of what JSON knows."""
    if isinstance(value, float) and value - value != 0:
        return json.loads(strict(value))
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [*map(_plain, value)]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
