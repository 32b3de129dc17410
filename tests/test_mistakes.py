"""What people type is read, or answered by itself in both languages; and every spelling that an error offers is one."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from console import ROOT, inside
from corpus import formulas
from length import each, sized

import autodiff
from autodiff.errors import FormulaError
from autodiff.messages import speak

HERE = Path(__file__).parent
CORPUS = tomllib.loads((HERE / "mistakes.toml").read_text(encoding="utf-8"))
PASTED = tomllib.loads((HERE / "pasted.toml").read_text(encoding="utf-8"))["readings"]
FORMULAS: dict[str, str | list[str]] = CORPUS["formulas"]
LINES: dict[str, str | list[str]] = CORPUS["lines"]


def test_there_are_two_hundred() -> None:
    assert sum(isinstance(answer, list) for answer in [*FORMULAS.values(), *LINES.values()]) >= 200


def told(text: str) -> str | list[str]:
    try:
        return str(autodiff.parse(text))
    except FormulaError as error:
        return [error.message, error.hint]


@each(list(FORMULAS))
def test_a_formula_is_read_or_answered(text: str) -> None:
    expected = FORMULAS[text]
    try:
        for language, answer in zip(
            ("en", "zh"), (expected, expected) if isinstance(expected, str) else (expected[:2], expected[2:])
        ):
            speak(language)
            assert told(text) == answer, text
    finally:
        speak("en")


def said(line: str) -> str | list[str]:
    """The message and the hint of a command line, or its first line."""
    done = inside(shlex.split(line)[1:], ROOT)
    error = re.match(r"(?:error|错误)\[E\d{3}\](?:: |：)(.*)", done.stderr)
    if error is None:
        return done.stdout.splitlines()[0]
    return [error[1], re.split(": |：", done.stderr.splitlines()[-1], maxsplit=1)[1]]


@pytest.mark.parametrize("step", sized(1, 3))
def test_a_command_line_is_answered(step: int) -> None:
    for line, expected in list(LINES.items())[::step]:
        english, chinese = (expected, expected) if isinstance(expected, str) else (expected[:2], expected[2:])
        assert said(line) == english, line
        assert said(f"{line} --lang zh") == chinese, line


def refusal(text: str) -> FormulaError | None:
    """The error of a text that is not read, or whose names mean nothing."""
    try:
        autodiff.parse(text).at()
    except FormulaError as error:
        return error
    except autodiff.AutodiffError:
        pass
    return None


def applied(error: FormulaError) -> Iterator[str]:
    """The texts that come of following a hint."""
    start, end = error.extent
    for rewrite in error.rewrites:
        yield error.text[:start] + rewrite + error.text[end:]


CALLS = [words[2] for line in LINES if (words := shlex.split(line))[1] in ("eval", "diff", "check") and len(words) > 2]


@pytest.mark.parametrize("step", sized(3, 1))
def test_following_hints_ends_in_a_formula(step: int) -> None:
    """Every spelling that is offered is a formula; put in its place, only mistakes of other places remain, until none does."""
    for text in [*FORMULAS, *CALLS, *PASTED, *formulas()][::step]:
        followed(text)


def followed(text: str) -> None:
    seen, waiting = set(), [text]
    while waiting:
        now = waiting.pop()
        error = refusal(now)
        if error is None or (error.code == "E030" and not error.rewrites):
            continue
        for rewrite in error.rewrites:
            autodiff.parse(rewrite)
        for following in applied(error):
            assert len(seen) < 40, text
            assert following != now, text
            waiting += [following] if following not in seen else []
            seen.add(following)


COMMAND = re.compile(r"write (autodiff (?:diff|eval) .*?)(?:, with your formula.*)?\Z")


@each([t for t, answer in FORMULAS.items() if isinstance(answer, list) and COMMAND.match(answer[1])])
def test_a_command_that_is_offered_runs(text: str) -> None:
    command = COMMAND.match(FORMULAS[text][1])
    assert command is not None
    done = inside(shlex.split(command[1])[1:], ROOT)
    assert done.code == 0 or "E030" in done.stderr, command[1]  # the other values are still to be given


WRITE = re.compile(r"write (?!it |its |the |one |out|plain |autodiff|a number|a value|name|b = 3)([^;,]*)\Z")


def test_what_a_hint_says_to_write_parses() -> None:
    for text, answer in FORMULAS.items():
        spelled = WRITE.match(answer[1]) if isinstance(answer, list) else None
        if spelled:
            for spelling in re.split(r" or (?![ab]>0)", spelled[1]):
                assert isinstance(told(spelling), str) or len(told(spelling)) == 0, (text, spelling)


@pytest.mark.parametrize(
    "line",
    [
        line
        for line, answer in LINES.items()
        if isinstance(answer, list) and "write autodiff" in answer[1] and "with your" not in answer[1]
    ],
)
def test_a_command_line_that_is_offered_runs(line: str) -> None:
    hint = LINES[line][1].partition("write ")[2]
    for command in re.split(" or (?=autodiff)", hint):
        done = inside(shlex.split(command)[1:], ROOT)
        assert done.code == 0, command
