"""The bytes of a stream without their packing; and packed again."""

from __future__ import annotations

import io
import os
import stat
from importlib import import_module
from typing import Any, BinaryIO, cast

from autodiff.data import formats
from autodiff.errors import AutodiffError, needs, unreadable
from autodiff.messages import say

MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}


class Bytes:
    """The bytes of a stream; what is packed is unpacked, whatever its name."""

    def __init__(self, stream: BinaryIO, name: str, size: int) -> None:
        """`name` is for messages; so many bytes are read at once."""
        self.name, self._raw, self._size = name, stream, _size(stream)
        self._unpacked = self._opened(io.BufferedReader(cast(Any, stream), size))
        self._ended = False

    def read(self, size: int) -> bytes:
        """So many bytes, at the end of the stream fewer; then it is not asked again: a terminal would have to end it once more."""
        found = b"" if self._ended else self._tried(self._unpacked.read, size)
        self._ended = len(found) < size
        return found

    def share(self) -> float | None:
        """How much has been read, from 0 to 1, where that is known."""
        try:
            return None if self._size is None else min(1.0, self._raw.tell() / (self._size or 1))
        except (OSError, ValueError):
            return None

    def _opened(self, stream: io.BufferedReader) -> Any:
        """The bytes without their packing."""
        start = self._tried(stream.peek, 4)[:4]
        for magic, packing in MAGIC.items():
            if start.startswith(magic):
                return unpacking(packing, stream)
        formats.check(start, self.name)
        return stream

    def _tried(self, read: Any, size: int) -> bytes:
        """Raises AutodiffError where nothing can be read, or it is packed badly."""
        try:
            return cast(bytes, read(size))
        except Exception as error:
            if isinstance(error, EOFError) or type(error).__name__ in ("BadGzipFile", "error", "ZstdError"):
                message = say("'{path}' is damaged: {reason}", path=self.name, reason=error)
                raise AutodiffError("E051", message, say("fetch or pack it again")) from None
            if not isinstance(error, (OSError, ValueError)):
                raise
            raise unreadable(f"'{self.name}'", error) from None


def _size(stream: BinaryIO) -> int | None:
    """The bytes of a file, of a pipe None."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def unpacking(packing: str, stream: Any) -> Any:
    """A stream of what is packed in another one. Raises AutodiffError where the machine cannot."""
    if packing == "gz":
        import gzip

        return gzip.GzipFile(fileobj=stream, mode="rb")
    return _zstd().ZstdFile(stream, "rb")


def packed(packing: str, stream: BinaryIO) -> Any:
    """A stream that packs what is written to it, the same bytes every time; closing it leaves the other one open."""
    if packing == "gz":
        import gzip

        return gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=6, mtime=0)
    return _zstd().ZstdFile(stream, "wb")


def _zstd() -> Any:
    """Python's own module of 3.14, or the one that brings it to earlier ones."""
    try:
        return import_module("compression.zstd")
    except ImportError:
        return needs("backports.zstd")
