"""Random formulas of all rows at inputs of every size, judged by mpmath: 53 bits with unbounded exponents, and many digits."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath as mp
from oracle import MEANINGS

import autodiff
from autodiff.passes.duals import Dual, Duals
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active, linearize, places, pull
from autodiff.passes.taylor import Taylor, Taylors
from autodiff.point.higher import orders
from autodiff.primitives import CONDITIONS, TABLE

CLOSE = 1e-6
BESIDE = frozenset([*CONDITIONS, "if", "copy", "neg", "add", "sub", "mul", "div", "pow", "dsinc", "polygamma", "root", "log_base"])
CALLED = [row for row in TABLE.values() if row.name not in BESIDE]
STEEP = frozenset(
    [
        "exp",
        "expm1",
        "sinh",
        "cosh",
        "tanh",
        "sigmoid",
        "softplus",
        "erf",
        "erfc",
        "gamma",
        "lgamma",
        "digamma",
        "logaddexp",
        "logsumexp",
        "sinc",
    ]
)


class Beyond(Exception):
    """What mpmath would need too long for, or has no value for."""


class Unbounded:
    """The number system of mpmath with the meanings of the oracle."""

    formulas = "exact"

    def __init__(self) -> None:
        compared: dict[str, Callable[..., bool]] = {
            "lt": lambda x, y: x < y, "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y,
            "eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "and": lambda p, q: p and q, "or": lambda p, q: p or q,
            "not": lambda p: not p,
        }  # fmt: skip
        self.functions: dict[str, Callable[..., Any]] = {op: _meant(op) for op in MEANINGS}
        self.functions |= {**compared, "if": lambda p, x, y: x if p else y}

    def lift(self, value: float, text: str = "") -> Any:
        return mp.pi if text == "pi" else mp.mpf(value)

    def truth(self, value: bool) -> bool:
        return value


def _meant(op: str) -> Callable[..., Any]:
    def apply(*args: Any) -> Any:
        if any(not mp.isfinite(x) for x in args) or (op in STEEP and any(abs(x) > 1e9 for x in args)):
            raise Beyond
        if op in ("sin", "cos", "tan", "sinc", "dsinc", "mod", "atan2") and any(abs(mp.log(abs(x) or 1, 2)) > 1100 for x in args):
            raise Beyond
        if op in ("pow", "root") and args[0] and abs(args[1] * mp.log(abs(args[0]))) > 1e9:
            raise Beyond
        if op in ("gamma", "lgamma", "digamma", "polygamma") and not (-150 < args[-1] < 1e5):
            raise Beyond
        if op == "atan2" and not args[0]:
            raise Beyond  # whose zero has no sign here
        if op == "dsinc" and abs(args[-1]) > 30:
            raise Beyond
        found = +MEANINGS[op](*args)  # rounded: some meanings work with more digits
        if not mp.isfinite(found):
            raise Beyond
        return found

    return apply


class Judged(NamedTuple):
    """One number: ours, its status, and whether 53 bits with unbounded exponents had it right where we had not."""

    what: str
    found: float
    true: Any
    status: str
    wrong: bool


def exactly(text: str, point: dict[str, float], digits: int) -> dict[str, Any]:
    """The value and the derivatives, with so many digits (16 are 53 bits)."""
    tape, system = autodiff.parse(text).bind(point)[0], Unbounded()
    with mp.workprec(53 if digits == 16 else int(digits * 3.33)):
        values = evaluate(tape, {name: mp.mpf(x) for name, x in point.items()}, system)
        adjoints = pull(tape, linearize(tape, values, system, active(tape, list(point))), mp.mpf(1), system)
        where = places(tape)
        return {"": values[tape.output], **{name: adjoints[where[name]] or mp.mpf(0) for name in point if name in where}}


def judged(text: str, point: dict[str, float]) -> list[Judged]:
    """All numbers that 53 bits with unbounded exponents get right; empty where mpmath has no answer."""
    try:
        rough, true = exactly(text, point, 16), exactly(text, point, 80)
    except (Beyond, ZeroDivisionError, OverflowError, ValueError, TypeError, mp.libmp.libhyper.NoConvergence):
        return []
    sheet = autodiff.parse(text).at(**point)
    found = []
    for name, right in true.items():
        ours = sheet.gradient[name] if name else sheet.value
        status = sheet.status[name].status if name in sheet.status else "ok" if name else sheet.value_status
        if right and _is_near(rough[name], right):  # what cancels to 0 is a matter of rounding
            found.append(Judged(name, ours, right, status, not _is_rounded(ours, right)))
    return found


def second_judged(text: str, point: dict[str, float]) -> list[Judged]:
    """The same for second derivatives, by dual numbers of mpmath, and for derivatives of the orders 2 and 3."""
    try:
        rough, true = _second(text, point, 53), _second(text, point, 270)
    except (Beyond, ZeroDivisionError, OverflowError, ValueError, TypeError, mp.libmp.libhyper.NoConvergence):
        return []
    sheet = autodiff.parse(text).at(**point)
    found, higher = [], {name: orders(sheet, name, 3) for name in point}
    for (a, b), right in true.items():
        if isinstance(b, int):
            ours, given, lost = higher[a].values[b - 1], higher[a].status.get(b), b in higher[a].digits
        else:
            ours, given, lost = sheet.hessian[a][b], sheet.second.status.get(a, {}).get(b), b in sheet.second.digits.get(a, {})
        if right and _is_near(rough[a, b], right):
            wrong = not _is_rounded(ours, right) and not _is_chance(text, point, (a, b))
            found.append(Judged(f"{a}{b}", ours, right, given.status if given else "lost" if lost else "ok", wrong))
    return found


def _is_chance(text: str, point: dict[str, float], which: tuple[str, Any]) -> bool:
    """Whether 53 bits have a number right for large terms cancel exactly, as they do not beside the point; or 270 have it wrong."""
    if not _is_near(_second(text, point, 270)[which], _second(text, point, 6000)[which]):
        return True
    moved = {name: x * (1 + 1e-9) if abs(x) > 1e-300 else x * 1.5 for name, x in point.items()}
    rough, true = (_second(text, moved, bits)[which] for bits in (53, 270))
    return not _is_near(rough, true)


def _second(text: str, point: dict[str, float], bits: int) -> dict[tuple[str, Any], Any]:
    tape, base = autodiff.parse(text).bind(point)[0], Unbounded()
    found: dict[tuple[str, Any], Any] = {}
    with mp.workprec(bits):
        for a in point:
            duals = Duals(base)
            start = {name: Dual(mp.mpf(x), mp.mpf(1) if name == a else None) for name, x in point.items()}
            values = evaluate(tape, start, duals)
            adjoints = pull(tape, linearize(tape, values, duals, active(tape, list(point))), duals.lift(1.0), duals)
            for b in point:
                slope = adjoints[places(tape)[b]] if b in places(tape) else None
                found[a, b] = mp.mpf(0) if slope is None or slope.tangent is None else +slope.tangent
            series = evaluate(
                tape, {n: Taylor((mp.mpf(x), mp.mpf(1)) if n == a else (mp.mpf(x),)) for n, x in point.items()}, Taylors(3, base)
            )
            terms = series[tape.output].terms
            found |= {(a, k): terms[k] * math.factorial(k) if k < len(terms) else mp.mpf(0) for k in (2, 3)}
    return found


def _is_near(found: Any, true: Any) -> bool:
    return bool(abs(found - true) <= CLOSE * abs(true))


def _is_rounded(found: float, true: Any) -> bool:
    """Whether a double is the number, or as near as a double can be."""
    if math.isinf(found):
        return bool(abs(true) > mp.mpf(2) ** 1023 and (found > 0) == (true > 0))
    return found == found and bool(abs(mp.mpf(found) - true) <= CLOSE * abs(true) + mp.mpf(2) ** -1074)


def formula(rng: random.Random, depth: int) -> str:
    """A formula of x and y."""
    if not depth or rng.random() < 0.12:
        return rng.choice(["x", "x", "y", "2", "0.5", "3"])
    kind = rng.random()
    if kind < 0.45:
        return f"({formula(rng, depth - 1)} {rng.choice('+-**//')} {formula(rng, depth - 1)})"
    if kind < 0.6:
        return f"({formula(rng, depth - 1)})^({rng.choice(['2', '3', '-1', '-2', '0.5', '1.5', '-0.5'])})"
    if kind < 0.7:
        return rng.choice(["root({}, 3)", "polygamma(1, {})", "dsinc(1, {})", "log({}, 3)", "-{}", "polygamma(2, {})"]).format(
            formula(rng, depth - 1)
        )
    row = rng.choice(CALLED)
    count = len(row.names) + (1 if row.variadic else 0)
    return f"{row.name}({', '.join(formula(rng, depth - 1) for _ in range(count))})"


def number(rng: random.Random) -> float:
    """An input of any size, from 1e-320 to 1e308."""
    size = rng.choice(
        [rng.uniform(-320, 308), rng.uniform(-3, 3), rng.uniform(-170, 170), rng.choice([-320, -308, -160, 155, 300])]
    )
    return float(f"{rng.choice('+++-')}{rng.uniform(1, 9.9):.3f}e{int(size) if size < 300 else 300}")


def sample(seed: int, depths: tuple[int, ...] = (1, 2, 3, 3, 4)) -> tuple[str, dict[str, float]]:
    """A formula and a point, which depend on the number alone."""
    rng = random.Random(seed)
    text = formula(rng, rng.choice(depths))
    point = {name: number(rng) for name in "xy" if name in autodiff.parse(text).variables}
    return text, point
