"""LaTeX documents compile with the real programs."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from console import ROOT, inside
from corpus import program
from length import first, sized

import autodiff
from autodiff.messages import speaking
from autodiff.primitives import ROWS
from autodiff.render.functions import callable_rows
from autodiff.writing import latex

TIMEOUT = 300


def has(name: str, *files: str) -> bool:
    """Whether the program is there, and the files that it needs."""
    if not shutil.which(name):
        return False
    return not any(subprocess.run(["kpsewhich", file], capture_output=True, check=False).returncode for file in files)


pdflatex = pytest.mark.skipif(not has("pdflatex", "amsmath.sty"), reason="pdflatex is not installed")
xelatex = pytest.mark.skipif(not has("xelatex", "ctex.sty", "amsmath.sty"), reason="xelatex with ctex is not installed")


def compiled(text: str, engine: str, folder: Path) -> str:
    """What the program says of a document, which must go through; no sign may be missing from the fonts."""
    (folder / "text.tex").write_text(text, encoding="utf-8")
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", "text.tex"]
    env = {**os.environ, "max_print_line": "1000"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, timeout=TIMEOUT, check=False)
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, said[-3000:]
    assert "Missing character" not in (folder / "text.log").read_text(encoding="utf-8", errors="replace")
    return said


def written(*words: str, command: str = "eval") -> str:
    done = inside([command, *words], ROOT)
    assert done.code == 0, done.stderr
    return done.stdout


def letters(folder: Path) -> str:
    """The text of the document, where there is a program that reads it."""
    if not shutil.which("pdftotext"):
        return ""
    return subprocess.run(["pdftotext", "-layout", "text.pdf", "-"], cwd=folder, capture_output=True, check=True).stdout.decode()


WORKED = ["3*(a+b*c)", "a=5", "b=3", "c=2"]


@pytest.mark.parametrize("engine", [pytest.param("pdflatex", marks=pdflatex), pytest.param("xelatex", marks=xelatex)])
def test_the_worked_example(engine: str, tmp_path: Path) -> None:
    text = written(*WORKED, "--explain", "--format", "latex")
    assert text.startswith("% compile with pdflatex\n")
    said = compiled(text, engine, tmp_path)
    assert "Overfull" not in said
    assert "product rule" in letters(tmp_path) or not shutil.which("pdftotext")


@pytest.mark.long
@pytest.mark.parametrize(("language", "engine"), [
    pytest.param("en", "pdflatex", marks=pdflatex), pytest.param("zh", "xelatex", marks=xelatex),
])  # fmt: skip
def test_differentiation_step_by_step(language: str, engine: str, tmp_path: Path) -> None:
    """A worked solution: every step with its rule and its derivative, then the result with its number."""
    formula = "u = x^2*sin(3*x)/(x + theta); u + if(x > 0, abs(x)*max(x, 1), sqrt(1 - x^2))"
    text = written(formula, "x=2", "theta=1", "--steps", "--format", "latex", "--lang", language, command="diff")
    assert text.startswith("% ")
    assert r"J' = " in text
    assert text.count(r"\begin{longtable}") == 2
    assert "Overfull" not in compiled(text, engine, tmp_path)
    if shutil.which("pdftotext"):
        assert ("product rule" if language == "en" else "乘积法则") in letters(tmp_path)


@pytest.mark.long
@xelatex
@pytest.mark.parametrize("language", first(1, ["zh", "en"]))
def test_hostile_names(language: str, tmp_path: Path) -> None:
    names = {"x__y": 2, "end": 3, "α": 1, "变量": 4, "_": 1, "w1": 2, "x_max": 1, "λ_2": 2, "é": 3, "begin": 1, "ж": 2}
    formula = "+".join(f"{name}*{k}" for k, name in enumerate(names, 1)) + "+ if(变量 > 0, sqrt(变量), end)"
    text = written(formula, *(f"{a}={b}" for a, b in names.items()), "--explain", "--format", "latex", "--lang", language)
    assert text.split("\n")[0].endswith("xelatex") or language == "zh"
    compiled(text, "xelatex", tmp_path)
    if shutil.which("pdftotext"):
        for name in ("变量", "end", "begin", "ж", "é"):
            assert name in letters(tmp_path)


def everything() -> str:
    """A formula with every operation."""
    usual = {1: ["x"], 2: ["x", "y"], 3: ["x", "y", "2"]}
    special = {"dsinc": ["1", "x"], "polygamma": ["1", "x"], "root": ["x", "3"], "log_base": ["x", "3"], "acosh": ["1 + x"]}
    args = {row: special.get(row.name, usual[2 if row.variadic else len(row.names)]) for row in callable_rows()}
    calls = [f"{row.spelled or row.name}({', '.join(words)})" for row, words in args.items()]
    return "+".join([*calls, "x/y", "x % y", "-x", "x - y", "if(x < y and not x > y or x == y, x, y)", "x^y", "x^2"])


@pytest.mark.long
@pdflatex
def test_every_rule_is_applied_in_one_document(tmp_path: Path) -> None:
    text = written(everything(), "--steps", "--format", "latex", command="diff")
    assert text.count("derivative of") > 40
    compiled(text, "pdflatex", tmp_path)


@pdflatex
def test_every_primitive_is_explained_in_one_document(tmp_path: Path) -> None:
    text = written(everything(), "x=0.7", "y=1.9", "--explain", "--steps", "all", "--format", "latex")
    for row in ROWS:
        sign = latex._template(row.name, 2 if row.variadic else len(row.names))
        first = next(part for part in sign if isinstance(part, str)) if row.name != "copy" else ""
        assert row.name in ("le", "ge", "ne") or first.strip() in text, row.name
    compiled(text, "pdflatex", tmp_path)


@xelatex
@pytest.mark.parametrize("count", sized(2, 60))
def test_tables_of_random_formulas(tmp_path: Path, count: int) -> None:
    """The tables of many formulas, one after the other, in a document of our own."""
    bodies = []
    for seed in range(count):
        formula = autodiff.parse(program(random.Random(seed), ["x", "数", "w_1", "lambda"], 3))
        at = [f"{name}={value}" for name, value in zip(formula.variables, ("0.5", "-2", "1e-7", "0"))]
        text = written(formula.text if formula.text.strip() != "-" else "x", *at, "--format", "latex", "--hessian")
        bodies.append(text)
    packages = [r"\usepackage{amsmath,longtable}", r"\usepackage[scheme=plain]{ctex}", r"\usepackage[margin=5mm,a2paper]{geometry}"]
    head = "\n".join([r"\documentclass{article}", *packages, r"\begin{document}"])
    compiled("\n".join([head, *bodies, r"\end{document}"]), "xelatex", tmp_path)


@xelatex
@pytest.mark.parametrize(
    "words",
    first(
        2,
        [
            ["x^2", "x=1", "--hessian", "--order", "3", "--mode", "both", "--direction", "x=1", "--precision", "20"],
            ["abs(x)/y", "x=0", "y=3"],
            ["sqrt(x)*z", "x=0", "z=2"],
            ["log(x)", "x=-1"],
            ["exp(x)", "x=1000"],
            ["1/x", "x=0"],
            ["2 + 3*4"],
            ["x", "x=1e-300"],
        ],
    ),
)
def test_special_points_and_further_sections(words: list[str], tmp_path: Path) -> None:
    compiled(written(*words, "--explain", "--format", "latex"), "xelatex", tmp_path)


DEEP, WIDE = "sin(" * 300 + "x" + ")" * 300, "+".join(f"x^{k}" for k in range(1, 80))


@xelatex
@pytest.mark.parametrize("formulas", sized([DEEP], [WIDE]), ids=lambda formulas: formulas[0][:3])
def test_a_long_formula(tmp_path: Path, formulas: list[str]) -> None:
    """Deeper than LaTeX nests groups, and with long sums."""
    for formula in formulas:
        compiled(written(formula, "x=0.5", "--explain", "--format", "latex"), "xelatex", tmp_path)
        compiled(
            "\n".join(
                [
                    r"\documentclass{article}\usepackage{amsmath,longtable}\begin{document}",
                    written(formula, "x=0.5", "--format", "latex"),
                    r"\end{document}",
                ]
            ),
            "xelatex",
            tmp_path,
        )


def test_the_only_language_that_needs_its_own_class_is_chinese() -> None:
    with speaking("en"):
        english = written(*WORKED, "--explain", "--format", "latex")
    chinese = written(*WORKED, "--explain", "--format", "latex", "--lang", "zh")
    assert r"{article}" in english
    assert "ctex" not in english
    assert english.isascii()
    assert r"{ctexart}" in chinese
    assert re.findall(r"\\begin\{align\*\}", english) == re.findall(r"\\begin\{align\*\}", chinese)
