"""The conversation: through a pipe, at a terminal, and what a line means after others."""

from __future__ import annotations

import io
import os
import random
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from autodiff_cli.repl import loop, words
from autodiff_cli.repl.conversation import Conversation
from console import ROOT, inside
from length import each, sized

from autodiff.errors import AutodiffError
from autodiff.reading.typed import continued
from autodiff.session import programs
from autodiff.session.completion import completions
from autodiff.session.marks import LONGEST, wrong
from autodiff.session.questions import question
from autodiff.session.taking import take
from autodiff.session.workbook import Workbook


def book_of(*lines: str) -> Workbook:
    book = Workbook()
    for line in lines:
        book, _, _ = take(book, line)
    return book


def talked(*lines: str) -> str:
    """What a conversation answers to lines, errors among it."""
    return inside(["repl"], ROOT, "\n".join(lines).encode()).text()


LECTURE = ("a = 5", "b = 3", "c = 2", "J = 3*(a+b*c)")

# What a name is ----------------------------------------------------------------------------------------------------------


def test_a_definition_follows_its_variables() -> None:
    book = book_of(*LECTURE)
    assert programs.sheet(book, book.definitions["J"]).gradient == {"a": 3.0, "b": 6.0, "c": 9.0}
    after, _, _ = take(book, "b = 4")
    assert programs.number(after, "J") == 3 * (5 + 4 * 2)
    assert programs.number(book, "J") == 33  # the session before is another one


def test_the_chain_rule_goes_through_definitions() -> None:
    book = book_of("x = 2", "u = x^2", "v = sin(u)", "J = u*v")
    alone = book_of("x = 2", "J = x^2*sin(x^2)")
    found, expected = (programs.sheet(one, one.definitions["J"]).gradient["x"] for one in (book, alone))
    assert found == pytest.approx(expected, rel=1e-15)


def test_functions_may_use_what_comes_later() -> None:
    book = book_of("f(x) = k*x + c", "k = 2*t", "t = 3", "c = 1", "J = f(5)")
    assert programs.number(book, "J") == 31
    book = book_of("f(x) = k*x + c", "k = 2*t", "t = 3", "c = 1", "J = f(5)", "f(x, y) = x*y", "J = f(t, 2)")
    assert programs.number(book, "J") == 6


def test_what_a_function_leaves_behind() -> None:
    """A definition that calls what is gone tells so where it is asked for, and nowhere else."""
    for line in ("clear f", "f(x, y) = x*y"):
        said = talked("a = 2", "f(x) = x^2", "J = f(a)", line, "b = 3", "b = 4", "K = b^2", "names", "J")
        assert said.count("error[") == 1
        assert "K = b^2 = 16" in said


def test_a_variable_of_itself_is_a_step() -> None:
    """Gradient descent by hand: all derivatives of one line are those before it."""
    book = book_of("x = 1", "y = 2", "L = x^2*y")
    book, _, _ = take(book, "x = x - 0.1*dx; y = y - 0.1*dy")
    assert book.values == {"x": 1 - 0.1 * 4, "y": 2 - 0.1 * 1}


REFUSED = {
    "J = J + 1": "E016", "a = J": "E016", "z = z + 1": "E016", "f(x) = f(x)": "E017", "sin(x) = x": "E017", "1;;2": "E015",
    "a = 1; b = 3 3": "E008", "d J/dz": "E034", "x + 1": "E030", "clear nothing": "E034", "clear": "E043", "sin x": "E009",
    "graph )": "E010", "graph -o": "E042", "check da=7 'x": "E002", "d^3 J/da^2db": "E042", "d J": "E008", "table a = 1; b": "E043",
    "eval J --nope": "E040", "functions nope": "E012", "g(x) = h(x)": "E014", "and = 3": "E011", "minimize K": "E030",
}  # fmt: skip


@each(list(REFUSED))
def test_a_mistake_has_a_code_and_changes_nothing(line: str) -> None:
    talk, said = Conversation(6, "never"), io.StringIO()
    talk.book = book_of(*LECTURE)
    with redirect_stdout(said), redirect_stderr(said):
        loop.answered(talk, line)
    assert f"error[{REFUSED[line]}]" in said.getvalue(), line
    assert talk.book.entries == book_of(*LECTURE).entries, line


MEANT = {
    "explian b": "explain",
    "grph": "graph",
    "rates": "rates = …",
    "fit": "autodiff fit",
    "autodiff eval x": "leave autodiff out",
    "solve x^2 = 2": "autodiff solve",
    "d J": "d J/db",
    "heslp me": "help",
    "foo bar": "foo*bar",
    "exp x": "exp(x)",
}


@each(list(MEANT))
def test_what_was_meant(line: str) -> None:
    assert re.search(f"^help: .*{re.escape(MEANT[line])}", talked(*LECTURE, line), re.MULTILINE), line


def test_a_circle_is_told_by_its_names() -> None:
    book = book_of("p = q", "q = 2*r")
    with pytest.raises(AutodiffError, match=r"p → r → q → p|q → p → r → q|r → q → p → r"):
        take(book, "r = p")
    book = book_of("f(x) = x", "g(x) = f(x)")
    with pytest.raises(AutodiffError, match="circle"):
        take(book, "f(x) = g(x)")


def test_nothing_is_kept_of_a_line_with_a_mistake() -> None:
    assert "a = 1" not in talked("a = 1; b = 3 3", "names").splitlines()


NAMES = {
    "names": "a = 5", "vars": "a = 5", "grad": "da = 3", "help": "quit", "?": "quit", "graph": "local derivatives",
    "explain": "The nudge",
    "hessian": "d²J/dbdc = 3", "table": "with numbers", "functions sin": "sin(x)", "help grad": "--steps", "check db=6": "agrees",
    "grad -a^2": "da = -2*a = -10", "table a - b --format plain": "5 - 3",
    "explain b": "dJ/db", "explain J b": "dJ/db", "explain dJ/db": "dJ/db", "grad a^2*b": "2*a*b", "diff --wrt b": "db = 3*c = 6",
    "uncertainty a=5±0.1": "0.3", "table a=1": "at a = 1, b = 3, c = 2", "compile --to c": "double",
}  # fmt: skip


def test_every_word_does_something() -> None:
    said = talked(*LECTURE, *[part for line in NAMES for part in ("42", line, "J")])
    for line, answer in zip(NAMES, said.split("\n42\n")[1:], strict=True):
        assert NAMES[line] in answer, line


def test_a_definition_is_given_another_value_for_once() -> None:
    said = talked("a = 5", "b = 3", "u = a*b", "J = u + a", "table J u=7 --format plain", "explain J u", "J")
    assert "at u = 7, a = 5" in said
    assert "dJ/du = ∂J/∂u = 1" in said
    assert said.rstrip().endswith("J = u + a = 20\nda = dJ/da = 4, db = 5")


def test_every_word_is_tried() -> None:
    tried = {words.split(line)[0] for line in [*NAMES, *REFUSED]}
    assert {*words.WORDS} - tried == {"page", "reset", "quit", "exit"}


def test_a_name_of_ones_own_is_no_command() -> None:
    assert "graph = 3" in talked("graph = 3", "graph")
    assert "6" in talked("graph = 3", "graph * 2")
    assert "local derivatives" in talked("graph = 3", "x = 1", "y = x^2", "clear graph", "graph")


@each(["quit", "exit", "quit()", "exit()", " quit "])
def test_leaving(line: str) -> None:
    assert talked("a = 5", "a", line, "b = 3", "b") == "a = 5\n"


def test_reset_forgets() -> None:
    assert "no names" in talked(*LECTURE, "reset", "names")
    assert "error[E043]" in talked(*LECTURE, "reset", "graph")


# Derivatives as they are written -----------------------------------------------------------------------------------------

WRITTEN = {
    "d J/db": ("J", "b"), "dJ/db": ("J", "b"), "d J / d b": ("J", "b"), "∂J/∂b": ("J", "b"), "d/db J": ("J", "b"),
    "d/db": ("J", "b"),
    "d/da (a^2)": ("(a^2)", "a"), "d a*b/da": ("a*b", "a"), "d²J/dbdc": ("J", "b", "c"), "d^2J/db dc": ("J", "b", "c"),
    "d^2 J/(db dc)": ("J", "b", "c"), "d²J/db²": ("J", "b", "b"), "d2J/db2": ("J", "b", "b"), "∂²J/∂b∂c": ("J", "b", "c"),
    "d²/db² J": ("J", "b", "b"), "d^3J/db^3": ("J", "b", "b", "b"), "d sin(a)/da": ("sin(a)", "a"), "d J/dmass": ("J", "mass"),
    "d²J/dmassdb": ("J", "mass", "b"),
}  # fmt: skip


@each(list(WRITTEN))
def test_a_derivative_is_understood(text: str) -> None:
    book = book_of("mass = 1", *LECTURE)
    asked = question(book, text)
    assert asked is not None, text
    assert ((asked.statement.name or asked.statement.text), *asked.path) == WRITTEN[text], text


@each(["J", "a*b", "d", "dJ", "d*J/db", "d J", "dz/db", "da", "d J/db + 1", "d/", "/db", "d(a)", "", "d" * 1000 + "/da"])
def test_what_is_no_derivative(text: str) -> None:
    assert question(book_of(*LECTURE), text) is None, text


def test_a_quotient_of_known_names_is_one() -> None:
    assert question(book_of(*LECTURE, "dJ = 1", "db = 2"), "dJ/db") is None


def test_the_answers() -> None:
    assert "dJ/db = 3*c = 6\n" in talked(*LECTURE, "d J/db")
    assert "dJ/du = 3\n" in talked("a = 5", "b = 3", "u = a*b", "J = 3*u", "d J/du")
    assert "dJ/dx = 2*x*y\nno number: x and y have no value\n" in talked("J = x^2*y", "d J/dx")
    assert "d²J/dxdy = 2*x = 6\n" in talked("x = 3", "y = 2", "J = x^2*y", "d²J/dxdy")


# Lines -------------------------------------------------------------------------------------------------------------------

OPEN = (
    "J = 3*(a",
    "a +",
    "u = b;",
    "a \\",
    "f(x) =",
    "x < ",
    "if(a > b and",
    "√",
    "\\frac{1}{",
    "a * # first",
    "a^",
    "max(a,",
    "a;\n",
)
CLOSED = ("J", "", "# a", "a)", "(a))", "J = 3*(a)", "a;b", ";", "?", "\\frac{1}{2}", "a = (b\n)", "d J/db", "help")


@each(OPEN)
def test_a_line_that_goes_on(text: str) -> None:
    assert continued(text) is not None, text


@each(CLOSED)
def test_a_line_that_is_complete(text: str) -> None:
    assert continued(text) is None, text


JOINED = {
    "J = a + # the first\n  b": "J = a + b = 7", "K = a \\\n+ 1": "K = a + 1 = 6", "L = (a # the first\n\n+ 1)*2": "error[E010]",
    "L = (a # the first\n+ 1)*2": "L = 2*(a + 1) = 12", "u = a;\nv = u^2": "v = u^2 = 25", "M = max(a,\nb)": "M = max(a, b) = 5",
    "J = 3*(a\nb = 4": "error[E010]", "J = 3*(a\nK = a^2": "K = a^2 = 25", "J = a +\n": "error[E003]",
}  # fmt: skip


@each(list(JOINED))
def test_lines_are_joined(text: str) -> None:
    assert JOINED[text] in talked("a = 5", "b = 2", text).replace("(a + 1)*2", "2*(a + 1)"), text


def test_the_code_is_that_of_the_last_mistake() -> None:
    assert inside(["repl"], ROOT, b"a = 5\na\n").code == 0
    assert inside(["repl"], ROOT, b"x)\na = 5\n").code == 2
    assert inside(["repl"], ROOT, b"x)\na = 5\nJ = 2*a\ncheck da=3\nJ\n").code == 1
    assert inside(["repl"], ROOT, b"\xff\na = 5\na\n").stdout == "a = 5\n"


def test_a_pipe_has_no_prompt_and_no_colour() -> None:
    done = inside(["repl"], ROOT, "\n".join(LECTURE).encode())
    assert (done.stderr, done.code) == ("", 0)
    assert done.stdout == "J = 3*(a + b*c) = 33\nda = dJ/da = 3, db = 6, dc = 9\n"


def test_options() -> None:
    assert "0.33\n" in inside(["repl", "--digits", "2"], ROOT, b"a = 1/3").stdout
    assert "\x1b[" in inside(["repl", "--color", "always"], ROOT, b"a = 3\na^2").stdout
    assert "没有" in inside(["repl", "--lang", "zh"], ROOT, b"x + 1").stderr


def test_a_function_by_its_name() -> None:
    said = talked("f(x, y) = x^2*y", "f", "d f/dx", "df/dy", "grad f", "x = 3", "y = 2", "d f/dx", "f(x, y)")
    assert said.startswith("f(x, y) = x^2*y\nd/dx = 2*x*y\n")
    assert "d/dy = x^2\n" in said
    assert "d/dx = 2*x*y = 12\n" in said
    assert "dx = 12, dy = 9\n" in said


def test_what_is_gone_is_not_asked_about() -> None:
    assert "error[E043]" in talked(*LECTURE, "clear J", "grad")
    assert "error[E043]" in talked(*LECTURE, "J = 3", "grad")
    assert "da = 2*a" in talked(*LECTURE, "J = a^2", "grad")


def test_a_note_is_said_once() -> None:
    assert talked("x = 3", "y = log(x)", "z = log(x)", "z", "log(x)").count("natural logarithm") == 1


# While one types ---------------------------------------------------------------------------------------------------------

MARKED = {
    "sin x": "sin x", "J = 3*(a))": ")", "1/2x": "1/2x", "sni(a)": "sni", "a = 5; b c": "b c", "f(x) = x^2; f(3, 4)": "f(3, 4)",
    "√a²": "√a²",
}  # fmt: skip
UNMARKED = (
    "J = 3*(a",
    "a +",
    "f(x) = x^2; f(3)",
    "d J/d",
    "d J/",
    "d J",
    "nonsense",
    "a = a + 1",
    "d/da a^2",
    "if(a>",
    "x" * LONGEST + " (",
)


@each(list(MARKED))
def test_a_mistake_is_underlined(text: str) -> None:
    span = wrong(book_of(*LECTURE), text)
    assert span is not None, text
    assert text[slice(*span)] == MARKED[text], text


@each(UNMARKED)
def test_what_is_unfinished_is_not(text: str) -> None:
    assert wrong(book_of(*LECTURE), text) is None, text


def ended(before: str, *lines: str) -> list[str]:
    return completions(book_of(*lines), before, words.WORDS)[1]


def test_completion() -> None:
    assert ended("J = 3*(al", "alpha = 3", "alfa = 2") == ["alpha", "alfa"]
    assert ended("2*si") == ["sigmoid(", "sign(", "sin(", "sinc(", "sinh("] or {*ended("2*si")} >= {"sin(", "sinh(", "sigmoid("}
    assert ended("d J/d", *LECTURE) == ["a", "b", "c"]
    assert ended("d J/d", "J = x*y") == ["x", "y"]
    assert ended("exp", *LECTURE)[:1] == ["explain"]
    assert ended("explain ", *LECTURE) == ["a", "b", "c", "J"]
    assert "f(" in ended("2*f", "f(x) = x")
    assert ended("") == [*words.WORDS]


# Nonsense ----------------------------------------------------------------------------------------------------------------

WORDS = """a b c x y J u f( g( sin( log( max( ) ( + - * / ^ = == , ; 1 2.5 0 1e3 d da db dJ/db ∂ ² pi e inf nan d/dx d²J/dx²
table explain grad hessian graph check diff clear reset names functions help eval compile --to c -o --wrt --json
--digits 3 √ \\frac{1}{2} np.exp( α bc ab # \\ ' " { } [ ] ! | % & $ if( < > and or not 数 ， （ ） ≤ f(x)= f(x,y)= a=5
b=3 c=2 J=a*b x= u=a+b uncertainty a=1±0.1"""
PIECES = [*WORDS.split(), "\x1b", "\0", "\ud800"]


def nonsense(seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    for _ in range(chance.randint(3, 14)):
        yield chance.choice(("", " ", " ")).join(chance.choice(PIECES) for _ in range(chance.randint(1, 7)))


@pytest.mark.parametrize("count", sized(10, 600))
def test_nonsense_is_answered(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTODIFF_DEBUG", "1")
    monkeypatch.chdir(tmp_path)
    for seed in range(count):
        talk, said = Conversation(6, "never"), io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            for text in loop.blocks(nonsense(seed)):
                wrong(talk.book, str(text))
                completions(talk.book, str(text), words.WORDS)
                loop.answered(talk, text)
        assert "E090" not in said.getvalue(), [*nonsense(seed)]


# The page about it -------------------------------------------------------------------------------------------------------


def replayed(text: str) -> str:
    """A conversation as it is now: what is typed stands behind > and …."""
    lines, talk = [line for line in text.splitlines() if line[:2] in ("> ", "… ")], Conversation(6, "auto")
    out, waiting = io.TextIOWrapper(io.BytesIO(), "utf-8", newline=""), ""
    with redirect_stdout(out), redirect_stderr(out):
        for k, line in enumerate(lines):
            out.write(f"{line}\n")
            waiting += ("\n" if waiting else "") + line[2:]
            if lines[k + 1 : k + 2] and lines[k + 1].startswith("…"):
                continue
            for block in loop.blocks(iter(waiting.split("\n"))):
                loop.answered(talk, block)
            waiting = ""
    out.seek(0)
    return out.read()


def test_the_page_shows_what_is_answered() -> None:
    path = ROOT / "docs/repl.md"
    text = path.read_text(encoding="utf-8")
    now = re.sub(r"(?<=^```text\n)> .*?(?=^```$)", lambda block: replayed(block[0]), text, flags=re.MULTILINE | re.DOTALL)
    if now != text and os.environ.get("UPDATE"):
        path.write_text(now, encoding="utf-8")
        pytest.fail("docs/repl.md was rewritten: read it")
    assert now == text
