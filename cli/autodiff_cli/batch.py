"""autodiff batch: JSON Lines in, JSON Lines out, one answer for each question."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO

from autodiff.errors import MISSING, AutodiffError, suggestion, unreadable
from autodiff.formula import Formula, parse
from autodiff.messages import N_, say
from autodiff.point.worksheet import Worksheet
from autodiff.render import json as render
from autodiff.writing.numbers import dumped
from autodiff_cli import console, report, values
from autodiff_cli.commands import argument, option
from autodiff_cli.exits import ExitCode, Stop

LONGEST = 64 * 2**20  # bytes of a line
KEPT, SHORT = 64, 10_000  # formulas that are kept for the lines that follow, and how many characters they may have
MEMBERS = ("expression", "values", "wrt", "id")
EXAMPLE = '{"expression": "3*(a+b*c)", "values": {"a": 5, "b": 3, "c": 2}, "id": 1}'

_FORMULAS: dict[str, Formula] = {}

Path_ = Annotated[str, argument("[FILE]", "A file of JSON Lines; standard input if left out or -.")]
Nodes = Annotated[bool, option("--nodes", "Write the nodes too.")]
Strict = Annotated[bool, option("--strict", "Exit with 3 if any status is not ok.")]


def batch(path: Path_ = "-", nodes: Nodes = False, strict: Strict = False) -> None:
    """Evaluate many formulas, one JSON object per line.

    For example:

    echo '{"expression": "x^2", "values": {"x": 3}}' | autodiff batch
    """
    gc.enable()  # this may run for days
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    failed = doubtful = False
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            text, fine, ok = answer(line, number, nodes)
            failed, doubtful = failed or not fine, doubtful or not ok
            console.write([text, "\n"])
    if failed:
        raise Stop(ExitCode.NO)
    if strict and doubtful:
        raise Stop(ExitCode.NOT_OK)


def _lines(path: str) -> Iterator[bytes]:
    """The lines, each as soon as it is there; one that is too long is cut, and so becomes an error."""
    stream = _opened(path)
    while line := stream.readline(LONGEST):
        yield line
        while len(line) == LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)


def _opened(path: str) -> BinaryIO:
    if path == "-":
        if sys.stdin is None:
            raise AutodiffError("E050", say("standard input cannot be read: it is closed"), say("give a file"), MISSING)
        console.waits(N_("one JSON object in each line"))
        return sys.stdin.buffer
    try:
        return values.opened(path)
    except (OSError, ValueError) as error:
        raise unreadable(f"'{path}'", error) from None


def answer(line: bytes, number: int, nodes: bool = False) -> tuple[str, bool, bool]:
    """One line of output, whether it is an answer, and whether everything in it is ok."""
    identity: Any = None
    try:
        data = values.object_of(_decoded(line), say("line {number}", number=number), EXAMPLE)
        identity = data.get("id")
        sheet = _sheet(data, number)
        text = "".join(render.worksheet(sheet, nodes, [f'"id": {dumped(identity)}, "line": {number}']))
        return _flat(text), True, sheet.value_status == "ok" and not sheet.status
    except Exception as error:
        body = report.body(report.of(error))
    return f'{{"id": {dumped(identity)}, "line": {number}, "error": {dumped(body)}}}', False, True


def _flat(text: str) -> str:
    """A document in one line; within its strings there are no line breaks."""
    return text.replace("[\n  ", "[").replace("\n  ", " ").replace("\n", "")


def _hint() -> str:
    return say("write {spelling}", spelling=EXAMPLE)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AutodiffError("E051", say("the line is not UTF-8 text (byte {place})", place=error.start), _hint()) from None


def _parsed(text: str) -> Formula:
    """The formula, read once for as many lines as it stands in."""
    found = _FORMULAS.get(text)
    if found is None:
        found = parse(text)
        if len(text) <= SHORT:
            if len(_FORMULAS) >= KEPT:
                _FORMULAS.clear()
            _FORMULAS[text] = found
    return found


def _sheet(data: dict[str, Any], number: int) -> Worksheet:
    for name in data:
        if name not in MEMBERS:
            near = next((member for member in MEMBERS if name and member.startswith(name)), "") or suggestion(name, MEMBERS)
            raise AutodiffError(
                "E051", say("unknown member '{name}'", name=name), say("did you mean '{near}'?", near=near) if near else _hint()
            )
    text, given, wrt = data.get("expression"), data.get("values", {}), data.get("wrt")
    if not isinstance(text, str):
        raise AutodiffError("E051", say("there is no expression") if text is None else say("the expression is no string"), _hint())
    if not isinstance(given, dict):
        raise AutodiffError("E051", say("the values are no object"), _hint())
    if wrt is not None and not (isinstance(wrt, list) and all(isinstance(name, str) for name in wrt)):
        raise AutodiffError("E051", say("wrt is no list of names"), say("write {spelling}", spelling='"wrt": ["a", "b"]'))
    formula = _parsed(text)
    point = values.numbers_for(say("line {number}", number=number), given, formula.names)
    with values.in_an_object():
        return formula.worksheet(point, wrt, surplus=point.keys())
