"""Every statement of the lecture can be shown by a command: the tables of docs/lecture.md are true."""

import re
from pathlib import Path

import pytest
from console import command
from corpus import ROOT

ROWS = re.findall(r"^\| ([^|`]+) \| `(autodiff [^`]+)` \| (.+) \|$", (ROOT / "docs/lecture.md").read_text(encoding="utf-8"), re.M)


def test_there_are_statements() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize(("statement", "line", "shown"), ROWS, ids=[statement[:60] for statement, _, _ in ROWS])
def test_a_statement(statement: str, line: str, shown: str, tmp_path: Path) -> None:
    done = command(line, tmp_path)
    assert done.code == 0, done.stderr
    for text in re.findall("`([^`]+)`", shown):
        assert text in done.stdout + done.stderr
