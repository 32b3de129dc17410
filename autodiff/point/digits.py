"""Value and gradient to as many digits as are wanted, from the same table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError, needs
from autodiff.messages import say
from autodiff.numbers import balls
from autodiff.numbers.balls import Balls, Undecided
from autodiff.numbers.precise import LARGEST, Precise
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.point.evaluation import NO_STEPS, Evaluation
from autodiff.reading.parser import read
from autodiff.reading.resolve import resolve
from autodiff.tape import Apply, Const, Tape

GUARD = 10  # digits beyond those that are shown, at first
TINY = 700  # digits at which 1 + 5e-324 is not 1, nor its square: what is 0 then is 0
MOST = 1500  # digits that are worked with before the search for certain ones ends
WIDER = (1, 3, 9)  # times the digits, for balls
SPLIT = 300  # power of ten
SLOW = frozenset({"gamma", "lgamma", "digamma", "polygamma"})  # their cost grows with the cube of the digits, or worse
PATIENT = 500  # digits that are worked with where those stand


class Exact(NamedTuple):
    """A value and its gradient with so many digits, as text; `certain` says whether they stood when the digits were doubled."""

    digits: int
    value: str
    gradient: dict[str, str]
    certain: bool


class Proved(Exact):
    """The same where ball arithmetic shows that every digit is right."""

    __slots__ = ()


def exactly(here: Evaluation, digits: int, texts: Mapping[str, str]) -> Exact:
    """More digits of the numbers at a point. `texts` are the values as written; else a double is read as it is printed."""
    given = {name: _tape(texts.get(name, repr(x)), x) for name, x in here.point.items()}
    found = exact(here.tape, given, here.wrt, digits, here.free)
    outside = {name: "NaN" for name, status in here.status.items() if status.status == "domain"}
    return found._replace(gradient=found.gradient | outside)


def _tape(text: str, value: float) -> Tape:
    if not math.isfinite(value):
        return Tape([Const(value, repr(value), (0, 0))], 0)
    return resolve(read(text)[0], ())[0]


def exact(tape: Tape, given: Mapping[str, Tape], wrt: Sequence[str], digits: int, steps: Mapping[str, int] = NO_STEPS) -> Exact:
    """Value and gradient to so many significant digits.

    `given` holds the value of every variable as a formula, so that 0.1 and pi/4 have all their digits. The work is done
    with more and more digits until two rounds agree (Ziv's strategy), so that cancellation costs time and not truth.
    Where python-flint is installed, balls prove the digits if they can. Raises AutodiffError where the gamma functions would take
    minutes for so many.
    """
    most = _most([tape, *given.values()], digits)
    found = proved(tape, given, wrt, digits, steps) if balls.available() else None
    return _doubled(tape, given, wrt, digits, most, steps) if found is None else found


def proved(
    tape: Tape, given: Mapping[str, Tape], wrt: Sequence[str], digits: int, steps: Mapping[str, int] = NO_STEPS
) -> Proved | None:
    """The digits to which every number of a ball is rounded; None where balls do not decide, or something is not finite."""
    system = Balls()
    for more in WIDER:
        with system.digits(more * (digits + GUARD)):
            try:
                found = [_digits(*system.rounded(x, digits), digits) for x in _at(tape, given, wrt, system, steps)]
            except Undecided:
                continue
            return Proved(digits, found[0], dict(zip(wrt, found[1:], strict=True)), True)
    return None


def _digits(mantissa: int, power: int, digits: int) -> str:
    """A decimal number as text, as numbers of mpmath are written."""
    high = power + len(str(abs(mantissa))) - 1
    if abs(high) > LARGEST // 4:
        raise Undecided
    split = high if abs(high) >= SPLIT else 0
    libmp = needs("mpmath").libmp
    text = libmp.to_str(libmp.from_str(f"{mantissa}e{power - split}", int(4 * (digits + GUARD))), digits)
    return f"{text}e{split:+d}" if split else str(text)


def _doubled(
    tape: Tape, given: Mapping[str, Tape], wrt: Sequence[str], digits: int, most: int, steps: Mapping[str, int] = NO_STEPS
) -> Exact:
    """The digits that stand when their number is doubled."""
    algebra = Precise(digits + GUARD)
    found = _at(tape, given, wrt, algebra, steps)
    while True:
        before, coarser = found, algebra
        algebra = Precise(2 * coarser.context.dps)
        found = _at(tape, given, wrt, algebra, steps)
        texts = [agreed(coarser, x, y, digits) for x, y in zip(before, found, strict=True)]
        settled = None not in texts and (not _is_open(algebra, texts, found) or algebra.context.dps > TINY)
        settled = settled and algebra.decided_as(coarser)
        if settled or algebra.context.dps > most:
            break
    sure = [_leading(coarser, x, y, digits) if text is None else text for x, y, text in zip(before, found, texts, strict=True)]
    certain = settled and not algebra.doubtful
    if certain and algebra.beyond:  # does it matter what stands for a number that is out of reach?
        bounded = _at(tape, given, wrt, Precise(coarser.context.dps, bounded=True), steps)
        certain = all(_text(coarser, x, digits) == _text(coarser, y, digits) for x, y in zip(bounded, found, strict=True))
    return Exact(digits, sure[0], dict(zip(wrt, sure[1:], strict=True)), certain)


def _is_open(algebra: Precise, texts: Sequence[str | None], found: Sequence[Any]) -> bool:
    """Whether more digits may tell what so many have not: which side of a jump it is, or whether a 0 is one."""
    return algebra.doubtful or algebra.vanished or any(text == "0.0" and not algebra.is_exact(x) for text, x in zip(texts, found))


def _most(tapes: Sequence[Tape], digits: int) -> int:
    """How many digits may be worked with before the search ends."""
    slow = next((node.op for tape in tapes for node in tape.nodes if isinstance(node, Apply) and node.op in SLOW), None)
    if slow is not None and 2 * (digits + GUARD) > PATIENT:
        most = PATIENT // 2 - GUARD
        raise AutodiffError(
            "E042",
            say("--precision: {function} is for at most {most} digits", function=slow, most=most),
            say("write --precision {most}", most=most),
        )
    return MOST if slow is None else PATIENT // 2


def _leading(algebra: Precise, x: Any, y: Any, digits: int) -> str:
    """The digits that do agree, NaN where there are none."""
    while digits > 1:
        digits //= 2
        if (text := agreed(algebra, x, y, digits)) is not None:
            return text
    return "NaN"


def _at(tape: Tape, given: Mapping[str, Tape], wrt: Sequence[str], algebra: Precise | Balls, steps: Mapping[str, int]) -> list[Any]:
    point = {name: evaluate(value, {}, algebra)[value.output] for name, value in given.items()}
    return gradient(tape, point, wrt, algebra, steps)


def agreed(algebra: Precise, x: Any, y: Any, digits: int) -> str | None:
    """The text that two rounds agree upon; a number that shrinks with the digits that are spent is 0."""
    texts = {_text(algebra, x, digits), _text(algebra, y, digits)}
    if len(texts) == 1:
        return texts.pop()
    left = abs(x) * algebra.lift(10) ** (-algebra.context.dps // 2) if x else algebra.lift(10) ** (-algebra.context.dps * 3 // 2)
    vanishes = algebra.context.isfinite(x) and abs(y) < left  # a 0 that more digits take for rounding is one
    return "0.0" if vanishes else None


def gradient(
    tape: Tape, point: Mapping[str, Any], wrt: Sequence[str], algebra: Precise | Balls, steps: Mapping[str, int] = NO_STEPS
) -> list[Any]:
    """The value, then the derivative with respect to each variable or step; what is not a number has no derivatives."""
    values = evaluate(tape, point, algebra)
    value = values[tape.output]
    if value != value:
        return [value] * (1 + len(wrt))
    adjoints = pull(tape, linearize(tape, values, algebra, active(tape, wrt, steps.values())), algebra.lift(1.0), algebra)
    where = {**places(tape), **steps}
    slopes = [adjoints[where[name]] for name in wrt]
    return [value, *(algebra.lift(0.0) if slope is None else slope for slope in slopes)]


def _text(algebra: Precise, x: Any, digits: int) -> str:
    """So many digits, with the power of ten split off where it is large, for Python writes no integer of 5,000 digits."""
    mp = algebra.context
    if not mp.isfinite(x):
        return "NaN" if x != x else "Infinity" if x > 0 else "-Infinity"
    power = int(mp.floor(mp.log10(abs(x)))) if x else 0
    if abs(power) < SPLIT:
        return str(mp.nstr(x, digits))
    mantissa = str(mp.nstr(x / mp.mpf(10) ** power, digits))
    if abs(float(mantissa)) >= 10:  # 9.99… was rounded up
        mantissa, power = mantissa.replace("10", "1"), power + 1
    return f"{mantissa}e{power:+d}"
