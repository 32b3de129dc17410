"""JSON Lines, read as text: one object on each line, whose members come out byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, BinaryIO

from autodiff.data import members, spellings
from autodiff.data.batch import BLOCK, Numbers
from autodiff.data.formats import Format
from autodiff.data.spots import Spot
from autodiff.data.streams import Lines
from autodiff.errors import AutodiffError
from autodiff.messages import say

FEW = 2**23  # characters of a batch whose objects are kept beside its text
Object = dict[str, Any]


class Lot:
    """A batch of objects: the text of each with its line ending, and the line of the file in which it stands."""

    def __init__(self, origin: Objects, start: int, texts: list[str], lines: Sequence[int]) -> None:
        self.origin, self.start, self.height, self.texts = origin, start, len(texts), texts
        self._lines = lines
        self._objects: list[Object] | None = None

    def objects(self) -> list[Object]:
        """The records, decoded. Raises AutodiffError where a line holds no object."""
        found = self._objects or members.decoded(self.texts, self.refuse)
        if sum(map(len, self.texts)) <= FEW:
            self._objects = found
        return found

    def numbers(self, name: str) -> Numbers:
        """The numbers of a member. Raises AutodiffError for a value that is none."""

        def refuse(record: int, problem: str, hint: str) -> AutodiffError:
            return self._spot(record)._replace(column=name).error(problem, hint)

        return members.numbers(name, self.objects(), refuse)

    def cells(self, kept: Sequence[str]) -> Iterator[Sequence[str]]:
        """The values as cells of a table: strings as they read, null and what is absent as nothing, the rest as it is written."""
        objects = self._kept(kept, members.TEXT)
        if tuple(kept) == self.origin.names:
            self._no_others(objects)
        return zip(*(spellings.cells([found.get(name) for found in objects], name, self.texts) for name in kept))

    def literals(self, kept: Sequence[str]) -> list[list[str]]:
        """The members as JSON: numbers as they are written, strings perhaps with other escapes."""
        objects = self._kept(kept, members.LITERAL)
        return [spellings.literals([found.get(name) for found in objects], name, self.texts) for name in kept]

    def _kept(self, kept: Sequence[str], decoder: Any) -> list[Object]:
        """The records with numbers as text. Raises AutodiffError where a name that is kept stands twice."""
        found = members.decoded(self.texts, self.refuse, decoder)
        members.once(found, kept, self.refuse)
        return found

    def _no_others(self, objects: Sequence[Object]) -> None:
        """Raises AutodiffError where a member would be lost, which the header does not have."""
        known = frozenset(self.origin.names)
        for k, found in enumerate(objects):
            if not known.issuperset(found):
                name = next(name for name in found if name not in known)
                problem = say("'{name}' is in none of the first {number} objects, which made the header", name=name, number=BLOCK)
                raise self.refuse(k, problem, say("say which columns to --keep, or write JSON Lines"))

    def refuse(self, record: int, problem: str, hint: str) -> AutodiffError:
        """The error for a record, with its place."""
        return self._spot(record).error(problem, hint)

    def _spot(self, record: int) -> Spot:
        return Spot(self.origin.name, self.start + record + 1, self._lines[record])


class Objects:
    """A file of objects. Its columns are the members that objects of its first block have; what an object lacks is missing there.

    A blank line is no record. A member that stands twice in an object is an error where its value is asked for.
    """

    head, lot = "", Lot

    def __init__(self, stream: BinaryIO, format: Format, name: str) -> None:
        self.name, self._source = name, Lines(stream, name, "\n")
        self.share = self._source.share
        first, end, _ = self._source.start.partition("\n")
        self.format = format._replace(newline="\r\n" if end and first.endswith("\r") else "\n")
        self._lots = self._read()
        self._first = next(self._lots, None)
        found = self._first.objects() if self._first else []
        self.names = tuple(dict.fromkeys(chain.from_iterable(found)))

    def batches(self) -> Iterator[Lot]:
        """The records in blocks, the rest of the file in the last one."""
        if self._first is not None:
            yield self._first
            self._first = None
            yield from self._lots

    def _read(self) -> Iterator[Lot]:
        texts, lines, start = list[str](), list[int](), 0
        for line, text in enumerate(chain.from_iterable(self._source.lists()), 1):
            if not text.isspace():
                texts.append(text)
                lines.append(line)
                if len(texts) == BLOCK:
                    yield self.lot(self, start, texts, lines)
                    texts, lines, start = [], [], start + BLOCK
        if texts:
            yield self.lot(self, start, texts, lines)
