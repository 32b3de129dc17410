"""What a shell offers at every TAB: asked of the program itself, and of real shells in a terminal of their own."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from autodiff_cli import complete
from autodiff_cli.app import COMMANDS, run
from autodiff_cli.commands import COMMON, command, declared
from autodiff_cli.completion import SHELLS
from console import ROOT, inside
from length import LONG

from autodiff.primitives import FUNCTIONS


def offered(*words: str) -> list[str]:
    """What may stand in place of the last word."""
    return [text for text, _ in complete.offers(words[:-1], words[-1])]


FORMULA = "3*(a+b*c)"
OFFERED = {
    ("",): [*COMMANDS, "help"],
    ("--lang", ""): ["en", "zh"],
    ("--no-color", "--lang", "zh", ""): [*COMMANDS, "help"],
    ("help", ""): [*COMMANDS],
    ("help", "eval", ""): [],
    ("nosuch", ""): [],
    ("eval", FORMULA, ""): ["a=", "b=", "c="],
    ("eval", FORMULA, "a=5", ""): ["b=", "c="],
    ("eval", FORMULA, "--json", "a=5", "--wrt", "a,b", "c=1", ""): ["b="],
    ("eval", FORMULA, "a="): [],
    ("eval", "3(a+bc)", ""): ["a=", "bc="],
    ("eval", "3(a+bc)", "b=2", ""): ["a=", "bc=", "c="],
    ("eval", "a*rate", "a=2", ""): ["rate="],
    ("eval", "2*(rate + x", ""): ["rate=", "x="],
    ("eval", "1e5x + sin(y) + pi", ""): ["x=", "y="],
    ("eval", "u = x*y; v = u^2", ""): ["x=", "y="],
    ("eval", "u = x*y; v = u^2", "--outputs", ""): ["x", "y", "u", "v"],
    ("eval", "u = x*y; v = u^2", "--outputs", "u,"): ["u,x", "u,y", "u,v"],
    ("eval", "x*y", "--direction", "x=1,"): ["x=1,y="],
    ("eval", "x*y", "--wrt=x,"): ["--wrt=x,y"],
    ("eval", "x", "--mode", ""): ["forward", "reverse", "both"],
    ("eval", "x", "--mode="): ["--mode=forward", "--mode=reverse", "--mode=both"],
    ("eval", "x", "--file", ""): [":files"],
    ("eval", "x", "--digits", ""): [],
    ("eval", "--", "-x", ""): ["x="],
    ("check", "x^2", ""): ["x=", "dx="],
    ("check", "x^2", "x=3", ""): ["dx="],
    ("check", "x^2", "--claim", ""): ["x="],
    ("implicit", "x^2 + y^2 = 25", "--of", ""): ["x", "y"],
    ("implicit", "x^2 + y^2 = 25", "x=3", ""): ["y="],
    ("minimize", "(x - a)^2", "a:=1", ""): ["x="],
    ("map", "w*x", "data.csv", "w=1", ""): ["x=", ":files"],
    ("compile", "x", "--dialect", ""): ["duckdb", "postgres", "spark", "sqlite"],
    ("batch", ""): [":files"],
    ("batch", "a.jsonl", ""): [],
    ("functions", "abs", ""): [],
    ("completion", ""): ["bash", "fish", "zsh"],
    ("eval", "3*("): [],
}


@pytest.mark.parametrize("words", OFFERED, ids=" ".join)
def test_what_is_offered(words: tuple[str, ...]) -> None:
    assert offered(*words) == OFFERED[words]


def test_every_command_offers_its_options() -> None:
    """Each once, but for those that may be repeated."""
    for name in COMMANDS:
        own = [about.option for _, _, about in declared(command(name)) if about.option]
        assert offered(name, "-") == [*own, "--help"]
        assert "--quiet" not in offered(name, "--quiet", "--")
    assert "--claim" in offered("check", "x", "--claim", "x=1", "--")
    assert offered("-") == ["--version", *(about.option for _, about in COMMON.values()), "--help"]


FREE = {"--nudge", "--steps", "--order", "--precision", "--digits", "--max-nodes", "--scale", "--title", "--tolerance", "--name",
        "--prefix", "--judge", "--jobs", "--dask", "--corr", "--coverage", "--monte-carlo", "--seed", "--goal", "--rate",
        "--iterations", "--bounds", "--keep", "--target", "--sigma", "--weights", "--loss-scale", "--starts",
        "--level"}  # fmt: skip
"""Options whose values are numbers, or texts of anybody's own."""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_value_is_a_choice_a_file_a_name_or_free(name: str) -> None:
    for _, kind, about in declared(command(name)):
        if about.option and kind is not bool and about.option not in FREE:
            assert offered(name, "x*y", about.option, ""), about.option


def test_functions() -> None:
    assert offered("functions", "") == sorted(FUNCTIONS)
    assert {"sin(", "sinh("} <= {*offered("eval", "si")}
    assert "2*(a + softplus(" in offered("eval", "2*(a + soft")
    assert "2softplus(" in offered("eval", "2soft")


def test_a_file_has_a_formula_too(tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("p*q")
    assert offered("eval", "--file", str(tmp_path / "f.txt"), "") == ["p=", "q="]
    assert offered("eval", "--file", str(tmp_path / "none.txt"), "") == []


def test_descriptions_are_in_the_language_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "check\tJudge claimed derivatives, or verify our own.\n" in inside(["__complete", "zsh", ""], tmp_path).stdout
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "check\t检验您求出的导数，或者验证本程序自己的导数。\n" in inside(["__complete", "fish", ""], tmp_path).stdout


BASH = {
    ("autodiff ev", "ev"): "eval \n",
    ('autodiff eval "3*(a+b)" a=5 ', ""): "b=\n",
    ("autodiff eval 'x^2' --format=ta", "ta"): "table \n",
    ("autodiff eval x --format=", ""): "table \nplain \ntsv \njson \nmarkdown \nlatex \n",
    ('autodiff eval "3*(a+b*expm', "3*(a+b*expm"): "3*(a+b*expm1(\n3*(a+b*expm1(x) \n",
    ("autodiff eval 'a b", "a b"): "",
    ("autodiff batch ", ""): ":files\n",
    ("autodiff eval a\\*b ", ""): "a=\nb=\n",
}


@pytest.mark.parametrize("question", BASH, ids=lambda question: question[0])
def test_bash_replaces_a_piece_of_a_word(question: tuple[str, str], tmp_path: Path) -> None:
    line, piece = question
    assert inside(["__complete", "bash", line, piece], tmp_path).stdout == BASH[question]


@pytest.mark.parametrize(
    "question", [[], ["bash"], ["zsh"], ["nosuch", "x"], ["fish", "eval", "\x00", "'"], ["bash", "a 'b \"", "x"]]
)
def test_a_bad_question_has_no_answer_and_no_traceback(question: list[str], tmp_path: Path) -> None:
    done = inside(["__complete", *question], tmp_path)
    assert done.stderr == ""


def test_which_shell(tmp_path: Path) -> None:
    assert inside(["completion"], tmp_path).code == inside(["completion", "nosuch"], tmp_path).code == 2
    for name in SHELLS:
        assert "__complete" in inside(["completion", name], tmp_path).stdout


# Real shells -------------------------------------------------------------------------------------------------------------

START = {
    "bash": (["bash", "--noprofile", "--rcfile", "rc", "-i"], "rc", r"""
PS1='READY>'; bind 'set enable-bracketed-paste off'
source <(autodiff completion bash)
bind -x '"\C-x": echo "<$READLINE_LINE>"'
"""),
    "zsh": (["zsh", "-i"], ".zshrc", r"""
PS1='READY>'; autoload -Uz compinit; compinit -u -D
source <(autodiff completion zsh)
_show() { print; print -r -- "<$BUFFER>" }
zle -N _show; bindkey -e; bindkey '^X' _show
"""),
    "fish": (["fish", "-i"], ".config/fish/config.fish", r"""
function fish_prompt; echo -n 'READY>'; end
autodiff completion fish | source
function _show; echo; echo '<'(commandline)'>'; end
bind \cx _show
set -g fish_greeting; set -g fish_autosuggestion_enabled 0
"""),
}  # fmt: skip
"""How a shell is started with nothing but the completion, and shows its line when Ctrl-X is typed."""

TYPED = {
    'autodiff eval "3*(a+b*c)" a=5 b': 'autodiff eval "3*(a+b*c)" a=5 b=',
    "autodiff unc": "autodiff uncertainty ",
    "autodiff eval x --format=mark": "autodiff eval x --format=markdown ",
}
MORE = {
    "autodiff comp": "autodiff comp",  # compile and completion
    "autodiff check 'x^2' d": "autodiff check 'x^2' dx=",
    "autodiff eval x --mode rev": "autodiff eval x --mode reverse ",
    "autodiff eval x --expl": "autodiff eval x --explain ",
    "autodiff functions softp": "autodiff functions softplus ",
    'autodiff eval "3*(a+b*expm': 'autodiff eval "3*(a+b*expm1(',
    "autodiff eval '3*a*softp": "autodiff eval '3*a*softplus(",
    "autodiff batch batch.js": "autodiff batch batch.jsonl ",
    "autodiff eval --file=formu": "autodiff eval --file=formula.txt ",
    "autodiff nosuch ": "autodiff nosuch ",
    'autodiff eval "rate*t" --wrt ra': 'autodiff eval "rate*t" --wrt rate ',
    "echo | autodiff ev": "echo | autodiff eval ",
}
"""What stands in the line after a TAB."""


class Terminal:
    """A shell in a terminal, to type into."""

    def __init__(self, name: str, home: Path) -> None:
        words, start, text = START[name]
        (home / start).parent.mkdir(parents=True, exist_ok=True)
        (home / start).write_text(text)
        for file in ("batch.jsonl", "formula.txt"):
            (home / file).write_text("")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        env = {"PATH": path, "HOME": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(home / ".config")}
        self.process, self.ours = pty.fork()
        if self.process == 0:  # the shell
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 150, 0, 0))
            os.chdir(home)
            os.execvpe(words[0], words, env)
        self.read("READY>")

    def read(self, until: str) -> str:
        """What the shell writes, until something stands there."""
        end, got = time.monotonic() + 20, b""
        while not re.search(until, got.decode(errors="replace")) and time.monotonic() < end:
            if select.select([self.ours], [], [], 0.1)[0]:
                got += os.read(self.ours, 65536)
        return got.decode(errors="replace")

    def completed(self, line: str) -> str:
        """What stands in the line when a TAB has been typed behind it."""
        os.write(self.ours, f"{line}\t\x18".encode())
        found = re.search(r"\r\n<(.*)>\r\n", self.read(r"\r\n<.*>\r\n"))
        os.write(self.ours, b"\x15")
        return found[1] if found else ""

    def end(self) -> None:
        os.close(self.ours)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


@pytest.fixture
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    opened = Terminal(request.param, tmp_path)
    yield opened
    opened.end()


@pytest.mark.parametrize("terminal", ["bash", *(pytest.param(name, marks=LONG) for name in SHELLS[1:])], indirect=True)
def test_a_real_shell(terminal: Terminal) -> None:
    assert {line: terminal.completed(line) for line in TYPED} == TYPED


@LONG
@pytest.mark.parametrize("terminal", SHELLS, indirect=True)
def test_a_real_shell_at_length(terminal: Terminal) -> None:
    assert {line: terminal.completed(line) for line in MORE} == MORE


def test_scripts_are_shipped() -> None:
    assert {path.suffix[1:] for path in (ROOT / "cli/autodiff_cli/shells").iterdir()} == {*SHELLS}
    assert run(["__complete", "bash", "autodiff ", ""]) == 0
