"""A CSV or TSV file: a header that names the columns, and records whose text stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from autodiff.data import blocks, cells, formats
from autodiff.data.batch import BLOCK, Numbers
from autodiff.data.blocks import Block, Records
from autodiff.data.formats import Format
from autodiff.data.spots import Spot
from autodiff.data.streams import Lines
from autodiff.errors import AutodiffError
from autodiff.messages import say


class Rows:
    """A batch of a table: the text of each record with its line ending, and its cells."""

    def __init__(self, origin: Table, start: int, block: Block) -> None:
        self.origin, self.start, self.height = origin, start, len(block.texts)
        self.texts, self._lines, self._rows = block
        self._numbers = dict[str, Numbers]()

    def cells(self, kept: Sequence[str]) -> Iterator[list[str]]:
        """The cells of some columns."""
        places = range(len(kept)) if tuple(kept) == self.origin.names else list(map(self.origin.place, kept))
        return ([row[k] for k in places] for row in self._cells())

    def literals(self, kept: Sequence[str]) -> list[list[str]]:
        """The columns as JSON: numbers where they have been asked for as numbers, strings elsewhere."""
        places = list(map(self.origin.place, kept))
        columns = zip(*([row[k] for k in places] for row in self._cells()))
        return [cells.literals(column, self._numbers.get(name)) for name, column in zip(kept, columns)] or [[] for _ in kept]

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column. Raises AutodiffError for a cell that holds none."""
        k = self.origin.place(name)

        def refuse(record: int, problem: str, hint: str) -> AutodiffError:
            return Spot(self.origin.name, self.start + record + 1, self._lines[record], name).error(problem, hint)

        self._numbers[name] = found = cells.numbers([row[k] for row in self._cells()], refuse)
        return found

    def _cells(self) -> Iterable[list[str]]:
        return self._rows or blocks.cells(self.texts, self.origin.format.separator)


class Table:
    """A file whose first record names the columns; blanks around a name do not count.

    A name may stand twice in the header as long as nobody asks for its numbers.
    """

    def __init__(self, stream: BinaryIO, format: Format, name: str) -> None:
        lines = Lines(stream, name)
        self.name, self.share, self.format = name, lines.share, formats.found(format, lines.start)
        self._records = Records(lines, self.format.separator)
        header = self._records.first()
        if header is None:
            raise AutodiffError("E051", say("'{path}' is empty", path=name), say("its first line names the columns, as in x,y,z"))
        self.head, self.names = header.texts[0], formats.columns(header.rows[0], name)
        self._places = dict[str, list[int]]()
        for k, column in enumerate(self.names):
            self._places.setdefault(column, []).append(k)
        self.format = self.format._replace(newline=formats.ending(self.head))

    def place(self, name: str) -> int:
        """Which column bears a name. Raises AutodiffError where none does, or several."""
        places = self._places.get(name, [])
        if not places:
            message = say("'{path}' has no column '{name}'", path=self.name, name=name)
            raise AutodiffError("E051", message, say("write files with other columns apart, or say which to --keep"))
        if len(places) > 1:
            message = say("'{path}' has several columns '{name}'", path=self.name, name=name)
            raise AutodiffError("E051", message, say("give each column a name of its own"))
        return places[0]

    def batches(self) -> Iterator[Rows]:
        """The records in blocks, the rest of the file in the last one; one that is empty where there is nothing but a header."""
        start, is_whole = 0, True
        while is_whole:
            block = self._records.block(BLOCK)
            is_whole = len(block.texts) == BLOCK
            if block.texts or not start:
                yield Rows(self, start, block)
            start += len(block.texts)
