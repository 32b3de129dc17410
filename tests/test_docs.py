"""What the documentation says of Python runs too, and the picture shows what the program prints."""

import doctest
import os
import re
import runpy
import shutil
from pathlib import Path

import console

import autodiff
from autodiff.messages import translated
from autodiff.trust.status import ORDER

ROOT = Path(__file__).parent.parent


def test_python_examples() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert (failed, tried > 5) == (0, True)


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
