"""Pictures in a real browser: what is written fits its place, and Mermaid reads and shows what is written for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from length import first
from test_graph import EXAMPLES, HOSTILE, hostile, plain

import autodiff
from autodiff.render.drawing import mermaid, svg
from autodiff.study.graph import Graph, numeric
from autodiff.writing.width import visible

MERMAID = Path(__file__).parent / "node_modules/mermaid/dist/mermaid.min.js"
LOGISTIC = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1-y)*log(1-a))"
GRAPHS = [
    *[graph for graph in EXAMPLES if graph != hostile()], plain(LOGISTIC), plain("max(a, b, c, d) + hypot(a, b)"),
    numeric(autodiff.parse(LOGISTIC).at(w1=0.5, w2=-0.25, b=0.1, x1=2, x2=3, y=1)),
    numeric(autodiff.parse("WWWWWWWWWW*MMMMMMMMMM + iiiiiiii").at(WWWWWWWWWW=1e-5 / 3, MMMMMMMMMM=-1e9 / 3, iiiiiiii=2.0)),
]  # fmt: skip
OVERFLOWS = """
root => {
  const at = element => element.getBoundingClientRect(), wrong = [];
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
  const boxes = [...root.querySelectorAll('.node rect')].map(at);
  const labels = [...root.querySelectorAll('.partial, .share')];
  for (const text of root.querySelectorAll('text')) if (!inside(at(text), at(root))) wrong.push('cut: ' + text.textContent);
  for (const node of root.querySelectorAll('.node'))
    for (const text of node.querySelectorAll('text'))
      if (!inside(at(text), at(node.querySelector('rect')))) wrong.push('out of its box: ' + text.textContent);
  const points = [];
  for (const path of root.querySelectorAll('.edge path')) {
    const length = path.getTotalLength(), matrix = path.getScreenCTM();
    for (let s = 0; s <= length; s += 4) points.push(path.getPointAtLength(s).matrixTransform(matrix));
  }
  const places = labels.map(at);
  places.forEach((place, k) => {
    if (!boxes.every(box => apart(place, box))) wrong.push('on a box: ' + labels[k].textContent);
    if (!places.slice(0, k).every(other => apart(place, other))) wrong.push('on another: ' + labels[k].textContent);
    if (points.some(p => p.x > place.left + 1 && p.x < place.right - 1 && p.y > place.top + 3 && p.y < place.bottom - 4))
      wrong.push('crossed: ' + labels[k].textContent);
  });
  return wrong;
}
"""


@pytest.mark.sampled(5)
@pytest.mark.parametrize("graph", GRAPHS, ids=range(len(GRAPHS)))
def test_everything_fits_and_no_line_crosses_a_label(page: Any, graph: Graph) -> None:
    page.set_content(f"<body style='margin:0'>{svg.picture(graph)}</body>")
    assert page.locator("svg").evaluate(OVERFLOWS) == []
    assert page.asked == []


def test_numbers_that_change_have_room(page: Any) -> None:
    page.set_content(f"<body style='margin:0'>{svg.picture(plain(LOGISTIC), room=12)}</body>")
    page.evaluate("document.querySelectorAll('.value').forEach(text => { text.textContent = '-0.123456789' })")
    page.evaluate("document.querySelectorAll('.gradient').forEach(text => { text.textContent += ' = -0.123456789' })")
    page.evaluate("document.querySelectorAll('.partial').forEach(text => { text.textContent += ' = -0.123456789' })")
    page.evaluate(
        "document.querySelectorAll('.share').forEach(text => { text.textContent = '-0.12345678·-0.12345678 = -0.123456789' })"
    )
    assert page.locator("svg").evaluate(OVERFLOWS) == []


def test_two_pictures_share_a_page(page: Any) -> None:
    page.set_content(svg.picture(EXAMPLES[0], prefix="one") + svg.picture(EXAMPLES[2], prefix="two"))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_the_light_and_in_the_dark(page: Any, scheme: str) -> None:
    """The contrast of every text with what is behind it is that of WCAG AA."""
    page.emulate_media(color_scheme=scheme)
    page.set_content(svg.picture(EXAMPLES[6]))
    paper, box = (page.locator(rule).first.evaluate("e => getComputedStyle(e).fill") for rule in (".paper", ".node rect"))
    for kind in ("name", "formula", "value", "gradient", "status", "partial", "share", "reading", "legend"):
        ink = page.locator(f".{kind}").first.evaluate("e => getComputedStyle(e).fill")
        behind = box if kind in ("name", "formula", "value", "gradient", "status") else paper
        assert contrast(ink, behind) >= 4.5, (kind, ink, behind)
    assert (luminance(paper) < 0.1) is (scheme == "dark")


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").rstrip(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, behind: str) -> float:
    low, high = sorted((luminance(ink), luminance(behind)))
    return (high + 0.05) / (low + 0.05)


# Mermaid ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def mermaids(browser: Any) -> Iterator[Any]:
    """A page that has read Mermaid, three megabytes of it."""
    if not MERMAID.exists():
        pytest.skip("Mermaid is not installed: npm install --prefix tests/web")
    page = browser.new_page()
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("dialog", lambda dialog: (page.wrong.append(dialog.message), dialog.dismiss()))
    page.set_content("<body></body>")
    page.add_script_tag(path=str(MERMAID))
    page.evaluate("mermaid.initialize({ startOnLoad: false, maxEdges: 2000 })")
    yield page
    page.close()


@pytest.fixture
def mermaid_page(mermaids: Any) -> Any:
    mermaids.asked, mermaids.wrong = [], []
    return mermaids


def shown(page: Any, graph: Graph) -> tuple[list[str], list[str]]:
    """What Mermaid shows in the nodes and on the edges."""
    text = "\n".join(mermaid.picture(graph))
    page.evaluate("async text => { document.body.innerHTML = (await mermaid.render('m', text)).svg }", text)
    nodes = page.evaluate("[...document.querySelectorAll('.node')].map(node => [node.id, node.textContent])")
    nodes.sort(key=lambda pair: int(pair[0].split("-n")[1].split("-")[0]) if "-n" in pair[0] else 0)
    return [text for _, text in nodes], page.evaluate("[...document.querySelectorAll('.edgeLabel .label')].map(e => e.textContent)")


@pytest.mark.long
@pytest.mark.sampled(5)
@pytest.mark.parametrize("graph", first(2, EXAMPLES), ids=range(len(EXAMPLES)))
def test_mermaid_reads_the_graph(mermaid_page: Any, graph: Graph) -> None:
    nodes, _ = shown(mermaid_page, graph)
    assert len(nodes) == len(graph.nodes)
    links = mermaid_page.evaluate("document.querySelectorAll('.flowchart-link').length")
    assert links == len(graph.edges) + sum(bool(edge.symbol) for edge in graph.edges)
    assert mermaid_page.asked == []
    assert mermaid_page.wrong == []


@pytest.mark.long
def test_mermaid_shows_hostile_text_as_it_is(mermaid_page: Any) -> None:
    nodes, _ = shown(mermaid_page, hostile())
    for text, found in zip(HOSTILE, nodes):
        assert visible(text) in found or text == "a\nb"  # a line break, which no formula has, is one for Mermaid too
    assert mermaid_page.evaluate("document.querySelectorAll('script, b, strong, em, code').length") == 1  # its own script
    assert mermaid_page.wrong == []
