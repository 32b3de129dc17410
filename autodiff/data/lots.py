"""A batch of a table as bytes, in which each line is a record: its numbers are read by polars, the rest stays as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from autodiff.data import cells, table
from autodiff.data.batch import Numbers
from autodiff.data.blocks import Block, Records
from autodiff.data.pieces import Piece, Pieces
from autodiff.data.spots import Spot
from autodiff.data.streams import Lines
from autodiff.errors import AutodiffError

BLANKS = " \t"


class Sheet:
    """A file of pieces. `asked` are the columns whose numbers anyone wanted: those of later pieces are read together."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces, self.table, self.share = pieces, pieces.table, pieces.share
        self.names, self.format, self.head, self.name = self.table.names, self.table.format, self.table.head, self.table.name
        self.asked: dict[int, None] = {}

    def batches(self) -> Iterator[Any]:
        """The records, in pieces of whole blocks; an empty one where there is nothing but a header."""
        for piece in self._pieces:
            yield Lot(self, piece) if piece.block is None else table.Rows(self.table, piece.start, piece.block)
        if not self._pieces.start:
            yield table.Rows(self.table, 0, Block([], [], []))


class Lot:
    """Records, each on a line of its own."""

    def __init__(self, origin: Sheet, piece: Piece) -> None:
        self.origin, self.start, self.height, self.data = origin, piece.start, piece.height, piece.data
        self._line = piece.line
        self._floats: dict[int, Any] = {}

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column, correctly rounded. Raises AutodiffError for a cell that holds none."""
        import numpy as np

        k = self.origin.table.place(name)
        self.origin.asked[k] = None
        if k not in self._floats:
            import polars as pl

            asked = [one for one in [*self.origin.asked] if one not in self._floats]
            found = self._parsed(dict.fromkeys(asked, pl.Float64))
            self._floats |= {one: found[_called(one)] for one in asked}
        values = self._floats[k].to_numpy()
        doubtful = np.flatnonzero(~(np.abs(values) < cells.EXACT))
        return self._looked_at(name, k, values.copy(), doubtful) if doubtful.size else Numbers(values)

    def _looked_at(self, name: str, k: int, values: Any, places: Any) -> Numbers:
        """What the text of some cells says: there polars has found nothing, no number, or a large one."""
        import numpy as np
        import polars as pl

        texts = self._texts([k])[_called(k)].gather(places).fill_null("")
        bare = texts.str.strip_chars(BLANKS)
        again, empty = bare.cast(pl.Float64, strict=False).to_numpy(), (bare == "").to_numpy()
        values[places] = again
        left = np.flatnonzero(~empty & ~(np.abs(again) < cells.EXACT))

        def refuse(record: int, problem: str, hint: str) -> AutodiffError:
            place = int(places[left[record]])
            return Spot(self.origin.name, self.start + place + 1, self._line + place, name).error(problem, hint)

        found = cells.numbers(texts.gather(left).to_list(), refuse)
        values[places[left]] = found.values
        missing = np.concatenate((places[empty], places[left[[*found.missing]]])) if len(found.missing) else places[empty]
        return Numbers(values, sorted(missing.tolist()), found.rounded)

    def texts(self, kept: Sequence[str]) -> Any:
        """The cells of some columns as a frame of text, empty ones as null."""
        if tuple(kept) == self.origin.names:
            return self._texts(range(len(kept))).rename({_called(k): str(k) for k in range(len(kept))})
        places = [self.origin.table.place(name) for name in kept]
        return self._texts(places).rename({_called(k): str(n) for n, k in enumerate(places)})

    def _texts(self, places: Sequence[int]) -> Any:
        import polars as pl

        found = self._parsed(dict.fromkeys(places, pl.String))
        return found.select(pl.when(pl.all() != "").then(pl.all())) if b'""' in self.data else found

    def _parsed(self, kinds: dict[int, Any]) -> Any:
        import polars as pl

        width = len(self.origin.names)
        return pl.read_csv(
            self.data, has_header=False, separator=self.origin.format.separator, columns=[_called(k) for k in kinds],
            schema={_called(k): kinds.get(k, pl.String) for k in range(width)}, ignore_errors=True,
            quote_char='"' if b'"' in self.data else None,
        )  # fmt: skip

    def lines(self) -> Any:
        """The records as they stand, without their line endings."""
        import polars as pl

        return pl.read_lines(self.data)["line"]

    def rows(self) -> table.Rows:
        """The same records, taken apart one by one."""
        origin = self.origin
        lines = Lines(io.BytesIO(self.data), origin.name, before=(self._line - 1, 0))
        records = Records(lines, origin.format.separator, len(origin.names), self.start, self._line)
        found = table.Rows(origin.table, self.start, records.block(self.height))
        for k in origin.asked:
            found.numbers(origin.names[k])
        return found

    def literals(self, kept: Sequence[str]) -> list[list[str]]:
        """As of rows taken apart."""
        return self.rows().literals(kept)


def _called(k: int) -> str:
    """What polars calls a column: names in a header may stand twice."""
    return f"column_{k + 1}"
