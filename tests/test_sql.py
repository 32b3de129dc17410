"""Queries, run by DuckDB and SQLite: they say what the interpreter says, and keep what is missing apart from what is no number."""

import math
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pytest
from foreigners import Job
from length import first, sized
from test_code import CASE_JOBS, COMPILED, FORMULA_JOBS, ROW_JOBS, all_expected, distance, scale, second
from ulps import ROWS_WITH_NUMBERS

import autodiff
from autodiff.code.sql import WORDS
from autodiff.numbers.algebra import Made
from autodiff.passes.evaluate import evaluate, function
from autodiff.primitives import Primitive

VALUE, SLOPE = 8, 12  # ulp: what the dialects lack is made of what they have, and rounded more often
DIALECTS = ("duckdb", "sqlite")

Rows = list[tuple[Any, ...]]


class Engine:
    """A database in memory, with the table `points`."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.connection: Any = duckdb.connect() if dialect == "duckdb" else sqlite3.connect(":memory:")

    def fill(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: str = "DOUBLE") -> None:
        """Make the table. Columns of SQLite have no type, so that it keeps what it is given."""
        names = [f'"{name}"' for name in columns] or ["no_columns"]
        kinds = {"duckdb": f" {kind}", "sqlite": ""}[self.dialect]
        self.connection.execute("DROP TABLE IF EXISTS points")
        self.connection.execute(f"CREATE TABLE points ({', '.join(name + kinds for name in names)})")
        cells = [row or [0] for row in rows]
        if self.dialect == "sqlite":
            self.connection.executemany(f"INSERT INTO points VALUES ({', '.join('?' * len(names))})", cells)
        else:
            parts = ", ".join(f"unnest(${k + 1}::{kind}[])" for k in range(len(names)))
            self.connection.execute(f"INSERT INTO points SELECT {parts}", [list(column) for column in zip(*cells)])

    def rows(self, query: str) -> Rows:
        """What a query says."""
        found: Rows = self.connection.execute(query).fetchall()
        return found

    def named(self, query: str) -> dict[str, Any]:
        """The first row, by column."""
        cursor = self.connection.execute(query)
        return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


@pytest.fixture(scope="module", params=DIALECTS)
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


def run(engine: Engine, job: Job) -> list[list[float]]:
    """The value and the derivatives at every point; NULL reads as NaN."""
    engine.fill(job.formula.variables, job.points)
    rows = engine.rows(job.formula.compile(engine.dialect, hessian=job.hessian, main=False))
    n = len(job.formula.variables)
    count = 1 + n + (n * (n + 1) // 2 if job.hessian else 0)
    return [[math.nan if x is None else float(x) for x in row[len(row) - count :]] for row in rows]


class Unknown:
    """The number system of SQLite, where NaN is NULL: a condition on it is None, and so is what depends on that."""

    formulas = "doubles"

    def __init__(self) -> None:
        self.functions: Mapping[str, Callable[..., Any]] = Made(self._function)

    def _function(self, op: str) -> Callable[..., Any]:
        if op == "if":
            return lambda p, x, y: math.nan if p is None else x if p else y
        if op == "and":
            return lambda p, q: False if p is False or q is False else None if p is None or q is None else True
        if op == "or":
            return lambda p, q: True if p is True or q is True else None if p is None or q is None else False
        if op == "not":
            return lambda p: None if p is None else not p
        if op in ("lt", "le", "gt", "ge", "eq", "ne"):
            return lambda x, y: None if x != x or y != y else function(op)(x, y)
        return lambda *args: math.nan if math.nan in args else function(op)(*args)

    def lift(self, value: float, text: str = "") -> float:
        return value

    def truth(self, value: bool | None) -> bool | None:
        return value


@cache
def null_values(job: Job) -> list[bool]:
    """For every point whether the value is NULL in SQLite."""
    names, algebra = job.formula.variables, Unknown()
    tape = job.formula.bind(dict.fromkeys(names))[0]
    return [math.isnan(evaluate(tape, dict(zip(names, point)), algebra)[tape.output]) for point in job.points]


def wanted(engine: Engine, job: Job) -> list[list[float]]:
    """What the interpreter says, NaN where SQLite has NULL."""
    found = all_expected(job)
    if engine.dialect == "duckdb":
        return found
    rows = zip(found, job.points, null_values(job), strict=True)
    return [[math.nan] * len(row) if null else row for row, point, null in rows]


def apart(engine: Engine, found: float, true: float, least: float = 0.0) -> float:
    """In ulp; SQLite may lose the sign of a zero."""
    return 0.0 if engine.dialect == "sqlite" and found == true == 0 else distance(found, true, least)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("row", ROWS_WITH_NUMBERS, ids=lambda row: row.name)
def test_every_row(engine: Engine, row: Primitive) -> None:
    for job in [job for other, job in ROW_JOBS if other is row]:
        for point, found, true in zip(job.points, run(engine, job), wanted(engine, job), strict=True):
            for k, (x, y) in enumerate(zip(found, true, strict=True)):
                assert apart(engine, x, y, scale(row, point, true[0])) <= (SLOPE if k else VALUE), (job.text, point, k, x, y)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("job", FORMULA_JOBS, ids=lambda job: f"{job.text}{', Hessian' * job.hessian}")
def test_formulas(engine: Engine, job: Job) -> None:
    for point, found, true in zip(job.points, run(engine, job), wanted(engine, job), strict=True):
        assert found[: len(true)] == pytest.approx(true, rel=1e-12, abs=1e-13, nan_ok=True), point
        if job.hessian and all(map(math.isfinite, [*true, *point])):
            values, n = second(job, point), len(point)
            if values is not None:
                upper = [values[n * i + j] for i in range(n) for j in range(i, n)]
                assert found[len(true) :] == pytest.approx(upper, rel=1e-11, abs=1e-12, nan_ok=True), point


@pytest.mark.parametrize("step", sized(2, 1))
def test_conventions(engine: Engine, step: int) -> None:
    for case, job in list(zip(COMPILED, CASE_JOBS, strict=True))[::step]:
        value, *slopes = run(engine, job)[0]
        assert value == pytest.approx(case.value, rel=1e-14, nan_ok=True), case.title
        for name, slope in zip(job.formula.variables, slopes):
            if name in case.slopes:
                assert slope == pytest.approx(float(case.slopes[name][0]), rel=1e-14, nan_ok=True), (case.title, name)


MISSING = [
    "a + b",
    "max(a, b)",
    "if(a > 0, b, 2)",
    "if(b > 0, a, a*b)",
    "relu(a) + b^0",
    "sign(a)*step(b)",
    "clip(a, b, 2) % b",
    "a*b + 3",
]


@pytest.mark.parametrize("text", MISSING)
def test_what_is_missing_stays_missing(engine: Engine, text: str) -> None:
    engine.fill(["a", "b"], [(None, None), (None, 1.0), (1.0, None)])
    query = autodiff.parse(text).compile(engine.dialect, main=False)
    for row in engine.rows(query):
        given, results = row[:2], row[2:]
        assert results[-3:] == (None, None, None), (given, results)


def test_nan_is_not_null_where_it_can_be_stored() -> None:
    engine = Engine("duckdb")
    engine.fill(["a"], [(math.nan,), (None,)])
    (nan, missing) = engine.rows(autodiff.parse("if(a > 1, 1, 2)").compile("duckdb", main=False))
    assert nan[1] == 2
    assert math.isnan(nan[2])
    assert missing == (None, None, None)


@pytest.mark.parametrize("text", ["a/b", "a % b", "a/2 + 7/b", "a^b", "b^-2*a", "2^-a"])
def test_integer_columns_and_zero_divisors(engine: Engine, text: str) -> None:
    points = [(1, 2), (5, 2), (-7, 3), (1, 0), (0, 0), (-1, 0)]
    engine.fill(["a", "b"] if "b" in text else ["a"], [p if "b" in text else p[:1] for p in points], "INTEGER")
    formula = autodiff.parse(text)
    for row, point in zip(engine.rows(formula.compile(engine.dialect, main=False)), points, strict=True):
        sheet = formula.at(**{name: float(x) for name, x in zip(("a", "b"), point) if name in text})
        expected = [sheet.value, *sheet.gradient.values()]
        found = [math.nan if x is None else x for x in row[-len(expected) :]]
        assert found == pytest.approx(expected, rel=1e-14, nan_ok=True), point


def test_names_that_sql_confuses(engine: Engine) -> None:
    formula, point = autodiff.parse("order*变量 + A*a - lambda^J*select + x1*X1"), {}
    for k, name in enumerate(formula.variables, 1):
        point[name] = float(k)
    found = engine.named(formula.compile(engine.dialect, at=point))
    assert found["self_test"] == "ok"
    assert len({name.casefold() for name in found}) == len(found)


def test_columns_keep_their_reserved_names(engine: Engine) -> None:
    engine.fill(["order", "变量", "Breite"], [(3, 4, 5)])
    found = engine.named(autodiff.parse("order*变量 + Breite").compile(engine.dialect, main=False))
    assert [found[name] for name in ("order_", "变量", "Breite", "J", "dorder")] == [3, 4, 5, 17, 4]


OWN = ("and", "or", "not", "if")  # words of our language


@pytest.mark.parametrize("words", first(3, [sorted(WORDS - {*OWN})[k::8] for k in range(8)]), ids=lambda words: words[0])
def test_every_reserved_word(engine: Engine, words: list[str]) -> None:
    formula = autodiff.parse(" + ".join(f"{word}*{word}_ + {word}^2" for word in words))
    found = engine.named(formula.compile(engine.dialect, at=dict.fromkeys(formula.variables, 2.0)))
    assert found["self_test"] == "ok"
    assert found["J"] == 8 * len(words)


def test_every_step_is_a_column(engine: Engine) -> None:
    found = engine.named(autodiff.parse("3*(a + b*c)").compile(engine.dialect, at={"a": 5, "b": 3, "c": 2}))
    assert found == {"a": 5, "b": 3, "c": 2, "u": 6, "v": 11, "J": 33, "da": 3, "db": 6, "dc": 9, "self_test": "ok"}
    assert list(found) == ["a", "b", "c", "u", "v", "J", "da", "db", "dc", "self_test"]


def test_the_table_is_the_users(engine: Engine) -> None:
    engine.connection.execute("DROP TABLE IF EXISTS given")
    engine.connection.execute("CREATE TABLE given AS SELECT 2 AS x, 7 AS id")
    query = autodiff.parse("x^2").compile(engine.dialect, name="given", main=False)
    assert engine.rows(query) == [(2, 4, 4)]
    kept = query.replace(" AS x\n", " AS x, id\n").replace("x, J,", "x, id, J,")
    assert engine.named(kept) == {"x": 2, "id": 7, "J": 4, "dx": 4}


def test_a_long_formula_is_one_query_still(engine: Engine) -> None:
    text = "; ".join(["t0 = x", *(f"t{k + 1} = sin(t{k})*t{k} + x" for k in range(30)), "J = t30"])
    formula = autodiff.parse(text)
    sheet = formula.at(x=0.5)
    found = engine.named(formula.compile(engine.dialect, at={"x": 0.5}))
    assert found["J"] == pytest.approx(sheet.value, rel=1e-12)
    assert found["self_test"] == "ok"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_self_test_fails_where_numbers_differ(dialect: str) -> None:
    engine, right = Engine(dialect), autodiff.parse("3*(a + b*c)").compile(dialect, at={"a": 5, "b": 3, "c": 2})
    with pytest.raises((duckdb.Error, sqlite3.Error), match=r"J is 30\.0, not 33\.0"):
        engine.rows(right.replace("b * c AS u", "b + c AS u"))


def test_the_shell_of_sqlite_runs_the_file() -> None:
    import shutil

    if shutil.which("sqlite3") is None:
        pytest.skip("sqlite3 is not installed")
    right = autodiff.parse("3*(a + b*c)").compile("sqlite", at={"a": 5, "b": 3, "c": 2})
    done = subprocess.run(["sqlite3"], input=right, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "5.0|3.0|2.0|6.0|11.0|33.0|3.0|6.0|9.0|ok\n")
    wrong = subprocess.run(["sqlite3"], input=right.replace("b * c", "b + c"), capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "J is 30.0, not 33.0" in wrong.stderr


def test_what_no_dialect_can_express(engine: Engine) -> None:
    with pytest.raises(autodiff.FormulaError, match="cannot express 'polygamma'") as caught:
        autodiff.parse("polygamma(n, x)").compile(engine.dialect)
    assert caught.value.code == "E070"


@pytest.mark.parametrize("count", sized(25, 60))
def test_random_formulas(engine: Engine, count: int) -> None:
    from sampling import random_formula

    rng = random.Random(engine.dialect)
    points = [(x,) for x in (0.0, 0.3, -0.7, 1.0, 2.5)]
    for _ in range(count):
        text = random_formula(rng, 3)
        job = Job(text, points if autodiff.parse(text).variables else [()])
        for point, found, true in zip(job.points, run(engine, job), wanted(engine, job), strict=True):
            assert found == pytest.approx(true, rel=1e-9, abs=1e-9, nan_ok=True), (text, point)


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
def test_the_other_dialects_spell_the_whole_table(dialect: str) -> None:
    """They are run where their programs are present; here, that every row can be written."""
    for _, job in ROW_JOBS:
        assert job.formula.compile(dialect, main=False).endswith(";\n")


def test_nothing_new_is_loaded_for_other_languages() -> None:
    script = (
        "import sys, autodiff; autodiff.parse('x').compile('c'); print([m for m in sys.modules if m.endswith(('.sql', '.query'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
