"""Adding a function is one row: with a row for exp2 in the table, and an oracle's entry, the whole tool has it.

The experiment is made on a copy of the tree, in processes of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from console import ROOT
from length import LONG

from autodiff.code.targets import TARGETS

ROW = '    row("exp2", "x", "out*log(2)", value="2^x"),\n'
VALUE = '    "exp2": lambda x: mp.power(2, x),\n'
SLOPE = '    "exp2": lambda x: (mp.power(2, x) * mp.log(2),),\n'
ENUMERATING = ("table", "values", "columns", "definitions", "accuracy", "engine", "typesetting", "precise")
"""The tests that enumerate the table, without those that need a compiler or a browser."""

Run = Callable[..., str]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a module of the changed tree, and gives what it prints."""
    home = tmp_path_factory.mktemp("tree")
    for folder in ("autodiff", "cli", "grammar", "tests", "docs", "examples"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(ROOT / "pyproject.toml", home)
    shutil.copy(ROOT / "README.md", home)
    added(home / "autodiff/primitives.py", '    row("expm1"', ROW)
    added(home / "tests/oracle.py", '    "exp": mp.exp', VALUE)
    added(home / "tests/oracle.py", '    "exp": lambda x: (mp.exp(x),)', SLOPE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = {**kept, "PYTHONPATH": os.pathsep.join([str(home), str(home / "cli")])}

    def run(*words: str) -> str:
        done = subprocess.run([sys.executable, *words], cwd=home, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, (words, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    return run


def added(path: Path, before: str, line: str) -> None:
    """Put a line into a file, in front of the one that begins so."""
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, line + before), encoding="utf-8")


COMMANDS = [
    "eval exp2(x) x=3 --hessian --json", "eval exp2(x) x=3 --order 3 --json", "eval exp2(x) x=0.5 --precision 30",
    "eval exp2(x) x=3 --explain", "diff exp2(x^2)", "check exp2(x) dx=exp2(x)*log(2)", "check exp2(x) x=1/2 dx=0.980258143468547",
    "page exp2(x) x=3 -o -", "functions",
]  # fmt: skip
SCRIPT = """
import json, sys
sys.path.insert(0, "tests")
from console import ROOT, inside
done = [inside(command.split(), ROOT) for command in json.loads(sys.argv[1])]
assert not any(one.code for one in done), done
print(json.dumps([one.stdout for one in done]))
"""


def test_every_command_has_it(run: Run) -> None:
    first, orders, digits, told, derivative, agrees, near, page, table = json.loads(run("-c", SCRIPT, json.dumps(COMMANDS)))
    sheet = json.loads(first)
    assert (sheet["value"], sheet["derivative_status"]) == (8.0, {})
    assert sheet["gradient"]["x"] == pytest.approx(5.545177444479562, rel=1e-15)
    assert sheet["hessian"]["x"]["x"] == pytest.approx(3.843624111345611, rel=1e-15)
    assert json.loads(orders)["derivatives"]["x"][2] == pytest.approx(2.6641972159114355, rel=1e-14)
    assert "1.41421356237309504880168872421" in digits
    assert "chain rule through exp2" in told
    assert "2*x*exp2(x^2)*log(2)" in derivative
    assert "agrees" in agrees
    assert "agrees" in near
    assert "<html" in page
    assert "exp2(x)" in table


def test_every_language_has_it(run: Run) -> None:
    script = f"import autodiff\nfor name in {TARGETS}: print(len(autodiff.parse('exp2(x)*y').compile(name)) > 100)"
    assert run("-c", script).split() == ["True"] * len(TARGETS)


@LONG
def test_the_tests_that_enumerate_have_it(run: Run) -> None:
    files = [f"tests/test_{name}.py" for name in ENUMERATING]
    said = run("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", *files, "-k", "exp2 or every_row_has")
    assert int(said.split(" passed")[0].split()[-1]) > 40
