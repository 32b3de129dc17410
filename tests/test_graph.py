"""The graph says what the worksheet says, and so does every way of drawing it."""

from __future__ import annotations

import html
import json
import math
import random
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from console import inside
from length import each, sized
from sampling import random_formula
from test_layout import ALL, FAN, SHARED, Edges, nodes

import autodiff
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import FUNCTIONS, accepts, called
from autodiff.render.drawing import dot, mermaid, png, svg, textual
from autodiff.study.graph import Edge, Graph, GraphNode, numeric, symbolic

POINTS = ((0.4, 0.7, 0.9), (1.4, 2.3, 3.1), (2.0, 0.3, 0.5), (2.0, 5.0, 7.0))
CHOICE = "if(x*y > 0, sqrt(x*y), -x)"
SVG = "{http://www.w3.org/2000/svg}"


def calls() -> Iterator[tuple[str, str]]:
    """Every function of the table, called, and every operator."""
    for name in sorted(FUNCTIONS - {"if"}):
        for count in (1, 2, 3):
            row = called(name, count)
            if row is not None and accepts(row, count):
                yield f"{name}/{count}", f"{name}({', '.join('xyz'[:count])})"
    yield from ((text, text) for text in ("x + y", "x - y", "x*y", "x/y", "-x", "x^y", "x^3", "x % y"))


def sheets(text: str) -> Worksheet:
    """The worksheet of a formula in x, y and z at the first point where it is finite."""
    formula = autodiff.parse(text)
    for point in POINTS:
        sheet = formula.at(**{name: value for name, value in zip("xyz", point) if name in formula.variables})
        if math.isfinite(sheet.value) and not sheet.status:
            return sheet
    return sheet


def plain(text: str) -> Graph:
    """The graph of a formula without numbers."""
    formula = autodiff.parse(text)
    tape, names, _ = formula.bind(dict.fromkeys(formula.variables, 0.0))
    return symbolic(tape, names)


@pytest.mark.parametrize("text", [text for _, text in calls()], ids=[name for name, _ in calls()])
def test_a_rule_gives_the_local_derivative(text: str) -> None:
    """At the point, and without one: the formula on an edge, read again, has the value on that edge."""
    sheet = sheets(text)
    known, bare = numeric(sheet), plain(text)
    values = {node.name: node.value for node in known.nodes}
    assert [edge[:4] for edge in known.edges] == [edge[:4] for edge in bare.edges]
    for edge in (*known.edges, *bare.edges):
        exact = known.edges[[other[:3] for other in known.edges].index(edge[:3])].partial
        rule = autodiff.parse(edge.rule)
        found = rule.at(**{name: values[name] for name in rule.variables}).value
        assert (found != found and exact != exact) or found == pytest.approx(exact, rel=1e-9, abs=1e-12)


def same(found: Sequence[float | None], true: Sequence[float | None]) -> bool:
    return list(found) == pytest.approx(list(true), nan_ok=True)


def finite(sheet: Worksheet) -> bool:
    """Whether no number of a worksheet is infinite or none at all."""
    numbers = [*sheet.values, *sheet.adjoints, *(slope for local in sheet.partials for slope in local or ())]
    return all(x is None or math.isfinite(x) for x in numbers)


@pytest.mark.parametrize("seed", range(60))
def test_the_graph_is_the_worksheet(seed: int) -> None:
    """Values, gradients and slopes are those of the worksheet, and what the edges send back adds up to every derivative."""
    text = random_formula(random.Random(seed), 4)
    sheet = autodiff.parse(text).at(**dict.fromkeys(autodiff.parse(text).variables, 0.7))
    graph = numeric(sheet)
    for k, node in enumerate(graph.nodes):
        assert same([node.value], [sheet.values[node.place]])
        uses = sorted((use.step, use.argument, use.slope) for use in sheet.uses.get(node.place, []))
        out = [edge for edge in graph.edges if edge.source == k and edge.symbol]
        found = sorted((graph.nodes[edge.target].place, edge.argument, edge.partial) for edge in out)
        assert not finite(sheet) or ([use[:2] for use in found] == [use[:2] for use in uses])
        assert not finite(sheet) or same([slope for *_, slope in found], [slope for *_, slope in uses])
        if node.gradient is not None and k < len(graph.nodes) - 1 and finite(sheet):
            assert sum(edge.share or 0.0 for edge in out) == pytest.approx(node.gradient, rel=1e-9, abs=1e-12)
    assert all(edge.source < edge.target for edge in graph.edges)


def test_the_worked_example() -> None:
    graph = numeric(autodiff.parse("3*(a+b*c)").at(a=5, b=3, c=2))
    assert [(n.name, n.formula, n.value, n.label, n.gradient) for n in graph.nodes] == [
        ("a", "", 5, "da", 3), ("b", "", 3, "db", 6), ("c", "", 2, "dc", 9),
        ("u", "b*c", 6, "du", 3), ("v", "a + u", 11, "dv", 3), ("J", "3*v", 33, "dJ", 1),
    ]  # fmt: skip
    assert [(e.symbol, e.rule, e.partial, e.share) for e in graph.edges] == [
        ("∂u/∂b", "c", 2, 6), ("∂u/∂c", "b", 3, 9), ("∂v/∂a", "1", 1, 3), ("∂v/∂u", "1", 1, 3), ("∂J/∂v", "3", 3, 3),
    ]  # fmt: skip


def test_a_choice() -> None:
    """With numbers the branch that was taken; without, both; what the condition asks for has no derivative."""
    both, taken = plain(CHOICE), numeric(autodiff.parse(CHOICE).at(x=2, y=3))
    assert [node.formula for node in both.nodes][-1] == "if(t1 > 0, t3, t4)"
    assert [node.formula for node in taken.nodes] == ["", "", "x*y", "x*y", "sqrt(v)", "if(u > 0, w, …)"]
    for graph in (both, taken):
        asked = [edge for edge in graph.edges if edge.asked]
        assert [(edge.argument, edge.symbol, edge.partial) for edge in asked] == [(0, "", None)]
    assert [edge.rule for edge in both.edges if edge.target == len(both.nodes) - 1] == ["", "if(t1 > 0, 1, 0)", "if(t1 > 0, 0, 1)"]


def test_only_what_is_differentiated_has_labels() -> None:
    graph = numeric(autodiff.parse("a*b + c").worksheet({"a": 1.0, "b": 2.0, "c": 3.0}, ["b"]))
    assert [node.label for node in graph.nodes] == ["", "db", "du", "", "dJ"]
    assert [bool(edge.symbol) for edge in graph.edges] == [False, True, True, False]


def test_names_that_the_user_owns() -> None:
    assert [node.label for node in plain("x*dx").nodes] == ["dJ/dx", "ddx", "dJ"]


CHAINS = ["a + b*c - d + 2*a", "a*b*2*c*d", "-(a - b - (c - d))*a*b", "a*b + (c*d*a - (b + c + d)) - a", "(a + b)*(a + c)*d*d"]


@pytest.mark.parametrize("text", [*CHAINS, *(random_formula(random.Random(seed), 4) for seed in range(30))])
def test_a_folded_graph_is_the_same_with_fewer_nodes(text: str) -> None:
    """Values and derivatives are those of the worksheet; rules, read again, are the slopes; what is sent back adds up."""
    formula = autodiff.parse(text)
    sheet = formula.at(**{name: 0.7 + 0.4 * k for k, name in enumerate(formula.variables)})
    whole, graph = numeric(sheet), numeric(sheet, fold=True)
    assert {node[:1] + node[4:7] for node in graph.nodes if finite(sheet)} <= {node[:1] + node[4:7] for node in whole.nodes}
    assert text not in CHAINS or len(graph.nodes) < len(whole.nodes)
    values = {node.name: node.value for node in graph.nodes}
    for k, node in enumerate(graph.nodes[:-1]):
        out = [edge for edge in graph.edges if edge.source == k and edge.symbol]
        if node.gradient is not None and finite(sheet):
            assert sum(edge.share or 0.0 for edge in out) == pytest.approx(node.gradient, rel=1e-9, abs=1e-12)
    for edge in graph.edges if finite(sheet) else ():
        if edge.rule:
            rule = autodiff.parse(edge.rule)
            slope = rule.at(**{name: values[name] for name in rule.variables}).value
            assert slope == pytest.approx(edge.partial, rel=1e-9, abs=1e-12)


CORNERS = ["relu(x)", "relu(-x)", "abs(x)", "max(x, 0)", "min(0, x)", "abs(2*x)", "hypot(x, 0)"]
RAMPS = dict(zip(CORNERS, [(0, 1), (-1, 0), (-1, 1), (0, 1), (1, 0), (-2, 2), (-1, 1)]))  # the slopes on both sides of 0


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in CORNERS for b in CORNERS if a != b])
def test_every_corner_is_marked(first: str, second: str) -> None:
    """Where the slopes of a difference do not agree with what is reported both corners have a mark, and else none."""
    sheet = autodiff.parse(f"{first} - {second}").at(x=0)
    graph = numeric(sheet)
    sides = [a - b for a, b in zip(RAMPS[first], RAMPS[second])]
    marked = {node.formula for node in graph.nodes if node.status and node.formula}
    is_right = sides[0] == sides[1] == sheet.gradient["x"]
    assert len(marked) == (0 if is_right else 2)
    assert bool(graph.nodes[0].status) is not is_right


# The text ----------------------------------------------------------------------------------------------------------------


def drawn(edges: Edges) -> Graph:
    """A graph of these edges, without a formula."""
    count = nodes(edges)
    used = {target for _, target in edges}
    made = tuple(GraphNode(i, f"n{i}", "…" if i in used else "", f"dn{i}") for i in range(count))
    return Graph("", f"n{count - 1}", made, tuple(Edge(a, b, k, f"∂{b}/∂{a}", "1") for k, (a, b) in enumerate(edges)))


def read(lines: Sequence[str]) -> set[tuple[int, int]]:
    """The edges that rails show, read as a person reads them: from every ● up its own column, and along the line to both sides."""
    found: set[tuple[int, int]] = set()
    above: dict[int, int] = {}
    for k, line in enumerate(lines):
        own = next(n for n, sign in enumerate(line) if sign in "○●")
        if line[own] == "●" and own in above:
            found.add((above[own], k))
        for step, last in ((-1, "├╰"), (1, "┤╯")):
            n = own
            while line[n + step : n + step + 1] == "─" or (n != own and line[n] not in last and 0 <= n + step < len(line)):
                n += 2 * step
                if line[n] in f"┼┴{last}":
                    found.add((above[n], k))
                if line[n] in last:
                    break
        above = {n: node for n, node in above.items() if line[n : n + 1] in ("│", "├", "┤", "┼")} | {own: k}
    return found


@each([*ALL, FAN, SHARED])
def test_the_rails_say_what_the_graph_is(edges: Edges) -> None:
    assert read(list(textual.rails(drawn(edges)))) == set(edges)


@each(range(40))
def test_the_rails_of_formulas(seed: int) -> None:
    graph = plain(random_formula(random.Random(seed), 5))
    assert read(list(textual.rails(graph))) == {(edge.source, edge.target) for edge in graph.edges}


def test_rails_in_ascii_are_as_clear() -> None:
    from autodiff_cli.console import _ASCII

    signs = ["○", "●", "│", "─"]
    assert len({sign.translate(_ASCII) for sign in signs}) == len(signs)
    for joined, ended in zip("├┤┼", "╰╯┴"):
        assert joined.translate(_ASCII) != ended.translate(_ASCII)
        assert {joined.translate(_ASCII), ended.translate(_ASCII)}.isdisjoint({sign.translate(_ASCII) for sign in signs})


def test_columns_of_chinese_are_aligned() -> None:
    from autodiff.writing.width import cells

    rows = list(textual.picture(numeric(autodiff.parse("净利 = 收入 - 成本; 净利*x").at(收入=3, 成本=1, x=2))))
    for column in range(4):
        assert len({cells(row[column]) for row in rows}) == 1


# Text that could do harm ---------------------------------------------------------------------------------------------------

HOSTILE = [
    "</script><script>alert(1)</script>", 'a"b', "a\\", "end", "[bold]x[/]", "\u202eabc\u200f", "`x`", "#quot;", "&lt;", "A---oB",
    "\x1b[31m\x00\x85", "a\nb", "-->", "]]>", "%%{init: {}}%%", "{x|y}", "\\N", "<b>&", "1. x", "*x* _y_", "\ud800",
]  # fmt: skip


def hostile() -> Graph:
    """A graph with a hostile text wherever there is a text."""
    made = [GraphNode(k, text, text, f"d{text}", 1.0, 2.0, text) for k, text in enumerate(HOSTILE)]
    edges = [Edge(k, k + 1, 0, f"∂{text}", text, 3.0, 4.0) for k, text in enumerate(HOSTILE[:-1])]
    return Graph("; ".join(HOSTILE), "J", tuple(made), tuple(edges))


# SVG ----------------------------------------------------------------------------------------------------------------------

EXAMPLES = [
    numeric(autodiff.parse("3*(a+b*c)").at(a=5, b=3, c=2)), plain("3*(a+b*c)"), plain(CHOICE), hostile(), drawn(FAN), drawn(SHARED),
    numeric(autodiff.parse("relu(x) - relu(-x)").at(x=0)), numeric(autodiff.parse("2+3").at()),
    numeric(autodiff.parse("净利 = 收入 - 成本; 净利*x").at(收入=3, 成本=1, x=2)),
]  # fmt: skip


@pytest.mark.parametrize("graph", EXAMPLES, ids=range(len(EXAMPLES)))
def test_svg_is_what_a_page_may_rely_on(graph: Graph) -> None:
    root = ET.fromstring(svg.picture(graph, prefix="p7"))
    assert root.get("id") == "p7"
    groups = {kind: [g for g in root.iter(f"{SVG}g") if kind in (g.get("class") or "").split()] for kind in ("node", "edge")}
    assert [g.get("data-node") for g in groups["node"]] == [str(k) for k in range(len(graph.nodes))]
    ends = [(g.get("data-from"), g.get("data-to"), g.get("data-argument")) for g in groups["edge"]]
    assert ends == [(str(e.source), str(e.target), str(e.argument)) for e in graph.edges]
    for g, node in zip(groups["node"], graph.nodes):
        kinds = [piece.get("class") for piece in g.iter() if piece.tag in (f"{SVG}text", f"{SVG}tspan")]
        wanted = [
            ("name", True),
            ("formula", node.formula),
            ("value", node.value is not None),
            ("gradient", node.label),
            ("status", node.status),
        ]
        assert [kind for kind in kinds if kind] == [kind for kind, there in wanted if there]
    for g, edge in zip(groups["edge"], graph.edges):
        kinds = [piece.get("class") for piece in g]
        assert kinds == (["forward", "backward", "partial", "share"] if edge.symbol else ["forward"])


@pytest.mark.parametrize("graph", EXAMPLES, ids=range(len(EXAMPLES)))
def test_svg_asks_for_nothing_and_runs_nothing(graph: Graph) -> None:
    text = svg.picture(graph, prefix="p7")
    root = ET.fromstring(text)
    assert {piece.tag.removeprefix(SVG) for piece in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text", "tspan",
    }  # fmt: skip
    attributes = [(name, value) for piece in root.iter() for name, value in piece.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or "href" in name]
    assert set(re.findall(r"url\((.*?)\)", text)) <= {"#p7-blue", "#p7-red"}
    assert re.findall(r"(?:https?:)?//[a-z]", "".join(style.text or "" for style in root.iter(f"{SVG}style"))) == []
    ids = [value for name, value in attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("p7") for name in ids)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
    assert all(family.endswith("sans-serif") for family in re.findall(r"font-family:([^;}]*)", text))


def test_svg_keeps_room_for_numbers_that_change() -> None:
    narrow, wide = (ET.fromstring(svg.picture(EXAMPLES[1], room=room)) for room in (0, 24))
    assert float(wide.get("width") or 0) > float(narrow.get("width") or 0) + 24 * 6
    assert len([t for t in wide.iter(f"{SVG}text") if t.get("class") == "value"]) == len(EXAMPLES[1].nodes)


# DOT ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("graph", EXAMPLES, ids=range(len(EXAMPLES)))
def test_graphviz_reads_the_same_graph(graph: Graph) -> None:
    text = "\n".join(dot.picture(graph, 17))
    done = subprocess.run(["dot", "-Tdot_json"], input=text.encode(), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout, strict=False)
    labels = [html.unescape(node["label"].replace("\\n", "\n")).split("\n")[0] for node in found["objects"]]
    assert [node["name"] for node in found["objects"]] == [f"n{k}" for k in range(len(graph.nodes))]
    for label, node in zip(labels, graph.nodes):
        if node.name.isalnum():
            assert label == (f"{node.name} = {node.formula}" if node.formula else node.name)
    there = sorted((e["tail"], e["head"]) for e in found.get("edges", []) if e.get("style") != "dashed")
    back = sorted((e["head"], e["tail"]) for e in found.get("edges", []) if e.get("style") == "dashed")
    assert there == sorted((e.source, e.target) for e in graph.edges)
    assert back == sorted((e.source, e.target) for e in graph.edges if e.symbol)


def test_mermaid_is_escaped() -> None:
    """That Mermaid itself reads it, and shows these texts, is tested in tests/web."""
    for line in list(mermaid.picture(hostile()))[1:]:
        for text in re.findall(r'"(.*?)"', line):
            assert not set(re.sub("<br/>|#[0-9]+;|#[a-z]+;", "", text)) & set('<>"`[]{}|#&;\\*_')


def test_motion_plays_both_passes_step_by_step(tmp_path: Path) -> None:
    """All numbers and arrows appear at one step each: in order forward, then backward; in CSS that may be declined."""
    outcome = inside(["graph", "3*(a+b*c)", "a=5", "b=3", "c=2", "--animate", "--format", "svg"], tmp_path)
    still = inside(["graph", "3*(a+b*c)", "a=5", "b=3", "c=2", "--format", "svg"], tmp_path)
    rules = re.search(r"@media \(prefers-reduced-motion:no-preference\)\{\n(.*?)\n\}\n", outcome.stdout, re.DOTALL)
    assert rules is not None
    assert outcome.stdout.replace(rules[0], "") == still.stdout
    appear = {name: float(at) for name, at in re.findall(r"@keyframes (autodiff-\d+)\{0%,([\d.]+)%\{opacity:0\}", rules[1])}
    assert list(appear.values()) == sorted(appear.values())
    assert len(appear) == 12
    named = dict(re.findall(r"^(.*)\{animation-name:(autodiff-\d+)\}$", rules[1], re.MULTILINE))
    steps = {selector: appear[name] for selectors, name in named.items() for selector in selectors.split(",")}
    values = [steps[f'#autodiff [data-node="{k}"] .value'] for k in range(6)]
    slopes = [steps[f'#autodiff [data-node="{k}"] .gradient'] for k in range(6)]
    assert values == sorted(values)
    assert slopes == sorted(slopes, reverse=True)
    assert values[-1] < slopes[-1]


# PNG ----------------------------------------------------------------------------------------------------------------------


def pixels(data: bytes) -> tuple[int, int, bytes]:
    """Width, height, and what is left of the pixels when they are unpacked."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    packed, at = b"", 8
    while at < len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        packed += data[at + 8 : at + 8 + size] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + size
    return width, height, zlib.decompress(packed)


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_png_has_the_size_of_the_picture_and_shows_it(scale: float) -> None:
    text = svg.picture(EXAMPLES[0])
    width, height, raw = pixels(png.picture(text, scale))
    root = ET.fromstring(text)
    assert width == pytest.approx(float(root.get("width") or 0) * scale, abs=1)
    assert height == pytest.approx(float(root.get("height") or 0) * scale, abs=1)
    assert len(raw) == (width * 4 + 1) * height
    assert len(set(raw)) > 100


CHINESE = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout


@pytest.mark.skipif(not CHINESE, reason="no Chinese font is installed")
def test_png_shows_chinese() -> None:
    def of(name: str) -> bytes:
        return png.picture(svg.picture(numeric(autodiff.parse(f"{name}^2").at(**{name: 1.0}))), 1)

    assert of("中") != of("国")
    assert png.unshown(svg.picture(EXAMPLES[-1])) == []


def test_png_says_which_signs_it_has_no_font_for(tmp_path: Path) -> None:
    assert png.unshown(f"<text>a{png.MISSING}b</text>") == []  # no letter
    text = svg.picture(numeric(autodiff.parse("\U00012000*2").worksheet({"\U00012000": 1.0})))
    outcome = inside(["graph", "\U00012000*2", "\U00012000=1", "-o", "a.png"], tmp_path)
    assert outcome.code == 0
    assert ("no font on this machine has \U00012000" in outcome.stderr) is (png.unshown(text) == ["\U00012000"])


def test_png_without_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    outcome = inside(["graph", "x", "x=1", "-o", "x.png"], tmp_path)
    assert outcome.code == 4
    assert "error[E053]" in outcome.stderr
    assert "pip install resvg-py" in outcome.stderr
    assert list(tmp_path.iterdir()) == []


# The command ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.dot", "a.gv", "a.mmd", "a.mermaid", "a.txt", "图.SVG"])
def test_the_name_of_the_file_says_what_is_written(name: str, tmp_path: Path) -> None:
    starts = {"svg": b"<svg", "png": b"\x89PNG", "dot": b"digraph", "gv": b"digraph", "mmd": b"flowchart", "mermaid": b"flowchart"}
    outcome = inside(["graph", "3*(a+b*c)", "a=5", "b=3", "c=2", "-o", name], tmp_path)
    assert (outcome.code, outcome.stdout) == (0, "")
    assert outcome.stderr.startswith(f"{name} is written")
    assert ("--style detailed --flow right" in outcome.stderr) is name.lower().endswith(("svg", "png"))
    assert (tmp_path / name).read_bytes().startswith(starts.get(name.lower().split(".")[1], b"J = 3*(a + b*c)"))
    again = inside(["graph", "x", "-o", name], tmp_path)
    assert (again.code, "error[E055]" in again.stderr) == (2, True)
    assert inside(["graph", "x", "-o", name, "--force"], tmp_path).code == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("nodes", sized(101, 401))
def test_four_hundred_nodes_are_drawn_and_more_refused(nodes: int, tmp_path: Path) -> None:
    text = "x" + "".join(f"*x + {k}" for k in range(200))
    outcome = inside(["graph", text, "x=0.5", "-o", "a.svg"], tmp_path)
    assert (outcome.code, "401 nodes" in outcome.stderr) == (2, True)
    text = "x" + "".join(f"*x + {k}" for k in range(nodes // 2))
    assert inside(["graph", text, "x=0.5", "-o", "a.svg", "--max-nodes", str(nodes)], tmp_path).code == 0


def test_a_graph_is_as_large_as_wanted_without_recursion() -> None:
    outcome = inside(["graph", "(" * 3000 + "x" + "+1)" * 3000, "--max-nodes", "5000"], Path.cwd())
    assert outcome.code == 0
    assert len(outcome.stdout.splitlines()) == 3004
