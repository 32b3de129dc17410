"""Propagation of distributions (JCGM 101): the inputs are drawn, and the formula is computed for each draw, with NumPy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, needs
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.uncertainty.correlations import Correlations, factor
from autodiff.uncertainty.inputs import Input

MOST = 20_000_000  # draws: they are kept, to be sorted
PIECE = 2**16
"""Draws at once. No result depends on the memory there is: the pieces are always the same."""
LEAST = 1000
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
    """Draws for which the output is no finite number; then nothing is told of the others."""


def drawn(
    formula: Formula, inputs: Mapping[str, Input], correlations: Correlations, draws: int, seed: int, probability: float,
    outputs: Sequence[Formula] | None = None,
) -> list[Drawn]:  # fmt: skip
    """Draw the inputs and compute the outputs, the formula itself if none are given."""
    numpy = needs("numpy")
    wanted = outputs or [formula]
    found = [numpy.empty(draws) for _ in wanted]
    start = 0
    for piece in _pieces(numpy, inputs, correlations, draws, seed):
        size = min(PIECE, draws - start)
        for one, values in zip(wanted, found):
            names = piece if one is formula else {name: piece[name] for name in one.tape.variables() if name in piece}
            values[start : start + size] = one.vectorized(names, "numpy", wrt=()).value
        start += size
    return [_summary(numpy, values, seed, probability or PROBABILITY) for values in found]


def _summary(numpy: Any, values: Any, seed: int, probability: float) -> Drawn:
    lost = int(values.size - numpy.isfinite(values).sum())
    if lost:
        return Drawn(values.size, seed, math.nan, math.nan, probability, math.nan, math.nan, lost)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
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
