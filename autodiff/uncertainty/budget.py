"""The uncertainty of a formula's result: all that is asked for, of one output or of several."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.uncertainty.adequacy import by_draws, reasons
from autodiff.uncertainty.correlations import Correlations, Pair, checked
from autodiff.uncertainty.coverage import Coverage, Degrees, coverage, degrees
from autodiff.uncertainty.inputs import Input
from autodiff.uncertainty.linear import Linear, linear
from autodiff.uncertainty.second_order import SecondOrder, second_order

if TYPE_CHECKING:
    from autodiff.uncertainty.goal import Goal, Target
    from autodiff.uncertainty.monte_carlo import Drawn

DIGITS = 6


class Asked(NamedTuple):
    """What is asked for besides the budget: an interval of a probability, so many draws, a goal, other outputs."""

    coverage: float = 0.0
    draws: int = 0
    seed: int = 1
    goal: Goal | None = None
    outputs: Sequence[str] = ()
    digits: int = DIGITS


class Budget(NamedTuple):
    """One output: its linear budget, what second derivatives say, and whether linear is good enough."""

    output: str
    linear: Linear
    second: SecondOrder
    degrees: Degrees
    reasons: tuple[str, ...]
    """Why linear is not good enough; empty where it is."""
    coverage: Coverage | None = None
    drawn: Drawn | None = None
    target: Target | None = None

    @property
    def value(self) -> float:
        """The value of the output."""
        return self.linear.sheet.value

    @property
    def uncertainty(self) -> float:
        """The combined standard uncertainty; NaN where there is no linear budget."""
        return self.linear.uncertainty

    @property
    def is_adequate(self) -> bool:
        """Whether the linear budget may be believed."""
        return self.uncertainty == self.uncertainty and not self.reasons


class Report(NamedTuple):
    """The budgets of a formula at a point."""

    sheet: Worksheet
    inputs: Mapping[str, Input]
    correlations: Correlations
    budgets: tuple[Budget, ...]
    notes: tuple[str, ...]

    def between(self, one: int, other: int) -> float:
        """The correlation of two outputs; NaN where one has no uncertainty."""
        first, second = self.budgets[one].linear, self.budgets[other].linear
        size = first.uncertainty * second.uncertainty
        if one == other or not size or not math.isfinite(size):
            return 1.0 if one == other and size else math.nan
        a = {name: x / first.uncertainty for name, x in first.signed.items()}
        b = self.correlations.times({name: x / second.uncertainty for name, x in second.signed.items()})
        return max(-1.0, min(1.0, math.fsum(a[name] * b[name] for name in a)))


def budget(
    formula: Formula, inputs: Mapping[str, Input], pairs: Mapping[Pair, float] | None = None, asked: Asked | None = None,
    notes: Sequence[str] = (), surplus: Collection[str] = (),
) -> Report:  # fmt: skip
    """The budget of a formula whose inputs have these values and uncertainties; `pairs` are their correlations.

    Raises AutodiffError for inputs that the formula does not have, `surplus` excepted, and for correlations that cannot be.
    """
    asked = asked or Asked()
    values = {name: one.value for name, one in inputs.items()}
    used = formula.bind(values, None, surplus)[1]
    known = {name: inputs[name] for name in inputs if name in used}
    uncertain = [name for name, one in known.items() if one.uncertainty]
    correlations = checked(pairs or {}, [*known], uncertain)
    sheet = formula.worksheet(values, uncertain, surplus)
    sheets: dict[str, Worksheet] = {sheet.output: sheet}
    if asked.outputs:
        from autodiff.study.modes import jacobian

        sheets = dict(jacobian(sheet, asked.outputs))
    found = [_budget(name, one, known, correlations, asked) for name, one in sheets.items()]
    if asked.draws:
        found = _drawn(found, formula, known, correlations, asked)
    return Report(
        sheet,
        known,
        correlations,
        tuple(found),
        (*sheet.notes, *notes, *_remarks(known, found), *_joined(known, correlations, asked)),
    )


def _budget(name: str, sheet: Worksheet, inputs: Mapping[str, Input], correlations: Correlations, asked: Asked) -> Budget:
    first = linear(sheet, inputs, correlations)
    second = second_order(first, correlations)
    free = degrees(first, correlations)
    interval = coverage(first, free, asked.coverage) if asked.coverage and first.uncertainty == first.uncertainty else None
    why = tuple(reasons(first, second, correlations, asked.digits))
    aim = None
    if asked.goal is not None:
        from autodiff.uncertainty.goal import target

        aim = target(first, correlations, asked.goal)
    return Budget(name, first, second, free, why, interval, None, aim)


def _drawn(
    found: Sequence[Budget], formula: Formula, inputs: Mapping[str, Input], correlations: Correlations, asked: Asked
) -> list[Budget]:
    """The budgets with what draws tell of them."""
    from autodiff.uncertainty.monte_carlo import drawn

    parts = [Formula(formula.text, one.linear.sheet.tape) for one in found] if asked.outputs else None
    told = drawn(formula, inputs, correlations, asked.draws, asked.seed, asked.coverage, parts)
    return [one._replace(drawn=some, reasons=(*one.reasons, *by_draws(one.linear, some))) for one, some in zip(found, told)]


def _remarks(inputs: Mapping[str, Input], found: Sequence[Budget]) -> list[str]:
    if not any(one.uncertainty for one in inputs.values()):
        return [say("no input has an uncertainty; write one as in {spelling}", spelling=f"{next(iter(inputs), 'a')}=5±0.1")]
    if loose := next((one.degrees.loose for one in found if one.degrees.loose), ()):
        text = say("{names} are correlated, so they count as one, with the fewest degrees of freedom", names=", ".join(loose))
        return [text]
    return []


def _joined(inputs: Mapping[str, Input], correlations: Correlations, asked: Asked) -> list[str]:
    """A note where inputs are drawn in another shape than their own."""
    names = [name for name in inputs if any(name in pair for pair in correlations.pairs)]
    odd = [name for name in names if inputs[name].shape != "normal" or inputs[name].degrees < math.inf]
    return [say("correlated inputs are drawn as normal: {names}", names=", ".join(odd))] if odd and asked.draws else []
