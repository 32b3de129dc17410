"""Which records of a batch need a word: those that may meet a special point of the table, or have no finite value or derivative.

What is proved of a box around all records holds of each; only what the box leaves open is looked at record by record. Whether a
record is found depends on it alone, and not on its batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autodiff.data.batch import BLOCK
from autodiff.data.boxes import Box, Columns, blocks, box, sizes
from autodiff.data.proofs import Findings, Proofs
from autodiff.data.specials import Specials
from autodiff.formula import Formula
from autodiff.numbers.arrays import quiet
from autodiff.numbers.intervals import Interval
from autodiff.passes.enclosures import INTERVALS
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active
from autodiff.symbolic.gradients import Gradients, formula_at, gradients
from autodiff.tape import Tape

FAR = 1e300
"""A derivative that is proved to be no greater is finite."""


class Screen:
    """Finds the records whose value, or a derivative with respect to one of `wrt`, may have a status that is not ok; with `second`
    also those with such a second derivative.
    """

    def __init__(
        self, formula: Formula, fixed: Mapping[str, float], varying: Sequence[str], wrt: Sequence[str], second: bool = False
    ) -> None:
        tape = formula.bind({**fixed, **dict.fromkeys(varying, 0.0)})[0]
        self.varying = [name for name in tape.variables() if name not in fixed]
        self._fixed = {name: Interval(np.float64(fixed[name])) for name in tape.variables() if name in fixed}
        self._specials = Specials(tape, active(tape, wrt))
        self._derivatives = [*_derivatives(tape, wrt, second)]
        self._proofs, self._finer = Proofs(self._open), Proofs(self._open)

    def candidates(self, columns: Columns, without: Sequence[int] = ()) -> Any:
        """The places of those records, in order, but for some. What does not consist of finite numbers is among them."""
        marked = np.zeros(len(next(iter(columns.values()), ())), bool)
        if all(np.isfinite(x.lo) for x in self._fixed.values()):
            with quiet():
                self._mark({name: np.asarray(columns[name], float) for name in self.varying}, marked)
        else:
            marked[:] = True
        marked[list(without)] = False
        return np.flatnonzero(marked)

    def _mark(self, columns: Columns, marked: Any) -> None:
        around = box(columns, marked)
        if around is None:
            return
        columns, whole = around
        findings = self._proofs.of(whole)
        if findings.far:  # the least sizes cost another look at the columns
            findings = min(findings, self._finer.of(whole.finer(columns)), key=lambda found: found.size)
        far: Any = np.zeros(-(-marked.size // BLOCK), bool)
        if findings.far:
            far |= self._is_far(blocks(columns, marked.size))
        for k, start in enumerate(range(0, marked.size, BLOCK) if any(findings) else ()):
            part = slice(start, start + BLOCK)
            points = {name: Interval(x[part]) for name, x in columns.items()}
            if findings.open:
                marked[part] |= self._specials.met(findings.open, {**points, **self._fixed})
            if far[k]:
                marked[part] |= self._is_far({name: Interval(x[part], None, sizes(x[part])) for name, x in columns.items()})

    def _open(self, around: Box) -> Findings:
        known = around.intervals
        return Findings(self._specials.open({**known, **self._fixed}), bool(np.any(self._is_far(known))))

    def _is_far(self, known: Mapping[str, Interval]) -> Any:
        """Where a derivative may be too large for a double, or no number."""
        found: Any = np.False_
        for tape, slopes in self._derivatives:
            values = evaluate(tape, {**known, **self._fixed}, INTERVALS)
            for place in slopes.values():
                found = found | ~(values[place].top <= FAR)
        return found


def _derivatives(tape: Tape, wrt: Sequence[str], second: bool) -> Iterator[Gradients]:
    """The derivatives as formulas, and those of each again."""
    first = gradients(tape, wrt)
    yield first
    for place in first.slopes.values() if second else ():
        slope = formula_at(first.tape.nodes, place)
        yield gradients(slope, [name for name in wrt if name in slope.variables()])
