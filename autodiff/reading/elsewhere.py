"""Functions that have other names elsewhere, and what they are here: one row for each, shown when such a call has been refused."""

from __future__ import annotations

import re
from typing import Final

from autodiff.primitives import FUNCTIONS
from autodiff.reading.spellings import MODULES

CALLS: Final = {
    "sec": "1/cos({0})", "csc": "1/sin({0})", "cosec": "1/sin({0})", "cot": "1/tan({0})", "ctg": "1/tan({0})", "cotg": "1/tan({0})",
    "tg": "tan({0})",
    "ctan": "1/tan({0})", "sech": "1/cosh({0})", "csch": "1/sinh({0})", "coth": "1/tanh({0})", "sh": "sinh({0})", "ch": "cosh({0})",
    "th": "tanh({0})", "cth": "1/tanh({0})", "asec": "acos(1/({0}))", "acsc": "asin(1/({0}))", "arcsec": "acos(1/({0}))",
    "arccsc": "asin(1/({0}))", "vers": "1 - cos({0})", "sinpi": "sin(pi*({0}))", "cospi": "cos(pi*({0}))",
    "sind": "sin(({0})*pi/180)", "cosd": "cos(({0})*pi/180)", "tand": "tan(({0})*pi/180)", "asind": "asin({0})*180/pi",
    "acosd": "acos({0})*180/pi", "atand": "atan({0})*180/pi", "deg2rad": "({0})*pi/180", "radians": "({0})*pi/180",
    "rad2deg": "({0})*180/pi", "degrees": "({0})*180/pi",
    "lg": "log10({0})", "lb": "log2({0})", "ld": "log2({0})", "exp2": "2^({0})", "exp10": "10^({0})", "pow10": "10^({0})",
    "pow2": "2^({0})", "square": "({0})^2", "cube": "({0})^3", "reciprocal": "1/({0})", "inverse": "1/({0})",
    "squareroot": "sqrt({0})", "wurzel": "sqrt({0})", "cuberoot": "cbrt({0})", "cubicroot": "cbrt({0})", "rsqrt": "1/sqrt({0})",
    "absolute": "abs({0})", "modulus": "abs({0})", "trunc": "sign({0})*floor(abs({0}))", "fix": "sign({0})*floor(abs({0}))",
    "frac": "({0}) - floor({0})", "heaviside": "step({0})", "unitstep": "step({0})", "neg": "-({0})",
    "logit": "log(({0})/(1 - ({0})))", "logsigmoid": "-softplus(-({0}))", "silu": "({0})*sigmoid({0})",
    "swish": "({0})*sigmoid({0})",
    "gelu": "({0})*erfc(-({0})/sqrt(2))/2", "elu": "if(({0}) > 0, {0}, expm1({0}))", "relu6": "min(max({0}, 0), 6)",
    "leaky_relu": "max({0}, 0.01*({0}))", "leakyrelu": "max({0}, 0.01*({0}))", "hardtanh": "min(max({0}, -1), 1)",
    "mish": "({0})*tanh(softplus({0}))", "softsign": "({0})/(1 + abs({0}))", "normcdf": "erfc(-({0})/sqrt(2))/2",
    "normpdf": "exp(-({0})^2/2)/sqrt(2*pi)", "sq": "({0})^2", "sqr": "({0})^2|sqrt({0})",
    "fact": "gamma(({0}) + 1)", "factorial": "gamma(({0}) + 1)",
    "gammaln": "lgamma({0})",
}  # fmt: skip
"""Functions of one argument."""

SEVERAL: Final = {
    ("mse", 2): "(({0}) - ({1}))^2", ("mae", 2): "abs(({0}) - ({1}))", ("sse", 2): "(({0}) - ({1}))^2",
    ("bce", 2): "-(({1})*log({0}) + (1 - ({1}))*log(1 - ({0})))", ("leaky_relu", 2): "max({0}, ({1})*({0}))",
    ("crossentropy", 2): "-(({1})*log({0}) + (1 - ({1}))*log(1 - ({0})))", ("elu", 2): "if(({0}) > 0, {0}, ({1})*expm1({0}))",
    ("cross_entropy", 2): "-(({1})*log({0}) + (1 - ({1}))*log(1 - ({0})))", ("logb", 2): "log({0}, {1})",
    ("beta", 2): "gamma({0})*gamma({1})/gamma(({0}) + ({1}))", ("nthroot", 2): "root({0}, {1})", ("surd", 2): "root({0}, {1})",
    **dict.fromkeys(
        [(name, 2) for name in ("ncr", "comb", "binom", "binomial", "choose", "nchoosek")],
        "gamma(({0}) + 1)/(gamma(({1}) + 1)*gamma(({0}) - ({1}) + 1))",
    ),
    ("npr", 2): "gamma(({0}) + 1)/gamma(({0}) - ({1}) + 1)", ("distance", 2): "abs(({0}) - ({1}))", ("add", 2): "({0}) + ({1})",
    ("subtract", 2): "({0}) - ({1})", ("multiply", 2): "({0})*({1})", ("divide", 2): "({0})/({1})", ("fmod", 2): "mod({0}, {1})",
    ("lerp", 3): "({0}) + ({2})*(({1}) - ({0}))", ("where", 3): "if({0}, {1}, {2})", ("iff", 3): "if({0}, {1}, {2})",
    ("ifelse", 3): "if({0}, {1}, {2})", ("clamp", 3): "clip({0}, {1}, {2})",
    ("round", 2): "round(({0})*10^({1}))/10^({1})", ("atan", 2): "atan2({0}, {1})", ("sqrt", 2): "root({0}, {1})",
    ("exp", 2): "({0})^({1})", ("ln", 2): "log({0}, {1})", ("abs", 2): "hypot({0}, {1})",
}  # fmt: skip
"""Functions of several arguments, and some of ours with more than they take."""

MANY: Final = {
    "sum": "{+}", "prod": "{*}", "product": "{*}", "mean": "({+})/{n}", "average": "({+})/{n}", "avg": "({+})/{n}",
    "norm": "hypot({,})", "maximum": "max({,})", "minimum": "min({,})", "softmax": "exp({0})/({exp+})",
}  # fmt: skip
"""Functions of any number of arguments, two at least."""

_BASED = re.compile(r"log_?([0-9]+|(?<=_)[A-Za-z])")
_PREFIX = re.compile(rf"(?:{'|'.join(MODULES)}|arc(?=arc))(?=\w)")


def meaning(name: str, args: list[str]) -> str:
    """The call of a function of elsewhere in our functions, brackets around everything; or nothing."""
    template, known = _template(name, len(args)), FUNCTIONS | {"if"}
    if template is None:
        bare = _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
        same = next((word for word in (bare, bare.lower()) if word in known), "")
        return f"{same}({', '.join(args)})" if same and same != name else ""
    filled = template
    for gap, piece in {
        "{+}": " + ".join(f"({arg})" for arg in args), "{*}": "*".join(f"({arg})" for arg in args), "{,}": ", ".join(args),
        "{exp+}": " + ".join(f"exp({arg})" for arg in args), "{n}": str(len(args)),
        **{f"{{{k}}}": arg for k, arg in enumerate(args)},
    }.items():  # fmt: skip
        filled = filled.replace(gap, piece)
    return filled


def _template(name: str, count: int) -> str | None:
    for word in (name, name.lower()):
        if count == 1 and word in CALLS:
            return CALLS[word]
        if (word, count) in SEVERAL:
            return SEVERAL[word, count]
        if count > 1 and word in MANY:
            return MANY[word]
    if count == 1 and (based := _BASED.fullmatch(name)):
        return {"2": "log2({0})", "10": "log10({0})"}.get(based[1], f"log({{0}}, {based[1]})")
    return None
