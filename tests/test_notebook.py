"""What a notebook shows of formulas and worksheets, and the notebook among the examples."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from console import ROOT

import autodiff
from autodiff.messages import speak

EXAMPLE = autodiff.parse("3(a+bc)").at(a=5, b=3, c=2)
SHEETS = {
    "worked": EXAMPLE,
    "corner": autodiff.parse("abs(x) + sqrt(y)").at(x=0, y=0),
    "choice": autodiff.parse("if(x < y and y > 0, x*y, x)").at(x=1, y=2),
    "program": autodiff.parse("u = b*c; v = a+u; J = 3*v").at(a=5, b=3, c=2),
    "number": autodiff.parse("1").at(),
    "chinese": autodiff.parse("数^2 + λ₁").at(**{"数": 3, "λ₁": 1}),
    "nan": autodiff.parse("log(x)").at(x=-1),
    "wide": autodiff.parse("x/exp(x)").at(x=400),
    "latex": autodiff.parse(r"$\frac{x}{y}$").at(x=1, y=2),
    "long": autodiff.parse("+".join(f"sin(x{k})" for k in range(60))).at(**{f"x{k}": k for k in range(60)}),
}


def elements(markup: str) -> list[ElementTree.Element]:
    """All elements of a piece of HTML, which is XML too: so nothing in a text was read as markup."""
    return list(ElementTree.fromstring(markup).iter())


def cells(markup: str) -> list[list[str]]:
    """The rows of its tables."""
    return [["".join(cell.itertext()) for cell in row] for row in elements(markup) if row.tag == "tr"]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_worksheet_shows_itself(sheet: autodiff.Worksheet) -> None:
    formula = autodiff.parse(sheet.text)
    for markup in (sheet._repr_html_(), formula._repr_html_(), sheet.picture()._repr_svg_(), formula.picture(), sheet._repr_svg_()):
        elements(markup or "")
        assert len(markup or "") < 60_000 or sheet is SHEETS["long"]
    for text in (sheet._repr_latex_(), formula._repr_latex_()):
        assert text is None or (text.startswith(r"$\displaystyle ") and text.endswith("$") and text.count("$") == 2)
        assert text is None or text.count("{") == text.count("}")
    assert len(repr(sheet)) < 200 > len(repr(formula))


def test_the_worked_example() -> None:
    markup = EXAMPLE._repr_html_() or ""
    assert cells(markup) == [
        ["step", "formula", "with numbers", "value"], ["u", "b*c", "3*2", "6"], ["v", "a + u", "5 + 6", "11"],
        ["J", "3*v", "3*11", "33"], ["derivative", "chain rule", "with numbers", "value"], ["dJ", "1", "1", "1"],
        ["dv", "dJ·∂J/∂v", "1·3", "3"], ["du", "dv·∂v/∂u", "3·1", "3"], ["da", "dv·∂v/∂a", "3·1", "3"],
        ["db", "du·∂u/∂b", "3·2", "6"], ["dc", "du·∂u/∂c", "3·3", "9"],
    ]  # fmt: skip
    said = "\n".join("".join(one.itertext()) for one in elements(markup) if one.tag == "p")
    assert "at a = 5, b = 3, c = 2" in said
    assert "Answer: J = 33; da = dJ/da = 3, db = 6, dc = 9" in said
    assert any(note in said for note in EXAMPLE.notes)
    assert "<svg" in markup
    assert {element.tag for element in elements(EXAMPLE._repr_svg_() or "")} >= {"{http://www.w3.org/2000/svg}rect"}
    assert autodiff.parse("x" + "+x" * 500)._repr_svg_() is None
    assert repr(EXAMPLE) == "Worksheet(J=33.0 at a=5.0, b=3.0, c=2.0)"
    assert repr(autodiff.parse("3*(a + b*c)")) == "Formula('3*(a + b*c)', variables=('a', 'b', 'c'))"
    assert repr(autodiff.parse("x^2")) == "Formula('x^2', variables=('x',))"
    assert autodiff.parse("x^2")._repr_latex_() == r"$\displaystyle x^{2}$"


def test_statuses_are_said() -> None:
    corner = SHEETS["corner"]
    rows = {row[0]: row for row in cells(corner._repr_html_() or "")}
    assert (rows["dx"][-1], rows["dy"][-1]) == ("kink", "infinite")
    said = "".join("".join(one.itertext()) for one in elements(corner._repr_html_() or "") if one.tag == "p")
    assert all(status.reason in said for status in corner.status.values())
    assert r"\text{(kink)}" in (corner._repr_latex_() or "")


def test_it_speaks_chinese() -> None:
    speak("zh")
    found = autodiff.parse("3(a+bc)").at(a=5, b=3, c=2)._repr_html_() or ""
    assert "答案" in found
    assert "Answer" not in found


def test_many_stand_on_one_page() -> None:
    """Also the same one several times: no id is there twice, and every rule of a style begins with one."""
    page = [show() or "" for _ in range(3) for show in (EXAMPLE._repr_html_, SHEETS["corner"]._repr_html_, EXAMPLE.picture)]
    names = [name for markup in page for name in re.findall(r'\bid="([^"]*)"', markup)]
    assert len(names) == len({*names}) > 20
    for markup in page:
        own = {*re.findall(r'\bid="([^"]*)"', markup)}
        used = re.findall(r"url\(#([^)]*)\)", markup) + " ".join(re.findall(r'aria-labelledby="([^"]*)"', markup)).split()
        assert {*used} <= own
        rules = "".join(re.findall(r"<style>(.*?)</style>", markup, re.DOTALL)).splitlines()
        heads = [rule.partition("{")[0] for rule in rules if rule.strip() not in ("", "}") and not rule.startswith("@")]
        ruled = [re.match(r"#([\w-]+)", part.strip()) for head in heads for part in head.split(",")]
        assert {found and found[1] for found in ruled} <= own


def test_the_colours_of_the_notebook_are_kept() -> None:
    """Outside the picture, which has a background of its own, no text and no cell has a colour."""
    markup = re.sub(r"<svg.*?</svg>", "", EXAMPLE._repr_html_() or "", flags=re.DOTALL)
    rules = re.findall(r"([^{}]*)\{([^{}]*)\}", markup)
    assert {*re.findall(r"(?<![-\w])color:([^;}]*)", markup)} == {"inherit"}
    assert {"svg" in head or "none" in body for head, body in rules if "background" in body} == {True}


def test_a_long_formula_is_cut() -> None:
    markup = SHEETS["long"]._repr_html_() or ""
    assert "… 79 more" in markup
    assert "… 139 more" in markup
    assert "<svg" not in markup
    assert SHEETS["long"]._repr_latex_() is None
    deep = autodiff.parse("-" * 5_000 + "x")
    assert len(repr(deep)) < 200
    assert len(deep.at(x=1)._repr_html_() or "") < 60_000
    name = "数" * 1000
    assert len(repr(autodiff.parse(name).at(**{name: 1}))) < 500


def test_a_graph_that_is_too_large_is_refused() -> None:
    large = autodiff.parse("+".join(f"sin(x)^{k}" for k in range(2, 402)))
    for about in (large, large.at(x=1)):
        with pytest.raises(autodiff.AutodiffError, match="and 400 are drawn at most"):
            about.picture()
    with pytest.raises(autodiff.FormulaError, match="xe"):
        autodiff.parse("xe^x").picture()


def test_nothing_of_it_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, autodiff; repr(autodiff.parse('x').at(x=1)); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in loaded if "render" in name or "IPython" in name] == []


# The notebook -------------------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_the_notebook_gives_what_it_shows(tmp_path) -> None:
    """Run from its beginning, every cell gives the outputs that are stored."""
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    stored = json.loads((ROOT / "examples/notebook.ipynb").read_text(encoding="utf-8"))
    book = nbformat.read(ROOT / "examples/notebook.ipynb", 4)
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    again = json.loads(nbformat.writes(book))
    for old, new in zip(stored["cells"], again["cells"], strict=True):
        assert joined(new.get("outputs", [])) == joined(old.get("outputs", [])), "".join(old["source"])


def joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs, what is printed as one: it comes in pieces, as it happens to."""
    printed = "".join("".join(one["text"]) for one in outputs if one["output_type"] == "stream")
    return [{"text": printed}, *(one for one in outputs if one["output_type"] != "stream")]
