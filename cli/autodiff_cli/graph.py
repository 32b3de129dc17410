"""autodiff graph: the computation graph as text, as a picture, or in the language of another program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Annotated, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.formula import Formula, parse
from autodiff.messages import say
from autodiff.study.graph import Graph
from autodiff_cli import console, files, formats, values
from autodiff_cli.evaluate import Coloured, File, Values, Words, Wrt, formula_text, option

EXAMPLE = 'autodiff graph "3*(a + b*c)" a=5 b=3 c=2 -o graph.svg'
STYLES = ("blue", "bold", "bold blue", "bold red", "dim")  # of the columns in a terminal

Output = Annotated[str | None, option("-o", "Write to a file.", "FILE")]
Force = Annotated[bool, option("--force", "Write over a file that exists.")]
Most = Annotated[str, option("--max-nodes", "Refuse graphs that have more nodes; 400 if left out.", "N")]
Scale = Annotated[str | None, option("--scale", "How large a PNG is; 2 if left out.", "S")]
Digits = Annotated[str, option("--digits", "Significant digits, 1 to 17; 4 if left out.", "N")]


class Drawn(NamedTuple):
    """A graph, and what is to be said about it."""

    graph: Graph
    remarks: list[str]
    notes: list[str]


class DrawingFormat(NamedTuple):
    """What draws a graph into a file, how the names of such files end, and what shows it in a terminal if anything does."""

    draw: Callable[[Drawn, int, float], str | bytes]
    endings: tuple[str, ...]
    show: Callable[[Drawn, int, str], None] | None = None
    has_remarks: bool = False


def graph(
    words: Words = None, file: File = None, values_file: Values = None, wrt: Wrt = None, format: Format = None,
    output: Output = None, force: Force = False, digits: Digits = "4", most: Most = "400", scale: Scale = None,
    color: Coloured = "auto",
) -> None:  # fmt: skip
    """Draw the computation graph, with values and derivatives, or without them where no values are given.

    For example: autodiff graph "3*(a + b*c)" a=5 b=3 c=2 -o graph.svg
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    form = chosen(format, output, force, scale)
    size, limit = values.whole("--digits", digits, 17), values.whole("--max-nodes", most, 100_000)
    zoom = values.amount("--scale", scale)
    names = None if wrt is None else values.names("--wrt", wrt)
    drawn = _drawn(parse(text), rest, values_file, names, size, limit)
    if output is None and form.show:
        form.show(drawn, size, color)
    else:
        files.save(output or "-", form.draw(drawn, size, zoom), force)
    console.notes([*(() if form.has_remarks else drawn.remarks), *drawn.notes])


def chosen(format: str | None, output: str | None, force: bool, scale: str | None) -> DrawingFormat:
    """The format that is asked for. Raises AutodiffError where options contradict each other."""
    suffix = PurePath(output or "").suffix.lower()
    said = next((name for name, form in FORMATS.items() if suffix in form.endings), None)
    if format and said and said != format:
        raise AutodiffError(
            "E042", say("--format {format} and the name {name} contradict each other", format=format, name=output),
            say("leave --format out, or choose another name"),
        )  # fmt: skip
    if not format and not said and output not in (None, "-"):
        message = say("the name '{name}' does not say how to draw the graph", name=output)
        raise AutodiffError("E042", message, say("end it in .svg, .png, .dot, .mmd or .txt, or add --format svg"))
    name = formats.chosen(FORMATS, False, format or said)
    if force and output is None:
        raise AutodiffError("E042", say("--force is for -o"), say("add -o FILE, or leave --force out"))
    if scale is not None and name != "png":
        raise AutodiffError("E042", say("--scale is for PNG"), say("add --format png, or leave --scale out"))
    if name == "png" and output is None and sys.stdout.isatty():
        raise AutodiffError("E042", say("a PNG is nothing for a terminal"), say("add -o graph.png"))
    return FORMATS[name]


def _drawn(
    formula: Formula, words: Sequence[str], values_file: str | None, wrt: list[str] | None, digits: int, limit: int
) -> Drawn:
    """The graph with numbers where values are given, or none are needed; else without. One that is too large is not made."""
    from autodiff.study import graph as library

    given, stored = values.assignments(words), values.from_json(values_file) if values_file else {}
    if formula.variables and not words and values_file is None:
        tape, notes = formula.unvalued(wrt or ())
        refuse_many(len(library.drawn_places(tape)), limit)
        return Drawn(library.symbolic(tape, tape.variables() if wrt is None else wrt), [], notes)
    from autodiff.render import rows

    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys())
    sheet = formula.worksheet({**from_file, **given}, wrt, surplus=from_file.keys())
    refuse_many(len(library.drawn_places_of(sheet)), limit)
    return Drawn(library.numeric(sheet), list(rows.remarks(sheet, digits)), sheet.notes)


def refuse_many(count: int, most: int) -> None:
    """Raise an error for a graph of more nodes than are drawn."""
    if count > most:
        message = say("the graph has {count} nodes, and {most} are drawn at most", count=count, most=most)
        raise AutodiffError("E056", message, say("add --max-nodes {count}, or draw a part of the formula", count=count))


def _print(drawn: Drawn, digits: int, color: str) -> None:
    """Write the text, its columns coloured: values blue, derivatives red."""
    rows = _rows(drawn, digits, console.width())
    if console.coloured(sys.stdout, color):
        console.write(_coloured(drawn, rows, color))
    else:
        console.lines(_lines(drawn, rows))


def _coloured(drawn: Drawn, rows: Sequence[Sequence[str]], color: str) -> list[str]:
    from rich.text import Text

    from autodiff.writing.width import visible

    drawing = console.rich_console(color)
    texts = [Text(visible(drawn.graph.reading)), Text()]
    for row in rows:
        texts.append(Text("  ").join(Text(visible(text), style=style) for text, style in zip(row, STYLES) if text))
    for text in [*texts, *map(Text, map(visible, drawn.remarks))]:
        drawing.print(text, soft_wrap=True)
    return [drawing.file.getvalue()]  # type: ignore[attr-defined]


def _rows(drawn: Drawn, digits: int, width: int) -> list[Sequence[str]]:
    from autodiff.render.drawing import textual

    return list(textual.picture(drawn.graph, digits, width))


def _lines(drawn: Drawn, rows: Sequence[Sequence[str]]) -> list[str]:
    texts = ["  ".join(filter(None, row)).rstrip() for row in rows]
    return [drawn.graph.reading, "", *texts, *drawn.remarks]


# What a file holds ------------------------------------------------------------------------------------------------------


def _text(drawn: Drawn, digits: int, _: float) -> str:
    return "".join(console.ended(_lines(drawn, _rows(drawn, digits, 0))))


def _svg(drawn: Drawn, digits: int, _: float) -> str:
    from autodiff.render.drawing import svg

    return svg.picture(drawn.graph, digits)


def _png(drawn: Drawn, digits: int, scale: float) -> bytes:
    from autodiff.render.drawing import png

    text = _svg(drawn, digits, scale)
    if lost := png.unshown(text):
        signs = " ".join(lost[:10])
        drawn.notes.append(say("no font on this machine has {signs}: install one, or write an SVG", signs=signs))
    return png.picture(text, scale)


def _dot(drawn: Drawn, digits: int, _: float) -> str:
    from autodiff.render.drawing import dot

    return "\n".join([*dot.picture(drawn.graph, digits), ""])


def _mermaid(drawn: Drawn, digits: int, _: float) -> str:
    from autodiff.render.drawing import mermaid

    return "\n".join([*mermaid.picture(drawn.graph, digits), ""])


FORMATS = {
    "text": DrawingFormat(_text, (".txt",), _print, has_remarks=True),
    "svg": DrawingFormat(_svg, (".svg",)),
    "png": DrawingFormat(_png, (".png",)),
    "dot": DrawingFormat(_dot, (".dot", ".gv")),
    "mermaid": DrawingFormat(_mermaid, (".mmd", ".mermaid")),
}
Format = Annotated[
    str | None, formats.choice("--format", "How to draw it; text, or what the name of FILE says, if left out.", FORMATS)
]
