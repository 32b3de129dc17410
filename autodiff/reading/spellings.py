"""How formulas are written elsewhere, and what they mean here: one row for each spelling.

A row says what a name means where it comes from. In a meaning `{0}` and `{1}` are the arguments. What has the same name and the
same meaning here needs no row.
"""

from __future__ import annotations

from typing import NamedTuple

from autodiff.messages import N_


class Row(NamedTuple):
    """What a spelling means here, for the numbers of arguments that it may have; `remark` says where people may be surprised."""

    meaning: str
    arguments: tuple[int, ...] = (1,)
    remark: str = ""


HALF_UP = N_("halves are rounded up there, to the even neighbour here")
HALF_AWAY = N_("halves are rounded away from 0 there, to the even neighbour here")
NORMALIZED = N_("its sinc is sin(pi*x)/(pi*x)")
TRUNCATED = N_("its remainder has the sign of the first argument")

MODULES = (
    "np", "numpy", "math", "torch", "tf", "jnp", "jax", "F", "Math", "scipy", "special", "sp", "nn", "functional",
)  # fmt: skip
"""The names that a dotted name may begin with."""

SAME = {
    "absolute": "abs", "where": "if", "expit": "sigmoid", "loggamma": "lgamma", "power": "pow", "fmax": "max", "fmin": "min",
    "gammaln": "lgamma",
}  # fmt: skip
"""Functions of libraries that have another name here."""

CONSTANTS = {"pi": "pi", "PI": "pi", "e": "e", "E": "e", "tau": "tau", "LN2": "log(2)", "LN10": "log(10)", "SQRT2": "sqrt(2)"}

REMAINDER = Row("(sign({0})*mod(abs({0}), abs({1})))", (2,), TRUNCATED)
LIBRARY: dict[str, Row] = {
    "sinc": Row("sinc(pi*({0}))", (1,), NORMALIZED),
    "fmod": REMAINDER,
    "square": Row("(({0})^2)"),
    "exp2": Row("(2^({0}))"),
    "reciprocal": Row("(1/({0}))"),
    "rsqrt": Row("(1/sqrt({0}))"),
    "radians": Row("(({0})*pi/180)"),
    "deg2rad": Row("(({0})*pi/180)"),
    "degrees": Row("(({0})*180/pi)"),
    "rad2deg": Row("(({0})*180/pi)"),
    "trunc": Row("(sign({0})*floor(abs({0})))"),
    "fix": Row("(sign({0})*floor(abs({0})))"),
    "silu": Row("(({0})*sigmoid({0}))"),
    "swish": Row("(({0})*sigmoid({0}))"),
    "log_sigmoid": Row("(-softplus(-({0})))"),
    "logsigmoid": Row("(-softplus(-({0})))"),
    "xlogy": Row("(({0})*log({1}))", (2,)),
}
"""Functions of libraries for Python and JavaScript that mean something else here, or have no name."""

BY_MODULE: dict[tuple[str, str], Row] = {
    ("Math", "round"): Row("floor(({0}) + 0.5)", (1,), HALF_UP),
}
"""The same for one library alone."""

ARRAYS = frozenset(
    {"max", "min", "amax", "amin", "sum", "mean", "prod", "dot", "logsumexp", "softmax", "matmul", "norm", "std", "var"}
)
"""Functions that take arrays in NumPy and its kin."""

SHEET: dict[str, Row] = {
    "LN": Row("log({0})"),
    "LOG": Row("log10({0})", (1,), N_("LOG is to the base 10 there")),
    "LOG10": Row("log10({0})"),
    "EXP": Row("exp({0})"),
    "SQRT": Row("sqrt({0})"),
    "ABS": Row("abs({0})"),
    "POWER": Row("pow({0}, {1})", (2,)),
    "MOD": Row("mod({0}, {1})", (2,)),
    "ATAN2": Row("atan2({1}, {0})", (2,), N_("ATAN2 has its arguments the other way round there")),
    "INT": Row("floor({0})"),
    "SIGN": Row("sign({0})"),
    "RADIANS": Row("(({0})*pi/180)"),
    "DEGREES": Row("(({0})*180/pi)"),
    "GAMMA": Row("gamma({0})"),
    "GAMMALN": Row("lgamma({0})"),
    **{name: Row(name.lower() + "({0})") for name in ("SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "SINH", "COSH", "TANH")},
    **{name: Row(name.lower() + "({0})") for name in ("ASINH", "ACOSH", "ATANH", "ERF", "ERFC")},
    "MAX": Row("max({0})", ()),
    "MIN": Row("min({0})", ()),
    "IF": Row("if({0}, {1}, {2})", (3,)),
    "PI": Row("pi", (0,)),
    "ROUND": Row("(sign({0})*floor(abs({0}) + 0.5))", (1,), HALF_AWAY),
}
"""Functions of spreadsheets, in upper case."""
SHEET_LOG = Row("log({0}, {1})", (2,))

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma"}

SIGNS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=",
    "geqslant": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "land": " and ", "lor": " or ", "%": "%", "_": "_",
    "lbrack": "(", "rbrack": ")", "colon": ":",
}  # fmt: skip
"""Signs of LaTeX."""

SPACES = frozenset(
    [*",;:!> ", "quad", "qquad", "thinspace", "displaystyle", "textstyle", "limits", "nolimits", "big", "Big", "bigl", "bigr",
     "Bigl", "Bigr", "bigg", "Bigg", "biggl", "biggr", "Biggl", "Biggr", "hspace", "nonumber"]
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

ACCENTS = frozenset(["hat", "bar", "tilde", "widehat", "widetilde", "overline"])
FONTS = frozenset(
    ["mathrm", "mathbf", "mathit", "mathsf", "text", "textrm", "textit", "operatorname", "mathcal", "boldsymbol", "bm"]
)
FENCES = {
    "(": ")", "[": "]", "|": "|", "lvert": "rvert", "vert": "vert", "lfloor": "rfloor", "lceil": "rceil", "lbrace": "rbrace",
}  # fmt: skip
FENCED = {"|": "abs({0})", "lvert": "abs({0})", "vert": "abs({0})", "lfloor": "floor({0})", "lceil": "ceil({0})"}
"""What a pair of fences means."""

CHARACTERS = {"⁄": "/", "∕": "/"}
PREFIXES = {"∛": "cbrt({0})", "∜": "root({0}, 4)"}
PAIRS = {"⌊": ("⌋", "floor({0})"), "⌈": ("⌉", "ceil({0})")}
