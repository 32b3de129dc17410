"""The error of every row in units of the last place, its value and its derivatives, over its whole domain."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

import mpmath as mp
from oracle import MEANINGS, ORDERED, SLOPES

from autodiff.numbers.algebra import FLOATS
from autodiff.passes.evaluate import evaluate, function
from autodiff.passes.rules import domain, local, point
from autodiff.primitives import CONDITIONS, ROWS, Primitive

Args = tuple[float, ...]
MODERATE = 10  # the condition number below which a point counts
TINY, LEAST, GREATEST = math.ulp(0.0), 2.0**-1022, (2 - 2.0**-52) * 2.0**1023
EXACT = [0.0, TINY, 3 * TINY, LEAST, 3 * LEAST, 1e-300, 2.0**-53, 1.0, 2.0, 10.0, 2.0**53, 1e300, GREATEST / 2, GREATEST]
BRANCH = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 10.0, 12.0, 64.0, math.pi / 2, math.pi, 1.4616321449683622, 0.8, 1.25, 1.7]
TAILS = [20.0, 27.0, 37.0, 173.0, 356.0, 372.0, 710.0, 745.0]


class Worst(NamedTuple):
    """The greatest error met, in ulp, and where."""

    ulps: float = 0.0
    args: Args = ()


class Case(NamedTuple):
    """A row, or a row whose last argument is a literal."""

    row: Primitive
    literal: bool = False

    @property
    def name(self) -> str:
        """What it is called in the documentation."""
        return f"{self.row.name}, literal {self.row.names[-1]}" if self.literal else self.row.name

    @property
    def slopes(self) -> list[str]:
        """The parameters that it has derivatives for."""
        return self.row.names[:-1] if self.literal else self.row.names


ROWS_WITH_NUMBERS = [row for row in ROWS if row.name not in CONDITIONS and row.name != "if"]
TESTED = [Case(row, literal) for row in ROWS_WITH_NUMBERS for literal in (False, True) if row.literal or not literal]


class Errors(NamedTuple):
    """Of the value first, then of the derivative with respect to each parameter: at moderate condition, and anywhere."""

    moderate: list[Worst]
    anywhere: list[Worst]


def number(rng: random.Random) -> float:
    """A number of any size and either sign, often beside a place where something happens."""
    ways: list[Callable[[], float]] = [
        lambda: 10 ** rng.uniform(-323, 308),
        lambda: 10 ** rng.uniform(-20, 20),
        lambda: 10 ** rng.uniform(-4, 2),
        lambda: rng.uniform(0, 1),
        lambda: rng.uniform(0, 5),
        lambda: rng.uniform(0, 50),
        lambda: rng.choice(BRANCH) + rng.choice([-1, 1]) * 10 ** rng.uniform(-17, -0.5),
        lambda: rng.choice(TAILS) + rng.uniform(-3, 3),
        lambda: rng.choice(EXACT),
    ]
    return rng.choice([-1, 1]) * rng.choice(ways)()


def arguments(rng: random.Random, row: Primitive) -> Args:
    """Arguments for a row: unrelated ones, or of one size, or nearly equal."""
    count = 2 if row.variadic and rng.random() < 0.5 else 3 if row.variadic else len(row.names)
    first = number(rng)
    if row.name in ORDERED:
        return float(rng.randrange(6)), first
    if count == 1:
        return (first,)
    way = rng.randrange(4)
    near = [first * rng.uniform(-2, 2), first * (1 + 10 ** rng.uniform(-16, -1)), first * 2.0 ** rng.randint(-60, 60)]
    rest = [number(rng) if way == 0 else rng.uniform(-5, 5) if way == 1 else rng.choice(near) for _ in range(count - 1)]
    if way == 3:
        rest = [float(rng.choice([2, 3, 5, 7, 10, -2, 0.5, 100, rng.randrange(2, 300)])) for _ in rest]
    args = [first, *rest]
    rng.shuffle(args)
    return tuple(args)


def inside(row: Primitive, args: Args) -> bool:
    """Whether the row has a finite value here, and nothing special to say."""
    if not all(map(math.isfinite, args)):
        return False
    if row.name in ("digamma", "polygamma", "lgamma", "gamma") and args[-1] < -1e6:
        return False  # no digits behind the point are left to speak of, and mpmath takes ages
    if row.name == "polygamma" and args[1] == 0:
        return False  # its pole
    tape, out = domain(row.name), function(row.name)(*args)
    if tape is not None and not evaluate(tape, dict(zip(row.names, args, strict=True)))[tape.output]:
        return False
    return point(row.name, list(args), out) is None


def sample(row: Primitive, count: int) -> Iterator[Args]:
    """So many points of the domain, the same ones every time."""
    rng = random.Random(row.name)
    ends = extremes(row)
    tries = itertools.chain(rng.sample(ends, min(40, len(ends))), (arguments(rng, row) for _ in range(30 * count)))
    return itertools.islice((args for args in tries if inside(row, args)), count)


def extremes(row: Primitive) -> list[Args]:
    """The least and the greatest numbers, and some between."""
    if row.name in ORDERED:
        return [(float(n), x) for n in range(6) for x in EXACT]
    if not row.variadic and len(row.names) == 1:
        return [(sign * x,) for x in EXACT for sign in (1, -1)]
    return list(itertools.product([TINY, -TINY, 1.0, -3 * LEAST, GREATEST / 2, -GREATEST], repeat=len(row.names) + row.variadic))


def measure(case: Case, count: int) -> Errors:
    """The worst errors of a row over so many points."""
    width = 1 + len(case.slopes)
    errors = Errors([Worst()] * width, [Worst()] * width)
    with mp.workdps(80):
        for args in sample(case.row, count):
            for k, ulps, condition in judged(case, args):
                for kept in (errors.anywhere, *([errors.moderate] if condition < MODERATE else [])):
                    if ulps > kept[k].ulps:
                        kept[k] = Worst(ulps, args)
    return errors


def judged(case: Case, args: Args) -> Iterator[tuple[int, float, float]]:
    """For the value (0) and each derivative (1, 2, ...) at a point: its error in ulp, and its condition number."""
    row = case.row
    exact = [mp.mpf(x) for x in args]
    out, true = function(row.name)(*args), MEANINGS[row.name](*exact)
    slopes = SLOPES[row.name](*exact)
    yield 0, distance(out, true), ratio(mp.fsum(abs(x * s) for x, s in zip(exact, slopes) if not mp.isnan(s)), true)
    if not math.isfinite(out):
        return
    varying = [k for k in range(len(args) - case.literal) if row.name not in ORDERED or k]
    found = local(row.name, args, out, FLOATS, case.literal, [k in varying for k in range(len(args))])
    moved = [(k, SLOPES[row.name](*exact[:k], exact[k] * (1 + mp.mpf(2) ** -120), *exact[k + 1 :])) for k in varying]
    for k in varying:
        slope = slopes[k]
        if mp.isnan(slope) or point(row.name, list(args), out, "" if row.variadic else row.names[k]) is not None:
            continue
        change = mp.fsum(abs(other[k] - slope) for _, other in moved if not mp.isnan(other[k])) * mp.mpf(2) ** 120
        yield 1 if row.variadic else k + 1, distance(found[k] or 0.0, slope), ratio(change, slope)


def distance(found: float, true: mp.mpf) -> float:
    """How far a double is from the truth, in units of the last place of the truth; what overflows must be infinite."""
    if abs(true) > GREATEST:
        return 0.0 if math.isinf(found) or abs(found) == GREATEST else math.inf
    if not math.isfinite(found):
        return 1.0 if abs(true) > GREATEST * (1 - 2.0**-52) else math.inf
    return float(abs(mp.mpf(found) - true) / math.ulp(float(true)))


def ratio(change: mp.mpf, true: mp.mpf) -> float:
    """The relative change of a result."""
    if change == 0:
        return 0.0
    return float(min(change / abs(true), mp.mpf(GREATEST))) if true else math.inf
