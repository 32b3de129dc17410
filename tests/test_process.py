"""Real processes: signals, pipes, closed streams, encodings, depth and size."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from console import ROOT, inside
from length import sized

RUN = [sys.executable, "-m", "autodiff_cli"]
EXAMPLE = ["eval", "3*(a+b*c)", "a=5", "b=3", "c=2"]


def run(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*RUN, *words], capture_output=True, timeout=120, **options)


def bash(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    line = line.replace("autodiff", f"{sys.executable} -m autodiff_cli")
    return subprocess.run(["bash", "-c", line], capture_output=True, timeout=120, env={**os.environ, **env})


def strict(data: bytes) -> Any:
    """JSON read by the letter: no NaN, no duplicate keys."""

    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} is not JSON")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    return json.loads(data.decode("utf-8"), parse_constant=refuse, object_pairs_hook=once)


@pytest.mark.parametrize("format", ["table", "plain", "json", "markdown"])
def test_a_closed_pipe_is_141(format: str) -> None:
    done = bash(f'autodiff eval "3*x" x=1 --format {format} | true; exit "${{PIPESTATUS[0]}}"')
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.sampled(3)
@pytest.mark.parametrize("tail", ["eval x x=1", "eval x x=1 --json", "eval x x=1 --format plain", "eval x x=1 --explain", "--help"])
def test_a_full_disk_is_told(tail: str) -> None:
    done = bash(f"autodiff {tail} > /dev/full")
    assert done.returncode == 4
    assert done.stderr.startswith(b"error[E052]") or b'"E052"' in done.stderr


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('autodiff eval "x(" 2>&-', 2),
        ('autodiff eval "x(" 2>/dev/full', 2),
        ("autodiff eval bc b=1 c=2 --format plain 2>/dev/full", 0),
        ("autodiff eval - <&-", 4),
        ("autodiff eval 3 >&-", 4),
        ("autodiff eval 3 --json >&-", 4),
    ],
)
def test_closed_streams(line: str, code: int) -> None:
    done = bash(line)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert b"E090" not in done.stderr


def heed() -> None:
    """A job in the background is started deaf to Ctrl-C, and so would be what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("delay", [0.03, 0.3, 1.0])
def test_ctrl_c(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "long.txt"
    path.write_text("+".join(f"sin(x)*{k}" for k in range(150_000)))
    process = subprocess.Popen(
        [*RUN, "eval", "--file", str(path), "x=1", "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=heed
    )
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    unready = stderr.startswith(
        (b"Fatal Python error: init_", b"Could not import runpy", b"Exception ignored in: <function _get_module")
    )
    if process.returncode != -signal.SIGINT and not unready:  # else it came so early that Python itself was not ready yet
        assert process.returncode == 130
        assert b"Traceback" not in stderr


def test_ctrl_c_while_an_error_is_told() -> None:
    program = "from autodiff_cli import app\ndef mistyped(*_): raise KeyboardInterrupt\napp.mistyped = mistyped\napp.main()"
    done = subprocess.run([sys.executable, "-c", program, "eval", "x"], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"interrupted\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "utf-8"])
def test_json_is_utf_8_whatever_the_terminal_speaks(encoding: str) -> None:
    done = bash('autodiff eval "数*é" 数=2 é=3 --json', PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert strict(done.stdout)["variables"] == {"数": 2.0, "é": 3.0}


def test_ascii_terminals_get_ascii() -> None:
    done = bash('autodiff eval "x^2" x=inf', PYTHONIOENCODING="ascii")
    assert done.stdout.isascii()
    widths = {len(line) for line in done.stdout.decode().splitlines() if line[:1] in ("|", "+")}
    assert len(widths) == 2  # one for each table


@pytest.mark.long
def test_names_that_an_ascii_terminal_lacks_keep_their_width() -> None:
    rows = (
        bash('autodiff graph "数=a*b; 数^2" a=1 b=2', PYTHONIOENCODING="ascii", PYTHONUTF8="0").stdout.decode("ascii").splitlines()
    )
    assert len({row.index(" d") for row in rows[3:]}) == 1
    gbk = bash('autodiff graph "数=a*b; 数^2" a=1 b=2', PYTHONIOENCODING="gbk", PYTHONUTF8="0").stdout.decode("gbk")
    assert "数 = a*b" in gbk


@pytest.mark.parametrize("line", ["autodiff graph a+b --format svg -o /dev/stdout", "autodiff page a+b -o /dev/stdout 2>/dev/null"])
def test_standard_output_by_its_path(line: str) -> None:
    name = line.replace("/dev/stdout", "-")
    assert bash(f"{line} | cat").stdout == bash(name).stdout != b""


ASCII = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_powers_on_an_ascii_terminal() -> None:
    done = run("eval", "x^3", "x=2", "--order", "12", "--format", "plain", env=ASCII)
    assert b"d^2J/dx^2" in done.stdout
    assert b"d^12J/dx^12" in done.stdout
    assert b"?" not in done.stdout


def test_arguments_in_utf_8_under_an_ascii_locale(tmp_path: Path) -> None:
    path = tmp_path / "für.txt"
    path.write_text("λ·x²", encoding="utf-8")
    done = run("eval", "--file", str(path), "λ=3", "x=2", "--json", "--no-nodes", env=ASCII)
    assert strict(done.stdout)["gradient"] == {"λ": 4.0, "x": 12.0}, done.stderr


def test_errors_as_json_are_one_line_on_stderr() -> None:
    done = run("eval", "2*sni(x)", "x=1", "--json")
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    body = strict(done.stderr)["error"]
    assert list(body) == ["code", "message", "span", "line", "column", "hint", "exit_code"]
    assert (body["code"], body["span"], body["exit_code"], done.returncode) == ("E012", [2, 5], 2, 2)


def test_an_argument_that_is_no_text() -> None:
    done = subprocess.run([*[part.encode() for part in RUN], b"eval", b"x\xff", b"x=1", b"--json"], capture_output=True, timeout=60)
    assert done.returncode == 2
    strict(done.stderr)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("levels", sized(3_000, 100_000))
@pytest.mark.parametrize(
    "text",
    ["({})", "-{}", "sin({})", "√{}", "{}^1", "2({})", "if(x>0,{},1)", "max({},1)"],
)
def test_depth(tmp_path: Path, text: str, levels: int) -> None:
    """Any number of levels of anything."""
    before, after = text.split("{}")
    path = tmp_path / "deep.txt"
    path.write_text(before * levels + "x" + after * levels)
    done = run("eval", "--file", str(path), "x=0.5", "--json", "--no-nodes")
    assert done.returncode == 0, done.stderr[:300]
    strict(done.stdout)


@pytest.mark.parametrize("arguments", sized(10_000, 50_000))
def test_a_wide_call(tmp_path: Path, arguments: int) -> None:
    path = tmp_path / "wide.txt"
    path.write_text("max(" + "x," * arguments + "y)")
    done = run("eval", "--file", str(path), "x=0.5", "y=1", "--json")
    assert strict(done.stdout)["gradient"] == {"x": 0.0, "y": 1.0}


@pytest.mark.parametrize("terms", sized(2_000, 20_000))
def test_every_node_of_a_long_formula(tmp_path: Path, terms: int) -> None:
    path = tmp_path / "long.txt"
    path.write_text("+".join(f"x*{k}.5" for k in range(terms)))
    done = run("eval", "--file", str(path), "x=1", "--json")
    nodes = strict(done.stdout)["nodes"]
    assert len(nodes) == 1 + terms + 2 * terms - 1
    assert nodes[-1]["name"] == "J"
    assert nodes[0] == {"name": "x", "kind": "variable", "value": 1.0, "gradient": nodes[0]["gradient"]}
    assert nodes[0]["gradient"] == sum(k + 0.5 for k in range(terms))


def test_a_very_long_error_is_short(tmp_path: Path) -> None:
    path = tmp_path / "digits.txt"
    path.write_text("1" * 1_000_000)
    done = run("eval", "--file", str(path))
    assert done.returncode == 2
    assert len(done.stderr) < 3000


@pytest.mark.parametrize("word", ["-x^2", "-1*x", "--x", "-j*2+x", "-h*2+x", "-o+x", "-x"])
def test_formulas_that_begin_with_a_minus(word: str) -> None:
    values = [f"{name}=3" for name in "xjho" if name in word.replace("--json", "")]
    done = inside(["eval", word, *values, "--json", "--no-nodes"], Path.cwd())
    assert done.code == 0, done.stderr
    assert strict(done.stdout.encode())["expression"] == word


def test_the_module_runs() -> None:
    assert run(*EXAMPLE, "--json").stdout == bash('autodiff eval "3*(a+b*c)" a=5 b=3 c=2 --json').stdout


@pytest.mark.long
def test_colour() -> None:
    assert b"\x1b[" in run(*EXAMPLE, "--color", "always").stdout
    assert b"\x1b[" not in run(*EXAMPLE).stdout
    assert b"\x1b[" in bash("autodiff eval x x=1", FORCE_COLOR="1").stdout
    assert b"\x1b[" not in bash("autodiff eval x x=1", FORCE_COLOR="1", NO_COLOR="1").stdout
    assert b"\x1b[" not in bash("autodiff eval x x=1", FORCE_COLOR="0").stdout
    assert b"\x1b[" not in bash('autodiff eval "x(" --color never', FORCE_COLOR="1").stderr


def test_terminal_escapes_never_arrive() -> None:
    for words in (["eval", "x\x1b[31m", "x=1"], ["eval", "x", "x=1\x1b]0;t\x07"], ["eval", "--file", "\x1b[31m"], ["\x1b[1m"]):
        done = run(*words)
        assert b"\x1b" not in done.stdout + done.stderr
        assert done.returncode in (2, 4)


@pytest.mark.parametrize("columns", ["10", "30", "49", "60", "80", "120"])
def test_no_number_is_lost_in_a_narrow_terminal(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = inside(["eval", "1234*x + sin(x)", "x=1"], Path.cwd())
    assert "1234.84" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= max(int(columns), 80)


def test_json_loads_little() -> None:
    """Start-up is felt at every call: what draws, suggests, checks, translates or reads a grammar is not loaded for JSON."""
    code = (
        "import sys; from autodiff_cli.app import run; run(['eval', '3*(a+b*c)', 'a=5', 'b=3', 'c=2', '--json']);"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, timeout=60, env=ALONE)
    loaded = done.stderr.decode()
    assert "'autodiff'" in loaded
    for name in ("rich", "numpy", "polars", "pydantic", "asyncio", "fractions", "decimal", "sympy", "mpmath", *HEAVY):
        assert f"'{name}'" not in loaded, name


HEAVY = ("typer", "lark", "gettext", "locale", "pathlib", "dataclasses", "inspect", "json", "difflib", "subprocess", "threading")
ALONE = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "cli")])}  # nor does a package of the environment


def test_an_error_loads_no_grammar() -> None:
    """What the parser expected is in the tables too."""
    code = "import sys; from autodiff_cli.app import run; run(['eval', '3*(a+', '--json']); print('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).stdout.strip() == b"False"


def test_no_argument_shows_the_help() -> None:
    done = run()
    assert done.returncode == 0
    assert b"Usage: autodiff" in done.stdout
    assert not done.stderr
