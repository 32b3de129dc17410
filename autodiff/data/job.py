"""Inputs and outputs of a task: every file into one, or each into a file of its own in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from autodiff.data import formats, opening, places
from autodiff.data.formats import Format
from autodiff.data.mapping import File, Run
from autodiff.errors import AutodiffError
from autodiff.messages import say

LARGE = 2**26
"""Bytes of all inputs from which on kernels in C pay, even where they have to be built first."""


class Job(NamedTuple):
    """`paths` are read, each as its format says; `folder` tells that `output` is one. `keep` are columns, None for all."""

    paths: Sequence[str]
    inputs: Sequence[Format]
    output: str
    folder: bool
    format: Format
    keep: Sequence[str] | None = None
    force: bool = False

    def files(self) -> list[File]:
        """The inputs, to be opened one after the other."""
        way = self.way
        return [File(opening.called(path), partial(way.source, path, form)) for path, form in zip(self.paths, self.inputs)]

    @property
    def way(self) -> opening.Way:
        """How records are read and written."""
        return opening.way([*zip(self.paths, self.inputs)], self.format)

    def engine(self, wish: str) -> str:
        """What computes: kernels in C where there is much to do, whatever one batch holds, so that the bits are the same."""
        return "c" if wish == "auto" and sum(map(opening.size, self.paths)) >= LARGE else wish

    def targets(self) -> list[str]:
        """Where the outputs go, in a folder one for each input. Raises AutodiffError where two would have the same name."""
        if not self.folder:
            return [self.output]
        found: dict[str, str] = {}
        for path in self.paths:
            target = os.path.join(self.output, formats.renamed(os.path.basename(path), self.format))
            if target in found:
                message = say("'{one}' and '{other}' would both be written to '{path}'", one=found[target], other=path, path=target)
                raise AutodiffError("E042", message, say("rename one of them, or write them to two folders"))
            found[target] = path
        return [*found]


def made(
    paths: Sequence[str], source: str | None, output: str | None, to: str | None, keep: Sequence[str] | None, force: bool
) -> Job:
    """What the words of a command line mean. Raises AutodiffError where a format is not known."""
    inputs = [formats.of(path, source) for path in paths]
    for path in paths:
        opening.check(path)
    folder = output is not None and (output.endswith(("/", os.sep)) or os.path.isdir(places.name(output)))
    if output in (None, "-") or folder or places.folder(output or "-") is None:
        form = formats.of(f".{to}") if to else inputs[0]._replace(compression="" if not folder else inputs[0].compression)
    else:
        form = formats.of(output or "", to, "--to")
    return Job(paths, inputs, output or "-", folder, form, keep, force)


def run(job: Job, task: Run) -> Iterator[str]:
    """Write every output; their names as they are whole."""
    files, way = job.files(), job.way
    for target in job.targets():
        places.check(target, job.force, job.paths)
    if job.folder:
        os.makedirs(places.name(job.output), exist_ok=True)
    groups = [[file] for file in files] if job.folder else [files]
    for target, group in zip(job.targets(), groups):
        with places.beside(target, job.force, [path for path in job.paths if path != "-"]) as stream:
            task.written(group, job.keep, lambda parts, kept, new: way.write(parts, stream, job.format, kept, new))
        yield target
