"""JSON Lines whose numbers polars decodes; what it would take more lightly than JSON is, or may not see, goes the other way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, BinaryIO, cast

from autodiff.data import cells, jsonl, objects
from autodiff.data.batch import Numbers, Part
from autodiff.data.filling import column
from autodiff.data.formats import Format
from autodiff.data.values import numbers
from autodiff.writing.numbers import quoted

BLANKS = " \t\r\n"
NESTED = 200  # brackets of an object that polars is given


class Decoded(jsonl.Lot):
    """A batch of objects."""

    @cached_property
    def series(self) -> Any:
        """Their texts, without the line endings."""
        import polars as pl

        return pl.Series(self.texts, dtype=pl.String).str.strip_chars_end(BLANKS)

    @cached_property
    def _floats(self) -> dict[str, Numbers]:
        return {}

    def numbers(self, name: str) -> Numbers:
        """The numbers of a member. Raises AutodiffError for a value that is none."""
        asked = cast(Objects, self.origin).asked
        asked[name] = None
        if name not in self._floats:
            self._floats.update(self._decoded([one for one in [*asked] if one not in self._floats]))
        return self._floats[name] if name in self._floats else super().numbers(name)

    def _decoded(self, names: Sequence[str]) -> Iterator[tuple[str, Numbers]]:
        """The numbers of those members that are sure."""
        import polars as pl

        if self.has(r"[\x00-\x1f]") or self.has(r"\\u") or (self.series.str.count_matches(r"[\[{]") > NESTED).any():
            return
        try:
            found = self.series.str.json_decode(pl.Struct(dict.fromkeys(names, pl.Float64))).struct.unnest()
        except pl.exceptions.PolarsError:
            return
        for name in names if found.height == self.height else ():
            key = re.escape(quoted(name))
            again = (self.series.str.count_matches(quoted(name), literal=True) > 1).any()
            if not again and not self.has(rf"{key}\s*:\s*(true|false|-0\s*[,}}])"):
                yield name, self._checked(name, found[name])

    def _checked(self, name: str, found: Any) -> Numbers:
        import numpy as np

        values = found.to_numpy()
        large = np.flatnonzero(np.abs(values) >= cells.EXACT).tolist()
        few = jsonl.Lot(self.origin, self.start, [self.texts[k] for k in large], [0] * len(large))
        missing = np.flatnonzero(found.is_null().to_numpy()).tolist() if found.null_count() else []
        return Numbers(values, missing, few.numbers(name).rounded if large else 0)

    def has(self, pattern: str, literal: bool = False) -> bool:
        """Whether any of the texts holds this."""
        return bool(self.series.str.contains(pattern, literal=literal).any())


class Objects(jsonl.Objects):
    """A file of objects. `asked` are the members whose numbers anyone wanted: those of later batches are decoded together."""

    lot = Decoded

    def __init__(self, stream: BinaryIO, format: Format, name: str) -> None:
        self.asked: dict[str, None] = {}
        super().__init__(stream, format, name)


def write(parts: Iterable[Part], stream: BinaryIO, format: Format, kept: Sequence[str], new: Sequence[str]) -> int:
    """Write records with new members, as `text.write` does, and say how many."""
    written = 0
    for part in parts:
        format = format._replace(newline=format.newline or part.batch.origin.format.newline)
        if _is_spliced(part.batch, kept, new):
            _splice(part, new).write_csv(stream, include_header=False, quote_style="never", line_terminator=format.newline)
        else:
            for text, _ in objects.lines([part], format, kept, new):
                stream.write(text.encode())
        written += part.batch.height
    return written


def _is_spliced(batch: Any, kept: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the objects can stay as they are, and none of them may have a new member already."""
    if not isinstance(batch, Decoded) or tuple(kept) != batch.origin.names or batch.has(r"\\u|^\{\s*\}$"):
        return False
    return not any(batch.has(quoted(name), literal=True) for name in new)


def _splice(part: Part, new: Sequence[str]) -> Any:
    """The objects, with new members before their last brace."""
    import polars as pl

    pieces = [part.batch.series.str.strip_suffix("}").str.strip_chars_end(BLANKS)]
    for name in new:
        pieces += [pl.lit(f", {quoted(name)}: "), _literals(part.new[name])]
    return pl.select(pl.concat_str([*pieces, pl.lit("}")]))


def _literals(found: Numbers | Sequence[str]) -> Any:
    """A new column as JSON."""
    import polars as pl

    if not isinstance(found, Numbers):
        return pl.Series([quoted(word) for word in found], dtype=pl.String)
    return numbers(column(found))
