"""What is distributed: its name, its packages, its files, and what it uses of other people's libraries."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from console import ROOT
from length import spread

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("autodiff", "cli", "docs", "tests", "examples", "grammar", "benchmarks", ".ci")
FILES = [path for part in ("*", *(f"{folder}/**/*" for folder in FOLDERS)) for path in sorted(ROOT.glob(part)) if path.is_file()]
TEXTS = [path for path in FILES if path.suffix not in (".pyc", ".mo", ".png") and "node_modules" not in path.parts]
SOURCES = [path for path in TEXTS if path.suffix == ".py"]
SPELLED = re.compile(r"""autodiff\[|pip3? install [^`\n]*(?<![\w./-])autodiff(?!-cli|[\w./-])""")
"""Our old name as a package: on the index it is somebody else's."""


def test_the_spellings_that_are_looked_for() -> None:
    wrong = ['pip install "autodiff[png]"', "pip install autodiff", "pip install -q -U autodiff==1", "autodiff[data]"]
    right = ["pip install autodiff-cli", "pip install .", "pip install numpy` and run `autodiff", "pip install ./autodiff"]
    right += ['pip install . && autodiff eval "x" x=1']
    assert all(map(named, wrong))
    assert not any(map(named, right))


def named(text: str) -> list[str]:
    """Where a text names the stranger's package."""
    return SPELLED.findall(re.sub(r"&&.*", "", text))


def test_nobody_is_told_to_install_a_strangers_package() -> None:
    lines = [(path, line) for path in TEXTS for line in path.read_text(encoding="utf-8").splitlines() if "autodiff" in line]
    assert [(path.name, line) for path, line in lines if path != Path(__file__) and named(line)] == []
    assert PROJECT["project"]["name"] == "autodiff-cli"


def test_the_extras_name_their_packages() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert not [package for packages in extras.values() for package in packages if package.startswith("autodiff")]
    assert sorted(extras["all"]) == sorted(
        {package for extra in ("data", "dask", "fit", "mcp", "png", "precise", "repl") for package in extras[extra]}
    )
    assert {*extras["all"]} <= {*extras["test"]}


def test_the_paths_of_the_project_exist() -> None:
    tools = PROJECT["tool"]
    build = tools["hatch"]["build"]["targets"]
    paths = [*tools["ruff"]["lint"]["per-file-ignores"], *build["wheel"]["packages"], *build["wheel"]["force-include"]]
    assert [path for path in [*paths, *build["sdist"]["include"]] if not (ROOT / path).exists()] == []


# The wheel ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here."""
    folder = tmp_path_factory.mktemp("wheel")
    code = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True, capture_output=True, text=True)
    return folder / done.stdout.strip().splitlines()[-1]


def test_the_wheel_has_what_is_needed_and_no_more(wheel: Path) -> None:
    assert wheel.name.startswith("autodiff_cli-")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        catalogue = archive.read("autodiff/locale/zh/LC_MESSAGES/messages.mo")
    assert catalogue == (ROOT / "autodiff/locale/zh/LC_MESSAGES/messages.mo").read_bytes()
    kept = [path for path in (ROOT / "autodiff").rglob("*") if path.is_file() and path.suffix not in (".pyc", ".po")]
    assert {str(path.relative_to(ROOT)) for path in kept} | {"autodiff/formula.lark"} <= names
    assert {Path(name).suffix for name in names if name.startswith("autodiff")}.isdisjoint({".po", ".pyc"})
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"autodiff", "autodiff_cli"}


def test_the_wheel_is_small(wheel: Path) -> None:
    """Little above what it has: growth is noticed."""
    assert wheel.stat().st_size < 1_080_000


@pytest.mark.parametrize(
    ("words", "shown"),
    spread(
        3,
        [
            (["--version"], "autodiff 0"),
            (["eval", "3*(a+b*c)", "a=5", "b=3", "c=2", "--json"], '"value": 33.0'),
            (["eval", "x", "x=1", "--lang", "zh"], "在 x = 1 处"),
            (["schema", "eval"], '"$schema"'),
            (["page", "x^2", "x=3", "-o", "-"], "<script"),
            (["graph", "x^2", "x=3", "--format", "svg"], "<svg"),
            (["check", "x^2", "dx=2*x"], "x"),
            (["completion", "zsh"], "compdef"),
        ],
    ),
)
def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path, words: list[str], shown: str) -> None:
    """Unpacked, its files are found; .ci/smoke installs it properly, in environments of its own."""
    site = wheel.parent / "site"
    if not site.exists():
        zipfile.ZipFile(wheel).extractall(site)
    code = f"import sys; sys.path.insert(0, {str(site)!r}); import autodiff; from autodiff_cli import main; "
    code += f"assert autodiff.__file__.startswith({str(site)!r}); main()"
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert shown in done.stdout.decode()


# What is public ----------------------------------------------------------------------------------------------------------

PUBLIC = {
    "typer": {"Abort", "Argument", "BadParameter", "Context", "Exit", "Option", "Typer", "TyperException", "main.get_command"},
    "rich": {
        "box",
        "color.ColorSystem",
        "console.Console",
        "progress.BarColumn",
        "progress.Progress",
        "progress.TaskProgressColumn",
        "progress.TextColumn",
        "progress.TimeRemainingColumn",
        "style.Style",
        "table.Table",
        "terminal_theme.DIMMED_MONOKAI",
        "text.Text",
    },
    "lark": {"Lark", "exceptions.UnexpectedToken", "lexer.Lexer"},
}
"""What the documentation of these libraries names; Lark's tells how a lexer of one's own is made of `lexer.Lexer`."""


def used(tree: ast.AST) -> Iterator[str]:
    """Every dotted name that a file imports, or reaches from a module that it imports whole."""
    modules: dict[str, str] = {}
    chains: list[ast.Attribute] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names if "." in one.name)
            modules |= {one.asname or (root := one.name.partition(".")[0]): one.name if one.asname else root for one in node.names}
        elif isinstance(node, ast.Attribute):
            chains.append(node)
    inner = {node.value for node in chains}
    for root, *rest in (dotted(node) for node in chains if node not in inner):
        if root in modules:
            yield ".".join([modules[root], *rest])


def dotted(node: ast.AST) -> list[str]:
    """The names of a chain such as typer.main.get_command; the first is empty, if the chain begins with no name."""
    if isinstance(node, ast.Attribute):
        return [*dotted(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]


def private(name: str) -> bool:
    """Whether a dotted name is no public one of a library."""
    library, _, rest = name.partition(".")
    if library in PUBLIC:
        return not any(rest == known or rest.startswith(f"{known}.") for known in PUBLIC[library])
    return any(re.match(r"_(?!_)", part) for part in rest.split(".")) and library not in OURS


OURS = {"autodiff", "autodiff_cli", *(path.stem for path in (ROOT / "tests").glob("*.py"))}
PRIVATE = (
    "import typer.core", "import typer.main", "from typer._click import HelpFormatter", "import typer\ntyper.core.TyperOption()",
    "import typer as t\nt._click", "from rich import _wrap", "from lark.parsers.lalr_parser import ParserState",
    "import os as o\no._exit",
)  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_private_names_are_seen(text: str) -> None:
    assert any(map(private, used(ast.parse(text))))


@pytest.mark.long
def test_only_public_names_are_used() -> None:
    names = {(path.name, name) for path in SOURCES for name in used(ast.parse(path.read_text(encoding="utf-8")))}
    assert {name for _, name in names} > {"typer.main.get_command", "typer.Option", "lark.Lark"}
    assert sorted(one for one in names if private(one[1])) == []
