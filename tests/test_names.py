"""Every name that our language allows survives every target: names times languages, all built and run with their self-tests."""

import itertools
import re
import shutil
import subprocess

import duckdb
import pytest
from console import inside
from foreigners import TOOLS
from length import LONG, each, first
from test_compile import built, ready
from test_sql import Engine

import autodiff
from autodiff.code.targets import QUERIES, RUN, TARGETS
from autodiff.writing import latex

KEYWORDS = frozenset(["CAST", "AS", "SELECT", "FROM", "WITH", "OFFSET", "CASE", "WHEN", "TRUE", "FALSE", "THEN", "END"])
WORDS = """
x₁ x₁₂ x_1 x__1 _x α αₖ Ω ϵ ħ é naïve ß ſ ª ﬁ 数 变量 𝛼 İ ıx क्ष ﷺ x₁y v₀₀ éx x1_2 τ₀ null true false self this self_test J dx
data in return lambda I var K k N n None Some Ok Err Box Vec String Option Result Default Clone drop linux unix i386 EOF dJ
stdin signgam nil undefined NaN Inf missing end begin module type where select from table value order group user current_user
Infinity nan points given result s1 t1 u __proto__ constructor toString prototype arguments eval np jnp math main f64 real dp
"""
NAMES = WORDS.split()
ENDS = {"x₁": "x_{1}", "x₁₂": "x_{12}", "x_1": "x_{1}", "τ₀": r"\tau_{0}", "v₀₀": "v_{00}", "x₁y": r"\text{x$_{1}$y}"}


def formula(names: list[str]) -> str:
    """Products with powers, so that names stand in the value, the gradient and the Hessian."""
    return " + ".join(f"{k}*sin({name})*{name}^2*{names[k % len(names)]}" for k, name in enumerate(names, 1))


def groups(names: list[str], size: int) -> list[list[str]]:
    return [list(group) for group in itertools.batched(names, size)] if hasattr(itertools, "batched") else [
        names[k : k + size] for k in range(0, len(names), size)]  # fmt: skip


@pytest.mark.sampled(5)
@pytest.mark.parametrize("hessian", [False, pytest.param(True, marks=LONG)])
@pytest.mark.parametrize("language", [pytest.param(name, marks=LONG) if name == "jax" else name for name in RUN])
def test_all_names_at_once(language: str, hessian: bool, tmp_path) -> None:
    done = built(language, autodiff.parse(formula(NAMES[:: 3 if hessian else 1])).compile(language, hessian=hessian), tmp_path)
    assert (done.returncode, done.stdout) == (0, "self-test: ok\n"), done.stderr[:2000]


@pytest.mark.parametrize("name", first(0, NAMES))
@pytest.mark.parametrize("language", RUN)
def test_each_name_by_itself(language: str, name: str, tmp_path) -> None:
    """One may hide what is wrong with another."""
    done = built(language, autodiff.parse(f"{name}^2*y + a").compile(language, hessian=True), tmp_path)
    assert (done.returncode, done.stdout) == (0, "self-test: ok\n"), done.stderr[:2000]


def test_javascript_keeps_the_names_as_keys(tmp_path) -> None:
    ready("javascript")
    names = [name for name in NAMES if name != "__proto__"]
    code = autodiff.parse(formula(names)).compile("javascript", main=False)
    (tmp_path / "f.mjs").write_text(code)
    (tmp_path / "g.mjs").write_text(
        f"import {{ f }} from './f.mjs'; console.log(Object.keys(f({', '.join('1' for _ in names)}).gradient).join(' '));"
    )
    done = subprocess.run([shutil.which(TOOLS["javascript"]), "g.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [*autodiff.parse(formula(names)).variables]


@pytest.mark.long
@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_all_names_in_a_query(dialect: str) -> None:
    engine = Engine(dialect)
    for names in groups(NAMES, 12):
        assert engine.named(autodiff.parse(formula(names)).compile(dialect))["self_test"] == "ok", names


def test_only_sqlite_misreads_a_word_in_quotes() -> None:
    for dialect in QUERIES:
        query = autodiff.parse("true^2*false").compile(dialect, main=False)
        assert ("CAST(true_ AS" in query) is (dialect == "sqlite")
    connection = duckdb.connect()
    connection.execute('CREATE TABLE points AS SELECT 3.0 AS "true", 2.0 AS "False"')
    row = connection.execute(autodiff.parse("true^2*False").compile("duckdb", main=False)).fetchone()
    assert row is not None
    assert 18.0 in row


def test_postgres_quotes_capitals() -> None:
    """Without quotes a name with capitals is one in small letters there."""
    query = autodiff.parse("K*k + true*n_1 + N").compile("postgres", main=False)
    bare = re.sub("--[^\n]*|\"[^\"]*\"|'[^']*'", "", query)
    words = set(re.findall(r"\w+", bare)) - KEYWORDS
    assert not [word for word in words if word != word.lower()]
    for column in ('"K"', 'CAST("k" AS float8) AS k_', '"true"', '"N"', "n_1"):
        assert column in query


def ordinary(text: str) -> str:
    return re.sub(r"(?m)(?<!\\)%.*$", "", text)


@each(NAMES)
def test_latex_writes_every_name(name: str) -> None:
    """With an index where it has one; and no sign that the fonts of pdflatex lack, unless the document loads others."""
    document = autodiff.parse(f"{name}^2*y").compile("latex")
    assert latex.name(name) in document
    if name in ENDS:
        assert latex.name(name) == ENDS[name]
    text = ordinary(document)
    assert not re.search("[₀-₉⁰¹²³⁴-⁹]", text)
    if "fontspec" not in text and "ctex" not in text:
        assert all(ord(sign) <= 0xFF for sign in text)


@pytest.mark.parametrize("order", [2, 3, 4, 9, 10, 12, 23])
def test_orders_are_powers_in_latex(order: int, tmp_path) -> None:
    done = inside(["eval", "sin(x)", "x=1", "--order", str(order), "--format", "latex"], tmp_path)
    text = ordinary(done.stdout)
    assert f"d$^{{{order}}}$J/dx$^{{{order}}}$" in text
    assert not re.search("[⁰¹²³⁴-⁹]", text)
    assert "$$" not in text


@pytest.mark.sampled(5)
@pytest.mark.parametrize("text", ["1 + polygamma(n, x)", "u = x*y; u + dsinc(n, u)"])
@pytest.mark.parametrize("language", [language for language in TARGETS if language != "latex"])
def test_the_hint_names_function_step_and_targets(language: str, text: str) -> None:
    op = "polygamma" if "polygamma" in text else "dsinc"
    with pytest.raises(autodiff.FormulaError, match=f"cannot express '{op}'") as caught:
        autodiff.parse(text).compile(language)
    error = caught.value
    assert error.code == "E070"
    assert f"{op}(n, " in error.hint
    assert f"needs '{op}'" in error.hint
    start, end = error.span
    assert text[start:end].startswith(op)
