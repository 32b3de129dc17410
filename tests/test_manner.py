"""What every command takes: --quiet, --verbose, --no-color, --pager, and how the program speaks of itself."""

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from autodiff_cli import console, versions
from autodiff_cli.app import COMMANDS, application, ordered
from autodiff_cli.commands import COMMON
from console import ROOT, inside
from length import LONG

import autodiff

RUN = [sys.executable, "-m", "autodiff_cli"]
NOTED = ["eval", "bc", "b=1", "c=2", "--format", "plain"]
"""A command that has something to note."""


def test_every_command_takes_what_is_common() -> None:
    program = application()
    for command in (program, *program.commands.values()):
        names = {name for one in command.params for name in one.opts}
        assert {about.option for _, about in COMMON.values()} <= names, command.name


@pytest.mark.parametrize("command", COMMANDS)
def test_common_options_may_stand_before_the_command(command: str) -> None:
    assert ordered(["--quiet", "--lang", "zh", command, "x"]) == [command, "--quiet", "--lang", "zh", "x"]
    assert ordered(["--lang", "zh", "help", command]) == [command, "--lang", "zh", "--help"]
    assert ordered(["help", "--no-color", command]) == [command, "--no-color", "--help"]


def test_quiet_leaves_the_result_and_errors(tmp_path: Path) -> None:
    usual, quiet = inside(NOTED, tmp_path), inside([*NOTED, "--quiet"], tmp_path)
    assert usual.stdout == quiet.stdout
    assert (usual.stderr[:5], quiet.stderr) == ("note:", "")
    assert inside(["graph", "a*b", "-o", "g.svg", "--quiet"], tmp_path) == ("", "", 0)
    assert inside(["eval", "bc", "--quiet"], tmp_path) == inside(["eval", "bc"], tmp_path)
    assert inside(NOTED, tmp_path) == usual, "it holds for one command alone"


def test_json_is_the_same_however_quiet(tmp_path: Path) -> None:
    words = ["eval", "bc", "b=1", "c=2", "--json"]
    assert inside([*words, "--quiet"], tmp_path) == inside(words, tmp_path)


def test_verbose_says_what_ran_below_a_result(tmp_path: Path) -> None:
    usual, aloud = inside(NOTED, tmp_path), inside([*NOTED, "--verbose"], tmp_path)
    assert aloud.stdout == usual.stdout
    note, ran, took, *_ = aloud.stderr.splitlines()
    assert note == usual.stderr.rstrip()
    assert ran.startswith(f"ran: autodiff {autodiff.__version__}, Python {sys.version_info[0]}.{sys.version_info[1]}.")
    assert took.startswith("time: ")
    no = inside(["check", "x^2", "dx=3*x", "--verbose"], tmp_path)
    assert (no.code, "ran: " in no.stderr) == (1, True)


def test_verbose_says_nothing_beside_an_error(tmp_path: Path) -> None:
    assert inside(["eval", "x(", "--json", "--verbose"], tmp_path) == inside(["eval", "x(", "--json"], tmp_path)


@pytest.mark.parametrize(("engine", "told"), [("auto", "engine: python"), pytest.param("numpy", "engine: numpy", marks=LONG)])
def test_verbose_names_the_engine(engine: str, told: str, tmp_path: Path) -> None:
    done = inside(["map", "2*x1", str(ROOT / "examples/train.csv"), "--engine", engine, "--verbose"], tmp_path)
    assert told in done.stderr.splitlines()


def test_no_color(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    for words in (["eval", "x", "x=1"], ["check", "x^2", "dx=3"], ["graph", "x"], ["eval", "x(", "x=1"], ["diff", "x^"]):
        done = inside([*words, "--no-color"], tmp_path)
        assert "\x1b" not in done.stdout + done.stderr
    assert "\x1b" in inside(["eval", "x", "x=1"], tmp_path).stdout


@pytest.mark.parametrize("pair", [("--quiet", "--verbose"), ("--color always", "--no-color")])
def test_what_contradicts_is_refused(pair: tuple[str, str], tmp_path: Path) -> None:
    done = inside(["eval", "x", "x=1", *pair[0].split(), pair[1]], tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert f"{pair[0]} and {pair[1]} contradict each other" in done.stderr


# The program speaks of itself --------------------------------------------------------------------------------------------


def test_the_version_is_the_first_line(tmp_path: Path) -> None:
    for word in ("-V", "--version"):
        assert inside([word], tmp_path).stdout.splitlines()[0] == f"autodiff {autodiff.__version__}"
    assert inside(["eval", "-V", "V=2", "--format", "plain"], tmp_path).stdout.startswith("J = -V"), "elsewhere it is a formula"


def test_the_version_lists_every_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: needs for name, needs in project["optional-dependencies"].items() if name not in versions.UNTOLD}
    stated = [*project["dependencies"]]
    for name, needs in {**extras, "test": ["pytest>=8"]}.items():
        stated += [f"{need} and extra == '{name}'" if ";" in need else f"{need}; extra == '{name}'" for need in needs]
    monkeypatch.setattr(versions, "_stated", lambda field: stated)
    absent = ("scipy", "backports.zstd")
    monkeypatch.setattr(versions, "_found", lambda name: "" if name in absent else f"{name} 9")
    first, needed, *rest = versions.lines()
    assert (first, "lark 9, typer 9, rich 9" in needed) == (f"autodiff {autodiff.__version__}", True)
    told = {line.split("]")[0][1:]: line for line in rest}
    for name, needs in extras.items():
        assert all(f"{package} 9" in told[name] for package in [need.split(">")[0] for need in needs] if package not in absent)
    assert told["fit"].endswith("; not installed: scipy")
    assert "zstd" not in told["data"], "what is not for every machine is not missed"


def test_without_a_description_the_version_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "NAME", "there-is-no-such-package")
    assert next(iter(versions.lines())) == f"autodiff {autodiff.__version__}"
    assert versions.home() == ""


def test_help_ends_with_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_stated", lambda field: ["Home, https://example.org/a"] if field == "Project-URL" else [])
    assert inside(["help"], tmp_path).stdout.endswith("\n  https://example.org/a\n")
    assert "example.org" not in inside(["help", "eval"], tmp_path).stdout


@pytest.mark.parametrize("columns", ["60", "100"])
def test_summaries_are_whole(columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = " ".join(inside(["--help"], tmp_path).stdout.split())
    for name, command in application().commands.items():
        assert f" {name} {' '.join(command.help.partition(chr(10))[0].split())}" in text


@LONG
def test_help_of_a_command_and_of_what_is_none(tmp_path: Path) -> None:
    for command in COMMANDS:
        assert inside(["help", command], tmp_path) == inside([command, "--help"], tmp_path)
    assert inside(["help"], tmp_path) == inside(["--help"], tmp_path) == inside(["help", "help"], tmp_path)
    done = inside(["help", "evel"], tmp_path)
    assert (done.code, "did you mean 'eval'?" in done.stderr) == (2, True)


# A pager -----------------------------------------------------------------------------------------------------------------


def in_a_terminal(*words: str, **env: str) -> tuple[str, int]:
    """What a terminal shows of a command, and its exit code."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen([*RUN, *words], stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm", **env})
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass
    os.close(ours)
    return shown.decode().replace("\r\n", "\n"), done.wait(60)


def test_a_pager_is_asked_for() -> None:
    shown, code = in_a_terminal(*NOTED, "--pager", PAGER="sed s/^/|/")
    assert code == 0
    assert [line[:1] for line in shown.splitlines()] == ["|"] * len(shown.splitlines())
    assert "|note: bc is read as b*c" in shown
    assert "|" not in in_a_terminal(*NOTED, PAGER="sed s/^/|/")[0]


@LONG
def test_who_leaves_the_pager_has_seen_enough() -> None:
    shown, code = in_a_terminal("functions", "--pager", PAGER="head -1")
    assert (len(shown.splitlines()), code) == (1, 0)


@LONG
def test_behind_a_pager_the_terminal_decides() -> None:
    words = ("eval", "3*(a+b*c)", "a=5", "b=3", "c=2")
    assert in_a_terminal(*words, "--pager", PAGER="cat") == in_a_terminal(*words)
    assert in_a_terminal("help", "eval", "--pager", PAGER="cat") == in_a_terminal("help", "eval")
    assert in_a_terminal("check", "x^2", "dx=x", "--pager", PAGER="cat")[1] == 1
    assert "error[E052]" in in_a_terminal(*words, "--pager", PAGER="there-is-no-such-pager")[0]


def test_in_a_pipe_there_is_no_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "there-is-no-such-pager")
    assert inside([*NOTED, "--pager"], tmp_path) == inside(NOTED, tmp_path)
    assert not console.is_quiet()
