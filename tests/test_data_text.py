"""CSV, TSV and JSON Lines read and written with the standard library: what is kept stands as it stood, what is wrong is found."""

import gzip
import io
import json
import math
import random
import struct
import sys
import types
from collections.abc import Sequence
from fractions import Fraction

import polars
import pytest

from autodiff.data import blocks, formats, jsonl, streams, table, text
from autodiff.data.batch import Numbers, Part
from autodiff.data.cells import written
from autodiff.errors import AutodiffError


def passed(data: bytes, x: str = "x", name: str = "f.csv", to: str = "o.csv", kept: Sequence[str] | None = None) -> bytes:
    """A file with the numbers of a column as a new one."""
    source = text.source(io.BytesIO(data), formats.of(name), name)
    parts = [Part(batch, {"new": batch.numbers(x)}) for batch in source.batches()]
    stream = io.BytesIO()
    written = text.write(parts, stream, formats.of(to), source.names if kept is None else kept, ["new"])
    assert written == sum(part.batch.height for part in parts)
    return stream.getvalue()


def refused(data: bytes, name: str = "f.csv", to: str = "o.csv") -> AutodiffError:
    with pytest.raises(AutodiffError) as caught:
        passed(data, name=name, to=to)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("data", "new"),
    [
        (b"x,y\n1,007\n2,18446744073709551616\n3,1e5\n", b"x,y,new\n1,007,1.0\n2,18446744073709551616,2.0\n3,1e5,3.0\n"),
        (b"x\n", b"x,new\n"),
        (b"x", b"x,new\n"),
        (b"x\n1\n\n3", b"x,new\n1,1.0\n,\n3,3.0\n"),
        (b'x\n1\n""\n3', b'x,new\n1,1.0\n"",\n3,3.0\n'),
        (b'x,y\r\n1,"a\r\n""b,"\r\n', b'x,y,new\r\n1,"a\r\n""b,",1.0\r\n'),
        (b"\xef\xbb\xbfx;y\n 1 ;,\n", b"\xef\xbb\xbfx;y;new\n 1 ;,;1.0\n"),
        (b"x,y\r1,2\r", b"x,y,new\r1,2,1.0\r"),
        (b"\nx,y\n\n,2\n  \n", b"x,y,new\n,2,\n"),
        (b"  \n\nx\n\n 2\n  \n", b"x,new\n,\n 2,2.0\n  ,\n"),
        (b"x,y\nnan,\nInfinity,\n-INF,\n1e-7,\n", b"x,y,new\nnan,,NaN\nInfinity,,inf\n-INF,,-inf\n1e-7,,1e-7\n"),
        (b'"x" , y,y\n"5","6",a"b\n', b'"x" , y,y,new\n"5","6",a"b,5.0\n'),
        (b"x|\xe5\x90\x8d\n1|\xef\xbc\x92\n", b"x|\xe5\x90\x8d|new\n1|\xef\xbc\x92|1.0\n"),
        (b"x,y\n1,\0\n\t2\t,\xc2\xa0\n", b"x,y,new\n1,\0,1.0\n\t2\t,\xc2\xa0,2.0\n"),
    ],
)  # fmt: skip
def test_cells_are_kept_byte_for_byte(data: bytes, new: bytes) -> None:
    if data.startswith(b'"x" '):
        assert "a closing quote" in refused(data).message
        data, new = data.replace(b'" ,', b'",', 1), new.replace(b'" ,', b'",', 1)
    assert passed(data) == new


@pytest.mark.parametrize(
    ("data", "says", "hint"),
    [
        (b"", "'f.csv' is empty", "names the columns"),
        (b"\n\r\n  ", "'f.csv' is empty", "names the columns"),
        (b"1,2\n", "'f.csv' has no header: its first line holds numbers alone", "x,y,z"),
        (b"x,y\n1,2\n3\n", "'f.csv', row 2 (line 3): 1 cell, where the header has 2", "hold , in quotes"),
        (b"x\ty\n1\t2\t3\n", "'f.csv', row 1 (line 2): 3 cells, where the header has 2", "hold TAB in quotes"),
        (b'x,y\n1,"2\n3"\n3,4,5\n', "'f.csv', row 2 (line 4): 3 cells, where the header has 2", "quotes"),
        (b'x,y\n\n1,"\n"\n\nabc,4\n', "'f.csv', row 2 (line 6), column 'x': 'abc' is not a number", "1.5"),
        (b"x,y\n1_0,2\n", "'f.csv', row 1 (line 2), column 'x': '1_0' is not a number", "1.5"),
        ("x,y\n１,2\n".encode(), "'f.csv', row 1 (line 2), column 'x': '１' is not a number", "1.5"),
        (b"x,y\n0x1,2\n", "'f.csv', row 1 (line 2), column 'x': '0x1' is not a number", "1.5"),
        (b"x,y\nNA,2\n", "'f.csv', row 1 (line 2), column 'x': 'NA' is not a number", "leave the cell empty where"),
        (b"x;y\n1,5;2,5\n", "'f.csv', row 1 (line 2), column 'x': '1,5' is not a number", "write 1.5"),
        (b"x;y\n1,234.5;2\n", "'f.csv', row 1 (line 2), column 'x': '1,234.5' is not a number", "write 1234.5"),
        (b"x;y\n1,234;2\n", "'f.csv', row 1 (line 2), column 'x': '1,234' is not a number", "write 1.234 or 1234"),
        ("x;y\n−5;2\n".encode(), "'f.csv', row 1 (line 2), column 'x': '−5' is not a number", "write -5"),
        ("x;y\n1\u00a0000;2\n".encode(), "'f.csv', row 1 (line 2), column 'x': '1\u00a0000' is not a number", "write 1000"),
        (b'x, y\n "2", 3\n', "'f.csv', row 1 (line 2), column 'x': '\"2\"' is not a number", "write 2"),
        (b"x,y\nTrue,2\n", "'f.csv', row 1 (line 2), column 'x': 'True' is not a number", "write 1"),
        (b"x\n1,5\n2,5\n", "'f.csv', row 1 (line 2): 2 cells, where the header has 1", "with a decimal point"),
        (b'x,y\n1, "2,3"\n', "'f.csv', row 1 (line 2): 3 cells, where the header has 2", "blanks between , and a quote"),
        (b"x;y\n1e999;2\n", "'f.csv', row 1 (line 2), column 'x': '1e999' is too large for a double", "1.797e308"),
        (b'x,y\n3,4\n1,"a\n2,b\n', "'f.csv', row 2 (line 3): a quote is opened and never closed", "twice"),
        (b'x,y\n"1"2,a\n', "'f.csv', row 1 (line 2): text follows a closing quote", "twice"),
        (b'"x,y\n', "'f.csv', line 1: a quote is opened and never closed", "twice"),
        (b"x,y\n1,2\n3,\xff\n", "'f.csv', line 3: byte 11 of the file is not UTF-8", "iconv"),
        (b"x,y\n1,2\n3,\xe5\x90", "'f.csv', line 3: byte 11 of the file is not UTF-8", "iconv"),
        (b"x,x\n1,2\n", "'f.csv' has several columns 'x'", "a name of its own"),
        ("x,y\n".encode("utf-16"), "'f.csv' is UTF-16 text", "save it as UTF-8"),
        ("x,y\n1,2\n".encode("utf-16-le"), "'f.csv' is UTF-16 text", "save it as UTF-8"),
        (b"PAR1....", "'f.csv' is a Parquet file", "save it as"),
        (b"PK\x03\x04....", "'f.csv' is a ZIP file or a workbook of Excel", "save it as"),
        (gzip.compress(b"x,y\n" + b"1,2\n" * 99, mtime=0)[:-9], "'f.csv' is damaged", "pack it again"),
        (gzip.compress(b"x,y\n1,2\n", mtime=0)[:-6] + b"abcdef", "'f.csv' is damaged", "pack it again"),
        (b"\x1f\x8b\x08" + b"\xff" * 40, "'f.csv' is damaged", "pack it again"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(data: bytes, says: str, hint: str) -> None:
    error = refused(data)
    assert error.code == "E051"
    assert error.message.startswith(says)
    assert hint in error.hint


EXAMPLE = b"""\
{"x": 1, "y": "007", "z":1e5}

{ "x" :null,"q":[1, 2.50]} \r
{"x":"NaN","y":"\\u00e9","w":{"x":1}}
{"x":9007199254740993}
{"x":-0}"""


def test_members_are_kept_byte_for_byte() -> None:
    new = b"""\
{"x": 1, "y": "007", "z":1e5, "new": 1.0}
{ "x" :null,"q":[1, 2.50], "new": null}
{"x":"NaN","y":"\\u00e9","w":{"x":1}, "new": "NaN"}
{"x":9007199254740993, "new": 9007199254740992.0}
{"x":-0, "new": -0.0}
"""
    assert passed(EXAMPLE, name="f.jsonl", to="o.jsonl") == new
    assert passed(EXAMPLE, name="f.jsonl", to="o.jsonl", kept=["z", "w"]) == (
        b'{"z": 1e5, "w": null, "new": 1.0}\n{"z": null, "w": null, "new": null}\n{"z": null, "w": {"x":1}, "new": "NaN"}\n'
        b'{"z": null, "w": null, "new": 9007199254740992.0}\n{"z": null, "w": null, "new": -0.0}\n'
    )
    assert passed(EXAMPLE, name="f.jsonl", kept=["y", "q", "w", "x"]) == (
        b'y,q,w,x,new\n007,,,1,1.0\n,"[1, 2.50]",,,\n\xc3\xa9,,"{""x"":1}",NaN,NaN\n,,,9007199254740993,9007199254740992.0\n'
        b",,,-0,-0.0\n"
    )
    assert passed(b"", name="f.jsonl", to="o.jsonl") == b""
    assert passed(b"{}\r\n{}\r\n", name="f.jsonl", to="o.jsonl") == b'{"new": null}\r\n{"new": null}\r\n'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"x":1,"x":2}', ", column 'x': 'x' is given twice"),
        ('{"x":"5"}', ", column 'x': \"5\" is not a number"),
        ('{"x":true}', ", column 'x': true is not a number"),
        ('{"x":[1]}', ", column 'x': [1] is not a number"),
        ('{"x":1e400}', ", column 'x': the number is too large for a double"),
        ('{"x":-1' + "0" * 400 + "}", ", column 'x': the number is too large for a double"),
        ('{"x":1' + "0" * 5000 + "}", ", column 'x': the number is too large for a double"),
        ('{"x":NaN}', ': NaN is not JSON; write "NaN" in quotes'),
        ('{"x":1', ": this is not JSON: Expecting ',' delimiter"),
        ('{"x":1}{"x":2}', ": this is not JSON: Extra data"),
        ('{"x":1}\r{"x":2}', ": this is not JSON: Extra data"),
        ('[{"x":1}]', ": this is no object"),
        ("5", ": this is no object"),
        ('{"x":1,"new":2}', ": 'new' is taken"),
        ('{"x":1,"y":' + "[" * 99999 + "]" * 99999 + "}", ": this is nested too deeply"),
    ],
)
def test_what_is_wrong_in_json(line: str, says: str) -> None:
    data = b'{"x":1}\n\n' + line.encode() + b'\n{"x":1}'
    assert refused(data, "f.jsonl", "o.jsonl").message == f"'f.jsonl', row 2 (line 3){says}"


def test_lines_that_make_sense_only_together() -> None:
    """Decoding many lines at once must not accept what no line holds."""
    for lines in ('{"x":[1', "2]}", '{"x":1},{"x":2}'), ('{"x":[{"x":1}', '{"x":2}]}'), ('{"x":1},{"x":2}', "{", "}"):
        assert "line 1" in refused("\n".join(lines).encode(), "f.jsonl", "o.jsonl").message


def test_later_members_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "BLOCK", 1)
    data = b'{"x":1}\n{"y":2}\n'
    assert passed(data, name="f.jsonl", to="o.jsonl") == b'{"x":1, "new": 1.0}\n{"y":2, "new": null}\n'
    assert "'y' is in none of the first" in refused(data, "f.jsonl").message


def test_numbers_in_json_are_numbers_and_the_rest_strings() -> None:
    found = passed(b'x,y\n007,1\n 2.50 ,"a""\n"\n,\nnan,\xc3\xa9\n+1,\n', to="o.jsonl")
    assert found == (
        b'{"x": 7.0, "y": "1", "new": 7.0}\n{"x": 2.50, "y": "a\\"\\n", "new": 2.5}\n{"x": null, "y": "", "new": null}\n'
        b'{"x": "NaN", "y": "\xc3\xa9", "new": "NaN"}\n{"x": 1.0, "y": "", "new": 1.0}\n'
    )


ENDINGS = {
    "a.csv": "csv", "A.CSV.GZ": "csv gz", "a.b.tsv": "tsv", "a.tab.zst": "tsv zst", "a.txt": "csv", "a.ndjson": "jsonl",
    "x/a.jsonl.gz": "jsonl gz", "a.pq": "parquet", "a.parquet": "parquet",
}  # fmt: skip


def test_names_tell_the_format() -> None:
    for name, known in ENDINGS.items():
        assert " ".join(formats.of(name)[:2]).strip() == known
    for name in ("a", "csv", "a.gz", "a.xlsx", "a.json", "a.parquet.gz", ".csv.d/a", "a.csv.gz.gz"):
        with pytest.raises(AutodiffError, match="is not known"):
            formats.of(name)
    assert formats.of("a.dat.gz", "csv")[:2] == ("csv", "gz")
    assert formats.of("-", "jsonl.zst")[:2] == ("jsonl", "zst")
    with pytest.raises(AutodiffError, match="--to xml"):
        formats.of("a.csv", "xml", "--to")


@pytest.mark.parametrize("packing", ["gz", "zst"])
def test_packed(packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if packing == "zst":  # where Python has none: one that packs like gzip behind the other mark
        module = types.ModuleType("compression.zstd")
        mark = b"\x28\xb5\x2f\xfd"

        class ZstdFile(gzip.GzipFile):
            def __init__(self, stream: io.BytesIO, mode: str) -> None:
                stream.write(mark) if mode == "wb" else stream.read(4)
                super().__init__("", mode, 6, stream, 0)

        module.ZstdFile = ZstdFile  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "compression", types.ModuleType("compression"))
        monkeypatch.setitem(sys.modules, "compression.zstd", module)
    plain = b"x,y\n" + b"1,2\n" * 9999
    there = passed(plain, to=f"o.csv.{packing}")
    assert there == passed(plain, to=f"o.csv.{packing}")
    assert there[:2] == {"gz": b"\x1f\x8b", "zst": b"\x28\xb5"}[packing]
    assert passed(there, "new", to="o.tsv") == b"x\ty\tnew\tnew\n" + b"1\t2\t1.0\t1.0\n" * 9999


def encoded(cell: str, separator: str, chance: random.Random) -> str:
    """A cell as others may write it: in quotes where it must be, or for no reason."""
    must = any(sign in cell for sign in (separator, '"', "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if must or chance.random() < 0.2 else cell


@pytest.mark.parametrize("seed", range(60))
def test_random_tables(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the cells, and wherever pieces and blocks end."""
    chance = random.Random(seed)
    monkeypatch.setattr(streams, "PIECE", chance.choice([1, 2, 3, 7, 50, 10**6]))
    monkeypatch.setattr(table, "BLOCK", chance.choice([1, 2, 5, 8192]))
    monkeypatch.setattr(blocks, "PIECE", chance.choice([1, 9, 10**6]))
    monkeypatch.setattr(blocks, "NARROW", chance.choice([0, 64]))
    separator, ending, width = chance.choice(",;\t|"), chance.choice(["\n", "\r\n", "\r"]), chance.randint(2, 4)
    signs = ["a", " ", "é", "名", "\U0001f600", '"', "\n", "\r", "\r\n", "\x85", "\u2028", "\x0b", "\x1c", ",", ";", "|", "0"]
    names = ["x", *(f"c{k}" for k in range(1, width))]
    rows = [
        [repr(chance.uniform(-9, 9)), *("".join(chance.choices(signs, k=chance.randint(0, 4))) for _ in range(1, width))]
        for _ in range(chance.randint(0, 12))
    ]
    texts = [separator.join(encoded(cell, separator, chance) for cell in row) for row in rows]
    head = separator.join(names)
    data = "".join(text + ending for text in (head, *texts)).encode()
    new = [repr(float(row[0])) for row in rows]
    whole = "".join(text + ending for text in (f"{head}{separator}new", *map(separator.join, zip(texts, new))))
    assert passed(data).decode() == whole
    kept = names[::-1]
    end = "\n" if ending == "\r" else ending  # in JSON \r is a blank
    found = passed(data, kept=kept, to="o.jsonl").decode().split(end)[:-1]
    keys = [*kept, "new"]
    assert list(map(json.loads, found)) == [dict(zip(keys, [*row[:0:-1], float(row[0]), float(row[0])])) for row in rows]
    again = passed(passed(data, kept=kept, to="o.tsv"), name="o.tsv", to="p.jsonl", kept=kept).decode().split(end)[:-1]
    assert list(map(json.loads, again)) == list(map(json.loads, found))


def test_a_column_that_a_file_lacks() -> None:
    for to in ("o.csv", "o.jsonl"):
        with pytest.raises(AutodiffError, match=r"'f.csv' has no column 'z'"):
            passed(b"x,y\n1,2\n", to=to, kept=["x", "z"])


def test_a_byte_order_mark_stays_in_tables() -> None:
    for data, name in ((b"\xef\xbb\xbfx\ty\n1\t2\n", "f.tsv"), (b"\xef\xbb\xbfx,y\n1,2\n", "f.csv")):
        for to in ("o.csv", "o.tsv"):
            assert passed(data, name=name, to=to).startswith(b"\xef\xbb\xbfx")
        assert passed(data, name=name, to="o.jsonl") == b'{"x": 1, "y": "2", "new": 1.0}\n'
    assert passed(b'\xef\xbb\xbf{"x":1}', name="f.jsonl") == b"x,new\n1,1.0\n"


def test_an_empty_cell_alone_on_its_line_is_quoted() -> None:
    """Others skip blank lines."""
    assert passed(b"x,y\n,1\n2,\n", kept=[]) == b'new\n""\n2.0\n'


SHAPES = ["{0}", "{0}.{1}", ".{1}", "{0}.", "{0}e{2}", "{0}.{1}E-{2}", "-{0}.{1}", "+{0}", " {0}.{1} ", "-.{1}e+{2}", "\t{0}"]


def test_integers_that_no_double_holds_are_counted() -> None:
    for k, rounded in (
        (2**53 - 1, 0),
        (2**53, 0),
        (2**53 + 1, 1),
        (2**53 + 2, 0),
        (2**64, 0),
        (2**64 + 1, 1),
        (10**22, 0),
        (10**23, 1),
    ):
        for sign in ("", "-", "+", " 00"):
            found = next(
                text.source(io.BytesIO(f"x\n{sign}{k}\n{k}.0\n".encode()), formats.of("f.csv"), "f.csv").batches()
            ).numbers("x")
            assert found.rounded == rounded, k
        found = next(text.source(io.BytesIO(b'{"x":%d}' % k), formats.of("f.jsonl"), "f.jsonl").batches()).numbers("x")
        assert found.rounded == rounded, k


def test_numbers_are_rounded_correctly() -> None:
    chance = random.Random(1)
    cells = []
    for _ in range(2000):
        digits = ["".join(chance.choices("0123456789", k=chance.choice([1, 3, 17, 25]))) for _ in range(2)]
        cells.append(chance.choice(SHAPES).format(*digits, chance.randint(0, 250)))
    exact = [Fraction(cell.replace("-.", "-0.").rstrip(". \t").lstrip("+ \t")) for cell in cells]
    batch = next(text.source(io.BytesIO("\n".join(["x", *cells]).encode()), formats.of("f.csv"), "f.csv").batches())
    found: Numbers = batch.numbers("x")
    assert found.values == list(map(float, exact))
    integers = [k for k, cell in enumerate(cells) if cell.strip(" +-\t").isdigit()]
    assert found.rounded == sum(exact[k] != found.values[k] for k in integers) > 100
    assert not any(map(math.isnan, found.values))


def test_numbers_are_written_as_polars_writes_them() -> None:
    """What an output looks like must not depend on the size of the input."""
    chance = random.Random(2)
    values = [
        *map(float, ("0", "-0", "nan", "inf", "-inf", "5e-324", "1e22", "1.7976931348623157e308")),
        *(10.0**k for k in range(-30, 30)),
    ]
    values += [struct.unpack("d", chance.randbytes(8))[0] for _ in range(5000)]
    values += [chance.choice([1, -1]) * chance.random() * 10.0 ** chance.randint(-8, 20) for _ in range(5000)]
    values += [float(chance.randrange(10 ** chance.randint(1, 20))) for _ in range(2000)]
    found = written(values, [])
    assert "\n".join([*found, ""]) == polars.DataFrame({"x": values}).write_csv(include_header=False)
    assert all(struct.pack("d", float(text)) == struct.pack("d", x) for text, x in zip(found, values) if x == x)


def test_wide_long_and_large() -> None:
    names = [f"名{k}" for k in range(10_000)]
    found = passed(",".join(names).encode() + b"\n" + b",".join([b"1"] * 10_000), "名9999").decode().split("\n")
    assert found[0] == ",".join([*names, "new"])
    assert found[1] == "1," * 10_000 + "1.0"
    large = b"x,y\n1," + b"z" * 1_000_000 + b"\n"
    assert passed(large) == b"x,y,new\n1," + b"z" * 1_000_000 + b",1.0\n"
    quoted = b'x,y\n1,"' + b"z\n" * 200_000 + b'"\n'
    assert passed(quoted) == b'x,y,new\n1,"' + b"z\n" * 200_000 + b'",1.0\n'
    assert "more than 16 MiB" in refused(b'x,y\n1,"' + b"z" * 17_000_000).message


def test_half_a_character_can_be_written_in_json_alone() -> None:
    data = b'{"x":1,"y":"\\ud800"}'
    assert passed(data, name="f.jsonl", to="o.jsonl", kept=["y"]) == b'{"y": "\\ud800", "new": 1.0}\n'
    assert refused(data, "f.jsonl").message == r"'\ud800' cannot be written in UTF-8"
