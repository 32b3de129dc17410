"""Claims in the files of a project: autodiff check --in, and the hook that runs it before a commit."""

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from console import ROOT, inside

RIGHT = {
    "in Python": "    # autodiff-claim: log(1 + exp(x)) => dx = 1/(1 + exp(-x))",
    "in a string": '"""autodiff-claim: x^2*y => dx=2*x*y, dy=x^2"""',
    "in C": "  x = 1; /* autodiff-claim: sin(x)^2 => dx = 2*sin(x)*cos(x) */",
    "in HTML": "<!-- autodiff-claim: abs(x) => dx=sign(x) -->",
    "in Haskell": "{- autodiff-claim: x^3 => dx=3*x^2",
    "in OCaml": "(* autodiff-claim: x*y => dx=y dy=x *)",
    "of a program": "// autodiff-claim: u = b*c; J = 3*(a + u) => db=3*c, du=3",
    "at a point": "% autodiff-claim: x^y => dx=6 at x=3, y = 2",
    "at a formula": "-- autodiff-claim: sin(x) => dx=0.5 at x=pi/3",
    "beside other letters": "\xff\x00 autodiff-claim: 数^2 => d数=2*数",
}
WRONG = {
    "differs": ("x^2 => dx=3*x", "dx = 3*x  differs at x = 1"),
    "of several": ("x*y => dx=y dy=y", "dy = y  differs"),
    "at a point": ("x^2 => dx=7 at x=3", "dx = 7  differs: 7 is claimed, 6 is right"),
    "no formula": ("x^(2 => dx=7", "error[E010]: this bracket is not closed"),
    "no claim": ("x^2", "error[E051]: there is no claim in 'x^2'"),
    "no claims": ("x^2 =>", "error[E051]"),
    "of nothing": ("x^2 => dz=1", "error[E034]"),
    "nothing": ("", "error[E051]"),
}


def written(folder: Path, *lines: str) -> str:
    path = folder / "code.txt"
    path.write_bytes("\n".join(lines).encode("utf-8"))
    return path.name


@pytest.mark.sampled(3)
@pytest.mark.parametrize("line", RIGHT.values(), ids=RIGHT)
def test_claims_that_are_right(line: str, tmp_path: Path) -> None:
    done = inside(["check", "--in", written(tmp_path, "first", line, "last")], tmp_path)
    assert (done.code, done.stdout, done.stderr) == (0, "", "1 line with claims, 0 wrong\n")


def test_claims_from_standard_input(tmp_path: Path) -> None:
    done = inside(["check", "--in", "-"], tmp_path, b"first\nautodiff-claim: x^2 => dx=3*x\n")
    assert (done.code, done.stderr) == (1, "1 line with claims, 1 wrong\n")
    assert done.stdout.startswith("-:2: dx = 3*x  differs at x = 1")


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_claims_that_are_wrong(text: str, said: str, tmp_path: Path) -> None:
    """Each is told at its place, and the others are judged all the same."""
    path = written(tmp_path, f"# autodiff-claim: {text}", "# autodiff-claim: x => dx=1", "# autodiff-claim: x => dx=2")
    done = inside(["check", "--in", path], tmp_path)
    assert done.code == 1
    assert done.stdout.startswith(f"{path}:1: ")
    assert said in done.stdout
    assert f"{path}:2:" not in done.stdout
    assert f"{path}:3: dx = 2  differs" in done.stdout
    assert done.stderr == "3 lines with claims, 2 wrong\n"


def test_as_json(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "autodiff/schemas/answers.json").read_text(encoding="utf-8"))
    texts = ("x => dx=2", "x^(2 => dx=1", "")
    path = written(tmp_path, *(f"autodiff-claim: {text}" for text in texts))
    done = inside(["check", "--in", path, path, "--json"], tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["line"] for one in found] == 2 * [1, 2, 3]
    for one in found:
        jsonschema.validate(one, schema)
    assert (done.code, done.stderr) == (1, "")


def test_files_without_claims(tmp_path: Path) -> None:
    assert inside(["check", "--in", written(tmp_path, "nothing")], tmp_path).code == 0
    assert inside(["check", "--in", "missing"], tmp_path).code == 4
    assert inside(["check", "--in", "-odd"], tmp_path).code == 4


@pytest.mark.parametrize(
    "more", [["--claim", "x=1"], ["--file", "f"], ["--values", "v"], ["--answers", "a"], ["--format", "plain"]]
)
def test_other_options_are_refused(more: list[str], tmp_path: Path) -> None:
    assert "--in and" in inside(["check", "--in", written(tmp_path, "nothing"), *more], tmp_path).stderr


def test_the_hook_is_this_command(tmp_path: Path) -> None:
    """The words of the hook, followed by the names of files as pre-commit adds them."""
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert [value for value in re.findall(r"\w+: (.*)", hook) if ": " in value and value[0] not in "'\""] == []  # else no YAML
    program, *words = shlex.split(re.findall(r"entry: (.*)", hook)[0])
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text("# autodiff-claim: 2*x => dx=2\n")
    wrong.write_text("# autodiff-claim: 2*x => dx=x\n")
    assert program == "autodiff"
    assert inside([*words, right.name], tmp_path).code == 0
    assert inside([*words, right.name, wrong.name], tmp_path).code == 1
