"""Lines: a stream is decoded and taken apart, a piece at a time."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from autodiff.data import formats
from autodiff.data.packing import Bytes
from autodiff.data.spots import Spot
from autodiff.messages import say

PIECE = 2**20  # bytes that are read at once
LONGEST = 2**26  # characters of a line


class Lines:
    """The lines of a stream of UTF-8 text, with their ends; what is packed is unpacked, whatever its name."""

    def __init__(self, stream: BinaryIO, name: str, newline: str = "", before: tuple[int, int] = (0, 0)) -> None:
        """With newline "\\n" only that ends a line, else \\r\\n and \\r as well; so many lines and bytes come before the stream."""
        self.name, self.newline = name, newline
        self._bytes = Bytes(stream, name, PIECE)
        self.share = self._bytes.share
        self._ended, self._before = before
        self._texts = self._decoded()
        self.start = ""
        """How the text begins."""
        while len(self.start) < formats.SAMPLE and (text := next(self._texts, "")):
            self.start += text

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

    def _decoded(self) -> Iterator[str]:
        """Its text in pieces. Raises AutodiffError where it is not UTF-8."""
        decoder, before = codecs.getincrementaldecoder("utf-8")(), self._before
        piece = b"."
        while piece:
            piece = self._bytes.read(PIECE)
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
