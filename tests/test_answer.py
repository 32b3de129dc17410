"""The answer closes the tables, and the rows that it is made of stand out."""

import re

import pytest
from autodiff_cli import tables
from autodiff_cli.console import rich_console
from console import ROOT, inside
from hypothesis import strategies as st
from length import examples
from test_explanation import TAME, sheet_of

from autodiff.formula import parse
from autodiff.render import rows
from autodiff.render.answer import MOST, answer, naming, pieces
from autodiff.writing.numbers import human
from autodiff.writing.width import cells, packed

NETWORK = "z = w1*x1 + w2*x2 + b; a = sigmoid(z); J = -(y*log(a) + (1 - y)*log(1 - a))"
POINT = ["w1=0.5", "w2=-0.25", "b=0.1", "x1=2", "x2=3", "y=1"]


def test_of_the_worked_example() -> None:
    assert answer(parse("3*(a+b*c)").at(a=5, b=3, c=2), 6) == "Answer: J = 33; da = dJ/da = 3, db = 6, dc = 9"


def test_a_name_of_the_users_own_is_not_taken() -> None:
    assert answer(parse("x + dx").at(x=0, dx=2), 6) == "Answer: J = 2; dJ/dx = 1, ddx = 1"
    assert answer(parse("2 + 3").at(), 6) == "Answer: J = 5"


def test_what_is_not_ok_says_so() -> None:
    assert answer(parse("abs(x) + y").at(x=0, y=1), 6) == "Answer: J = 1; dx = dJ/dx = 0 (kink), dy = 1"
    assert answer(parse("log(x)").at(x=-1), 6) == "Answer: J = nan (domain); dx = dJ/dx = nan (domain)"


@examples(30, 120, st.integers(0, 2**40), st.integers(0, 3), st.tuples(TAME, TAME, TAME), st.integers(1, 17))
def test_every_number_is_that_of_the_worksheet(seed: int, depth: int, point: tuple[float, ...], digits: int) -> None:
    sheet = sheet_of(seed, depth, point)
    value, *slopes = pieces(sheet, digits)
    assert value.startswith(f"Answer: {sheet.output} = {human(sheet.value, digits)}")
    assert len(slopes) == len(sheet.wrt)
    for name, text in zip(sheet.wrt, slopes):
        assert re.fullmatch(rf"d{name} = (?:d\w+/d{name} = )?(\S+?)(?: \(\w+\))?,?", text), text
        assert f" = {human(sheet.gradient[name], digits)}" in text
    flags = rows.asked(sheet)
    assert sum(flags) == len(sheet.wrt)
    assert flags == sorted(flags)


def test_of_many_variables_the_first() -> None:
    names = [f"x{k}" for k in range(100)]
    text = answer(parse(" + ".join(names)).at(**dict.fromkeys(names, 1.0)), 6)
    assert text.endswith(f"… {100 - MOST} more")
    assert text.count(" dx") == MOST


@pytest.mark.parametrize("width", range(20, 130, 7))
def test_no_number_is_broken(width: int) -> None:
    found = pieces(parse(NETWORK).at(**{name: float(x) for name, x in (word.split("=") for word in POINT)}), 6)
    lines = packed(found, width, "  ")
    assert " ".join(line.strip() for line in lines) == " ".join(found)
    assert all(cells(line) <= max(width, 2 + max(map(cells, found))) for line in lines)


def test_scripts_read_what_they_read_before() -> None:
    for format in ("plain", "json"):
        assert "Answer" not in inside(["eval", NETWORK, *POINT, "--format", format], ROOT).stdout
    for format in ("table", "markdown", "latex"):
        done = inside(["eval", NETWORK, *POINT, "--format", format], ROOT).stdout
        assert "Answer: " in done
        assert inside(["--lang", "zh", "eval", NETWORK, *POINT, "--format", format], ROOT).stdout.count("答案：") == 1
    assert "Answer" not in inside(["eval", "p = a*b; q = a + b; p", "a=1", "b=2", "--outputs", "p,q"], ROOT).stdout


def test_variables_stand_apart_in_the_table() -> None:
    drawn = tables.drawn(rich_console("always"), parse("3*(a+b*c)").at(a=5, b=3, c=2), 6)
    lines = drawn[drawn.index("Backward") :].split("\n")
    bold = {name for line in lines for name in re.findall(r"\x1b\[1;91m(d\w) ", line)}
    light = {name for line in lines for name in re.findall(r"\x1b\[91m(d\w) ", line)}
    assert (bold, light) == ({"da", "db", "dc"}, {"dJ", "dv", "du"})
    assert sum("├" in line for line in lines) == 2


def test_steps_that_have_no_name_can_be_given_one() -> None:
    assert naming(parse("p*a + b*c + 1").at(p=1, a=1, b=2, c=3)) == ""  # u, v, w are read easily
    four = naming(parse("p*a + b*c + a*b").at(p=1, a=1, b=2, c=3))
    assert four.startswith("t1 to t4 ")
    example = re.search(r'"(q = .*); …"', four)
    assert example is not None
    assert parse(f"{example[1]}; q + b").variables == ("p", "a", "b")
