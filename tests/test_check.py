"""Claims about derivatives: right ones in any form agree, wrong ones differ and are diagnosed, kinks are not judged."""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from console import ROOT, Outcome, inside
from length import LONG, first, sized, spread

import autodiff
from autodiff.checking import evidence
from autodiff.checking.check import Examination
from autodiff.checking.mistakes import MISTAKES
from autodiff.checking.truth import values
from autodiff.checking.verdicts import Verdict
from autodiff.formula import number, parse
from autodiff.primitives import ROWS, TABLE
from autodiff.trust import sampling
from autodiff.trust.landmarks import Landmarks, on_edge


def judged(text: str, claims: Mapping[str, str], tolerance: float | None = None, **given: str) -> list[Verdict]:
    numbers = {name: number(value) for name, value in given.items()}
    return Examination(parse(text), claims, values(given, numbers), tolerance).verdicts()


def verdict(text: str, claim: str, name: str = "x", **given: str) -> Verdict:
    return judged(text, {name: claim}, **given)[0]


def check(*words: str) -> Outcome:
    return inside(["check", *words], ROOT)


def document(*words: str) -> Any:
    return json.loads(check(*words, "--json").stdout)


RIGHT = [
    ("x^2*sin(x)", "2*x*sin(x)+x^2*cos(x)"),
    ("sin(x)^2", "sin(2*x)"),
    ("tanh(x)", "1 - tanh(x)^2"),  # loses 868 digits at 1000
    ("sigmoid(x)", "sigmoid(x)*(1 - sigmoid(x))"),
    ("sigmoid(x)", "exp(-x)/(1 + exp(-x))^2"),
    ("softplus(x)", "1/(1 + exp(-x))"),
    ("log(cosh(x))", "tanh(x)"),
    ("log(x + sqrt(x^2 + 1))", "1/sqrt(x^2 + 1)"),
    ("asin(x)", "1/cos(asin(x))"),
    ("(x^4 - 1)/(x - 1)", "3*x^2 + 2*x + 1"),  # a hole at 1
    ("x/x", "0"),
    ("exp(x)*exp(-x)", "sin(x)^2 + cos(x)^2 - 1"),
    ("sqrt(x^2)", "sign(x)"),
    ("abs(x)", "x/abs(x)"),  # a hole at 0, where the derivative is none either
    ("x^x", "x^x*(log(x) + 1)"),
    ("tan(x)", "1 + tan(x)^2"),
    ("erf(x)", "2/sqrt(pi)*exp(-x^2)"),
    ("sinc(x)", "cos(x)/x - sin(x)/x^2"),
    ("gamma(x)", "gamma(x)*digamma(x)"),
    ("if(x > 5.3, x^2, 3*x)", "if(x > 5.3, 2*x, 3)"),
    ("floor(x)*x", "floor(x)"),
    ("x % 3", "1"),
    ("max(x, 3)", "if(x > 3, 1, 0)"),
    ("exp(exp(x))", "exp(x + exp(x))"),
    ("sqrt(x - 100.5)*sqrt(100.6 - x)", "(201.1 - 2*x)/(2*sqrt((x - 100.5)*(100.6 - x)))"),
    ("f(t) = t^2; u = f(x); u + 1", "2*sqrt(u)*sign(x)"),
    ("e^x", "e^x"),
    ("1e-30*x", "1e-30"),
    ("x^2", "2*x^2/x"),
    ("pi*x^2", "6.283185307179586*x"),  # as a double was printed
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("text", "claim"), spread(2, RIGHT))
def test_right_in_any_form(text: str, claim: str) -> None:
    found = verdict(text, claim)
    if "100.5" in text:  # a domain so narrow that few points lie in it: never "differs"
        assert found.verdict in ("agrees", "undecided")
    else:
        assert (found.verdict, found.code, found.diagnosis) == ("agrees", None, None)
        assert found.points >= 8


@pytest.mark.parametrize("step", sized(3, 1))
def test_every_row_is_right_about_itself(step: int) -> None:
    """The derivative that `diff` writes agrees with the table, and a multiple of it does not."""
    for row in ROWS[::step]:
        if row.domain or row.points or row.variadic or len(row.names) > 1 or row.name in ("not", "copy", "neg"):
            continue
        text = str(autodiff.parse(f"{row.name}(x)").diff("x"))
        assert verdict(f"{row.name}(x)", text).verdict == "agrees", row.name
        head, sign, last = text.rpartition(";")
        assert verdict(f"{row.name}(x)", f"{head}{sign} 1.0000001*({last})").verdict == "differs", row.name


WRONG_SOMEWHERE = [
    ("softplus(x)", "if(x > 20, -1, 1)*sigmoid(x)"),  # the sign, only beyond 20
    ("sigmoid(x)", "if(x < -300, 0, sigmoid(x)*sigmoid(-x))"),  # the lower tail
    ("atan(x)", "if(abs(x) > 600, 0, 1/(1 + x^2))"),
    ("abs(x)", "1"),
    ("abs(x)", "-1"),
    ("relu(x)", "1"),
    ("if(x > 5.3, x^2, 3*x)", "3"),
    ("if(x > 5.3, x^2, 3*x)", "2*x"),
    ("if(abs(x - 7.77) < 0.001, x^2, 3*x)", "3"),  # a branch a thousandth wide, named by a number
    ("if(sin(x) > 0.9999, x^2, 3*x)", "3"),  # and one that no number names
    ("max(x, 3)", "1"),
    ("x^2", "if(abs(x) < 1e-5, 1, 2*x)"),
    ("floor(x)*x", "x"),
    ("log(x)", "if(x < 0.002, 0, 1/x)"),
    ("x^2", "2*exp(log(x))"),  # not defined for negative x
    ("x^2", "2*x + 1e-20"),
    ("x^2", "2.000001*x"),
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize(("text", "claim"), WRONG_SOMEWHERE)
def test_wrong_only_somewhere(text: str, claim: str) -> None:
    found = verdict(text, claim)
    assert (found.verdict, found.code) == ("differs", "E060")
    sheet = autodiff.parse(text).at(**found.point)
    assert found.computed == pytest.approx(sheet.gradient["x"], rel=1e-9)
    assert found.claimed != found.computed


DIAGNOSED = [
    # the inner factor of the chain rule
    ("sin(x^2)", "cos(x^2)", "chain rule", "2*x"),
    ("(3x+1)^4", "4*(3x+1)^3", "chain rule", "= 3"),
    ("exp(-x^2)", "exp(-x^2)", "chain rule", "exp"),
    ("sqrt(1+x^2)", "1/(2*sqrt(1+x^2))", "chain rule", "2*x"),
    ("1/(2x+1)", "-1/(2x+1)^2", "chain rule", "2"),
    ("x*exp(2x)", "exp(2x) + x*exp(2x)", "chain rule", "exp(2*x)"),
    ("sin(2x)+cos(3x)", "cos(2x)-sin(3x)", "chain rule", "wherever"),
    ("exp(-x)", "exp(-x)", "chain rule", "-1, a sign"),
    # a sign
    ("cos(x)", "sin(x)", "sign", "lost at cos(x)"),
    ("1/x", "1/x^2", "sign", "1/x"),
    ("5-x^2", "2*x", "sign", "lost at 5 - x^2"),
    ("acos(x)", "1/sqrt(1-x^2)", "sign", "acos"),
    ("x*cos(x)", "cos(x)+x*sin(x)", "sign", "lost at cos(x)"),
    ("exp(x)-x^3", "exp(x)+3*x^2", "sign", "lost at exp(x) - x^3"),
    # the product rule
    ("x^2*sin(x)", "2*x*cos(x)", "product rule", "f'*g'"),
    ("x*exp(x)", "exp(x)", "product rule", "x*exp(x)"),
    ("exp(x)*log(x)", "exp(x)/x", "product rule", "f'*g + f*g'"),
    # the quotient rule
    ("sin(x)/x", "(sin(x)-x*cos(x))/x^2", "quotient rule", "swapped"),
    ("x^2/(x+1)", "2*x", "quotient rule", "f'/g'"),
    ("x^2/(x+1)", "(2*x*(x+1)+x^2)/(x+1)^2", "quotient rule", "sign"),
    ("x^2/(x+1)", "(2*x*(x+1)-x^2)/(x+1)", "quotient rule", "not squared"),
    ("log(x)/x", "(log(x)-1)/x^2", "quotient rule", "swapped"),
    ("x/exp(x)", "(x*exp(x) - exp(x))/exp(x)^2", "quotient rule", "swapped"),
    # the exponent
    ("x^3", "3*x^3", "exponent", "off by one"),
    ("x^3", "3*x", "exponent", "lowered by 2"),
    ("x^3", "2*x^2", "exponent", "n - 1"),
    ("x^3", "x^2", "exponent", "factor n"),
    ("5*x^4 + x", "20*x^4 + 1", "exponent", "x^4"),
    ("2^x", "x*2^(x-1)", "exponent", "exponent varies"),
    ("sqrt(x)", "sqrt(x)/2", "exponent", "1/2"),
    ("sqrt(x)", "1/sqrt(x)", "exponent", "1/2"),
    ("x^-2", "-2*x^-1", "exponent", "lowered"),
    # a branch of a shared value
    ("x^2*sin(x)", "2*x*sin(x)", "shared value", "sin(x)"),
    ("u=x^2; exp(u)+sin(u)", "2*x*exp(x^2)", "shared value", "u is used 2 times"),
    ("u=x^2; u*sin(u)", "2*x*sin(x^2)", "shared value", "sin(u)"),
    ("x^x", "x*x^(x-1)", "exponent", "varies too"),
    # degrees for radians
    ("sin(x)", "cos(x)*pi/180", "degrees", "pi/180"),
    ("sin(x)", "cos(x*pi/180)", "degrees", "sin(x)"),
    ("cos(3*x)", "-3*sin(3*x)*180/pi", "degrees", "180/pi"),
    ("x*sin(x)", "sin(x*pi/180) + x*cos(x*pi/180)", "degrees", "calculator"),
    ("atan(x)", "180/pi/(1+x^2)", "degrees", "angle"),
    # the base of a logarithm
    ("log(x)", "1/(x*log(10))", "log base", "decimal"),
    ("log10(x)", "1/x", "log base", "natural"),
    ("log(x, 3)", "1/x", "log base", "base is left out"),
    ("x*log(x)", "log10(x) + 1", "log base", "decimal"),
    ("x*log(x)", "log10(x) + 1/log(10)", "log base", "decimal"),
    ("2^x", "2^x", "log base", "log(base)"),
    # others
    ("x^3", "2.9999*x^2", "rounding", "--tolerance 0.0001"),
    ("x^2", "x^2", "exponent", ""),
    ("abs(x)", "1", "branch", "x = 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claim", "kind", "word"), spread(3, DIAGNOSED))
def test_a_wrong_formula_is_diagnosed(text: str, claim: str, kind: str, word: str) -> None:
    found = verdict(text, claim)
    assert found.verdict == "differs"
    assert found.diagnosis is not None
    if text == claim == "x^2":
        assert "value of J" in found.diagnosis
        return
    assert found.diagnosis.startswith(kind), found.diagnosis
    assert word in found.diagnosis


@pytest.mark.parametrize(("text", "claim", "kind", "word"), [row for row in DIAGNOSED if row[2] not in ("rounding", "branch")])
def test_a_wrong_number_is_diagnosed(text: str, claim: str, kind: str, word: str) -> None:
    """The same mistakes at one point; there another mistake may explain the number as well, but one is always found."""
    if kind == "exponent" and not word:
        return
    at = "0.7"
    says = autodiff.parse(f"{text.rpartition(';')[0]};{claim}" if ";" in text else claim).at(x=0.7).value
    found = verdict(text, repr(says), x=at)
    assert found.verdict == "differs"
    assert found.diagnosis is not None, says


AT_A_POINT = [
    ("3*(a+b*c)", "b", "2", "outer factor"),
    ("3*(a+b*c)", "a", "1", "outer factor"),
    ("3*(a+b*c)", "b", "9", "this is dc"),
    ("3*(a+b*c)", "c", "6", "this is db"),
    ("3*(a+b*c)", "a", "33", "value of J"),
    ("3*(a+b*c)", "a", "-3", "sign"),
    ("3*(a+b*c)", "b", "6.0006", "rounding"),
]


@pytest.mark.parametrize(("text", "name", "claim", "word"), AT_A_POINT)
def test_at_the_worked_example(text: str, name: str, claim: str, word: str) -> None:
    found = verdict(text, claim, name, a="5", b="3", c="2")
    assert found.verdict == "differs"
    assert found.diagnosis is not None
    assert word in found.diagnosis


def test_no_explanation_is_better_than_a_wrong_one() -> None:
    assert verdict("3*(a+b*c)", "8", "c", a="5", b="3", c="2").diagnosis is None
    assert verdict("tan(x)", "1/cos(x)").diagnosis is None


def test_every_mistake_of_the_table_is_wrong() -> None:
    """A row whose formula were right could never explain anything."""
    import random

    from autodiff.checking.mistakes import formula
    from autodiff.passes.evaluate import evaluate, function
    from autodiff.passes.rules import local

    rng = random.Random(4)
    for row in MISTAKES:
        for op in row.ops.split() or ["sin"]:
            x, y, dx, dy = (rng.uniform(0.2, 0.8) for _ in range(4))
            args = [x, y][: len(TABLE[op].names)]
            out = function(op)(*args)
            wanted = ["x" in row.varies, "y" in row.varies][: len(args)]
            p, q = [
                slope or 0.0 for slope in (*local(op, args, out, autodiff.numbers.algebra.FLOATS, not wanted[-1], wanted), 0.0)
            ][:2]
            right = (p * dx if "x" in row.varies else 0.0) + (q * dy if "y" in row.varies else 0.0)
            env = {"x": x, "y": y, "dx": dx, "dy": dy, "out": out, "p": p, "q": q}
            wrong = evaluate(formula(row.wrong), env)[formula(row.wrong).output]
            assert math.isfinite(wrong)
            assert abs(wrong - right) > 1e-9, row


@pytest.mark.parametrize(
    ("text", "claim", "point", "word"),
    [
        ("abs(x)", "1", "0", "equals the right derivative"),
        ("abs(x)", "-1", "0", "equals the left derivative"),
        ("abs(x)", "0", "0", "reported by convention"),
        ("floor(x)", "0", "2", "jump"),
        ("sqrt(x)", "1", "0", "infinite"),
        ("log(x)", "1", "-1", "domain"),
        ("1/x", "1", "0", "pole"),
        ("if(x > 0, x, -x)", "1", "0", "kink"),
        ("exp(x)", "1", "1000", "overflow"),
        ("x^1.5", "0", "0", "one_sided"),
        ("max(x, 2*x)", "1.5", "0", "left 1, right 2"),
    ],
)
def test_nothing_is_said_where_the_derivative_is_not_ok(text: str, claim: str, point: str, word: str) -> None:
    for about in (claim, f"{claim} + 0*x"):
        found = verdict(text, about, x=point)
        assert (found.verdict, found.code, found.absolute_error, found.relative_error) == ("undecided", "E061", None, None)
        assert found.diagnosis is None
        assert word in found.reason


def test_too_few_points_are_no_proof() -> None:
    found = verdict("sqrt(x)*sqrt(-x)", "0")
    assert (found.verdict, found.code) == ("undecided", "E061")


FAR = [
    ("x^2", 1e4, 1e9), ("x^3", 1e12, 1e50), ("x^2", 1e-9, 1e-5), ("x*abs(x)", 1e3, 1e6), ("exp(x)", 1e9, 1e200),
    ("hypot(x, 1)", 1e4, 1e9),
    ("log(x^2 + 1)", 9.0, 30.0), ("1/x", 1e4, 1e9), ("sinh(x)", 1e7, 1e90), ("x^4 + x", 1e14, 1e99), ("cbrt(x)", 1e4, 1e9),
]  # fmt: skip


@pytest.mark.parametrize("row", first(1, FAR), ids=lambda row: row[0])
def test_corners_are_found_wherever_they_are(row: tuple[str, float, float]) -> None:
    """A random edge far out or close to 0: what holds on one side of it differs, what knows it agrees."""
    import random

    inner, low, high = row
    rng, slope = random.Random(len(inner) * high), str(autodiff.parse(inner).diff("x"))
    edge = f"{low * (high / low) ** rng.random():.4g}"
    for text, right in {
        f"min({inner}, {edge})": f"if({inner} < {edge}, {slope}, 0)",
        f"max({inner}, {edge})": f"if({inner} > {edge}, {slope}, 0)",
        f"abs({inner} - {edge})": f"({slope})*sign({inner} - {edge})",
        f"if({inner} > {edge}, 0, {inner})": f"if({inner} > {edge}, 0, {slope})",
    }.items():
        assert verdict(text, right).verdict == "agrees", text
        for wrong in (slope, f"-({slope})", "0*x"):
            assert verdict(text, wrong).verdict == "differs", (text, wrong)


def test_conditions_of_a_claim_are_found_wherever_they_are() -> None:
    for condition in ("x > 1e200", "x < -1e300", "abs(x - 123456) < 1", "abs(x) < 1e-200", "x^2 > 1e11", "log(abs(x)) > 99"):
        assert verdict("x^2", f"if({condition}, 1, 2*x)").verdict == "differs", condition
        assert verdict("x^2", f"if({condition}, x + x, 2*x)").verdict == "agrees", condition


# Tolerances ---------------------------------------------------------------------------------------------------------------


def test_numbers_are_compared_relatively() -> None:
    assert verdict("x/3", "0.33333333", x="1").verdict == "agrees"
    assert verdict("x/3", "0.33", x="1").verdict == "differs"
    assert verdict("x/3", "0.3334", x="1").verdict == "differs"
    assert "rounding" in (verdict("x/3", "0.3334", x="1").diagnosis or "")
    assert judged("x/3", {"x": "0.333"}, 2e-3, x="1")[0].verdict == "agrees"
    assert verdict("1e-20*x", "-1e-20", x="1").verdict == "differs"  # no absolute tolerance lets this pass
    assert verdict("1e-20*x", "0", x="1").verdict == "differs"


def test_homework_is_rounded() -> None:
    """Random right values, rounded to so many digits by `decimal` and spelled in several ways; a unit more or less is wrong."""
    import random
    from decimal import Decimal

    rng = random.Random(12)
    for _ in range(40):
        digits, right = rng.randint(1, 9), rng.choice([-1, 1]) * 10 ** rng.uniform(-7, 7)
        fine = Decimal(f"{right:.{digits - 1}e}")
        unit = Decimal(1).scaleb(int(fine.as_tuple().exponent))
        for text in (f"{fine:f}", f"{fine:e}", str(fine)):
            own = len((Decimal(text) if "." in text else Decimal(text).normalize()).as_tuple().digits)
            found = verdict("k*x", text, x="1", k=repr(right))
            near = abs(float(text) / right - 1) <= 1e-6
            assert (found.verdict == "agrees") == (own >= 3 or near or float(text) == right), (right, text)
            assert found.rounded_to == (own if own >= 3 else None)
        for wrong in (fine + unit, fine - unit):
            found = verdict("k*x", f"{wrong:f}", x="1", k=repr(right))
            near = abs(float(wrong) / right - 1) <= 1e-6
            assert (found.verdict, found.rounded_to) == ("agrees" if near else "differs", None), (right, wrong)


def test_only_a_bare_number_is_taken_for_rounded() -> None:
    assert verdict("sin(x^2)", "1.08", x="1")[2:5] == ("agrees", 1.08, pytest.approx(1.0806046117))
    assert verdict("sin(x^2)", "1.08", x="1").rounded_to == 3
    assert verdict("pi*x", "3.142").rounded_to == 4  # everywhere
    assert verdict("pi*x", "3.141").verdict == "differs"
    assert judged("sin(x^2)", {"x": "1.08"}, 1e-6, x="1")[0].verdict == "differs"  # a tolerance alone counts
    assert verdict("x*12345", "12300", x="1").rounded_to == 3
    assert verdict("x*1195", "1200", x="1").verdict == "differs"  # two digits
    assert verdict("x*1200.04", "1200.0", x="1").rounded_to == 5
    assert verdict("sin(x^2)", "1.07 + 0.01", x="1").verdict == "differs"
    assert verdict("sin(x^2)", "-1.08", x="1").verdict == "differs"
    assert verdict("2*x", "2.00", x="1").rounded_to is None  # it is exact
    assert verdict("1.0805*x", "1.081", x="1").rounded_to == verdict("1.0805*x", "1.080", x="1").rounded_to == 4  # a tie


def test_rounding_of_the_point_is_allowed() -> None:
    found = verdict("cos(x)", "0", x="pi")
    assert found.verdict == "agrees"
    assert "rounding" in found.reason
    assert verdict("cos(x)", "1e-6", x="pi").verdict == "differs"


def test_given_values_have_all_their_digits() -> None:
    assert judged("a*x", {"x": "0.1 + 0*x"}, a="0.1")[0].verdict == "agrees"
    assert judged("a*x", {"x": "pi/4 + 0*x"}, a="pi/4")[0].verdict == "agrees"
    assert judged("a*x^2", {"x": "2*a*x", "a": "x^2"}, a="5")[0].verdict == "agrees"


SMOOTH = [
    "sin(x)",
    "x^2",
    "exp(x)*x",
    "atan(x)",
    "x*y + sin(y*x)",
    "sqrt(1 + x^2)",
    "log(1 + x^2)/3",
    "cosh(x)",
    "erf(x)",
    "x^3 - 7*x",
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text", first(2, SMOOTH))
@pytest.mark.parametrize("power", [12, 17, 20, 24])
def test_a_difference_that_doubles_do_not_show_is_told(text: str, power: int) -> None:
    """The tolerance that is stated is the one that is applied: 1e-25, far below the digits of a double."""
    right, factor = str(autodiff.parse(text).diff("x")), f"(1 + 2e-{power})"
    everywhere = verdict(text, f"({right})*{factor}")
    assert everywhere.verdict == "differs"
    assert everywhere.relative_error == pytest.approx(2 * 10.0**-power, rel=1e-3)
    found = verdict(text, f"({right})*if(x > 5, {factor}, 1)")
    assert (found.verdict, found.point["x"] > 5) == ("differs", True)
    assert 0 < found.counts["differs"] < found.points
    assert verdict(text, f"({right})*(1 + 2e-{power + 9})").verdict == ("differs" if power + 9 < 25 else "agrees")


def test_what_cannot_be_seen_in_doubles_is_written_out() -> None:
    done = check("sin(x)", "dx=cos(x)*(1+1e-20)")
    assert "both are 0.54030230586813977 in doubles (absolute error 5.4e-21, relative error 1e-20;" in done.stdout
    assert verdict("x^2", "2*x + 1e-20").claimed == 1e-20  # at 0, where doubles show it, though 1 is simpler


@pytest.mark.parametrize(
    ("text", "claim", "verdict_"),
    [
        ("sin(x)", "sin(x+1.5707963267948966)", "agrees"),
        ("cos(x)", "cos(x + 1.5707963267948966)", "agrees"),
        ("-cos(x)", "cos(x - 1.57079632679489661923)", "agrees"),
        ("sin(x)", "sin(x+1.5707963267948961)", "differs"),  # two ulp away
        ("sin(x)", "sin(x+1.5707963267949)", "differs"),  # rounded to fewer digits
        ("sin(x)", "cos(x) + 1e-17", "differs"),
        ("x^3", "3*x^2 + 0.000000000000000012345", "differs"),
        ("log(x)", "1.0000000000000002/x", "agrees"),
        ("log(x)", "1.000000000001/x", "differs"),
    ],
)
def test_what_rounding_the_numbers_of_a_claim_can_do_is_allowed(text: str, claim: str, verdict_: str) -> None:
    found = verdict(text, claim)
    assert found.verdict == verdict_
    assert ("rounding the numbers" in found.reason) == ("1.5707963267948966" in claim or "1.57079632679489661923" in claim)


@pytest.mark.parametrize(("text", "claim"), [RIGHT[k] for k in (0, 2, 9, 13, 14, 24)])
def test_points_are_counted_apart(text: str, claim: str) -> None:
    found = verdict(text, claim)
    tried = sampling.points([parse(text).tape, parse(claim, ["x"]).tape], ["x"], {})
    assert sum(found.counts.values()) == len(tried)
    assert (found.counts["agrees"], found.counts["differs"]) == (found.points, 0)


def nearly(size: float) -> list[tuple[str, str]]:
    """Claims that are wrong by very little, for some values or for all."""
    right = [(text, str(autodiff.parse(text).diff("x"))) for text in ["atan(x)", "sin(3*x)", "x*log(x)", "x^3", "exp(-x)/x", "2^x"]]
    return [(text, f"({slope})*if(x < 1.7, 1 + {size!r}, 1)") for text, slope in right] + [
        (text, f"({slope})*(1 + {size!r})") for text, slope in right
    ]


@pytest.mark.parametrize("size", [pytest.param([1e-9, 1e-12, 1e-15, 1e-21], marks=pytest.mark.long)])
def test_what_is_nearly_right_is_no_known_mistake(size: list[float]) -> None:
    """A mistake explains a claim only where it does not fit the right answer as well."""
    for each in size:
        for text, claim in nearly(each):
            said = verdict(text, claim).diagnosis or ""
            assert said.partition(":")[0] in ("branch", "rounding"), (text, claim, said)


def test_spellings_of_one_mistake_are_diagnosed_alike() -> None:
    spellings = [
        ("x*log(x)", "log(x)"), ("log(x)*x", "ln(x)"), ("u = log(x); x*u", "u"), ("x*log(x^1)", "log10(x)*log(10)"),
        ("x^1*log(x)", "-log(1/x)"), ("x/1*log(x)", "log(x^2)/2"), ("f(t) = t*log(t); f(x)", "log(x)*x/x"), ("x*ln(x)+1", "ln(x)"),
    ]  # fmt: skip
    said = [verdict(text, claim).diagnosis or "" for text, claim in spellings]
    assert {text.partition(", and its branch")[0] for text in said} == {"shared value: x is used 2 times"}


# Names --------------------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_names_of_the_steps_may_be_used() -> None:
    text = "z = w*x; a = sigmoid(z); -(y*log(a) + (1-y)*log(1-a))"
    claims = {"a": "(a-y)/(a*(1-a))", "z": "a - y", "w": "dz*x", "x": "dz*w", "y": "log((1-a)/a)"}
    assert [found.verdict for found in judged(text, claims)] == ["agrees"] * 5
    assert judged("u=b*c; v=a+u; J=3*v", {"u": "3", "v": "3", "J": "1"}, a="5", b="3", c="2")[2].verdict == "agrees"
    assert judged("u=b*c; v=a+u; J=3*v", {"u": "1"}, a="5", b="3", c="2")[0].verdict == "differs"


@pytest.mark.parametrize("pair", first(3, [(text, claim) for text, claim in RIGHT if "=" not in claim][::3]))
def test_a_claim_is_what_its_own_output_needs(pair: tuple[str, str]) -> None:
    """A name for the result, and steps that nothing needs, change no verdict; a number stays a number."""
    text, claim = pair
    named = "; ".join([*text.split("; ")[:-1], f"k = 2*x; y = {text.split('; ')[-1]}; m = k + y"])
    assert judged(f"{named}; y", {"x": claim})[0].verdict == verdict(text, claim).verdict
    assert verdict("y = sin(x)", "0.540302", x="1").verdict == "agrees"
    assert verdict("k = x^2; y = sin(x)", "0.540302", x="1").verdict == "agrees"


def test_claims_use_each_other_in_any_order() -> None:
    """Random orders of claims about a chain of steps, each written with the one after it."""
    import random

    rng, steps = random.Random(11), ["s1 = w*x", "s2 = sin(s1)", "s3 = s2^2 + s1", "s4 = exp(s3/9)"]
    slopes = {"s4": "1", "s3": "ds4*s4/9", "s2": "ds3*2*s2", "s1": "ds3 + ds2*cos(s1)", "w": "ds1*x", "x": "ds1*w"}
    for _ in range(4):
        order = rng.sample(list(slopes), len(slopes))
        found = judged("; ".join(steps), {name: slopes[name] for name in order}, w="0.7", x="1.3")
        assert [(each.variable, each.verdict) for each in found] == [(name, "agrees") for name in order]
    wrong = judged("; ".join(steps), slopes | {"s3": "ds4*s4"}, w="0.7", x="1.3")
    assert [each.verdict for each in wrong] == ["agrees", *["differs"] * 5]
    assert judged("z = w*x; z^2", {"w": "dz*x", "z": "t = 2; t*z"}, w="2", x="3")[0].verdict == "agrees"  # statements of its own


@pytest.mark.parametrize(
    "text",
    [
        "3*(a+b*c)",
        "z = x*y; sin(z) + z",
        "if(x > 0, x^2 + 1, x^3)",
        "k = x^2; max(k, y)/(k + 1)",
        "exp(x)",
        "x",
        "f(t) = t^2; f(x+1)",
    ],
)
def test_every_row_that_eval_prints_may_be_claimed(text: str) -> None:
    names = autodiff.parse(text).variables
    point = {name: 1.5 + k / 3 for k, name in enumerate(names)}
    sheet = autodiff.parse(text).at(**point)
    rows = {sheet.names[i]: found for i in sheet.shown if (found := sheet.shown_gradient(i)) is not None}
    words = [*(f"{name}={x!r}" for name, x in point.items()), *(f"d{name}={found!r}" for name, found in rows.items())]
    assert [(claim["variable"], claim["verdict"]) for claim in document(text, *words)["claims"]] == [
        (name, "agrees") for name in rows
    ]


@pytest.mark.parametrize("pair", first(3, RIGHT[1::3]))
def test_the_right_formula_is_shown_and_is_right(pair: tuple[str, str]) -> None:
    """What is shown as right is read back, and agrees."""
    text, claim = pair
    found = verdict(text, claim).computed_formula
    assert found is not None
    assert verdict(text, found).verdict in ("agrees", "undecided")


def test_the_right_formula_of_a_step() -> None:
    text = "z = w*x; a = sigmoid(z); -(y*log(a) + (1-y)*log(1-a))"
    for name in ("z", "a", "w", "x", "y", "J"):
        found = judged(text, {name: "1"}, w="0.7", x="1.3", y="0.4")[0].computed_formula
        assert judged(text, {name: str(found)}, w="0.7", x="1.3", y="0.4")[0].verdict == "agrees", (name, found)
    assert verdict("sin(x^2)", "cos(x^2)").computed_formula == "2*x*cos(x^2)"
    assert verdict("+".join(f"sin({k}*x)" for k in range(1, 40)), "1", x="1").computed_formula is None  # over 200 characters
    assert "computed_formula" not in document("x^2", "dx=x", "--no-answer")["claims"][0]
    assert document("x^2", "dx=x")["claims"][0]["computed_formula"] == "2*x"
    assert "right is dx = 2*x\n" in check("x^2", "dx=x").stdout
    assert "2*x" not in check("x^2", "dx=x", "--no-answer").stdout


AT = ("a=5", "b=3", "c=2")


def test_what_is_a_claim_and_what_a_value() -> None:
    assert [found["variable"] for found in document("x*dx", "dx=2", "x=1", "--claim", "x=2", "--claim", "dx=1")["claims"]] == [
        "x",
        "dx",
    ]
    assert [found["variable"] for found in document("3(a+bc)", *AT, "da=3", "db=3c", "dc=3b")["claims"]] == ["a", "b", "c"]
    assert document("3*a*b", "da=3b", "db=3a")["notes"] == []
    assert document("3*a*b*c", "da=3bc")["notes"] == ["bc is read as b*c: bc has no value, b and c have"]
    assert document("x*dx", "dx=2", "x=1")["verification"]["x"]["reverse"] == 2
    assert document("e^x", "dx=e^x")["claims"][0]["verdict"] == "agrees"


ANSWERS = [
    ("dx=2*x*y dy=x^2", {"x": "agrees", "y": "agrees"}),
    ("dx = 2*x*y ; dy = 2*x", {"x": "agrees", "y": "differs"}),
    ("dy=x*x, dx=2*y*x", {"y": "agrees", "x": "agrees"}),
    ("dx=if(x == x, 2*x*y, 0) dJ=1 dy=dx/(2*y)*x", {"x": "agrees", "J": "agrees", "y": "agrees"}),
    ("dx=x", {"x": "differs"}),
]
BAD = ["no colon here", ": dx=1", "Eve: dx=2*(x", "Eve: dq=1", "Eve: x=1", "Eve:", '{"name": "Eve"}', '{"claims": {"x": 1}}', "{",
       '{"name": "Eve", "claims": {}}', '{"name": "Eve", "claims": {"x": [1]}}', '{"name": "Eve", "claims": {"x": 1, "dx": 1}}',
       '{"name": "Eve", "claims": {"x": 1}, "id": 1}', "Eve: dx=dy dy=dx", "Eve: dx=1 dx=2"]  # fmt: skip


def test_a_class_is_marked(tmp_path: Path) -> None:
    """Lines in both spellings, with bad ones among them: every line that is not blank has its answer."""
    from autodiff_cli.marking import NEXT
    from schemas import fits, strict

    lines = [f"Ann {k}: {text}" for k, (text, _) in enumerate(ANSWERS)]
    for k, (text, _) in enumerate(ANSWERS):
        claims = dict(word.split("=", 1) for word in NEXT.split(text) if word.strip())
        lines.append(json.dumps({"name": f"Ann {k}", "claims": {key.strip(): claim.strip(" ;,") for key, claim in claims.items()}}))
    mixed = [line for pair in zip(BAD, [*lines, *[""] * len(BAD)], strict=False) for line in pair]
    (tmp_path / "answers").write_text("\n".join(mixed), encoding="utf-8")
    done = check("x^2*y", "x=1.7", "y=0.6", "--answers", str(tmp_path / "answers"))
    found = [strict(line) for line in done.stdout.splitlines()]
    for each in found:
        fits("answers", each)
    assert done.code == 1
    assert [each["line"] for each in found] == [k for k, line in enumerate(mixed, 1) if line]
    marks = [each for each in found if "error" not in each]
    assert [each["verdict"] for each in marks] == [wanted for _, wanted in ANSWERS] * 2
    assert [(each["right"], each["of"]) for each in marks] == [
        (sum(said == "agrees" for said in wanted.values()), len(wanted)) for _, wanted in ANSWERS
    ] * 2
    assert [each["name"] for each in marks] == [f"Ann {k}" for k in range(len(ANSWERS))] * 2
    assert len(found) - len(marks) == len(BAD)


def test_all_right_and_what_does_not_go_together(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("Ann: dx=12, dy=4.00\nBob： dy=4 dx=12.0\n", encoding="utf-8")
    file = str(tmp_path / "answers")
    assert check("x^2*y", "x=2", "y=3", "--answers", file, "--json").code == 0
    for words in (["dx=1"], ["--no-answer"], ["--format", "table"]):
        assert (check("x^2*y", *words, "--answers", file).code, "E042" in check("x^2*y", *words, "--answers", file).stderr) == (
            2,
            True,
        )
    assert check("x^2", "x=1", "--no-answer").code == 2
    assert check("x^2", "--answers", str(tmp_path / "none")).code == 4


# The command --------------------------------------------------------------------------------------------------------------


def test_exit_codes() -> None:
    assert check("x^2", "dx=2*x").code == 0
    assert check("x^2", "dx=x").code == 1
    assert check("abs(x)", "dx=0", "x=0").code == 1
    assert check("x^2", "dx=2*q").code == 2
    assert check("x^2", "x=3").code == 0
    assert check("abs(x)", "x=0").code == 1


def test_the_document() -> None:
    found = document("3*(a+b*c)", "a=5", "b=3", "c=2", "da=3", "db=6", "dc=8")
    assert next(iter(found)) == "schema_version"
    point = {"a": 5.0, "b": 3.0, "c": 2.0}
    last = found["claims"][2]
    assert [claim["verdict"] for claim in found["claims"]] == ["agrees", "agrees", "differs"]
    assert [claim["code"] for claim in found["claims"]] == [None, None, "E060"]
    assert (last["variable"], last["claimed"], last["computed"], last["point"]) == ("c", 8.0, 9.0, point)
    assert (last["absolute_error"], last["relative_error"], last["diagnosis"]) == (1.0, 1 / 9, None)
    undecided = document("abs(x)", "x=0", "dx=nan")["claims"][0]
    assert (undecided["code"], undecided["claimed"], undecided["relative_error"]) == ("E061", "NaN", None)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers at a point need none; formulas do; our own gradient is then verified in two ways."""
    monkeypatch.setitem(sys.modules, "mpmath", None)
    assert check("x^2", "x=3", "dx=6").code == 0
    done = check("x^2", "dx=2*x")
    assert (done.code, done.stdout) == (4, "")
    assert "pip install mpmath" in done.stderr
    assert "2 of 2 ways" in check("x^2", "x=3").stdout


# Points -------------------------------------------------------------------------------------------------------------------


@pytest.mark.sampled(2)
@pytest.mark.parametrize("op", [row.name for row in ROWS if row.points and not row.variadic and len(row.names) == 1])
def test_both_sides_of_every_special_point_are_sampled(op: str) -> None:
    tape = autodiff.parse(f"{op}(x - 3.7)", ["x"]).tape
    tried = sampling.points([tape], ["x"], {})
    assert tried == sampling.points([tape], ["x"], {})
    regions = {Landmarks(tape).read(point)[0] for point in tried if not on_edge(Landmarks(tape).read(point)[0])}
    assert len(regions) >= 2
    assert min(point["x"] for point in tried) <= -700
    assert max(point["x"] for point in tried) >= 700


@pytest.mark.parametrize(("terms", "variables"), [(400, 100), pytest.param(2000, 300, marks=LONG)])
def test_the_number_of_points_is_bounded(terms: int, variables: int) -> None:
    long = autodiff.parse("+".join(f"sin({k}*x)" for k in range(terms)), ["x"]).tape
    assert len(sampling.points([long], ["x"], {})) <= 40
    names = [f"x{k}" for k in range(variables)]
    wide = autodiff.parse("+".join(f"abs({name})" for name in names), names).tape
    assert len(sampling.points([wide], names, {})) <= 250


# Our own gradient ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("3*(a+b*c)", {"a": 5, "b": 3, "c": 2}), ("x^2*sin(x)", {"x": 1.5}), ("log(x)", {"x": 1e-8}), ("sqrt(x)", {"x": 1e-300}),
        ("sigmoid(x)", {"x": 700}), ("exp(x) - x - 1", {"x": 1e-6}), ("x^3", {"x": 0}),
        pytest.param("gamma(x)*digamma(x)", {"x": 20.3}, marks=LONG),
        ("abs(x)*y", {"x": 1e-3, "y": -2}), ("sinc(x)", {"x": 0.3}), ("1e10 + x^2", {"x": 1}), ("if(x>0, x^2, 0)", {"x": 2}),
        ("cos(x)", {"x": math.pi}), ("x^2", {"x": 1e-200}), ("atan2(y, x)", {"x": -1, "y": 2}),
    ],
)  # fmt: skip
def test_our_gradient_is_verified(text: str, point: dict[str, float]) -> None:
    for found in evidence.gathered(autodiff.parse(text).at(**point)):
        assert (found.verdict, set(found.checks.values())) == ("verified", {True})


@pytest.mark.parametrize("factor", [0.5, 1.001, -1.0, 0.0])
@pytest.mark.parametrize(("text", "x"), [("x^2*sin(x)", 1.5), ("exp(x)", 3.0), ("3*x", 2.0), ("1/x", 1e-5), ("log(x)", 1e6)])
def test_a_wrong_gradient_is_seen_in_three_ways(text: str, x: float, factor: float) -> None:
    sheet = autodiff.parse(text).at(x=x)
    sheet.gradient["x"] *= factor
    found = next(evidence.gathered(sheet))
    assert found.verdict == "not verified"
    assert found.checks == {"forward": False, "precise": False, "taylor": False}
    assert found.order == pytest.approx(1, abs=0.1)


def test_a_wrong_row_of_the_table_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forward and reverse mode share it, so only values can tell."""
    from autodiff.passes import rules

    wrong = rules.formula("sin", "cos(x) + 0.01")
    right = rules.shortcuts
    monkeypatch.setattr("autodiff.numbers.algebra.Floats.rows", {})  # what has been made of the right row
    monkeypatch.setattr("autodiff.passes.rules.shortcuts", lambda op, *rest: ((3, wrong),) if op == "sin" else right(op, *rest))
    found = next(evidence.gathered(autodiff.parse("sin(x)").at(x=1)))
    assert found.checks == {"forward": True, "precise": False, "taylor": False}


@pytest.mark.parametrize("count", sized(100, 1000))
def test_very_many_variables_are_verified_at_once(count: int) -> None:
    names = [f"x{k}" for k in range(count)]
    sheet = autodiff.parse("+".join(f"sin({name})*{name}" for name in names)).at(**{name: k / 100 for k, name in enumerate(names)})
    assert [(found.variable, found.verdict) for found in evidence.gathered(sheet)] == [("*", "verified")]
    sheet.gradient["x7"] += 1
    assert next(evidence.gathered(sheet)).verdict == "not verified"


@pytest.mark.parametrize("levels", sized(1100, 20_000))
def test_long_formulas_are_bounded(levels: int) -> None:
    """Any number of levels and of terms: no recursion, and no more work than the points that are tried."""
    deep = "sin(" * levels + "x" + ")" * levels
    assert judged(deep, {"x": "1"}, x="1")[0].verdict == "differs"
    terms = levels // 4
    assert judged("+".join(f"{k}*x" for k in range(terms)), {"x": str(terms * (terms - 1) // 2)})[0].verdict == "agrees"


def test_eval_does_not_load_it() -> None:
    import subprocess

    code = (
        "import sys; from autodiff_cli.app import run; run(['eval', 'x', 'x=1', '--json']); "
        "sys.exit(any(m in sys.modules for m in ('autodiff.checking', 'autodiff.point.digits', 'mpmath')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT).returncode == 0
