"""What takes long: by default a part of it is run, and `pytest -m long` runs the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

LONG = pytest.mark.long


def first(count: int, values: Sequence[Any]) -> list[Any]:
    """The values of a parameter: the first few by default, the others at length."""
    return [*values[:count], *(pytest.param(value, marks=LONG) for value in values[count:])]


def spread(step: int, values: Sequence[Any]) -> list[Any]:
    """Every so manyth of the values by default, the others at length; a tuple is one value for each of several parameters."""
    rows = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*row, marks=LONG if k % step else ()) for k, row in enumerate(rows)]


def each(values: Sequence[Any]) -> Callable[[Callable[[Any], None]], Callable[[], None]]:
    """One test for all values, which names the one that fails: hundreds of tests cost more than what they test."""

    def test_of(holds: Callable[[Any], None]) -> Callable[[], None]:
        def test() -> None:
            for value in values:
                try:
                    holds(value)
                except Exception as error:
                    error.add_note(f"for {value!r}")
                    raise

        test.__doc__ = holds.__doc__
        return test

    return test_of


def sized(part: Any, whole: Any) -> list[Any]:
    """A size, a count or a depth: one by default, the whole at length."""
    return [part, pytest.param(whole, marks=LONG)]


def examples(part: int, whole: int, *strategies: Any, **named: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A property of so many examples by default, and of so many at length; `folder` is an empty one, where it is asked for."""

    def test_of(holds: Callable[..., None]) -> Callable[..., None]:
        @pytest.mark.parametrize("count", sized(part, whole))
        def test(count: int, tmp_path: Path) -> None:
            judged = settings(max_examples=count, suppress_health_check=list(HealthCheck))(given(*strategies, **named)(holds))
            judged(**{"folder": tmp_path} if "folder" in inspect.signature(holds).parameters else {})

        test.__doc__ = holds.__doc__
        return test

    return test_of
