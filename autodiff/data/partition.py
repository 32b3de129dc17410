"""What a worker of a cluster does: one file is read, and its records are written beside the place of the output, or summed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from functools import partial
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from autodiff.data import places
from autodiff.data.batch import Part
from autodiff.data.formats import Format
from autodiff.data.mapping import File, Run
from autodiff.data.opening import Way
from autodiff.data.reduction import Gathering
from autodiff.data.task import Task
from autodiff.messages import say, speak


class Order(NamedTuple):
    """What is to be done with a file, as plain data. `several` says that it is one of several for one result; `keep` are the
    columns that are wished, `columns` those that are kept where that is settled; `folder` is where the output goes, as a file with
    a name of its own; without one, its bytes are sent back.
    """

    task: Task
    jobs: int
    language: str
    file: File
    several: bool
    way: Way
    format: Format
    keep: Sequence[str] | None
    columns: Sequence[str] | None
    folder: str | None


Made = str | bytes | Gathering
"""What is made of a file: the path of another one, or its bytes, or sums."""


class Piece(NamedTuple):
    """What became of a file: what was counted, and what was made of it."""

    run: Run
    made: Made


class Unwanted(Exception):
    """Nobody waits for the result any more."""


def work(order: Order) -> Piece:
    """Carry out an order, on a thread of a worker. Raises AutodiffError where that is not possible."""
    speak(order.language)
    run = Run(order.task, order.jobs, _heed)
    run.several = order.several
    if order.task.reduce:
        return Piece(run, run.gathered([order.file]))
    if order.folder is not None:
        return Piece(run, _attempt(run, order, order.folder))
    with TemporaryDirectory() as folder, open(_attempt(run, order, folder), "rb") as file:
        return Piece(run, file.read())


def _attempt(run: Run, order: Order, folder: str) -> str:
    """Write a file of a name that no other attempt has, and say its path. The folder is gone when nobody waits any more."""
    path = os.path.join(folder, secrets.token_hex(8))
    try:
        with open(path, "xb") as stream:
            run.written([order.file], order.keep, partial(_write, order, stream), order.columns)
    except (FileNotFoundError, PermissionError) as error:
        hint = say("workers write there: it must be on a disk that they share")
        raise places.unwritable(os.path.dirname(folder), error, hint) from None
    except OSError as error:
        raise places.unwritable(os.path.dirname(folder), error) from None
    return path


def _write(order: Order, stream: BinaryIO, parts: Iterable[Part], kept: Sequence[str], new: Sequence[str]) -> int:
    return order.way.write(parts, stream, order.format, kept, new)


def _heed(records: int, share: float | None) -> None:
    """Raises Unwanted where the task was cancelled: a thread that runs cannot be stopped from outside."""
    from distributed import get_worker

    try:
        worker = get_worker()
    except ValueError:  # none: called from elsewhere
        return
    found = worker.state.tasks.get(worker.get_current_task())
    if found is None or found.state == "cancelled":
        raise Unwanted
