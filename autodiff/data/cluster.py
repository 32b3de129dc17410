"""A job on a Dask cluster: a worker reads a file and writes beside the place of the output; here it is joined or moved there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice

from autodiff.data import formats, joining, places
from autodiff.data.connection import connected
from autodiff.data.delivery import Told, results
from autodiff.data.formats import Format
from autodiff.data.job import Job
from autodiff.data.mapping import File, Run
from autodiff.data.partition import Made, Order, Piece
from autodiff.data.reduction import Gathering, Reduction
from autodiff.data.rows import complete
from autodiff.data.task import kept, planned
from autodiff.errors import AutodiffError
from autodiff.messages import say, spoken


def run(job: Job, task: Run, address: str) -> Iterator[str]:
    """Write every output; their names as they are whole. What would be refused in the end is refused before any work starts."""
    files, targets = _files(job), job.targets()
    for target in targets:
        places.check(target, job.force, job.paths)
    if job.folder:
        os.makedirs(places.name(job.output), exist_ok=True)
    several = len(files) > 1 and not job.folder
    shapes = _shapes(job, files, task) if several else [(None, job.format)] * len(files)
    with joining.hidden(places.folder(targets[0])) as folder, connected(address) as client:
        orders = [_order(job, task, file, several, folder, *shape) for file, shape in zip(files, shapes)]
        with closing(results(client, orders, _telling(task))) as pieces:
            made = (_counted(task, piece) for piece in pieces)
            for target in targets:
                with places.beside(target, job.force, job.paths) as stream:
                    joining.put(made if several else islice(made, 1), stream, job, several)
                yield target


def reduced(job: Job, task: Run, address: str) -> Reduction:
    """The sum or mean over the records of all files, the same bits as in one process."""
    files, gathering = _files(job), Gathering()
    with connected(address) as client:
        orders = [_order(job, task, file, len(files) > 1, None, None, job.format) for file in files]
        with closing(results(client, orders, _telling(task))) as pieces:
            for found in (_counted(task, piece) for piece in pieces):
                assert isinstance(found, Gathering)
                gathering.take(found)
    return task.result(gathering)


def _files(job: Job) -> list[File]:
    """The inputs as workers find them, under the names that messages have. Raises AutodiffError for what they cannot read."""
    for path in job.paths:
        if path == "-" or not _may_be_file(path):
            message = say("'{path}' is no file that workers can read", path=path)
            raise AutodiffError("E042", message, say("put the records into a file on a disk that they share"))
    found = job._replace(paths=[*map(os.path.abspath, job.paths)]).files()
    return [file._replace(name=path) for file, path in zip(found, job.paths)]


def _may_be_file(path: str) -> bool:
    """Whether a path leads to a file, or nowhere as far as can be seen from here."""
    try:
        return stat.S_ISREG(os.stat(places.name(path)).st_mode)
    except (OSError, ValueError):
        return True


def _order(
    job: Job, task: Run, file: File, several: bool, folder: str | None, columns: Sequence[str] | None, format: Format
) -> Order:
    return Order(task.task, task.jobs, spoken(), file, several, job.way, format, job.keep, columns, folder)


def _shapes(job: Job, files: Sequence[File], task: Run) -> list[tuple[list[str], Format]]:
    """Columns and format of the pieces of one output, as one process decides them: the columns are those of the first file, and
    what the format leaves open is that of the first one with records, which alone writes the header.
    """
    with files[0].open() as source:
        columns = kept(job.keep, source.names, planned(task.task, source.names, files[0].name).new, files[0].name)
    first, format = 0, job.format
    for k, file in enumerate(files):
        with file.open() as source:
            if next(source.batches(), None) is not None:
                first, format = k, complete(formats.like(job.format, source.format))
                break
    return [(columns, format._replace(header=k == first)) for k in range(len(files))]


def _telling(task: Run) -> Told:
    return lambda records, share: task.progress(task.records + records, share)


def _counted(task: Run, piece: Piece) -> Made:
    """What was made of a file, after the run knows of its records."""
    task.take(piece.run)
    return piece.made
