"""autodiff graph: the computation graph as text, as a picture, or in the language of another program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from os.path import splitext
from typing import TYPE_CHECKING, Annotated, NamedTuple

from autodiff.errors import AutodiffError, either, enumerated
from autodiff.formula import Formula, parse
from autodiff.messages import say, series
from autodiff.render.drawing.look import FLOWS, STYLES
from autodiff.study.graph import Graph
from autodiff.writing.width import visible
from autodiff_cli import console, files, formats, values
from autodiff_cli.commands import choice, option
from autodiff_cli.evaluate import Coloured, File, Force, Output, Values, Watch, Words, Wrt, check_force, formula_text

if TYPE_CHECKING:
    from autodiff.render.drawing.scene import Scene

EXAMPLE = 'autodiff graph "3*(a + b*c)" a=5 b=3 c=2 -o graph.svg'
COLOURS = ("blue", "bold", "bold blue", "bold red", "dim")  # of the columns in a terminal

Most = Annotated[str, option("--max-nodes", "Refuse graphs that have more nodes.", "N")]
Scale = Annotated[str | None, option("--scale", "How large a PNG is; 2 if left out.", "S")]
Animate = Annotated[bool, option("--animate", "An SVG that plays both passes step by step, for slides.")]
Digits = Annotated[str, option("--digits", "Significant digits, 1 to 17.", "N")]


class Drawn(NamedTuple):
    """What makes a graph, folded and spelled as is wanted; what is to be said about it, and how it was drawn."""

    made: Callable[..., Graph]
    remarks: list[str]
    notes: list[str]
    chosen: list[str]


class Manner(NamedTuple):
    """How a graph is drawn. Style and flow are chosen to suit the graph where they are not said."""

    digits: int
    scale: float = 2.0
    style: str | None = None
    flow: str | None = None
    animate: bool = False


class DrawingFormat(NamedTuple):
    """What draws a graph into a file, how the names of such files end, and what shows it in a terminal if anything does.

    `options` are those, beside the ones for all, that the format heeds.
    """

    draw: Callable[[Drawn, Manner], str | bytes]
    endings: tuple[str, ...]
    options: tuple[str, ...] = ()
    show: Callable[[Drawn, Manner, str], None] | None = None
    has_remarks: bool = False


def graph(
    words: Words = None, file: File = None, watch: Watch = None, values_file: Values = None, wrt: Wrt = None, format: Format = None,
    output: Output = None, force: Force = False, digits: Digits = "4", most: Most = "400", scale: Scale = None,
    style: Style = None, flow: Flow = None, animate: Animate = False, color: Coloured = "auto",
) -> None:  # fmt: skip
    """Draw the computation graph, with values and derivatives, or without them where no values are given.

    For example: autodiff graph "3*(a + b*c)" a=5 b=3 c=2 -o graph.svg
    """
    text, rest = formula_text(list(words or []), file, EXAMPLE)
    form = chosen(format, output, force, {"--scale": scale, "--style": style, "--flow": flow, "--animate": "" if animate else None})
    size, limit = values.whole("--digits", digits, 17), values.whole("--max-nodes", most, 100_000)
    manner = Manner(size, values.amount("--scale", scale), style, flow, animate)
    names = None if wrt is None else values.names("--wrt", wrt)
    drawn = _drawn(parse(text), rest, values_file, names, size, limit)
    if output is None and form.show:
        form.show(drawn, manner, color)
    else:
        files.save(output or "-", form.draw(drawn, manner), force)
    notes = [*(() if form.has_remarks else drawn.remarks), *drawn.notes]
    console.notes(notes)
    if output not in (None, "-"):
        look = f" ({', '.join(drawn.chosen)})" if drawn.chosen else ""
        console.remark(say("{path} is written", path=visible(output or "")) + look)


def _endings() -> str:
    """What the name of a picture may end in, one for each format."""
    *first, last = [ending for form in FORMATS.values() for ending in form.endings]
    return either([series(first), last])


def chosen(format: str | None, output: str | None, force: bool, options: Mapping[str, str | None]) -> DrawingFormat:
    """The format that is asked for. Raises AutodiffError where options contradict each other."""
    suffix = splitext(output or "")[1].lower()
    said = next((name for name, form in FORMATS.items() if suffix in form.endings), None)
    if format and said and said != format:
        raise AutodiffError(
            "E042", say("--format {format} and the name {name} contradict each other", format=format, name=output),
            say("leave --format out, or choose another name"),
        )  # fmt: skip
    if not format and not said and output not in (None, "-"):
        message = say("the name '{name}' does not say how to draw the graph", name=output)
        raise AutodiffError("E042", message, say("end it in {endings}, or add --format svg", endings=_endings()))
    name = formats.chosen(FORMATS, False, format or said)
    check_force(force, output)
    for given in [key for key, value in options.items() if value is not None and key not in FORMATS[name].options]:
        able = [other for other, form in FORMATS.items() if given in form.options]
        message = say("{option} is for {formats}", option=given, formats=enumerated(able))
        raise AutodiffError("E042", message, say("add --format {format}, or leave {option} out", format=able[0], option=given))
    if name == "png" and output is None and sys.stdout.isatty():
        raise AutodiffError("E042", say("a PNG is nothing for a terminal"), say("add -o graph.png"))
    return FORMATS[name]


def _drawn(
    formula: Formula, words: Sequence[str], values_file: str | None, wrt: list[str] | None, digits: int, limit: int
) -> Drawn:
    """The graph with numbers where values are given, or none are needed; else without. One that is too large is not made."""
    from autodiff.study import graph as library

    given, stored = values.assignments(words), values.from_json(values_file) if values_file else {}
    formula.notes += values.looks(words)
    if formula.variables and not words and values_file is None:
        tape, notes = formula.unvalued(wrt or ())
        refuse_many(len(library.drawn_places(tape)), limit)
        return Drawn(partial(library.symbolic, tape, tape.variables() if wrt is None else wrt), [], notes, [])
    from autodiff.render import rows

    from_file = values.numbers_for(f"'{values_file}'", stored, formula.names - given.keys())
    sheet = formula.worksheet({**from_file, **given}, wrt, surplus=from_file.keys())
    refuse_many(len(library.drawn_places_of(sheet)), limit)
    return Drawn(partial(library.numeric, sheet), list(rows.remarks(sheet, digits)), sheet.notes, [])


def refuse_many(count: int, most: int) -> None:
    """Raise an error for a graph of more nodes than are drawn."""
    if count > most:
        message = say("the graph has {count} nodes, and {most} are drawn at most", count=count, most=most)
        raise AutodiffError("E056", message, say("add --max-nodes {count}, or draw a part of the formula", count=count))


def _print(drawn: Drawn, manner: Manner, color: str) -> None:
    """Write the text, its columns coloured: values blue, derivatives red."""
    graph = drawn.made(False)
    rows = _rows(graph, manner.digits, console.width())
    if console.coloured(sys.stdout, color):
        console.write(_coloured(graph, drawn.remarks, rows, color))
    else:
        console.lines(_lines(graph, drawn.remarks, rows))


def _coloured(graph: Graph, remarks: Sequence[str], rows: Sequence[Sequence[str]], color: str) -> list[str]:
    from rich.text import Text

    drawing = console.rich_console(color)
    texts = [Text(visible(graph.reading)), Text()]
    for row in rows:
        texts.append(Text("  ").join(Text(visible(text), style=style) for text, style in zip(row, COLOURS) if text))
    for text in [*texts, *map(Text, map(visible, remarks))]:
        drawing.print(text, soft_wrap=True)
    return [drawing.file.getvalue()]  # type: ignore[attr-defined]


def _rows(graph: Graph, digits: int, width: int) -> list[Sequence[str]]:
    from autodiff.render.drawing import textual

    return list(textual.picture(graph, digits, width))


def _lines(graph: Graph, remarks: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    texts = ["  ".join(filter(None, row)).rstrip() for row in rows]
    return [graph.reading, "", *texts, *remarks]


# What a file holds ------------------------------------------------------------------------------------------------------


def _text(drawn: Drawn, manner: Manner) -> str:
    graph = drawn.made(False)
    return "".join(console.ended(_lines(graph, drawn.remarks, _rows(graph, manner.digits, 0))))


def _scene(graph: Graph, drawn: Drawn, manner: Manner) -> Scene:
    """What is drawn, and where; it is told what was chosen."""
    from autodiff.render.drawing import selection

    scene = selection.chosen(graph, manner.digits, manner.style, manner.flow)
    drawn.chosen.append(f"--style {scene.look.style} --flow {scene.look.flow}")
    return scene


def _svg(drawn: Drawn, manner: Manner, chinese: str = "") -> str:
    from autodiff.render.drawing import svg

    graph = drawn.made(True)
    return svg.document(_scene(graph, drawn, manner), graph, manner.digits, chinese=chinese, moving=manner.animate)


def _png(drawn: Drawn, manner: Manner) -> bytes:
    from autodiff.render.drawing import png

    text = _svg(drawn, manner, png.HAN)
    if lost := png.unshown(text):
        signs = " ".join(lost[:10])
        drawn.notes.append(say("no font on this machine has {signs}: install one, or write an SVG", signs=signs))
    return png.picture(text, manner.scale)


def _tikz(drawn: Drawn, manner: Manner) -> str:
    from autodiff.render.drawing import tikz
    from autodiff.writing import latex

    return "\n".join([*tikz.picture(_scene(drawn.made(True), drawn, manner), drawn.made(True, latex), manner.digits), ""])


def _dot(drawn: Drawn, manner: Manner) -> str:
    from autodiff.render.drawing import dot

    return "\n".join([*dot.picture(drawn.made(False), manner.digits, manner.flow == "down"), ""])


def _mermaid(drawn: Drawn, manner: Manner) -> str:
    from autodiff.render.drawing import mermaid

    return "\n".join([*mermaid.picture(drawn.made(False), manner.digits, manner.flow == "down"), ""])


LAID_OUT = ("--style", "--flow")
FORMATS = {
    "text": DrawingFormat(_text, (".txt",), show=_print, has_remarks=True),
    "svg": DrawingFormat(_svg, (".svg",), (*LAID_OUT, "--animate")),
    "png": DrawingFormat(_png, (".png",), ("--scale", *LAID_OUT)),
    "tikz": DrawingFormat(_tikz, (".tikz", ".tex"), LAID_OUT),
    "dot": DrawingFormat(_dot, (".dot", ".gv"), ("--flow",)),
    "mermaid": DrawingFormat(_mermaid, (".mmd", ".mermaid"), ("--flow",)),
}
Format = Annotated[str | None, choice("--format", "How to draw it; text, or what the name of FILE says, if left out.", FORMATS)]
Style = Annotated[
    str | None,
    choice("--style", "With formulas and local derivatives, or as a circuit; what can be read, if left out.", STYLES),
]
Flow = Annotated[str | None, choice("--flow", "Where the values run; what can be read, if left out.", FLOWS)]
