"""Inputs that are slow to read, for workers of a cluster to be killed or stopped meanwhile; and the command with such inputs."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from autodiff_cli import app

from autodiff.data import connection
from autodiff.data.job import Job
from autodiff.data.mapping import File

PLAIN = Job.files


class Delayed:
    """A source that stops after its first records: for long in the process that makes the mark first, and not in a later one."""

    def __init__(self, source, mark, seconds):
        self.names, self.format, self.share, self._batches = source.names, source.format, source.share, source.batches
        self._mark, self._seconds = Path(mark), seconds

    def batches(self):
        for k, batch in enumerate(self._batches()):
            if k:
                self._stop()
            yield batch

    def _stop(self):
        try:
            with self._mark.open("x") as file:
                file.write(f"{os.getpid()}\n")
        except FileExistsError:
            return
        time.sleep(self._seconds)


@contextmanager
def opened(open, mark, seconds):
    """A file as it is opened, and delayed."""
    with open() as source:
        yield Delayed(source, mark, seconds)


def files(mark, seconds):
    """In place of the method of a job: the inputs, delayed."""
    return lambda job: [File(file.name, partial(opened, file.open, mark, seconds)) for file in PLAIN(job)]


if __name__ == "__main__":
    connection.SECONDS = 60.0  # a machine may be busy
    Job.files = files(sys.argv[1], float(sys.argv[2]))
    sys.argv[1:] = sys.argv[3:]
    app.main()
