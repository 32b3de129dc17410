"""Independent answers: random formulas with a meaning in mpmath that shares no code with ours."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import mpmath as mp

Env = dict[str, mp.mpf]


class Sample(NamedTuple):
    """A formula in our language, and what it means."""

    text: str
    meaning: Callable[[Env], mp.mpf]


def real(function: Callable[..., mp.mpf]) -> Callable[..., mp.mpf]:
    """The function in the reals: NaN where mpmath would go complex or raise."""

    def result(*args: mp.mpf) -> mp.mpf:
        try:
            found = function(*args)
        except (ValueError, ZeroDivisionError, TypeError):
            return mp.nan
        return mp.nan if isinstance(found, mp.mpc) else found

    return result


MEANINGS: dict[str, Callable[..., mp.mpf]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": real(lambda x, y: x / y),
    "neg": lambda x: -x, "copy": lambda x: x, "mod": real(lambda x, y: x - y * mp.floor(x / y)),
    "pow": real(lambda x, y: mp.power(x, y)), "sqrt": real(mp.sqrt), "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "root": real(lambda x, n: -mp.root(-x, int(n)) if x < 0 and n % 2 == 1 else mp.power(x, 1 / n)),
    "hypot": lambda *args: mp.sqrt(mp.fsum(x * x for x in args)),
    "exp": mp.exp, "expm1": lambda x: mp.exp(x) - 1 if abs(x) > 1 else mp.expm1(x), "log": real(mp.log),
    "log2": real(lambda x: mp.log(x) / mp.log(2)), "log10": real(lambda x: mp.log(x) / mp.log(10)), "log1p": real(mp.log1p),
    "log_base": real(lambda x, b: mp.log(x) / mp.log(b)), "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
    "logsumexp": lambda *args: mp.log(mp.fsum(mp.exp(x) for x in args)),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)),
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": real(mp.asin), "acos": real(mp.acos), "atan": mp.atan,
    "atan2": lambda y, x: mp.atan2(y, x), "sinc": mp.sinc, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    "asinh": mp.asinh, "acosh": real(mp.acosh), "atanh": real(mp.atanh), "abs": abs, "relu": lambda x: max(x, mp.mpf(0)),
    "max": lambda *args: max(args), "min": lambda *args: min(args), "clip": lambda x, lo, hi: min(max(x, lo), hi),
    "sign": mp.sign, "step": lambda x: mp.mpf(x >= 0), "floor": mp.floor, "ceil": mp.ceil, "round": mp.nint,
    "erf": mp.erf, "erfc": mp.erfc, "gamma": real(mp.gamma), "lgamma": real(lambda x: mp.re(mp.log(abs(mp.gamma(x))))),
    "digamma": real(mp.digamma), "polygamma": real(lambda n, x: mp.polygamma(int(n), x)),
}  # fmt: skip
"""By the name of the row in the table."""

_UNARY = [  # those that a random formula may call
    "sqrt",
    "cbrt",
    "exp",
    "expm1",
    "log",
    "log1p",
    "sigmoid",
    "softplus",
    "sin",
    "cos",
    "tan",
    "asin",
    "atan",
    "sinc",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "abs",
    "relu",
    "erf",
]
_BINARY = ["hypot", "max", "min", "atan2", "logaddexp"]
_INFIX = {"+": "add", "-": "sub", "*": "mul", "/": "div"}


def sample(rng: random.Random, names: tuple[str, ...], depth: int) -> Sample:
    """A random formula."""
    kind = rng.random()
    if depth == 0 or kind < 0.08:
        return _leaf(rng, names)
    if kind < 0.48:
        sign = rng.choice(list(_INFIX))
        return _applied(_INFIX[sign], f"({{}}{sign}{{}})", [sample(rng, names, depth - 1) for _ in range(2)])
    if kind < 0.60:
        inner, power = sample(rng, names, depth - 1), rng.choice(["2", "3", "-1", "0.5", "1.5", "-2", "1", "0"])
        return Sample(f"({inner.text})^{power}", lambda env: MEANINGS["pow"](inner.meaning(env), mp.mpf(power)))
    if kind < 0.68:
        name = rng.choice(_BINARY)
        return _applied(name, f"{name}({{}}, {{}})", [sample(rng, names, depth - 1) for _ in range(2)])
    if kind < 0.73:
        return _choice(rng, names, depth)
    name = rng.choice(_UNARY)
    return _applied(name, f"{name}({{}})", [sample(rng, names, depth - 1)])


def _leaf(rng: random.Random, names: tuple[str, ...]) -> Sample:
    if rng.random() < 0.3:
        text = rng.choice(["2", "3", "0.5", "1.25", "7", "10"])
        return Sample(text, lambda env: mp.mpf(text))
    name = rng.choice(names)
    return Sample(name, lambda env: env[name])


def _applied(op: str, shape: str, args: list[Sample]) -> Sample:

    def meaning(env: Env) -> mp.mpf:
        values = [arg.meaning(env) for arg in args]
        return mp.nan if any(mp.isnan(value) for value in values) else MEANINGS[op](*values)

    return Sample(shape.format(*[arg.text for arg in args]), meaning)


def _choice(rng: random.Random, names: tuple[str, ...], depth: int) -> Sample:
    a, b, x, y = (sample(rng, names, depth - 1) for _ in range(4))

    def meaning(env: Env) -> mp.mpf:
        left, right = a.meaning(env), b.meaning(env)
        return mp.nan if mp.isnan(left) or mp.isnan(right) else (x if left < right else y).meaning(env)

    return Sample(f"if({a.text} < {b.text}, {x.text}, {y.text})", meaning)


def derivative(meaning: Callable[[Env], mp.mpf], point: Env, name: str, size: float | mp.mpf = 1e-25) -> mp.mpf:
    """The central difference quotient; with the usual step its error is below 1e-30 in 80 digits."""
    step = mp.mpf(size) * max(1, abs(point[name]))
    ahead, behind = meaning({**point, name: point[name] + step}), meaning({**point, name: point[name] - step})
    return (ahead - behind) / (2 * step)
