"""Naive spellings and the stable ones that are offered for them: one row each, written in our own language.

The letters of a row stand for any formula. Sums and products are compared in any order, a difference as a sum, `x*x` as
`x^2`, and what stands with a minus for a letter puts the minus into the offer. The first row that fits a place wins.
"""

from __future__ import annotations

from typing import NamedTuple

from autodiff.messages import N_


class Row(NamedTuple):
    """A spelling, what to write for it, why (it completes "…, which"), and a point `where` the first fails and the second does not.

    A row without an offer is well as it stands: it keeps a later row from fitting.
    Where `many` is set, the sum within the spelling may have more terms of its kind, and the offer as many arguments.
    """

    spelling: str
    offer: str
    reason: str
    where: str
    many: bool = False


TAILS = N_("is exact in both tails, in generated code and columns too")
LARGE = N_("does not overflow, in generated code and columns either")
SMALL = N_("keeps its digits where {} is small")
FAR = N_("keeps its digits far out")
ALIKE = N_("keeps its digits where both are alike")

ROWS: dict[str, tuple[Row, ...]] = {
    "log": (
        Row("log(1 + exp(x))", "softplus(x)", TAILS, "x=1000"),
        Row("log(sigmoid(x))", "-softplus(-x)", TAILS, "x=-1000"),
        Row("log(1 - sigmoid(x))", "-softplus(x)", TAILS, "x=1000"),
        Row("log(1/(1 + exp(-x)))", "-softplus(-x)", TAILS, "x=-1000"),
        Row("log(exp(x) + exp(y))", "logaddexp(x, y)", LARGE, "x=1000 y=1001"),
        Row("log(exp(x) + exp(y) + exp(z))", "logsumexp(x, y, z)", LARGE, "x=1000 y=1001 z=999", many=True),
        Row("log(x + sqrt(x^2 + 1))", "asinh(x)", TAILS, "x=-1e9"),
        Row("log(1 + x)", "log1p(x)", SMALL, "x=1e-17"),
    ),
    "log1p": (
        Row("log1p(exp(-abs(x)))", "", "", ""),
        Row("log1p(exp(x))", "softplus(x)", TAILS, "x=1000"),
    ),
    "add": (
        Row("exp(x) - 1", "expm1(x)", SMALL, "x=1e-17"),
        Row("1 - exp(x)", "-expm1(x)", SMALL, "x=1e-17"),
        Row("1 - sigmoid(x)", "sigmoid(-x)", FAR, "x=50"),
        Row("1 - erf(x)", "erfc(x)", FAR, "x=10"),
        Row("1 - tanh(x)^2", "1/cosh(x)^2", FAR, "x=30"),
    ),
    "div": (
        Row("1/(1 + exp(-x))", "sigmoid(x)", TAILS, "x=-1000"),
        Row("exp(x)/(1 + exp(x))", "sigmoid(x)", TAILS, "x=1000"),
        Row("exp(x)/(exp(x) + exp(y))", "sigmoid(x - y)", LARGE, "x=1000 y=999"),
        Row("(exp(x) - exp(-x))/2", "sinh(x)", SMALL, "x=1e-17"),
        Row("(exp(x) - exp(-x))/(exp(x) + exp(-x))", "tanh(x)", TAILS, "x=1000"),
        Row("(exp(2*x) - 1)/(exp(2*x) + 1)", "tanh(x)", TAILS, "x=1000"),
        Row("(1 - exp(-2*x))/(1 + exp(-2*x))", "tanh(x)", TAILS, "x=-1000"),
        Row("(exp(x) - 1)/(exp(x) + 1)", "tanh(x/2)", TAILS, "x=1000"),
        Row("a/(1 + exp(-x))", "a*sigmoid(x)", TAILS, "a=3 x=-1000"),
        Row("log((1 + x)/(1 - x))/2", "atanh(x)", SMALL, "x=1e-17"),
        Row("log(x)/log(2)", "log2(x)", N_("is exact at powers of 2"), "x=536870912"),
        Row("log(x)/log(10)", "log10(x)", N_("is exact at powers of 10"), "x=1000"),
        Row("sin(x)/x", "sinc(x)", N_("is 1 where {} is 0"), "x=0"),
    ),
    "sqrt": (Row("sqrt(x^2 + y^2)", "hypot(x, y)", LARGE, "x=3e200 y=4e200", many=True),),
    "pow": (Row("x^(1/3)", "cbrt(x)", N_("takes negative numbers too"), "x=-8"),),
}
"""By the operation at the root, in the order in which they are tried."""

CANCELLING: dict[str, tuple[Row, ...]] = {
    "add": (
        Row("sqrt(x^2 + 1) - x", "1/(sqrt(x^2 + 1) + x)", FAR, "x=1e9"),
        Row("sqrt(x + 1) - sqrt(x)", "1/(sqrt(x + 1) + sqrt(x))", FAR, "x=1e17"),
        Row("sqrt(1 + x) - 1", "x/(sqrt(1 + x) + 1)", SMALL, "x=1e-17"),
        Row("1 - sqrt(1 - x)", "x/(1 + sqrt(1 - x))", SMALL, "x=1e-17"),
        Row("sqrt(x) - sqrt(y)", "(x - y)/(sqrt(x) + sqrt(y))", ALIKE, "x=3 y=3.0000000000007"),
        Row("1 - cos(x)", "2*sin(x/2)^2", SMALL, "x=1e-9"),
        Row("cos(x) - 1", "-(2*sin(x/2)^2)", SMALL, "x=1e-9"),
        Row("cos(x) - cos(y)", "2*sin((x + y)/2)*sin((y - x)/2)", ALIKE, "x=1 y=1.0000000000001"),
        Row("sin(x) - sin(y)", "2*cos((x + y)/2)*sin((x - y)/2)", ALIKE, "x=1 y=1.0000000000001"),
        Row("cosh(x) - 1", "2*sinh(x/2)^2", SMALL, "x=1e-9"),
        Row("1 - cosh(x)", "-(2*sinh(x/2)^2)", SMALL, "x=1e-9"),
        Row("exp(x) - exp(-x)", "2*sinh(x)", SMALL, "x=1e-17"),
        Row("exp(x) - exp(y)", "exp(y)*expm1(x - y)", ALIKE, "x=1 y=1.0000000000001"),
        Row("log(x) - log(y)", "log1p((x - y)/y)", ALIKE, "x=3 y=3.0000000000007"),
        Row("1 - tanh(x)", "2*sigmoid(-(2*x))", FAR, "x=30"),
        Row("1/x - 1/y", "(y - x)/(x*y)", ALIKE, "x=3 y=3.0000000000007"),
        Row("x^2 - y^2", "(x - y)*(x + y)", ALIKE, "x=3.1 y=3.1000000000003"),
        Row("x^2 - 2*x*y + y^2", "(x - y)^2", ALIKE, "x=3.1 y=3.1000000000001"),
    ),
    "div": (
        Row("(1 - cos(x))/x^2", "sinc(x/2)^2/2", SMALL, "x=1e-9"),
        Row("(1 - cos(x))/x", "sin(x/2)*sinc(x/2)", SMALL, "x=1e-9"),
    ),
}  # fmt: skip
"""The same for spellings that are well nearly everywhere: they are looked for only where a number has lost its digits."""
