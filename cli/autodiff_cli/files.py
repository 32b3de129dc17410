"""Where files are written: whole or not at all, and never over another without --force."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat

from autodiff.errors import MISSING, AutodiffError
from autodiff.messages import say
from autodiff_cli import console


def save(path: str, data: str | bytes, force: bool) -> None:
    """Write a file, text as UTF-8; `-` is standard output. Raises AutodiffError where it exists already or cannot be written."""
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data
    if path in ("-", "/dev/stdout", "/dev/fd/1"):
        return console.write_bytes(content)
    try:
        _put(_name(path), content, path, force)
    except FileExistsError:
        message = say("'{path}' exists already", path=path)
        raise AutodiffError("E055", message, say("add --force to write over it, or choose another name")) from None
    except OSError as error:
        message = say("'{path}' cannot be written: {reason}", path=path, reason=console.reason(error))
        raise AutodiffError("E052", message, _hint(error), MISSING) from None


def _hint(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return say("make room, or write to another disk")
    if error.errno in (errno.EPIPE, errno.EIO):
        return say("what reads it has stopped, or the device has failed")
    return say("check the path")


def _put(name: bytes, content: bytes, path: str, force: bool) -> None:
    """Raises FileExistsError where a file is in the way."""
    mode, number = _mode(name), re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", path)
    if number is not None:  # what the shell has opened; its name may lead nowhere
        with os.fdopen(os.dup(int(number[1])), "wb") as opened:
            opened.write(content)
    elif mode is not None and not stat.S_ISREG(mode):
        with open(name, "wb") as device:  # a pipe or /dev/null, which must not be replaced by a file; a folder is an error
            device.write(content)
    elif mode is not None and not force:
        raise FileExistsError
    else:
        _replace(os.path.realpath(name) if name else name, content, mode, force)


def _mode(name: bytes) -> int | None:
    """What stands there, or None."""
    try:
        return os.stat(name).st_mode
    except FileNotFoundError:
        return None


def _replace(name: bytes, content: bytes, mode: int | None, force: bool) -> None:
    """Write beside it, then put it in its place in one step; of several that make one new file, only the first one does."""
    beside = os.path.join(os.path.dirname(name), b".%s.part" % secrets.token_hex(8).encode())
    try:
        with open(beside, "xb") as file:
            file.write(content)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        if force:
            os.replace(beside, name)
        else:
            _claim(beside, name, content)
    finally:
        if os.path.lexists(beside):
            os.unlink(beside)


def _claim(beside: bytes, name: bytes, content: bytes) -> None:
    """Give a file a name that must be free. Raises FileExistsError."""
    try:
        os.link(beside, name)
    except FileExistsError:
        raise
    except (OSError, AttributeError):  # a disk without links
        with open(name, "xb") as file:
            file.write(content)


def _name(path: str) -> bytes:
    """The path in bytes; in UTF-8 where the locale cannot write it."""
    try:
        return os.fsencode(path)
    except UnicodeError:
        return path.encode(errors="surrogateescape")
