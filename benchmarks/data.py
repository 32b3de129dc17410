"""Measures `autodiff map` beside pipelines written by hand: processor time, time on the clock and memory. Nothing here is a test.

    python benchmarks/data.py                      5 million records, three rounds, some ten minutes
    python benchmarks/data.py --rows 500000 --rounds 5

Each task is a whole process, they take turns, and what is shown are ratios of medians to the pipeline in polars.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import shapes

LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1-y)*log(1-a))"
FIXED = {"w1": 0.1, "w2": -0.2, "b": 0.3}
LONG = "\n".join([shapes.program(500), "s124"])
AUTODIFF = [sys.executable, "-m", "autodiff_cli"]

MADE = """
import sys, numpy as np, polars as pl
rows, folder, rng = int(sys.argv[1]), sys.argv[2], np.random.default_rng(1)
x1, x2 = rng.normal(size=rows), rng.normal(size=rows)
y = (rng.random(rows) < 1/(1 + np.exp(x2 - x1))).astype(int)
loss = pl.DataFrame({"id": np.arange(rows), "x1": x1, "x2": x2, "y": y}).with_columns(pl.col("id").cast(str).str.zfill(9))
long = pl.DataFrame({f"x{k}": rng.normal(size=rows//10) for k in range(1, 10)})
for name, frame in (("loss", loss), ("long", long), ("ten", loss.head(10))):
    frame.write_csv(f"{folder}/{name}.csv")
    frame.write_parquet(f"{folder}/{name}.parquet")
"""

POLARS = """
import sys, polars as pl
source, target = sys.argv[1:]
f = pl.scan_csv(source) if source.endswith("csv") else pl.scan_parquet(source)
{steps}
f.sink_csv(target) if target.endswith("csv") else f.sink_parquet(target)
"""

LOSS_STEPS = """
w1, w2, b, x1, x2, y, a, s = 0.1, -0.2, 0.3, *map(pl.col, ("x1", "x2", "y", "a", "s"))
f = f.with_columns(a=1/(1 + (-(w1*x1 + w2*x2 + b)).exp()))
f = f.with_columns(J=-(y*a.log() + (1 - y)*(1 - a).log()), s=((1 - y)/(1 - a) - y/a)*a*(1 - a), dy=(1 - a).log() - a.log())
f = f.with_columns(dw1=s*x1, dx1=s*w1, dw2=s*x2, dx2=s*w2, db=s).drop("a", "s")
"""

DUCKDB = """
import sys, duckdb
query, source, target = sys.argv[1:]
form = "HEADER" if target.endswith("csv") else "FORMAT parquet"
duckdb.sql(f"COPY ({query.replace('SOURCE', repr(source))}) TO {target!r} ({form})")
"""

JAX = """
import os, sys, jax, jax.numpy as jnp, pandas as pd
source, target = sys.argv[1:]
jax.config.update("jax_enable_x64", True)
def loss(w1, x1, w2, x2, b, y):
    a = jax.nn.sigmoid(w1*x1 + w2*x2 + b)
    return -(y*jnp.log(a) + (1 - y)*jnp.log(1 - a))
f = jax.jit(jax.vmap(jax.value_and_grad(loss, argnums=(0, 1, 2, 3, 4, 5)), in_axes=(None, 0, None, 0, None, 0)))
def mapped(frame):
    value, slopes = f(0.1, *frame[["x1"]].to_numpy().T, -0.2, *frame[["x2"]].to_numpy().T, 0.3, *frame[["y"]].to_numpy(float).T)
    return frame.assign(J=value, **{f"d{name}": slope for name, slope in zip(("w1", "x1", "w2", "x2", "b", "y"), slopes)})
if source.endswith("csv"):
    for k, frame in enumerate(pd.read_csv(source, chunksize=500_000)):
        mapped(frame).to_csv(target, index=False, header=k == 0, mode="a" if k else "w")
else:
    mapped(pd.read_parquet(source)).to_parquet(target)
"""

Command = Sequence[str]


def measured(command: Command) -> tuple[float, float, float]:
    """Processor time, time on the clock, and the memory at its peak in MB. Raises RuntimeError where the command fails."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[:3]}: {errors.decode()[-500:]}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024


def table(title: str, commands: Mapping[str, Command], rounds: int, target: Path) -> None:
    """Print what each takes as a ratio to the first one."""
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            target.unlink(missing_ok=True)
            found[name].append(measured(command))
    medians = {name: [statistics.median(column) for column in zip(*some)] for name, some in found.items()}
    base = next(iter(medians.values()))
    print(f"\n| {title} | processor | clock | memory |\n|---|---|---|---|")
    for name, values in medians.items():
        shown = " | ".join(f"{one / other:.2f}" for one, other in zip(values, base))
        print(f"| {name} | {shown} |" + (f" <!-- {values[0]:.2f} s, {values[1]:.2f} s, {values[2]:.0f} MB -->"), flush=True)


def python(code: str, *args: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, args)]


def mapped(formula: str, source: Path, target: Path, fixed: Mapping[str, float], engine: str) -> list[str]:
    """Our command."""
    given = [f"{name}={value}" for name, value in fixed.items()]
    return [*AUTODIFF, "map", formula, str(source), *given, "-o", str(target), "--engine", engine, "--quiet"]


def compiled(formula: str, language: str) -> str:
    """The formula in another language."""
    return subprocess.run(
        [*AUTODIFF, "compile", formula, "--to", language, "--no-main"], capture_output=True, text=True, check=True
    ).stdout


def query(formula: str, fixed: Mapping[str, float], kept: Sequence[str], names: Sequence[str]) -> str:
    """Our SQL over a file in place of its table, with the columns that the command writes."""
    sql = re.sub(r"--.*", "", compiled(formula, "sql")).strip().rstrip(";")
    given = ", ".join(f"{value!r} AS {name}" for name, value in fixed.items())
    points = f"points AS (SELECT *{', ' + given if given else ''} FROM SOURCE)"
    sql = sql.replace("WITH", f"WITH {points},", 1).replace(
        "given AS (\n  SELECT", f"given AS (\n  SELECT {' '.join(f'{one},' for one in kept)}"
    )
    start = sql.rindex("SELECT")
    last = re.split(r",\s*(?![^()]*\))", sql[start + 6 : sql.rindex("FROM")].strip())
    wanted = [one.strip() for one in last if re.split(r"\s+", one.strip())[-1] in names]
    return sql[:start] + f"SELECT {', '.join([*kept, *wanted])} " + sql[sql.rindex("FROM") :]


def steps(formula: str) -> str:
    """Our NumPy as steps of polars, as many in one `with_columns` as do not use each other."""
    text = compiled(formula, "numpy")
    body = re.findall(r"^    (\w+) = ([^#\n]*)", text[text.index("def sweeps") : text.index("missing")], re.MULTILINE)
    groups: list[dict[str, str]] = [{}]
    for name, value in body:
        used = set(re.findall(r"[A-Za-z_]\w*", value))
        if used & groups[-1].keys():
            groups.append({})
        columns = re.sub(r"np\.(\w+)\(", r"F.\1(", re.sub(r"(?<![\w.])(?!np\b)([A-Za-z_]\w*)(?![\w(.])", r'C("\1")', value))
        groups[-1][name] = columns.strip()
    lines = [f"f = f.with_columns({', '.join(f'{name}={value}' for name, value in group.items())})" for group in groups]
    results = re.findall(r"^        (\w+)(?: \+ missing)?,$", text[text.index("return [") :], re.MULTILINE)
    functions = "C = pl.col\nclass F:\n    sin, cos = pl.Expr.sin, pl.Expr.cos\n"
    return "\n".join([functions, *lines, f"f = f.select(pl.col('^x[1-9]$'), {', '.join(map(repr, results))})"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--folder", help="where the files are made for the time being")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        folder = Path(place)
        measured(python(MADE, asked.rows, folder))
        for kind in ("csv", "parquet"):
            source, target = folder / f"loss.{kind}", folder / f"out.{kind}"
            names = ("J", "dw1", "dx1", "dw2", "dx2", "db", "dy")
            commands = {
                "polars by hand": python(POLARS.format(steps=LOSS_STEPS), source, target),
                "ours, compiled": mapped(LOSS, source, target, FIXED, "c"),
                "ours, NumPy": mapped(LOSS, source, target, FIXED, "numpy"),
            }
            if find_spec("duckdb"):
                commands["DuckDB, our SQL"] = python(DUCKDB, query(LOSS, FIXED, ("id",), ("x1", "x2", "y", *names)), source, target)
            if find_spec("pandas") and find_spec("jax"):
                commands["pandas and JAX"] = python(JAX, source, target)
            else:
                print("pandas and JAX are not both here")
            table(f"{asked.rows:,} records, {kind}", commands, asked.rounds, target)
        source, target = folder / "long.csv", folder / "out.csv"
        commands = {
            "polars by hand": python(POLARS.format(steps=steps(LONG)), source, target),
            "ours, compiled": mapped(LONG, source, target, {}, "c"),
            "ours, NumPy": mapped(LONG, source, target, {}, "numpy"),
        }
        table(f"500 nodes, {asked.rows // 10:,} records, csv", commands, asked.rounds, target)
        point = [*AUTODIFF, "eval", LOSS, "x1=1", "x2=2", "y=1", *(f"{name}={value}" for name, value in FIXED.items())]
        ten = mapped(LOSS, folder / "ten.csv", target, FIXED, "auto")
        table("ten records, csv", {"eval": point, "ours": ten}, max(9, asked.rounds), target)


if __name__ == "__main__":
    main()
