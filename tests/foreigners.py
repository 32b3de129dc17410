"""Generated code, compiled and run by the real tools: many functions in one process for each language."""

from __future__ import annotations

import ctypes
import json
import math
import re
import struct
import subprocess
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import autodiff

Numbers = list[float]


class Job:
    """A formula, and the points to run it at, in the order of its variables."""

    def __init__(self, text: str, points: list[tuple[float, ...]], hessian: bool = False) -> None:
        self.text, self.points, self.hessian = text, points, hessian

    @cached_property
    def formula(self) -> autodiff.Formula:
        """Parsed, every name a variable."""
        return autodiff.parse(self.text)


def source(job: Job, language: str, k: int) -> str:
    """The k-th function of a session."""
    return job.formula.compile(language, name=f"fun{k}", hessian=job.hessian, main=False)


def flat(result: Any) -> Numbers:
    """The value, the gradient and the Hessian in a row."""
    value, *rest = result if isinstance(result, tuple) else (result,)
    numbers = [float(value)]
    if rest:
        numbers += map(float, rest[0].values())
    if len(rest) > 1:
        numbers += [float(x) for row in rest[1].values() for x in row.values()]
    return numbers


def python(jobs: Sequence[Job], folder: Path) -> list[list[Numbers]]:
    """In this very process."""
    found = []
    for k, job in enumerate(jobs):
        space: dict[str, Any] = {}
        exec(compile(source(job, "python", k), f"f{k}.py", "exec"), space)
        found.append([flat(space[f"fun{k}"](*point)) for point in job.points])
    return found


def numpy(jobs: Sequence[Job], folder: Path, language: str = "numpy") -> list[list[Numbers]]:
    """All points of a formula at once."""
    import numpy as np

    found = []
    for k, job in enumerate(jobs):
        space: dict[str, Any] = {}
        exec(compile(source(job, language, k), f"f{k}.py", "exec"), space)
        value, *rest = space[f"fun{k}"](*np.array(job.points).T)
        names = job.formula.variables  # JAX sorts its dictionaries
        columns = [value, *(rest[0][a] for a in names), *(rest[1][a][b] for a in names for b in names if job.hessian)]
        found.append(np.array([np.broadcast_to(column, len(job.points)) for column in columns]).T.tolist())
    return found


def jax(jobs: Sequence[Job], folder: Path) -> list[list[Numbers]]:
    """As NumPy."""
    return numpy(jobs, folder, "jax")


def c(jobs: Sequence[Job], folder: Path, optimized: str = "-O0") -> list[list[Numbers]]:
    """One shared library; a routine that several functions need stands there once."""
    blocks = [block for k, job in enumerate(jobs) for block in re.split(r"\n\n(?=\S)", source(job, "c", k))]
    once = [block for block in dict.fromkeys(blocks) if not block.startswith("/*")]
    (folder / "all.c").write_text("\n\n".join(once))
    run(
        ["gcc", "-std=c99", *WARNINGS, optimized, "-shared", "-fPIC", "all.c", "-o", "all.so", "-lm"],
        folder,
    )
    library = ctypes.CDLL(str(folder / "all.so"))
    return [[_called(getattr(library, f"fun{k}"), job, point) for point in job.points] for k, job in enumerate(jobs)]


def _called(function: Any, job: Job, point: tuple[float, ...]) -> Numbers:
    n = len(point)
    function.restype = ctypes.c_double
    grad, hess = (ctypes.c_double * n)(), (ctypes.c_double * (n * n))()
    value = function((ctypes.c_double * n)(*point), grad, *([hess] if job.hessian else []))
    return [value, *grad, *(hess if job.hessian else [])]


def javascript(jobs: Sequence[Job], folder: Path) -> list[list[Numbers]]:
    """One process of node, which imports every module."""
    for k, job in enumerate(jobs):
        (folder / f"f{k}.mjs").write_text(source(job, "javascript", k))
    lines = [f'import {{ fun{k} }} from "./f{k}.mjs";' for k in range(len(jobs))]
    points = [[[_word(x) for x in point] for point in job.points] for job in jobs]
    (folder / "points.json").write_text(json.dumps(points))
    lines += [
        'import { readFileSync } from "node:fs";',
        "const words = { nan: NaN, inf: Infinity, '-inf': -Infinity, '-0.0': -0 };",
        "const read = (x) => (typeof x === 'string' ? words[x] : x);",
        "const word = (x) => Number.isFinite(x) ? (Object.is(x, -0) ? '-0.0' : x) : x !== x ? 'nan' : x > 0 ? 'inf' : '-inf';",
        "const values = (x) => (typeof x === 'object' ? Object.values(x).flatMap(values) : [x]);",
        'const points = JSON.parse(readFileSync("points.json", "utf8"));',
        f"const functions = [{', '.join(f'fun{k}' for k in range(len(jobs)))}];",
        "console.log(JSON.stringify(functions.map((f, k) => points[k].map((p) => values(f(...p.map(read))).map(word)))));",
    ]
    (folder / "all.mjs").write_text("\n".join(lines))
    found = json.loads(run(["node", "all.mjs"], folder))
    return [[[float(x) for x in numbers] for numbers in job] for job in found]


def rust(jobs: Sequence[Job], folder: Path, optimized: str = "-Copt-level=0") -> list[list[Numbers]]:
    """One program, a module for each function, which reads the bits of the points and writes those of the results."""
    modules = [f"mod m{k} {{\n{source(job, 'rust', k)}\n}}" for k, job in enumerate(jobs)]
    calls = []
    for k, job in enumerate(jobs):
        n = len(job.formula.variables)
        args = ", ".join(f"x[{i}]" for i in range(n))
        rest = " for row in h { v.extend(row); }" if job.hessian else ""
        calls.append(f"{k} => {{ let (y, g{', h' if job.hessian else ''}) = m{k}::fun{k}({args}); v.push(y); v.extend(g);{rest} }}")
    main = """
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut words = line.split_whitespace();
        let k: usize = words.next().unwrap().parse().unwrap();
        let x: Vec<f64> = words.map(|w| f64::from_bits(u64::from_str_radix(w, 16).unwrap())).collect();
        let mut v: Vec<f64> = Vec::new();
        match k { CALLS, _ => unreachable!() }
        let out: Vec<String> = v.iter().map(|y| format!("{:016x}", y.to_bits())).collect();
        println!("{}", out.join(" "));
    }
}
""".replace("CALLS", ",\n".join(calls))
    (folder / "all.rs").write_text("\n".join([*modules, main]))
    run(["rustc", "--edition=2021", "-D", "warnings", optimized, "all.rs", "-o", "all"], folder)
    return _by_lines(["./all"], jobs, folder)


def fortran(jobs: Sequence[Job], folder: Path, optimized: str = "-O0") -> list[list[Numbers]]:
    """One program and a module for each function; it reads and writes as Rust's does."""
    cases = []
    for k, job in enumerate(jobs):
        n = len(job.formula.variables)
        rest = ["value", f"grad(:{n})", *([f"hess(:{n}, :{n})"] if job.hessian else [])]
        shown = f"value, grad(:{n}){f', hess(:{n}, :{n})' if job.hessian else ''}"
        cases.append(f"case ({k})\n  call fun{k}(x(:{n}), {', '.join(rest)})\n  write (*, form) {shown}")
    program = f"""
program all
  use, intrinsic :: iso_fortran_env, only: int64, real64
  {(chr(10) + "  ").join(f"use fun{k}_module" for k in range(len(jobs)))}
  implicit none
  character(*), parameter :: form = "(*(z16.16, 1x))"
  real(real64) :: x(9), value, grad(9), hess(9, 9)
  integer(int64) :: bits(9)
  integer :: k, n, status
  do
    read (*, *, iostat=status) k, n
    if (status /= 0) exit
    read (*, "(*(z16, 1x))") bits(:n)
    x(:n) = transfer(bits(:n), x(:n))
    select case (k)
    {(chr(10) + "    ").join(cases)}
    end select
  end do
end program
"""
    (folder / "all.f90").write_text("\n".join([*(source(job, "fortran", k) for k, job in enumerate(jobs)), program]))
    flags = ["-std=f2008", "-Wall", "-Wextra", "-Wno-compare-reals", "-Werror", optimized]
    run(["gfortran", *flags, "all.f90", "-o", "all"], folder)
    return _by_lines(["./all"], jobs, folder, lambda k, n: f"{k} {n}\n")


def julia(jobs: Sequence[Job], folder: Path) -> list[list[Numbers]]:
    """One program, a module for each function; it reads and writes as Rust's does."""
    modules = [f"module M{k}\n{source(job, 'julia', k)}\nend\n" for k, job in enumerate(jobs)]
    main = f"""
const functions = [{", ".join(f"M{k}.fun{k}" for k in range(len(jobs)))}]
flat(x::Float64) = [x]
flat(x) = reduce(vcat, map(flat, collect(values(x))); init = Float64[])
for line in eachline()
    words = split(line)
    x = [reinterpret(Float64, parse(UInt64, word; base = 16)) for word in words[2:end]]
    found = flat(functions[parse(Int, words[1]) + 1](x...))
    println(join([string(reinterpret(UInt64, y); base = 16, pad = 16) for y in found], " "))
end
"""
    (folder / "all.jl").write_text("\n".join([*modules, main]))
    return _by_lines(["julia", "all.jl"], jobs, folder)


def julian(jobs: Sequence[Job], folder: Path) -> list[list[Numbers]]:
    """Julia, as we read it: see julian.py."""
    from julian import python_of

    found = []
    for k, job in enumerate(jobs):
        function = python_of(source(job, "julia", k))[f"fun{k}"]
        found.append([flat(function(*point)) for point in job.points])
    return found


def _by_lines(
    command: Sequence[str], jobs: Sequence[Job], folder: Path, head: Callable[[int, int], str] = lambda k, n: f"{k} "
) -> list[list[Numbers]]:
    """A program that reads a line for each point, the number of the function and the bits of its arguments, and answers so."""
    asked = [head(k, len(point)) + " ".join(map(_bits, point)) for k, job in enumerate(jobs) for point in job.points]
    answers = iter(run(command, folder, "\n".join(asked)).splitlines())
    return [[[_of_bits(word) for word in next(answers).split()] for _ in job.points] for job in jobs]


def _bits(x: float) -> str:
    return struct.pack(">d", x).hex()


def _of_bits(word: str) -> float:
    return float(struct.unpack(">d", bytes.fromhex(word))[0])


def _word(x: float) -> float | str:
    return x if math.isfinite(x) and (x or math.copysign(1, x) > 0) else repr(x)


def run(command: Sequence[str], folder: Path, text: str = "") -> str:
    """The output of a program, which must succeed."""
    done = subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr[:3000]}"
    return done.stdout


WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic"]
OPTIMIZED = {"c": "-O1", "rust": "-O", "fortran": "-O1"}
RUNNERS = {function.__name__: function for function in (python, numpy, jax, c, javascript, rust, fortran, julia, julian)}
TOOLS = {"c": "gcc", "javascript": "node", "rust": "rustc", "fortran": "gfortran", "julia": "julia"}
