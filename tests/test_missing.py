"""A package that is missing is named together with the extra that brings it, and the extras that are named exist."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from console import ROOT, inside

from autodiff.errors import EXTRAS, installing

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def bare(need: str) -> str:
    """The name of a package without its version."""
    return re.split(r"[^\w.-]", need)[0].replace("-", "_")


def wanted() -> set[str]:
    """What the code asks for with `needs`."""
    texts = [path.read_text() for folder in ("autodiff", "cli") for path in (ROOT / folder).rglob("*.py")]
    return {re.sub("^scipy[.].*", "scipy", name) for text in texts for name in re.findall(r'\bneeds\("([\w.]+)"\)', text)}


def test_every_package_is_of_an_extra_or_always_there() -> None:
    always = {bare(need) for need in PROJECT["dependencies"]}
    found = wanted()
    assert {"numpy", "scipy", "mcp"} < found
    assert found - always <= set(EXTRAS)
    for package, extra in EXTRAS.items():
        assert package in {bare(need) for need in PROJECT["optional-dependencies"][extra]}


CASES = [
    (["minimize", "x^2", "x=1"], "scipy"),
    (["minimize", "(w*x1 - y)^2", "w=1", "--data", "examples/train.csv"], "scipy"),
    (["fit", "w*x1", "examples/train.csv", "--target", "y", "w=1"], "scipy"),
    (["fit", "w*x", "examples/york.csv", "--target", "y", "w=1", "--orthogonal"], "odrpack"),
    (["uncertainty", "x^2", "x=1±0.1", "--monte-carlo", "1000"], "numpy"),
    (["map", "x1", "examples/train.csv", "--engine", "numpy"], "numpy"),
    (["map", "x1", "examples/train.csv", "--dask", "tcp://127.0.0.1:1"], "distributed"),
    (["graph", "x", "x=1", "--format", "png"], "resvg_py"),
    (["mcp"], "mcp"),
]


@pytest.mark.parametrize(("words", "package"), CASES, ids=[" ".join(words[:2]) + f" {package}" for words, package in CASES])
def test_a_command_says_what_it_misses(words: list[str], package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    done = inside(words, Path(ROOT))
    assert (done.stdout, done.code) == ("", 4)
    message = f"the package {package} cannot be imported"
    assert done.stderr == f"error[E053]: {message}\nhelp: {installing(package)}\n"
    assert f"[{EXTRAS[package]}]" in done.stderr
