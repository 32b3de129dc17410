"""Which look suits a graph: the first in which it can be read, on a screen and on paper, or else the one that comes nearest."""

from __future__ import annotations

from itertools import product

from autodiff.render.drawing.compact import Compact
from autodiff.render.drawing.detailed import Detailed
from autodiff.render.drawing.frame import Frame, framed
from autodiff.render.drawing.layers import Layers
from autodiff.render.drawing.look import FLOWS, STYLES, Look
from autodiff.render.drawing.scene import Scene, arranged, ordered
from autodiff.study.graph import Graph

MOST = 150  # nodes of which anything can be read on one screen; beyond, the smaller look is as good as any other
SCREEN, READABLE = 1400.0, 9.0  # a window, and the letters that can be read in it, both in pixels
PAPER, PRINTED = (170 * 72 / 25.4, 247 * 72 / 25.4), 6.0  # the text of a page of A4, and letters on it, both in points


def drawn(graph: Graph, digits: int, look: Look, room: int = 0, layers: Layers | None = None) -> Scene:
    """The graph in one look; its layers, where they are known."""
    down = look.flow == "down"
    style = Compact(graph, digits, down) if look.style == "compact" else Detailed(graph, digits, down, room)
    return arranged(graph, style, look, layers or ordered(graph))


def chosen(graph: Graph, digits: int, style: str | None = None, flow: str | None = None) -> Scene:
    """The graph in the look that suits it, of those that are asked for."""
    if len(graph.nodes) > MOST:
        return drawn(graph, digits, Look(style or "compact", flow or "right"))
    looks = [Look(*pair) for pair in product([style] if style else STYLES, [flow] if flow else FLOWS)]
    best, most, layers = None, 0.0, ordered(graph)
    for scene in (drawn(graph, digits, look, 0, layers) for look in looks):
        reads = readability(scene, framed(scene, graph))
        if best is None or reads > most:
            best, most = scene, reads
        if most >= 1:
            break
    assert best is not None
    return best


def readability(scene: Scene, frame: Frame) -> float:
    """At least 1 where the smallest letters can be read on a screen and on paper."""
    return min(sizes(scene, frame)[0] / READABLE, sizes(scene, frame)[1] / PRINTED)


def sizes(scene: Scene, frame: Frame) -> tuple[float, float]:
    """The smallest letters: in pixels where the picture is as wide as the screen, and in points where it fits the page."""
    return scene.small * min(1.0, SCREEN / frame.width), scene.small * min(0.75, PAPER[0] / frame.width, PAPER[1] / frame.height)
