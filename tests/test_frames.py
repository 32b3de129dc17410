"""Large files: what polars reads and writes is what the standard library reads and writes, byte for byte."""

import io
import random
from datetime import date

import polars as pl
import pytest

from autodiff.data import formats, frames, pieces, table, text
from autodiff.data.batch import Numbers, Part
from autodiff.errors import AutodiffError

CELLS = [
    "1",
    "2.5",
    "-3e5",
    "",
    "  7 ",
    "nan",
    "inf",
    "9007199254740993",
    "007",
    "a b",
    "中文",
    "#",
    '"a"',
    '""',
    '"1.5"',
    '"q""q"',
]


@pytest.fixture
def blocks(monkeypatch):
    """Sets how many records a block has, and how many bytes a piece."""

    def set_to(block: int, size: int) -> None:
        monkeypatch.setattr(table, "BLOCK", block)
        monkeypatch.setattr(pieces, "BLOCK", block)
        monkeypatch.setattr(pieces, "SIZE", size)

    return set_to


def mapped(way, data, tmp_path, want, kept=None, source="csv", to="csv"):
    """What comes out where J is the sum of some columns, with a column of words; or the error."""
    path = tmp_path / f"in.{source}"
    path.write_bytes(data)
    origin = formats.of(path.name)
    try:
        read = way.source(path.open("rb"), origin, str(path))
        out = io.BytesIO()
        names = read.names if kept is None else kept
        count = way.write(parts(read, want), out, formats.of(f"out.{to}"), names, ["J", "s"])
    except AutodiffError as error:
        return error.code, error.message, error.hint
    return count, out.getvalue()


def parts(read, want):
    for batch in read.batches():
        found = [batch.numbers(name) for name in want]
        values = [float(sum(row)) for row in zip(*(one.values for one in found), strict=True)] if want else [0.5] * batch.height
        missing = sorted({int(k) for one in found for k in one.missing})
        words = [("ok", "pole", "")[(batch.start + k) % 3] for k in range(batch.height)]
        yield Part(batch, {"J": Numbers(values, missing, sum(one.rounded for one in found)), "s": words})


def made(rng):
    """A table, some of whose records are odd."""
    sign, end, width = rng.choice(",,;\t|"), rng.choice(["\n", "\n", "\r\n"]), rng.choice([1, 2, 3, 5])
    quoted = [f'"a{sign}b"'] + (['"a\nb"', '"a\r\nb"'] if rng.random() < 0.3 else []) + (['x"y'] if rng.random() < 0.1 else [])
    lines = [[f"c{k}" for k in range(width)]]
    for _ in range(rng.choice([0, 1, 2, 10, 30])):
        last = rng.choice(["1", "2.5", "", " 4", "5e-324", '"6"', "1_0" if rng.random() < 0.02 else "8"])
        lines.append([*(rng.choice(CELLS + quoted) for _ in range(width - 1)), last])
        if rng.random() < 0.004:
            lines[-1] = rng.choice([[*lines[-1], "more"], lines[-1][:-1]])
        if rng.random() < 0.02:
            lines.append([rng.choice(["", " "])])
    data = end.join(map(sign.join, lines)) + end * (rng.random() < 0.8)
    if rng.random() < 0.03:
        data = data.replace("\n", "\r")
    data = ("\ufeff" * (rng.random() < 0.1) + data).encode()
    return data.replace("文".encode(), b"\xff") if rng.random() < 0.02 else data, lines[0]


@pytest.mark.parametrize("seed", range(60))
def test_polars_and_the_standard_library_agree(seed, tmp_path, blocks):
    rng = random.Random(seed)
    for _ in range(4):
        data, names = made(rng)
        blocks(rng.choice([1, 2, 4, 8192]), rng.choice([10, 50, 200, 2**23]))
        kept, to = rng.choice([None, None, [], names[:1], names[::-1]]), rng.choice(["csv", "csv", "tsv", "jsonl"])
        one, other = (mapped(way, data, tmp_path, names[-1:], kept, to=to) for way in (text, frames))
        assert one == other, (data, kept, to)


def opened(path):
    return frames.source(path.open("rb"), formats.of(path.name), path.name)


def test_parquet_keeps_types(tmp_path):
    n = 20000
    frame = pl.DataFrame({
        "id": [f"{k:05d}" for k in range(n)], "x": [None if k % 7 == 0 else k / 3 for k in range(n)],
        "day": [date(2020, 1, 31)] * n, "list": [[1, None]] * n, "record": [{"a": 1.5}] * n, "big": [2**53 + 1, 1] * (n // 2),
    })  # fmt: skip
    frame.write_parquet(tmp_path / "in.parquet")
    read = opened(tmp_path / "in.parquet")
    assert read.names == tuple(frame.columns)
    with (tmp_path / "out.parquet").open("wb") as stream:
        assert frames.write(parts(read, ["x", "big"]), stream, formats.of("out.parquet"), read.names, ["J", "s"]) == n
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert found.select(frame.columns).equals(frame)
    assert found["J"].null_count() == frame["x"].null_count()
    assert found["J"][1] == 1 / 3 + 1
    big = next(opened(tmp_path / "in.parquet").batches()).numbers("big")
    assert big.rounded == n // 2
    for name in ("day", "list", "record"):
        with pytest.raises(AutodiffError) as caught:
            next(opened(tmp_path / "in.parquet").batches()).numbers(name)
        assert caught.value.code == "E051"
        assert name in caught.value.message
