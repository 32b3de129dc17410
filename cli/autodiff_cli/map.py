"""autodiff map: a formula over files of records, value and derivatives as new columns, or their mean or sum."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

from autodiff.data.choices import ERRORS, KINDS, REDUCTIONS
from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say, series
from autodiff.passes.registers import ENGINES
from autodiff_cli import columns, console, formats, progress, reductions, values
from autodiff_cli.columns import From, Named
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.evaluate import (
    Digits,
    File,
    Force,
    Hessian,
    Json,
    Output,
    ValueOnly,
    Values,
    Variables,
    contradictions,
    formula_text,
)
from autodiff_cli.exits import without_sigpipe

if TYPE_CHECKING:
    from autodiff.data.job import Job
    from autodiff.data.mapping import Run
    from autodiff.data.reduction import Reduction
    from autodiff.data.task import Task

EXAMPLE = 'autodiff map "w*x + b" data.csv w=2 b=1 -o out.csv'
CORES = 64  # batches at once at most

# fmt: off
Words   = Annotated[list[str] | None, argument("EXPR DATA... [name=value]...",
                    "The formula in quotes, the files (- is standard input), and the values that are the same for all rows.")]
To      = Annotated[str | None, choice("--to", "What to write; the name of FILE says it, else it is as the input.", KINDS)]
Keep    = Annotated[str | None, option("--keep", "The columns of the input to write: all (if left out), none, or names.", "a,b")]
Prefix  = Annotated[str, option("--prefix", "What the names of the new columns begin with.", "TEXT")]
Reduce  = Annotated[str | None, choice("--reduce", "One result for all rows, and its gradient by what is given.", REDUCTIONS)]
Format  = Annotated[str | None, choice("--format", "How to write the result of --reduce; plain if left out.", reductions.FORMATS)]
Errors  = Annotated[str | None, choice("--errors", "What becomes of numbers that are not ok; keep if left out.", ERRORS)]
Status  = Annotated[bool, option("--status-column", "Add a column with the status of every row.")]
Judged  = Annotated[str | None, option("--judge", "How many doubtful rows are judged one by one; 1000 if left out.", "N")]
Spread  = Annotated[bool, option("--uncertainty",
                    "Add the standard uncertainty of the output; a column u_a has that of a, or write u_a=0.1.")]
Corr    = Annotated[list[str] | None,
                    option("--corr", "A correlation of two inputs, or a file of them. May be repeated.", "a,b=0.3")]
Engine  = Annotated[str, choice("--engine", "What computes: NumPy, or kernels in C; auto chooses.", ENGINES)]
Jobs    = Annotated[str | None, option("--jobs", "How many batches are computed at once; if left out, one for each core.", "N")]
Dask    = Annotated[str | None, option("--dask", "Work on a Dask cluster, a task for each file; see docs/cluster.md.", "tcp://HOST:PORT")]
Explain = Annotated[bool, option("--explain", "Explain one row, and how the result of --reduce is made of all.")]
# fmt: on


def map(
    words: Words = None, file: File = None, values_file: Values = None, output: Output = None, force: Force = False,
    renamed: Named = None, source: From = None, to: To = None, wrt: Variables = None, value_only: ValueOnly = False,
    hessian: Hessian = False, keep: Keep = None, prefix: Prefix = "", reduce: Reduce = None, explain: Explain = False,
    as_json: Json = False, format: Format = None, digits: Digits = "6", errors: Errors = None, status: Status = False,
    judge: Judged = None, spread: Spread = False, corr: Corr = None, engine: Engine = "auto", jobs: Jobs = None,
    dask: Dask = None,
) -> None:  # fmt: skip
    """Evaluate a formula for every row of a file.

    For example: autodiff map "w*x + b" data.csv w=2 b=1 -o out.csv

    The mean over all rows: autodiff map "(w*x + b - y)^2" data.csv w=2 b=1 --reduce mean
    """
    from autodiff.data import job
    from autodiff.data.mapping import Run

    gc.enable()  # this may run for hours
    _check(
        reduce, {"-o": output, "--to": to, "--keep": keep, "--prefix": prefix, "--status-column": status,
                 "--errors null": errors == "null", "--uncertainty": spread},
        {"--json": as_json, "--format": format, "--explain": explain, "--digits": digits != "6"},
    )  # fmt: skip
    contradictions(hessian, value_only, wrt, force, output)
    text, rest = formula_text(list(words or []), file, EXAMPLE, paths=True)
    inputs, given = columns.parted(rest)
    if not inputs:
        raise AutodiffError("E043", say("there is no file of data"), say("write {spelling}; - is standard input", spelling=EXAMPLE))
    if corr and not spread:
        raise AutodiffError("E042", say("--corr is for --uncertainty"), say("add --uncertainty, or leave --corr out"))
    task, notes = _task(text, given, values_file, renamed, wrt, hessian, value_only, prefix,
                        errors, status, engine, judge, reduce, spread, corr or ())  # fmt: skip
    usual = 1 if dask else min(os.cpu_count() or 1, CORES)  # a worker has as many tasks as cores
    many = usual if jobs is None else values.whole("--jobs", jobs, CORES)
    table = reductions.EXPLAINED if explain else reductions.FORMATS
    size, form = values.whole("--digits", digits, 17), formats.chosen(table, as_json, format, "--explain")
    if "-" in inputs:
        console.waits(console.RECORDS)
    work = job.made(inputs, source, output, to, _kept(keep), force)
    with progress.bar(False) as told:
        run = Run(task._replace(engine=work.engine(engine)), many, told)
        found = _found(work, run, dask)
    if found is not None:
        table[form](found, size)
    else:
        console.notes([*notes, *run.notes()])
    console.detail(say("engine: {names}", names=series(run.engines)))


def _found(work: Job, run: Run, dask: str | None) -> Reduction | None:
    """Do the work, here or on a cluster, and return the result of --reduce."""
    from autodiff.data import job

    if dask is None and run.task.reduce:
        return run.reduced(work.files())
    if dask is None:
        deque(job.run(work, run), 0)
        return None
    from autodiff.data import cluster

    with without_sigpipe():
        if run.task.reduce:
            return cluster.reduced(work, run, dask)
        deque(cluster.run(work, run, dask), 0)
        return None


def _check(reduce: str | None, rows: Mapping[str, object], results: Mapping[str, object]) -> None:
    """Refuse options that are for records beside --reduce, and those that are for its result without it."""
    for name in rows:
        if reduce and rows[name]:
            message = say("{option} is for rows, and --reduce gives one result", option=name)
            raise AutodiffError("E042", message, say("leave one of the two out"))
    for name in results:
        if not reduce and results[name]:
            hint = say("for rows as JSON write {spelling}", spelling="--to jsonl") if name in ("--json", "--format") else ""
            message = say("{option} is for the result of --reduce", option=name)
            raise AutodiffError("E042", message, hint or say("add --reduce mean, or leave {option} out", option=name))


def _task(
    text: str, words: Sequence[str], values_file: str | None, renamed: Sequence[str] | None, wrt: str | None, hessian: bool,
    value_only: bool, prefix: str, errors: str | None, status: bool, engine: str, judge: str | None, reduce: str | None,
    is_spread: bool, corr: Sequence[str],
) -> tuple[Task, list[str]]:  # fmt: skip
    """What is asked for, and notes on how it was read."""
    from autodiff.data.task import Task

    spread, notes = None, list[str]()
    if is_spread:
        from autodiff_cli import spreads

        given, spread, notes = spreads.read(text, words, values_file, corr)
    else:
        given = values.assignments(words)
        stored = values.from_json(values_file) if values_file else {}
        given |= values.numbers_for(f"'{values_file}'", stored, parse(text).names - given.keys())
    task = Task(
        text, given, columns.renamed(renamed or ()),
        None if wrt is None else tuple(values.names("--wrt", wrt)), hessian, value_only, prefix, errors or "keep",
        "status" if status else "", engine,
        1000 if judge is None else values.whole("--judge", judge, 10**9), reduce or "", spread,
    )  # fmt: skip
    return task, notes


def _kept(keep: str | None) -> list[str] | None:
    if keep in (None, "all"):
        return None
    return [] if keep == "none" else [name.strip() for name in (keep or "").split(",")]
