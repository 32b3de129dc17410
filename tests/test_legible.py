"""Pictures that can be read on a screen of 1400 pixels and on a page of A4: letters large enough, nothing over anything else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations

import pytest
from length import sized

import autodiff
from autodiff.messages import LANGUAGES, speaking
from autodiff.render.drawing import selection, svg
from autodiff.render.drawing.frame import framed
from autodiff.render.drawing.look import FLOWS, STYLES, Look
from autodiff.render.drawing.png import HAN
from autodiff.render.drawing.scene import Line, Scene, Words, ordered
from autodiff.study.graph import Graph, numeric, symbolic
from autodiff.writing.metrics import extent

LAYER = "h{k} = tanh(w{k}1*x1 + w{k}2*x2 + b{k})"
NETWORK = "; ".join([*(LAYER.format(k=k) for k in (1, 2, 3)), "p = v1*h1 + v2*h2 + v3*h3 + c", "E = (p - y)^2"])
PROMISED = [
    "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))",
    NETWORK,
    "3*(a + b*c)",
    "1/(1 + exp(-(w0*x0 + w1*x1 + w2)))",
    "(1 - x)^2 + 100*(y - x^2)^2",
    "x^2*sin(x) + x*exp(x)",
    "relu(x) - relu(-x)",
    "if(x*y > 0, sqrt(x*y), -x)",
    "净利 = 收入 - 成本; 收益率 = 净利/投入; 得分 = sigmoid(收益率*权重)",
    "area = width*height; paint = 2*area; labour = hours*wage; total = paint + labour; price = total*(1 + tax)",
    "a*b + c*d + f*g + h*k - m*n",
    "log(exp(x1) + exp(x2) + exp(x3)) - x1",
    "sin(cos(tanh(sqrt(log(1 + x^2)))))",
    "a*b*c*d*f*g",
]
"""What must be read in the look that is chosen. The first two are promised in so many words."""
FURTHER = [
    "x",
    "2 + 3",
    "x + x",
    "max(x, y, 0)*max(x, y)",
    "if(x > 0, if(y > 0, x, y), x*y)*x",
    "atan2(y, x) + y/x - x^y",
    "x - y - (x - 1)",
]
SPACE = 1.05  # what is kept for a letter beyond its own width

Rectangle = tuple[float, float, float, float]


def graphs(text: str) -> list[Graph]:
    """With numbers, those of few digits and those of many, and without."""
    formula = autodiff.parse(text)
    tape, names, _ = formula.bind(dict.fromkeys(formula.variables))
    points = ([0.5, -0.25, 0.1, 2.0, 3.0], [-0.1234, 0.3217, 0.8765, -0.02345, 0.4321])
    values = [{name: point[k % 5] for k, name in enumerate(formula.variables)} for point in points]
    return [symbolic(tape, names, True), *(numeric(formula.worksheet(point, None), True) for point in values)]


def extents(words: Words) -> Rectangle:
    """Left, right, top and bottom of a text."""
    bold = any(kind in ("name", "value", "gradient") for kind, _ in words.pieces)
    wide = extent("".join(text for _, text in words.pieces), words.size) / SPACE * (1.04 if bold else 1)
    left = words.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    return left, left + wide, words.y - 0.72 * words.size, words.y + 0.05 * words.size


def apart(a: Rectangle, b: Rectangle) -> bool:
    return a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]


def points(line: Line) -> Iterator[tuple[float, float]]:
    """Many points of what is drawn of a line."""
    at = (0.0, 0.0)
    for kind, ends in line.strokes:
        x, y = ends[-1]
        for k in range(1, 41) if kind != "M" else ():
            t = k / 40
            if kind == "L":
                yield at[0] + t * (x - at[0]), at[1] + t * (y - at[1])
            else:
                curve = (at, *ends)
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                yield sum(w * p[0] for w, p in zip(weights, curve)), sum(w * p[1] for w, p in zip(weights, curve))
        at = (x, y)


def collisions(scene: Scene) -> list[str]:
    """Texts over texts, over the frames of other nodes, and under lines; frames over frames."""
    texts = [(words, None) for edge in scene.edges for words in edge.texts]
    texts += [(words, k) for k, node in enumerate(scene.nodes) for words in node.texts]
    placed = [(extents(words), owner, words.pieces) for words, owner in texts]
    frames = [(n.frame.x, n.frame.x + n.frame.width, n.frame.y, n.frame.y + n.frame.height) for n in scene.nodes]
    found = [f"{a[2]} meets {b[2]}" for a, b in combinations(placed, 2) if not apart(a[0], b[0])]
    found += [f"frames {j} and {k}" for j, k in combinations(range(len(frames)), 2) if not apart(frames[j], frames[k])]
    drawn = [point for part in (*scene.edges, *scene.nodes) for line in part.lines for point in points(line)]
    for box, owner, pieces in placed:
        found += [f"{pieces} meets frame {k}" for k, frame in enumerate(frames) if k != owner and not apart(box, frame)]
        met = any(box[0] < x < box[1] and box[2] < y < box[3] for x, y in drawn)
        found += [f"{pieces} lies on a line"] if met else []
        inside = box[0] >= 0 and box[1] <= scene.width and box[2] >= 0 and box[3] <= scene.height
        found += [] if inside else [f"{pieces} stands outside"]
    return found


@pytest.mark.sampled(4)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", PROMISED)
def test_what_is_chosen_can_be_read(text: str, language: str) -> None:
    """Letters of 9 pixels in a picture 1400 pixels wide, and of 6 points on the 170 by 247 millimetres of a page."""
    with speaking(language):
        for graph in graphs(text) if language == "en" else graphs(text)[2:]:
            scene = selection.chosen(graph, 4)
            root = ET.fromstring(svg.document(scene, graph))
            width, height = (float(root.get(side) or 0) for side in ("width", "height"))
            assert smallest(root) == scene.small
            assert scene.small * min(1.0, 1400 / width) >= 9
            assert scene.small * min(170 / 25.4 * 72 / width, 247 / 25.4 * 72 / height) >= 6
            assert collisions(scene) == []
            title_and_legend_stand_apart(scene, graph)


def title_and_legend_stand_apart(scene: Scene, graph: Graph) -> None:
    frame = framed(scene, graph)
    boxes = [extents(words) for words in frame.texts]
    assert all(apart(a, b) for a, b in combinations(boxes, 2))
    picture = (frame.left, frame.left + scene.width, frame.top, frame.top + scene.height)
    assert all(apart(box, picture) and box[1] <= frame.width and box[3] <= frame.height for box in boxes)


def smallest(root: ET.Element) -> float:
    """The smallest size of all texts, by the rules in the picture."""
    rules = re.findall(
        r"([^{}]+)\{([^}]*)\}", "".join(style.text or "" for style in root.iter("{http://www.w3.org/2000/svg}style"))
    )
    sizes = {selector.strip(): float(found[1]) for names, body in rules if (found := re.search(r"font-size:([\d.]+)px", body))
             for selector in names.split(",")}  # fmt: skip
    kinds = {kind for piece in root.iter() for kind in (piece.get("class") or "").split()}
    compact = "compact" in (root.get("class") or "").split()
    if compact:
        return min(size for name, size in sizes.items() if ".compact text" in name)
    return min(size for name, size in sizes.items() if name.split()[-1] == "text" or name.split()[-1].lstrip(".") in kinds)


@pytest.mark.parametrize("count", sized(1, len(PROMISED) + len(FURTHER)))
def test_nothing_overlaps_in_any_look(count: int) -> None:
    for text in [PROMISED[0], *FURTHER, *PROMISED[1:]][:count]:
        for graph in graphs(text):
            layers = ordered(graph)
            for look in (Look(style, flow) for style in STYLES for flow in FLOWS):
                scene = selection.drawn(graph, 4, look, layers=layers)
                assert collisions(scene) == [], (text, look)


def test_what_is_asked_for_is_drawn() -> None:
    graph = graphs(PROMISED[0])[1]
    for style in STYLES:
        assert selection.chosen(graph, 4, style=style).look.style == style
        for flow in FLOWS:
            assert selection.chosen(graph, 4, flow=flow).look.flow == flow
            assert selection.chosen(graph, 4, style, flow).look == (style, flow)


def test_chinese_alone_is_taken_from_a_chinese_font() -> None:
    """Where every text says its font: no sign that is not Chinese has the width of a square."""
    graph = graphs(PROMISED[8])[1]
    for look in (Look(style, flow) for style in STYLES for flow in FLOWS):
        root = ET.fromstring(svg.document(selection.drawn(graph, 4, look), graph, chinese=HAN))
        spans = list(root.iter("{http://www.w3.org/2000/svg}tspan"))
        for piece in spans:
            wide = [ord(sign) > 0x2E80 for sign in piece.text or ""]
            assert all(wide) if piece.get("font-family") else not any(wide)
        assert not any(ord(sign) > 0x2E80 for piece in root.iter("{http://www.w3.org/2000/svg}text") for sign in piece.text or "")
        assert any("∂" in (piece.text or "") for piece in spans) or look.style == "compact"
