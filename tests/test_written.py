"""Derivatives as a teacher writes them: what cancels, what is a number everywhere, what conditions decide, the quotient rule."""

from __future__ import annotations

import itertools
import math
import random
import re
from fractions import Fraction

import mpmath as mp
import pytest
import sympy
from length import first, sized
from sampling import Unseen
from test_derivatives import SPECIAL, close, tidied, value, value_of

import autodiff
from autodiff.passes.evaluate import evaluate
from autodiff.reading.resolve import resolve
from autodiff.study.textbook import rules
from autodiff.symbolic.derivatives import normal_forms
from autodiff.symbolic.polynomials import LARGEST, common_divisor, multiplied, size
from autodiff.symbolic.terms import Terms
from autodiff.symbolic.zero import vanishes
from autodiff.tape import Apply, Tape

LETTERS = sympy.symbols("x y a")

# Quotients of polynomials --------------------------------------------------------------------------------------------


def polynomial(rng: random.Random, names: int, count: int, degree: int) -> dict[tuple[int, ...], int]:
    found: dict[tuple[int, ...], int] = {}
    while not found:
        for _ in range(count):
            found[tuple(rng.randint(0, degree) for _ in range(names))] = rng.choice([-3, -2, -1, 1, 2, 3, 5])
    return found


@pytest.mark.parametrize("count", sized(200, 3000))
def test_common_divisors(count: int) -> None:
    """Of polynomials in one, two and three variables: those that SymPy finds."""
    rng, judged = random.Random(1), 0
    for _ in range(count):
        names = rng.choice([1, 1, 2, 3])
        common, left, right = (polynomial(rng, names, rng.randint(1, 3), 3 if names < 3 else 1) for _ in range(3))
        f, g = multiplied(common, left), multiplied(common, right)
        if f and g and max(size(f), size(g)) <= LARGEST:
            found = common_divisor(f, g) or {(0,) * names: 1}
            ours, f_, g_ = (sympy.Poly(side, *LETTERS[:names]) for side in (found, f, g))
            assert ours.primitive()[1] in (true := sympy.gcd(f_, g_).primitive()[1], -true)
            judged += 1
    assert judged > 0.8 * count


def printed(side: dict[tuple[int, ...], int]) -> str:
    return str(sympy.Poly(side, *LETTERS[: len(max(side))]).as_expr()).replace("**", "^")


@pytest.mark.parametrize("count", sized(12, 400))
def test_no_divisor_is_left_above_and_below_the_bar(count: int) -> None:
    """A quotient with a common factor, differentiated: SymPy cannot cancel anything in what is written, and agrees with it."""
    rng = random.Random(count)
    for _ in range(count):
        names = rng.choice([1, 1, 2, 2, 3])
        common = polynomial(rng, names, rng.choice([1, 2, 3]), 2 if names < 3 else 1)
        above = multiplied(common, polynomial(rng, names, rng.choice([1, 2]), {1: 3, 2: 2, 3: 1}[names]))
        below = multiplied(common, polynomial(rng, names, rng.choice([1, 2]), 1))
        text = f"({printed(above)})/({printed(below)})" if above and below else "x"
        if "x" not in text:
            continue
        ours = sympy.sympify(str(autodiff.parse(text).diff("x")).replace("^", "**"))
        true = sympy.diff(sympy.sympify(text.replace("^", "**")), LETTERS[0])
        assert sympy.cancel(ours - true) == 0, text
        bars = [sympy.fraction(side)[1] for side in (sympy.together(ours), sympy.cancel(true))]
        degrees = [sympy.Poly(bar, *LETTERS).total_degree() for bar in bars]
        assert degrees[0] == degrees[1], (text, ours)


# What is a number everywhere -----------------------------------------------------------------------------------------

CONSTANT = """
sin(u)^2 + cos(u)^2; cosh(u)^2 - sinh(u)^2; exp(u)*exp(-u); 2*sin(u)*cos(u) - sin(2*u); cos(2*u) + 2*sin(u)^2
1 + tan(u)^2 - 1/cos(u)^2; tanh(u)^2 + 1/cosh(u)^2; tanh(u) - (exp(2*u) - 1)/(exp(2*u) + 1); sigmoid(u) + sigmoid(-u)
sigmoid(u) - 1/(1 + exp(-u)); softplus(u) - log(1 + exp(u)); softplus(u) - softplus(-u) - u; sinh(2*u) - 2*sinh(u)*cosh(u)
exp(u) - cosh(u) - sinh(u); expm1(u) - exp(u); log1p(exp(u)) - softplus(u); erf(u) + erfc(u); tan(u) - sin(u)/cos(u)
sin(u + v) - sin(u)*cos(v) - cos(u)*sin(v); cos(u - v) - cos(u)*cos(v) - sin(u)*sin(v); sin(3*u) - 3*sin(u) + 4*sin(u)^3
abs(u)^2 - u^2; sqrt(u^2) - abs(u); cbrt(u^3) - u; cbrt(u)^3 - u; root(u^5, 5) - u; hypot(u, v)^2 - u^2 - v^2
hypot(u, u) - sqrt(2)*abs(u); max(u, v) + min(u, v) - u - v; max(u, v) - min(u, v) - abs(u - v)
(u^2 - v^2)/(u - v) - u - v; (u + v)^2 - u^2 - 2*u*v - v^2; (u^3 + v^3)/(u + v) - u^2 + u*v - v^2; u/v + v/u - (u^2 + v^2)/(u*v)
1/(u + sqrt(u^2 + 1)) - sqrt(u^2 + 1) + u; log(u^2) - 2*log(abs(u)); log(exp(u)) - u; exp(log(u)) - u; log(u*v) - log(u) - log(v)
log(u/v) - log(u) + log(v); log2(u) - log(u)/log(2); atan(u) + atan(1/u); asin(u) + acos(u); sin(asin(u)) - u; tan(atan(u)) - u
atan(sinh(u)) - 2*atan(tanh(u/2)); asinh(u) - log(u + sqrt(u^2 + 1)); atanh(u) - log((1 + u)/(1 - u))/2
tan(u/2) - sin(u)/(1 + cos(u)); if(u > 0, u, 0) + if(u <= 0, u, 0) - u
"""
INNER = ("x", "2*x", "x + 1", "x^2", "x*y", "sin(x)", "exp(x)", "x/3", "1 - x", "x^3 - x")
FORMULAS = [text for line in CONSTANT.strip().splitlines() for text in line.split("; ")]


def with_parts(text: str, u: str, v: str) -> str:
    return re.sub(r"\b[uv]\b", lambda name: f"({u})" if name[0] == "u" else f"({v})", text)


def is_flat(text: str) -> bool | None:
    """Whether the derivative is 0 by mpmath, where the formula has a value; None where it has too few."""
    parsed, flat = autodiff.parse(text), []
    with mp.workdps(40):
        for k in range(8):
            at = {"x": mp.mpf(3 * k - 8) / 11, "y": mp.mpf(k + 2) / 7}
            step = mp.mpf(10) ** -12
            near = [value_of(parsed, {**at, "x": at["x"] + d}) for d in (-step, step)]
            if all(map(mp.isfinite, near)):
                flat.append(abs(near[1] - near[0]) < mp.mpf(10) ** -25)
    return all(flat) if len(flat) > 1 else None


@pytest.mark.parametrize("inner", first(1, INNER))
def test_what_is_a_number_everywhere_has_no_derivative(inner: str) -> None:
    """Identities around any formula: the derivative is written as 0, also of a multiple beside something else."""
    judged = 0
    for text in FORMULAS:
        formula = with_parts(text, inner, "x + 2*y" if inner != "x + 1" else "y")
        assert str(autodiff.parse(formula).diff("x")) == "0", formula
        assert str(autodiff.parse(f"3*x + y*({formula})").diff("x")) == "3", formula
        flat = is_flat(formula)
        assert flat is not False, formula
        judged += flat is True
    assert judged > 0.8 * len(FORMULAS)


@pytest.mark.parametrize("count", sized(40, 3000))
def test_nothing_else_is_proved_to_be_a_number(count: int) -> None:
    """Differences of formulas, most of them none at all: what is said to vanish does, at points of either sign, by mpmath."""
    rng, proved = random.Random(7), 0
    for k in range(count):
        pair = [FORMULAS[k % len(FORMULAS)], rng.choice(FORMULAS)]
        text = " - ".join(f"({with_parts(part, rng.choice(INNER[:3]), rng.choice(INNER[3:6]))})" for part in pair)
        text += rng.choice(["", " - 1", " + 1", " - 2", " + x - x", " - 1e-9*x"])
        terms, tape = Terms(), autodiff.parse(text).tape
        if not vanishes(terms, normal_forms(terms, tape)[tape.output]):
            continue
        proved += 1
        with mp.workdps(40):
            for x, y in itertools.product((-2.7, -0.4, 0.3, 0.8, 1.9), (-1.1, 0.6)):
                found = value_of(autodiff.parse(text), {"x": mp.mpf(x), "y": mp.mpf(y)})
                assert not mp.isfinite(found) or abs(found) < 1e-20, (text, x, y)
    assert proved > count / 20


# Functions of functions ----------------------------------------------------------------------------------------------

SHAPES = """
abs({}) sign({}) sqrt({}) cbrt({}) root({},3) root({},2) root({},4) hypot({},{}) hypot({},{})^2 max({},{}) min({},{}) relu({})
step({}) ({})^2 ({})^3 ({})^(1/2) ({})^(3/2) ({})^(-1) ({})^(-2) ({})^(2/3) ({}*{}) ({}/{}) ({}+{}) ({}-{}) exp({}) log({}) -({})
3*({}) ({})/2 sin(asin({})) cos(asin({})) sin(acos({})) tan(asin({})) sinh(acosh({})) tanh(asinh({})) asinh(sinh({})) tanh({})
cosh(atanh({})) sin({}) cos({}) if({}>0,{},{}) if({}>={},{},{}) if({}<1,{},{}) if({}>0~and~{}<2,{},{}) if(not~{}>0,{},{}) tan({})
abs({})*sign({}) sin({}/2) exp(2*log({})) exp({}+log({})) sigmoid({}) cos({})^2 sin({})^2 (1+tan({})^2)
"""
WORDS = [shape.replace("~", " ") for shape in SHAPES.split()]


def grown(rng: random.Random, depth: int) -> str:
    if not depth:
        return rng.choice(["x", "x", "x", "y", "2", "-1", "0.5"])
    text = rng.choice(WORDS)
    while "{}" in text:
        text = text.replace("{}", grown(rng, rng.choice([depth - 1, max(depth - 2, 0)])), 1)
    return text


@pytest.mark.parametrize("seed", first(1, range(20)))
def test_functions_of_functions_keep_their_value(seed: int) -> None:
    """Roots of powers, hypot, corners, signs, inverses, choices within choices: at every point the value of the original."""
    rng, judged = random.Random(seed), 0
    with mp.workdps(120):  # atanh(tanh(40)) loses 35 digits
        for k in range(100):
            text = grown(rng, 2 + k % 2)
            before, (after, tape) = autodiff.parse(text).tape, tidied(text)
            for _ in range(16):
                at = {name: mp.mpf(rng.choice([*SPECIAL, rng.uniform(-4, 4), rng.uniform(-1, 1)])) for name in ("x", "y")}
                try:
                    old, new = value(before, at), value(tape, at)
                except Unseen:
                    continue
                if mp.isfinite(old) and (close(old, new, 12) or not is_rounded(before, at, old)):
                    assert close(old, new, 12), (text, after, at)
                    judged += 1
    assert judged > 600


def is_rounded(tape: Tape, at: dict[str, mp.mpf], here: mp.mpf) -> bool:
    """Whether the formula steps at this point, though not at 0: rounding decides which way."""
    beside = [value(tape, {name: x * (1 + d) for name, x in at.items()}) for d in (mp.mpf(10) ** -60, -(mp.mpf(10) ** -60))]
    return not all(close(here, there, 12) for there in beside)


@pytest.mark.parametrize("seed", first(1, range(20)))
def test_written_derivatives_agree_with_reverse_mode(seed: int) -> None:
    """Where a derivative is simply right, the written one has its value."""
    rng, judged = random.Random(100 + seed), 0
    for k in range(150):
        formula = autodiff.parse(grown(rng, 2 + k % 2))
        if re.search(r"if|max|min|relu|sign|step", formula.text) and re.search(
            r"a(sin|cos|tan)h?|log|root|cbrt|hypot", formula.text
        ):
            continue  # rounding would decide which way a condition goes
        for name in formula.variables[:1]:
            written = formula.diff(name).tape
            for _ in range(6):
                at = {n: rng.choice([rng.uniform(-3, 3), rng.uniform(0, 1)]) for n in formula.variables}
                sheet = formula.at(**at)
                true = sheet.gradient[name]
                if not sheet.status and (1e-12 < abs(true) < 1e12 or true == 0):
                    ours = evaluate(written, {n: at[n] for n in written.variables()})[written.output]
                    assert ours == pytest.approx(true, rel=1e-6, abs=1e-9), (formula.text, at, str(formula.diff(name)))
                    judged += 1
    assert judged > 120


# Choices -------------------------------------------------------------------------------------------------------------


def chosen(rng: random.Random, depth: int) -> str:
    """Choices within choices and corners, all of them about where x is."""
    if not depth or rng.random() < 0.2:
        return rng.choice(["x", "x^2", "sin(x)", "2*x", "abs(x)", "max(x, 1)", "relu(x)", "exp(x)"])
    condition = " ".join(
        part
        for k in range(rng.choice([1, 1, 2]))
        for part in (
            *([rng.choice(["and", "or"])] if k else []),
            rng.choice(["", "not "]) + f"x {rng.choice(['<', '<=', '>', '>=', '==', '!='])} {rng.choice([-1, 0, 0, 0, 1])}",
        )
    )
    a, b = chosen(rng, depth - 1), chosen(rng, depth - 1)
    return rng.choice([f"if({condition}, {a}, {b})", f"if({condition}, {a}, {b})", f"x*if({condition}, {a}, {b})"])


def undecided(tape: Tape) -> list[int]:
    """The choices of which one branch alone is ever taken where x goes through all its cells, of those that are met."""
    met: dict[int, set[bool]] = {}
    for x in [k / 4 for k in range(-9, 10)]:
        values, stack = evaluate(tape, {"x": x} if tape.variables() else {}), [tape.output]
        seen = set()
        while stack:
            place = stack.pop()
            node = tape.nodes[place]
            if place in seen or not isinstance(node, Apply):
                continue
            seen.add(place)
            if node.op == "if":
                met.setdefault(place, set()).add(bool(values[node.args[0]]))
                stack.append(node.args[1 if values[node.args[0]] else 2])
            else:
                stack.extend(node.args)
    return [place for place, ways in met.items() if len(ways) == 1]


@pytest.mark.parametrize("count", sized(25, 1200))
def test_no_choice_is_left_that_is_decided_before(count: int) -> None:
    """Whatever stands inside a branch, both branches of every choice that is written are taken somewhere."""
    rng, left, judged = random.Random(5), [], 0
    for _ in range(count):
        formula = autodiff.parse(chosen(rng, 3))
        if not formula.variables:
            continue
        found = formula.diff("x")
        judged += str(found).count("if(")
        if undecided(found.tape):
            left.append((formula.text, str(found)))
        for x in [k / 4 + 0.1 for k in range(-9, 10)]:
            sheet = formula.at(x=x)
            assert found.tape.variables() == () or evaluate(found.tape, {"x": x})[found.tape.output] == pytest.approx(
                sheet.gradient["x"], rel=1e-9, abs=1e-9
            ), (formula.text, str(found), x)
    assert len(left) <= 0.02 * count, left
    assert judged > count / 2


# Textbooks -----------------------------------------------------------------------------------------------------------

SECOND = """
hypot(x, y) = y^2/hypot(x, y)^3; hypot(x, 3) = 9/hypot(x, 3)^3; hypot(x, y, z) = (y^2 + z^2)/hypot(x, y, z)^3; cbrt(x^3) = 0
sqrt(x^2 + y^2) = y^2/(x^2 + y^2)^(3/2); sqrt(1 - x^2) = -1/(1 - x^2)^(3/2); sqrt(1 + x^2) = 1/(1 + x^2)^(3/2)
asin(x) = x/(1 - x^2)^(3/2); acos(x) = -x/(1 - x^2)^(3/2); atan(x) = -2*x/(1 + x^2)^2; tan(x) = 2*sin(x)/cos(x)^3
abs(x)^3 = 6*abs(x); x*abs(x) = 2*sign(x); (x^2 - 1)/(x - 1) = 0; (x - 1)/(x^2 - 1) = 2/(x + 1)^3; x*hypot(x, x) = 2*sqrt(2)*sign(x)
sqrt(a^2 - x^2) = -a^2/(a^2 - x^2)^(3/2); cbrt(x) = -2/(9*cbrt(x)^5); root(x^5, 5) = 0
log(cosh(x)) = 1/cosh(x)^2; log(sin(x)) = -1/sin(x)^2
"""
PAIRS = [pair.split(" = ") for line in SECOND.strip().splitlines() for pair in line.split("; ")]


@pytest.mark.parametrize(("formula", "expected"), PAIRS)
def test_second_derivatives_of_textbooks(formula: str, expected: str) -> None:
    """The text, and at a point what mpmath says."""
    parsed, written = autodiff.parse(formula), autodiff.parse(expected)
    assert str(parsed.diff("x", 2)) == expected
    at = {"x": mp.mpf("0.3"), "y": mp.mpf("0.7"), "z": mp.mpf("1.3"), "a": mp.mpf("1.9")}
    with mp.workdps(50):
        true = mp.diff(lambda x: value_of(parsed, {**at, "x": x}), at["x"], 2)
        tape = resolve(written.tape, at)[0]
        assert close(value(tape, {name: at[name] for name in tape.variables()}), true, 15)


def test_third_of_the_length_of_a_diagonal() -> None:
    assert str(autodiff.parse("hypot(x, x)*x").diff("x", 3)) == "0"


# The quotient rule ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", sized(40, 1500))
def test_the_quotient_rule_is_that_of_textbooks(count: int) -> None:
    """Wherever both sides of a bar move: (f'*g - f*g')/g^2, in which the derivative of x is 1; and it is right."""
    rng, judged = random.Random(3), 0
    for _ in range(count):
        text = f"({grown(rng, 2)})/({grown(rng, 1)})"
        tape = resolve(autodiff.parse(text).tape, ("x", "y"))[0]
        for rule in rules(tape, "x").rules if "x" in tape.variables() else ():
            node = tape.nodes[rule.place]
            if rule.function == "div" and rule.kinds[0] == "quotient rule" and rule.derivative != "0":
                assert isinstance(node, Apply)
                f, g = rule.formula.split("/", 1)
                primes = ["1" if name == "x" else f"{name}'" for name in (f, g)]
                above = f"{primes[0]}*{g} - {f}*{primes[1]}"
                above = re.sub(r"(?<![\w'])1\*|\*1$", "", above)
                assert rule.derivative == f"({above})/{g}^2", (text, rule)
                judged += 1
    assert judged > count / 10


def test_the_exact_quotient_decides_a_remainder() -> None:
    """-floor(x/y) is the derivative of mod(x, y) in y with the exact quotient of the doubles; in doubles that may be rounded."""
    x, y = -3.7, -1e-05
    assert str(autodiff.parse("mod(x, y)").diff("y")) == "-floor(x/y)"
    assert autodiff.parse("mod(x, y)").at(x=x, y=y).gradient["y"] == -math.floor(Fraction(x) / Fraction(y)) == -369999
    assert x / y == 370000
