"""The lines of a CSV file taken together into records, each with its text as it stands."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from autodiff.data.spots import Spot
from autodiff.data.streams import Lines
from autodiff.errors import AutodiffError
from autodiff.messages import count, say

LONGEST = 2**24  # characters of a cell
NARROW = 64  # columns up to which the cells of a block are kept beside its text
PIECE = 2**18  # cells that are taken apart at once


class Block(NamedTuple):
    """Records that follow each other: their texts with the line endings, the lines in which they begin, their cells."""

    texts: list[str]
    lines: Sequence[int]
    rows: list[list[str]]


def cells(lines: Iterable[str], separator: str) -> Any:
    """The cells of the records of some lines, read strictly."""
    return csv.reader(lines, delimiter=separator, strict=True)


class Records:
    """The records of a file, some at a time.

    A record with more or fewer cells than the first one is an error. A blank line is no record, unless there is one column alone.
    The csv module is strict: it takes no quote that is not closed, and nothing between a closing quote and the separator; quotes
    in the midst of a cell stand for themselves. Its limit to the length of a cell is raised, for the whole process.
    """

    def __init__(self, lines: Lines, separator: str, width: int = -1, record: int = 0, line: int = 1) -> None:
        """Where the header has been read already: its width, the records that come before, the number of the first line."""
        csv.field_size_limit(max(LONGEST, csv.field_size_limit()))
        self._lines, self._separator = lines, separator
        self._waiting: list[str] = []  # lines that the reader holds
        self._reader = cells(chain.from_iterable(self._noted()), separator)
        self._line, self._record, self._width = line, record, width

    def first(self) -> Block | None:
        """The header, or None."""
        found = self._some(1)
        while found is not None and not found.texts:
            found = self._some(1)
        self._width, self._record = len(found.rows[0]) if found else -1, 0
        return found

    def block(self, size: int) -> Block:
        """So many records, or what is left; of wide ones without the cells, which take ten times as much room as the text."""
        texts, lines, rows = list[str](), list[int](), list[list[str]]()
        while len(texts) < size and (some := self._some(min(size - len(texts), max(1, PIECE // self._width)))):
            texts += some.texts
            lines += some.lines
            if self._width <= NARROW:
                rows += some.rows
        return Block(texts, lines, rows)

    def _noted(self) -> Iterator[list[str]]:
        for lines in self._lines.lists():
            self._waiting += lines
            yield lines

    def _some(self, most: int) -> Block | None:
        """The next records, some of which may be blank; None at the end."""
        before, rows, ends = self._reader.line_num, list[list[str]](), list[int]()
        try:
            for row in islice(self._reader, most):
                rows.append(row)
                ends.append(self._reader.line_num - before)
        except csv.Error as error:
            raise self._misquoted(error, sum(map(bool, rows)), ends[-1] if ends else 0) from None
        if not rows:
            return None
        lines = self._waiting[: ends[-1]]
        del self._waiting[: ends[-1]]
        is_plain = len(lines) == len(rows) and set(map(len, rows)) == {self._width}
        found = Block(lines, range(self._line, self._line + len(lines)), rows) if is_plain else self._one_by_one(lines, rows, ends)
        self._line += len(lines)
        self._record += len(found.texts)
        return found

    def _one_by_one(self, lines: list[str], rows: list[list[str]], ends: list[int]) -> Block:
        """Records that have several lines, are blank, or not as wide as the header."""
        texts, places, kept = list[str](), list[int](), list[list[str]]()
        for row, start, end in zip(rows, [0, *ends], ends):
            row = row or [""] * (self._width == 1)
            if len(row) != self._width:
                if len(row) < 2 and not "".join(row).strip(" "):
                    continue
                if self._width > 0:
                    raise self._ragged(self._spot(len(texts) + 1, self._line + start), row)
            texts.append(lines[start] if end == start + 1 else "".join(lines[start:end]))
            places.append(self._line + start)
            kept.append(row)
        return Block(texts, places, kept)

    def _spot(self, record: int, line: int) -> Spot:
        return Spot(self._lines.name, self._record + record if self._width > 0 else 0, line)

    def _ragged(self, spot: Spot, row: list[str]) -> AutodiffError:
        number = count(len(row), "{number} cell", "{number} cells")
        problem = say("{cells}, where the header has {width}", cells=number, width=self._width)
        sign = "TAB" if self._separator == "\t" else self._separator
        if any(cell.lstrip().startswith('"') for cell in row):
            return spot.error(problem, say("leave out the blanks between {sign} and a quote", sign=sign))
        if len(row) > self._width and sign == ",":
            return spot.error(problem, say("write cells that hold a comma in quotes, and numbers with a decimal point"))
        return spot.error(problem, say("write cells that hold {sign} in quotes, and empty ones as nothing", sign=sign))

    def _misquoted(self, error: csv.Error, records: int, lines: int) -> AutodiffError:
        """What is wrong with the quotes of a record, after so many that are well."""
        problem = say("text follows a closing quote")
        if "unexpected end" in str(error):
            problem = say("a quote is opened and never closed")
        if "limit" in str(error):
            problem = say("a cell of more than {size} MiB", size=LONGEST // 2**20)
        return self._spot(records + 1, self._line + lines).error(problem, say("write a quote within a quoted cell twice"))
