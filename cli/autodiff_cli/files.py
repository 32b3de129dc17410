"""Where files are written: whole or not at all, and never over another without --force."""

from __future__ import annotations

import os
import secrets
import stat

from autodiff.errors import MISSING, AutodiffError
from autodiff.messages import say
from autodiff_cli import console


def save(path: str, data: str | bytes, force: bool) -> None:
    """Write a file, text as UTF-8; `-` is standard output. Raises AutodiffError where it exists already or cannot be written."""
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data
    if path in ("-", "/dev/stdout"):
        return console.write_bytes(content)
    try:
        _put(os.path.realpath(_name(path)), content, path, force)
    except OSError as error:
        message = say("'{path}' cannot be written: {reason}", path=path, reason=console.reason(error))
        raise AutodiffError("E052", message, say("check the path"), MISSING) from None


def _put(name: bytes, content: bytes, path: str, force: bool) -> None:
    mode = _mode(name)
    if mode is not None and not stat.S_ISREG(mode):
        with open(name, "wb") as device:  # a pipe or /dev/null, which must not be replaced by a file; a folder is an error
            device.write(content)
    elif mode is not None and not force:
        message = say("'{path}' exists already", path=path)
        raise AutodiffError("E055", message, say("add --force to write over it, or choose another name"))
    else:
        _replace(name, content, mode)


def _mode(name: bytes) -> int | None:
    """What stands there, or None."""
    try:
        return os.stat(name).st_mode
    except FileNotFoundError:
        return None


def _replace(name: bytes, content: bytes, mode: int | None) -> None:
    """Write beside it, then put it in its place in one step."""
    beside = os.path.join(os.path.dirname(name), b".%s.part" % secrets.token_hex(8).encode())
    try:
        with open(beside, "xb") as file:
            file.write(content)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, name)
    except BaseException:
        if os.path.lexists(beside):
            os.unlink(beside)
        raise


def _name(path: str) -> bytes:
    """The path in bytes; in UTF-8 where the locale cannot write it."""
    try:
        return os.fsencode(path)
    except UnicodeError:
        return path.encode(errors="surrogateescape")
