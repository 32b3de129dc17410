"""autodiff eval: a formula forward and backward, with every number on the way."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, NamedTuple

import typer

from autodiff.errors import AutodiffError
from autodiff.worksheet import Worksheet, parse
from autodiff_cli import console, values
from autodiff_cli.exits import ExitCode


class Format(StrEnum):
    """What the result is written as."""

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
    digits: int
    color: str
    nodes: bool


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
Formats  = Annotated[Format,     option("--format", "How to write the result.")]
NoNodes  = Annotated[bool,       option("--no-nodes", "Leave the nodes out of the JSON.")]
Explain  = Annotated[bool,       option("--explain", "Explain every step in words, with a nudge that proves it.")]
Nudge    = Annotated[str,        option("--nudge", "How far --explain moves a variable.", "H")]
Digits   = Annotated[str,        option("--digits", "Significant digits of the tables, 1 to 17.", "N")]
Strict   = Annotated[bool,       option("--strict", "Exit with 3 if any status is not ok.")]
Coloured = Annotated[Color,      option("--color", "Colour the output.")]
# fmt: on


def evaluate(
    words: Words = None, file: File = None, values_file: Values = None, wrt: Wrt = None, as_json: Json = False,
    format: Formats = Format.table, no_nodes: NoNodes = False, explain: Explain = False, nudge: Nudge = "0.001",
    digits: Digits = "6", strict: Strict = False, color: Coloured = Color.auto,
) -> None:  # fmt: skip
    """Evaluate a formula, forward and backward.

    For example: autodiff eval "3*(a + b*c)" a=5 b=3 c=2
    """
    text, rest = formula_text(list(words or []), file)
    look = Look(Format.json if as_json else format, explain, values.step(nudge), values.digits(digits), color, not no_nodes)
    given = values.assignments(rest)
    stored = values.from_json(values_file) if values_file else {}
    formula = parse(text)
    from_file = values.chosen(values_file or "", stored, formula.names - given.keys())
    sheet = formula.worksheet({**from_file, **given}, _names(wrt), surplus=from_file.keys())
    show(sheet, look)
    if strict and (sheet.value_status != "ok" or sheet.status):
        raise typer.Exit(ExitCode.NOT_OK)


EXAMPLE = 'autodiff eval "3*(a + b*c)" a=5 b=3 c=2'


def formula_text(words: list[str], file: str | None, example: str = EXAMPLE) -> tuple[str, list[str]]:
    """The formula and the words after it; the example is for those who leave it out."""
    if file is not None:
        return values.text_of(file), words
    if not words:
        raise AutodiffError("E043", "the formula is missing", f"write {example}")
    if words[0].strip() == "-":
        return values.text_of("-"), words[1:]
    first = words[0]
    return (first[1:] if first.startswith(" -") else first), words[1:]


def _names(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return list(dict.fromkeys(values.variable(name.strip()) for name in text.split(",")))


def show(sheet: Worksheet, look: Look) -> None:
    """Write a worksheet to standard output, its notes to standard error."""
    if look.format is Format.json:
        from autodiff.render import json

        return console.write_json(json.document(sheet, look.nodes))
    for note in sheet.notes:
        console.aside(f"note: {note}")
    if look.explain:
        from autodiff.render import explain

        return console.lines(explain.document(sheet, look.digits, look.nudge))
    if look.format is Format.markdown:
        from autodiff.render import markdown

        return console.lines(markdown.document(sheet, look.digits))
    if look.format is Format.plain or console.width() < console.NARROW:
        from autodiff.render import plain

        return console.lines(plain.document(sheet, look.digits))
    from autodiff_cli import tables

    return console.write([tables.drawn(console.drawing(look.color), sheet, look.digits)])
