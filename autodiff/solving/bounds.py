"""Between which limits variables stay: x>=0, y<=3, 0<=z<=1."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from autodiff.errors import AutodiffError, FormulaError, suggestion
from autodiff.formula import number
from autodiff.messages import say, series
from autodiff.reading.source import plain
from autodiff.solving.objective import Place, no_start
from autodiff.writing.numbers import human

Limits = Sequence[tuple[float, float]]
"""The least and the greatest value of each variable."""

SIGN = re.compile(r"<=|>=|<|>")


def read(text: str, names: Sequence[str], start: Sequence[float]) -> Limits:
    """The limits of all variables. Raises AutodiffError for what is no limit, and for a start outside."""
    found = {name: [-math.inf, math.inf] for name in names}
    for part in re.split("[,，]", plain(text).replace("≥", ">=").replace("≤", "<=")):
        sides, signs = [side.strip() for side in SIGN.split(part)], SIGN.findall(part)
        place = next((k for k, side in enumerate(sides) if side in found), None)
        if place is None or len(signs) not in (1, 2) or (len(signs) == 2 and place != 1):
            raise _unread(part.strip(), sides, names)
        for k, sign in enumerate(signs):
            other = sides[k + 1] if place == k else sides[k]
            is_upper = ("<" in sign) == (place == k)
            found[sides[place]][is_upper] = _limit(part.strip(), other)
    for name, x in zip(names, start):
        low, high = found[name]
        if low > high:
            message = say("--bounds: nothing is between {low} and {high} for '{name}'", low=f"{low:g}", high=f"{high:g}", name=name)
            raise _unlike(message)
        if not low <= x <= high:
            raise no_start(say("the start {name} = {value} is outside its bounds", name=name, value=f"{x:g}"))
    return [(low, high) for low, high in found.values()]


def _unread(part: str, sides: Sequence[str], names: Sequence[str]) -> AutodiffError:
    words = [side for side in sides if side.isidentifier() and side not in names]
    if words:
        near = suggestion(words[0], names)
        message = say("--bounds: '{name}' is no variable that moves", name=words[0])
        hint = say("did you mean '{near}'?", near=near) if near else say("there are {names}", names=series(names))
        return AutodiffError("E034", message, hint)
    return _no_limit(part)


def _no_limit(part: str) -> AutodiffError:
    return _unlike(say("--bounds: '{word}' is no limit of a variable", word=part))


def _unlike(message: str) -> AutodiffError:
    return AutodiffError("E042", message, say("write {spelling}", spelling='--bounds "x>=0,y<=3"'))


def _limit(part: str, text: str) -> float:
    try:
        found = number(text)
    except FormulaError as error:
        raise _unlike(say("--bounds: '{word}': {problem}", word=part, problem=error.message)) from None
    if found != found:
        raise _no_limit(part)
    return found


def kept(x: Sequence[float], limits: Limits | None) -> list[float]:
    """The nearest point inside."""
    return [min(max(a, low), high) for a, (low, high) in zip(x, limits)] if limits else [*x]


def slope(place: Place, limits: Limits | None) -> float:
    """The length of the gradient, as far as the limits let the point follow it."""
    if not limits:
        return place.norm
    return math.dist(place.x, kept([x - g for x, g in zip(place.x, place.gradient)], limits))


def arrived(place: Place, limits: Limits | None) -> str:
    """What is said of a minimum."""
    if limits and slope(place, limits) < place.norm / 2:
        return say("the gradient points out of the bounds, and is {size} within them", size=human(slope(place, limits), 3))
    return say("the gradient is down to {size}", size=human(slope(place, limits), 3))
