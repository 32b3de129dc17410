"""autodiff eval: a formula forward and backward, with every number on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import typer

from autodiff.errors import AutodiffError
from autodiff.formula import parse
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff_cli import console, supplements, values
from autodiff_cli.exits import ExitCode
from autodiff_cli.supplements import Mode

LONG = 1000  # steps: a frame around more of them takes longer than they do


class Format(StrEnum):
    """What the result is written as."""

    table = "table"
    plain = "plain"
    json = "json"
    markdown = "markdown"
    latex = "latex"


class Report(StrEnum):
    """What a command writes that has no formulas to typeset."""

    table = "table"
    plain = "plain"
    json = "json"
    markdown = "markdown"


class Color(StrEnum):
    """Whether the output is coloured."""

    auto = "auto"
    always = "always"
    never = "never"


class Look(NamedTuple):
    """How a worksheet is shown."""

    format: Format
    explain: bool
    nudge: float
    steps: int | None
    digits: int
    color: str
    nodes: bool
    backward: bool = True
    judged: bool = True


def option(name: str, help: str, metavar: str | None = None) -> Any:
    """An option of the command line."""
    return typer.Option(name, help=help, metavar=metavar)


# fmt: off
Words    = Annotated[list[str] | None, typer.Argument(metavar="EXPR [name=value]...", show_default=False, help=
                     "The formula in quotes, or - to read it from standard input; then the values of its variables.")]
File     = Annotated[str | None, option("--file", "Read the formula from a file.", "PATH")]
Values   = Annotated[str | None, option("--values", "Read values from a JSON object; name=value wins.", "FILE")]
Wrt      = Annotated[str | None, option("--wrt", "Differentiate with respect to these variables only.", "a,b")]
Json     = Annotated[bool,       option("--json", "Write one strict JSON document.")]
Formats  = Annotated[Format | None, option("--format", "How to write the result; a table if left out.")]
Reports  = Annotated[Report | None, option("--format", "How to write the result; a table if left out.")]
NoNodes  = Annotated[bool,       option("--no-nodes", "Leave the nodes out of the JSON.")]
Explain  = Annotated[bool,       option("--explain", "Explain every step in words, with a nudge that proves it.")]
Nudge    = Annotated[str | None, option("--nudge", "How far --explain moves a variable; 0.001 if left out.", "H")]
Steps    = Annotated[str | None, option("--steps", "How many steps of a long formula --explain shows: N or all, else 30.", "N")]
Hessian  = Annotated[bool,       option("--hessian", "Add all second derivatives.")]
Outputs  = Annotated[str | None, option("--outputs", "A Jacobian: the derivatives of these steps of a program.", "p,q")]
Direction = Annotated[str | None, option("--direction", "Add the derivative along a direction.", "a=1,b=0.5")]
Order    = Annotated[str | None, option("--order", "Add the derivatives up to order N (1 to 40); one variable.", "N")]
Modes    = Annotated[Mode | None, option("--mode", "Show forward mode, reverse mode or both, and count their operations.")]
Precision = Annotated[str | None, option("--precision", "Add value and gradient with N significant digits (1 to 1000).", "N")]
Digits   = Annotated[str,        option("--digits", "Significant digits of the tables, 1 to 17.", "N")]
Strict   = Annotated[bool,       option("--strict", "Exit with 3 if any status is not ok.")]
Coloured = Annotated[Color,      option("--color", "Colour the output.")]
# fmt: on


def evaluate(
    words: Words = None, file: File = None, values_file: Values = None, wrt: Wrt = None, as_json: Json = False,
    format: Formats = None, no_nodes: NoNodes = False, explain: Explain = False, nudge: Nudge = None, steps: Steps = None,
    hessian: Hessian = False, outputs: Outputs = None, direction: Direction = None, order: Order = None, mode: Modes = None,
    precision: Precision = None, digits: Digits = "6", strict: Strict = False, color: Coloured = Color.auto,
) -> None:  # fmt: skip
    """Evaluate a formula, forward and backward.

    For example: autodiff eval "3*(a + b*c)" a=5 b=3 c=2
    """
    text, rest = formula_text(list(words or []), file)
    asked = supplements.wanted(hessian, outputs, direction, order, mode, precision)
    size = values.whole("--digits", digits, 17)
    small, many = values.step(nudge or "0.001"), values.steps(steps or "30")
    look = Look(form(as_json, format), explain, small, many, size, color, not no_nodes, mode is not Mode.forward)
    _check(look, asked, nudge is not None, steps is not None)
    given, stored = values.assignments(rest), values.from_json(values_file) if values_file else {}
    formula = parse(text)
    from_file = values.chosen(f"'{values_file}'", stored, formula.names - given.keys())
    chosen = None if wrt is None else values.names("--wrt", wrt)
    sheet = formula.worksheet({**from_file, **given}, chosen, surplus=from_file.keys())
    sheets = supplements.several(sheet, asked)
    results = supplements.results(sheet, asked, values.texts(rest, stored) if asked.precision else {})
    if sheets:
        show_several(sheet, sheets, look)
    else:
        show(sheet, look, results)
    if strict and (any(map(_is_doubtful, sheets.values() or [sheet])) or any(getattr(result, "status", {}) for result in results)):
        raise typer.Exit(ExitCode.NOT_OK)


def _is_doubtful(sheet: Worksheet) -> bool:
    return sheet.value_status != "ok" or bool(sheet.status)


def form(as_json: bool, format: Format | Report | None) -> Format:
    """The format that is asked for. Raises AutodiffError where it is asked for twice."""
    if as_json and format not in (None, Format.json):
        raise AutodiffError(
            "E042", say("--json and --format {format} contradict each other", format=format), say("leave one of the two out")
        )
    return Format.json if as_json else Format(format or Format.table)


def _check(look: Look, asked: supplements.Wanted, nudged: bool, steps: bool) -> None:
    """Refuse what would be ignored in silence."""
    if not look.nodes and look.format is not Format.json:
        raise AutodiffError("E042", say("--no-nodes is for JSON"), say("add --json, or leave --no-nodes out"))
    if nudged and not look.explain:
        raise AutodiffError("E042", say("--nudge is for --explain"), say("add --explain, or leave --nudge out"))
    if steps and not look.explain:
        raise AutodiffError("E042", say("--steps is for --explain"), say("add --explain, or leave --steps out"))
    if look.explain and asked.outputs:
        raise AutodiffError(
            "E042", say("--explain is for one output, --outputs for several"), say("leave --explain out, or --outputs")
        )
    if look.explain and not look.backward:
        raise AutodiffError("E042", say("--explain goes backward, and --mode forward does not"), say("leave one of the two out"))


EXAMPLE = 'autodiff eval "3*(a + b*c)" a=5 b=3 c=2'


def formula_text(words: list[str], file: str | None, example: str = EXAMPLE) -> tuple[str, list[str]]:
    """The formula and the words after it; the example is for those who leave it out."""
    if file is not None:
        _refuse_second(words)
        return values.text_of(file), words
    if not words:
        raise AutodiffError("E043", say("the formula is missing"), say("write {spelling}", spelling=example))
    if words[0].strip() == "-":
        return values.text_of("-"), words[1:]
    _refuse_late(words)
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


def show(sheet: Worksheet, look: Look, results: Sequence[Any] = ()) -> None:
    """Write a worksheet, and what was asked for beyond it, to standard output; its notes to standard error."""
    if look.format is Format.json:
        from autodiff.render import json

        members = [*supplements.members(sheet, results), *(_members(sheet, look) if look.explain else ())]
        console.write_json(json.document(sheet, look.nodes, members))
        return
    tabulate(sheet, look, supplements.sections(sheet, results, look.digits))
    console.notes(sheet.notes)


def show_several(sheet: Worksheet, sheets: Mapping[str, Worksheet], look: Look) -> None:
    """Write the Jacobian of several outputs."""
    if look.format is Format.json:
        from autodiff.render import json

        console.write_json(json.several(sheet, sheets, look.nodes))
        return
    from autodiff.render.supplements import jacobian

    tabulate(sheet, look._replace(backward=False, judged=False), [jacobian(sheet, sheets, look.digits)])
    console.notes(sheet.notes)


def tabulate(sheet: Worksheet, look: Look, sections: Sequence[Any]) -> None:
    """Write a worksheet for people."""
    if look.explain:
        return _explain(sheet, look, sections)
    if look.format is Format.markdown:
        from autodiff.render import markdown

        return console.lines(markdown.document(sheet, look.digits, sections, look.backward, look.judged))
    if look.format is Format.latex:
        from autodiff.render import tabular

        return console.lines(tabular.document(sheet, look.digits, sections, look.backward, look.judged))
    if look.format is Format.plain or console.width() < console.NARROW or len(sheet.shown) > LONG:
        from autodiff.render import plain

        return console.lines(plain.document(sheet, look.digits, sections, look.backward, look.judged))
    from autodiff_cli import tables

    drawing = console.drawing(look.color)
    return console.write([tables.drawn(drawing, sheet, look.digits, sections, look.backward, look.judged)])


def _members(sheet: Worksheet, look: Look) -> Iterator[str]:
    """What an explanation adds to the JSON."""
    from autodiff.render import steps
    from autodiff.study.explanation import explain

    return steps.json(explain(sheet, look.nudge, look.steps))


def _explain(sheet: Worksheet, look: Look, sections: Sequence[Any]) -> None:
    """Write a worksheet in sentences, for people."""
    from autodiff.study.explanation import explain

    found = explain(sheet, look.nudge, look.steps)
    if look.format is Format.markdown:
        from autodiff.render import outline

        return console.lines(outline.document(found, look.digits, sections))
    if look.format is Format.latex:
        from autodiff.render import solution

        return console.lines(solution.document(found, look.digits, sections))
    from autodiff.render.explain import document

    lines = document(found, look.digits, sections)
    if look.format is Format.plain:
        return console.lines(line.text for line in lines)
    from autodiff_cli import explained

    return console.write(explained.drawn(lines, look.color))
