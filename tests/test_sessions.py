"""Sessions, mistakes, and every example of the documentation print exactly what is written there."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from console import ROOT, replay, replayed
from length import LONG

TEXTS = sorted([*(ROOT / "tests/sessions").glob("*.txt"), *(ROOT / "tests/errors").glob("*.txt")])
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("grammar/*.md"), *ROOT.glob("examples/*.md")])
NEEDED = {"docs/recipes.md": "jq"}
"""Programs without which a page cannot be run."""
DEAR = (
    "docs/check.md", "docs/commands/", "docs/recipes.md", "docs/tutorial.zh.md", "tests/sessions/functions.txt",
    "tests/sessions/lost.txt",
)  # fmt: skip
"""What they show is shown elsewhere too."""


def marked(path: Path) -> Any:
    """A text with what is to be known of it: whether it is run at length alone, and whether it can be run here."""
    name = path.relative_to(ROOT).as_posix()
    program = NEEDED.get(name, "bash")
    missing = pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")
    return pytest.param(path, marks=[LONG, missing] if name.startswith(DEAR) else [missing])


def compare(path: Path, text: str, now: str) -> None:
    if now != text and os.environ.get("UPDATE"):
        path.write_text(now, encoding="utf-8")
        pytest.fail(f"{path.name} was rewritten: read it")
    assert now == text


@pytest.mark.parametrize("path", [*map(marked, TEXTS)], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_session(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    compare(path, text, replay(text, ROOT))


@pytest.mark.parametrize("path", [*map(marked, PAGES)], ids=lambda path: str(path.relative_to(ROOT)))
def test_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    compare(path, text, replayed(text, ROOT))


def test_there_are_enough_mistakes() -> None:
    assert len(list((ROOT / "tests/errors").glob("*.txt"))) >= 60
