"""Gradient descent as it is taught: every step goes against the gradient, the rate times as far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from autodiff.messages import say
from autodiff.solving.bounds import Limits, arrived, kept, slope
from autodiff.solving.methods import DESCENT
from autodiff.solving.objective import Objective, Place, Told, started
from autodiff.solving.outcome import Outcome
from autodiff.solving.shape import is_minimum, shape
from autodiff.writing.numbers import human

SMALL = 1e-5
"""A gradient of this length counts as 0, as for SciPy."""
NEAR = 0.05  # how much a derivative may change beside a kink
LATELY = 10  # steps that are looked back on


def descend(
    objective: Objective, start: Sequence[float], rate: float, iterations: int, limits: Limits | None, told: Told
) -> Outcome:
    """So many steps, or fewer where there is nowhere to go on from. Raises AutodiffError where there is no start."""
    places = [started(objective, start)]
    while len(places) <= iterations and places[-1].is_finite and slope(places[-1], limits):
        here = places[-1]
        places.append(objective.at(kept([x - rate * g for x, g in zip(here.x, here.gradient)], limits)))
        told(len(places) - 1, (len(places) - 1) / iterations)
    condition, message = _judged(objective, places, rate, limits)
    failed = not places[-1].is_finite or condition == "diverging"
    best = min((place for place in places if place.is_finite), key=lambda place: place.value)
    end = best if failed else places[-1]
    success = not condition and slope(end, limits) <= SMALL
    done = len(places) - 1
    return Outcome(
        objective, DESCENT, places[0], end, places, done, len(places), success, message, condition,
        not places[-1].is_finite, rate,
    )  # fmt: skip


def _judged(objective: Objective, places: Sequence[Place], rate: float, limits: Limits | None) -> tuple[str, str]:
    """A word for what went wrong, if anything did, and the sentence."""
    first, last, name = places[0], places[-1], objective.output
    if not last.is_finite:
        return _ended(objective, places, rate)
    if not last.norm and len(places) == 1:
        return "flat", say("the gradient is 0 at the start, so that nothing moves: {shape}", shape=shape(objective, first))
    if last.value > first.value:
        return "diverging", _diverging(name, places, rate)
    if first.norm <= SMALL and not is_minimum(objective, last):
        return "flat", say("the gradient is only {size} at the start: it is flat there", size=human(first.norm, 3))
    if slope(last, limits) <= SMALL:
        return "", arrived(last, limits)
    if _is_across_a_kink(objective, places):
        message = say("it jumps to and fro across a kink, where the gradient does not get smaller: a smaller rate comes nearer")
        return "kink", message
    lately = places[-LATELY - 1 :]
    if len(lately) > LATELY and all(a.norm <= b.norm and a.value > b.value for a, b in pairwise(lately)):
        return "unbounded", say("{name} falls faster and faster: it may have no minimum", name=name)
    if first.value - last.value <= 1e-9 * abs(first.value):
        return "flat", say("{name} hardly changes: it is flat here, or the rate is small", name=name)
    return "", say("the gradient is still {size}: more iterations go further", size=human(last.norm, 3))


def _ended(objective: Objective, places: Sequence[Place], rate: float) -> tuple[str, str]:
    """Why a step led to where there is no number."""
    last, before, name = places[-1], places[-2], objective.output
    if last.value == -math.inf:
        return "unbounded", say("{name} falls below all numbers at step {step}: it has no minimum", name=name, step=len(places) - 1)
    if before.value > places[0].value or last.value == math.inf:
        return "diverging", _diverging(name, places, rate)
    values = [place.value for place in places[:-1]]
    if last.value_status[0] == "overflow" or (len(values) > 2 and values[-1] < -1e100):
        return "unbounded", say("{name} falls faster and faster: it may have no minimum", name=name)
    status, why = last.value_status if last.value - last.value else next(iter(last.status.values()), ("overflow", ""))
    step = len(places) - 1
    message = say("step {step} leads to where there is no number to go on with ({status})", step=step, status=say(status))
    message = f"{message}: {why}" if why else message
    return "domain", say("{message}; a smaller rate may stay where there is one", message=message)


def _diverging(name: str, places: Sequence[Place], rate: float) -> str:
    return say(
        "it diverges: {name} was {first} at the start and is {last} at step {step}; the rate {rate} is too large",
        name=name, first=human(places[0].value), last=human(places[-1].value), step=len(places) - 1, rate=human(rate),
    )  # fmt: skip


def _is_across_a_kink(objective: Objective, places: Sequence[Place]) -> bool:
    """Whether a derivative changes its sign with each of the last steps, and does so at one point, not on the way."""
    lately = places[-4:]
    turning = [i for i in range(len(lately[0].x)) if all(a.gradient[i] * b.gradient[i] < 0 for a, b in pairwise(lately))]
    if len(lately) < 4 or not turning:
        return False
    a, b = lately[-2:]
    first, second = (objective.at([x + share * (y - x) for x, y in zip(a.x, b.x)]).gradient for share in (0.25, 0.75))
    return any(abs(first[i] / a.gradient[i] - 1) < NEAR and abs(second[i] / b.gradient[i] - 1) < NEAR for i in turning)
