"""No command loads what it does not need: every start is felt, in a shell as in a loop of a script."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from autodiff_cli.app import COMMANDS
from console import ROOT
from length import LONG

PACKAGES = {"typer", "rich", "lark", "numpy", "scipy", "polars", "mpmath", "distributed", "flint", "pydantic"}
LIBRARY = {
    "asyncio", "dataclasses", "decimal", "difflib", "fractions", "gettext", "importlib.metadata", "inspect", "json", "pathlib",
    "random", "subprocess",
}  # fmt: skip
CHECK, DATA, NORMAL = "autodiff.checking.check", "autodiff.data.mapping", "autodiff.symbolic.normal"
BUDGET, SOLVE = "autodiff.uncertainty.budget", "autodiff.solving.outcome"
COMPILER, PAGE, DRAWING = "autodiff.code.compiler", "autodiff.page.html", "autodiff.render.drawing.svg"
OWN = {CHECK, DATA, NORMAL, BUDGET, SOLVE, COMPILER, PAGE, DRAWING}
DEAR = PACKAGES | LIBRARY | OWN | {"rich.table"}
"""What takes long to load, or belongs to a few commands."""

EXACT = {"decimal", "fractions"}
SYMBOLS = {NORMAL, *EXACT}
TYPER = {"typer", "inspect", "difflib", "gettext", "pathlib", "subprocess"}
WORKED = ("eval", "3*(a+b*c)", "a=5", "b=3", "c=2")
MAP = ("map", "2*x1", "examples/train.csv")
METADATA = {"importlib.metadata", "pathlib", "random", "inspect", "json"}
"""What tells of packages, and what that loads by itself; from Python 3.12 on it loads json."""
ALLOWED: dict[tuple[str, ...], set[str]] = {
    (*WORKED, "--json"): set(),
    (*WORKED, "--format", "plain"): set(),
    (*WORKED, "--format", "tsv"): set(),
    (*WORKED, "--format", "markdown"): set(),
    (*WORKED, "--format", "latex"): set(),
    (*WORKED, "--json", "--lang", "zh"): {"gettext"},
    WORKED: {"rich", "rich.table", "dataclasses", "inspect", "random", *EXACT},
    (*WORKED, "--json", "--hessian"): {"random", *EXACT},
    (*WORKED, "--json", "--explain"): {"random", *EXACT},
    (*WORKED, "--json", "--verbose"): {"importlib.metadata", "pathlib", "json", "inspect", "random"},
    ("eval", "3*(a+", "--json"): {"json"},
    ("eval", "3*a", "--json"): {"json", "difflib"},
    ("diff", "x^2*sin(x)"): SYMBOLS,
    ("check", "x^2", "dx=2*x"): {*SYMBOLS, CHECK, "mpmath", "random"},
    ("check", "x^2", "x=3"): {*EXACT, "mpmath", "random"},
    ("implicit", "x^2+y^2=25", "--of", "y", "--wrt", "x"): SYMBOLS,
    ("graph", "a*b"): set(),
    ("graph", "a*b", "a=1", "b=2", "--format", "svg"): {DRAWING, "random"},
    ("page", "a*b", "-o", "-"): {PAGE, DRAWING, "json", "gettext", "pathlib", "random", *EXACT, "inspect"},
    ("compile", "x^2", "--to", "c"): {COMPILER, "random", *EXACT},
    MAP: {DATA},
    (*MAP, "--reduce", "mean"): {DATA},
    (*MAP, "--engine", "numpy"): {DATA, "numpy", "inspect", "pathlib", "random", "subprocess"},
    ("uncertainty", "a*b", "a=5±0.1", "b=3", "--json"): {BUDGET},
    ("uncertainty", "a*b", "a=5±0.1", "b=3", "--coverage", "0.95"): {BUDGET},
    ("minimize", "(x-1)^2", "x=0", "--method", "gradient-descent", "--json"): {SOLVE, "random", *EXACT},
    ("solve", "x^2=2", "x=1"): {*SYMBOLS, "random"},
    ("batch", "examples/batch.jsonl"): {"json", *EXACT},
    ("functions",): set(),
    ("functions", "abs"): {"json", *EXACT},
    ("schema", "eval"): set(),
    ("completion", "bash"): set(),
    ("--version",): METADATA,
    ("help", "eval"): TYPER,
    ("man",): {*TYPER, *METADATA},
    ("__complete", "bash", "autodiff ev", "ev"): set(),
    ("__complete", "bash", 'autodiff eval "3*(a+b*c)" a=5 ', ""): set(),
    ("__complete", "fish", "map", "w*x", "data.csv", ""): set(),
}
"""What each of them may load of that; the rest is forbidden. `inspect` of a page, `random` of a root are loaded by Python 3.13."""
OF_EXTRAS = {"fit", "repl", "mcp"}
"""Commands that need the packages of an extra, whatever they are asked."""


QUICK = [(*WORKED, "--json"), ("eval", "3*(a+", "--json"), ("uncertainty", "a*b", "a=5±0.1", "b=3", "--json"), MAP, ("--version",)]
"""Those that are tried by default: each takes the time of a start."""


def loaded(lines: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], set[str]]:
    """What command lines load."""
    own = [str(ROOT), str(ROOT / "cli"), *(path for path in sys.path if "site-packages" in path)]
    command = [sys.executable, "-S", str(Path(__file__).parent / "loaded.py"), *own]
    text = "".join("\t".join(words) + "\n" for words in lines)
    done = subprocess.run(command, input=text, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return {words: {*line.split()} for words, line in zip(lines, done.stdout.splitlines(), strict=True)}


@pytest.mark.parametrize("lines", [QUICK, pytest.param([*ALLOWED], marks=LONG)], ids=["quick", "all"])
def test_what_a_command_loads(lines: list[tuple[str, ...]]) -> None:
    found = loaded(lines)
    assert all("autodiff_cli.app" in modules for modules in found.values())
    forbidden = {" ".join(words): sorted(found[words] & DEAR - ALLOWED[words]) for words in lines}
    assert {line: modules for line, modules in forbidden.items() if modules} == {}


def test_every_command_is_here() -> None:
    assert {*COMMANDS} - OF_EXTRAS <= {words[0] for words in ALLOWED}
