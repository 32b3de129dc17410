"""autodiff eval: a formula forward and backward, with every number on the way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff_cli import formats, supplements, values, worksheets
from autodiff_cli.commands import argument, choice, option
from autodiff_cli.console import COLOURS
from autodiff_cli.exits import ExitCode, Stop
from autodiff_cli.supplements import MODES

# fmt: off
Words    = Annotated[list[str] | None, argument("EXPR [name=value]...",
                     "The formula in quotes, or - to read it from standard input; then the values of its variables.")]
File     = Annotated[str | None, option("--file", "Read the formula from a file.", "PATH")]
Watch    = Annotated[str | None, option("--watch", "Read the formula from a file, and again whenever that is saved.", "PATH")]
Values   = Annotated[str | None, option("--values", "Read values from a JSON object; name=value wins.", "FILE")]
Wrt      = Annotated[str | None, option("--wrt", "Differentiate with respect to these only: variables, or steps.", "a,b")]
Variables = Annotated[str | None, option("--wrt", "Differentiate with respect to these variables only.", "a,b")]
Json     = Annotated[bool,       option("--json", "Write one strict JSON document.")]
Format   = Annotated[str | None, choice("--format", "How to write the result; a table if left out.", *worksheets.MODES.values())]
NoNodes  = Annotated[bool,       option("--no-nodes", "Leave the nodes out of the JSON.")]
Explain  = Annotated[bool,       option("--explain", "Explain every step in words, with a nudge that proves it.")]
Nudge    = Annotated[str | None, option("--nudge", "How far --explain moves a variable; 0.001 if left out.", "H")]
Steps    = Annotated[str | None, option("--steps", "How many steps of a long formula --explain shows: N or all, else 30.", "N")]
Hessian  = Annotated[bool,       option("--hessian", "Add all second derivatives.")]
Outputs  = Annotated[str | None, option("--outputs", "A Jacobian: the derivatives of these steps of a program.", "p,q")]
Direction = Annotated[str | None, option("--direction", "Add the derivative along a direction.", "a=1,b=0.5")]
Order    = Annotated[str | None, option("--order", "Add the derivatives up to order N (1 to 40); one variable.", "N")]
Modes    = Annotated[str | None, choice("--mode", "Show forward mode, reverse mode or both, and count their operations.", MODES)]
Precision = Annotated[str | None, option("--precision", "Add value and gradient with N significant digits (1 to 1000).", "N")]
Lost     = Annotated[bool,       option("--digits-lost", "Say how many digits of every number are right.")]
Digits   = Annotated[str,        option("--digits", "Significant digits of the tables, 1 to 17.", "N")]
Output   = Annotated[str | None, option("-o", "Write to a file.", "FILE")]
Force    = Annotated[bool,       option("--force", "Write over a file that exists.")]
ValueOnly = Annotated[bool,      option("--value-only", "Give the value alone.")]
Strict   = Annotated[bool,       option("--strict", "Exit with 3 if any status is not ok.")]
Coloured = Annotated[str,        choice("--color", "Colour the output.", COLOURS)]
# fmt: on


def evaluate(
    words: Words = None, file: File = None, watch: Watch = None, values_file: Values = None, wrt: Wrt = None,
    as_json: Json = False, format: Format = None, no_nodes: NoNodes = False, explain: Explain = False, nudge: Nudge = None,
    steps: Steps = None, hessian: Hessian = False, outputs: Outputs = None, direction: Direction = None, order: Order = None,
    mode: Modes = None, precision: Precision = None, digits_lost: Lost = False, digits: Digits = "6", strict: Strict = False,
    color: Coloured = "auto",
) -> None:  # fmt: skip
    """Evaluate a formula, forward and backward.

    For example: autodiff eval "3*(a + b*c)" a=5 b=3 c=2

    Steps may be named: autodiff eval "u = b*c; v = a + u; J = 3*v" a=5 b=3 c=2
    """
    text, rest = formula_text(list(words or []), file)
    asked = supplements.wanted(hessian, outputs, direction, order, mode, precision, digits_lost)
    size = values.whole("--digits", digits, 17)
    small, many = values.amount("--nudge", nudge), values.steps(steps)
    shown = "--explain" if explain else "--outputs" if asked.outputs else asked.further
    table = worksheets.MODES[shown]
    name = formats.chosen(table, as_json, format, shown)
    _check(asked, explain, nudge is not None, steps is not None, no_nodes and name != "json")
    alone = not asked.outputs
    display = worksheets.Display(size, color, not no_nodes, small, many, backward=alone and mode != "forward", judged=alone)
    given, stored = values.assignments(rest), values.from_json(values_file) if values_file else {}
    formula = parse(text)
    formula.notes += values.looks(rest)
    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys())
    chosen = None if wrt is None else values.names("--wrt", wrt)
    sheet = formula.worksheet({**from_file, **given}, chosen, surplus=from_file.keys())
    results = supplements.results(sheet, asked, values.texts(rest, stored) if asked.precision else {})
    table[name](sheet, display, results)
    if strict and ((alone and _is_doubtful(sheet)) or any(getattr(result, "status", {}) for result in results)):
        raise Stop(ExitCode.NOT_OK)


def _is_doubtful(sheet: Worksheet) -> bool:
    return sheet.value_status != "ok" or bool(sheet.status)


def _check(asked: supplements.Wanted, explain: bool, nudged: bool, steps: bool, no_nodes: bool) -> None:
    """Refuse what would be ignored in silence."""
    if no_nodes:
        raise AutodiffError("E042", say("--no-nodes is for JSON"), say("add --json, or leave --no-nodes out"))
    if nudged and not explain:
        raise AutodiffError("E042", say("--nudge is for --explain"), say("add --explain, or leave --nudge out"))
    check_explained(explain, steps, bool(asked.outputs))
    if explain and asked.mode == "forward":
        raise AutodiffError("E042", say("--explain goes backward, and --mode forward does not"), say("leave one of the two out"))


def check_explained(explain: bool, steps: bool, several: bool) -> None:
    """Raise AutodiffError for --steps without --explain, and for --explain of several outputs."""
    if steps and not explain:
        raise AutodiffError("E042", say("--steps is for --explain"), say("add --explain, or leave --steps out"))
    if explain and several:
        message = say("--explain is for one output, --outputs for several")
        raise AutodiffError("E042", message, say("leave --explain out, or --outputs"))


def check_force(force: bool, output: str | None) -> None:
    """Raise AutodiffError for --force without a file."""
    if force and output is None:
        raise AutodiffError("E042", say("--force is for -o"), say("add -o FILE, or leave --force out"))


def contradictions(hessian: bool, value_only: bool, wrt: str | None, force: bool, output: str | None) -> None:
    """Refuse what would be ignored in silence."""
    if value_only and (hessian or wrt is not None):
        other = "--hessian" if hessian else "--wrt"
        message = say("--value-only and {option} contradict each other", option=other)
        raise AutodiffError("E042", message, say("leave one of the two out"))
    check_force(force, output)


EXAMPLE = 'autodiff eval "3*(a + b*c)" a=5 b=3 c=2'


def formula_text(words: list[str], file: str | None, example: str = EXAMPLE, paths: bool = False) -> tuple[str, list[str]]:
    """The formula and the words after it, which may be paths; the example is for those who leave it out."""
    if file is not None:
        if not paths:
            _refuse_second(words)
        return values.text_of(file), words
    if not words:
        raise AutodiffError("E043", say("the formula is missing"), say("write {spelling}", spelling=example))
    if words[0].strip() == "-":
        return values.text_of("-"), words[1:]
    if not paths:
        _refuse_late(words)
    elif os.path.isfile(words[0]) and words[1:] and not os.path.isfile(words[1]):
        message = say("'{path}' is a file: the formula comes first", path=words[0])
        raise AutodiffError("E043", message, say("write {spelling}", spelling=example))
    first = words[0]
    return (first[1:] if first.startswith(" -") else first), words[1:]


def _refuse_late(words: Sequence[str]) -> None:
    """Raise an error for a formula that stands after a value."""
    value = words[0].strip()
    name, _, rest = value.partition("=")
    if not name.isidentifier() or "=" not in value or any(sign in rest for sign in "=;\n"):
        return
    for before, word in pairwise(words):
        late = word.strip()
        if "=" not in word and not before.endswith("=") and not late.isidentifier():
            raise AutodiffError(
                "E032",
                say("'{word}' is not name=value", word=late),
                say("put the formula first: {spelling}", spelling=f'"{late}" {value}'),
            )


def _refuse_second(words: Sequence[str]) -> None:
    """Raise an error for a formula beside --file."""
    for word in words:
        if "=" not in word:
            raise AutodiffError("E043", say("the formula comes from --file"), say("leave {what} out", what=f'"{word.strip()}"'))
