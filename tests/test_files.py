"""Files are written whole or not at all, and never over another without being told to."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from autodiff_cli.files import save

from autodiff.errors import AutodiffError


def code(path: Path | str, data: str | bytes = "new", force: bool = False) -> str:
    with pytest.raises(AutodiffError) as caught:
        save(str(path), data, force)
    return caught.value.code


def test_text_and_bytes(tmp_path: Path) -> None:
    save(str(tmp_path / "a"), "π\n", False)
    save(str(tmp_path / "图"), b"\x00\r\n", False)
    assert (tmp_path / "a").read_bytes() == "π\n".encode()
    assert (tmp_path / "图").read_bytes() == b"\x00\r\n"


def test_over_another_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    assert (code(path), path.read_text()) == ("E055", "old")
    save(str(path), "new", True)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)
    assert os.listdir(tmp_path) == ["a"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link, dangling = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    path.write_text("old")
    link.symlink_to(path)
    dangling.symlink_to(tmp_path / "d")
    assert code(link) == "E055"
    save(str(link), "new", True)
    save(str(dangling), "more", False)
    assert (link.is_symlink(), path.read_text(), (tmp_path / "d").read_text()) == (True, "new", "more")


def test_devices_are_written_to_not_replaced(tmp_path: Path) -> None:
    before = os.stat("/dev/null")
    save("/dev/null", "lost", True)
    assert os.stat("/dev/null").st_rdev == before.st_rdev
    assert code("/dev/full") == "E052"


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    assert code(tmp_path, force=True) == "E052"
    assert code(tmp_path / "none" / "a") == "E052"
    assert code(tmp_path / ("x" * 300)) == "E052"
    assert code("") == "E052"
    assert os.listdir(tmp_path) == []


def test_a_failure_on_the_way_leaves_the_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        save(str(path), "new", True)
    assert (os.listdir(tmp_path), path.read_text()) == (["a"], "old")


def test_a_pipe_that_the_shell_has_opened() -> None:
    """As in `-o >(cat)`: its name leads nowhere."""
    reading, writing = os.pipe()
    save(f"/dev/fd/{writing}", "into the pipe", False)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "into the pipe"


@pytest.mark.parametrize("links", [True, False])
def test_of_many_that_write_one_new_file_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    """Whether or not the disk has links: the others are told that it exists."""
    if not links:
        monkeypatch.delattr(os, "link")
    path, told, barrier = tmp_path / "a", list[str](), threading.Barrier(8)

    def write(k: int) -> None:
        barrier.wait()
        try:
            save(str(path), f"{k}" * 1000, False)
            told.append(f"{k}" * 1000)
        except AutodiffError as error:
            told.append(error.code)

    for _ in range(20):
        told.clear()
        threads = [threading.Thread(target=write, args=(k,)) for k in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == sorted([path.read_text(), *["E055"] * 7])
        assert os.listdir(tmp_path) == ["a"]
        path.unlink()


def test_a_full_disk_is_not_a_wrong_path() -> None:
    with pytest.raises(AutodiffError) as caught:
        save("/dev/full", "x", False)
    assert (caught.value.code, caught.value.hint) == ("E052", "make room, or write to another disk")


def test_control_characters_of_a_name_do_not_reach_the_terminal(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "autodiff_cli", "page", "x^2", "-o", "a\x1b[31mb\rc.html"]
    found = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert found.returncode == 0
    assert "\x1b" not in found.stderr
    assert r"a\x1b[31mb\rc.html is written" in found.stderr
