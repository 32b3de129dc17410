"""Whether a linear budget is good enough: by the second derivatives, and by moving each input by its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from autodiff.messages import say
from autodiff.passes.evaluate import evaluate
from autodiff.point.evaluation import Prepared
from autodiff.uncertainty.correlations import Correlations
from autodiff.uncertainty.linear import Linear, combined
from autodiff.uncertainty.rounding import place
from autodiff.uncertainty.second_order import SecondOrder
from autodiff.writing.numbers import human

if TYPE_CHECKING:
    from autodiff.uncertainty.monte_carlo import Drawn

NOISE = 1e-13  # of the largest value: differences below are rounding


class Moved(NamedTuple):
    """The output where one input lies its uncertainty below its value, and above."""

    name: str
    below: float
    above: float


def tolerance(uncertainty: float) -> float:
    """Half a unit of the second digit of an uncertainty: what a rounded one may be off by (JCGM 101, 7.9.2)."""
    return 10.0 ** place(uncertainty) / 2 if 0 < uncertainty < math.inf else 0.0


def moved(found: Linear) -> list[Moved]:
    """The output where each input is moved by its uncertainty, one at a time (GUM 5.1.3, note 2)."""
    sheet, moves = found.sheet, list[Moved]()
    known = {*sheet.tape.variables()}
    for one in found.contributions:
        name, size = one.input.name, one.input.uncertainty
        if size and name in known:
            below, above = (_at(found, {**sheet.point, name: one.input.value + step}) for step in (-size, size))
            moves.append(Moved(name, below, above))
    return moves


def _at(found: Linear, point: dict[str, float]) -> float:
    """The output at another point, near the sheet's own; with unbounded exponents where the sheet needs them."""
    sheet = found.sheet
    if sheet.strays:
        return Prepared(sheet.tape, ()).at(point).value
    return float(evaluate(sheet.tape, point)[sheet.tape.output])


def reasons(found: Linear, second: SecondOrder, correlations: Correlations, digits: int) -> Iterator[str]:
    """Why the linear budget is not good enough; nothing where it is."""
    sheet, u = found.sheet, found.uncertainty
    if u != u:
        return
    moves = moved(found)
    for move in moves:
        for value, side in ((move.below, say("below")), (move.above, say("above"))):
            if not math.isfinite(value):
                said = {"name": move.name, "side": side, "output": sheet.output, "value": human(value, digits)}
                yield say("where {name} is one uncertainty {side} its value, {output} is {value}", **said)
    if not all(math.isfinite(x) for move in moves for x in move[1:]):
        return
    noise = NOISE * max(map(abs, [sheet.value, *(x for move in moves for x in move[1:])]))
    allowed = max(tolerance(u), noise)
    if second.uncertainty - u > allowed or abs(second.value - sheet.value) > allowed:
        yield _second(found, second, digits)
        return
    odd = combined({move.name: (move.above - move.below) / 2 for move in moves}, correlations)
    even = [(move.above - sheet.value + (move.below - sheet.value)) / 2 for move in moves]
    curved = math.hypot(u, *(math.sqrt(2) * x for x in even))
    if abs(odd - u) > allowed or curved - u > allowed or abs(math.fsum(even)) > allowed:
        worst = max(moves, key=lambda move: _bend(found, move))
        slope = next(one.contribution for one in found.contributions if one.input.name == worst.name)
        yield say(
            "moving {name} by its uncertainty changes {output} by {below} and {above}, not by {minus} and {plus}",
            name=worst.name, output=sheet.output,
            below=human(worst.below - sheet.value, 3), above=human(worst.above - sheet.value, 3),
            minus=human(-slope, 3), plus=human(slope, 3),
        )  # fmt: skip


def by_draws(found: Linear, drawn: Drawn) -> Iterator[str]:
    """What draws say against the linear budget, beyond what chance may do to them.

    Where degrees of freedom are few, draws spread more by their nature (JCGM 101, 6.4.9): then nothing is said.
    """
    if drawn.lost:
        share = human(100 * drawn.lost / drawn.draws, 2)
        yield say("{output} has no value that doubles can hold for {share} % of the draws", output=found.sheet.output, share=share)
        return
    if found.uncertainty != found.uncertainty or any(one.input.degrees < math.inf for one in found.contributions):
        return
    chance = 4 * drawn.uncertainty / math.sqrt(drawn.draws)
    allowed = max(tolerance(found.uncertainty), NOISE * abs(found.sheet.value)) + chance
    if abs(drawn.uncertainty - found.uncertainty) > allowed or abs(drawn.value - found.sheet.value) > allowed:
        text = f"{human(drawn.value, 3)} ± {human(drawn.uncertainty, 2)}"
        yield say("draws give {output} = {text}", output=found.sheet.output, text=text)


def _second(found: Linear, second: SecondOrder, digits: int) -> str:
    if not found.uncertainty:
        return say("all sensitivities are 0 here, so only second derivatives tell: the uncertainty is about {number}",
                   number=human(second.uncertainty, 2))  # fmt: skip
    if second.uncertainty - found.uncertainty > tolerance(found.uncertainty):
        return say("second derivatives raise the uncertainty from {before} to {after}",
                   before=human(found.uncertainty, 3), after=human(second.uncertainty, 3))  # fmt: skip
    return say("second derivatives move the mean of {output} from {before} to {after}", output=found.sheet.output,
               before=human(found.sheet.value, digits), after=human(second.value, digits))  # fmt: skip


def _bend(found: Linear, move: Moved) -> float:
    """How far the output is from its tangent where an input is moved."""
    slope = next(one.contribution for one in found.contributions if one.input.name == move.name)
    value = found.sheet.value
    return max(abs(move.above - value - slope), abs(move.below - value + slope))
