"""The law of propagation for the records of a file: each has its own values and uncertainties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from autodiff.uncertainty.correlations import Correlations, Pair, checked
from autodiff.uncertainty.linear import combined


class Propagation(NamedTuple):
    """The law, with the correlations of inputs, which are the same for all records."""

    pairs: Mapping[Pair, float]

    def check(self, known: Sequence[str], uncertain: Sequence[str]) -> None:
        """Raises AutodiffError where the correlations are not those of inputs that have uncertainties, or cannot be."""
        checked(self.pairs, known, uncertain)

    def combined(self, terms: Mapping[str, Any]) -> Any:
        """The combined standard uncertainty of each record, from the contributions of all inputs, as lists or as arrays."""
        correlations = checked(self.pairs, [*terms], [*terms])
        if isinstance(next(iter(terms.values())), list):
            return [combined(dict(zip(terms, row)), correlations) for row in zip(*terms.values())]
        from autodiff.numbers.arrays import quiet

        with quiet():
            return _in_columns(terms, correlations)


def _in_columns(terms: Mapping[str, Any], correlations: Correlations) -> Any:
    """The same of arrays: the root of a quadratic form, in which no square leaves the range of doubles."""
    import numpy as np

    if not correlations:
        return reduce(np.hypot, terms.values(), np.float64(0.0))
    scale = reduce(np.fmax, map(np.abs, terms.values()))
    small = {name: np.where(scale > 0, x / scale, 0.0) for name, x in terms.items()}
    beside = {name: x.copy() for name, x in small.items()}
    for (one, other), r in correlations.pairs.items():
        beside[one] += r * small[other]
        beside[other] += r * small[one]
    square = sum(small[name] * beside[name] for name in terms)
    return np.where(np.isfinite(scale), scale * np.sqrt(np.maximum(square, 0.0)), scale)
