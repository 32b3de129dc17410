"""Output stands beside its place until it is whole: streams, failures on the way, inputs that must not be lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autodiff.data.places import beside
from autodiff.errors import AutodiffError


def test_nothing_stands_there_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with beside(str(path)) as stream:
        stream.write(b"one")
        assert not path.exists()
        stream.write(b" two")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"one two", ["a"])


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ValueError, SystemExit, MemoryError])
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_failure_on_the_way(tmp_path: Path, failure: type[BaseException], old: bytes | None) -> None:
    path = tmp_path / "a"
    if old is not None:
        path.write_bytes(old)

    def write() -> None:
        with beside(str(path), force=True) as stream:
            stream.write(b"half")
            raise failure

    with pytest.raises(failure):
        write()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [old] * (old is not None)


@pytest.mark.parametrize("name", ["a", "./a", "../{}/a", "link", "hard"])
def test_an_input_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").write_text("old")
    Path("link").symlink_to("a")
    os.link("a", "hard")
    with pytest.raises(AutodiffError) as caught, beside(name.format(tmp_path.name), True, ["b", "a"]):
        pass
    assert (caught.value.code, Path("a").read_text()) == ("E055", "old")


def test_devices_may_be_read_and_written() -> None:
    with beside("/dev/null", False, ["/dev/null"]) as stream:
        stream.write(b"lost")


def written(*parts: bytes, times: int = 1, stdout: object = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    """A program that writes some parts; the error that ends it is on standard error."""
    code = f"""
import os, sys
from autodiff.data.places import beside
from autodiff.errors import AutodiffError
{times} > 1 or print("before", end="")
try:
    with beside("-") as stream:
        for part in {parts!r}:
            stream.write(part * {times})
except (AutodiffError, BrokenPipeError) as error:
    sys.exit(f"{{type(error).__name__}} {{getattr(error, 'message', '')}}: {{getattr(error, 'hint', '')}}")
"""
    return subprocess.run([sys.executable, "-c", code], stdout=stdout, stderr=subprocess.PIPE)  # type: ignore[call-overload]


def test_standard_output_in_order() -> None:
    done = written(b"one ", b"\x00two")
    assert (done.stdout, done.stderr) == (b"beforeone \x00two", b"")


def test_standard_output_that_is_full_or_closed() -> None:
    with open("/dev/full", "wb") as full:
        done = written(b"x", times=10**6, stdout=full)
    assert done.stderr.splitlines()[-1] == (
        b"AutodiffError the output cannot be written: No space left on device: make room, or write to another disk"
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = written(b"x", times=10**6, stdout=writing)
    os.close(writing)
    assert done.stderr == b"BrokenPipeError : \n"


def test_a_full_disk_during_a_stream() -> None:
    with pytest.raises(AutodiffError, match="'/dev/full' cannot be written") as caught, beside("/dev/full") as stream:
        stream.write(b"x" * 10**6)
    assert (caught.value.code, caught.value.exit_code) == ("E052", 4)
