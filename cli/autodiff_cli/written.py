"""Claims that stand in the files of a project, beside the code that they are about: a line for each, whatever is around it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.errors import MISSING, AutodiffError, reason
from autodiff.formula import parse
from autodiff.messages import N_, count, say
from autodiff.writing.width import visible
from autodiff_cli import console, report, values
from autodiff_cli.exits import ExitCode
from autodiff_cli.marking import NEXT

if TYPE_CHECKING:
    from autodiff.checking.check import Examination
    from autodiff.checking.verdicts import Verdict

MARK = "autodiff-claim:"
EXAMPLE = f"{MARK} x^2*y => dx=2*x*y at x=3 y=1"
_END = re.compile(r"\s*(?:\*+/|-->|\*\)|\"\"\"|'''|#\}|%\})?\s*$")  # of a comment in some language


class Place(NamedTuple):
    """Where a claim stands, and what it says."""

    path: str
    line: int
    text: str


def judge(
    paths: Sequence[str], others: Mapping[str, Any], tolerance: float | None, answered: bool, as_json: bool, color: str
) -> int:
    """Judge the claims of the files, and write what is said of them. Raises AutodiffError where another option would do nothing.

    For people only what is wrong is written, as compilers write it; as JSON every claim, in the lines of `--answers`.
    """
    for name, value in others.items():
        if value is not None:
            message = say("--in and {other} do not go together", other=name)
            raise AutodiffError("E042", message, say("leave one of the two out"))
    wrong = tried = 0
    for place in (place for path in paths for place in _places(path)):
        tried += 1
        try:
            examined = _examination(place.text, tolerance, answered)
            fine = _tell(place, examined, examined.verdicts(), as_json, color)
        except Exception as error:
            fine = _refuse(place, report.of(error), as_json)
        wrong += not fine
    if not as_json:
        _sum_up(tried, wrong)
    return ExitCode.NO if wrong else ExitCode.FINE


def _places(path: str) -> Iterator[Place]:
    """The lines of a file that hold claims. A file that is no text has none."""
    mark, path = MARK.encode(), path.removeprefix(" ") if path.startswith(" -") else path
    try:
        with nullcontext(values.typed(N_("lines with claims"))) if path == "-" else values.opened(path) as file:
            for number, line in enumerate(file, 1):
                if mark in line:
                    text = line.decode(errors="replace").partition(MARK)[2]
                    yield Place(path, number, _END.sub("", text).strip())
    except (OSError, ValueError) as error:
        where = say("standard input") if path == "-" else f"'{path}'"
        message = say("{source} cannot be read: {reason}", source=where, reason=reason(error))
        raise AutodiffError("E050", message, say("check the path"), MISSING) from None


def _examination(text: str, tolerance: float | None, answered: bool) -> Examination:
    """FORMULA => CLAIMS at VALUES, where the values may be missing."""
    from autodiff.checking import check, truth
    from autodiff_cli.check import split

    left, sign, right = text.partition("=>")
    claims, _, point = right.partition(" at ")
    words = [word for word in NEXT.split(claims) if word.strip()]
    if not sign or not words:
        raise AutodiffError("E051", say("there is no claim in '{text}'", text=text), say("write {spelling}", spelling=EXAMPLE))
    formula = parse(left.strip())
    words += re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", point.strip())) if point.strip() else []
    given = split(formula, words, ())
    written = [f"{name}={value}" for name, value in given.values.items()]
    known = truth.values(values.texts(written, {}), values.assignments(written))
    return check.Examination(formula, given.claims, known, tolerance, (), answered)


def _tell(place: Place, examined: Examination, verdicts: Sequence[Verdict], as_json: bool, color: str) -> bool:
    from autodiff.render import check as render
    from autodiff_cli.check import COLOURS, DIGITS, OFF

    if as_json:
        console.write([render.mark(place.path, place.line, verdicts)])
    else:
        colours = COLOURS if console.coloured(sys.stdout, color) else {}
        for verdict in verdicts:
            for kind, text in render.judgement(examined, verdict, DIGITS) if verdict.code else ():
                where = f"{place.path}:{place.line}: " if kind == verdict.verdict else ""
                line = visible(f"{where}{text}")
                console.write([f"{colours[kind]}{line}{OFF}\n" if kind in colours else f"{line}\n"])
    return not any(verdict.code for verdict in verdicts)


def _refuse(place: Place, error: AutodiffError, as_json: bool) -> bool:
    """A claim that cannot be read is wrong."""
    if as_json:
        from autodiff.render.check import unmarked

        console.write([unmarked(place.path, place.line, report.body(error))])
    else:
        console.lines([visible(f"{place.path}:{place.line}: {place.text}"), *report.person(error).splitlines()])
    return False


def _sum_up(tried: int, wrong: int) -> None:
    """How many there were, on standard error; where there was none, how one is written."""
    if not tried:
        console.aside(say("there are no claims; one is written {spelling}", spelling=EXAMPLE))
    else:
        console.aside(
            count(tried, "{number} line with claims, {wrong} wrong", "{number} lines with claims, {wrong} wrong", wrong=wrong)
        )
