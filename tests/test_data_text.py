"""CSV files read and written with the standard library."""

import io
from collections.abc import Sequence
from typing import Any

import pytest

from autodiff.data import formats, text
from autodiff.data.batch import Part
from autodiff.errors import AutodiffError


def passed(data: bytes, x: str = "x", name: str = "f.csv", to: str = "o.csv", kept: Sequence[str] | None = None) -> bytes:
    """A file with the numbers of a column as a new one."""
    source = text.source(io.BytesIO(data), formats.of(name), name)
    parts = [Part(batch, {"new": batch.numbers(x)}) for batch in source.batches()]
    stream = io.BytesIO()
    written = text.write(parts, stream, formats.of(to), source.names if kept is None else kept, ["new"])
    assert written == sum(part.batch.height for part in parts)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "new"),
    [
        (b"x,y\n1,007\n2,18446744073709551616\n", b"x,y,new\n1,007,1.0\n2,18446744073709551616,2.0\n"),
        (b"x\n", b"x,new\n"),
        (b"x\n1\n\n3", b"x,new\n1,1.0\n,\n3,3.0\n"),
        (b'x,y\r\n1,"a\r\n""b,"\r\n', b'x,y,new\r\n1,"a\r\n""b,",1.0\r\n'),
        (b"\xef\xbb\xbfx;y\n 1 ;,\n", b"\xef\xbb\xbfx;y;new\n 1 ;,;1.0\n"),
        (b"x,y\r1,2\r", b"x,y,new\r1,2,1.0\r"),
        (b"\nx,y\n\n,2\n  \n", b"x,y,new\n,2,\n"),
        (b"x,y\nnan,\nInfinity,\n-INF,\n1e-7,\n", b"x,y,new\nnan,,NaN\nInfinity,,inf\n-INF,,-inf\n1e-7,,1e-7\n"),
    ],
)  # fmt: skip
def test_cells_are_kept_byte_for_byte(data: bytes, new: bytes) -> None:
    assert passed(data) == new


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "'f.csv' is empty"),
        (b"1,2\n", "'f.csv' has no header: its first line holds numbers alone"),
        (b"x,y\n1,2\n3\n", "'f.csv', record 2 (line 3): 1 cell, where the header has 2"),
        (b'x,y\n1,"2\n3"\n3,4,5\n', "'f.csv', record 2 (line 4): 3 cells, where the header has 2"),
        (b'x,y\n\n1,"\n"\n\nabc,4\n', "'f.csv', record 2 (line 6), column 'x': 'abc' is not a number"),
        (b'x,y\n1,"a\n2,b\n', "'f.csv', record 1 (line 2): a quote is opened and never closed"),
        (b"x,y\n1,2\n3,\xff\n", "'f.csv', line 3: byte 11 of the file is not UTF-8"),
        (b"x,x\n1,2\n", "'f.csv' has several columns 'x'"),
    ],
)
def test_what_is_wrong_and_where(data: bytes, says: Any) -> None:
    with pytest.raises(AutodiffError) as caught:
        passed(data)
    assert caught.value.message == says
