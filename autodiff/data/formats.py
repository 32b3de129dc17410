"""What kind of file a name or a word tells of, and what a CSV file says of itself where it begins."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from typing import NamedTuple

from autodiff.data.choices import KINDS
from autodiff.errors import AutodiffError
from autodiff.messages import N_, say

ENDINGS = {
    "csv": "csv", "txt": "csv", "tsv": "tsv", "tab": "tsv",
    "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet", "pq": "parquet",
}  # fmt: skip
"""What the ending of a name says."""
PACKED = {"gz": "gz", "gzip": "gz", "zst": "zst", "zstd": "zst"}
SEPARATORS = ",;\t|"
SAMPLE = 65536  # characters that are looked at
FOREIGN = {
    b"PK\x03\x04": N_("a ZIP file or a workbook of Excel"), b"\xd0\xcf\x11\xe0": N_("a workbook of Excel"),
    b"PAR1": N_("a Parquet file"), b"\xff\xfe": N_("UTF-16 text"), b"\xfe\xff": N_("UTF-16 text"),
}  # fmt: skip
"""What is no text of ours, by its first bytes."""


class Format(NamedTuple):
    """How records are written in a file; separator, line ending and byte-order mark of a CSV are found by reading it."""

    kind: str
    compression: str = ""
    separator: str = ""
    newline: str = ""
    bom: bool = False
    header: bool = True
    """Whether it is written; not in the further pieces of one file."""


def of(path: str, word: str | None = None, option: str = "--from") -> Format:
    """The format of a file: what the option says, else what the name ends with. Raises AutodiffError where neither tells."""
    known, packed = _ending(path)
    if word is not None:
        known, chosen = _ending(f".{word.lower()}")
        packed = chosen or packed
    if not known or (known == "parquet" and packed):
        message = say("the format of '{path}' is not known", path=path)
        if word is not None:
            message = say("{option} {word} is not a format", option=option, word=word)
        raise AutodiffError("E042", message, say("write {spelling}", spelling=f"{option} {'|'.join(KINDS)}"))
    return Format(known, packed, "\t" if known == "tsv" else "")


def known(path: str) -> bool:
    """Whether the name of a file says what it holds."""
    return bool(_ending(path)[0])


def _ending(path: str) -> tuple[str, str]:
    """Kind and compression by the end of a name, each empty where it does not tell."""
    rest, dot, last = path.lower().rpartition(".")
    packed = PACKED.get(last, "") if dot else ""
    if packed:
        rest, dot, last = rest.rpartition(".")
    return ENDINGS.get(last, "") if dot else "", packed


def renamed(path: str, format: Format) -> str:
    """The name of a file with the ending of a format."""
    stem, _, last = path.rpartition(".")
    if stem and last.lower() in PACKED:
        path, (stem, _, last) = stem, stem.rpartition(".")
    packing = f".{format.compression}" if format.compression else ""
    known = bool(stem) and last.lower() in ENDINGS
    ending = last if known and ENDINGS[last.lower()] == format.kind else format.kind
    return f"{stem if known else path}.{ending}{packing}"


def like(output: Format, source: Format) -> Format:
    """An output with the separator, the line ending and the byte-order mark of its input, as far as it can have them."""
    newline = output.newline or source.newline
    if output.kind == "jsonl":
        return output._replace(newline="\n" if newline == "\r" else newline)  # in JSON \r is a blank
    separator = output.separator or (source.separator if source.kind == "csv" else "")
    return output._replace(separator=separator, newline=newline, bom=source.bom)


def found(format: Format, text: str) -> Format:
    """A format with the byte-order mark and the separator that the beginning of a file tells."""
    sample = text[:SAMPLE].removeprefix("\ufeff")
    return format._replace(bom=text[:1] == "\ufeff", separator=format.separator or _separator(sample))


def ending(line: str) -> str:
    """The line ending after a line; that of Unix where it has none."""
    return line[len(line.rstrip("\r\n")) :] or "\n"


def _separator(text: str) -> str:
    """The sign that splits most of the first records as it splits the first one, into the most columns; the comma if none does."""
    return max(SEPARATORS, key=lambda sign: _fit(text, sign))


def _fit(text: str, sign: str) -> tuple[float, int]:
    """The share of the records that have as many cells as the first one, and that number."""
    widths = list[int]()
    with suppress(csv.Error):  # a cell longer than the sample
        widths.extend(map(len, csv.reader(io.StringIO(text, newline=""), delimiter=sign)))
    widths = [width for width in widths if width]
    if len(widths) > 1 and len(text) == SAMPLE:
        widths.pop()  # cut
    if not widths or widths[0] < 2:
        return 0.0, 0
    return Counter(widths)[widths[0]] / len(widths), widths[0]


def check(start: bytes, name: str) -> None:
    """Raises AutodiffError where the first bytes of a file are those of something else than text."""
    for magic, what in FOREIGN.items():
        if start.startswith(magic):
            raise _foreign(name, what)


def _foreign(path: str, what: str) -> AutodiffError:
    return AutodiffError("E051", say("'{path}' is {what}", path=path, what=say(what)), say("save it as UTF-8 text, such as CSV"))


def columns(cells: list[str], name: str) -> tuple[str, ...]:
    """The names in a header, without the blanks around them. Raises AutodiffError where it holds numbers alone, or is UTF-16."""
    names = tuple(cell.strip() for cell in cells)
    if any("\0" in cell for cell in names):
        raise _foreign(name, FOREIGN[b"\xff\xfe"])
    if all(map(_is_number, names)):
        message = say("'{path}' has no header: its first line holds numbers alone", path=name)
        raise AutodiffError("E051", message, say("put a line with the names of the columns before it, as in x,y,z"))
    return names


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?", cell) is not None
