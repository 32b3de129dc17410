"""Many digits are right where they decide something, and far beyond doubles; oracles are fractions and mpmath."""

import math
import random
from collections.abc import Callable
from fractions import Fraction

import mpmath as mp
import pytest
from length import first, sized
from oracle import MEANINGS
from test_precise import digits

import autodiff
from autodiff.numbers.rational import _KEPT, FUNCTIONS
from autodiff.point.digits import exactly
from autodiff.point.evaluation import Prepared

Q = dict[str, Fraction]
LITERALS = ("0.1", "0.3", "1.1", "0.01", "4.2", "2.5", "1.5", "0.7", "3", "7", "1e-3", "12.25", "1e20", "1e-30", "-0.35", "-6")
JUMPING: dict[str, Callable[..., Fraction]] = {
    "floor": lambda x: Fraction(math.floor(x)),
    "ceil": lambda x: Fraction(math.ceil(x)),
    "round": lambda x: Fraction(round(x)),
    "sign": lambda x: Fraction((x > 0) - (x < 0)),
    "abs": abs,
    "step": lambda x: Fraction(x >= 0),
    "relu": lambda x: max(x, Fraction(0)),
    "mod": lambda x, y: x - y * (x / y).__floor__(),
    "max": max,
    "min": min,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def made(rng: random.Random, values: Q, depth: int) -> tuple[str, Fraction]:
    """A formula in variables, and its value as a fraction."""
    if not depth:
        name = f"v{len(values)}"
        text = rng.choice(LITERALS)
        values[name] = Fraction(text)
        return name, values[name]
    op = rng.choice([*JUMPING])
    count = 2 if op in ("mod", "max", "min", *SIGNS) else 1
    parts = [made(rng, values, depth - 1) for _ in range(count)]
    texts, args = [part[0] for part in parts], [part[1] for part in parts]
    try:
        value = JUMPING[op](*args)
    except ZeroDivisionError:
        return parts[0]
    return (f"({texts[0]}) {SIGNS[op]} ({texts[1]})" if op in SIGNS else f"{op}({', '.join(texts)})"), value


def written(x: Fraction) -> str:
    return next((text for text in LITERALS if Fraction(text) == x), str(x))


@pytest.mark.parametrize("count", sized(60, 2500))
def test_what_is_decided_of_fractions_is_right_and_certain(count: int) -> None:
    """Random formulas that jump, at decimals where doubles round to the wrong side."""
    rng = random.Random(11)
    for _ in range(count):
        values: Q = {}
        text, true = made(rng, values, rng.randint(1, 4))
        found = digits(text, 20, **{name: written(x) for name, x in values.items()})
        with mp.workdps(40):
            assert found.certain, (text, values)
            assert found.value == mp.nstr(+mp.mpf(true.numerator) / true.denominator, 20), (text, values)


@pytest.mark.parametrize(
    ("text", "values", "value", "gradient"),
    [
        ("ceil(x/y)", {"x": "1.1", "y": "0.01"}, "110.0", {"x": "0.0", "y": "0.0"}),
        ("mod(x, y)", {"x": "4.2", "y": "0.3"}, "0.0", {"x": "1.0", "y": "-14.0"}),
        ("ceil(exp(x))", {"x": "1e-100"}, "2.0", {"x": "0.0"}),
        ("floor(-exp(x))", {"x": "1e-100"}, "-2.0", {"x": "0.0"}),
        ("round(1.5*exp(x))", {"x": "-1e-100"}, "1.0", {"x": "0.0"}),
        ("if(exp(x) > 1, x, -x)", {"x": "1e-100"}, "1.0e-100", {"x": "1.0"}),
        ("1/(exp(x) - 1)", {"x": "1e-100"}, "1.0e+100", {"x": "-1.0e+200"}),
        ("1/log(1 + exp(x))", {"x": "-1000"}, "1.9700711140170469939e+434", {"x": "-1.9700711140170469939e+434"}),
        ("floor(sqrt(x))", {"x": "9"}, "3.0", {"x": "0.0"}),
        ("floor(x^y)", {"x": "8", "y": "1/3"}, "2.0", {"x": "0.0", "y": "0.0"}),
        ("ceil(log2(x))", {"x": "8"}, "3.0", {"x": "0.0"}),
        ("ceil(log10(x))", {"x": "1e-5"}, "-5.0", {"x": "0.0"}),
        ("ceil(hypot(x, y))", {"x": "0.3", "y": "0.4"}, "1.0", {"x": "0.0", "y": "0.0"}),
        ("floor(x)", {"x": "exp(100)"}, "2.6881171418161354484e+43", {"x": "0.0"}),
        ("floor(gamma(x)/2)", {"x": "5"}, "12.0", {"x": "0.0"}),
    ],
)
def test_jumps_wait_until_the_digits_decide(text, values, value, gradient) -> None:
    assert digits(text, 20, **values) == (20, value, gradient, True)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("floor(log(exp(x)))", "2"),
        ("ceil(sin(x))", "pi"),
        ("round(sin(x) + 0.5)", "pi"),
        ("mod(exp(x), 1)", "log(3)"),
        ("log(x)", "sin(2*pi)"),
        ("asin(x)", "sin(pi/2)"),
        ("gamma(x)", "sin(pi)-1"),
        ("x^log(exp(3))", "-2"),
        ("exp(x)", "1e300"),
        ("1/exp(x)", "1e300"),
        ("sin(exp(x))", "1e15"),
        ("digamma(exp(x))", "1e15"),
    ],
)
def test_what_no_digits_decide_is_not_certain(text: str, x: str) -> None:
    assert not digits(text, 20, x=x).certain


FAR = ("2e5", "-2e5", "1e15", "-1e15", "131071.5", "-131072.5", "1e7", "-200000.5", "9e8", "-70000.25")
ROWS: dict[str, Callable[[mp.mpf], mp.mpf]] = {
    "exp(x)": mp.exp,
    "exp(-x)": lambda x: mp.exp(-x),
    "cosh(x)": mp.cosh,
    "sinh(x)": mp.sinh,
    "tanh(x)": mp.tanh,
    "1/cosh(x)": mp.sech,
    "log(cosh(x))": lambda x: abs(x) - mp.log(2) + mp.log1p(mp.exp(-2 * abs(x))),
    "expm1(x)": mp.expm1,
    "sigmoid(x)": lambda x: 1 / (1 + mp.exp(-x)),
    "log1p(x)": mp.log1p,
    "log(abs(x))": lambda x: mp.log(abs(x)),
    "asinh(x)": lambda x: mp.sign(x) * mp.asinh(abs(x)),
    "atan(x)": mp.atan,
    "erf(x)": mp.erf,
    "erfc(x)": mp.erfc,
    "gamma(x)": mp.gamma,
    "x^3": lambda x: x**3,
    "1/x": lambda x: 1 / x,
    "cbrt(x)": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "abs(x)^0.5": lambda x: mp.sqrt(abs(x)),
    "hypot(x, 1)": lambda x: mp.sqrt(x * x + 1),
    "x/exp(x)": lambda x: x * mp.exp(-x),
    "log(1/exp(x))": lambda x: -x,
    "softplus(x)": lambda x: mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x)),
    "sinc(x)": mp.sinc,
    "sin(x)": mp.sin,
}


@pytest.mark.parametrize("x", first(4, FAR))
@pytest.mark.parametrize("text", first(14, [*ROWS]))
def test_far_beyond_doubles(text: str, x: str) -> None:
    """Far beyond the range of doubles, as far as exponents of 18 digits go."""
    found = exactly_at(text, x)
    with mp.workdps(60):
        point = mp.mpf(x)
        if (text == "log1p(x)" and point < -1) or (text == "gamma(x)" and point < 0 and point == mp.floor(point)):
            assert found.value == "NaN"
            return
        true = ROWS[text](point)
        if text == "erfc(x)" and point > 8e8:  # some 10^(10^18)
            assert (found.value, found.certain) == ("0.0", False)
            return
        assert found.certain
        assert abs(mp.mpf(found.value) - true) <= mp.mpf(10) ** -19 * abs(true)


def exactly_at(text: str, x: str):
    """The value alone."""
    formula = autodiff.parse(text)
    return exactly(Prepared(formula.tape, ()).at({"x": 1.0}), 20, {"x": x})


def test_fractions_are_what_the_functions_are() -> None:
    """Every exact value of the table beside mpmath."""
    with mp.workdps(40):
        for op, kept in _KEPT.items():
            for x, value in kept.items():
                assert MEANINGS[op](mp.mpf(x)) == value, (op, x)
        for op, args in {
            "pow": [("4", "0.5"), ("8", "-2/3"), ("2/3", "5"), ("-2", "3"), ("1/1024", "0.3")],
            "sqrt": [("9/4",), ("2/49",)],
            "cbrt": [("-27/8",), ("1e-30",)],
            "root": [("-32", "5"), ("16", "4"), ("16", "-4")],
            "hypot": [("3", "4"), ("0.3", "0.4")],
            "log_base": [("8", "2"), ("1/9", "3"), ("5", "1/25"), ("81", "0.1")],
            "log2": [("1024",), ("1/8",), ("7",)],
            "log10": [("1e-5",)],
            "gamma": [("5",), ("1",), ("33",)],
        }.items():
            for texts in args:
                found = FUNCTIONS[op](*map(Fraction, texts))
                true = MEANINGS[op](*[mp.mpf(Fraction(text).numerator) / Fraction(text).denominator for text in texts])
                if found is not None:
                    assert abs(mp.mpf(found.numerator) / found.denominator - true) < mp.mpf(10) ** -35 * abs(true), (op, texts)
        assert FUNCTIONS["pow"](Fraction(4), Fraction(1, 2)) == 2
        assert FUNCTIONS["root"](Fraction(-32), Fraction(5)) == -2
        assert FUNCTIONS["log_base"](Fraction(1, 9), Fraction(3)) == -2
        assert FUNCTIONS["sqrt"](Fraction(2)) is None
