"""Large files: what polars reads and writes is what the standard library reads and writes, byte for byte."""

import io
import random
import sys
import threading
from datetime import date

import polars as pl
import pytest

from autodiff.data import formats, frames, jsonl, pieces, table, text
from autodiff.data.batch import Numbers, Part
from autodiff.errors import AutodiffError

CELLS = [
    "1", "2.5", "-3e5", "", "  7 ", "nan", "inf", "9007199254740993", "007", "a b", "中文", "#", '"a"', '""', '"1.5"', '"q""q"',
]  # fmt: skip


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
    lines, fault = [[f"c{k}" for k in range(width)]], rng.choice(["", "", "text", "width"])  # of two, the first one met is told
    for _ in range(rng.choice([0, 1, 2, 10, 30])):
        last = rng.choice(["1", "2.5", "", " 4", "5e-324", '"6"', "1_0" if fault == "text" and rng.random() < 0.04 else "8"])
        lines.append([*(rng.choice(CELLS + quoted) for _ in range(width - 1)), last])
        if fault == "width" and rng.random() < 0.02:
            lines[-1] = rng.choice([[*lines[-1], "more"], lines[-1][:-1]])
        if rng.random() < 0.02:
            lines.append([rng.choice(["", " "])])
    data = end.join(map(sign.join, lines)) + end * (rng.random() < 0.8)
    if rng.random() < 0.03:
        data = data.replace("\n", "\r")
    data = ("\ufeff" * (rng.random() < 0.1) + data).encode()
    return data.replace("文".encode(), b"\xff") if rng.random() < 0.02 else data, lines[0]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("seed", range(60))
def test_polars_and_the_standard_library_agree(seed, tmp_path, blocks):
    rng = random.Random(seed)
    for _ in range(4):
        data, names = made(rng)
        blocks(rng.choice([1, 2, 4, 8192]), rng.choice([10, 50, 200, 2**23]))
        kept, to = rng.choice([None, None, [], names[:1], names[::-1]]), rng.choice(["csv", "csv", "tsv", "jsonl"])
        one, other = (mapped(way, data, tmp_path, names[-1:], kept, to=to) for way in (text, frames))
        assert one == other, (data, kept, to)


VALUES = [
    "1", "2.5", "-3e5", "null", "0", "-0", "-0.0", '"NaN"', '"-Infinity"', "9007199254740993", "1e22", "0.00001", "5e-324", "5e-3",
    "true", '"1"', "[1]", '{"x": 1}', "1e999", "NaN", "01",
]  # fmt: skip
OTHERS = [
    '"a b"', '"x"', '"\\u4e2d"', '"中文"', '"J"', '{"x": 5}', '[[1], {"q": 2}]', "true", "1e5", "18446744073709551616", '"\t"',
]  # fmt: skip


def lines(rng):
    """JSON Lines, some of which are odd."""
    end, found = rng.choice(["\n", "\n", "\r\n"]), []
    good = rng.random() < 0.7
    for _ in range(rng.choice([0, 1, 2, 10, 30])):
        members = [
            f'"x": {rng.choice(VALUES[: 14 if good or rng.random() < 0.9 else None])}',
            f'"名":{rng.choice(OTHERS[: 10 if good else None])}',
        ]
        members += [f'"y"\t: {rng.choice(VALUES[:13])}' if rng.random() < 0.1 else f'"y" : {rng.choice(VALUES[:13])}'] * (
            rng.random() < 0.9
        )
        members += ['"x": 7'] * (rng.random() < 0.01) + ['"\\u0078": 7'] * (rng.random() < 0.01)
        rng.shuffle(members)
        found.append("{" + ", ".join(members) + rng.choice(["}", " }", "}  "]))
        if rng.random() < 0.01:
            found.append(rng.choice(["", "  ", "{}", "{ }", "[1]", '{"x": 1', '{"x": 1} 2', "[" * 5000]))
    return (end.join(found) + end * (rng.random() < 0.8)).encode()


@pytest.mark.sampled(6)
@pytest.mark.parametrize("seed", range(40))
def test_json_lines_are_decoded_alike(seed, tmp_path, monkeypatch):
    rng = random.Random(seed)
    for _ in range(4):
        monkeypatch.setattr(jsonl, "BLOCK", rng.choice([1, 4, 8192]))
        data, kept = lines(rng), rng.choice([None, None, ["x"], []])
        want = rng.choice([["x"], ["x", "y"], ["y"]])
        to = rng.choice(["jsonl", "jsonl", "csv"])
        one, other = (mapped(way, data, tmp_path, want, kept, "jsonl", to) for way in (text, frames))
        assert one == other, (data, kept, want, to)


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


MIXED = pl.DataFrame({
    "id": ["007", "a,b", "", None, 'q"r', "中"], "n": [2**60 + 1, 1, 2, 3, None, 5],
    "x": [0.5, float("nan"), None, float("inf"), 1e-5, -0.0], "day": [date(2020, 1, 31)] * 6, "ok": [True, None] * 3,
    "list": [[1], [], None, [2, 3], [None], [4]],
})  # fmt: skip
TABLE = b"""id,n,x,day,ok,list,J,s
007,1152921504606846977,0.5,2020-01-31,true,[1],0.5,ok
"a,b",1,NaN,2020-01-31,,[],NaN,pole
"",2,,2020-01-31,true,,,
,3,inf,2020-01-31,,"[2, 3]",inf,ok
"q""r",,0.00001,2020-01-31,true,[null],0.00001,pole
\xe4\xb8\xad,5,-0.0,2020-01-31,,[4],0.0,
"""
OBJECTS = b"""\
{"id": "007", "n": 1152921504606846977, "x": 0.5, "day": "2020-01-31", "ok": true, "list": [1], "J": 0.5, "s": "ok"}
{"id": "a,b", "n": 1, "x": "NaN", "day": "2020-01-31", "ok": null, "list": [], "J": "NaN", "s": "pole"}
{"id": "", "n": 2, "x": null, "day": "2020-01-31", "ok": true, "list": null, "J": null, "s": ""}
{"id": null, "n": 3, "x": "Infinity", "day": "2020-01-31", "ok": null, "list": [2, 3], "J": "Infinity", "s": "ok"}
{"id": "q\\"r", "n": null, "x": 0.00001, "day": "2020-01-31", "ok": true, "list": [null], "J": 0.00001, "s": "pole"}
{"id": "\xe4\xb8\xad", "n": 5, "x": -0.0, "day": "2020-01-31", "ok": null, "list": [4], "J": 0.0, "s": ""}
"""


def binary(frame):
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("to", "expected"), [("csv", TABLE), ("jsonl", OBJECTS), ("tsv", TABLE.replace(b",", b"\t"))])
def test_parquet_to_text(to, expected, tmp_path):
    found = mapped(frames, binary(MIXED), tmp_path, ["x"], source="parquet", to=to)
    if to == "tsv":
        expected = expected.replace(b'"a\tb"', b"a,b").replace(b'"[2\t 3]"', b"[2, 3]")
    assert found == (6, expected)


@pytest.mark.parametrize("source", ["csv", "tsv", "jsonl"])
def test_text_to_parquet(source, tmp_path):
    data = b'id,x,n\n007,1.5,18446744073709551616\n"a\n""b",,1e5\n'
    if source == "tsv":
        data = data.replace(b",", b"\t")
    if source == "jsonl":
        data = b'{"id": "007", "x": 1.5, "n": 18446744073709551616}\n{"id": "a\\n\\"b", "x": null, "n": 1e5}\n'
    count, found = mapped(frames, data, tmp_path, ["x"], source=source, to="parquet")
    assert count == 2
    expected = {
        "id": ["007", 'a\n"b'],
        "x": ["1.5", None],
        "n": ["18446744073709551616", "1e5"],
        "J": [1.5, None],
        "s": ["ok", "pole"],
    }
    assert pl.read_parquet(found).to_dict(as_series=False) == expected


@pytest.mark.parametrize("to", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("data", ["empty", "one", pytest.param("wide", marks=pytest.mark.long)])
def test_few_records_and_many_columns(data, to, tmp_path):
    frame = {
        "empty": pl.DataFrame(schema={"x": pl.Float64, "名": pl.String}), "one": pl.DataFrame({"x": [1.5]}),
        "wide": pl.DataFrame({f"列{k}": [k + 0.5] for k in range(10_000)}).with_columns(x=pl.lit(2.0)),
    }[data]  # fmt: skip
    count, found = mapped(frames, binary(frame), tmp_path, ["x"], source="parquet", to=to)
    assert count == frame.height
    again = mapped(frames, found, tmp_path, ["J"] if count else [], frame.columns, to, "parquet")
    if to == "jsonl" and not count:
        assert again[0] == "E051" or found == b""
        return
    read = pl.read_parquet(again[1])
    assert read.columns == [*frame.columns, "J", "s"]
    assert read["J"].to_list() == frame["x"].to_list()
    assert read.select(frame.columns).cast(pl.Float64).rows() == frame.cast(pl.Float64).rows()


def test_a_float_of_32_bits_is_written_short(tmp_path):
    frame = pl.DataFrame({"a": [0.1, None, float("nan")]}, schema={"a": pl.Float32})
    for to, expected in (("jsonl", b'{"a": 0.1, "J": 0.5, "s": "ok"}'), ("csv", b"a,J,s\n0.1,0.5,ok")):
        assert mapped(frames, binary(frame), tmp_path, [], source="parquet", to=to)[1].startswith(expected)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("seed", range(40))
def test_random_damage_is_told_alike(seed, tmp_path, blocks):
    rng = random.Random(seed)
    for source, make in (("csv", lambda: made(rng)[0]), ("jsonl", lambda: lines(rng))):
        data = bytearray(make() or b"x")
        for _ in range(rng.choice([1, 2, 5])):
            data[rng.randrange(len(data))] = rng.choice(b'\x00"\n\r,;{}\\\xff:0.e\t ')
        blocks(rng.choice([1, 4, 8192]), rng.choice([10, 200, 2**23]))
        want = ["x"] if source == "jsonl" else []
        one, other = (mapped(way, bytes(data), tmp_path, want, source=source, to=source) for way in (text, frames))
        assert one == other, data


def test_errors_have_their_place(tmp_path):
    text = "id,x\n" + "".join(f"{k},{k}\n" for k in range(9000))
    for bad, problem in (("7000,abc", "'abc' is not a number"), ("7000,1,2", "3 cells"), ('7000,"1', "a quote is opened")):
        code, message, _ = mapped(frames, text.replace("7000,7000", bad).encode(), tmp_path, ["x"])
        assert code == "E051"
        assert "in.csv', row 7001 (line 7002)" in message
        assert problem in message
    for damaged in (b"", binary(MIXED)[:-9], b"id,x\n1,2\n"):
        code, message, _ = mapped(frames, damaged, tmp_path, ["x"], source="parquet")
        assert code == "E051"
        assert "is no whole Parquet file" in message
        assert "\n" not in message


def test_what_is_raised_comes_as_it_is():
    def broken():
        yield from parts(frames.source(io.BytesIO(binary(MIXED)), formats.of("a.parquet"), "a"), ["x"])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        frames.write(broken(), io.BytesIO(), formats.of("a.parquet"), MIXED.columns, ["J", "s"])
    assert not [thread for thread in threading.enumerate() if thread.name == "parquet"]
    with open("/dev/full", "wb") as full, pytest.raises(OSError, match="space"):
        frames.write(
            parts(frames.source(io.BytesIO(binary(MIXED)), formats.of("a.parquet"), "a"), ["x"]),
            full,
            formats.of("a.parquet"),
            ["n"],
            ["J"],
        )


@pytest.mark.parametrize("kind", [pl.Int8, pl.UInt64, pl.Float32, pl.Decimal(10, 2), pl.String, pl.Categorical])
def test_numbers_of_any_type(kind):
    frame = pl.DataFrame({"x": pl.Series(["1", None, "3"]).cast(kind)})
    (batch,) = frames.source(io.BytesIO(binary(frame)), formats.of("a.parquet"), "a").batches()
    found = batch.numbers("x")
    assert [found.values[0], found.values[2]] == [1.0, 3.0]
    assert list(found.missing) == [1]


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed_both_ways(packing, tmp_path):
    if packing == "zst" and sys.version_info < (3, 14):
        pytest.importorskip("backports.zstd")
    data = b"id,x\n" + b"".join(b"%05d,%d.5\n" % (k, k) for k in range(20_000))
    count, packed = mapped(frames, data, tmp_path, ["x"], to=f"csv.{packing}")
    again = mapped(frames, packed, tmp_path, ["x"], ["id"], f"csv.{packing}", "csv")
    plain = mapped(frames, data, tmp_path, ["x"], ["id"])
    assert again == plain
    assert count == 20_000
