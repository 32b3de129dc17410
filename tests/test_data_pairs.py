"""Every pair of text formats with every odd file, separators found by looking, and damage of any kind."""

import csv
import io
import json
import random
from itertools import product

import pytest
from test_data_text import passed

from autodiff.data import formats, text
from autodiff.errors import AutodiffError

KINDS = ("csv", "tsv", "jsonl")
TABLES: dict[str, list[list[str]]] = {
    "header alone": [["x", "y"]],
    "one row": [["x", "y"], ["1", "007"]],
    "one column": [["x"], ["1"], ["2.5"], ["3e-9"]],
    "one cell": [["x"], ["1"]],
    "empty cells": [["y", "x"], ["", ""], ["", "1"], ["a", ""]],
    "10,000 columns": [["x", *(f"c{k}" for k in range(9999))], ["1.5", *map(str, range(9999))]],
    "Chinese headers": [["权重", "x", "名, 字"], ["18446744073709551616", "-0.5", "张"], ["1e5", "3", "“李”\n"]],
    "quotes": [['"x"', "x", "a\tb"], ['""', "1", "\r\n"], ["\r", "2", "'"]],
    "blanks": [["w", "x", ""], ["  ", " 1 ", "\u3000"], ["\t", "2", "\x85"]],
    "names of our own kind": [["%s", "x", "{0}"], ["%d", "1", "{}"], ["\\", "2", "\0"]],
}


def made(rows: list[list[str]], kind: str, newline: str) -> bytes:
    """A file as the standard library writes it."""
    file = io.StringIO()
    if kind == "jsonl":
        objects = [
            {name: (float(cell) if cell.strip() else None) if name == "x" else cell for name, cell in zip(rows[0], row)}
            for row in rows[1:]
        ]
        return "".join(json.dumps(found, ensure_ascii=False) + newline for found in objects).encode()
    csv.writer(file, delimiter={"csv": ",", "tsv": "\t"}[kind], lineterminator="\r\n").writerows(rows)
    written = file.getvalue()  # always with quotes around \r, which Python before 3.13 leaves out where lines end otherwise
    return (written if newline == "\r\n" else _unix(rows, {"csv": ",", "tsv": "\t"}[kind])).encode()


def _unix(rows: list[list[str]], separator: str) -> str:
    lines = []
    for row in rows:
        file = io.StringIO()
        csv.writer(file, delimiter=separator, lineterminator="\r\n").writerow(row)
        lines.append(file.getvalue().removesuffix("\r\n") + "\n")
    return "".join(lines)


def read(data: bytes, kind: str) -> list[dict[str, str | float | None]]:
    """The records of a file as the standard library reads it; numbers of x as floats, nothing as None."""
    if kind == "jsonl":
        return [json.loads(line) for line in data.decode().split("\n") if line]
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter={"csv": ",", "tsv": "\t"}[kind], strict=True))
    return [
        {name: (float(cell) if cell.strip() else None) if name in ("x", "new") else cell for name, cell in zip(rows[0], row)}
        for row in rows[1:]
    ]


PAIRS = [
    (table, *pair) for table, *pair in product(TABLES, KINDS, KINDS, ["\n", "\r\n"])
    if (table, pair[0]) != ("header alone", "jsonl") and (table, pair[2]) != ("10,000 columns", "\n")
]  # fmt: skip


@pytest.mark.parametrize(("table", "source", "target", "newline"), PAIRS)
def test_pairs(table: str, source: str, target: str, newline: str) -> None:
    rows = TABLES[table]
    data = made(rows, source, newline)
    found = passed(data, name=f"f.{source}", to=f"o.{target}")
    expected = [{**record, "new": record["x"]} for record in read(data, source)]
    assert read(found, target) == expected
    if source == target:
        lines, ending = (data.decode().split(newline), newline)
        assert all(line.rstrip("}") in found.decode() for line in lines)
        assert found.decode().count(ending) == data.decode().count(ending)
        again = passed(found, name=f"f.{source}", to=f"o.{target}", kept=list(rows[0]))
        assert read(again, target) == expected


HEADS = {
    ",": ["x,y\n1,2\n", "x,y;z\n1,2\n", 'x,y\n1,"a;b;c"\n', "x,y\n1,a b|c\n2,d|e\n", "x\n1\n2\n", "x", "x,y", "a|b,x,c\n1|2,3,4\n"],
    ";": ["x;y\n1,5;2,5\n", "x;y\n1;2\n", 'x;"y;z"\n1;2\n', "x;y", "x;y\n1,5;2,5\n3,5,5;2\n", "a,b;x;c\n1;2;3\n1;2;3\n"],
    "\t": ["x\ty\n1\t2\n", "x\ty, in m\n1\ta,b,c\n", "x\ty"],
    "|": ["x|y\n1|2\n", "x|y|z, w\n1|2|a, b\n", "x|y"],
}  # fmt: skip


@pytest.mark.parametrize(("separator", "data"), [(sign, data) for sign, texts in HEADS.items() for data in texts])
def test_separators(separator: str, data: str) -> None:
    for ending in ("\n", "\r\n", "\r"):
        source = text.source(io.BytesIO(data.replace("\n", ending).encode()), formats.of("f.csv"), "f.csv")
        assert source.format.separator == separator  # type: ignore[attr-defined]


SEEDS = [made(rows, kind, "\n")[:400] for rows in TABLES.values() for kind in KINDS]


def outcome(data: bytes, name: str, to: str) -> str:
    """The code of the error, if there is one."""
    try:
        passed(data, name=name, to=to)
    except AutodiffError as error:
        return error.code
    return ""


@pytest.mark.sampled(4)
@pytest.mark.parametrize("seed", range(40))
def test_damage_is_an_error_or_nothing(seed: int) -> None:
    """Bytes changed, left out, put in or doubled: whatever becomes of it, no other exception than ours."""
    chance = random.Random(seed)
    for _ in range(25):
        data, kind = bytearray(chance.choice(SEEDS)), chance.choice(KINDS)
        for _ in range(chance.randint(1, 6)):
            k = chance.randrange(len(data) + 1)
            change = chance.choice(
                [b"", b'"', b"\n", b"\r", b",", b"\0", b"\xff", b"{", b"}", b"[", b"\\", b"1e999", b"\xe5", data[:k]]
            )
            data[k : k + chance.randint(0, 3)] = change
        assert outcome(bytes(data), f"f.{kind}", f"o.{chance.choice(KINDS)}") in ("", "E051", "E052"), data
