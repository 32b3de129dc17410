"""The array form of a formula: its value and gradient at many points at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from autodiff.errors import AutodiffError, needs
from autodiff.messages import say, series
from autodiff.passes.evaluate import function
from autodiff.passes.registers import Program
from autodiff.primitives import CONDITIONS

DTYPES = "float64", "float32"
CHUNK = 8192  # points that are computed together: their intermediate values stay in the cache
NUMBERS = 2**25  # that are kept together: of a very long formula fewer points


class _Columns(NamedTuple):
    value: Any
    gradient: dict[str, Any]


class Columns(_Columns):
    """The value at every point, and for every variable the derivatives; all of one shape. `engine` is what computed them, and
    `hessian` has the second derivatives by two variables, where they were asked for.
    """

    engine: str
    hessian: dict[tuple[str, str], Any]
    _strays: Callable[[], Any]

    @cached_property
    def strays(self) -> Any:
        """The points at which a number left the range of doubles on its way, as an array of True and False: there what is plain
        IEEE may be wrong, and `Formula.at` is right. It is looked for when it is asked for.

        >>> parse("x/exp(x)").columns(x=[1.0, 400.0]).strays
        array([False,  True])
        """
        return self._strays()


class Engine(Protocol):
    """What computes rows of doubles instead of NumPy."""

    name: str

    def run(self, program: Program, columns: Mapping[str, Any], rows: Sequence[Any]) -> bool:
        """Fill rows with the value and the derivatives, no number where they are missing; False where it cannot.

        A column is a number, or has as many entries as a row.
        """


def columns(
    program: Program,
    arrays: Mapping[str, Any],
    strays_at: Callable[[Mapping[str, float]], bool] | None = None,
    engine: Callable[[int], Engine | None] = lambda work: None,
    dtype: str = "float64",
) -> Columns:
    """Value and derivatives where the variables take the values of these arrays, which are broadcast as NumPy does.

    `strays_at` says of one point whether a number leaves the range of doubles there. `engine` gives one for so many steps
    of points, if there is one that pays; what it cannot do, NumPy does.
    A value that is not a number has derivatives that are none. Raises AutodiffError for what is no array of numbers.
    """
    np = needs("numpy")
    if dtype not in DTYPES:
        message = say("'{name}' is no kind of number that columns can have", name=dtype)
        raise AutodiffError("E042", message, say("take one of {names}", names=series(DTYPES)))
    inputs = {name: _numbers(name, array) for name, array in arrays.items()}
    shape = _shape(inputs)
    flat = {name: x if x.ndim == 0 else np.broadcast_to(x, shape).reshape(-1) for name, x in inputs.items()}
    whole = np.empty((1 + len(program.slopes), *shape), dtype)  # one piece of memory takes half the time of many
    value, *gradient = [whole[k, ...] for k in range(len(whole))]
    rows = [result.reshape(-1) for result in (value, *gradient)]
    slopes = dict(zip(program.slopes, gradient, strict=True))
    found = Columns(value, {key: slope for key, slope in slopes.items() if isinstance(key, str)})
    found.hessian = {key: slope for key, slope in slopes.items() if not isinstance(key, str)}
    found.engine = "numpy"
    other = engine(value.size * len(program.steps)) if dtype == "float64" else None
    if other is not None and other.run(program, flat, rows):
        found.engine = other.name
    else:
        _fill(rows, program, {name: x.astype(dtype, copy=False) for name, x in flat.items()})
    if strays_at is not None:
        from autodiff.passes.strays import strays

        found._strays = lambda: strays(program.tape, flat, shape, strays_at)
    return found


def _fill(rows: Sequence[Any], program: Program, columns: Mapping[str, Any]) -> None:
    """Write the value and every derivative, one chunk of points after the other."""
    from autodiff.numbers.arrays import quiet

    count = min(CHUNK, max(1, NUMBERS // program.size))
    chunk = Chunk(program, columns, rows[0].dtype)
    with quiet():
        for start in range(0, rows[0].size, count):
            chunk.fill([row[start : start + count] for row in rows], start)


def _apart(apply: Callable[..., Any]) -> Callable[..., Any]:
    """The function with an array of its own as result, also where it is an argument."""

    def result(*args: Any) -> Any:
        found = apply(*args)
        return found.copy() if any(found is arg for arg in args) else found

    return result


class Chunk:
    """The registers of a program, with an array for each that a function of NumPy may write to."""

    def __init__(self, program: Program, columns: Mapping[str, Any], dtype: Any) -> None:
        import numpy as np

        self.program, self.columns, self.dtype = program, {**columns}, dtype
        self.registers: list[Any] = [None] * program.size
        self.single = {name for name, x in columns.items() if x.ndim == 0}
        for place, constant in program.constants.items():
            self.registers[place] = np.array(constant.value, dtype)  # as an argument it is cheaper than a number
        for name in self.single:
            self.registers[program.variables[name]] = columns[name]
        self.nans = {name: columns[name] for name in program.free | self.single if np.isnan(columns[name]).any()}
        self.size, self.steps = -1, list[tuple[Callable[..., Any], tuple[int, ...], int, Any]]()

    def take(self, numbers: Mapping[str, float]) -> None:
        """Other values for variables that have one for all points."""
        import numpy as np

        for name, x in numbers.items():
            self.columns[name] = self.registers[self.program.variables[name]] = np.array(x, self.dtype)
            if x == x:
                self.nans.pop(name, None)
            else:
                self.nans[name] = self.columns[name]

    def _prepare(self, size: int) -> None:
        """The steps for so many points: what each calls, and the array that it writes to, if it can."""
        import numpy as np

        from autodiff.numbers.arrays import ARRAYS

        self.size, self.steps = size, []
        single = {*self.program.constants, *(self.program.variables[name] for name in self.single)}
        arrays: dict[int, Any] = {}
        for op, args, out in self.program.steps:
            apply, array = function(op, ARRAYS), None
            if single.issuperset(args):
                single.add(out)
            else:
                single.discard(out)
                if isinstance(apply, np.ufunc):
                    kind = np.dtype(bool) if op in CONDITIONS else self.dtype
                    array = arrays[out] = arrays[out] if out in arrays else np.empty(size, kind)
                else:
                    apply = _apart(apply)
            self.steps.append((apply, args, out, array))

    def fill(self, rows: Sequence[Any], start: int) -> None:
        """Write some points of all rows; where the value or the variable is not a number, there is no derivative."""
        import numpy as np

        size, known = len(rows[0]), self.registers
        if size != self.size:
            self._prepare(size)
        for name, place in self.program.variables.items():
            if name not in self.single:
                known[place] = self.columns[name][start : start + size]
        for apply, args, out, array in self.steps:
            known[out] = apply(*[known[j] for j in args]) if array is None else apply(*[known[j] for j in args], array)
        rows[0][:] = value = known[self.program.value]
        missing = np.isnan(value)
        some = np.count_nonzero(missing)
        for row, name, place in zip(rows[1:], self.program.towards.values(), self.program.slopes.values(), strict=True):
            np.add(known[place], 0.0, out=row)  # no -0.0
            if some:
                np.copyto(row, np.nan, where=missing)
            if name in self.nans:
                x = self.nans[name]
                np.copyto(row, np.nan, where=np.isnan(x if name in self.single else x[start : start + size]))


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
