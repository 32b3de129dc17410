"""Bytes and lines: a stream is unpacked, decoded and taken apart into lines, a piece at a time; and packed again."""

from __future__ import annotations

import codecs
import io
import os
import stat
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, cast

from autodiff.data import formats
from autodiff.data.spots import Spot
from autodiff.errors import MISSING, AutodiffError, needs, reason
from autodiff.messages import say

PIECE = 2**20  # bytes that are read at once
LONGEST = 2**26  # characters of a line
MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}


class Lines:
    """The lines of a stream of UTF-8 text, with their ends; what is packed is unpacked, whatever its name."""

    def __init__(self, stream: BinaryIO, name: str, newline: str = "", before: tuple[int, int] = (0, 0)) -> None:
        """With newline "\\n" only that ends a line, else \\r\\n and \\r as well; so many lines and bytes come before the stream."""
        self.name, self.newline = name, newline
        self._raw, self._size = stream, _size(stream)
        self._unpacked = self._opened(io.BufferedReader(cast(Any, stream), PIECE))
        self._ended, self._before = before
        self._texts = self._decoded()
        self.start = ""
        """How the text begins."""
        while len(self.start) < formats.SAMPLE and (text := next(self._texts, "")):
            self.start += text

    def share(self) -> float | None:
        """How much has been read, from 0 to 1, where that is known."""
        try:
            return None if self._size is None else min(1.0, self._raw.tell() / (self._size or 1))
        except (OSError, ValueError):
            return None

    def lists(self) -> Iterator[list[str]]:
        """The lines, some thousand at a time."""
        waiting: list[str] = []
        for text in self._pieces():
            waiting.append(text)
            if "\n" in text or "\r" in text:
                lines = self._split("".join(waiting))
                waiting = [] if lines[-1].endswith("\n") else [lines.pop()]  # after \r the other half may follow
                yield lines
            if sum(map(len, waiting)) > LONGEST:
                problem = say("a line of more than {size} MiB", size=LONGEST // 2**20)
                raise Spot(self.name, 0, self._ended + 1).error(problem, say("check the line endings and quotes"))
        if waiting:
            yield self._split("".join(waiting))

    def _pieces(self) -> Iterator[str]:
        yield self.start.removeprefix("\ufeff")
        for text in self._texts:
            self.start = ""
            yield text

    def _split(self, text: str) -> list[str]:
        return io.StringIO(text, newline=self.newline).readlines()

    def _opened(self, stream: io.BufferedReader) -> Any:
        """The bytes without their packing."""
        start = self._bytes(stream.peek, 4)[:4]
        for magic, packing in MAGIC.items():
            if start.startswith(magic):
                return unpacking(packing, stream)
        formats.check(start, self.name)
        return stream

    def _bytes(self, read: Any, size: int) -> bytes:
        """Raises AutodiffError where nothing can be read, or it is packed badly."""
        try:
            return cast(bytes, read(size))
        except Exception as error:
            if isinstance(error, EOFError) or type(error).__name__ in ("BadGzipFile", "error", "ZstdError"):
                message = say("'{path}' is damaged: {reason}", path=self.name, reason=error)
                raise AutodiffError("E051", message, say("fetch or pack it again")) from None
            if not isinstance(error, (OSError, ValueError)):
                raise
            message = say("{source} cannot be read: {reason}", source=f"'{self.name}'", reason=reason(error))
            raise AutodiffError("E050", message, say("check the path"), MISSING) from None

    def _decoded(self) -> Iterator[str]:
        """Its text in pieces. Raises AutodiffError where it is not UTF-8."""
        decoder, before = codecs.getincrementaldecoder("utf-8")(), self._before
        piece = b"."
        while piece:
            piece = self._bytes(self._unpacked.read, PIECE)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(piece, not piece)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode()
                line, place = self._ended + _ends(good) + 1, before - waiting + error.start + 1
                hint = say("save it as UTF-8, as by iconv -f GB18030 -t UTF-8")
                raise Spot(self.name, 0, line).error(say("byte {place} of the file is not UTF-8", place=place), hint) from None
            before += len(piece)
            self._ended += _ends(text)
            if text:
                yield text


def _ends(text: str) -> int:
    """How many lines end in a text."""
    return text.count("\n") or text.count("\r")


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
