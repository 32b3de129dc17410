"""SQLite: its way of spelling SQL."""

from autodiff.code.sql import sql
from autodiff.code.sql_dialect import SqlDialect

DIALECT = SqlDialect(
    double="REAL",
    text="TEXT",
    numbers={"nan": "NULL", "inf": "9e999", "-inf": "-9e999"},
    isnan="{0} IS NULL",
    isnumber="{0} IS NOT NULL",
    error="json_extract('{{}}', {})",
    notes=(
        "For SQLite 3.38 or later with its mathematical functions, which its own shell has (SQLITE_ENABLE_MATH_FUNCTIONS).",
        "SQLite cannot store NaN: NULL stands for it, as it does for what is missing. A condition on NULL is unknown, and what "
        "depends on it is NULL. LIMIT -1 OFFSET 0 keeps every step from being computed more than once.",
    ),
    misread=frozenset({"true", "false"}),  # numbers
    fence="LIMIT -1 OFFSET 0",
)

TARGET = sql(
    "SQLite", DIALECT,
    native={"mod": "mod({0}, {1})"},
    guarded=["log", "log2", "log10", "div", "mod"],
    easy=["div"],
    ordered=False,
)  # fmt: skip
