"""Measures generated code beside JAX, CasADi and SymPy: how soon it is ready, how fast it runs. Nothing here is a test.

    pip install jax casadi sympy         what is not installed is left out
    python benchmarks/generated.py       a quarter of an hour; with --quick fewer rounds and points, less patience

Every program gives the value and all derivatives at every point. All run one after the other in every round, on one core, and
are compared round by round by the time of the processor, so that a busy machine does not matter much. Before that, they must
give the same numbers. C is compiled by gcc -O2; with -fno-math-errno besides, which changes no number.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np  # noqa: E402
from cost import cost  # noqa: E402
from foreign import OPERATORS, Foreign, exact, jax_algebra, sympy_algebra  # noqa: E402
from growth import grown  # noqa: E402

import autodiff  # noqa: E402
from autodiff.passes.evaluate import evaluate  # noqa: E402

LOSS = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); -(y*log(a) + (1 - y)*log(1 - a))"
CFLAGS = ["-O2", "-DAUTODIFF_NO_MAIN", "-fPIC", "-shared"]
OURS = "double f(const double *, double *);\n#define CALL(x, y) y[0] = f(x, y + 1)\n"
THEIRS = """int f(const double **, double **, long long *, double *, int);
static double work[WORK];
#define CALL(x, y) { const double *in[] = {x}; double *out[] = {y, y + 1}; f(in, out, 0, work, 0); }
"""
LOOP = """
void many(const double *x, double *y, long rows, long n) {
  for (long k = 0; k < rows; k++, x += n, y += n + 1) CALL(x, y);
}
"""

LIMIT = 60 if "--quick" in sys.argv else 300  # seconds until a program must be ready

Points = np.ndarray[Any, Any]
Answer = Callable[[Points], Any]
"""From points, one a row, to the value and the derivatives: as rows, or as columns."""


class Task(NamedTuple):
    """A formula, and the number of points."""

    title: str
    formula: autodiff.Formula
    rows: int

    def points(self) -> Points:
        """Inside the domain."""
        return np.random.default_rng(1).uniform(0.2, 0.8, (self.rows, len(self.formula.variables)))

    def read(self, variables: Mapping[str, Any], algebra: Foreign) -> Any:
        """The formula in the functions of a peer."""
        return evaluate(self.formula.tape, variables, algebra)[self.formula.tape.output]


class Entry(NamedTuple):
    """A program to measure: what it needs, how it is made, whether it takes the points as columns, and only few of them."""

    name: str
    package: str
    make: Callable[[Task, Path], Answer]
    columns: bool = False
    slow: bool = False


def compiled(text: str, head: str, folder: Path, *flags: str) -> Answer:
    """C with a loop around it, in files of their own, so that nothing is seen through; the answer is in rows."""
    (folder / "f.c").write_text(text)
    (folder / "loop.c").write_text(head + LOOP)
    subprocess.run(["gcc", *CFLAGS, *flags, "f.c", "loop.c", "-lm", "-o", "f.so"], cwd=folder, check=True)
    many = ctypes.CDLL(str(folder / "f.so")).many

    def answer(x: Points) -> Points:
        rows, n = x.shape
        y = np.empty((rows, n + 1))
        many(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), ctypes.c_long(rows), ctypes.c_long(n))
        return y

    return answer


def our_c(task: Task, folder: Path) -> Answer:
    return compiled(task.formula.compile("c", main=False), OURS, folder)


def our_lean_c(task: Task, folder: Path) -> Answer:
    return compiled(task.formula.compile("c", main=False), OURS, folder, "-fno-math-errno")


def casadi_text(task: Task, folder: Path) -> str:
    import casadi

    names = ["sin", "cos", "tanh", "exp", "log", "sqrt", "atan"]
    functions = {**OPERATORS, **{name: getattr(casadi, name) for name in names}, "sigmoid": lambda x: 1 / (1 + casadi.exp(-x))}
    x = casadi.SX.sym("x", len(task.formula.variables))
    value = task.read(dict(zip(task.formula.variables, casadi.vertsplit(x))), Foreign(functions, exact))
    function = casadi.Function("f", [x], [value, casadi.gradient(value, x)])
    here = Path.cwd()
    os.chdir(folder)
    try:
        function.generate("casadi.c")
    finally:
        os.chdir(here)
    return f"#define WORK {max(1, function.sz_w())}\n"


def casadi_c(task: Task, folder: Path, *flags: str) -> Answer:
    work = casadi_text(task, folder)
    return compiled((folder / "casadi.c").read_text(), work + THEIRS, folder, *flags)


def casadi_lean_c(task: Task, folder: Path) -> Answer:
    return casadi_c(task, folder, "-fno-math-errno")


def executed(text: str) -> Any:
    namespace: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated", "exec"), namespace)
    return namespace["f"]


def flat(found: tuple[Any, Mapping[str, Any]]) -> list[Any]:
    return [found[0], *found[1].values()]


def our_numpy(task: Task, folder: Path) -> Answer:
    f = executed(task.formula.compile("numpy", main=False))
    return lambda x: flat(f(*x))


def our_columns(task: Task, folder: Path, engine: str = "numpy") -> Answer:
    names = task.formula.variables

    def answer(x: Points) -> list[Any]:
        found = task.formula.vectorized(dict(zip(names, x)), engine=engine)
        if found.engine != engine:
            raise ValueError(f"{engine} cannot be had")
        return [found.value, *(found.gradient[name] for name in names)]

    return answer


def our_columns_in_c(task: Task, folder: Path) -> Answer:
    return our_columns(task, folder, "c")


def our_python(task: Task, folder: Path) -> Answer:
    f = executed(task.formula.compile("python", main=False))
    return lambda x: [flat(f(*point)) for point in x.tolist()]


def in_jax(task: Task, folder: Path) -> Answer:
    """NumPy's arrays in, which JAX copies; a user who has others pays for that too."""
    import jax

    run = jax_function(task)

    def answer(x: Points) -> list[Any]:
        value, slopes = jax.block_until_ready(run(*x))
        return [value, *slopes]

    return answer


def in_jax_already(task: Task, folder: Path) -> Answer:
    """The arrays are JAX's own before the clock runs."""
    import jax

    run = jax_function(task)
    known: dict[int, list[Any]] = {}

    def answer(x: Points) -> list[Any]:
        if id(x) not in known:
            known[id(x)] = [jax.numpy.asarray(row) for row in x]
        value, slopes = jax.block_until_ready(run(*known[id(x)]))
        return [value, *slopes]

    return answer


def jax_function(task: Task) -> Any:
    import jax

    algebra, names = jax_algebra(), task.formula.variables
    both = jax.value_and_grad(lambda *args: task.read(dict(zip(names, args)), algebra), argnums=tuple(range(len(names))))
    return jax.jit(jax.vmap(both))


def sympy_function(task: Task, modules: str) -> Any:
    import sympy

    functions = {**sympy_algebra().functions, "sigmoid": lambda x: 1 / (1 + sympy.exp(-x))}
    symbols = [sympy.Symbol(name, real=True) for name in task.formula.variables]
    algebra = Foreign(functions, lambda value: sympy.sympify(exact(value)))
    value = task.read(dict(zip(task.formula.variables, symbols)), algebra)
    return sympy.lambdify(symbols, [value, *(value.diff(x) for x in symbols)], modules, cse=True)


def sympy_numpy(task: Task, folder: Path) -> Answer:
    f = sympy_function(task, "numpy")
    return lambda x: f(*x)


def sympy_python(task: Task, folder: Path) -> Answer:
    f = sympy_function(task, "math")
    return lambda x: [f(*point) for point in x.tolist()]


ENTRIES = (
    Entry("autodiff, C", "autodiff", our_c),
    Entry("CasADi, C", "casadi", casadi_c),
    Entry("autodiff, C, -fno-math-errno", "autodiff", our_lean_c),
    Entry("CasADi, C, -fno-math-errno", "casadi", casadi_lean_c),
    Entry("JAX, jit, of NumPy's arrays", "jax", in_jax, columns=True),
    Entry("JAX, jit, of its own arrays", "jax", in_jax_already, columns=True),
    Entry("autodiff, NumPy", "autodiff", our_numpy, columns=True),
    Entry("SymPy, lambdify to NumPy", "sympy", sympy_numpy, columns=True),
    Entry("autodiff, columns, NumPy", "autodiff", our_columns, columns=True),
    Entry("autodiff, columns, C", "autodiff", our_columns_in_c, columns=True),
    Entry("autodiff, Python", "autodiff", our_python, slow=True),
    Entry("SymPy, lambdify to math", "sympy", sympy_python, slow=True),
)


def given(entry: Entry, points: Points) -> Points:
    """The points as a program takes them: those that run in Python take one after the other, so they get fewer."""
    points = points[: max(20, len(points) // 100)] if entry.slow else points
    return np.ascontiguousarray(points.T) if entry.columns else points


def late(*_: object) -> None:
    raise TimeoutError


def ready(entry: Entry, points: Points, task: Task) -> tuple[Answer, float]:
    """The program, and the seconds of the processor until its first answer. Raises TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        began = sum(os.times()[:4])
        signal.alarm(LIMIT)
        try:
            answer = entry.make(task, Path(folder))
            answer(points)
        finally:
            signal.alarm(0)
        return answer, sum(os.times()[:4]) - began


def check(entry: Entry, answer: Answer, points: Points, true: Points) -> None:
    """Raises ValueError where a program gives other numbers."""
    found = np.asarray(answer(given(entry, points)))
    found = found if found.shape == true.shape else found.T
    if not np.allclose(found, true, rtol=1e-9, atol=1e-10):
        raise ValueError(f"{entry.name} differs by {np.nanmax(abs(found - true))}")


def measured(task: Task, rounds: int) -> None:
    """The table of a formula."""
    points = task.points()
    print(f"## {task.title}: {len(task.formula.variables)} variables, {len(points):,} points\n")
    print("| program | made in, s | µs a point | time, ratio to autodiff, C |")
    print("| --- | ---: | ---: | ---: |")
    inputs, answers, made = {}, {}, {}
    for entry in ENTRIES:
        if importlib.util.find_spec(entry.package) is None:
            print(f"| {entry.name} | not installed | | |")
            continue
        inputs[entry] = given(entry, points)
        try:
            answers[entry], made[entry] = ready(entry, inputs[entry], task)
        except TimeoutError:
            print(f"| {entry.name} | more than {LIMIT} | | |", flush=True)
            del inputs[entry]
            continue
        check(entry, answers[entry], points[:20], np.asarray(answers[ENTRIES[0]](points[:20])))
    rows = {entry: x.shape[1 if entry.columns else 0] for entry, x in inputs.items()}
    times: dict[Entry, list[float]] = {entry: [] for entry in answers}
    for _ in range(rounds):
        for entry, answer in answers.items():
            gc.collect()
            began = time.process_time()
            answer(inputs[entry])
            times[entry].append((time.process_time() - began) / rows[entry] * 1e6)
    for entry, found in times.items():
        ratio = statistics.median(a / b for a, b in zip(found, times[ENTRIES[0]]))
        print(f"| {entry.name} | {made[entry]:.2f} | {statistics.median(found):.3f} | {ratio:.2f} |", flush=True)
    print()


def counted(tasks: list[Task]) -> None:
    """The operations of the two sweeps, each once; and the instructions that a processor takes for them, if valgrind is there: the
    ratio of backward to forward as our tests estimate it and as it is measured, and of our gradients to CasADi's."""
    print("## Operations\n")
    print("| formula | forward | backward | guards | backward to forward | estimated | measured | our C to CasADi's |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for task in tasks:
        plain, full = cost(task.formula), cost(task.formula, full=True)
        cells = [f"{plain.forward:,}", f"{plain.backward:,}", f"{plain.guards:,}", f"{plain.ratio:.2f}", f"{full.ratio:.2f}"]
        print(f"| {task.title} | {' | '.join(cells)} | {measured_ratio(task)} | {beside_casadi(task)} |", flush=True)
    print()


def measured_ratio(task: Task) -> str:
    """How many more instructions the gradient takes than the value alone, by callgrind."""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed"
    value = our_instructions(task, value_only=True)
    return f"{(our_instructions(task) - value) / value:.2f}"


def beside_casadi(task: Task) -> str:
    """How many instructions our C takes for the value and all derivatives, and CasADi's, by callgrind."""
    if shutil.which("valgrind") is None or importlib.util.find_spec("casadi") is None:
        return "not installed"
    ours, theirs = our_instructions(task), casadi_instructions(task)
    return f"{ours:,.0f} to {theirs:,.0f}: {ours / theirs:.3f}"


def our_instructions(task: Task, value_only: bool = False) -> float:
    text = task.formula.compile("c", main=False, value_only=value_only)
    return instructions(task, text, "total += f(x[k % 20]);" if value_only else "total += f(x[k % 20], g);")


def casadi_instructions(task: Task) -> float:
    with tempfile.TemporaryDirectory() as folder:
        head = casadi_text(task, Path(folder)) + "static double work[WORK];\n"
        text = (Path(folder) / "casadi.c").read_text()
    call = "{ const double *in[] = {x[k % 20]}; double *out[] = {&y, g}; f(in, out, 0, work, 0); total += y; }"
    return instructions(task, text + head, call)


def instructions(task: Task, text: str, call: str) -> float:
    """Of one call of a C function."""
    points = task.points()[:20]
    rows = ",\n".join("{" + ", ".join(map(repr, point)) + "}" for point in points.tolist())
    main = f"""
#include <stdlib.h>
static const double x[20][{points.shape[1]}] = {{{rows}}};
int main(int count, char **words) {{
  double total = 0, y = 0, g[{points.shape[1]}];
  for (int k = 0; k < atoi(words[1]) * 20; k++)
    {call}
  return total == y;
}}
"""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "f.c").write_text(text + main)
        subprocess.run(["gcc", "-O2", "-fno-inline-functions-called-once", "f.c", "-lm", "-o", "f"], cwd=folder, check=True)
        once, more = (executed_instructions(Path(folder), runs) for runs in (1, 6))
    return (more - once) / 100


def executed_instructions(folder: Path, runs: int) -> int:
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "./f", str(runs)]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True).stderr
    return int(said.rpartition("Collected :")[2].split()[0])


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    signal.signal(signal.SIGALRM, late)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    scale = 10 if quick else 1
    tasks = [
        Task("Logistic loss", autodiff.parse(LOSS), 1_000_000 // scale),
        Task("Formula of 200 nodes", autodiff.parse(grown(200, 1)), 50_000 // scale),
        Task("Formula of 5,000 nodes", autodiff.parse(grown(5000, 1)), 2_000 // scale),
    ]
    counted(tasks)
    for task in tasks:
        measured(task, 5 if quick else 15)
