"""Propagation of distributions (JCGM 101): the inputs are drawn, and the formula is computed for each draw, with NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, needs
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point.evaluation import Prepared
from autodiff.uncertainty.correlations import Correlations, factor
from autodiff.uncertainty.inputs import Input

MOST = 20_000_000  # draws: they are kept, to be sorted
PIECE = 2**16
"""Draws at once. No result depends on the memory there is: the pieces are always the same."""
LEAST = 1000
SLICE = 2**13  # draws that are computed at once
REDONE = 5000  # draws beyond the range of doubles: each takes half a millisecond
PROBABILITY = 0.95  # of the interval, if none is asked for


class Drawn(NamedTuple):
    """Mean and standard deviation of the draws, and the interval that leaves as many below it as above (JCGM 101, 7.7)."""

    draws: int
    seed: int
    value: float
    uncertainty: float
    probability: float
    low: float
    high: float
    lost: int
    """Draws for which the output is nothing that doubles can hold; then nothing is told of the others."""


def drawn(
    formula: Formula, inputs: Mapping[str, Input], correlations: Correlations, draws: int, seed: int, probability: float,
    outputs: Sequence[Formula] | None = None,
) -> list[Drawn]:  # fmt: skip
    """Draw the inputs and compute the outputs, the formula itself if none are given."""
    numpy = needs("numpy")
    wanted = [_Output(one) for one in outputs or [formula]]
    found = [numpy.empty(draws) for _ in wanted]
    start = 0
    for piece in _pieces(numpy, inputs, correlations, draws, seed):
        size = min(PIECE, draws - start)
        for one, whole in zip(wanted, found):
            names = (
                piece if one.formula is formula else {name: piece[name] for name in one.formula.tape.variables() if name in piece}
            )
            for at, values in enumerate(one.values(names, size)):
                whole[start + at * SLICE : min(start + (at + 1) * SLICE, start + size)] = values
        start += size
    return [_summary(numpy, values, seed, probability or PROBABILITY) for values in found]


class _Output:
    """One output, computed for some draws after others."""

    def __init__(self, formula: Formula) -> None:
        self.formula, self.redone = formula, 0

    def values(self, piece: Mapping[str, Any], size: int) -> Iterator[Any]:
        """The output, some thousand draws at a time."""
        for start in range(0, size, SLICE):
            some = slice(start, min(start + SLICE, size))
            columns = {name: x[some] if getattr(x, "ndim", 0) else x for name, x in piece.items()}
            yield self._computed(columns) if self.redone < REDONE else math.nan

    def _computed(self, columns: Mapping[str, Any]) -> Any:
        """Where a number left the range of doubles on its way, it is computed anew with unbounded exponents, as often as there is
        time for; else it is lost.
        """
        found = self.formula.vectorized(columns, "numpy", wrt=())
        if found.strays.any():
            prepared, values = Prepared(*self.formula.bind(columns, ())[:2]), found.value
            for k in found.strays.nonzero()[0]:
                self.redone += 1
                point = {name: float(x[k] if getattr(x, "ndim", 0) else x) for name, x in columns.items()}
                values[k] = prepared.at(point).value if self.redone < REDONE else math.nan
        return found.value


def _summary(numpy: Any, values: Any, seed: int, probability: float) -> Drawn:
    lost = int(values.size - numpy.isfinite(values).sum())
    if lost:
        return Drawn(values.size, seed, math.nan, math.nan, probability, math.nan, math.nan, lost)
    scale = float(numpy.abs(values).max()) or 1.0  # no square leaves the range of doubles
    mean, spread = float((values / scale).mean()) * scale, float((values / scale).std(ddof=1)) * scale
    values.sort()
    low, high = _ends(values.size, probability)
    return Drawn(values.size, seed, mean, spread, probability, float(values[low]), float(values[high]), 0)


def _ends(size: int, probability: float) -> tuple[int, int]:
    """Which of the sorted draws are the ends of the interval: q of them lie between (JCGM 101, 7.7.2)."""
    inside = round(probability * size)
    low = (size - inside + 1) // 2
    return max(low - 1, 0), min(low - 1 + inside, size - 1)


def _pieces(numpy: Any, inputs: Mapping[str, Input], correlations: Correlations, draws: int, seed: int) -> Iterator[dict[str, Any]]:
    """The inputs, so many draws at a time; correlated ones are drawn as normal together (JCGM 101, 6.4.8)."""
    random = numpy.random.Generator(numpy.random.PCG64(seed))
    joined = [name for name in inputs if any(name in pair for pair in correlations.pairs)]
    roots = numpy.array(factor(correlations.matrix(joined), joined)) if joined else None
    for start in range(0, draws, PIECE):
        size = min(PIECE, draws - start)
        found = {name: _shaped(random, one, size) for name, one in inputs.items() if name not in joined}
        if roots is not None:
            together = roots @ random.standard_normal((roots.shape[1], size))
            found |= {name: inputs[name].value + inputs[name].uncertainty * row for name, row in zip(joined, together)}
        yield found


def _shaped(random: Any, one: Input, size: int) -> Any:
    """Draws of one input by the shape of what is known of it (JCGM 101, table 1)."""
    x, u = one.value, one.uncertainty
    if not u:
        return x
    if one.degrees < math.inf and one.shape == "normal":
        return x + u * random.standard_t(one.degrees, size)
    if one.shape == "rectangular":
        return x + math.sqrt(3) * u * random.uniform(-1, 1, size)
    if one.shape == "triangular":
        return x + math.sqrt(6) * u * (random.random(size) - random.random(size))
    if one.shape == "u-shaped":
        return x + math.sqrt(2) * u * _sine(random, size)
    return x + u * random.standard_normal(size)


def _sine(random: Any, size: int) -> Any:
    numpy = needs("numpy")
    return numpy.sin(2 * math.pi * random.random(size))


def checked(draws: int) -> int:
    """A number of draws. Raises AutodiffError where it is too small to tell anything, or too large for the memory."""
    if LEAST <= draws <= MOST:
        return draws
    message = say("--monte-carlo: there are from {least} to {most} draws", least=LEAST, most=MOST)
    raise AutodiffError("E042", message, say("write {spelling}", spelling="--monte-carlo 1000000"))
