"""Output stands beside its place until it is whole: streams, failures on the way, inputs that must not be lost."""

import os
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
