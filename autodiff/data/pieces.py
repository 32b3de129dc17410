"""The bytes of a table in pieces: as many whole records as there are blocks, and what is known of how they stand there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, cast

from autodiff.data.batch import BLOCK
from autodiff.data.blocks import Block, Records
from autodiff.data.layout import ODD, Layout, layout
from autodiff.data.packing import Bytes
from autodiff.data.streams import LONGEST, Lines
from autodiff.data.table import Table
from autodiff.errors import AutodiffError

SIZE = 2**23  # bytes of a piece, unless a block is longer


class Piece(NamedTuple):
    """Records as bytes, where each stands on a line of its own; else as they were taken apart one by one."""

    start: int
    line: int
    height: int
    data: bytes
    block: Block | None = None


class Pieces:
    """The pieces of a CSV file, after its header has been read: `table` is what that says."""

    def __init__(self, stream: BinaryIO, format: Any, name: str) -> None:
        self._source = Bytes(stream, name, 2**20)
        self.share = self._source.share
        self._held, self._ended, self.start, self._line = b"", False, 0, 1
        self.table = self._begun(format, name)

    def __iter__(self) -> Iterator[Piece]:
        size = SIZE
        while self._fill(size) or self._held:
            form = self._layout()
            if form is None and not self._ended and len(self._held) < LONGEST:
                size *= 2
                continue
            if form is None or form.is_odd:
                yield from self._rest()
                return
            piece = self._plain(form) if form.is_plain else self._apart(form)
            if piece.height:
                yield piece
            size = SIZE if piece.height or self._ended else 2 * size

    def _fill(self, size: int) -> bool:
        """Read on until so many bytes are held; whether there may be more."""
        if not self._ended and (lacking := size - len(self._held)) > 0:
            more = self._source.read(lacking)
            self._ended = len(more) < lacking
            self._held += more
        return not self._ended

    def _begun(self, format: Any, name: str) -> Table:
        """Read the header, for which the first bytes are enough unless it is very long."""
        size = 2**20
        while True:
            self._fill(size)
            end = len(self._held) if self._ended else max(self._held.rfind(b"\n"), self._held.rfind(b"\r")) + 1
            try:
                table = Table(io.BytesIO(self._held[:end]), format, name)
            except AutodiffError:
                if self._ended or size > LONGEST:
                    raise
            else:
                head = table.head.encode()
                after = self._held.find(head) + len(head)
                if after < end or self._ended:
                    self._line += len(re.findall(rb"\r\n|\r|\n", self._held[:after]))
                    self._held = self._held[after:]
                    return table
            size *= 2

    def _layout(self) -> Layout | None:
        """How the whole records that are held stand there; None where none is whole."""
        if self.table.format.newline == "\r":
            return ODD
        return layout(self._held, self._ended, self.table.format.separator, len(self.table.names))

    def _plain(self, form: Layout) -> Piece:
        height = form.height if self._ended else form.height // BLOCK * BLOCK
        end = form.end if height else 0
        for _ in range(form.height - height if height else 0):
            end = self._held.rfind(b"\n", 0, end - 1) + 1
        piece = Piece(self.start, self._line, height, self._held[:end])
        self._go_on(end, height, height)
        return piece

    def _apart(self, form: Layout) -> Piece:
        """Records of which some have several lines, or blank lines between them."""
        data = self._held[: form.end]
        lines = [line for some in self._lines(io.BytesIO(data)).lists() for line in some]
        block = self._records(self._lines(io.BytesIO(data))).block(len(data))
        height, last = len(block.texts), len(lines)
        if not self._ended and height % BLOCK:
            height -= height % BLOCK
            last = block.lines[height] - self._line
            block = Block(block.texts[:height], block.lines[:height], block.rows[:height])
        piece = Piece(self.start, self._line, height, b"", block)
        if height or self._ended:
            self._go_on(len("".join(lines[:last]).encode()), height, last)
        return piece

    def _rest(self) -> Iterator[Piece]:
        """All that is left, record by record: quotes stand where they make nothing clear."""
        records = self._records(self._lines(io.BufferedReader(cast(Any, _Joined(self._held, self._source)))))
        self._held, self._ended = b"", True
        while (block := records.block(BLOCK)).texts:
            yield Piece(self.start, block.lines[0], len(block.texts), b"", block)
            self.start += len(block.texts)

    def _go_on(self, end: int, records: int, lines: int) -> None:
        self._held = self._held[end:]
        self.start += records
        self._line += lines

    def _lines(self, stream: BinaryIO) -> Lines:
        return Lines(stream, self.table.name, before=(self._line - 1, 0))

    def _records(self, lines: Lines) -> Records:
        return Records(lines, self.table.format.separator, len(self.table.names), self.start, self._line)


class _Joined(io.RawIOBase):
    """Some bytes, and after them what a stream has left."""

    def __init__(self, held: bytes, source: Bytes) -> None:
        self._held, self._source = io.BytesIO(held), source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._held.read(len(buffer)) or self._source.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)
