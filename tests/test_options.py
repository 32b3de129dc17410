"""No option is taken in silence: each changes what a command does, alone and beside every other, or is refused by name."""

import inspect
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import corpus
import pytest
from autodiff_cli import commands
from autodiff_cli.app import COMMANDS, application, ordered, protected
from console import Outcome, inside
from length import sized

from autodiff.code.targets import TARGETS

FILES = {
    "v.json": '{"x": 0.25, "y": 3}', "f.txt": "x*y^3", "class.txt": "Ann: dx=y\nBob: dx=3",
    "fit.csv": "x,z,y\n1,2,1.3\n2,1,3.9\n3,5,9.4\n4,3,15.7\n5,4,26\n6,8,35\n7,6,52\n",
    "data.csv": "x,y,z\n0,2,1\n1,0,2\n0,0,3\n,1,4\n",
    "lines.jsonl": '{"expression": "x^2", "values": {"x": 3}}\n{"expression": "abs(x)", "values": {"x": 0}}\n',
}  # fmt: skip
PROGRAM = "u=x^2*y; v=abs(x-0.5)+u; v*y"
BASES: dict[str, tuple[list[str], dict[str, str]]] = {
    "eval": (["eval", PROGRAM, "x=0.5", "y=1.5"], {
        "--wrt": "y", "--format": "markdown", "--nudge": "0.1", "--steps": "3", "--outputs": "u,v", "--direction": "x=1",
        "--order": "2",
        "--mode": "both", "--precision": "20", "--digits": "3", "--color": "always",
    }),
    "eval --explain": (["eval", PROGRAM, "x=0.5", "y=1.5", "--explain"], {
        "--wrt": "y", "--format": "markdown", "--nudge": "0.1", "--steps": "3", "--outputs": "u,v", "--direction": "x=1",
        "--order": "2",
        "--mode": "reverse", "--precision": "20", "--digits": "3", "--color": "always",
    }),
    "diff": (["diff", "x^2*sin(x*y)+x"], {
        "--wrt": "x", "--order": "2", "--format": "latex", "--digits": "3", "x=0.3": "y=0.2", "--color": "always",
    }),
    "check": (["check", "x*y", "dx=y", "dy=3"], {
        "--tolerance": "1e-3", "--format": "markdown", "--answers": "class.txt", "x=1": "y=2", "--claim": "x=1",
        "--in": "class.txt", "--color": "always",
    }),
    "graph": (["graph", "3*(x+x*y)", "x=1.23456789", "y=2"], {
        "--wrt": "x", "--format": "svg", "--digits": "3", "--scale": "2", "--max-nodes": "3", "-o": "g.svg", "--color": "always",
        "--flow": "down", "--style": "compact",
    }),
    "page": (["page", "3*(x+x*y)", "x=1", "y=2", "-o", "-"], {"--wrt": "x", "--title": "T", "--max-nodes": "3"}),
    "implicit": (["implicit", "x^2+y^2=25", "--of", "y", "--wrt", "x"], {"--digits": "3", "x=3": "y=4", "--color": "always"}),
    "map": (["map", "k*abs(x)*sqrt(y - 1)", "data.csv", "k=2", "--engine", "numpy"], {
        "-o": "out.csv", "--name": "x=z", "--from": "tsv", "--to": "jsonl", "--wrt": "y", "--keep": "x", "--prefix": "my_",
        "--reduce": "sum", "--errors": "null", "--judge": "1", "--jobs": "2", "--format": "markdown", "--digits": "3",
        "--corr": "x,y=0.5",
    }),
    "map --reduce": ([
        "map", "j + k*abs(x)*sqrt(y - 1)", "data.csv", "j=1", "k=2", "--reduce", "mean", "--engine", "numpy", "--errors", "keep",
    ], {
        "-o": "out.csv", "--name": "x=z", "--from": "tsv", "--wrt": "k", "--keep": "x", "--prefix": "my_",
        "--judge": "1", "--jobs": "2", "--format": "markdown", "--digits": "3", "--corr": "x,y=0.5",
    }),
    "map --uncertainty": ([
        "map", "k*abs(x)*sqrt(y + 1)", "data.csv", "k=2", "--uncertainty", "u_y=0.1", "u_x=2", "--engine", "numpy",
    ], {
        "-o": "out.csv", "--name": "x=z", "--from": "tsv", "--to": "jsonl", "--wrt": "y", "--keep": "x", "--prefix": "my_",
        "--reduce": "sum", "--errors": "null", "--judge": "1", "--jobs": "2", "--format": "markdown", "--digits": "3",
        "--corr": "x,y=0.5",
    }),
    "uncertainty": (["uncertainty", "p=a*b; q=p*exp(c)", "a=5±0.1", "b=3±0.2", "c=0±1"], {
        "--corr": "a,b=0.5", "--coverage": "0.9", "--monte-carlo": "1000", "--seed": "3", "--outputs": "p,q", "--goal": "1%",
        "--steps": "3", "--format": "markdown", "--digits": "3",
    }),
    "uncertainty --explain": (["uncertainty", "p=a*b; q=p*exp(c)*a", "a=5±0.1", "b=3±0.2", "c=0±1", "--explain"], {
        "--corr": "a,b=0.5", "--coverage": "0.9", "--monte-carlo": "1000", "--seed": "3", "--outputs": "p,q", "--goal": "1%",
        "--steps": "2", "--format": "latex", "--digits": "3",
    }),
    "minimize": (["minimize", "k*abs(x)*x + y^2", "x=1", "y=3", "k:=2", "--method", "gradient-descent"], {
        "--rate": "0.01", "--iterations": "7", "--bounds": "x>=0.5", "--plot": "p.svg", "--data": "data.csv", "--name": "k=z",
        "--reduce": "sum", "--format": "markdown", "--digits": "3",
    }),
    "fit": (["fit", "a*x + k*b", "fit.csv", "--target", "y", "a=1", "b=3", "k:=2"], {
        "--name": "x=z", "--sigma": "x + 1", "--weights": "x", "--bounds": "a<=5", "--loss": "huber", "--loss-scale": "1",
        "--seed": "2", "--starts": "3", "--level": "0.9", "--format": "markdown", "--digits": "3", "-o": "out.csv",
        "--plot": "p.svg", "--residuals": "r.svg",
    }),
    "fit --loss": (["fit", "a*x + k*b", "fit.csv", "--target", "y", "a=1", "b=3", "k:=2", "--loss", "cauchy"], {
        "--name": "x=z", "--sigma": "x + 1", "--weights": "x", "--bounds": "a<=2", "--loss-scale": "0.5", "--starts": "3",
        "--seed": "2", "--level": "0.9", "--format": "latex", "--digits": "3", "-o": "out.csv", "--plot": "p.svg",
        "--residuals": "r.svg",
    }),
    "solve": (["solve", "x^2 + y^2 = k; x = y", "x=1", "y=3", "k:=2"], {"--format": "markdown", "--digits": "3"}),
    "batch": (["batch", "lines.jsonl"], {}),
    "functions": (["functions"], {}),
    "mcp": (["mcp", "--help"], {}),
    "repl": (["repl"], {"--digits": "3", "--color": "always"}),
    "schema": (["schema", "eval"], {}),
    "completion": (["completion", "bash"], {}),
    "man": (["man"], {}),
    **{
        f"compile --to {language}": (
            ["compile", "x^2*y", "--to", language],
            {"--wrt": "x", "--name": "g", "x=3": "y=2", "-o": "out"},
        )
        for language in TARGETS
    },
}  # fmt: skip
PREFERENCES = {"--digits", "--color", "--force", "--help", "-h", "schema --json", "--jobs"}
"""How tables look, and what holds only where there is a table or a file; a habit that is kept in an alias;
how fast it is."""
ELSEWHERE = {
    *(about.option for _, about in commands.COMMON.values()), "--file", "--in", "--watch", "--from", "--dask", "--values", "--to",
    "--dialect", "--of", "--max-nodes",
}  # fmt: skip
"""Tried one by one by other tests: where the input comes from, and limits."""


class Done(NamedTuple):
    said: Outcome
    files: dict[str, bytes]


def run(words: list[str], folder: Path) -> Done:
    before = set(folder.iterdir())
    said = inside(words, folder)
    new = {path.name: path.read_bytes() for path in sorted(set(folder.iterdir()) - before)}
    for name in new:
        (folder / name).unlink()
    return Done(said, new)


def options(command: str) -> Iterator[tuple[str, list[str]]]:
    """Every option of a command with a value for it; and the values of a point."""
    samples = BASES[command][1]
    for parameter in application().commands[command.split()[0]].params:  # type: ignore[attr-defined]
        name = parameter.opts[0]
        if name.startswith("-") and name not in ELSEWHERE and name not in BASES[command][0]:
            assert parameter.is_flag or name in samples, f"{command} {name} needs a sample here"
            yield name, [] if parameter.is_flag else [samples[name]]
    yield from ((name, [value]) for name, value in samples.items() if "=" in name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_command_is_here() -> None:
    assert {command.split()[0] for command in BASES} == set(application().commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", BASES)
def test_alone(command: str, folder: Path) -> None:
    base = run(BASES[command][0], folder)
    for name, value in options(command):
        if name not in PREFERENCES and f"{command.split()[0]} {name}" not in PREFERENCES:
            done = run([*BASES[command][0], name, *value], folder)
            assert done != base, name
            assert done.said.code != 2 or name.lstrip("-") in done.said.stderr, name


@pytest.mark.sampled(4)
@pytest.mark.parametrize("step", sized(8, 1))
@pytest.mark.parametrize("command", BASES)
def test_beside_each_other(command: str, step: int, folder: Path) -> None:
    """What both do is not what one of them does; where they are refused, one of them is named."""
    base = BASES[command][0]
    alone = {name: run([*base, name, *value], folder) for name, value in options(command) if name not in PREFERENCES}
    useful = [(name, value) for name, value in options(command) if name in alone and alone[name].said.code != 2]
    for (one, first), (other, second) in list(combinations(useful, 2))[::step]:
        done = run([*base, one, *first, other, *second], folder)
        if done.said.code == 2:
            assert one.lstrip("-") in done.said.stderr or other.lstrip("-") in done.said.stderr, (one, other)
        else:
            assert done not in (alone[one], alone[other]) or {one, other} in EQUAL, (one, other)


EQUAL = [
    {"--name", "--errors"}, {"--name", "--judge"}, {"--wrt", "--strict"}, {"--tolerance", "--format"}, {"--no-main", "x=3"},
    {"--format", "-o"},
]  # fmt: skip
"""Pairs of which one has nothing to do here: all rows of another column are ok; by y the program is ok; a table without numbers of
its own; values are for the self-test, and for products; the ending of the file says the format."""


def test_json_is_json_beside_every_option(folder: Path) -> None:
    for name, value in options("eval"):
        done = run([*BASES["eval"][0], "--json", name, *value], folder)
        if done.said.code in (0, 3):
            json.loads(done.said.stdout)


HUGE = "9" * 400
STRANGE = (HUGE, f"{HUGE}e5", f"1e{HUGE}", f"-{HUGE}.{HUGE}", "nan", "-inf", "", " ", "٣", "½", "\udcff", "(" * 400, "x" * 5000)


@pytest.mark.sampled(8)
@pytest.mark.parametrize("command", [one for one in BASES if not one.startswith("compile ") or one == "compile c"])
def test_no_value_is_a_bug(command: str, folder: Path) -> None:
    """Whatever an option is given: numbers that no double holds, signs that are none, nothing."""
    for name, value in options(command):
        for text in STRANGE if value and "=" not in name else ():
            done = run([*BASES[command][0], f"{name}={text}"], folder)
            assert done.said.code in range(5), (name, text[:9], done.said.stderr[:300])


# The short way to a command, without Typer ---------------------------------------------------------------------------------

ODD = (
    "x --wrt", "x --wrt=", "x --wrt=x", "x --json --json", "x --json=1", "x --nope", "-x^2 x=3", "--x x=3", "- x=1", "-h", "-o+1",
    "x -- -y", "x x=-1 --digits -3", "x --digits=-3", "x --lang zh", "x --lang=xx", "x --format nope", "x --format json", "",
    "--file f x=1", "x --order 2 --order=3", "x=1 x", "-1", "x --color always --strict --wrt x,y", "-- x",
)  # fmt: skip


def listed(value: object) -> object:
    """Several words as a command gets them."""
    return ([*value] or None) if isinstance(value, tuple) else value


def test_a_default_is_told_once() -> None:
    """Help shows a default that is declared; what is said in words is that of the other options."""
    for name in COMMANDS:
        function = commands.command(name)
        usual = inspect.signature(function).parameters
        for parameter, _, about in commands.declared(function):
            if about.option and parameter in usual and usual[parameter].default not in (None, False, ""):
                assert "if left out" not in about.help, (name, about.option)


def test_what_is_plain_means_the_same_to_typer() -> None:
    """Whatever the short way takes, Typer reads in the same way, all defaults included; it takes most of what people write."""
    lines = [*corpus.lines(), *([name, *odd.split()] for name in COMMANDS for odd in ODD)]
    taken = 0
    for argv in map(ordered, lines):
        if argv[:1] and argv[0] in COMMANDS:
            function = commands.command(argv[0])
            given = commands.plainly(function, argv[1:])
            if given is not None:
                taken += 1
                typed = application(argv[0]).commands[argv[0]]
                words = protected(argv, application(argv[0]))[1:]
                usual = {name: one.default for name, one in inspect.signature(function).parameters.items()}
                read = {name: listed(value) for name, value in typed.make_context(argv[0], words).params.items()}
                common = {name: False if kind is bool else None for name, (kind, _) in commands.COMMON.items()}
                assert {**common, **usual, **given} == read, argv
    assert taken > 0.8 * len(corpus.lines())


def test_what_is_odd_is_left_to_typer() -> None:
    evaluate = commands.command("eval")
    odd = ("x --wrt", "x --json --json", "x --json=1", "x --nope", "-h", "x --digits -3", "x --format nope", "--x", "-- x")
    assert [words for words in odd if commands.plainly(evaluate, words.split()) is not None] == []
    assert commands.plainly(commands.command("batch"), ["a", "b"]) is None
