"""--watch FILE: a file that is saved, replaced, gone for a moment, or wrong; until Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from console import ROOT, inside
from length import LONG
from terminal import CTRL_C, Terminal

RUN = [sys.executable, "-m", "autodiff_cli"]
PATIENCE = 30.0


def heed() -> None:
    """A job in the background is started deaf to Ctrl-C, and so would be what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Watching:
    """A command that watches, and what it has written so far on both streams."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self.data, self.seen = process, b"", 0
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        while data := os.read(self.process.stdout.fileno(), 65536):
            self.data += data

    def expect(self, text: str) -> None:
        """Wait until a text is written behind what was waited for before."""
        until = time.monotonic() + PATIENCE
        while (at := self.data.find(text.encode(), self.seen)) < 0:
            assert time.monotonic() < until, (text, self.data[self.seen :].decode())
            time.sleep(0.02)
        self.seen = at + len(text.encode())


@contextmanager
def watching(*words: str) -> Iterator[Watching]:
    process = subprocess.Popen([*RUN, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=heed)
    try:
        yield Watching(process)
    finally:
        process.kill()
        process.wait()


def save(path: Path, text: str) -> None:
    """As editors do it that keep what was there until the new text is whole."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a signal")
def test_a_file_is_run_whenever_it_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "model.txt"
    path.write_text("a^2", encoding="utf-8")
    with watching("eval", "--watch", str(path), "a=5", "--format", "plain") as seen:
        seen.expect("25")
        save(path, "a^2 +\n")
        seen.expect(f"--- {path} ---")
        seen.expect("error[E003]")
        path.write_text("a^3", encoding="utf-8")
        seen.expect("125")
        path.unlink()
        seen.expect("is gone")
        path.write_text("a + 1", encoding="utf-8")
        seen.expect("J = a + 1")
        seen.process.send_signal(signal.SIGINT)
        seen.expect("interrupted")
        assert seen.process.wait(PATIENCE) == 130
        assert b"Traceback" not in seen.data


@LONG
def test_values_and_pictures_are_watched_too(tmp_path: Path) -> None:
    path, values = tmp_path / "f.txt", tmp_path / "v.json"
    path.write_text("a*b", encoding="utf-8")
    values.write_text('{"a": 2, "b": 3}', encoding="utf-8")
    with watching("eval", "--watch", str(path), "--values", str(values), "--json", "--no-nodes") as seen:
        seen.expect('"notes": []}')
        save(values, '{"a": 2, "b": 7}')
        seen.expect('"notes": []}')
        documents = seen.data.decode()
        first, end = json.JSONDecoder().raw_decode(documents)
        second = json.loads(documents[end:])
        assert (first["value"], second["value"]) == (6, 14)
    with watching("graph", "--watch", str(path), "-o", str(tmp_path / "g.svg"), "--force") as seen:
        seen.expect("is written")
        save(path, "a*b*c")
        seen.expect("is written")
        assert ">c<" in (tmp_path / "g.svg").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="a terminal that is none needs a system with pseudo-terminals")
@LONG
def test_a_terminal_is_cleared(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("a^2", encoding="utf-8")
    with Terminal([*RUN, "diff", "--watch", str(path)]) as screen:
        screen.expect("2*a")
        save(path, "a^3")
        screen.expect("3*a^2")
        assert "\x1b[H\x1b[2J" in screen.raw
        screen.press(CTRL_C)
        assert screen.left() == 130


def test_what_cannot_be_watched(tmp_path: Path) -> None:
    assert "error[E050]" in inside(["eval", "--watch", "nowhere.txt", "a=5"], tmp_path).stderr
    assert "error[E042]" in inside(["eval", "--watch", "f.txt", "--file", "f.txt"], tmp_path).stderr
    assert "error[E042]" in inside(["eval", "--watch", "-"], tmp_path).stderr
    assert "error[E042]" in inside(["eval", "--watch", "README.md", "--values", "-"], ROOT).stderr
    assert "error[E043]" in inside(["eval", "a^2", "--watch", "README.md", "a=5"], ROOT).stderr
