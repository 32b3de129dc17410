"""Measures whole commands: start-up, one long formula, nesting depth, many short formulas. Prints a table; nothing here is a test.

    python benchmarks/run.py            all of it, about three minutes
    python benchmarks/run.py --quick    up to 100,000 nodes

Times of different machines do not compare, so each is set beside a reference of the same run, pair by pair.
"""

from __future__ import annotations

import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

AUTODIFF = [sys.executable, "-m", "autodiff_cli"]
REFERENCE = [sys.executable, "-c", "import typer, lark"]
EXAMPLE = ["eval", "--json", "3*(a+b*c)", "a=5", "b=3", "c=2"]


class Run(NamedTuple):
    """One finished process: seconds on the clock, and its peak memory in MB."""

    seconds: float
    megabytes: float


def run(command: list[str]) -> Run:
    """Run a command to its end. Raises RuntimeError if it fails."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            out.seek(0)
            raise RuntimeError(f"{shlex.join(command)[:200]}: {out.read(500).decode(errors='replace')}")
    return Run(seconds, usage.ru_maxrss / 1024)


def start_up(pairs: int) -> None:
    """`eval --json` beside the mere import of two libraries, of which it needs neither."""
    run([*AUTODIFF, *EXAMPLE])
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(run([*AUTODIFF, *EXAMPLE]).seconds)
        theirs.append(run(REFERENCE).seconds)
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    print("## Start-up\n")
    print("| command | median ms | ratio (median of pairs) |")
    print("| --- | ---: | ---: |")
    print(f"| python -c 'import typer, lark' | {statistics.median(theirs) * 1e3:.0f} | 1 |")
    print(f"| autodiff eval --json '3*(a+b*c)' a=5 b=3 c=2 | {statistics.median(ours) * 1e3:.0f} | {ratio:.2f} |\n")


def flat(nodes: int, rng: random.Random) -> str:
    """A formula of so many operations: products and sums of nine variables and constants."""
    terms = [f"x{rng.randint(1, 9)}*{rng.randint(1, 9)}.5" for _ in range(nodes // 2)]
    return "+".join(terms)


def mixed(nodes: int, rng: random.Random) -> str:
    """The same with functions, powers and quotients."""
    shapes = ["sin(x{})*x{}", "exp(-x{}^2)", "x{}/(1+x{}^2)", "sqrt(x{})*log(x{})", "tanh(x{})-x{}", "sigmoid(x{}*x{})"]
    parts: list[str] = []
    count = 0
    while count < nodes:
        shape = rng.choice(shapes)
        parts.append(shape.format(rng.randint(1, 9), rng.randint(1, 9)))
        count += 4
    return "+".join(parts)


def long_formulas(sizes: list[int]) -> None:
    """Text to value and gradient, and with every node as JSON."""
    print("## One formula of n operations\n")
    print("| shape | n | output | seconds | µs for each node | peak MB |")
    print("| --- | ---: | --- | ---: | ---: | ---: |")
    values = [f"x{k}={k / 10}" for k in range(1, 10)]
    for shape in (flat, mixed):
        for nodes in sizes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "formula.txt"
                path.write_text(shape(nodes, random.Random(1)))
                for output, options in (("gradient", ["--no-nodes"]), ("every node", [])):
                    done = run([*AUTODIFF, "eval", "--json", *options, "--file", str(path), *values])
                    each = done.seconds / nodes * 1e6
                    print(f"| {shape.__name__} | {nodes:,} | {output} | {done.seconds:.2f} | {each:.1f} | {done.megabytes:.0f} |")
    print()


def depth(level: int) -> None:
    """Nesting, of every kind."""
    print(f"## Nesting {level:,} deep\n")
    print("| shape | seconds | peak MB |")
    print("| --- | ---: | ---: |")
    shapes = {
        "brackets": "(" * level + "x" + ")" * level,
        "minus signs": "-" * level + "x",
        "function calls": "sin(" * level + "x" + ")" * level,
        "powers": "x^" * level + "1",
        "choices": "if(x>0," * level + "x" + ",1)" * level,
    }
    for name, text in shapes.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "formula.txt"
            path.write_text(text)
            done = run([*AUTODIFF, "eval", "--json", "--file", str(path), "x=1"])
        print(f"| {name} | {done.seconds:.2f} | {done.megabytes:.0f} |")
    print()


def batch(sizes: list[int]) -> None:
    """Many short formulas through one process."""
    print("## Formulas in one process\n")
    print("| lines | seconds | formulas a second | peak MB |")
    print("| ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / "lines.jsonl"
            with path.open("w") as file:
                for k in range(size):
                    values = json.dumps({"a": k / 7, "b": 3, "c": 2})
                    file.write(f'{{"expression": "3*(a + b*c) + sin(a)*exp(-c^2)", "values": {values}, "id": {k}}}\n')
            done = run([*AUTODIFF, "batch", str(path)])
            print(f"| {size:,} | {done.seconds:.2f} | {size / done.seconds:,.0f} | {done.megabytes:.0f} |")
    print()


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    start_up(10 if quick else 30)
    long_formulas([1_000, 10_000, 100_000] if quick else [1_000, 10_000, 100_000, 1_000_000])
    depth(100_000)
    batch([1_000, 10_000] if quick else [1_000, 10_000, 100_000])
