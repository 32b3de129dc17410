"""Generated files as people meet them: self-tests, names, options, size."""

import io
import re
import runpy
import shutil
import subprocess
import sys
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from foreigners import RUNNERS, TOOLS, Job
from julian import tree
from length import LONG, first, sized
from test_code import all_expected

import autodiff
from autodiff.code.target import Target
from autodiff.code.targets import RUN, target
from autodiff.errors import AutodiffError, FormulaError
from autodiff.primitives import CONSTANTS, FUNCTIONS

EXAMPLE = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); L = -(y*log(a) + (1 - y)*log(1 - a)) + erf(x1)*max(w1, w2)"
BUILD = {
    "python": ["f.py", sys.executable, "f.py"],
    "numpy": ["f.py", sys.executable, "f.py"],
    "jax": ["f.py", sys.executable, "f.py"],
    "javascript": ["f.mjs", "node", "f.mjs"],
    "c": ["f.c", "sh", "-c", "gcc -std=c99 -Wall -Wextra -Werror -pedantic f.c -o f -lm && ./f"],
    "fortran": [
        "f.f90",
        "sh",
        "-c",
        "gfortran -std=f2008 -Wall -Wextra -Wno-compare-reals -Werror f.f90 -o f && ./f",
    ],
    "julia": ["f.jl", "julia", "f.jl"],
    "rust": ["f.rs", "sh", "-c", "rustc --edition=2021 -D warnings f.rs -o f && ./f"],
}


SLOW = ("jax", "rust", "fortran")
JAX_AT_LENGTH = [language if language != "jax" else pytest.param(language, marks=LONG) for language in RUN]
"""It shows there what NumPy shows, and is slow to compile."""


def built(language: str, text: str, folder: Path, alone: bool = False, jit: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a file by itself. JAX takes seconds to load, so that it is one process for all but those that shall be alone."""
    ready(language)
    name, *command = BUILD[language]
    (folder / name).write_text(text)
    if language == "jax" and not alone:
        return loaded(folder / name, jit)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def loaded(path: Path, jit: bool) -> subprocess.CompletedProcess[str]:
    """Run a file of JAX within this process; without its compiler where only names are looked at."""
    import jax

    code, out, err = 0, io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), nullcontext() if jit else jax.disable_jit():
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(str(path), code, out.getvalue(), err.getvalue())


def ready(language: str) -> None:
    """Skip where its tools are missing."""
    if language in TOOLS and shutil.which(TOOLS[language]) is None:
        pytest.skip(f"{TOOLS[language]} is not installed")
    if language == "jax":
        pytest.importorskip("jax", reason="jax is not installed")


@pytest.mark.parametrize("hessian", sized(True, False))
@pytest.mark.parametrize("language", JAX_AT_LENGTH)
def test_the_self_test_passes_and_can_fail(language: str, hessian: bool, tmp_path: Path) -> None:
    text = autodiff.parse(EXAMPLE).compile(language, hessian=hessian)
    done = built(language, text, tmp_path, alone=not hessian)
    assert (done.returncode, done.stdout) == (0, "self-test: ok\n"), done.stderr
    if language == "jax" and hessian:
        return  # it is slow, and fails as without
    number = re.findall(r"\d\.\d{6,}", text)[-1]
    spoilt = built(language, text.replace(number, "1.2345678"), tmp_path)
    assert spoilt.returncode == 1
    assert "1.2345678" in spoilt.stderr + spoilt.stdout


@pytest.mark.sampled(4)
@pytest.mark.parametrize("few", sized(["x^2*y", "2*pi"], ["2", "x*y"]))
@pytest.mark.parametrize("language", JAX_AT_LENGTH)
def test_the_value_alone_and_no_variables(language: str, few: list[str], tmp_path: Path) -> None:
    for text, options in {"x^2*y": {"value_only": True}, "2*pi": {}, "2": {"hessian": True}, "x*y": {"wrt": ["y"]}}.items():
        if text not in few:
            continue
        done = built(language, autodiff.parse(text).compile(language, **options), tmp_path)
        assert done.returncode == 0, (text, done.stderr)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("language", JAX_AT_LENGTH)
def test_reserved_words_are_names_like_others(language: str, tmp_path: Path) -> None:
    """Every reserved word that a formula may use, all at once, and the names that they might be given instead."""
    found: Target = target(language)
    words = sorted(
        word for word in found.naming.reserved if word.isidentifier() and word not in CONSTANTS and word not in FUNCTIONS
    )
    words = [word for word in words if _is_name(word)]
    assert len(words) > 20
    names = [
        *words,
        *(f"{word}_" for word in words[:10]),
        "x",
        "grad",
        "hess",
        "args",
        "t1",
        "f",
        "α",
        "数",
        "sigmoid",
        "value",
        "J",
    ]
    text = " + ".join(f"{k}*sigmoid({name})" for k, name in enumerate(names, 1))
    done = built(language, autodiff.parse(text).compile(language, name="fun"), tmp_path, jit=False)
    assert done.returncode == 0, done.stderr[:2000]


LOCAL = ["point", "wanted", "found", "wrong", "close", "value", "gradient", "hessian", "numbers", "check", "differ", "differs"]
"""What the files call their own things, in one language or another."""


@pytest.mark.sampled(24)
@pytest.mark.parametrize("name", first(1, LOCAL))
@pytest.mark.parametrize("language", RUN)
def test_a_function_called_like_a_name_of_the_file(language: str, name: str, tmp_path: Path) -> None:
    if name not in target(language).naming.reserved:
        done = built(language, autodiff.parse("x^2*sin(y)").compile(language, name=name, hessian=True), tmp_path, jit=False)
        assert done.returncode == 0, done.stderr[:2000]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("language", JAX_AT_LENGTH)
def test_variables_called_like_names_of_the_file(language: str, tmp_path: Path) -> None:
    """Those that begin with lines are macros and words of C, and in JavaScript not a property like others."""
    names = [*LOCAL, "__proto__", "constructor", "__LINE__", "_Complex", "_x", "__x__", "NAN", "FP_NAN", "M_PI"]
    formula = " + ".join(f"{k}*sin({name}*q)^2" for k, name in enumerate(names, 1))
    done = built(language, autodiff.parse(formula).compile(language, name="fun", hessian=True), tmp_path, jit=False)
    assert done.returncode == 0, done.stderr[:2000]


def test_the_point_of_a_self_test_is_inside_the_domain() -> None:
    """However narrow it is, as long as ordinary numbers are in it; where none is, the user is told so."""
    for formula in ("log(a) + log(1 - a) + asin(x)", "acosh(x) + atanh(y)", "-(y*log(a) + (1 - y)*log(1 - a)) + max(x, 0) + x^y"):
        found = autodiff.parse(formula).compiled("python")
        assert "nan" not in found.text.split("def self_test")[1], formula
        assert not any("name=value" in note for note in found.notes)
    assert any("name=value" in note for note in autodiff.parse("sqrt(-1 - x^2)").compiled("python").notes)


def test_comments_speak_of_steps_that_are_there() -> None:
    """A minus before a sum becomes a difference in the code."""
    for formula in ("-(y*log(a) + (1 - y)*log(1 - a)) + max(x, 0)", "a + -(x*y) - b", "(a - b)*-(c*a) + a", "-(-(x*y)) + a"):
        text = autodiff.parse(formula).compile("python", main=False)
        known = set(re.findall(r"^    (\w+) =", text, re.MULTILINE))
        said = re.findall(r"# \w+ = (.*)$", text.split("# Backward")[0], re.MULTILINE)
        assert said
        assert set(re.findall(r"\bt\d+|\b[uvw]\b", " ".join(said))) <= known, text


@pytest.mark.sampled(3)
@pytest.mark.parametrize("language", RUN)
def test_names_that_look_alike(language: str, tmp_path: Path) -> None:
    """Some languages ignore case, or the end of a long name, or do not begin a name with a line."""
    long = "length_of_the_longest_of_all_" * 4
    text = f"T1 = x*X; t = T1*sigmoid({long}1*{long}2); U = (t + _x)*t; u = U*t1 + (T1 + 1)*sin(T1 + 1); u*U^2"
    done = built(language, autodiff.parse(text).compile(language, name="fun", hessian=True), tmp_path, jit=False)
    assert done.returncode == 0, done.stderr[:2000]


NO_NUMBERS = [
    "exp(1000)", "0/0", "1e-320", "log(-1)", "log(0)", "1e308*10", "1e-308/1e10", "exp(-1000)", "1/0", "(-2)^3", "(-2)^0.5",
    "gamma(-1)", "acos(2)", "1 % 0", "2^5000", "sqrt(-1)^2", "1/exp(1000)", "cos(1/0)", "atan2(0, 0)",
]  # fmt: skip
"""No number, or one too great or too small, made of literals; a compiler may refuse them."""


def with_branches(text: str) -> str:
    return f"if(x > 0, x + {text}, x*y) + if(y > 2, x^({text}), 1)"


@pytest.mark.parametrize("text", first(1, NO_NUMBERS))
@pytest.mark.parametrize("language", [name if name in SLOW else pytest.param(name, marks=LONG) for name in RUN])
def test_numbers_that_cannot_be_computed(language: str, text: str, tmp_path: Path) -> None:
    done = built(language, autodiff.parse(with_branches(text)).compile(language, at={"x": 1.5, "y": 2.5}), tmp_path)
    assert done.returncode == 0, done.stderr[:2000]


@pytest.mark.parametrize("language", [pytest.param(name, marks=LONG) if name in SLOW else name for name in RUN])
def test_numbers_that_cannot_be_computed_all_in_one_file(language: str, tmp_path: Path) -> None:
    ready(language)
    jobs = [Job(with_branches(text), [(1.5, 2.5), (-1.5, 1.5)], hessian=True) for text in NO_NUMBERS]
    for job, found in zip(jobs, RUNNERS[language](jobs, tmp_path), strict=True):
        for numbers, true in zip(found, all_expected(job), strict=True):
            assert numbers[: len(true)] == pytest.approx(true, rel=1e-12, nan_ok=True), job.text


def _is_name(word: str) -> bool:
    try:
        return autodiff.parse(f"2*{word}").variables == (word,)
    except AutodiffError:
        return False


@pytest.mark.parametrize("text", [EXAMPLE, "2", "if(x > 0 or y > 1, λ^2.5, -(-x))", " + ".join(f"{word}_1" for word in "abc")])
def test_files_of_julia_are_grammatical(text: str) -> None:
    pytest.importorskip("tree_sitter_julia", reason="tree-sitter-julia is not installed")
    for options in ({"hessian": True}, {"value_only": True}, {"name": "fun"}):
        tree(autodiff.parse(text).compile("julia", **options))
    with pytest.raises(SyntaxError):
        tree(autodiff.parse(text).compile("julia").replace("end", "", 1))


@pytest.mark.parametrize("language", RUN)
def test_without_main(language: str) -> None:
    text = autodiff.parse("x^2").compile(language, main=False)
    assert "self-test" not in text
    assert "main" not in text


def test_main_of_c_can_be_left_out(tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    (tmp_path / "f.c").write_text(autodiff.parse("x^2").compile("c"))
    subprocess.run(["gcc", "-DAUTODIFF_NO_MAIN", "-c", "f.c"], cwd=tmp_path, check=True)
    assert " main" not in subprocess.run(["nm", "f.o"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout


def test_errors() -> None:
    with pytest.raises(AutodiffError, match="'cobol' is no language"):
        autodiff.parse("x").compile("cobol")
    with pytest.raises(AutodiffError, match="'int' is a reserved word of C"):
        autodiff.parse("x").compile("c", name="int")
    with pytest.raises(AutodiffError, match="'q' is no variable"):
        autodiff.parse("x").compile("c", wrt=["q"])
    with pytest.raises(FormulaError, match="C cannot express 'polygamma'") as caught:
        autodiff.parse("1 + polygamma(n, x)").compile("c")
    assert caught.value.span == (4, 19)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("steps", sized(50, 300))
@pytest.mark.parametrize("language", RUN)
def test_size_is_proportional(language: str, steps: int) -> None:
    """Long and deep formulas, shared values and choices within choices."""
    sizes = []
    for n in (steps, 2 * steps):
        chain = "; ".join(
            ["a0 = x", *(f"a{k} = a{k - 1}*a{k - 1} + if(a{k - 1} > y, sin(a{k - 1}), y/a{k - 1})" for k in range(1, n))]
        )
        sizes.append(len(autodiff.parse(chain).compile(language, main=False)))
    assert sizes[1] < 2.3 * sizes[0]
    levels = max(1200, 10 * steps)
    deep = autodiff.parse("sin(" * levels + "x" + ")" * levels).compile(language, main=False)
    assert deep.count("\n") > 2 * levels


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("text", [EXAMPLE, "if(x > 0, log(x), x^2)/y", "2*pi"])
def test_latex_compiles(text: str, tmp_path: Path) -> None:
    (tmp_path / "f.tex").write_text(autodiff.parse(text).compile("latex", hessian=True))
    subprocess.run(["pdflatex", "-halt-on-error", "f.tex"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "f.pdf").stat().st_size > 1000
    alone = autodiff.parse(text).compile("latex", main=False, value_only=True)
    assert alone.startswith(r"\begin{align*}")
    assert "partial" not in alone
