"""The manual page has all that the help has, is as its formatters want it, and what it shows can be pasted."""

import re
import shutil
import subprocess

import pytest
from autodiff_cli.app import application
from autodiff_cli.help import EXAMPLES
from autodiff_cli.man import ENVIRONMENT
from console import ROOT, inside

FORMATTERS = {"groff": ["groff", "-Kutf8", "-man", "-Tutf8", "-ww", "-P-cbou"], "mandoc": ["mandoc", "-Tutf8", "-Kutf-8"]}
COMPLAINTS = {"groff": [*FORMATTERS["groff"], "-z"], "mandoc": ["mandoc", "-Kutf-8", "-Tlint", "-Werror"]}


HYPHEN = "\u2010"  # which breaks a word at the end of a line of prose


def page(*options: str) -> str:
    done = inside(["man", *options], ROOT)
    assert (done.code, done.stderr) == (0, "")
    return done.stdout


def judged(words: list[str], text: str) -> subprocess.CompletedProcess[bytes]:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    return subprocess.run(words, input=text.encode(), capture_output=True, timeout=60)


def read(name: str, text: str) -> str:
    """The page as it is read, in one line."""
    return " ".join(re.sub(".\x08", "", judged(FORMATTERS[name], text).stdout.decode()).split())


def test_every_command_and_option_is_there() -> None:
    text = page()
    parts = {part.split()[2]: part for part in re.split(r"(?m)^(?=\.SS )", text)[1:]}
    program = application()
    assert [*parts] == [*program.commands]
    for name, command in program.commands.items():
        for one in command.params:
            for option in one.opts if one.param_type_name == "option" else []:
                assert f".B {option}".replace("-", r"\-") in parts[name] + text.split("COMMAND\n")[-1], (name, option)


@pytest.mark.parametrize("options", [(), ("--lang", "zh")], ids=["en", "zh"])
@pytest.mark.parametrize("name", COMPLAINTS)
def test_formatters_do_not_complain(name: str, options: tuple[str, ...]) -> None:
    done = judged(COMPLAINTS[name], page(*options))
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"")


@pytest.mark.parametrize("name", FORMATTERS)
def test_what_it_shows_can_be_pasted(name: str) -> None:
    """Signs of a shell stay what they are: no typographic quotes, hyphens or accents."""
    shown = read(name, page())
    for example in EXAMPLES:
        assert example in shown
    assert """echo '{"expression": "x^2", "values": {"x": 3}}' | autodiff batch""" in shown
    assert "--format <table|plain|" in shown
    assert all(variable in shown for variable in ENVIRONMENT)
    assert {*re.findall(r"[^\x00-\x7f]", shown)} <= {*re.findall(r"[^\x00-\x7f]", page()), HYPHEN}
