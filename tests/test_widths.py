"""Tables and text graphs at every width of a terminal: whole numbers, and nothing left out."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest
from autodiff_cli import tables
from console import command
from length import sized
from rich.console import Console
from sampling import random_formula

import autodiff
from autodiff.messages import LANGUAGES, speaking
from autodiff.render.drawing import textual
from autodiff.study.graph import numeric, symbolic
from autodiff.writing import wrapping
from autodiff.writing.width import cells

WIDTHS = (40, 50, 60, 72, 80, 100)
LOGISTIC = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a))"
VALUES = {"w1": 0.5, "w2": -0.25, "b": 0.1, "x1": 2.0, "x2": 3.0, "y": 1.0}
TEXTS = [LOGISTIC, "relu(x1) - relu(-x1)", "x1^2*sin(x2) + x1*exp(x2)", "if(x1*x2 > 0, sqrt(x1*x2), -x1)", "净利 = x1 - x2; 净利*y"]
NUMBER = re.compile(r"\d[\d.]*(?:e[-+]?\d+)?")


def shown(text: str, width: int) -> str:
    """The tables of eval in a terminal of that width, without frames."""
    formula = autodiff.parse(text)
    console = Console(file=io.StringIO(), width=width, color_system=None, force_terminal=False)
    tables.drawn(console, formula.at(**{name: VALUES[name] for name in formula.variables}), 6)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", TEXTS)
def test_no_number_of_a_table_is_broken(text: str, width: int) -> None:
    """The numbers are those of a table that has all the width it wants."""
    for language in LANGUAGES:
        with speaking(language):
            wide, narrow = shown(text, 300), shown(text, width)
        assert sorted(NUMBER.findall(narrow)) == sorted(NUMBER.findall(wide))
        framed = [line for line in narrow.splitlines() if line[:1] in "│╭├╰" and line]
        assert all(cells(line) <= width for line in framed)


COMMANDS = [
    'eval "{}" {} --mode both', 'eval "{}" {} --explain', 'eval "{}" {} --hessian', 'check "{}" {}', 'check "{}" {} dx1=7 dx2=7',
    'diff "{}" --steps', 'diff "{}" {} --steps', 'eval "relu(x1) - relu(-x1)" x1=0 --precision 30',
]  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize("width", WIDTHS[1:])
@pytest.mark.parametrize("line", COMMANDS)
def test_no_line_but_a_formula_is_wider_than_the_terminal(
    line: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    values = " ".join(f"{name}={VALUES[name]}" for name in ("x1", "x2"))
    for text in ("x1^2*sin(x2) + x1*exp(x2)", "abs(x1 - x2)*max(x1, 2, x2)/(1 + x1^2)"):
        for language in LANGUAGES:
            done = command(f"autodiff {line.format(text, values)} --lang {language}", tmp_path)
            assert done.code in (0, 1), done.stderr
            wide = [row for row in done.stdout.splitlines() if cells(row) > width]
            assert not [row for row in wide if not is_formula(row)]


def is_formula(line: str) -> bool:
    """Whether a line is a formula, or an equation with a formula on its right side, which people copy whole."""
    text = line.strip().removeprefix("right is ").removeprefix("正确的是 ").split(" = ")[-1]
    try:
        autodiff.parse(text)
    except autodiff.FormulaError:
        return False
    return True


@pytest.mark.parametrize("count", sized(20, 1000))
def test_wrapping_breaks_at_breaks_alone(count: int) -> None:
    for seed in range(count):
        wraps(random_formula(random.Random(seed), 5))


def wraps(text: str) -> None:
    atoms = wrapping.atoms(text)
    assert "".join(atoms) == text
    assert all(len(NUMBER.findall(atom)) <= 1 or not re.search(r"[·*/,]\S", atom) for atom in atoms)
    widest = max(cells(atom.rstrip()) for atom in atoms)
    for width in (widest, widest + 5, 2 * widest):
        lines = wrapping.wrapped(text, width).split("\n")
        assert all(cells(line) <= width for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_graph_keeps_every_local_derivative(text: str, width: int) -> None:
    formula = autodiff.parse(text)
    tape, names, _ = formula.bind(dict.fromkeys(formula.variables, 0.0))
    for graph in (numeric(formula.at(**{name: VALUES[name] for name in formula.variables})), symbolic(tape, names)):
        wide = " ".join(text for row in textual.picture(graph) for text in row)
        narrow = " ".join(text for row in textual.picture(graph, width=width) for text in row)
        for said in re.findall(r"∂[^,]*", ", ".join(row.partials.strip() for row in textual.picture(graph))):
            assert said.strip() in narrow
        assert wide.count("∂") == narrow.count("∂")
