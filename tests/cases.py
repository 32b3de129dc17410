"""The special cases of differentiation, stated once: what the conventions promise, for the tests and for docs/conventions.md."""

import math
from typing import Any, NamedTuple

inf, nan = math.inf, math.nan


class Case(NamedTuple):
    """A formula at a point, its value, and for each variable the derivative, its status, and unless it is ok, both sides.

    `why` adds what neither the status nor the row of the table says.
    """

    name: str
    text: str
    at: dict[str, float]
    value: float
    why: str
    slopes: dict[str, tuple[Any, ...]]

    @property
    def title(self) -> str:
        """The formula and the point, which no two cases share."""
        return f"{self.text} at {', '.join(f'{name} = {number:g}' for name, number in self.at.items())}"


def case(name: str, text: str, at: dict[str, float], value: float, why: str = "", **slopes: tuple[Any, ...]) -> Case:
    """A case; see there."""
    return Case(name, text, at, value, why, slopes)


OK, HALF, FLAT = (0, "ok"), (0.5, "ok"), (0, "jump", 0, 0)
RISE, FALL = (0.5, "kink", 0, 1), (0.5, "kink", 1, 0)
OUTSIDE, NOWHERE = (nan, "domain", None, None), (nan, "undefined", None, None)
STEEP, CLIFF = (inf, "infinite", None, inf), (inf, "infinite", inf, None)
CONE = (0, "kink", -1, 1)

KINDS = {
    "Corners": (
        case("abs", "abs(x)", {"x": 0}, 0, x=CONE),
        case("relu", "relu(x)", {"x": 0}, 0, x=(0, "kink", 0, 1)),
        case("sum of conventions", "relu(x) - relu(-x)", {"x": 0}, 0, x=(0, "kink", 1, 1)),
        case("smooth sum of corners", "max(x, 0) + log1p(exp(-abs(x)))", {"x": 0}, math.log(2), x=HALF,
            why="the corners cancel: both sides have the slope 1/2, and so do the conventions"),
        case("max of two", "max(x, y)", {"x": 2, "y": 2}, 2, x=RISE, y=RISE),
        case("min of two", "min(x, y)", {"x": 2, "y": 2}, 2, x=FALL, y=FALL),
        case("max of three", "max(x, y, z)", {"x": 2, "y": 2, "z": 1}, 2, x=RISE, y=RISE, z=OK),
        case("min of three", "min(x, y, z)", {"x": 2, "y": 2, "z": 2}, 2,
            x=(1 / 3, "kink", 1, 0), y=(1 / 3, "kink", 1, 0), z=(1 / 3, "kink", 1, 0)),
        case("clip at an edge", "clip(x, 0, 1)", {"x": 1}, 1, x=FALL),
        case("clip at the other", "clip(x, 0, 1)", {"x": 0}, 0, x=RISE),
        case("clip and its bounds", "clip(x, lo, hi)", {"x": 1, "lo": 1, "hi": 3}, 1, x=RISE, lo=RISE, hi=OK),
        case("clip without room", "clip(x, lo, hi)", {"x": 1, "lo": 1, "hi": 1}, 1,
            x=(0.25, "kink", 0, 0), lo=(0.25, "kink", 0, 0), hi=FALL),
        case("clip upside down", "clip(x, 2, 1)", {"x": 1.5}, 1, x=OK, why="the upper bound is applied last"),
        case("sign(x)*x", "sign(x)*x", {"x": 0}, 0, x=CONE),
        case("max(x, 0) + abs(x)", "max(x, 0) + abs(x)", {"x": 0}, 0, x=(0.5, "kink", -1, 2)),
        case("a corner that does not matter", "abs(x)^3", {"x": 0}, 0, x=OK,
            why="the corner is multiplied by 0 on both sides"),
    ),
    "Steps": (
        case("sign", "sign(x)", {"x": 0}, 0, x=FLAT),
        case("step", "step(x)", {"x": 0}, 1, x=FLAT),
        case("floor", "floor(x)", {"x": 2}, 2, x=FLAT),
        case("floor between", "floor(x)", {"x": 2.25}, 2, x=OK, why="flat between the steps"),
        case("ceil", "ceil(x)", {"x": 2}, 2, x=FLAT),
        case("round", "round(x)", {"x": 2.5}, 2, x=FLAT),
        case("round below 0", "round(x)", {"x": -1.5}, -2, x=FLAT),
        case("mod", "mod(x, y)", {"x": 7, "y": 3}, 1, x=(1, "ok"), y=(-2, "ok")),
        case("mod of a negative number", "mod(x, y)", {"x": -7, "y": 3}, 2, x=(1, "ok"), y=(3, "ok")),
        case("mod of a tenth", "1 % y", {"y": 0.1}, 1 % 0.1, y=(-9, "ok"),
            why="the double nearest to 0.1 goes into 1 nine times"),
        case("mod at a multiple", "x % 3", {"x": 6}, 0, x=(1, "jump", 1, 1)),
        case("mod at a multiple, both", "mod(x, y)", {"x": 6, "y": 3}, 0, x=(1, "jump", 1, 1), y=(-2, "jump", -2, -1)),
        case("the negative axis", "atan2(y, x)", {"y": 0, "x": -1}, math.pi, y=(-1, "jump", -1, -1), x=OK,
            why="along the axis it is flat"),
        case("the negative axis from below", "atan2(y, x)", {"y": -0.0, "x": -1}, -math.pi, y=(-1, "jump", -1, -1), x=OK,
            why="along the axis it is flat"),
    ),
    "Ends of a domain": (
        case("sqrt at 0", "sqrt(x)", {"x": 0}, 0, x=STEEP),
        case("sqrt at -0", "sqrt(x)", {"x": -0.0}, 0, x=STEEP, why="-0 is the same point, so the slope has the same sign"),
        case("log at 0", "log(x)", {"x": 0}, -inf, x=STEEP),
        case("log at -0", "log(x)", {"x": -0.0}, -inf, x=STEEP, why="-0 is the same point, so the slope has the same sign"),
        case("log2 at 0", "log2(x)", {"x": 0}, -inf, x=STEEP),
        case("log10 at 0", "log10(x)", {"x": 0}, -inf, x=STEEP),
        case("log1p at -1", "log1p(x)", {"x": -1}, -inf, x=STEEP),
        case("log with a base at 0", "log(x, 2)", {"x": 0}, -inf, x=STEEP),
        case("asin at 1", "asin(x)", {"x": 1}, math.pi / 2, x=CLIFF),
        case("asin at -1", "asin(x)", {"x": -1}, -math.pi / 2, x=STEEP),
        case("acos at 1", "acos(x)", {"x": 1}, 0, x=(-inf, "infinite", -inf, None)),
        case("acos at -1", "acos(x)", {"x": -1}, math.pi, x=(-inf, "infinite", None, -inf)),
        case("acosh at 1", "acosh(x)", {"x": 1}, 0, x=STEEP),
        case("atanh at 1", "atanh(x)", {"x": 1}, inf, x=CLIFF),
        case("atanh at -1", "atanh(x)", {"x": -1}, -inf, x=STEEP),
        case("root at 0", "root(x, 2)", {"x": 0}, 0, x=STEEP),
        case("odd root at 0", "root(x, 3)", {"x": 0}, 0, x=(inf, "infinite", inf, inf)),
        case("cbrt at 0", "cbrt(x)", {"x": 0}, 0, x=(inf, "infinite", inf, inf)),
    ),
    "Outside the domain": (
        case("sqrt(-1)", "sqrt(x)", {"x": -1}, nan, x=OUTSIDE),
        case("log(-1)", "log(x)", {"x": -1}, nan, x=OUTSIDE),
        case("log2(-1)", "log2(x)", {"x": -1}, nan, x=OUTSIDE),
        case("log10(-1)", "log10(x)", {"x": -1}, nan, x=OUTSIDE),
        case("log1p(-2)", "log1p(x)", {"x": -2}, nan, x=OUTSIDE),
        case("log to the base 1", "log(x, b)", {"x": 8, "b": 1}, nan, x=OUTSIDE, b=OUTSIDE),
        case("(-2)^0.5", "x^0.5", {"x": -2}, nan, x=OUTSIDE),
        case("(-8)^(1/3)", "x^(1/3)", {"x": -8}, nan, x=OUTSIDE),
        case("root(-8, 2)", "root(x, 2)", {"x": -8}, nan, x=OUTSIDE),
        case("asin(2)", "asin(x)", {"x": 2}, nan, x=OUTSIDE),
        case("acos(2)", "acos(x)", {"x": 2}, nan, x=OUTSIDE),
        case("acosh(0.5)", "acosh(x)", {"x": 0.5}, nan, x=OUTSIDE),
        case("atanh(2)", "atanh(x)", {"x": 2}, nan, x=OUTSIDE),
        case("gamma(-1)", "gamma(x)", {"x": -1}, nan, x=OUTSIDE, why="the two sides go to different infinities"),
        case("digamma(-1)", "digamma(x)", {"x": -1}, nan, x=OUTSIDE, why="the two sides go to different infinities"),
        case("polygamma(1, -1)", "polygamma(1, x)", {"x": -1}, nan, x=OUTSIDE),
        case("order of dsinc", "dsinc(n, x)", {"n": 1, "x": 0}, 0, x=(-1 / 3, "ok"), n=(nan, "domain", None, None)),
        case("half an order of dsinc", "dsinc(0.5, x)", {"x": 1}, nan, x=OUTSIDE),
        case("order of polygamma", "polygamma(n, x)", {"n": 1, "x": 2}, math.pi**2 / 6 - 1,
            n=OUTSIDE, x=(2 - 2 * 1.2020569031595942, "ok")),
        case("0/0", "x/y", {"x": 0, "y": 0}, nan, x=OUTSIDE, y=OUTSIDE),
        case("sin(x)/x", "sin(x)/x", {"x": 0}, nan, x=OUTSIDE, why="sinc(x) has the value 1 there"),
        case("mod by 0", "mod(x, y)", {"x": 5, "y": 0}, nan, x=OUTSIDE, y=OUTSIDE),
        case("NaN in", "x + y", {"x": nan, "y": 1}, nan, x=OUTSIDE, y=OUTSIDE),
        case("max with NaN", "max(x, y)", {"x": 1, "y": nan}, nan, x=OUTSIDE, y=OUTSIDE),
    ),
    "Poles": (
        case("1/x at 0", "1/x", {"x": 0.0}, inf, x=(-inf, "pole", -inf, -inf)),
        case("1/x at -0", "1/x", {"x": -0.0}, -inf, x=(-inf, "pole", -inf, -inf)),
        case("1/y", "x/y", {"x": 1, "y": 0}, inf, x=(inf, "pole", inf, inf), y=(-inf, "pole", -inf, -inf)),
        case("x^-1 at 0", "x^-1", {"x": 0}, inf, x=(-inf, "pole", -inf, -inf)),
        case("x^-2 at 0", "x^-2", {"x": 0}, inf, x=(-inf, "pole", inf, -inf)),
        case("x^-0.5 at 0", "x^-0.5", {"x": 0}, inf, x=(-inf, "pole", None, -inf)),
        case("negative root", "root(x, -2)", {"x": 0}, inf, x=(-inf, "pole", None, -inf)),
        case("gamma at 0", "gamma(x)", {"x": 0}, inf, x=(-inf, "pole", -inf, -inf)),
        case("gamma at -0", "gamma(x)", {"x": -0.0}, -inf, x=(-inf, "pole", -inf, -inf)),
        case("lgamma at 0", "lgamma(x)", {"x": 0}, inf, x=(-inf, "pole", inf, -inf)),
        case("lgamma at -1", "lgamma(x)", {"x": -1}, inf, x=(nan, "pole", inf, -inf)),
        case("digamma at 0", "digamma(x)", {"x": 0}, -inf, x=(inf, "pole", inf, inf)),
        case("polygamma at 0", "polygamma(1, x)", {"x": 0}, inf, x=(-inf, "pole", inf, -inf)),
    ),
    "Powers": (
        case("x^3 at -2", "x^3", {"x": -2}, -8, x=(12, "ok")),
        case("x^0 at 0", "x^0", {"x": 0}, 1, x=OK),
        case("x^1 at 0", "x^1", {"x": 0}, 0, x=(1, "ok")),
        case("x^2 at 0", "x^2", {"x": 0}, 0, x=OK),
        case("x^1.5 at 0", "x^1.5", {"x": 0}, 0, x=(0, "one_sided", None, 0)),
        case("broken power at 0", "x^0.3", {"x": 0}, 0, x=STEEP),
        case("x^y at a negative base", "x^y", {"x": -2, "y": 3}, -8, x=(12, "ok"), y=OUTSIDE),
        case("x^y at (0,0)", "x^y", {"x": 0, "y": 0}, 1, x=(nan, "undefined", 0, 0), y=NOWHERE),
        case("x^y at (0,2)", "x^y", {"x": 0, "y": 2}, 0, x=OK, y=OK, why="0^y is 0 on both sides of this y"),
        case("x^y at (0,0.5)", "x^y", {"x": 0, "y": 0.5}, 0, x=STEEP, y=OK, why="0^y is 0 on both sides of this y"),
        case("x^y at (0,-1)", "x^y", {"x": 0, "y": -1}, inf, x=(-inf, "pole", -inf, -inf), y=(nan, "pole", None, None)),
        case("0^y", "0^y", {"y": 2}, 0, y=OK, why="0^y is 0 on both sides of this y"),
        case("0^y at 0", "0^y", {"y": 0}, 1, y=NOWHERE),
        case("x^0 of NaN", "x^0", {"x": nan}, nan, x=OUTSIDE),
        case("cbrt(-8)", "cbrt(x)", {"x": -8}, -2, x=(1 / 12, "ok"), why="the real root"),
        case("root(-8, 3)", "root(x, n)", {"x": -8, "n": 3}, -2, x=(1 / 12, "ok"), n=OUTSIDE),
        case("root of 0, both", "root(x, n)", {"x": 0, "n": 2}, 0, x=STEEP, n=OK),
        case("log(8, 2)", "log(x, b)", {"x": 8, "b": 2}, 3, x=(1 / (8 * math.log(2)), "ok"), b=(-3 / (2 * math.log(2)), "ok")),
    ),
    "The origin": (
        case("atan2(0,0)", "atan2(y, x)", {"x": 0, "y": 0}, 0, y=NOWHERE, x=(nan, "undefined", None, 0)),
        case("hypot(0,0)", "hypot(x, y)", {"x": 0, "y": 0}, 0, x=CONE, y=CONE),
        case("hypot(0,0,0)", "hypot(x, y, z)", {"x": 0, "y": 0, "z": 0}, 0, x=CONE, y=CONE, z=CONE),
        case("naive hypot", "sqrt(x^2 + y^2)", {"x": 0, "y": 0}, 0, x=(nan, "undefined", -1, 1), y=(nan, "undefined", -1, 1)),
        case("sinc(0)", "sinc(x)", {"x": 0}, 1, x=OK),
        case("logaddexp of equals", "logaddexp(x, y)", {"x": 0, "y": 0}, math.log(2), x=HALF, y=HALF, why="smooth, unlike max"),
    ),
    "Choices": (
        case("if, not taken", "if(x > 0, sqrt(x), 0)", {"x": -1}, 0, x=OK),
        case("if on its edge", "if(x > 0, x, -x)", {"x": 0}, 0, x=(-1, "kink", -1, 1)),
        case("if, >= on its edge", "if(x >= 0, x, -x)", {"x": 0}, 0, x=(1, "kink", -1, 1)),
        case("if, < on its edge", "if(x < 0, -x, x)", {"x": 0}, 0, x=(1, "kink", -1, 1)),
        case("if, <= on its edge", "if(x <= 0, -x, x)", {"x": 0}, 0, x=(-1, "kink", -1, 1)),
        case("if, == on its edge", "if(x == 0, 0, x)", {"x": 0}, 0, x=(0, "kink", 1, 1)),
        case("if, != on its edge", "if(x != 1, (x^2 - 1)/(x - 1), 2)", {"x": 1}, 2, x=(0, "kink", 1, 1)),
        case("if on a smooth edge", "if(x > 0, x^2, -x^2)", {"x": 0}, 0, x=OK,
            why="both branches agree in value and derivative on the edge"),
        case("if on a step", "if(x > 0, x + 1, x)", {"x": 0}, 0, x=(1, "jump", 1, 1)),
        case("if beside a steep branch", "if(x > 0, sqrt(x), 0)", {"x": 0}, 0, x=(0, "infinite", 0, inf)),
        case("if beside an endless branch", "if(x > 0, log(x), 0)", {"x": 0}, 0, x=(0, "jump", 0, inf)),
        case("if with two conditions", "if(x > 0 and y > 0, x*y, 0)", {"x": 0, "y": 1}, 0, x=(0, "kink", 0, 1), y=OK),
    ),
    "Zero times infinity": (
        case("zero times infinity", "sqrt(x)^2", {"x": 0}, 0, x=(nan, "undefined", None, 1)),
        case("naive abs", "sqrt(x^2)", {"x": 0}, 0, x=(nan, "undefined", -1, 1)),
        case("cbrt(x)^3", "cbrt(x)^3", {"x": 0}, 0, x=(nan, "undefined", 1, 1)),
        case("exp(log(x))", "exp(log(x))", {"x": 0}, 0, x=(nan, "undefined", None, 1)),
        case("acos(cos(x))", "acos(cos(x))", {"x": 0}, 0, x=(nan, "undefined", -1, 1)),
        case("flat pole", "exp(-1/x^2)", {"x": 0}, 0, x=(nan, "undefined", 0, 0)),
        case("naive double pole", "1/x^2", {"x": 0}, inf, x=(nan, "undefined", inf, -inf), why="x^-2 has the slope -∞"),
        case("x*log(x)", "x*log(x)", {"x": 0}, nan, x=NOWHERE),
    ),
    "Overflow": (
        case("exp(1000)", "exp(x)", {"x": 1000}, inf, x=(inf, "overflow", inf, inf)),
        case("sinh(1000)", "sinh(x)", {"x": 1000}, inf, x=(inf, "overflow", inf, inf)),
        case("gamma(200)", "gamma(x)", {"x": 200}, inf, x=(inf, "overflow", inf, inf)),
        case("square of 1e200", "x^2", {"x": 1e200}, inf, x=(2e200, "ok"),
            why="the slope is a double, though the value is none"),
        case("sin(inf)", "sin(x)", {"x": inf}, nan, x=NOWHERE),
        case("stable sigmoid far out", "sigmoid(x)", {"x": -700}, math.exp(-700), x=(math.exp(-700), "ok")),
        case("stable softplus far out", "softplus(x)", {"x": 1000}, 1000, x=(1, "ok")),
        case("stable softplus in the other tail", "softplus(x)", {"x": -700}, math.exp(-700), x=(math.exp(-700), "ok")),
        case("stable logaddexp far out", "logaddexp(x, y)", {"x": 1000, "y": 1000}, 1000 + math.log(2), x=HALF, y=HALF,
            why="the greater argument is taken out first"),
        case("stable hypot far out", "hypot(x, y)", {"x": 1e200, "y": 1e200}, math.sqrt(2) * 1e200,
            x=(math.sqrt(0.5), "ok"), y=(math.sqrt(0.5), "ok"), why="nothing is squared on the way"),
        case("log1p of a tiny number", "log1p(x)", {"x": 1e-20}, 1e-20, x=(1, "ok"), why="1 + x would lose x"),
    ),
    "Out of the range of doubles and back": (
        case("naive sigmoid far out", "1/(1 + exp(-x))", {"x": -1000}, 0, x=OK, why="5e-435 rounds to 0"),
        case("naive softplus far out", "log(1 + exp(x))", {"x": 1000}, 1000, x=(1, "ok"),
            why="what lies between is computed with unbounded exponents"),
        case("exp(x) - exp(x)", "exp(x) - exp(x)", {"x": 1000}, 0, x=OK, why="both are 1.97e434"),
        case("naive hypot far out", "sqrt(x^2 + y^2)", {"x": 1e200, "y": 1e200}, math.sqrt(2) * 1e200,
            x=(math.sqrt(0.5), "ok"), y=(math.sqrt(0.5), "ok"),
            why="the sum of squares is 2e400"),
    ),
}  # fmt: skip
"""By kind, in the order of the page."""

CASES = [case for cases in KINDS.values() for case in cases]

PLAIN = [case for case in CASES if case not in KINDS["Out of the range of doubles and back"]]
"""Those whose answer plain doubles have too: generated code, columns and the page."""
