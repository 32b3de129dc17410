"""A formula and a worksheet as a piece of HTML that takes on the colours of what it stands in, as notebooks want it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import count

from autodiff.errors import STEPS, listed
from autodiff.formula import Formula
from autodiff.messages import say
from autodiff.point.worksheet import Worksheet
from autodiff.render import rows
from autodiff.render.answer import answer
from autodiff.render.drawing.colours import DARK, LIGHT
from autodiff.render.drawing.svg import escaped
from autodiff.tape import Tape
from autodiff.writing import mathml
from autodiff.writing.metrics import truncated
from autodiff.writing.numbers import DIGITS

ROWS = 40  # of a table; of a longer one the first and the last are shown
WIDE = 400  # cells of a text in a table, and nodes of a formula that is typeset
BLUE, RED = "#2f81f7", "#e5534b"  # lines that are seen on white and on black
STYLE = """#p{overflow-x:auto;color:inherit}
#p svg{display:block;max-width:100%;height:auto;margin:.6em 0;border-radius:6px;background:LIGHT}
@media (prefers-color-scheme:dark){#p svg{background:DARK}}
#p math{font-size:1.2em}
#p p{margin:.4em 0;max-width:60em}
#p table{border:0;border-collapse:collapse;margin:.4em 0 .8em;font-size:inherit;color:inherit}
#p caption{caption-side:top;text-align:left;font-weight:bold;padding:.2em .6em;color:inherit;border-left:4px solid}
#p tr{background:none;border:0}
#p th,#p td{text-align:left;vertical-align:top;padding:.2em .9em .2em .6em;color:inherit;border:0}
#p th,#p td{border-bottom:1px solid rgba(128,128,128,.4)}
#p .number{text-align:right}
#p .asked td{font-weight:bold}
#p code{color:inherit;background:none;padding:0;font-size:inherit}"""
STYLE = STYLE.replace("LIGHT", LIGHT["paper"]).replace("DARK", DARK["paper"])
IGNORED = "tex2jax_ignore mathjax_ignore"  # else a notebook takes what stands between two $ for LaTeX
NUMBER = ' class="number"'

_elements = count(1)


def prefix(text: str) -> str:
    """A name that no other element on a page has, and the same one whenever a notebook is run from its beginning."""
    return f"autodiff-{sha256(text.encode(errors='replace')).hexdigest()[:8]}-{next(_elements)}"


def element(about: Formula | Worksheet, parts: Callable[[str], Iterable[str]]) -> str:
    """What may stand on a page among others of its kind; `parts` is given its name."""
    name = prefix(repr(about))
    style = STYLE.replace("#p", f"#{name}")
    return f'<div id="{name}" class="autodiff {IGNORED}"><style>{style}</style>{"".join(parts(name))}</div>'


def formula(about: Formula, tape: Tape) -> Iterator[str]:
    """The formula as it was read, its variables, and the notes."""
    yield _sentence(_typeset(tape, "", str(about)))
    names = about.variables
    yield from _sentences((listed([*names[:STEPS], "…"] if len(names) > STEPS else names), *about.notes))


def worksheet(sheet: Worksheet, picture: str) -> Iterator[str]:
    """The formula and the point, the picture, both tables, the answer, and what is to be said of it."""
    title, point = _typeset(sheet.tape, sheet.output, rows.title(sheet)), _code(rows.where(sheet, DIGITS))
    yield _sentence(say("{formula} at {point}", formula=title, point=point) if sheet.point else title)
    yield picture
    heads, places = (say("step"), say("formula"), say("with numbers"), say("value")), rows.operations(sheet)
    yield _table(say("Forward →"), BLUE, heads, rows.forward(sheet, DIGITS, places=_some(places)), len(places))
    yield _backward(sheet) if sheet.wrt else ""
    yield _sentence(f"<strong>{escaped(answer(sheet, DIGITS))}</strong>")
    yield from _sentences(f"! {remark}" for remark in rows.remarks(sheet, DIGITS))
    yield from _sentences(sheet.notes)


def _backward(sheet: Worksheet) -> str:
    places = _some(sheet.reverse)
    body = list(rows.backward(sheet, DIGITS, places=places))
    heads = (say("derivative"), say("chain rule"), say("with numbers"), say("value"), say("status"))
    width = len(heads) if any(row.status for row in body) else len(heads) - 1
    asked = [sheet.names[i] in sheet.gradient for i in places]
    return _table(say("← Backward"), RED, heads[:width], [row[:width] for row in body], len(sheet.reverse), asked)


def _some(places: Sequence[int]) -> Sequence[int]:
    """The first and the last of many places."""
    return places if len(places) <= ROWS else [*places[: ROWS // 2], *places[-ROWS // 2 :]]


def _table(
    title: str, colour: str, heads: Sequence[str], body: Iterable[Sequence[str]], length: int, bold: Sequence[bool] = ()
) -> str:
    lines = [f"<tr>{''.join(map(_cell, row, range(len(row))))}</tr>" for row in body]
    lines = [line.replace("<tr>", '<tr class="asked">') if strong else line for line, strong in zip(lines, bold or [False] * ROWS)]
    if length > ROWS:
        more = say("… {number} more", number=length - ROWS)
        lines.insert(ROWS // 2, f'<tr><td colspan="{len(heads)}">{escaped(more)}</td></tr>')
    head = "".join(f'<th scope="col"{NUMBER if k == 3 else ""}>{escaped(text)}</th>' for k, text in enumerate(heads))
    caption = f'<caption style="border-color:{colour}">{escaped(title)}</caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>" if lines else ""


def _cell(text: str, column: int) -> str:
    return f"<td{NUMBER if column == 3 else ''}>{_code(text) if column < 4 else escaped(text)}</td>"


def _code(text: str) -> str:
    return f"<code>{escaped(truncated(text, WIDE))}</code>"


def _sentence(markup: str) -> str:
    return f"<p>{markup}</p>"


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    return (_sentence(escaped(text)) for text in texts if text)


def _typeset(tape: Tape, output: str, reading: str) -> str:
    """The formula as it was understood; a long one as text, which can be broken into lines."""
    if len(reading) > WIDE or len(tape.nodes) > WIDE:
        return _code(reading)
    return "<br/>".join(map(mathml.math, mathml.reading(tape, output)))
