"""DuckDB: its way of spelling SQL."""

from autodiff.code.sql import sql
from autodiff.code.sql_dialect import SqlDialect, infinities

DIALECT = SqlDialect(
    double="DOUBLE",
    text="VARCHAR",
    numbers=infinities("'{}'::DOUBLE"),
    isnan="isnan({0})",
    isnumber="NOT isnan({0})",
    error="error({})",
    notes=("For DuckDB 1.1 or later. NULL stays NULL; everything else is computed as IEEE arithmetic has it, NaN included.",),
)

TARGET = sql(
    "DuckDB", DIALECT,
    native={
        "mod": "{0} % {1}", "cbrt": "cbrt({0})", "round": "round_even({0}, 0)", "gamma": "gamma({0})", "lgamma": "lgamma({0})",
    },
    guarded=[
        "sqrt", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "acosh", "atanh", "gamma", "lgamma", "pow", "mod",
    ],
    easy=["pow"],
)  # fmt: skip
