"""Runs the commands of a text and compares what they print: a session is a tutorial and a test at once.

A line that begins with `$ ` is a command; what follows is its output, first standard output, then standard error, and
`[3]` at the end if its exit code is 3. `UPDATE=1 pytest` rewrites the outputs, to be read before they are committed.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from autodiff_cli.app import run

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
"""A session within a page."""


class Outcome(NamedTuple):
    """What a command did."""

    stdout: str
    stderr: str
    code: int

    def text(self) -> str:
        return self.stdout + self.stderr + (f"[{self.code}]\n" if self.code else "")


def command(line: str, folder: Path) -> Outcome:
    """Run one line: by the shell where it has a pipe or the like, else within this process."""
    words = shlex.split(line)
    if words[0] == "autodiff" and not re.search(r"[|<>&`$]", re.sub(r"'[^']*'|\"[^\"]*\"", "", line)):
        return inside(words[1:], folder)
    return shell(line, folder)


def inside(argv: list[str], folder: Path, stdin: bytes = b"") -> Outcome:
    """Run `autodiff` in this process, with streams of its own."""
    out, err = io.BytesIO(), io.BytesIO()
    saved, here = (sys.stdin, sys.stdout, sys.stderr), Path.cwd()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    streams = io.TextIOWrapper(out, "utf-8", newline=""), io.TextIOWrapper(err, "utf-8", newline="")
    sys.stdout, sys.stderr = streams
    os.chdir(folder)
    try:
        code = run(argv)
        for stream in streams:
            stream.flush()
    finally:
        os.chdir(here)
        sys.stdin, sys.stdout, sys.stderr = saved
    return Outcome(out.getvalue().decode(errors="replace"), err.getvalue().decode(), int(code))


def shell(line: str, folder: Path) -> Outcome:
    """Run a line of bash with `autodiff` on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=120
    )
    return Outcome(done.stdout.decode(), done.stderr.decode(), done.returncode)


def replay(text: str, folder: Path) -> str:
    """The text with every output as it is now. Lines that begin with `# ` are prose, and end an output."""
    lines: list[str] = []
    in_output = False
    for line in text.splitlines():
        if line.startswith("$ "):
            lines += [*([""] if in_output else []), line, *command(line[2:], folder).text().rstrip().splitlines()]
            in_output = True
        elif line.startswith("# "):
            lines += [*([""] if in_output else []), line]
            in_output = False
        elif not in_output:
            lines.append(line)
    return "\n".join(lines) + "\n"


def replayed(page: str, folder: Path) -> str:
    """A page with the output of all its sessions as it is now."""
    return BLOCK.sub(lambda block: replay(block[0], folder), page)
