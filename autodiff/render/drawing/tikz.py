"""The graph for TikZ, to be set within a document of LaTeX: its formulas in mathematics, its letters of a size for paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autodiff.messages import say
from autodiff.render.drawing import typeset
from autodiff.render.drawing.colours import LIGHT
from autodiff.render.drawing.scene import Line, Scene, Words
from autodiff.render.drawing.selection import PAPER
from autodiff.render.drawing.strokes import Stroke
from autodiff.study.graph import Graph
from autodiff.writing import latex
from autodiff.writing.metrics import extent
from autodiff.writing.preamble import packages

LARGEST = 0.62  # points that a pixel is: letters of 15 pixels are as large as those of a caption
COLOURS = {"ink": "ink", "faint": "faint", "box": "box", "frame": "frame", "forward": "blue", "backward": "red", "amber": "amber"}
INKS = {
    "value": "forward",
    "gradient": "backward",
    "share": "backward",
    "status": "amber",
    "partial": "faint",
    "partial choice": "faint",
}
FIT = r"\def\autodifffit#1#2{\setbox0\hbox{#2}\ifdim\wd0>#1\resizebox{#1}{\height}{\box0}\else\box0\fi}"
"""Makes a text narrower that needs more room than is kept for it."""
ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}


def picture(scene: Scene, graph: Graph, digits: int) -> Iterator[str]:
    """Lines of LaTeX: a tikzpicture. The formulas of the graph are in LaTeX already; it is otherwise that of the scene."""
    unit = min(LARGEST, (PAPER[0] - 4) / scene.width, PAPER[1] / scene.height)
    wanted = [package.replace("amsmath,longtable", "amsmath,tikz") for package in packages([node.name for node in graph.nodes])]
    yield "% " + say("in the preamble: {packages}", packages=" ".join(wanted))
    yield f"% {graph.reading}" if graph.reading.isprintable() else "%"
    yield rf"\begin{{tikzpicture}}[x={unit:.4g}bp,y=-{unit:.4g}bp,line width={1.5 * unit:.3g}bp,inner sep=0pt,outer sep=0pt]"
    yield rf"  \medmuskip=2mu\relax\thickmuskip=3mu\relax{FIT}"
    for name, colour in COLOURS.items():
        yield rf"  \definecolor{{autodiff {name}}}{{HTML}}{{{LIGHT[colour][1:].upper()}}}"
    short = scene.look.style == "compact"
    for edge, placed in zip(graph.edges, scene.edges):
        yield from (f"  {_line(line, edge.asked)}" for line in placed.lines)
        for words in placed.texts:
            yield _text(words, unit, [typeset.edge(kind, edge, graph, digits, short) for kind, _ in words.pieces])
    for k, (node, spot) in enumerate(zip(graph.nodes, scene.nodes)):
        yield from (f"  {_line(line, False)}" for line in spot.lines)
        box, colour = spot.frame, "amber" if node.status else "frame"
        last = f",line width={2.5 * unit:.3g}bp" if k == len(graph.nodes) - 1 else ""
        radius = min(spot.radius, box.width / 2, box.height / 2)
        look = f"draw=autodiff {colour},fill=autodiff box,rounded corners={radius * unit:.3g}bp{last}"
        yield rf"  \draw[{look}] ({_n(box.x)},{_n(box.y)}) rectangle ({_n(box.x + box.width)},{_n(box.y + box.height)});"
        for words in spot.texts:
            yield _text(words, unit, [typeset.node(kind, node, digits, short) for kind, _ in words.pieces])
    yield r"\end{tikzpicture}"


def _text(words: Words, unit: float, pieces: Sequence[str]) -> str:
    """A line of text; one that was too long stays cut off. Letters made for 10 points are narrower than those for smaller sizes."""
    if words.pieces[-1][1].endswith("…"):
        pieces = [latex.prose("".join(text for _, text in words.pieces))]
    size, ink = words.size * unit, INKS.get(words.pieces[0][0], "ink")
    font = rf"font=\fontsize{{10bp}}{{12bp}}\selectfont,scale={size / 10:.3g}"
    place = f"({_n(words.x)},{_n(words.y)})"
    most = 10 / words.size * (extent("".join(text for _, text in words.pieces), words.size) + 6)
    text = rf"\autodifffit{{{most:.4g}bp}}{{{''.join(pieces)}}}"
    return rf"  \node[anchor={ANCHORS[words.anchor]},text=autodiff {ink},{font}] at {place} {{{text}}};"


def _line(line: Line, dotted: bool) -> str:
    dashes = ["dotted"] if dotted else ["dashed"] if line.kind == "backward" else []
    options = [f"autodiff {line.kind}", *dashes, *(["-latex"] if line.headed else [])]
    return rf"\draw[{','.join(options)}] {' '.join(map(_stroke, line.strokes))};"


def _stroke(stroke: Stroke) -> str:
    points = [f"({_n(x)},{_n(y)})" for x, y in stroke.points]
    if stroke.kind == "C":
        return f".. controls {points[0]} and {points[1]} .. {points[2]}"
    return f"-- {points[0]}" if stroke.kind == "L" else points[0]


def _n(value: float) -> str:
    """A number with one decimal, as short as possible."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
