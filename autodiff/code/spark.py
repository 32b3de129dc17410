"""Spark: its way of spelling SQL."""

from autodiff.code.definitions import define
from autodiff.code.sql import sql
from autodiff.code.sql_dialect import SqlDialect, infinities

_ANGLE = """
side = if(x == 0, x^(-1), x)
flat = if(side < 0, if(y^(-1) < 0, -pi, pi), y)
if(x != x or y != y, 0/0, if(y == 0, flat, atan2(y, x)))
"""
"""Its own forgets the sign of zero, which is that of a power."""

DIALECT = SqlDialect(
    double="DOUBLE",
    text="STRING",
    numbers=infinities("CAST('{}' AS DOUBLE)"),
    isnan="isnan({0})",
    isnumber="NOT isnan({0})",
    error="raise_error({})",
    notes=("For Spark 3.3 or later. NULL stays NULL; everything else is computed as IEEE arithmetic has it, NaN included.",),
    quote="`",
)

TARGET = sql(
    "Spark SQL", DIALECT,
    native={
        "cbrt": "cbrt({0})", "round": "rint({0})", "expm1": "expm1({0})", "log1p": "log1p({0})", "hypot": "hypot({0}, {1})",
        "mod": "{0} % if({1} = 0, CAST('NaN' AS DOUBLE), {1})", "floor": "CAST(floor({0}) AS DOUBLE)",
        "ceil": "CAST(ceil({0}) AS DOUBLE)",
    },
    guarded=["log", "log2", "log10", "log1p", "atanh", "atan2", "pow", "mod", "div", "floor", "ceil", "hypot"],
    easy=["pow", "div"],
    others=[define("div", "quotient", "x, y", "if(y == 0, x*y^(-1), x/y)"), define("atan2", "angle", "y, x", _ANGLE)],
)  # fmt: skip
