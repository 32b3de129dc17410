"""Which way records go: through the standard library, or through polars, which takes longer to load and is faster then."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import BinaryIO, NamedTuple, cast

from autodiff.data import places
from autodiff.data.batch import Part, Source
from autodiff.data.formats import Format
from autodiff.errors import unreadable
from autodiff.messages import N_, say

SMALL = 2**20
"""Bytes of all inputs up to which the standard library is as fast, measured on CSV of four columns with six new ones."""


class Way(NamedTuple):
    """How the records of some inputs are read and written: with polars or without."""

    frames: bool

    @contextmanager
    def source(self, path: str, format: Format) -> Iterator[Source]:
        """The records of a file."""
        with _opened(path) as stream:
            if self.frames:
                from autodiff.data.frames import source
            else:
                from autodiff.data.text import source
            yield source(stream, format, called(path))

    def write(self, parts: Iterable[Part], stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> int:
        """Write records with their new columns to what `places.beside` has opened, and say how many they are."""
        if self.frames:
            from autodiff.data.frames import write

            return write(parts, stream, format, kept, new)
        from autodiff.data import text

        return text.write(parts, stream, format, kept, new)


def way(inputs: Sequence[tuple[str, Format]], output: Format | None) -> Way:
    """How to go for these inputs. Raises AutodiffError where polars is needed and missing."""
    kinds = {format.kind for _, format in inputs} | ({output.kind} if output else set())
    if "parquet" in kinds:
        return Way(True)
    if any(path == "-" for path, _ in inputs) or find_spec("polars") is None:
        return Way(False)
    return Way(sum(size(path) for path, _ in inputs) > SMALL)


def called(path: str) -> str:
    """What messages call an input."""
    return say("standard input") if path == "-" else path


def size(path: str) -> int:
    """The bytes of a file; 0 where that cannot be told."""
    try:
        return os.stat(places.name(path)).st_size
    except OSError:
        return 0


def check(path: str) -> None:
    """Raises AutodiffError for a file that is not there, before anything is written of those before it."""
    try:
        if path != "-" and stat.S_ISDIR(os.stat(places.name(path)).st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except (OSError, ValueError) as error:
        raise unreadable(f"'{called(path)}'", error) from None


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    try:
        stream = _standard() if path == "-" else open(places.name(path), "rb")  # noqa: SIM115  closed below
    except (OSError, ValueError) as error:
        raise unreadable(f"'{called(path)}'", error) from None
    with stream:
        yield stream


def _standard() -> BinaryIO:
    if sys.stdin is None:
        raise OSError(N_("it is closed"))
    try:
        return cast(BinaryIO, os.fdopen(os.dup(sys.stdin.fileno()), "rb", 0))  # a buffer would read on until it is full
    except io.UnsupportedOperation:  # text in memory, as tests have it
        return sys.stdin.buffer
