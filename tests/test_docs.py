"""What the documentation says of Python runs too, and the picture shows what the program prints."""

import doctest
import os
import re
import runpy
import shutil
import sys
from pathlib import Path

import console
import pytest
from autodiff_cli.commands import COMMANDS

import autodiff
from autodiff.messages import translated
from autodiff.render import schema
from autodiff.trust.status import ORDER

ROOT = Path(__file__).parent.parent


PAGES = [path for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))) if ">>> " in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_python_examples(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8").replace("\n```", "\n\n```")  # an empty line ends an output
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    failed, tried = doctest.DocTestRunner().run(test)
    assert (failed, tried > 4) == (0, True)


def test_every_schema_is_told() -> None:
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z]+)` \|", page, re.MULTILINE)) == schema.names()


def test_the_picture_is_the_real_output() -> None:
    picture = runpy.run_path(str(ROOT / "docs/picture.py"))["picture"]
    assert picture() + "\n" == (ROOT / "docs/worked-example.svg").read_text(encoding="utf-8")


def test_the_gallery_is_drawn_by_the_program() -> None:
    gallery = runpy.run_path(str(ROOT / "docs/gallery.py"))
    folder = ROOT / "docs/gallery"
    wanted = {f"{picture.name}.svg": gallery["drawn"](picture) for picture in gallery["PICTURES"]}
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == wanted
    headings = [part.split("```console")[0] for part in gallery["page"]().split("```\n\nIn the text")]
    page = (ROOT / "docs/gallery.md").read_text(encoding="utf-8")
    assert page.startswith(headings[0])
    assert page.endswith(headings[1])


PICTURES = re.findall(r"^```sh\n(autodiff .+ (\S+\.svg))\n```\n\n!\[[^]]+\]\(logistic-regression/(\S+)\)$",
                      (ROOT / "docs/logistic-regression.md").read_text(encoding="utf-8"), re.M)  # fmt: skip


def test_the_pictures_of_logistic_regression_are_drawn_by_the_commands_above_them(tmp_path: Path) -> None:
    folder = ROOT / "docs/logistic-regression"
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for line, name, shown in PICTURES:
        assert (console.command(line, tmp_path).code, shown) == (0, name)
        drawn = (tmp_path / name).read_text(encoding="utf-8")
        if os.environ.get("UPDATE"):
            (folder / name).write_text(drawn, encoding="utf-8")
        assert drawn == (folder / name).read_text(encoding="utf-8"), name
    assert sorted(path.name for path in folder.iterdir()) == sorted(name for _, name, _ in PICTURES)


def test_every_option_is_documented() -> None:
    from autodiff_cli.app import application

    page = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *ROOT.glob("docs/*.md")))
    for command in application().commands.values():  # type: ignore[attr-defined]
        for parameter in command.params:
            for name in parameter.opts:
                assert not name.startswith("--") or f"`{name}" in page or f" {name}" in page, name


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_short_and_has_every_command(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert {*COMMANDS} - {*re.findall(r"^\| `autodiff (\w+)", page, re.MULTILINE)} == set()
    assert page.count("\n") < 250


def test_the_first_two_commands() -> None:
    lines = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("pip install")]
    assert lines[:2] == ['pip install . && autodiff eval "3*(a+b*c)" a=5 b=3 c=2', 'pip install -e ".[test]" && pytest']


def test_the_chinese_page_says_what_is_read_and_what_statuses_are_called() -> None:
    page = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    typed = page[page.index("## 可以怎样输入") : page.index("有争议")]
    for line in typed.splitlines()[4:]:
        for formula in re.findall(r"`([^`]+)`", line.split(" | ")[0]):
            if len(formula) > 1:
                autodiff.parse(formula)
    for status in ORDER:
        assert f"| `{status}` | {translated(status, 'zh')} |" in page
    assert (ROOT / "README.md").read_text(encoding="utf-8").split("\n")[0] == "# autodiff · [中文](README.zh.md)"


QUOTED = re.compile(r"^```python (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = re.compile(r"^ *# …\n", re.MULTILINE)


def test_quoted_code_is_the_code() -> None:
    """A block that names a file quotes it: whole lines that stand together, in the order of the file; `# …` leaves some out."""
    quotations = [(path, *found) for path in ROOT.glob("docs/*.md") for found in QUOTED.findall(path.read_text(encoding="utf-8"))]
    assert len(quotations) > 5
    for path, name, block in quotations:
        source = "\n" + (ROOT / name).read_text(encoding="utf-8")
        place = 0
        for piece in LEFT_OUT.split(block):
            place = source.find("\n" + piece, place)
            assert place >= 0, f"{path.name} quotes what {name} does not have:\n{piece}"
            place += len(piece)
