"""Records with new members as JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from autodiff.data import cells
from autodiff.data.batch import Numbers, Part
from autodiff.data.formats import Format
from autodiff.data.jsonl import Lot
from autodiff.data.rows import floats
from autodiff.messages import say
from autodiff.writing.numbers import quoted

WORDS = ("null", '"NaN"', '"Infinity"', '"-Infinity"')


def lines(parts: Iterable[Part], format: Format, kept: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The text of each part, with the number of its records."""
    ending = format.newline
    for part in parts:
        ending = ending or part.batch.origin.format.newline
        columns = [[f", {quoted(name)}: {literal}" for literal in _literals(part.new[name])] for name in new]
        texts = map("".join, zip(_begun(part.batch, kept, new), *columns, ["}"] * part.batch.height))
        yield ending.join([*(f"{{{text[3:]}" if text.startswith("{, ") else text for text in texts), ""]), part.batch.height


def _begun(batch: Any, kept: Sequence[str], new: Sequence[str]) -> list[str]:
    """The objects without their last brace; as they were read, if all their members are kept."""
    if isinstance(batch, Lot) and tuple(kept) == batch.origin.names:
        for k, found in enumerate(batch.objects()):
            if not found.keys().isdisjoint(new):
                name = next(name for name in new if name in found)
                raise batch.refuse(k, say("'{name}' is taken", name=name), say("choose a --prefix for the new columns"))
        return [text.rstrip()[:-1].rstrip() for text in batch.texts]
    names = [f"{quoted(name)}: " for name in kept]
    return ["{" + ", ".join(map("".join, zip(names, literals))) for literals in batch.literals(kept)]


def _literals(found: Numbers | Sequence[str]) -> list[str]:
    """A new column as JSON."""
    return cells.written(floats(found), found.missing, WORDS) if isinstance(found, Numbers) else list(map(quoted, found))
