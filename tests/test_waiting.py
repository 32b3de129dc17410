"""Who sits before a program that reads standard input is told so; a pipe is not, nor is JSON spoiled."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from console import inside

READERS = {
    ("eval", "-", "x=3"): (b"x^2\n", "the formula"),
    ("eval", "x^2", "--values", "-"): (b'{"x": 3}\n', "a JSON object of values"),
    ("check", "x^2", "--answers", "-"): (b"Ann: dx=2*x\n", "one answer in each line"),
    ("map", "x^2", "-", "--from", "csv"): (b"x\n3\n", "records, as in a file"),
    ("batch",): (b'{"expression": "x", "values": {"x": 3}}\n', "one JSON object in each line"),
}
"""Commands that read standard input, what they are given there, and what they ask for."""


@pytest.mark.sampled(5)
@pytest.mark.parametrize("words", READERS, ids=lambda words: " ".join(words[:2]))
def test_a_terminal_is_told_what_is_waited_for(words: tuple[str, ...], tmp_path: Path) -> None:
    typed, what = READERS[words]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "autodiff_cli", *words], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    os.close(theirs)
    os.write(ours, typed + b"\x04")
    out, err = process.communicate(timeout=60)
    os.close(ours)
    assert err.decode().splitlines()[0] == f"waiting for standard input: {what}; Ctrl-D ends it"
    assert process.returncode == 0, err
    assert out


@pytest.mark.sampled(5)
@pytest.mark.parametrize("words", READERS, ids=lambda words: " ".join(words[:2]))
def test_a_pipe_is_not(words: tuple[str, ...], tmp_path: Path) -> None:
    done = inside([*words], tmp_path, READERS[words][0])
    assert (done.code, "waiting" in done.stderr) == (0, False), done.stderr
