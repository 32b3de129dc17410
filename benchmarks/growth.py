"""Draws cost against size, and fits the slope: what doubles when the formula doubles has slope 1. Nothing here is a test.

    python benchmarks/growth.py                  the table, some ten minutes
    python benchmarks/growth.py growth.svg       the curves too; needs matplotlib

Each command runs in a process of its own that has loaded autodiff already, so what is counted is the work, in seconds of the
processor. The slope is that of the last two sizes that were measured; a command is not tried beyond the size that took long.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from autodiff_cli.app import run
from shapes import SHAPES, VALUES

SIZES = (100, 300, 1_000, 3_000, 10_000)
LONG, LIMIT = 15.0, 60  # seconds after which no larger size is tried, and at most
FORK = multiprocessing.get_context("fork")
PATIENT = "--max-nodes", "100000"


class Cost(NamedTuple):
    """What a command took: seconds of the processor, its peak memory in MB, and its exit code."""

    seconds: float
    megabytes: float
    code: int


def evaluated(*options: str) -> Callable[[str], list[str]]:
    return lambda path: ["eval", "--file", path, *VALUES, *options]


TASKS: Mapping[str, Callable[[str], list[str]]] = {
    "value and gradient": evaluated("--json", "--no-nodes"),
    "every node as JSON": evaluated("--json"),
    "tables": evaluated(),
    "eval --explain": evaluated("--explain"),
    "eval --hessian": evaluated("--hessian", "--json", "--no-nodes"),
    "diff": lambda path: ["diff", "--file", path, "--wrt", "x1"],
    "diff --steps": lambda path: ["diff", "--file", path, "--wrt", "x1", "--steps"],
    "check, a claim": lambda path: ["check", "--file", path, *VALUES, "dx1=1"],
    "check, ours": lambda path: ["check", "--file", path, *VALUES],
    "graph, SVG": lambda path: ["graph", "--file", path, *VALUES, "--format", "svg", *PATIENT],
    "page": lambda path: ["page", "--file", path, *VALUES, "-o", "-", *PATIENT],
    "compile --to c": lambda path: ["compile", "--file", path, "--to", "c"],
}


def cost(argv: list[str]) -> Cost:
    """Run a command line in a process of its own; one that is stopped has no exit code, which counts as a refusal."""
    here, there = FORK.Pipe(duplex=False)
    child = FORK.Process(target=measure, args=(argv, there))
    child.start()
    found = here.recv() if here.poll(LIMIT) else Cost(LIMIT, 0.0, -1)
    child.kill()
    child.join()
    return found


def measure(argv: list[str], out: Connection) -> None:
    """Run a command line whose output nobody reads, and send what it took."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    began = resource.getrusage(resource.RUSAGE_SELF)
    code = int(run(argv))
    ended = resource.getrusage(resource.RUSAGE_SELF)
    seconds = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    out.send(Cost(seconds, ended.ru_maxrss / 1024, code))


def curve(make: Callable[[str], list[str]], grow: Callable[[int], str], folder: Path) -> dict[int, Cost]:
    """The cost by size, as far as it is measured; a command that refuses a size says so before it has done the work."""
    found: dict[int, Cost] = {}
    for size in SIZES:
        path = folder / f"{grow.__name__}{size}.txt"
        path.write_text(grow(size))
        here = cost(make(str(path)))
        if here.code not in (0, 1):
            break
        found[size] = here
        if here.seconds > LONG:
            break
    return found


def slope(found: Mapping[int, Cost]) -> float:
    """How steep the curve is at its end, less what the smallest size takes."""
    base = min(cost.seconds for cost in found.values()) * 0.9
    (a, first), (b, last) = list(found.items())[-2:]
    return math.log((last.seconds - base) / (first.seconds - base)) / math.log(b / a)


def measured(folder: Path) -> dict[tuple[str, str], dict[int, Cost]]:
    """All curves, and a table of them."""
    print("| command | formula | " + " | ".join(f"{size:,}" for size in SIZES) + " | slope | peak MB |")
    print("| --- | --- | " + " | ".join("---:" for _ in SIZES) + " | ---: | ---: |")
    curves = {}
    for task, make in TASKS.items():
        for shape, grow in SHAPES.items():
            found = curves[task, shape] = curve(make, grow, folder)
            cells = [f"{found[size].seconds:.2f}" if size in found else "" for size in SIZES]
            memory = max(cost.megabytes for cost in found.values())
            print(f"| {task} | {shape} | {' | '.join(cells)} | {slope(found):.1f} | {memory:.0f} |", flush=True)
    return curves


def drawn(curves: Mapping[tuple[str, str], Mapping[int, Cost]], path: str) -> None:
    """One panel for each kind of formula, on a ground that suits light pages and dark ones."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "autodiff", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(SHAPES), figsize=(13, 4.6), sharey=True)
    for panel, shape in zip(panels, SHAPES):
        for number, task in enumerate(TASKS):
            found = curves[task, shape]
            style = {"color": f"C{number % 10}", "linestyle": "-" if number < 10 else "--", "marker": "o", "markersize": 3}
            panel.loglog(list(found), [cost.seconds for cost in found.values()], label=task, **style)
        panel.set_title(shape)
        panel.set_xlabel("operations")
        panel.grid(True, alpha=0.3)
    panels[0].set_ylabel("seconds of the processor")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="center right", frameon=False)
    figure.tight_layout(rect=(0, 0, 0.85, 1))
    figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    os.environ["COLUMNS"] = "200"
    print("## Growth: seconds of the processor for a formula of n operations\n")
    with tempfile.TemporaryDirectory() as folder:
        curves = measured(Path(folder))
    if sys.argv[1:]:
        drawn(curves, sys.argv[1])
