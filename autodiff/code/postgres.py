"""PostgreSQL: its way of spelling SQL."""

from autodiff.code.definitions import define
from autodiff.code.sql import sql
from autodiff.code.sql_dialect import SqlDialect, infinities

_POWER = """
z = abs(x)
l = y*log(z)
p = if(l > 709.7827, 1/0, if(l < -745.13, 0, z^y))
odd = y % 2
real = if(y == 0, 1, if(x == 0 and y < 0, if(odd == 1, 1/x, 1/0), if(x < 0 and odd == 1, -p, p)))
if(x != x or y != y or (x < 0 and x > -1/0 and y != floor(y)), 0/0, real)
"""

_REMAINDER = """
q = floor(x/y)
qh = q*134217729 - (q*134217729 - q)
yh = y*134217729 - (y*134217729 - y)
lost = qh*yh - q*y + qh*(y - yh) + (q - qh)*yh + (q - qh)*(y - yh)
r = x - q*y - lost
near = if((r < 0 and y > 0) or (r > 0 and y < 0), r + y, if(abs(r) >= abs(y), r - y, r))
if(y == 0 or abs(x) == 1/0, 0/0, if(abs(y) == 1/0, if((x < 0 and y > 0) or (x > 0 and y < 0), y, x), near))
"""
"""The quotient times the divisor without rounding (Dekker 1971)."""

DIALECT = SqlDialect(
    double="float8",
    text="text",
    numbers=infinities("'{}'::float8"),
    isnan="{0} = 'NaN'",
    isnumber="{0} <> 'NaN'",
    error="CAST(CAST({} AS integer) AS text)",
    notes=(
        "For PostgreSQL 12 or later. NULL stays NULL, and NaN is computed. Where a sum, a product or a quotient overflows, or a "
        "product or a quotient underflows, PostgreSQL raises an error. OFFSET 0 keeps every step from being computed more than "
        "once.",
    ),
    fence="OFFSET 0",
    suffix="::float8",
    small=True,
)

TARGET = sql(
    "PostgreSQL", DIALECT,
    native={"log10": "log({0})", "cbrt": "cbrt({0})", "round": "round({0})", "mod": "", "log2": ""},
    guarded=["exp", "sqrt", "log", "log10", "sin", "cos", "tan", "asin", "acos", "acosh", "atanh", "sinh", "cosh", "pow", "div"],
    easy=["div"],
    others=[
        define("exp", "exp", "x", "if(x > 709.782712893384, 1/0, if(x < -745.13, 0, exp(x)))"),
        define("pow", "power", "x, y", _POWER),
        define("mod", "floor_mod", "x, y", _REMAINDER),
    ],
)  # fmt: skip
