"""The array form of a formula: its value and gradient at many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, needs
from autodiff.messages import say
from autodiff.passes.evaluate import evaluate, last_uses
from autodiff.tape import Tape

CHUNK = 8192  # points that are computed together: their intermediate values stay in the cache


class _Columns(NamedTuple):
    value: Any
    gradient: dict[str, Any]


class Columns(_Columns):
    """The value at every point, and for every variable the derivatives; all of one shape, as float64."""

    _strays: Callable[[], Any]

    @cached_property
    def strays(self) -> Any:
        """The points at which a number left the range of doubles on its way, as an array of True and False: there what is plain
        IEEE may be wrong, and `Formula.at` is right. It is looked for when it is asked for.
        """
        return self._strays()


def columns(
    tape: Tape, slopes: Mapping[str, int], arrays: Mapping[str, Any], strays_at: Callable[[Mapping[str, float]], bool] | None = None
) -> Columns:
    """Value and derivatives where the variables take the values of these arrays, which are broadcast as NumPy does.

    `strays_at` says of one point whether a number leaves the range of doubles there.

    On the tape the value is the output, and the derivatives stand at the places `slopes`. A value that is not a number has
    derivatives that are none. Raises AutodiffError for what is no array of numbers.
    """
    np = needs("numpy")
    inputs = {name: _numbers(name, array) for name, array in arrays.items()}
    shape = _shape(inputs)
    flat = {name: x if x.ndim == 0 else np.broadcast_to(x, shape).reshape(-1) for name, x in inputs.items()}
    value, *gradient = [np.empty(shape) for _ in range(1 + len(slopes))]
    rows, last = [result.reshape(-1) for result in (value, *gradient)], last_uses(tape, [tape.output, *slopes.values()])
    for start in range(0, value.size, CHUNK):
        part = slice(start, start + CHUNK)
        point = {name: x if x.ndim == 0 else x[part] for name, x in flat.items()}
        _fill([row[part] for row in rows], tape, slopes, point, last)
    found = Columns(value, dict(zip(slopes, gradient, strict=True)))
    if strays_at is not None:
        from autodiff.passes.strays import strays

        found._strays = lambda: strays(tape, flat, shape, strays_at)
    return found


def _fill(
    rows: Sequence[Any], tape: Tape, slopes: Mapping[str, int], point: Mapping[str, Any], last: Sequence[Sequence[int]]
) -> None:
    """Write the value and every derivative at some points; where it or the variable is not a number, that is none."""
    import numpy as np

    from autodiff.numbers.arrays import ARRAYS, quiet

    with quiet():
        values = evaluate(tape, point, ARRAYS, last)
        rows[0][:] = value = values[tape.output]
        for row, (name, place) in zip(rows[1:], slopes.items(), strict=True):
            np.add(values[place], 0.0, out=row)  # no -0.0
            np.copyto(row, np.nan, where=(value != value) | (point[name] != point[name]))


def _numbers(name: str, array: Any) -> Any:
    """The values of one variable, as float64."""
    import numpy as np

    try:
        found = np.asarray(float(array) if isinstance(array, int) else array)
    except (ValueError, OverflowError):
        found = np.asarray(None)
    if found.dtype.kind not in "biuf" or np.ma.isMaskedArray(array):
        raise AutodiffError(
            "E032",
            say("the column '{name}' does not consist of numbers", name=name),
            say("convert it, as in numpy.array(column, float)"),
        )
    return found.astype(np.float64, copy=False)


def _shape(inputs: Mapping[str, Any]) -> tuple[int, ...]:
    """The common shape."""
    import numpy as np

    shape: tuple[int, ...] = ()
    for name, x in inputs.items():
        if not _fit(shape, x.shape):
            raise _clash(name, inputs)
        shape = np.broadcast_shapes(shape, x.shape)
    return shape


def _clash(name: str, inputs: Mapping[str, Any]) -> AutodiffError:
    """The error for a column that does not go with one before it."""
    x = inputs[name]
    other, y = next((other, y) for other, y in inputs.items() if not _fit(x.shape, y.shape))
    return AutodiffError(
        "E054",
        say(
            "the columns '{one}' and '{other}' have different lengths: {length} and {size}",
            one=other,
            other=name,
            length=_size(y),
            size=_size(x),
        ),
        say("give '{one}' and '{other}' the same length, or make one of them a single number", one=other, other=name),
    )


def _fit(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two shapes can be broadcast."""
    return all(m == n or 1 in (m, n) for m, n in zip(reversed(one), reversed(other)))


def _size(x: Any) -> str:
    return str(len(x)) if x.ndim == 1 else " x ".join(map(str, x.shape))
