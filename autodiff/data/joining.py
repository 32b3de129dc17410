"""Pieces of output that workers made: each takes its place, or they are joined in order."""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import BinaryIO

from autodiff.data import places
from autodiff.data.batch import Part
from autodiff.data.job import Job
from autodiff.data.partition import Made
from autodiff.data.reduction import Gathering


@contextmanager
def hidden(place: str | None) -> Iterator[str | None]:
    """A folder for the attempts of workers, in that of the output. When it is gone, no late attempt can leave anything behind."""
    if place is None:
        yield None
        return
    folder = os.path.join(place, f".{secrets.token_hex(8)}.parts")
    try:
        os.mkdir(folder)
        shutil.copymode(place, folder)  # workers may be other users
    except OSError as error:
        raise places.unwritable(place, error) from None
    try:
        yield folder
    finally:
        for _ in range(10):  # an attempt may begin meanwhile
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break


def put(pieces: Iterable[Made], stream: BinaryIO, job: Job, several: bool) -> None:
    """Write the pieces of an output one after the other; one that is alone takes the place of the stream's file."""
    if several and job.format.kind == "parquet":
        _refilled(pieces, stream, job)
        return
    for made in pieces:
        if isinstance(made, bytes):
            shutil.copyfileobj(io.BytesIO(made), stream, 2**20)
        elif isinstance(made, str) and (several or not _moved(made, stream)):
            with open(made, "rb") as piece:
                shutil.copyfileobj(piece, stream, 2**20)
            os.unlink(made)


def _moved(path: str, stream: BinaryIO) -> bool:
    """Whether a file could take the place of the stream's file, with the rights that this has."""
    try:
        shutil.copymode(stream.name, path)
        os.replace(path, stream.name)
    except (OSError, TypeError, AttributeError):  # of another user, or on another disk; no file
        return False
    return True


def _refilled(pieces: Iterable[Made], stream: BinaryIO, job: Job) -> None:
    """Fill a Parquet file with the records of others."""
    from autodiff.data import frames, parquet

    with TemporaryDirectory() as folder:
        paths = [_path(made, os.path.join(folder, str(k))) for k, made in enumerate(pieces)]
        found = [parquet.Parquet(path) for path in paths]
        for source, path in zip(found, job.paths):
            source.name = path  # for messages
        parts = (Part(batch, {}) for source in found for batch in source.batches())
        frames.write(parts, stream, job.format, found[0].names, ())


def _path(made: Made, place: str) -> str:
    """Where a piece is, after it was put somewhere if it was sent back."""
    assert not isinstance(made, Gathering)
    if isinstance(made, str):
        return made
    with open(place, "xb") as file:
        file.write(made)
    return place
