"""The page as a file: the command that writes it, what stands in it, and that its words exist in both languages."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from console import ROOT, inside

import autodiff
from autodiff.messages import translated
from autodiff.page import engine
from autodiff.page.html import VIEWS, phrases
from autodiff.page.html import page as interactive

EXAMPLE = ["page", "3*(a + b*c)", "a=5", "b=3", "c=2"]
POINT = {"a": 5.0, "b": 3.0, "c": 2.0}


class Parts(HTMLParser):
    """The elements of a page, with the text of those that hold raw text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.within = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.within = tag
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within in self.raw:
            self.raw[self.within][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def parts(text: str = "3*(a + b*c)", title: str = "", at: dict[str, float] = POINT) -> Parts:
    return Parts(interactive(autodiff.parse(text).at(**at), title))


def data(found: Parts) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(found.raw["script"][0])
    return loaded


# The command -------------------------------------------------------------------------------------------------------------


def test_it_writes_a_file_and_says_so(tmp_path: Path) -> None:
    outcome = inside([*EXAMPLE, "-o", "page.html"], tmp_path)
    assert (outcome.stdout, outcome.stderr, outcome.code) == ("", "page.html is written: open it in a browser\n", 0)
    assert (tmp_path / "page.html").read_text("utf-8") == interactive(autodiff.parse("3*(a + b*c)").at(**POINT))


def test_it_writes_to_standard_output(tmp_path: Path) -> None:
    outcome = inside([*EXAMPLE, "-o", "-", "--lang", "zh"], tmp_path)
    assert outcome.stdout == interactive(autodiff.parse("3*(a + b*c)").at(**POINT), "", "zh")
    assert outcome.stderr == ""


def test_it_never_writes_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("mine")
    outcome = inside([*EXAMPLE, "-o", "page.html"], tmp_path)
    assert (outcome.code, (tmp_path / "page.html").read_text()) == (2, "mine")
    assert "E055" in outcome.stderr
    assert inside([*EXAMPLE, "-o", "page.html", "--force"], tmp_path).code == 0
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")


def test_without_values_all_start_at_1(tmp_path: Path) -> None:
    outcome = inside(["page", "3*(a + b*c)", "-o", "page.html"], tmp_path)
    assert (tmp_path / "page.html").read_text("utf-8") == interactive(autodiff.parse("3*(a + b*c)").at(a=1, b=1, c=1))
    assert "every variable starts at 1" in outcome.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (EXAMPLE, "E043"), ([*EXAMPLE[:-1], "-o", "p.html"], "E030"), ([*EXAMPLE, "d=1", "-o", "p.html"], "E031"),
        (["page", "-o", "p.html"], "E043"), ([*EXAMPLE, "-o", "p.html", "--max-nodes", "5"], "E056"),
        ([*EXAMPLE, "-o", "p.html", "--wrt", "x"], "E034"), ([*EXAMPLE, "-o", "no/such/p.html"], "E052"),
        (["page", "polygamma(n, x)", "n=1", "x=2", "-o", "p.html"], "E042"),
    ],
)  # fmt: skip
def test_mistakes_write_nothing(tmp_path: Path, words: list[str], code: str) -> None:
    outcome = inside(words, tmp_path)
    assert f"error[{code}]" in outcome.stderr
    assert outcome.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_only_some_derivatives(tmp_path: Path) -> None:
    inside([*EXAMPLE, "--wrt", "b", "-o", "page.html"], tmp_path)
    nodes = data(Parts((tmp_path / "page.html").read_text("utf-8")))["nodes"]
    assert [label for _, _, label, is_step in nodes if not is_step] == ["", "db", ""]


# What stands in it -------------------------------------------------------------------------------------------------------


def test_the_policy_names_exactly_this_style_and_this_script() -> None:
    found = parts()
    policy = next(meta["content"] for meta in found.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (found.raw["style"][0], found.raw["script"][1])
    ]
    style, script = (f"'sha256-{found}'" for found in hashes)
    assert policy == f"default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
    assert [script.get("type") for script in found.all("script")] == ["application/json", None]


def test_nothing_is_fetched_and_no_style_or_handler_stands_in_an_attribute() -> None:
    for tag, attributes in parts("if(x > 0, sqrt(x)*y, x^2)", at={"x": 1.0, "y": 2.0}).tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        assert not {"src", "href", "style"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]


def test_ids_are_unique() -> None:
    ids = [attributes["id"] for _, attributes in parts().tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("title", ["</script><b>", "<!--", "\"'&", "$css ${data}", "\ud800", "‮abc", "]]>"])
def test_a_title_is_text(title: str) -> None:
    html = interactive(autodiff.parse("a*b").at(a=1, b=2), title)
    html.encode()
    found = Parts(html)
    assert [tag for tag, _ in found.tags].count("b") == 0
    assert data(found)["language"] == "en"


def test_numbers_that_json_lacks() -> None:
    found = data(parts("x*y + z", at={"x": -0.0, "y": float("nan"), "z": float("-inf")}))
    assert [one["value"] for one in found["inputs"]] == ["-0.0", "NaN", "-Infinity"]


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 0.001, 1e10, 1e-300, 1.7e308, 5e-324, float("inf"), float("nan")])
def test_sliders_have_a_range(value: float) -> None:
    one = data(parts("x + 1", at={"x": value}))["inputs"][0]
    assert one["low"] < one["high"]
    assert 20 <= (one["high"] - one["low"]) / one["step"] <= 2000
    if 1e-290 < abs(value) < 1e290:
        assert one["low"] < 0 < one["high"]
        assert one["low"] < value < one["high"]


def test_every_word_exists_in_both_languages() -> None:
    known = {text: translated(text, "zh") for text in [*phrases(), *engine.reasons(engine.keys([autodiff.parse("x^y").tape]))]}
    assert len(known) > 90
    same = [text for text, chinese in known.items() if chinese == text and re.search(r"[a-z]{2}", text)]
    assert same == []
    for text, chinese in known.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", chinese)), text


def test_all_files_of_the_page_are_in_use() -> None:
    names = {path.name for path in (ROOT / "autodiff/page/assets").iterdir()}
    assert names == {"page.html", "page.css", *(f"{name}.js" for name in (*engine.PASSES, *VIEWS))}


def test_no_name_is_given_twice() -> None:
    """All scripts become one, in which a second function of a name would take the place of the first without a word."""
    found: list[str] = []
    for name in (*engine.PASSES, *VIEWS):
        text = (ROOT / f"autodiff/page/assets/{name}.js").read_text("utf-8")
        found += re.findall(r"^(?:function|const|let) (\w+)", text, re.MULTILINE)
        found += [one for names in re.findall(r"^const \[([\w, ]+)\]", text, re.MULTILINE) for one in names.split(", ")]
    assert len(found) > 150
    assert [name for name in found if found.count(name) > 1] == []


def test_the_example_is_current() -> None:
    file, now = ROOT / "examples/worked-example.html", interactive(autodiff.parse("3*(a + b*c)").at(**POINT))
    if os.environ.get("UPDATE"):
        file.write_text(now, "utf-8")
    assert file.read_text("utf-8") == now
