"""How formulas are written elsewhere, and what they mean here: one row for each spelling.

A row says what a name means where it comes from. In a meaning `{0}` and `{1}` are the arguments. What has the same name and the
same meaning here needs no row.
"""

from __future__ import annotations

from typing import NamedTuple

from autodiff.messages import N_


class Row(NamedTuple):
    """What a spelling means here with so many arguments; `remark` says where people may be surprised."""

    meaning: str
    arguments: int = 1
    remark: str = ""


Rows = dict[str, tuple[Row, ...]]
"""By spelling, one for each number of arguments."""


HALF_UP = N_("halves are rounded up there, to the even neighbour here")
HALF_AWAY = N_("halves are rounded away from 0 there, to the even neighbour here")
NORMALIZED = N_("its sinc is sin(pi*x)/(pi*x)")
TRUNCATED = N_("its remainder has the sign of the first argument")

MODULES = (
    "np", "numpy", "math", "torch", "tf", "jnp", "jax", "F", "Math", "scipy", "special", "sp", "nn", "functional", "cmath",
)  # fmt: skip
"""The names that a dotted name may begin with; cmath is refused, for it is about complex numbers."""

SAME = {
    "absolute": "abs", "where": "if", "expit": "sigmoid", "loggamma": "lgamma", "power": "pow", "fmax": "max", "fmin": "min",
    "gammaln": "lgamma",
}  # fmt: skip
"""Functions of libraries that have another name here."""

CONSTANTS = {"pi": "pi", "PI": "pi", "e": "e", "E": "e", "tau": "tau", "LN2": "log(2)", "LN10": "log(10)", "SQRT2": "sqrt(2)"}

LIBRARY: Rows = {
    "sinc": (Row("sinc(pi*({0}))", 1, NORMALIZED),),
    "fmod": (Row("(sign({0})*mod(abs({0}), abs({1})))", 2, TRUNCATED),),
    "square": (Row("(({0})^2)"),),
    "exp2": (Row("(2^({0}))"),),
    "reciprocal": (Row("(1/({0}))"),),
    "rsqrt": (Row("(1/sqrt({0}))"),),
    "xlogy": (Row("(({0})*log({1}))", 2),),
    "Math.round": (Row("floor(({0}) + 0.5)", 1, HALF_UP),),
    **dict.fromkeys(["radians", "deg2rad"], (Row("(({0})*pi/180)"),)),
    **dict.fromkeys(["degrees", "rad2deg"], (Row("(({0})*180/pi)"),)),
    **dict.fromkeys(["trunc", "fix"], (Row("(sign({0})*floor(abs({0})))"),)),
    **dict.fromkeys(["silu", "swish"], (Row("(({0})*sigmoid({0}))"),)),
    **dict.fromkeys(["log_sigmoid", "logsigmoid"], (Row("(-softplus(-({0})))"),)),
}
"""Functions of libraries that mean something else here, or have no name; with its module, in that one alone."""

ARRAYS = frozenset(
    ["max", "min", "amax", "amin", "sum", "mean", "prod", "dot", "logsumexp", "softmax", "matmul", "norm", "std", "var"]
)
"""Functions that take arrays in NumPy and its kin."""

SHEET_SAME = {
    "LN": "log", "LOG10": "log10", "EXP": "exp", "SQRT": "sqrt", "ABS": "abs", "POWER": "pow", "MOD": "mod", "SIGN": "sign",
    "INT": "floor", "MAX": "max", "MIN": "min", "IF": "if", "GAMMA": "gamma", "GAMMALN": "lgamma", "ERF": "erf", "ERFC": "erfc",
    "SIN": "sin", "COS": "cos", "TAN": "tan", "ASIN": "asin", "ACOS": "acos", "ATAN": "atan", "SINH": "sinh", "COSH": "cosh",
    "TANH": "tanh", "ASINH": "asinh", "ACOSH": "acosh", "ATANH": "atanh",
}  # fmt: skip
"""Functions of spreadsheets that have another name here."""
SHEET: Rows = {
    "LOG": (Row("log10({0})", 1, N_("LOG is to the base 10 there")), Row("log({0}, {1})", 2)),
    "ATAN2": (Row("atan2({1}, {0})", 2, N_("ATAN2 has its arguments the other way round there")),),
    "RADIANS": (Row("(({0})*pi/180)"),),
    "DEGREES": (Row("(({0})*180/pi)"),),
    "PI": (Row("pi", 0),),
    "ROUND": (Row("(sign({0})*floor(abs({0})*10^({1}) + 0.5)/10^({1}))", 2, HALF_AWAY),),
}
"""Those that mean something else."""

_GREEK = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = {
    **{name: name for name in _GREEK.split()}, "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho",
    "varsigma": "sigma",
}  # fmt: skip
"""Letters of LaTeX, and the names that they are."""

SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "land": " and ", "lor": " or ", "%": "%", "_": "_",
    "lbrack": "(", "rbrack": ")",
}  # fmt: skip
"""Signs of LaTeX."""

SPACES = frozenset(
    [*",;:!> ", *["quad", "qquad", "thinspace", "displaystyle", "textstyle", "limits", "nolimits", "hspace", "nonumber"],
     *(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r"))]
)  # fmt: skip
"""What LaTeX sets and does not mean."""

NAMED = {
    "ln": "log", "log": "log", "lg": "log10", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "max": "max", "min": "min",
}  # fmt: skip
"""Functions of LaTeX."""

TAKING = {
    "frac": ("(({0})/({1}))", 2), "dfrac": ("(({0})/({1}))", 2), "tfrac": ("(({0})/({1}))", 2), "cfrac": ("(({0})/({1}))", 2),
    "sqrt": ("sqrt({0})", 1),
}  # fmt: skip
"""Commands of LaTeX that take groups, and how many."""

ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde"}
"""What stands over a name, and how it is written behind it."""
FONTS = frozenset(
    ["mathrm", "mathbf", "mathit", "mathsf", "text", "textrm", "textit", "operatorname", "mathcal", "boldsymbol", "bm"]
)
FENCES = {
    "(": ")", "[": "]", "{": "}", "|": "|", "lvert": "rvert", "vert": "vert", "lfloor": "rfloor", "lceil": "rceil",
    "lbrace": "rbrace",
}  # fmt: skip
"""What opens a pair, and what closes it."""
FENCED = {"|": "abs({0})", "lvert": "abs({0})", "vert": "abs({0})", "lfloor": "floor({0})", "lceil": "ceil({0})"}
"""What a pair of fences means."""

_D = r"(?:d|\\partial|\\mathrm\s*\{?\s*d\s*\}?|\\text\s*\{\s*d\s*\})"
_ONE = r"(?:\\[A-Za-z]+(?:\{\w+\})?|[^\W\d_])(?:_(?:\w|\{\w+\}))?"
_ORDER = r"(?:\^\s*\{?\s*(?P<third>\w+)\s*\}?)?"
LEIBNIZ = (
    rf"\s*\{{\s*{_D}\s*{_ORDER}\s*(?P<f>{_ONE})?\s*(?:\([^(){{}}]*\))?\s*\}}"
    rf"\s*\{{\s*{_D}\s*(?P<x>{_ONE})\s*(?:\^\s*\{{?\s*\w+\s*\}}?)?(?:\s*{_D}\s*{_ONE})*\s*\}}"
)
"""What follows \\frac where a derivative is written as a fraction: {dy}{dx}, {d}{dx}, {\\partial^2 J}{\\partial x^2}."""

CHARACTERS = {"⁄": "/", "∕": "/"}
FRACTIONS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6",
    "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip
PREFIXES = {"∛": "cbrt({0})", "∜": "root({0}, 4)"}
PAIRS = {"⌊": ("⌋", "floor({0})"), "⌈": ("⌉", "ceil({0})")}
