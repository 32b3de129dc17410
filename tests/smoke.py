"""Replays the recorded sessions with the program that is installed; .ci/smoke runs a copy of this away from the checkout."""

import re
import sys
from difflib import unified_diff
from importlib.metadata import version

from console import ROOT, inside, replay, replayed, shell

import autodiff

PACKAGES = ("lark", "typer", "rich", "mpmath")
TEXTS = sorted([*(ROOT / "tests/sessions").glob("*.txt"), *(ROOT / "tests/errors").glob("*.txt"), *ROOT.glob("docs/tutorial*.md")])


def installed() -> None:
    """The program is not the checkout's, knows its version, and finds its files; the README's first command runs."""
    assert autodiff.__file__.startswith(sys.prefix), autodiff.__file__
    assert version("autodiff-cli") == autodiff.__version__
    assert shell("autodiff --version", ROOT).stdout.startswith(f"autodiff {autodiff.__version__}\nwith Python ")
    for words in (["schema", "eval"], ["page", "x^2", "x=3", "-o", "-"], ["functions", "--json"], ["completion", "fish"], ["man"]):
        assert inside(words, ROOT).code == 0, words
    first = re.search("^pip install [.] && (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert first
    assert "33" in shell(first[1], ROOT).stdout


def changed() -> list[str]:
    """What the sessions and the tutorial print now and did not print when they were recorded, and the other way round."""
    lines: list[str] = []
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        now = replayed(text, ROOT) if path.suffix == ".md" else replay(text, ROOT)
        lines += unified_diff(text.splitlines(), now.splitlines(), path.stem, path.stem, n=0, lineterm="")
    return lines


if __name__ == "__main__":
    print(*(f"{name} {version(name)}" for name in PACKAGES), sep=", ")
    installed()
    found = changed()
    print(*found, sep="\n")
    sys.exit(bool(found))
