"""Records with new members as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autodiff.data import cells, formats
from autodiff.data.batch import Numbers, Part
from autodiff.data.formats import Format
from autodiff.data.jsonl import Lot
from autodiff.data.rows import complete, floats, pieces
from autodiff.messages import say
from autodiff.writing.numbers import quoted

WORDS = ("null", '"NaN"', '"Infinity"', '"-Infinity"')


def lines(parts: Iterable[Part], format: Format, kept: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The text of each part, with the number of its records."""
    for part in parts:
        format = complete(formats.like(format, part.batch.origin.format))
        columns = [_literals(part.new[name]) for name in new]
        texts = _spliced if isinstance(part.batch, Lot) and tuple(kept) == part.batch.origin.names else _made
        yield from pieces(texts(part.batch, columns, kept, new), format.newline)


def _made(batch: Any, columns: Sequence[list[str]], kept: Sequence[str], new: Sequence[str]) -> Iterable[str]:
    """Objects of the members that are kept and the new ones."""
    pattern = "{" + ", ".join([*_members(kept), *_members(new)]) + "}"
    return map(pattern.__mod__, zip(*batch.literals(kept), *columns)) if kept or new else ["{}"] * batch.height


def _spliced(batch: Lot, columns: Sequence[list[str]], kept: Sequence[str], new: Sequence[str]) -> Iterable[str]:
    """The objects as they were read, with new members before the last brace."""
    for k, found in enumerate(batch.objects()):
        if not found.keys().isdisjoint(new):
            name = next(name for name in new if name in found)
            raise batch.refuse(k, say("'{name}' is taken", name=name), say("choose a --prefix for the new columns"))
    begun = [text.rstrip()[:-1].rstrip() for text in batch.texts]
    pattern = "".join(["%s", *(f", {member}" for member in _members(new)), "}"])
    made = map(pattern.__mod__, zip(begun, *columns))
    return (f"{{{text[3:]}" if text.startswith("{, ") else text for text in made) if "{" in begun else made


def _members(names: Sequence[str]) -> list[str]:
    """Members whose values are to be filled in."""
    return [f"{quoted(name)}: ".replace("%", "%%") + "%s" for name in names]


def _literals(found: Numbers | Sequence[str]) -> list[str]:
    """A new column as JSON."""
    return cells.written(floats(found), found.missing, WORDS) if isinstance(found, Numbers) else list(map(quoted, found))
