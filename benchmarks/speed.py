"""Measures the table of docs/speed.md beside peers, and beside this tool before its part on speed. Nothing here is a test.

    pip install jax casadi sympy       what is not installed is left out
    python benchmarks/speed.py         some ten minutes; git must know the commit that is called "before"

Whole processes are counted in instructions, by callgrind, where valgrind is there; the rest in seconds of the processor, in
alternation with the peer, on one core. What is printed are ratios: those of another machine differ less than its times.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from shapes import SHAPES, VALUES

BEFORE = "dac0556"
ROOT = Path(__file__).parent.parent
EXAMPLE = ["eval", "3*(a+b*c)", "a=5", "b=3", "c=2"]
LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1 - y)*log(1 - a))"
ROUNDS = 7


def row(work: str, *cells: object) -> None:
    print(f"| {work} | {' | '.join(map(str, cells))} |", flush=True)


def source(tree: Path) -> dict[str, str]:
    """An environment in which Python finds the autodiff of a tree, byte-compiled."""
    path = f"{tree}{os.pathsep}{tree / 'cli'}"
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**env, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "COLUMNS": "200"}


@contextmanager
def before() -> Iterator[Path | None]:
    """A checkout of the commit to compare with; None where it cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        done = subprocess.run([*git, "add", "--detach", str(tree), BEFORE], capture_output=True)
        try:
            yield None if done.returncode else tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], capture_output=True)


# Whole processes ----------------------------------------------------------------------------------------------------------


def instructions(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Of a whole process, in millions, the second time it runs."""
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    said = subprocess.run([*valgrind, *command], env=env, capture_output=True, text=True, check=True).stderr
    return int(said.rpartition("Collected :")[2].split()[0]) / 1e6


def start_up(old: Path | None) -> None:
    """`eval` beside the import of the two libraries that it is made with."""
    if shutil.which("valgrind") is None:
        row("start-up", "valgrind is not installed")
        return
    reference = instructions([sys.executable, "-c", "import typer, lark"], source(ROOT))
    row("`import typer, lark`", f"{reference:.0f} M instructions", 1)
    row("Python alone", "", f"{instructions([sys.executable, '-c', 'pass'], source(ROOT)) / reference:.2f}")
    for name, tree in (("before", old), ("now", ROOT)):
        for kind, options in (("`eval … --json`", ["--json"]), ("`eval …`, the tables", [])):
            if tree is not None:
                count = instructions([sys.executable, "-P", "-m", "autodiff_cli", *EXAMPLE, *options], source(tree))
                row(f"{kind}, {name}", f"{count:.0f} M instructions", f"{count / reference:.2f}")
    if shutil.which("qalc"):
        row("qalc", "", f"{instructions(['qalc', '-t', '3*(5+3*2)'], source(ROOT)) / reference:.2f}")


def seconds(command: Sequence[str], env: Mapping[str, str]) -> float:
    """Of the processor, for a whole process."""
    with tempfile.TemporaryFile() as nowhere:
        process = subprocess.Popen(command, env=env, stdout=nowhere, stderr=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} fails")
    return usage.ru_utime + usage.ru_stime


def whole(commands: Mapping[str, tuple[Sequence[str], Path]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each command, all of them by turns."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, tree) in commands.items():
            times[name].append(seconds(command, source(tree)))
    return {name: statistics.median(found) for name, found in times.items()}


def long_formulas(old: Path | None, folder: Path) -> None:
    """Text to value and gradient, and to JSON with every node, less what a short formula takes."""
    python = [sys.executable, "-P", "-m", "autodiff_cli", "eval", "--json"]
    for title, shape in SHAPES.items():
        path = folder / "formula.txt"
        path.write_text(shape(100_000))
        commands = {}
        for name, tree in (("before", old), ("now", ROOT)):
            if tree is not None:
                commands[f"nothing {name}"] = [*python, "x", "x=1"], tree
                commands[f"gradient {name}"] = [*python, "--no-nodes", "--file", str(path), *VALUES], tree
                commands[f"nodes {name}"] = [*python, "--file", str(path), *VALUES], tree
        found = whole(commands, 3)
        each = {
            name: (found[f"gradient {name}"] - found[f"nothing {name}"]) * 10 for name in ("before", "now") if name in str(found)
        }
        nodes = {name: (found[f"nodes {name}"] - found[f"gradient {name}"]) * 10 for name in each}
        row(f"text → gradient, 10^5 operations, {title}", f"{each['now']:.1f} µs each", ratio(each))
        row(f"every node as JSON, on top, {title}", f"{nodes['now']:.1f} µs each", ratio(nodes))
    path.write_text(SHAPES["mixed functions"](1_000_000))
    large = seconds([*python, "--no-nodes", "--file", str(path), *VALUES], source(ROOT))
    row("text → gradient, 10^6 operations, mixed functions", f"{large:.1f} µs each", "")


def ratio(found: Mapping[str, float]) -> str:
    return f"{found['now'] / found['before']:.2f} × before" if "before" in found else ""


def batch(old: Path | None, folder: Path) -> None:
    """One formula and many values through one process."""
    path = folder / "lines.jsonl"
    lines = (json.dumps({"expression": LOSS, "values": values(k / 7 % 1)}) for k in range(5_000))
    path.write_text("\n".join(lines))
    command = [sys.executable, "-P", "-m", "autodiff_cli", "batch", str(path)]
    found = whole({name: (command, tree) for name, tree in (("before", old), ("now", ROOT)) if tree is not None}, 3)
    row("`batch`, 5,000 lines of one formula", f"{5_000 / found['now']:,.0f} lines a second", ratio(found))


def values(shift: float) -> dict[str, float]:
    """A point of the loss."""
    return {"w1": 0.5 + shift, "x1": 1.5, "w2": -0.25, "x2": 2.0, "b": 0.1, "y": 1.0}


# Within one process -------------------------------------------------------------------------------------------------------


def alternated(tasks: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each task, all of them by turns."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            began = time.process_time()
            task()
            times[name].append(time.process_time() - began)
    return {name: statistics.median(found) for name, found in times.items()}


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def points() -> None:
    """One more point of a known formula: the loss, 1,000 points."""
    import autodiff

    formula, given = autodiff.parse(LOSS), [values(k / 1000) for k in range(1_000)]
    names = formula.variables
    prepared = formula.function()
    rows = [[point[name] for name in names] for point in given]

    def statuses() -> None:
        for point in given:
            sheet = formula.at(**point)
            assert not sheet.status
            assert len(sheet.gradient) == len(names)

    def ready() -> None:
        for point in rows:
            prepared(*point)

    tasks: dict[str, Callable[[], object]] = {"function": ready, "at": statuses}
    if has("sympy"):
        import sympy

        symbols = sympy.symbols(names)
        value = sympy.sympify(
            "-(y*log(1/(1 + exp(-(w1*x1 + w2*x2 + b)))) + (1 - y)*log(1 - 1/(1 + exp(-(w1*x1 + w2*x2 + b)))))",
            dict(zip(names, symbols)),
        )
        lambdified = sympy.lambdify(symbols, [value, *(value.diff(x) for x in symbols)], "math", cse=True)
        tasks["lambdify"] = lambda: [lambdified(*point) for point in rows]
    found = alternated(tasks)
    for name, title in (("function", "one more point, `Formula.function`"), ("at", "one more point, `Formula.at`, with statuses")):
        beside = f"{found[name] / found['lambdify']:.1f} × SymPy's lambdify" if "lambdify" in found else ""
        row(title, f"{found[name] * 1e3:.1f} µs", beside)


def chain(count: int, power: Callable[[str, int], str]) -> str:
    """Rosenbrock's valley in many variables."""
    terms = [f"100*({power(f'x{k + 1}', 1)} - {power(f'x{k}', 2)})**2 + (1 - x{k})**2" for k in range(count - 1)]
    return " + ".join(terms)


def hessians() -> None:
    """From the text to all second derivatives, beside CasADi, which is handed the formula as an expression of its own."""
    import autodiff

    for count in (100, 500):
        text = chain(count, lambda name, n: name if n == 1 else f"{name}^{n}").replace("**", "^")
        point = {f"x{k}": 0.5 + k / count for k in range(count)}

        def ours(text: str = text, point: dict[str, float] = point) -> object:
            return autodiff.parse(text).at(**point).hessian

        tasks: dict[str, Callable[[], object]] = {"autodiff": ours}
        if has("casadi"):
            import casadi

            def theirs(count: int = count, point: dict[str, float] = point) -> object:
                x = casadi.SX.sym("x", count)
                whole = eval(re.sub(r"x(\d+)", r"x[\1]", chain(count, lambda name, n: f"{name}**{n}")), {"x": x})
                square, slope = casadi.hessian(whole, x)
                return casadi.Function("f", [x], [whole, slope, square])([*point.values()])

            tasks["casadi"] = theirs
        found = alternated(tasks, 5)
        beside = f"{found['autodiff'] / found['casadi']:.2f} × CasADi" if "casadi" in found else ""
        row(f"Hessian from text, {count} variables", f"{found['autodiff']:.2f} s", beside)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("| work | measured | ratio |\n| --- | ---: | ---: |", flush=True)
    with before() as old, tempfile.TemporaryDirectory() as folder:
        start_up(old)
        long_formulas(old, Path(folder))
        batch(old, Path(folder))
    points()
    hessians()
