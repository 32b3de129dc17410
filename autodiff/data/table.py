"""A CSV or TSV file, read in blocks of records whose text stays as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

from autodiff.data import cells, formats
from autodiff.data.batch import BLOCK, Numbers
from autodiff.data.formats import Format
from autodiff.data.streams import Lines
from autodiff.errors import AutodiffError
from autodiff.messages import count, say

LONGEST = 2**24  # characters of a cell
NARROW = 64  # columns up to which the cells of a batch are kept beside its text
PIECE = 2**18  # cells that are taken apart at once


class Block(NamedTuple):
    """Records that follow each other: their texts with the line endings, the lines in which they begin, their cells."""

    texts: list[str]
    lines: Sequence[int]
    cells: list[list[str]]


class Records:
    """A batch of a table; of a wide one, only the texts are kept."""

    def __init__(self, table: Table, start: int, block: Block) -> None:
        self.table, self.start, self.height = table, start, len(block.texts)
        self.texts, self._lines, self._cells = block

    def cells(self) -> Iterable[list[str]]:
        """The cells of each record."""
        return self._cells or self.table.reader(self.texts)

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column. Raises AutodiffError for a cell that holds none."""
        k = self.table.place(name)

        def refuse(record: int, problem: str, hint: str) -> AutodiffError:
            where = self.table.where(self.start + record + 1, self._lines[record])
            return AutodiffError("E051", say("{where}, column '{name}': {problem}", where=where, name=name, problem=problem), hint)

        return cells.numbers([row[k] for row in self.cells()], refuse)


class Table:
    """A table whose first record names the columns; blanks around a name do not count.

    A name may stand twice as long as nobody asks for its numbers. A blank line is no record, unless there is one column alone.
    A record with more or fewer cells than the header is an error. The csv module is strict: it takes no quote that is not closed,
    and nothing between a closing quote and the separator; quotes in the midst of a cell stand for themselves.
    """

    def __init__(self, stream: BinaryIO, format: Format, name: str) -> None:
        csv.field_size_limit(max(LONGEST, csv.field_size_limit()))
        self.name, self._source = name, Lines(stream, name)
        self.format, self.share = formats.found(format, self._source.start), self._source.share
        self._waiting: list[str] = []  # lines that the reader holds
        self._reader = self.reader(chain.from_iterable(self._noted()))
        self._line, self._record, self._width = 1, 0, -1
        header = self._some(1)
        while header is not None and not header.texts:
            header = self._some(1)
        if header is None:
            raise AutodiffError("E051", say("'{path}' is empty", path=name), say("its first line names the columns, as in x,y,z"))
        self.head, self.names = header.texts[0], formats.columns(header.cells[0], name)
        self._width, self._record = len(self.names), 0

    def _noted(self) -> Iterator[list[str]]:
        for lines in self._source.lists():
            self._waiting += lines
            yield lines

    def place(self, name: str) -> int:
        """Which column bears a name. Raises AutodiffError where several do."""
        if self.names.count(name) > 1:
            message = say("'{path}' has several columns '{name}'", path=self.name, name=name)
            raise AutodiffError("E051", message, say("give each column a name of its own"))
        return self.names.index(name)

    def where(self, record: int, line: int) -> str:
        """The place of a record in a sentence."""
        if self._width < 0:  # the header
            return say("'{path}', line {line}", path=self.name, line=line)
        return say("'{path}', record {record} (line {line})", path=self.name, record=record, line=line)

    def reader(self, lines: Iterable[str]) -> Any:
        """The cells of the records of some lines."""
        return csv.reader(lines, delimiter=self.format.separator, strict=True)

    def batches(self) -> Iterator[Records]:
        """The records in blocks, the rest of the file in the last one."""
        start, is_whole = 0, True
        while is_whole:
            block = self._block()
            is_whole = len(block.texts) == BLOCK
            if block.texts:
                yield Records(self, start, block)
            start += len(block.texts)

    def _block(self) -> Block:
        texts, lines, taken = list[str](), list[int](), list[list[str]]()
        while len(texts) < BLOCK and (some := self._some(min(BLOCK - len(texts), max(1, PIECE // self._width)))):
            texts += some.texts
            lines += some.lines
            if self._width <= NARROW:
                taken += some.cells
        return Block(texts, lines, taken)

    def _some(self, most: int) -> Block | None:
        """The next records, some of which may be blank; None at the end."""
        before, rows = self._reader.line_num, list[list[str]]()
        try:
            rows.extend(islice(self._reader, most))
        except csv.Error as error:
            raise self._misquoted(error) from None
        lines = self._waiting[: self._reader.line_num - before]
        del self._waiting[: len(lines)]
        if not rows:
            return None
        plain = len(lines) == len(rows) and set(map(len, rows)) == {self._width}
        found = Block(lines, range(self._line, self._line + len(lines)), rows) if plain else self._one_by_one(lines)
        self._line += len(lines)
        self._record += len(found.texts)
        return found

    def _one_by_one(self, lines: list[str]) -> Block:
        """Records that have several lines, are blank, or not as wide as the header."""
        texts, places, rows, ended, reader = list[str](), list[int](), list[list[str]](), 0, self.reader(lines)
        for row in reader:
            text, line, ended = "".join(lines[ended : reader.line_num]), self._line + ended, reader.line_num
            row = row or [""] * (self._width == 1)
            if len(row) != self._width and (self._width > 0 or not row):
                if not "".join(row).strip(" ") and len(row) < 2:
                    continue
                raise self._ragged(self._record + len(texts) + 1, line, len(row))
            texts.append(text)
            places.append(line)
            rows.append(row)
        return Block(texts, places, rows)

    def _ragged(self, record: int, line: int, found: int) -> AutodiffError:
        where = self.where(record, line)
        problem = count(found, "{where}: {number} cell", "{where}: {number} cells", where=where)
        problem = count(
            self._width, "{problem}, where the header has {number}", "{problem}, where the header has {number}", problem=problem
        )
        sign = "TAB" if self.format.separator == "\t" else self.format.separator
        return AutodiffError(
            "E051", problem, say("write a cell that holds {sign} in quotes, and an empty one as nothing", sign=sign)
        )

    def _misquoted(self, error: csv.Error) -> AutodiffError:
        """What is wrong with the quotes of the record that begins after the last whole one."""
        found, ended, reader = 0, 0, self.reader(self._waiting)
        with suppress(csv.Error):
            for row in reader:
                found, ended = found + bool(row), reader.line_num
        where, hint = self.where(self._record + found + 1, self._line + ended), say("write a quote within a quoted cell twice")
        if "unexpected end" in str(error):
            return AutodiffError("E051", say("{where}: a quote is opened and never closed", where=where), hint)
        if "limit" in str(error):
            return AutodiffError("E051", say("{where}: a cell of more than {size} MiB", where=where, size=LONGEST // 2**20), hint)
        return AutodiffError("E051", say("{where}: text follows a closing quote", where=where), hint)
