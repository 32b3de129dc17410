"""Where output goes: beside its place until it is whole, then there in one step; never over another file without being told to."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from autodiff.errors import MISSING, AutodiffError, reason
from autodiff.messages import N_, say

STDOUT = ("-", "/dev/stdout", "/dev/fd/1")


@contextmanager
def beside(path: str, force: bool = False, inputs: Iterable[str] = ()) -> Iterator[BinaryIO]:
    """A stream for a file that takes its place when all went well; whatever is raised, what stood there is untouched.

    Pipes and devices are written to directly, `-` is standard output, which raises BrokenPipeError when it is closed.
    Raises AutodiffError where a file is in the way, is one of the inputs, or cannot be written.
    """
    _apart(path, inputs)
    try:
        with _opened(path, force) as stream:
            yield stream
    except FileExistsError:
        message = say("'{path}' exists already", path=path)
        raise AutodiffError("E055", message, say("add --force to write over it, or choose another name")) from None
    except OSError as error:
        message = say("'{path}' cannot be written: {reason}", path=path, reason=reason(error))
        if path in STDOUT:
            if isinstance(error, BrokenPipeError):
                raise
            message = say("the output cannot be written: {reason}", reason=reason(error))
        raise AutodiffError("E052", message, _hint(error), MISSING) from None


def _hint(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return say("make room, or write to another disk")
    if error.errno in (errno.EPIPE, errno.EIO):
        return say("what reads it has stopped, or the device has failed")
    return say("check the path")


def _apart(path: str, inputs: Iterable[str]) -> None:
    """Raises AutodiffError where the output is one of the inputs, under whatever name: it would be lost before it is read."""
    here = _identity(path, 1)
    if here is not None and any(_identity(other, 0) == here for other in inputs):
        message = say("'{path}' is read, and cannot be written at the same time", path=path)
        raise AutodiffError("E055", message, say("choose another name"))


def _identity(path: str, standard: int) -> tuple[int, int] | None:
    """What tells a file from every other one, or None where none can be lost."""
    try:
        found = os.fstat(standard) if path == "-" else os.stat(name(path))
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


@contextmanager
def _opened(path: str, force: bool) -> Iterator[BinaryIO]:
    """Raises FileExistsError where a file is in the way."""
    number, place = re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", path), name(path)
    mode = _mode(place)
    if path in STDOUT:
        with _standard() as opened:
            yield opened
    elif number is not None:  # what the shell has opened; its name may lead nowhere
        with _again(int(number[1])) as opened:
            yield opened
    elif mode is not None and not stat.S_ISREG(mode):
        with open(place, "wb") as device:  # a pipe or /dev/null, which must not be replaced by a file; a folder is an error
            yield device
    elif mode is not None and not force:
        raise FileExistsError
    else:
        with _replacing(os.path.realpath(place) if place else place, mode, force) as file:
            yield file


@contextmanager
def _standard() -> Iterator[BinaryIO]:
    """Standard output: a second opening, so that what could not be written is not tried again when Python ends."""
    if sys.stdout is None:
        raise OSError(N_("it is closed"))
    sys.stdout.flush()
    try:
        stream = _again(sys.stdout.fileno())
    except io.UnsupportedOperation:  # a standard output in memory
        yield sys.stdout.buffer
        return
    with stream:
        yield stream


def _again(number: int) -> BinaryIO:
    return os.fdopen(os.dup(number), "wb")


def _mode(place: bytes) -> int | None:
    """What stands there, or None."""
    try:
        return os.stat(place).st_mode
    except FileNotFoundError:
        return None


@contextmanager
def _replacing(place: bytes, mode: int | None, force: bool) -> Iterator[BinaryIO]:
    """Write beside it, then put it in its place in one step; of several that make one new file, only the first one does."""
    part = os.path.join(os.path.dirname(place), b".%s.part" % os.urandom(8).hex().encode())
    try:
        with open(part, "xb") as file:
            if mode is not None:
                os.chmod(part, stat.S_IMODE(mode))
            yield file
        os.replace(part, place) if force else _claim(part, place)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)


def _claim(part: bytes, place: bytes) -> None:
    """Give a file a name that must be free. Raises FileExistsError."""
    try:
        os.link(part, place)
    except FileExistsError:
        raise
    except (OSError, AttributeError):  # a disk without links
        open(place, "xb").close()
        os.replace(part, place)


def name(path: str) -> bytes:
    """The path in bytes; in UTF-8 where the locale cannot write it."""
    try:
        return os.fsencode(path)
    except UnicodeError:
        return path.encode(errors="surrogateescape")
