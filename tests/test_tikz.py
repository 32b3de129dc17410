"""Pictures for TikZ are set by the real program, within the page and within their boxes."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from console import inside
from test_latex import compiled, xelatex
from test_legible import FURTHER, PROMISED

import autodiff
from autodiff.messages import LANGUAGES, speaking
from autodiff.render.drawing import selection, tikz
from autodiff.render.drawing.look import FLOWS, STYLES, Look
from autodiff.study.graph import Graph, numeric, symbolic
from autodiff.writing import formulas, latex
from autodiff.writing.metrics import extent

HEAD = (
    r"""\documentclass[a4paper]{article}
\usepackage[margin=20mm]{geometry}
\usepackage{amsmath,tikz}
\usepackage[scheme=plain]{ctex}
\pagestyle{empty}\parindent=0pt
\begin{document}
"""
    + tikz.FIT
)
NODE = re.compile(r"\\node\[.*?font=(.*?),scale=([\d.]+)\] at \(.*?\) \{(.*)\};$")


def pairs(text: str) -> list[tuple[Graph, Graph]]:
    """The graph with formulas as text and in LaTeX, without numbers and with them."""
    formula = autodiff.parse(text)
    tape, names, _ = formula.bind(dict.fromkeys(formula.variables))
    sheet = formula.worksheet({name: (0.5, -0.25, 0.1, 2.0, 3.0)[k % 5] for k, name in enumerate(formula.variables)}, None)
    written = (formulas, latex)
    plain, typeset = ([symbolic(tape, names, True, way), numeric(sheet, True, way)] for way in written)
    return list(zip(plain, typeset))


@pytest.mark.long
@xelatex
@pytest.mark.parametrize("count", [len(PROMISED) + len(FURTHER)])
def test_every_picture_fits_the_page_and_every_text_its_place(count: int, tmp_path: Path) -> None:
    """Texts are measured by the program, and compared with the room that is kept for them."""
    body, room = [], []
    texts = [PROMISED[0], PROMISED[8], FURTHER[4], *PROMISED[1:8], *PROMISED[9:], *FURTHER[:4], *FURTHER[5:]]
    for text, language, look in product(texts[:count], LANGUAGES, (Look(style, flow) for style in STYLES for flow in FLOWS)):
        with speaking(language):
            for plain, typeset in pairs(text):
                scene = selection.drawn(plain, 4, look)
                lines = list(tikz.picture(scene, typeset, 4))
                unit = float(re.search(r"x=([\d.]+)bp", lines[2])[1])  # type: ignore[index]
                words = [words for part in (*scene.edges, *scene.nodes) for words in part.texts]
                nodes = [found for line in lines if (found := NODE.search(line))]
                assert len(nodes) == len(words)
                for found, said in zip(nodes, words):
                    body.append(rf"\setbox0\hbox{{\medmuskip=2mu\thickmuskip=3mu{found[1]} {found[3]}}}\typeout{{wide \the\wd0}}")
                    wide = extent("".join(piece for _, piece in said.pieces), said.size) + 6.5
                    room.append((wide * unit / float(found[2]) * 72.27 / 72, found[3]))
                body += [*lines, r"\newpage"]
    said = compiled("\n".join([HEAD, *body, r"\end{document}"]), "xelatex", tmp_path)
    assert "Overfull" not in said
    measured = [float(width) for width in re.findall(r"wide ([\d.]+)pt", said)]
    assert len(measured) == len(room)
    assert [(text, width, most) for width, (most, text) in zip(measured, room) if width > most] == []


@pytest.mark.parametrize(("style", "flow"), [*product(STYLES, FLOWS)])
def test_the_command_writes_it(style: str, flow: str, tmp_path: Path) -> None:
    words = ["graph", "z = 3*(x + y%2); z^2", "x=1", "y=3", "--style", style, "--flow", flow]
    outcome = inside([*words, "-o", "a.tikz"], tmp_path)
    assert (outcome.code, outcome.stdout) == (0, "")
    text = (tmp_path / "a.tikz").read_text("utf-8")
    assert text == inside([*words, "--format", "tikz"], tmp_path).stdout
    comments = [line for line in text.splitlines() if line.startswith("%")]
    assert comments == [r"% in the preamble: \usepackage{amsmath,tikz}", "% z = 3*(x + y % 2); J = z^2"]
