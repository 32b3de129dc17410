"""The files that docs/recipes.md shows do what the page says: the makefile, and the script that judges derivatives."""

import re
import shutil
from pathlib import Path

import pytest
from console import ROOT, shell
from length import LONG

PAGE = (ROOT / "docs/recipes.md").read_text(encoding="utf-8")


def block(language: str, name: str = "") -> str:
    """The block of a language that has this name."""
    found = re.search(rf"^```{f'{language} {name}'.strip()}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@LONG
@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_makes_what_has_changed(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(block("make"), encoding="utf-8")
    for name, text in (("cost", "(w*x - y)^2\n"), ("area", "# a circle\nπ*r^2\n")):
        (tmp_path / f"{name}.formula").write_text(text, encoding="utf-8")
    done = shell("make -s", tmp_path)
    assert done.code == 0, done.stderr
    assert "double cost(" in (tmp_path / "cost.c").read_text(encoding="utf-8")
    assert (tmp_path / "area.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "Nothing to be done" in shell("make", tmp_path).stdout
    (tmp_path / "wrong.formula").write_text("1/2x\n", encoding="utf-8")
    assert shell("make -s", tmp_path).code == 2
    assert not (tmp_path / "wrong.c").exists()


@LONG
def test_a_wrong_derivative_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "check.sh").write_text(block("bash", "check-derivatives.sh"), encoding="utf-8")
    claims = block("text", "derivatives.tsv")
    assert claims.count("\t") == 3
    (tmp_path / "derivatives.tsv").write_text(claims, encoding="utf-8")
    assert shell("bash check.sh", tmp_path).code == 0
    (tmp_path / "other.tsv").write_text(claims.replace("dy=y/", "dy=x/"), encoding="utf-8")
    done = shell("bash check.sh other.tsv", tmp_path)
    assert done.code == 1
    assert "dy = x/sqrt(x^2 + y^2)  differs" in done.stdout
