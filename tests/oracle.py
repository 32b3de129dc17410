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


def _psi(n: int, x: mp.mpf) -> mp.mpf:
    """The n-th derivative of digamma; far to the left by reflection, where mpmath would count its way up."""
    if abs(x) < mp.mpf(10) ** -(mp.mp.dps + 5):
        return (-1) ** (n + 1) * mp.factorial(n) / x ** (n + 1) if x else mp.nan  # the rest is beyond all digits
    if x > -300:
        return mp.polygamma(n, x)
    with mp.workdps(mp.mp.dps + 60):
        cot = mp.diff(lambda t: mp.pi * mp.cot(mp.pi * t), x - mp.nint(x), n) if n else mp.pi * mp.cot(mp.pi * (x - mp.nint(x)))
        return (-1) ** n * mp.polygamma(n, 1 - x) - cot


def _lgamma(x: mp.mpf) -> mp.mpf:
    if x > 0:
        return mp.loggamma(x)
    with mp.workdps(mp.mp.dps + 60):
        return mp.log(mp.pi / abs(mp.sin(mp.pi * (x - mp.nint(x))))) - mp.loggamma(1 - x)


def _gamma(x: mp.mpf) -> mp.mpf:
    """Gamma, without the effort where it is beyond all doubles."""
    return mp.inf if x > 1000 else mp.mpf(0) if x < -1000 and x != mp.floor(x) else mp.gamma(x)


def _mod(x: mp.mpf, y: mp.mpf) -> mp.mpf:
    with mp.workdps(700):
        return x - y * mp.floor(x / y)


def _quotient(x: mp.mpf, y: mp.mpf) -> mp.mpf:
    with mp.workdps(700):  # enough for the whole part of 1e308/5e-324
        return mp.floor(x / y)


def _logsumexp(*args: mp.mpf) -> mp.mpf:
    top = max(args)
    rest = list(args)
    rest.remove(top)
    return top + mp.log1p(mp.fsum(mp.exp(x - top) for x in rest))


def _dsinc(n: mp.mpf, x: mp.mpf) -> mp.mpf:
    """From the integral of s^n·cos(x·s + n·pi/2) over s from 0 to 1; by parts, forward far out, else from a high order back."""
    order = int(n)
    with mp.workdps(mp.mp.dps + 60):
        wave = mp.expj(x)
        if abs(x) > 100 + order:
            value = (wave - 1) / (1j * x)
            for k in range(1, order + 1):
                value = (wave - k * value) / (1j * x)
        else:
            orders = range(order + 3 * int(abs(x)) + 4 * mp.mp.dps, order, -1)
            value = wave / (orders[0] + 1)
            for k in orders:
                value = (wave - 1j * x * value) / k
    return +(1j**order * value).real


MEANINGS: dict[str, Callable[..., mp.mpf]] = {
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": real(lambda x, y: x / y),
    "neg": lambda x: -x, "copy": lambda x: x, "mod": real(_mod),
    "pow": real(lambda x, y: mp.power(x, y)), "sqrt": real(mp.sqrt), "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "root": real(lambda x, n: -mp.root(-x, int(n)) if x < 0 and n % 2 == 1 else mp.power(x, 1 / n)),
    "hypot": lambda *args: mp.sqrt(mp.fsum(x * x for x in args)),
    "exp": mp.exp, "expm1": lambda x: mp.exp(x) - 1 if abs(x) > 1 else mp.expm1(x), "log": real(mp.log),
    "log2": real(lambda x: mp.log(x) / mp.log(2)), "log10": real(lambda x: mp.log(x) / mp.log(10)), "log1p": real(mp.log1p),
    "log_base": real(lambda x, b: mp.log(x) / mp.log(b)), "logaddexp": _logsumexp,
    "logsumexp": _logsumexp,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)),
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": real(mp.asin), "acos": real(mp.acos), "atan": mp.atan,
    "atan2": lambda y, x: mp.atan2(y, x), "sinc": mp.sinc, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh,
    "asinh": mp.asinh, "acosh": real(mp.acosh), "atanh": real(mp.atanh), "abs": abs, "relu": lambda x: max(x, mp.mpf(0)),
    "max": lambda *args: max(args), "min": lambda *args: min(args), "clip": lambda x, lo, hi: min(max(x, lo), hi),
    "sign": mp.sign, "step": lambda x: mp.mpf(x >= 0), "floor": mp.floor, "ceil": mp.ceil, "round": mp.nint,
    "erf": mp.erf, "erfc": lambda x: mp.erfc(x) if abs(x) < 1000 else mp.mpf(0 if x > 0 else 2),
    "gamma": real(_gamma), "lgamma": real(_lgamma),
    "digamma": real(lambda x: _psi(0, x)), "polygamma": real(lambda n, x: _psi(int(n), x)), "dsinc": _dsinc,
}  # fmt: skip
"""By the name of the row in the table."""


def _softmax(*args: mp.mpf) -> tuple[mp.mpf, ...]:
    top = max(args)
    shares = [mp.exp(x - top) for x in args]
    return tuple(share / mp.fsum(shares) for share in shares)


def _split(args: tuple[mp.mpf, ...], best: mp.mpf) -> tuple[mp.mpf, ...]:
    return tuple(mp.mpf(x == best) / args.count(best) for x in args)


def _power_slopes(x: mp.mpf, y: mp.mpf) -> tuple[mp.mpf, ...]:
    towards_x = mp.nan if x == 0 and y < 1 else y * mp.power(x, y - 1) if y else mp.mpf(0)
    return towards_x, mp.power(x, y) * mp.log(x) if x > 0 else mp.nan


def _root_slopes(x: mp.mpf, n: mp.mpf) -> tuple[mp.mpf, ...]:
    out = MEANINGS["root"](x, n)
    return out / (n * x) if x else mp.nan, -out * mp.log(x) / n**2 if x > 0 else mp.nan


def _clip_slopes(x: mp.mpf, lo: mp.mpf, hi: mp.mpf) -> tuple[mp.mpf, ...]:
    out = min(max(x, lo), hi)
    return mp.mpf(lo < x < hi), mp.mpf(out == lo < hi), mp.mpf(out == hi)


SLOPES: dict[str, Callable[..., tuple[mp.mpf, ...]]] = {
    "add": lambda x, y: (mp.mpf(1), mp.mpf(1)), "sub": lambda x, y: (mp.mpf(1), mp.mpf(-1)), "mul": lambda x, y: (y, x),
    "div": lambda x, y: (1 / y, -x / y**2), "neg": lambda x: (mp.mpf(-1),), "copy": lambda x: (mp.mpf(1),),
    "mod": lambda x, y: (mp.mpf(1), -_quotient(x, y)), "pow": _power_slopes, "sqrt": lambda x: (1 / (2 * mp.sqrt(x)),),
    "cbrt": lambda x: (1 / (3 * mp.cbrt(x * x)),), "root": _root_slopes,
    "hypot": lambda *args: tuple(x / MEANINGS["hypot"](*args) for x in args),
    "exp": lambda x: (mp.exp(x),), "expm1": lambda x: (mp.exp(x),), "log": lambda x: (1 / x,),
    "log2": lambda x: (1 / (x * mp.ln2),),
    "log10": lambda x: (1 / (x * mp.ln10),), "log1p": lambda x: (1 / (1 + x),),
    "log_base": lambda x, b: (1 / (x * mp.log(b)), -mp.log(x) / (b * mp.log(b) ** 2)),
    "logaddexp": _softmax, "logsumexp": _softmax,
    "sigmoid": lambda x: (1 / ((1 + mp.exp(-x)) * (1 + mp.exp(x))),), "softplus": lambda x: (1 / (1 + mp.exp(-x)),),
    "sin": lambda x: (mp.cos(x),), "cos": lambda x: (-mp.sin(x),), "tan": lambda x: (mp.sec(x) ** 2,),
    "asin": lambda x: (1 / mp.sqrt(1 - x * x),), "acos": lambda x: (-1 / mp.sqrt(1 - x * x),), "atan": lambda x: (1 / (1 + x * x),),
    "atan2": lambda y, x: (x / (x * x + y * y), -y / (x * x + y * y)), "sinc": lambda x: (_dsinc(mp.mpf(1), x),),
    "sinh": lambda x: (mp.cosh(x),), "cosh": lambda x: (mp.sinh(x),), "tanh": lambda x: (mp.sech(x) ** 2,),
    "asinh": lambda x: (1 / mp.sqrt(1 + x * x),), "acosh": lambda x: (1 / mp.sqrt(x * x - 1),),
    "atanh": lambda x: (1 / (1 - x * x),),
    "abs": lambda x: (mp.sign(x),), "relu": lambda x: (mp.mpf(x > 0),), "max": lambda *args: _split(args, max(args)),
    "min": lambda *args: _split(args, min(args)), "clip": _clip_slopes,
    **dict.fromkeys(["sign", "step", "floor", "ceil", "round"], lambda x: (mp.mpf(0),)),
    "erf": lambda x: (2 / mp.sqrt(mp.pi) * mp.exp(-x * x),), "erfc": lambda x: (-2 / mp.sqrt(mp.pi) * mp.exp(-x * x),),
    "gamma": lambda x: (_gamma(x) * _psi(0, x),), "lgamma": lambda x: (_psi(0, x),), "digamma": lambda x: (_psi(1, x),),
    "polygamma": lambda n, x: (mp.nan, _psi(int(n) + 1, x)), "dsinc": lambda n, x: (mp.nan, _dsinc(n + 1, x)),
}  # fmt: skip
"""The derivatives of a row, as mpmath gives them; tested against differences of the meanings."""

ORDERED = ("polygamma", "dsinc")
"""The rows whose first argument is a whole order."""

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
