"""Columns computed in C say what NumPy and `at` say; where there is no compiler or no safe folder, NumPy does all."""

import itertools
import math
import os
import random
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import PLAIN, Case
from length import each, first
from oracle import ORDERED, sample
from plain import doubles_alone  # noqa: F401
from test_code import all_expected, distance, jobs_of
from test_columns import EDGES, TRAPS, assert_forms_agree, assert_same, precision, scale
from test_table import ALL

import autodiff
from autodiff.code import rows
from autodiff.errors import AutodiffError
from autodiff.numbers.arrays import NEAR_ZERO
from autodiff.passes.columns import Columns
from autodiff.passes.evaluate import function
from autodiff.primitives import CONDITIONS, Primitive

inf, nan = math.inf, math.nan


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all processes of this run keep the library."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture
def in_c(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All columns are computed in C."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setattr(rows, "_found", FOUND)
    if rows.engine("c", 0) is None:
        pytest.skip("there is no compiler")

    def columns(self: autodiff.Formula, /, **arrays: Any) -> Columns:
        found = self.vectorized(arrays, engine="c")
        ENGINES.add(found.engine)
        return found

    monkeypatch.setattr(autodiff.Formula, "columns", columns)
    return


JOINING = {"if", "and", "or", "not"}
ELSEWHERE = {*ORDERED, *NEAR_ZERO, "sinc", "gamma"}
"""Rows that have no kernel, or whose slopes have none."""

FOUND: dict[str, Any] = {}
ENGINES = set[str]()


def applied(row: Primitive, count: int) -> str:
    """A row as a formula of x0, x1, ..."""
    signs = {"add": "+", "sub": "-", "mul": "*", "div": "/", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
    names = [f"x{k}" for k in range(count)]
    if row.name in signs:
        text = f"{names[0]} {signs[row.name]} {names[1]}"
        return f"if({text}, 1, 0)" if row.name in CONDITIONS else text
    return {"neg": "-x0", "copy": "x0"}.get(row.name) or f"{row.spelled or row.name}({', '.join(names)})"


@pytest.mark.usefixtures("in_c")
@pytest.mark.parametrize("row", [row for row in ALL if row.name not in ELSEWHERE | JOINING], ids=lambda row: row.name)
def test_every_row_at_its_edges(row: Primitive) -> None:
    """Zeros of both signs, infinities, NaN, subnormals, and outside the domain."""
    count = 3 if row.variadic else len(row.names)
    points = list(itertools.product(EDGES, repeat=count))
    points = random.Random(row.name).sample(points, min(1000, len(points)))
    found = autodiff.parse(applied(row, count)).columns(**{f"x{k}": np.array(x) for k, x in enumerate(zip(*points))})
    assert found.engine == "c"
    for value, args in zip(found.value, points, strict=True):
        assert_same(value, float(function(row.name)(*args)), precision(row, args), scale(row, args))


@pytest.mark.usefixtures("in_c")
@pytest.mark.parametrize("row", [row for row in ALL if row.name not in CONDITIONS | ELSEWHERE | {"if"}], ids=lambda row: row.name)
def test_every_row_over_its_domain(row: Primitive) -> None:
    """Value and slopes at the points at which generated code is tested, edges among them."""
    for job in jobs_of(row):
        names = job.formula.variables
        found = job.formula.columns(**dict(zip(names, map(np.array, zip(*job.points))))) if names else None
        for i, true in enumerate(all_expected(job)) if found is not None else ():
            here = [float(found.value[i]), *(float(found.gradient[name][i]) for name in names)]
            size = scale(row, job.points[i])
            assert all(distance(a, b, size) <= (16 if k else 8) for k, (a, b) in enumerate(zip(here, true))), (
                job.text,
                job.points[i],
            )


@pytest.mark.usefixtures("in_c")
@each(PLAIN)
def test_conventions(case: Case) -> None:
    assert_forms_agree(case.text, [tuple(case.at.values()), *[tuple(0.7 for _ in case.at)] * 4], tuple(case.at))


@pytest.mark.usefixtures("in_c")
@pytest.mark.sampled(2)
@pytest.mark.parametrize("text", TRAPS)
def test_nothing_enters_from_a_branch_not_taken(text: str) -> None:
    special = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, inf, -inf, nan, -800.0)
    assert_forms_agree(text, list(itertools.product(special, repeat=2)))


@pytest.mark.usefixtures("in_c")
@pytest.mark.parametrize("seed", first(1, range(4)))
def test_random_formulas(seed: int) -> None:
    rng = random.Random(seed)
    special = (0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.0, 1e-320)
    ENGINES.clear()
    for _ in range(100):
        points = [(rng.choice(special), rng.choice(special)) for _ in range(4)]
        points += [(rng.uniform(-3, 3), rng.uniform(-3, 3)) for _ in range(2)]
        assert_forms_agree(sample(rng, ("x", "y"), rng.choice((2, 3, 4))).text, points)
    assert "c" in ENGINES


@pytest.mark.usefixtures("in_c")
@pytest.mark.parametrize("count", [1, 3, rows.BLOCK - 1, rows.BLOCK, rows.BLOCK + 1, 3 * rows.BLOCK + 2])
def test_blocks_and_numbers_beside_columns(count: int) -> None:
    """The last block may be short, columns may have gaps, and a number stands for a column."""
    x = np.random.default_rng(count).normal(size=2 * count)[::2]
    x[-1] = nan
    formula = autodiff.parse("z = a*x; a*log(sigmoid(z)) + sin(x)*if(x > 0, b, 2)")
    given = {"x": x, "a": 3, "b": nan}
    found, plain = formula.columns(**given), formula.vectorized(given, engine="numpy")
    assert (found.engine, plain.engine) == ("c", "numpy")
    for a, b in ((found.value, plain.value), *((found.gradient[name], plain.gradient[name]) for name in given)):
        assert np.allclose(a, b, rtol=1e-14, atol=1e-15, equal_nan=True)
    assert np.isnan(found.gradient["b"]).all()


@pytest.mark.usefixtures("in_c")
@pytest.mark.parametrize("engine", ["numpy", "c"])
@pytest.mark.parametrize("text", ["x^0 + y", "if(1 > 2, x, y)", "x*y", "y + floor(x)"])
def test_variables_that_do_not_matter(text: str, engine: str) -> None:
    """As columns and as numbers, NaN or not: where the variable is none, it has no derivative."""
    formula = autodiff.parse(text)
    for x, y in itertools.product((2.0, nan, [1.0, nan, 3.0], [nan] * 3), repeat=2):
        value, gradient = formula.vectorized({"x": x, "y": y}, engine=engine)
        for k, (a, b) in enumerate(np.broadcast(x, y)):
            sheet = formula.at(x=float(a), y=float(b))
            found = [np.atleast_1d(array)[k] for array in (value, gradient["x"], gradient["y"])]
            assert found == pytest.approx([sheet.value, sheet.gradient["x"], sheet.gradient["y"]], nan_ok=True)


@pytest.mark.usefixtures("in_c")
def test_what_has_no_kernel_is_left_to_numpy() -> None:
    assert autodiff.parse("polygamma(7, x)").columns(x=[1.0, 2.0]).engine == "numpy"
    assert autodiff.parse("x^2").columns(x=[]).engine == "numpy"
    assert autodiff.parse("x^2").vectorized({"x": [2.0]}, engine="c", dtype="float32").engine == "numpy"


def test_few_points_are_left_to_numpy() -> None:
    assert autodiff.parse("x^2").columns(x=[1.0, 2.0]).engine == "numpy"


@pytest.mark.parametrize("text", ["x^2*y", "if(x > 0, sigmoid(x*y), y)/tanh(y + 2)", "erf(x) + log(2 + y)"])
def test_single_precision(text: str) -> None:
    given = {"x": np.linspace(-2, 2, 99), "y": np.linspace(0.1, 1, 99)}
    found, true = (autodiff.parse(text).vectorized(given, dtype=dtype) for dtype in ("float32", "float64"))
    for a, b in ((found.value, true.value), *((found.gradient[name], true.gradient[name]) for name in given)):
        assert a.dtype == np.float32
        assert np.allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("wish", "hint"),
    [
        ({"engine": "fortran"}, "take one of auto, numpy, c"),
        ({"engine": "", "dtype": "float32"}, "take one of auto, numpy, c"),
        ({"dtype": "int64"}, "take one of float64, float32"),
    ],
)
def test_what_there_is_not(wish: dict[str, str], hint: str) -> None:
    with pytest.raises(AutodiffError) as found:
        autodiff.parse("x^2").vectorized({"x": [3.0]}, **wish)
    assert (found.value.code, found.value.hint) == ("E042", hint)


# What may be missing or damaged ---------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and a compiler that copies what stands there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(rows, "_found", {})
    return tmp_path


def engine_of_squares() -> str:
    found = autodiff.parse("x^2").vectorized({"x": [3.0]}, engine="c")
    assert found.value.tolist() == [9.0]
    assert found.gradient["x"].tolist() == [6.0]
    return found.engine


def compiler(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "cc").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "/bin/echo nonsense > rows.so", "exec /nowhere/cc"])
def test_a_broken_compiler_means_numpy(fresh: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler(fresh / "bin", script, monkeypatch)
    assert engine_of_squares() == "numpy"


def test_no_compiler_means_numpy(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fresh))
    assert engine_of_squares() == "numpy"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o500])
def test_a_folder_that_others_may_enter_means_numpy(fresh: Path, mode: int) -> None:
    (fresh / "cache" / "autodiff-rows").mkdir(parents=True)
    (fresh / "cache" / "autodiff-rows").chmod(mode)
    assert engine_of_squares() == "numpy"


def test_a_link_means_numpy(fresh: Path) -> None:
    (fresh / "cache").mkdir()
    (fresh / "elsewhere").mkdir(mode=0o700)
    (fresh / "cache" / "autodiff-rows").symlink_to(fresh / "elsewhere")
    assert engine_of_squares() == "numpy"


@pytest.mark.parametrize("home", ["", "relative/home", "/dev/null/home", "/proc/nowhere"])
def test_no_home_means_numpy(home: str, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", home)
    monkeypatch.chdir(fresh)
    assert engine_of_squares() == "numpy"
    assert list(fresh.iterdir()) == []


@pytest.mark.usefixtures("in_c")
def test_a_damaged_library_is_made_again(fresh: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = folder / "cache" / "autodiff-rows"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    (path,) = kept.glob("rows-*.so")
    own = fresh / "cache" / "autodiff-rows"
    own.mkdir(parents=True, mode=0o700)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    (own / path.name).write_bytes(content)
    monkeypatch.setenv("XDG_CACHE_HOME", str(fresh / "cache"))
    monkeypatch.setattr(rows, "_found", {})
    monkeypatch.setattr(rows, "_built", lambda *_: path)
    assert engine_of_squares() == "c"
    assert not (own / path.name).exists()


@pytest.mark.long
def test_several_first_runs_at_once(fresh: Path) -> None:
    script = "import autodiff; print(autodiff.parse('x^2').vectorized({'x': [3.0]}, engine='c').engine)"
    running = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate()[0].strip() for process in running}
    assert said == {"c"}
    assert len(list((fresh / "cache" / "autodiff-rows").iterdir())) == 1
