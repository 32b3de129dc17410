"""What is given of inputs and of their correlations, as text: on the command line, or in files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import number
from autodiff.messages import say
from autodiff.reading.source import plain
from autodiff.tape import canonical
from autodiff.uncertainty.correlations import Pair
from autodiff.uncertainty.forms import Form, notes
from autodiff.uncertainty.inputs import Input
from autodiff.uncertainty.readings import Readings, place


class Given(NamedTuple):
    """The inputs by name, the correlations of those that are means of the same records, and notes on how texts are read."""

    inputs: dict[str, Input]
    pairs: dict[Pair, float]
    notes: list[str]


def given(texts: Mapping[str, tuple[str, str]], paired: bool = False) -> Given:
    """The inputs from their texts, each with the word that it stands in; `paired` says that records are simultaneous."""
    columns = [place(name, text) for name, (text, _) in texts.items() if text.strip().startswith("@")]
    if paired and len({column.path for column in columns}) == len(columns):
        message = say("--paired is for inputs that are columns of one file")
        raise AutodiffError("E042", message, say("write {spelling}", spelling="a=@readings.csv:a b=@readings.csv:b --paired"))
    forms = [Form(name, *text) for name, text in texts.items() if name not in {column.name for column in columns}]
    found = {form.name: form.input for form in forms}
    said, pairs = notes(forms), dict[Pair, float]()
    if columns:
        readings = Readings(columns)
        found |= {one.name: one for one in readings.inputs()}
        pairs = readings.correlations() if paired else {}
        said += _together(readings) if not paired else []
    return Given({name: found[name] for name in texts}, pairs, said)


def _together(readings: Readings) -> list[str]:
    """A note where several inputs are columns of one file, so that they may be correlated."""
    for k, one in enumerate(readings.columns):
        for other in readings.columns[:k]:
            if one.path == other.path:
                said = {"one": other.name, "other": one.name, "source": one.path}
                return [
                    say(
                        "{one} and {other} are taken for independent; if the records of {source} are simultaneous, add --paired",
                        **said,
                    )
                ]
    return []


def correlations(words: Iterable[str]) -> dict[Pair, float]:
    """Correlations as in a,b=0.3; several between semicolons or blanks."""
    found: dict[Pair, float] = {}
    for word in (part for words in words for part in words.replace(";", " ").split() or [""]):
        names, sign, text = word.partition("=")
        pair = [canonical(plain(name.strip())) for name in names.split(",")]
        if not sign or len(pair) != 2 or not all(pair):
            message = say("--corr: '{word}' is not a,b=correlation", word=word)
            raise AutodiffError("E042", message, say("write {spelling}", spelling="--corr a,b=0.3"))
        try:
            r = number(text)
        except FormulaError as error:
            message = say("{option}: {problem}", option="--corr", problem=error.message)
            raise AutodiffError("E042", message, say("write {spelling}", spelling="--corr a,b=0.3")) from None
        one, other = pair
        if found.get((one, other), found.get((other, one), r)) != r == r:
            message = say("the correlation of {one} and {other} is given twice, and differs", one=one, other=other)
            raise AutodiffError("E042", message, say("keep one of them"))
        found[one, other] = r
    return found


def of_object(data: Mapping[str, object], where: str) -> dict[Pair, float]:
    """Correlations of a JSON object of objects, as {"a": {"b": 0.3}}."""
    found: dict[Pair, float] = {}
    for one, row in data.items():
        for other, r in row.items() if isinstance(row, dict) else [("", None)]:
            if isinstance(r, bool) or not isinstance(r, (int, float)):
                raise _unfit(say("{source} is not an object of objects of numbers", source=where))
            found[one, other] = float(r)
    return found


def of_table(path: str, inputs: Sequence[str]) -> dict[Pair, float]:
    """Correlations of a square table of a CSV file, whose header names the inputs; a first column of their names may stand before.

    A table may have more inputs than the formula: those are left out.
    """
    from autodiff.data import formats
    from autodiff.data.opening import way

    format = formats.of(path)
    with way([(path, format)], None).source(path, format) as source:
        names = list(source.names)
        batches = [*source.batches()]
        first = bool(names) and names[0] not in inputs and sum(batch.height for batch in batches) == len(names) - 1
        names = names[first:]
        rows = [[float(x) for batch in batches for x in batch.numbers(name).values] for name in names]
    if not rows or any(len(row) != len(names) for row in rows):
        raise _unfit(say("'{path}' is no square table", path=path))
    found: dict[Pair, float] = {}
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            r = rows[j][i]
            if r != r and rows[i][j] == rows[i][j]:
                r = rows[i][j]  # one half of the table may be left empty
            if one in inputs and other in inputs and (r == r or i <= j):
                found[one, other] = r if r == r else 0.0
    return found


def _unfit(message: str) -> AutodiffError:
    return AutodiffError("E051", message, say("write {spelling}", spelling='{"a": {"b": 0.3}}'))
