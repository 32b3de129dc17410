"""What a language may lack, defined in our own language. In a definition, the function itself is the one that the language has."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from autodiff.code import special
from autodiff.numbers.special import ORDERS


class Definition(NamedTuple):
    """A row of the table in terms of others. `name` is what it is called in code, `source` where it comes from.

    Where `fixed`, the first argument of the row is a literal, which the definition is made for. `raw` is a text in the language
    itself, with NAME for its name, where ours has no words for it.
    """

    op: str
    name: str
    params: tuple[str, ...]
    text: str
    source: str = ""
    fixed: bool = False
    raw: str = ""


def define(op: str, name: str, params: str, text: str, source: str = "") -> Definition:
    """A row of the table of definitions."""
    return Definition(op, name, tuple(params.split(", ")), text, source)


_ROOT = """
m = abs(n)
z = abs(x)
q = 1/m
high = m*134217729 - (m*134217729 - m)
top = q*134217729 - (q*134217729 - q)
lost = 1 - high*top - high*(q - top) - (m - high)*top - (m - high)*(q - top)
p = z^q
newton = p - (p - z/p^(m - 1))/m
better = p + p*(log(z)*(lost/m))
plain = if(z > 1e-290 and z < 1e290 and m > 1 and m <= 64, newton, if(m > 1e-3 and m < 1e6 and z > 0 and z < 1/0 and p > 0 and p < 1/0, better, p))
value = if(m == 2, sqrt(z), if(m == 3, cbrt(z), plain))
signed = if(x == 0, if(m == 2 or m == 3, x, x^q), if(x > 0, value, if(m % 2 == 1, -value, 0/0)))
if(n == 0 or x != x or n != n, 0/0, if(n < 0, 1/signed, signed))
"""

_LOST = "if(abs(x) < abs(top), x - (x - top + top), x - (x - top) - top)"
_RATIO = f"ratio(x, top) = if(x - top < -50, exp(x - top), exp(x - top)*(1 + {_LOST}))"
_DEKKER = "what the rounding of a difference loses is made good (Dekker 1971)"

# fmt: off
ROWS = (
    define("mod", "floor_mod", "x, y", "r = x % y; if(r == 0, if(y < 0, -0, 0), if((r < 0 and y > 0) or (r > 0 and y < 0), r + y, r))"),
    define("pow", "real_pow", "x, y", "if(x != x or y != y, 0/0, if(abs(x) == 1 and abs(y) == 1/0, 1, x^y))", "NaN where either is, 1 for 1^inf"),
    define("root", "root", "x, n", _ROOT, "the rounding of 1/n made good (Dekker 1971)"),
    define("cbrt", "cube_root", "x", "r = cbrt(x); if(r == 0 or abs(r) == 1/0 or x != x, r, r - (r - x/(r*r))/3)", "one step of Newton's method"),
    define("floor", "floor", "x", "r = round(x); if(r > x, r - 1, r)"),
    define("ceil", "ceil", "x", "r = round(-x); -if(r > -x, r - 1, r)"),
    define("expm1", "expm1", "x", "u = exp(x); if(u == 1, x, if(u == 1/0, u, if(u - 1 == -1, -1, (u - 1)*(x/log(u)))))", "Kahan's correction"),
    define("log1p", "log1p", "x", "u = 1 + x; if(u == 1 or x == 1/0, x, log(u)*(x/(u - 1)))", "Kahan's correction"),
    define("log2", "log2", "x", "log(x)/0.6931471805599453"),
    define("log10", "log10", "x", "log(x)/2.302585092994046"),
    define("sinh", "sinh", "x", "z = abs(x); t = expm1(z); h = exp(z/2); sign(x)*if(z < 22, (t + t/(t + 1))/2, 0.5*h*h)"),
    define("cosh", "cosh", "x", "z = abs(x); h = exp(z/2); if(z < 22, (exp(z) + exp(-z))/2, 0.5*h*h)"),
    define("tanh", "tanh", "x", "z = abs(x); t = expm1(2*z); sign(x)*if(z < 22, t/(t + 2), 1)"),
    define("asinh", "asinh", "x", "z = abs(x); sign(x)*if(z > 1e8, log(z) + 0.6931471805599453, log1p(z + z*z/(1 + sqrt(z*z + 1))))"),
    define("acosh", "acosh", "x", "t = x - 1; if(x > 1e8, log(x) + 0.6931471805599453, if(x < 1, 0/0, log1p(t + sqrt(2*t + t*t))))"),
    define("atanh", "atanh", "x", "z = abs(x); sign(x)*(0.5*log1p(2*z/(1 - z)))"),
    define("hypot", "length", "x, y", "if(x != x or y != y, 0/0, hypot(x, y))"),
    define("log_base", "log_base", "x, b", "if(b == 2, log2(x), if(b == 10, log10(x), if(b > 0 and b != 1, log(x)/log(b), 0/0)))"),
    define("logaddexp", "logaddexp", "x, y", f"{_RATIO}; top = max(x, y); if(abs(top) == 1/0 or top != top, top, top + log1p(ratio(min(x, y), top)))", _DEKKER),
    define("sigmoid", "sigmoid", "x", "t = exp(-abs(x)); if(x >= 0, 1, t)/(1 + t)"),
    define("softplus", "softplus", "x", "if(x > 0, x, 0) + log1p(exp(-abs(x)))"),
    define("sinc", "sinc", "x", "if(x == 0, 1, if(abs(x) == 1/0, 0, sin(x)/x))"),
    define("relu", "relu", "x", "if(x > 0 or x != x, x, 0)"),
    define("max", "maximum", "x, y", "if(y > x or y != y, y, x)"),
    define("min", "minimum", "x, y", "if(y < x or y != y, y, x)"),
    define("clip", "clip", "x, lo, hi", "min(max(x, lo), hi)"),
    define("sign", "sign", "x", "if(x > 0, 1, if(x < 0, -1, x))"),
    define("step", "step", "x", "if(x != x, x, if(x >= 0, 1, 0))"),
    define("round", "round_even", "x", "if(abs(x) < 4503599627370496, sign(x)*(abs(x) + 4503599627370496 - 4503599627370496), x)", "halves go to the even neighbour"),
    define("erf", "erf", "x", special.ERF_TEXT, "a polynomial near 0"),
    define("erfc", "erfc", "x", special.ERFC_TEXT, "Shepherd and Laframboise 1981, Cody 1969"),
    define("gamma", "gamma", "x", special.GAMMA_TEXT, "Abramowitz and Stegun 6.1.15, 6.1.17, 6.1.37"),
    define("lgamma", "lgamma", "x", special.LGAMMA_TEXT, "Abramowitz and Stegun 6.1.15, 6.1.17, 6.1.40"),
    define("digamma", "digamma", "x", special.DIGAMMA_TEXT, "Abramowitz and Stegun 6.3.5, 6.3.7, 6.3.18"),
)
# fmt: on

DEFINITIONS = {definition.op: definition for definition in ROWS}


@cache
def made(op: str, count: int, order: float | None) -> Definition | None:
    """The definition of a row for so many arguments, or for an order that is a literal."""
    if op == "logsumexp":
        return _logsumexp(count)
    if op not in ("polygamma", "dsinc") or order is None:
        return None
    if not 0 <= order <= ORDERS or order != int(order):
        return Definition(op, f"no_{op}", ("x",), "if(x != x, x, 0/0)", "there is no such order", fixed=True)
    n = int(order)
    if n == 0:
        text = "digamma(x)" if op == "polygamma" else "sinc(x)"
    else:
        text = special.polygamma(n) if op == "polygamma" else special.dsinc(n)
    source = "Abramowitz and Stegun 6.4.6, 6.4.7, 6.4.11" if op == "polygamma" else "power series near 0, recurrence far out"
    return Definition(op, f"{op}{n}", ("x",), text, source, fixed=True)


def _logsumexp(count: int) -> Definition:
    """Scaled by the greatest argument, which stands for itself once."""
    names = tuple(f"x{k + 1}" for k in range(count))
    first = [f"{x} == top" + "".join(f" and {y} != top" for y in names[:k]) for k, x in enumerate(names)]
    rises = " + ".join(f"if({at}, 0, ratio({x}, top))" for x, at in zip(names, first))
    text = f"{_RATIO}; top = max({', '.join(names)}); if(abs(top) == 1/0 or top != top, top, top + log1p({rises}))"
    return Definition("logsumexp", f"logsumexp{count}", names, text, f"scaled by the greatest; {_DEKKER}")
