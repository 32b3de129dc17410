"""Every format of a command gives just that format, and every other one is a usage error that names those there are."""

import json
import re
from pathlib import Path

import pytest
from autodiff_cli import check, diff, fit, formats, functions, graph, implicit, minimize, reductions, solve, uncertainty, worksheets
from autodiff_cli.app import COMMANDS, application
from console import ROOT, Outcome, inside

from autodiff.code.targets import ALIASES, TARGETS
from autodiff.errors import AutodiffError

POINT = ["p = x*y; q = p + sin(x); q", "x=1", "y=2"]
ASKED = ["--hessian", "--direction", "x=1", "--mode", "both", "--precision", "20"]
CASES = {
    ("eval", *POINT): worksheets.MODES[""],
    ("eval", *POINT, *ASKED): worksheets.MODES["--hessian"],
    ("eval", *POINT, "--outputs", "p,q"): worksheets.MODES["--outputs"],
    ("eval", *POINT, "--explain"): worksheets.MODES["--explain"],
    ("eval", *POINT, "--explain", *ASKED): worksheets.MODES["--explain"],
    ("diff", "x^2*y"): diff.MODES[""],
    ("diff", "x^2*y", "x=1", "y=2"): diff.MODES[""],
    ("diff", "x^2*y", "--hessian"): diff.MODES[""],
    ("diff", "x^3", "--order", "2"): diff.MODES[""],
    ("diff", "x^2*y", "--steps"): diff.MODES["--steps"],
    ("check", "x^2", "dx=2*x"): check.FORMATS,
    ("check", "x^2", "x=3"): check.FORMATS,
    ("uncertainty", "x*y", "x=1±0.1", "y=2±0.1"): uncertainty.FORMATS,
    ("uncertainty", "p = x*y; q = p*x", "x=1±0.1", "y=2±0.1", "--outputs", "p,q"): uncertainty.FORMATS,
    ("uncertainty", "p = x*y; q = p*x", "x=1±0.1", "y=2±0.1", "--outputs", "p,q", "--goal", "1%"): uncertainty.FURTHER,
    ("uncertainty", "x*y", "x=1±0.1", "y=2±0.1", "--explain"): uncertainty.FURTHER,
    ("minimize", "x^2", "x=1", "--method", "gradient-descent"): minimize.FORMATS,
    ("minimize", "x^2", "x=1", "--method", "gradient-descent", "--explain"): minimize.EXPLAINED,
    ("solve", "x^2 = 2", "x=1"): solve.FORMATS,
    ("fit", "a*pressure", str(ROOT / "examples/adsorption.csv"), "--target", "volume", "a=1"): fit.FORMATS,
    ("fit", "a*pressure", str(ROOT / "examples/adsorption.csv"), "--target", "volume", "a=1", "--explain"): fit.EXPLAINED,
    ("graph", "x*y"): graph.FORMATS,
    ("graph", *POINT): graph.FORMATS,
    ("map", "k*x1", str(ROOT / "examples/train.csv"), "k=1", "--reduce", "mean"): reductions.FORMATS,
    ("map", "k*x1", str(ROOT / "examples/train.csv"), "k=1", "--reduce", "mean", "--explain"): reductions.EXPLAINED,
}
"""A command line of every mode, and the formats that the mode has."""

SHORT = {
    ("implicit", "x^2 + y^2 = 25", "--of", "y", "--wrt", "x", "x=3", "y=4"): implicit.FORMATS,
    ("functions",): functions.FORMATS,
}
"""Those that have no other choice than --json."""

EVERY = sorted({*TARGETS, *(name for table in [*CASES.values(), *SHORT.values()] for name in table)})
SIGNS = {
    "json": r"\A\{",
    "tsv": r"\A\w+\t",
    "markdown": r"^(\||## |\*\*)",
    "latex": r"\\begin\{(?!tikz)",
    "tikz": r"\\begin\{tikzpicture",
    "svg": r"\A<svg ",
    "png": r"\A.PNG",
    "dot": r"\Adigraph",
    "mermaid": r"\A(flowchart|graph)",
    "text": r"^(\x1b\[[\d;]*m)?[○●]",
}
"""What tells a format from all others; table and plain have none of these."""


def name(words: tuple[str, ...]) -> str:
    return " ".join(words)


def coloured(words: tuple[str, ...]) -> list[str]:
    """With colours, which tell a table from plain lines."""
    return [*words, *([] if words[0] in ("diff", "map", "uncertainty", "minimize", "fit", "solve") else ["--color", "always"])]


def refused(found: Outcome) -> bool:
    return found.code == 2 and not found.stdout and "E090" not in found.stderr and "Traceback" not in found.stderr


@pytest.mark.parametrize("words", CASES, ids=name)
def test_every_format_of_the_table(words: tuple[str, ...], tmp_path: Path) -> None:
    texts = {}
    for format in CASES[words]:
        found = inside([*coloured(words), "--format", format], tmp_path)
        assert not found.code, (format, found.stderr)
        assert [sign for sign in SIGNS if re.search(SIGNS[sign], found.stdout, re.MULTILINE)] == [format] * (format in SIGNS)
        if format == "json":
            json.loads(found.stdout)
        texts[format] = found.stdout
    assert len(set(texts.values())) == len(texts)
    if "table" in texts:
        assert inside(coloured(words), tmp_path).stdout == texts["table"]
        assert inside([*words, "--json"], tmp_path).stdout == texts["json"]


@pytest.mark.parametrize("words", CASES, ids=name)
def test_every_other_format(words: tuple[str, ...], tmp_path: Path) -> None:
    for format in (*EVERY, "pdf", ""):
        if format not in CASES[words]:
            found = inside([*words, "--format", format], tmp_path)
            assert refused(found), (format, found)
            assert all(known in found.stderr for known in CASES[words]), (format, found.stderr)


@pytest.mark.parametrize("words", SHORT, ids=name)
def test_json_alone(words: tuple[str, ...], tmp_path: Path) -> None:
    json.loads(inside([*words, "--json"], tmp_path).stdout)
    assert not re.search(SIGNS["json"], inside([*words], tmp_path).stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_option_is_made_from_the_tables(command: str, tmp_path: Path) -> None:
    """A command shows what its modes have; one without tables has no option."""
    tables = [table for words, table in CASES.items() if words[0] == command]
    names = dict.fromkeys(name for table in tables for name in table)
    shown = [one for one in application(command).commands[command].params if "--format" in one.opts]
    assert [one.metavar for one in shown] == ([f"<{'|'.join(names)}>"] if names else [])
    if not names:
        assert all(refused(inside([command, "x", "--format", format], tmp_path)) for format in EVERY)


@pytest.mark.parametrize("format", EVERY)
def test_targets_are_a_table_too(format: str, tmp_path: Path) -> None:
    found = inside(["compile", "x^2", "--to", format], tmp_path)
    assert found.stdout if format in {*TARGETS, *ALIASES} else refused(found)


def test_a_mode_that_lacks_a_format() -> None:
    """By construction: what is not in the table of the mode is refused, whatever the option takes."""
    few = {"plain": print, "json": print}
    assert formats.chosen(few, False) == "plain"
    assert formats.chosen(few, True) == formats.chosen(few, True, "json") == formats.chosen(few, False, "json") == "json"
    with pytest.raises(AutodiffError, match=r"--few is not shown with --format table") as lacking:
        formats.chosen(few, False, "table", "--few")
    assert lacking.value.hint == "leave --few out, or choose one of plain, json"
    with pytest.raises(AutodiffError, match="contradict"):
        formats.chosen(few, True, "plain")


@pytest.mark.parametrize("format", graph.FORMATS)
@pytest.mark.parametrize("ending", [ending for form in graph.FORMATS.values() for ending in form.endings])
def test_endings_of_files(ending: str, format: str, tmp_path: Path) -> None:
    """The ending alone says the format; another one beside it is refused."""
    own = ending in graph.FORMATS[format].endings
    found = inside(["graph", "x*y", "-o", f"f{ending}", "--format", format], tmp_path)
    assert found.code == (0 if own else 2)
    if own:
        named = inside(["graph", "x*y", "-o", f"g{ending}"], tmp_path)
        assert not named.code
        assert (tmp_path / f"g{ending}").read_bytes() == (tmp_path / f"f{ending}").read_bytes()


CONTRADICTIONS = {
    ("--to", "duckdb", "--dialect", "sqlite"): "--to duckdb and --dialect sqlite contradict each other",
    ("--to", "sqlite", "--dialect", "postgres"): "--to sqlite and --dialect postgres contradict each other",
    ("--to", "spark", "-o", "f.sql", "--dialect", "duckdb"): "--to spark and --dialect duckdb contradict each other",
    ("--to", "c", "--dialect", "sqlite"): "--dialect is for SQL",
    ("-o", "f.c", "--dialect", "sqlite"): "--dialect is for SQL",
    ("--to", "latex", "--name", "g"): "--name is for functions and tables",
    ("--to", "c", "--value-only", "--hessian"): "--value-only and --hessian contradict each other",
    ("--to", "c", "--force"): "--force is for -o",
}
AGREEING = [
    ("--to", "sql"), ("--dialect", "sqlite"), ("--to", "sql", "--dialect", "spark"), ("--to", "SQL", "--dialect", "sqlite"),
    ("--to", "sqlite", "--dialect", "sqlite"), ("--to", "postgresql", "--dialect", "postgres"),
    ("--to", "duckdb", "--dialect", "duckdb"),
    ("-o", "f.sql", "--dialect", "spark"), ("--to", "latex"), ("--to", "c", "--name", "g"), ("--to", "sql", "--name", "g"),
]  # fmt: skip


@pytest.mark.parametrize("options", CONTRADICTIONS, ids=name)
def test_options_that_contradict_each_other_are_named(options: tuple[str, ...], tmp_path: Path) -> None:
    done = inside(["compile", "x^2*y", *options], tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert CONTRADICTIONS[options] in done.stderr
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("options", AGREEING, ids=name)
def test_options_that_agree_are_taken(options: tuple[str, ...], tmp_path: Path) -> None:
    assert inside(["compile", "x^2*y", *options], tmp_path).code == 0
