"""The tables are those of the grammar, and the loop that drives them reads as Lark's own parser does."""

from __future__ import annotations

import os
import random
import re
import string
import subprocess
import sys
import tomllib
from typing import Any

import corpus
import larks
import pytest
from cases import CASES
from console import ROOT
from length import each, sized

from autodiff.errors import FormulaError
from autodiff.reading import lexer, parser, tables


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_tables_are_current(seed: str) -> None:
    """`python docs/tables.py` writes them anew, whatever the order of Python's sets."""
    code, env = "import sys, tables; sys.stdout.buffer.write(tables.module().encode())", {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "docs", env=env, check=True, capture_output=True)
    assert (ROOT / "autodiff/reading/tables.py").read_bytes() == done.stdout


def test_the_grammar_needs_no_signs_that_are_dropped() -> None:
    """Every rule either has a method of the reader, or one part, which it hands on."""
    assert {name for name, size, _ in tables.RULES if size > 1 and not hasattr(parser.Reader, name)} == set()
    assert {name for name, _, _ in tables.RULES if not hasattr(parser.Reader, name)} == {"expr", "condition"}


def outcome(parse: Any, text: str) -> Any:
    """The tape and the notes, or all that the error says."""
    try:
        tape, notes = parse(text)
    except FormulaError as error:
        return error.code, error.message, error.span, error.hint, error.rewrites
    return tape.nodes, tape.output, tape.names, tape.runs, tape.whole, tape.scopes, notes


def ours(text: str) -> Any:
    """As Lark's, without the notes on letters that look like others, which are added when all is read."""
    reader = parser.Reader(parser.Source(text))
    return parser._driven(reader), reader.notes


BLANK = ("", " ", "\\n", "#", "x#\\n+1", "(x\\n\\n+1)\\n\\n")


def texts() -> list[str]:
    """Everything that the tests read or refuse, but for what takes seconds."""
    kept = tomllib.loads((ROOT / "tests/mistakes.toml").read_text(encoding="utf-8"))
    pasted = tomllib.loads((ROOT / "tests/pasted.toml").read_text(encoding="utf-8"))
    keys = [key for table in (*kept.values(), *pasted.values()) if isinstance(table, dict) for key in table]
    book = tomllib.loads((ROOT / "tests/textbook.toml").read_text(encoding="utf-8"))["example"]
    found = [*corpus.formulas(), *(case.text for case in CASES), *keys, *(one["formula"] for one in book), *BLANK]
    return [text for text in found if "b(b(b(" not in text]


@each(texts())
def test_the_corpus(text: str) -> None:
    assert outcome(ours, text) == outcome(larks.parsed, text)


def test_the_corpus_is_large() -> None:
    assert len(texts()) > 900


@pytest.mark.parametrize("count", sized(150, 1_500))
def test_random_programs_whole_and_broken(count: int) -> None:
    rng = random.Random(13)
    for _ in range(count):
        text = corpus.program(rng)
        pieces = corpus.TOKEN.findall(text)
        for _ in range(3):
            assert outcome(ours, text) == outcome(larks.parsed, text), text
            at = rng.randrange(len(pieces) + 1)
            pieces[at : at + rng.randrange(3)] = rng.choices([*pieces, *SIGNS], k=rng.randrange(3))
            text = "".join(pieces)


SIGNS = (
    "²",
    "√",
    "if(",
    "and ",
    "not ",
    "f(x) = ",
    "x = ",
    "≤",
    "π",
    "é",
    "ज़",
    "₂",
    "½",
    "#",
    "\n",
    ";",
    "1.",
    "2e",
    "!",
    "$",
    " ",
)
NEAR = [*string.printable, *SIGNS, *"eEifandornot0179xy((()))==.,;", "max(", "1e5", "0x1F", "**", "<="]


@pytest.mark.parametrize("count", sized(1_000, 8_000))
def test_random_signs(count: int) -> None:
    rng = random.Random(31)
    for _ in range(count):
        text = "".join(rng.choices(NEAR, k=rng.randrange(1, 12)))
        assert outcome(ours, text) == outcome(larks.parsed, text), text


@pytest.mark.parametrize("count", sized(5_000, 40_000))
def test_a_text_in_ascii_has_the_same_tokens(count: int) -> None:
    """Whichever of the two regular expressions reads it."""
    rng = random.Random(3)
    short = [sign for sign in NEAR if sign.isascii()]
    for _ in range(count):
        text = "".join(rng.choices(short, k=rng.randrange(1, 16)))
        found = [[(match.lastindex, match.span(match.lastindex or 0)) for match in pattern.finditer(text)] for pattern in PATTERNS]
        assert found[0] == found[1], text


PATTERNS = [lexer._pattern(is_ascii) for is_ascii in (True, False)]


def test_every_character_of_ascii() -> None:
    for sign in map(chr, range(128)):
        for text in (sign, f"x{sign}", f"1{sign}", f"x{sign}(", f"{sign}x=", f"1.{sign}", f"and{sign}"):
            found = [[(match.lastindex, match.span()) for match in pattern.finditer(text)] for pattern in PATTERNS]
            assert found[0] == found[1], text


def test_no_group_within_a_terminal() -> None:
    """The number of the group that matched is the kind of the token."""
    for _, *spellings in tables.TERMINALS:
        assert [re.compile(one).groups for one in spellings] == [0, 0, 0]
