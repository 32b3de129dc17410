"""The rows of a fit with what it says of each, as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autodiff.data import formats, opening, places
from autodiff.data.batch import Numbers, Part
from autodiff.data.formats import Format
from autodiff.errors import needs
from autodiff.solving.fitting.fit import Fit
from autodiff.solving.fitting.influence import influence, over_rows

OURS = "fit_"
"""What is put before a name of ours that is one of the user's too."""


class Rows:
    """A batch of no columns that were read, so that all are new."""

    start, head, names, origin = 0, "", (), property(lambda self: self)

    def __init__(self, height: int, format: Format) -> None:
        self.height, self.format = height, format

    def cells(self, kept: Sequence[str]) -> list[Sequence[str]]:
        """Nothing."""
        return []

    literals = cells


def format_of(path: str, word: str | None) -> Format:
    """How to write: as the name or the word says, CSV to a device. Raises AutodiffError where neither tells."""
    if word is None and places.folder(path) is None:
        word = "csv"
    return formats.of(f".{word}") if word else formats.of(path, None, "--to")


def columns(fit: Fit) -> dict[str, Any]:
    """Arrays by name, one number for each row that counts, NaN where nothing can be said."""
    data = {**fit.points.columns, fit.asked.target: fit.points.y}
    found = dict[str, Any]()
    for name, values in _said(fit):
        while name in data or name in found:
            name = OURS + name
        found[name] = values
    row, *rest = found
    return {row: found[row], **data, **{name: found[name] for name in rest}}


def _said(fit: Fit) -> Iterator[tuple[str, Any]]:
    """What is not of the data."""
    numpy = needs("numpy")
    unknown = numpy.full(fit.rows, numpy.nan)
    yield "row", fit.points.rows
    yield "fitted", fit.fitted
    yield "residual", fit.residuals
    for name, moved in fit.moved.items():
        yield f"residual_{name}", -moved
    felt = influence(fit) if fit.loss == "linear" else None
    yield "standardized_residual", felt.standardized if felt else unknown
    yield "leverage", felt.leverage if felt else unknown
    yield "cooks_distance", felt.cook if felt else unknown
    wide = over_rows(fit)
    for name, half in (("confidence", wide.confidence), ("prediction", wide.prediction)):
        yield f"{name}_low", fit.fitted - half
        yield f"{name}_high", fit.fitted + half


def save(fit: Fit, path: str, word: str | None, force: bool) -> None:
    """Write the file. Raises AutodiffError where it cannot be written."""
    numpy, format = needs("numpy"), format_of(path, word)
    found = {name: Numbers(values, numpy.flatnonzero(numpy.isnan(values)).tolist()) for name, values in columns(fit).items()}
    with places.beside(path, force, [one for one in fit.asked.paths if one != "-"]) as stream:
        opening.way([], format).write([Part(Rows(fit.rows, format), found)], stream, format, (), [*found])
