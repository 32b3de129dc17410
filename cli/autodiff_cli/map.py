"""autodiff map: a formula over files of records, value and derivatives as new columns, or their mean or sum."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff_cli import console, formats, progress, values
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.compile import ValueOnly
from autodiff_cli.evaluate import Digits, File, Hessian, Json, Values, Variables, formula_text
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.formats import lines, strict_json
from autodiff_cli.graph import Force, Output

if TYPE_CHECKING:
    from autodiff.data import job
    from autodiff.data.mapping import Run

    gc.enable()  # this may run for hours
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    inputs = [word for word in rest if _is_file(word)]
    if not inputs:
        raise AutodiffError("E043", say("there is no file of data"), say("write {spelling}", spelling=EXAMPLE))
    task = _task(text, [word for word in rest if not _is_file(word)], values_file, renamed, wrt, hessian, value_only, prefix,
                 errors, status, engine, judge, reduce)  # fmt: skip
    many = values.whole("--jobs", jobs, CORES) if jobs is not None else min(os.cpu_count() or 1, CORES)
    size, form = values.whole("--digits", digits, 17), formats.chosen(FORMATS, as_json, format)
    work = job.made(inputs, source, output, to, _kept(keep), force)
    with progress.bar(quiet) as told:
        run = Run(task, many, told)
        found = run.reduced(work.files()) if reduce else deque(job.run(work, run), 0)
    if reduce:
        FORMATS[form](found, size)
    if not quiet:
        console.notes(run.notes)


def _kept(keep: str | None) -> list[str] | None:
    if keep in (None, "all"):
        return None
    return [] if keep == "none" else [name.strip() for name in (keep or "").split(",")]


def _task(
    text: str, words: Sequence[str], values_file: str | None, renamed: Sequence[str] | None, wrt: str | None, hessian: bool,
    value_only: bool, prefix: str, errors: str | None, status: bool, engine: str, judge: str | None, reduce: str | None,
) -> Task:  # fmt: skip
    from autodiff.data.task import Task

    given = values.assignments(words)
    stored = values.from_json(values_file) if values_file else {}
    from_file = values.numbers_for(f"'{values_file}'", stored, parse(text).names - given.keys())
    return Task(
        text, {**from_file, **given}, {}, None if wrt is None else tuple(values.names("--wrt", wrt)), hessian, value_only, prefix,
        errors or "keep", "status" if status else "", engine, 1000 if judge is None else values.whole("--judge", judge, 10**9),
        reduce or "",
    )  # fmt: skip


def _is_file(word: str) -> bool:
    """Whether a word is no name=value: a path may hold an equals sign, behind a slash or a dot."""
    name, sign, _ = word.strip().partition("=")
    return not sign or any(mark in name for mark in "/.\\")
