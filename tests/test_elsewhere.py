"""What a function of elsewhere is said to be here is worth what that function is worth, by definitions of its own."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist, fmean

import pytest
from length import each

import autodiff
from autodiff.errors import FormulaError
from autodiff.primitives import FUNCTIONS
from autodiff.reading.elsewhere import CALLS, MANY, SEVERAL


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def entropy(a: float, y: float) -> float:
    return -y * math.log(a) - (1 - y) * math.log(1 - a)


ONE: dict[str, Callable[[float], float]] = {
    **dict.fromkeys(["sec"], lambda x: 1 / math.cos(x)), **dict.fromkeys(["csc", "cosec"], lambda x: 1 / math.sin(x)),
    **dict.fromkeys(["cot", "ctg", "cotg", "ctan"], lambda x: math.cos(x) / math.sin(x)),
    "sech": lambda x: 2 / (math.exp(x) + math.exp(-x)),
    "csch": lambda x: 2 / (math.exp(x) - math.exp(-x)), **dict.fromkeys(["coth", "cth"], lambda x: math.cosh(x) / math.sinh(x)),
    "sh": math.sinh, "ch": math.cosh, "th": math.tanh, "vers": lambda x: 1 - math.cos(x), "sinpi": lambda x: math.sin(math.pi * x),
    "cospi": lambda x: math.cos(math.pi * x), "sind": lambda x: math.sin(math.radians(x)),
    "cosd": lambda x: math.cos(math.radians(x)),
    "tand": lambda x: math.tan(math.radians(x)), "asind": lambda x: math.degrees(math.asin(x)),
    "acosd": lambda x: math.degrees(math.acos(x)), "atand": lambda x: math.degrees(math.atan(x)),
    **dict.fromkeys(["deg2rad", "radians"], math.radians), **dict.fromkeys(["rad2deg", "degrees"], math.degrees),
    "tg": math.tan, "lg": math.log10, **dict.fromkeys(["lb", "ld"], math.log2), **dict.fromkeys(["exp2", "pow2"], lambda x: 2**x),
    **dict.fromkeys(["exp10", "pow10"], lambda x: 10**x), **dict.fromkeys(["square", "sq"], lambda x: x * x),
    "cube": lambda x: x**3,
    **dict.fromkeys(["reciprocal", "inverse"], lambda x: 1 / x), **dict.fromkeys(["squareroot", "wurzel"], math.sqrt),
    **dict.fromkeys(["cuberoot", "cubicroot"], lambda x: x ** (1 / 3)), "rsqrt": lambda x: x**-0.5,
    **dict.fromkeys(["absolute", "modulus"], abs), **dict.fromkeys(["trunc", "fix"], math.trunc),
    "frac": lambda x: x - math.floor(x),
    **dict.fromkeys(["heaviside", "unitstep"], lambda x: float(x > 0)), "neg": lambda x: -x,
    "logit": lambda x: math.log(x) - math.log(1 - x), "logsigmoid": lambda x: math.log(sigmoid(x)),
    **dict.fromkeys(["silu", "swish"], lambda x: x * sigmoid(x)), "gelu": lambda x: x * NormalDist().cdf(x),
    "elu": lambda x: x if x > 0 else math.exp(x) - 1, "relu6": lambda x: min(max(x, 0), 6),
    **dict.fromkeys(["leaky_relu", "leakyrelu"], lambda x: x if x > 0 else 0.01 * x), "hardtanh": lambda x: max(-1, min(1, x)),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))), "softsign": lambda x: x / (1 + abs(x)),
    "normcdf": NormalDist().cdf, "normpdf": NormalDist().pdf,
    **dict.fromkeys(["fact", "factorial"], lambda x: math.gamma(x + 1)),
    "gammaln": math.lgamma,
    **dict.fromkeys(["asec", "arcsec"], lambda x: math.acos(1 / x)),
    **dict.fromkeys(["acsc", "arccsc"], lambda x: math.asin(1 / x)),
}  # fmt: skip

TWO: dict[str, Callable[..., float]] = {
    "mse": lambda a, y: (a - y) ** 2, "sse": lambda a, y: (a - y) ** 2, "mae": lambda a, y: abs(a - y),
    "bce": entropy, "crossentropy": entropy, "cross_entropy": entropy, "leaky_relu": lambda x, k: x if x > 0 else k * x,
    "elu": lambda x, k: x if x > 0 else k * (math.exp(x) - 1), "logb": math.log,
    "beta": lambda a, b: math.gamma(a) * math.gamma(b) / math.gamma(a + b),
    **dict.fromkeys(["nthroot", "surd", "sqrt"], lambda x, n: x ** (1 / n)),
    **dict.fromkeys(["ncr", "comb", "binom", "binomial", "choose", "nchoosek"],
                    lambda n, k: math.gamma(n + 1) / math.gamma(k + 1) / math.gamma(n - k + 1)),
    "npr": lambda n, k: math.gamma(n + 1) / math.gamma(n - k + 1), "distance": lambda a, b: abs(a - b), "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b, "divide": lambda a, b: a / b, "fmod": math.fmod,
    "round": lambda x, n: round(x * 10**n) / 10**n, "atan": math.atan2, "exp": lambda b, x: b**x, "ln": math.log, "abs": math.hypot,
    "lerp": lambda a, b, t: a + t * (b - a), "clamp": lambda x, a, b: min(max(x, a), b),
}  # fmt: skip
ALL: dict[str, Callable[..., float]] = {
    "sum": lambda *x: sum(x), "prod": lambda *x: math.prod(x), "product": lambda *x: math.prod(x), "norm": math.hypot,
    **dict.fromkeys(["mean", "average", "avg"], lambda *x: fmean(x)), "maximum": max, "minimum": min,
    "softmax": lambda *x: math.exp(x[0]) / sum(map(math.exp, x)),
}  # fmt: skip
CHOOSING = {"where", "iff", "ifelse"}
PAIRS = {"sqr"}  # two meanings: both are offered
POINTS = (0.7, 0.45, 1.3)


def offered(call: str) -> float:
    """The value of what is offered for a call; of the call, where it is a function here too."""
    try:
        return autodiff.parse(call).at(**{name: x for name, x in zip("abc", POINTS) if name in call[call.index("(") :]}).value
    except FormulaError as error:
        (rewrite,) = error.rewrites
        return autodiff.parse(rewrite).at(**dict(zip("abc"[: call.count(",") + 1], POINTS))).value


def test_every_row_is_tried() -> None:
    assert ONE.keys() == CALLS.keys() - PAIRS
    assert TWO.keys() == {name for name, _ in SEVERAL} - CHOOSING
    assert ALL.keys() == MANY.keys()


@each(sorted(ONE))
def test_one_argument(name: str) -> None:
    x = 1 / 0.7 if name in ("asec", "arcsec", "acsc", "arccsc") else 0.7
    call = f"{name}(1/a)" if x > 1 else f"{name}(a)"
    assert offered(call) == pytest.approx(ONE[name](x), rel=1e-12)


@pytest.mark.parametrize(("name", "count"), sorted(key for key in SEVERAL if key[0] not in CHOOSING))
def test_several_arguments(name: str, count: int) -> None:
    if name in FUNCTIONS and name not in ("round", "atan", "sqrt", "exp", "ln", "abs"):
        return  # the same here
    point = POINTS[:count] if name != "clamp" else (0.7, 0.45, 1.3)
    assert offered(f"{name}({', '.join('abc'[:count])})") == pytest.approx(TWO[name](*point), rel=1e-12)


@pytest.mark.parametrize("name", sorted(set(MANY) - FUNCTIONS))
def test_many_arguments(name: str) -> None:
    assert offered(f"{name}(a, b, c)") == pytest.approx(ALL[name](*POINTS), rel=1e-12)
