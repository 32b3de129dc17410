"""A formula as one interactive page: the graph, the tape as data, and an engine that runs it again whenever a number changes."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from html import escape
from string import Template
from typing import Any

from autodiff.messages import LANGUAGES, N_, speaking, translated
from autodiff.page import engine, values
from autodiff.page.engine import Key
from autodiff.page.reasons import told
from autodiff.point.worksheet import Worksheet
from autodiff.primitives import ALIASES, TABLE
from autodiff.render.drawing import colours, labels, svg
from autodiff.study.graph import Edge, Graph, symbolic
from autodiff.tape import Apply, Const, Tape
from autodiff.version import __version__
from autodiff.writing import mathml
from autodiff.writing.metrics import truncated

VIEWS = (
    "numbers",
    "values",
    "words",
    "elements",
    "picture",
    "column",
    "inputs",
    "tables",
    "walk",
    "nudge",
    "curve",
    "quiz",
    "page",
)
LONG = 160  # letters of a formula: what is longer is written as text, which can be broken into lines
ROUND = (1, 2, 5, 10)
TINY, HUGE = 1e-290, 1e290  # between them a slider has a sensible range
OTHERWISE = N_("otherwise")
GRAPH = "g"
ROOM = 7  # characters for every number of the picture


def page(sheet: Worksheet, title: str = "", language: str = "en") -> str:
    """The whole page, which speaks English until its script runs. Raises AutodiffError where JavaScript lacks a function."""
    with speaking("en"):
        return _page(sheet, title, language)


def _page(sheet: Worksheet, title: str, language: str) -> str:
    graph, known = _printed(symbolic(sheet.tape, sheet.wrt, free=sheet.free.values()), sheet.tape), engine.keys([sheet.tape])
    drawing, rules, edges = _drawing(graph)
    css, script = f"{rules}\n{engine.asset('page.css')}", _script(known)
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    whole = Template(engine.asset("page.html")).substitute(
        language=language, policy=policy, version=__version__, title=escape(_clean(title or graph.reading)), css=css,
        heading=_heading(sheet, graph, title), graph=drawing, templates="\n".join(_templates(sheet.tape, graph)),
        data=_data(sheet, graph, edges, language, known), script=script,
    )  # fmt: skip
    head, body, rest = re.split("(?=<body|<script type)", whole, maxsplit=2)
    return head + _UNQUOTED.sub(r"\1\2", _NEEDLESS.sub("", body)) + rest


_UNQUOTED = re.compile(r'( [\w-]+=)"([\w.-]+)"(?=[ >])')  # HTML needs no quotes there; in texts they are written otherwise
_NEEDLESS = re.compile(r' xmlns="http://www.w3.org/[^"]*"| display="inline"')


def _printed(graph: Graph, tape: Tape) -> Graph:
    """The graph with functions called as the formulas beside it call them: ln(x), arcsin(x)."""
    called = {op: alias for alias, op in ALIASES.items() if TABLE[op].latex in (f"\\{alias}", f"\\operatorname{{{alias}}}")}
    word = re.compile(rf"\b({'|'.join(called)})\(")

    def printed(text: str) -> str:
        return word.sub(lambda found: f"{called[found[1]]}(", text)

    nodes = [
        node if getattr(tape.nodes[node.place], "op", "") == "log_base" else node._replace(formula=printed(node.formula))
        for node in graph.nodes
    ]
    return graph._replace(nodes=tuple(nodes), edges=tuple([edge._replace(rule=printed(edge.rule)) for edge in graph.edges]))


def phrases() -> list[str]:
    """All messages of the page, in English."""
    scripts = "\n".join(engine.asset(f"{name}.js") for name in (*engine.PASSES, *VIEWS))
    said = re.findall(r'\b(?:say|told|N_)\(\s*"((?:[^"\\]|\\.)*)"|\btext:"((?:[^"\\]|\\.)*)"', scripts)
    shown = re.findall(r'data-(?:say|label)="([^"]*)"', engine.asset("page.html"))
    return list(dict.fromkeys([*(a or b for a, b in said), *shown, OTHERWISE]))


PREPARE = 'const DATA = JSON.parse(document.getElementById("data").textContent);'


def _script(known: Sequence[Key]) -> str:
    parts = [engine.script(known), values.typed(), PREPARE, *(engine.asset(f"{name}.js") for name in VIEWS)]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _clean(text: str) -> str:
    """A text that UTF-8 can write."""
    return text.encode(errors="replace").decode()


def _heading(sheet: Worksheet, graph: Graph, title: str) -> str:
    text, formula = f"<code>{escape(graph.reading)}</code>", ""
    if len(graph.reading) <= LONG:
        lines = "<br>".join(map(mathml.math, mathml.reading(sheet.tape, graph.output)))
        formula, text = f'<span class="formula">{_translatable(lines)}</span>', text.replace(">", " hidden>", 1)
    if title:
        return f"<h1>{escape(_clean(title))}</h1><p>{formula}{text}</p>"
    return f'<h1 aria-label="{escape(graph.reading)}">{formula}{text}</h1>'


def _data(sheet: Worksheet, graph: Graph, edges: Sequence[object], language: str, known: Sequence[Key]) -> str:
    """What the scripts work with. As JSON in an element that is no script; without < nothing in it can end the element."""
    tape, said = sheet.tape, [*phrases(), *engine.reasons(known)]
    data = {
        "language": language,
        "words": {other: _words(said, other) for other in LANGUAGES if other != "en"},
        "lost": {spoken: _lost(sheet, spoken) for spoken in LANGUAGES},
        "tape": engine.tape_data(tape, sheet.wrt, known, sheet.free.values()),
        "named": list(tape.names),
        "nodes": [[node.place, node.name, node.label, int(bool(node.formula))] for node in graph.nodes],
        "edges": edges,
        "inputs": [_input(node.place, node.name, sheet.point[node.name]) for node in graph.nodes if not node.formula],
    }  # fmt: skip
    data["reasons"] = told(tape, graph)
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _words(said: Sequence[str], language: str) -> dict[str, str]:
    """All messages in a language, by a number of their English text, which stands where they are said."""
    words = {_number(text): translated(text, language) for text in said}
    assert len(words) == len({*said})
    return words


def _lost(sheet: Worksheet, language: str) -> list[str]:
    """What is said of digits that are lost at the first values; the page cannot tell it of others."""
    with speaking(language):
        return list(sheet.lost())


def _number(text: str) -> str:
    """The number of a text, as `words.js` reckons it."""
    found = 0
    for sign in text:
        found = (31 * found + ord(sign)) % 2**24
    return f"{found:x}"


def _input(place: int, name: str, value: float) -> dict[str, Any]:
    """A variable, its value, and a slider around it that reaches beyond 0."""
    is_usual = TINY < abs(value) < HUGE
    middle, reach = (value, _round(2 * abs(value))) if is_usual else (0.0, 2.0)
    step = _tidy(10.0 ** math.floor(math.log10(reach / 50)))
    unit = 10 * step  # of the ends, which so have two digits
    low = _tidy(math.floor(_tidy((middle - reach) / unit)) * unit)
    high = _tidy(math.ceil(_tidy((middle + reach) / unit)) * unit)
    return {"place": place, "name": name, "value": engine.number(value), "low": low, "high": high, "step": step}


def _round(x: float) -> float:
    """The next number of 1, 2, 5 and a power of ten."""
    power = 10.0 ** math.floor(math.log10(x))
    return next(k * power for k in ROUND if k * power >= x * 0.999)


def _tidy(x: float) -> float:
    return float(f"{x:.12g}")


def _templates(tape: Tape, graph: Graph) -> Iterator[str]:
    """The name of every node, and the formula of every step, in names and with slots for numbers."""
    names = {node.place: node.name for node in graph.nodes}
    mark = "7" * 9
    while any(isinstance(node, Const) and mark in node.text for node in tape.nodes):
        mark += "7"
    for place, name in names.items():
        yield _template(f"n{place}", mathml.name(name))
        if isinstance(tape.nodes[place], Apply):
            yield _template(f"f{place}", mathml.step(tape, place, names.get))
            slots = mathml.step(tape, place, lambda i: f"{mark}{i}" if i in names else None)
            yield _template(f"v{place}", re.sub(rf"<mn>{mark}(\d+)</mn>", r'<mn data-node="\1"></mn>', slots))


def _template(identifier: str, body: str) -> str:
    return f'<math id="{identifier}">{_translatable(body)}</math>'


def _translatable(formula: str) -> str:
    """The only word in formulas, so marked that the page can say it in both languages."""
    return re.sub(f"<mtext>({OTHERWISE})", r'<mtext data-say="\1">\1', formula)


def _drawing(graph: Graph) -> tuple[str, str, list[list[object]]]:
    """The picture with room for numbers, its rules and its edges apart.

    The policy allows no style but that of the page; edges are data for the script, which fills the numbers in.
    """
    drawing, rules = svg.picture(graph, prefix=GRAPH, room=ROOM, framed=False), [colours.stylesheet(GRAPH)]
    drawing = drawing.replace(f"<style>\n{rules[0]}\n</style>", "")
    rules[0] = re.sub(rf"(?m)^#{GRAPH} \.(?:paper|reading|status)\b.*\n", "", rules[0])  # for what only framed pictures have
    for side, colour in (("forward", "blue"), ("backward", "red")):
        rules.append(f"#{GRAPH} .edge .{side}{{marker-end:url(#{GRAPH}-{colour})}}")
    edges = [_edge(edge, drawn) for edge, drawn in zip(graph.edges, _EDGE.findall(drawing), strict=True)]
    drawing = re.sub(r'(<g transform="[^"]*">)', r'\1<g id="edges"></g>', _EDGE.sub("", drawing), count=1)
    drawing = re.sub(r"<desc([^>]*)>[^<]*", r"<desc\1>", drawing)
    drawing = re.sub(r' (x|y|width|height)="([\d.]+)"', lambda found: f' {found[1]}="{round(float(found[2]))}"', drawing)
    return drawing.replace("\n<", "<"), "\n".join(rules), edges


_EDGE = re.compile(r'<g class="edge[^>]*>(.*?)</g>\n', re.DOTALL)
_PLACE = re.compile(r'<text class="(?:partial|share)[^>]* x="([\d.]+)" y="([\d.]+)"')


def _edge(edge: Edge, drawn: str) -> list[object]:
    """What it joins, its rule, its line, and where its two labels stand; the script draws it."""
    there, *_ = re.findall(r' d="([MHC\d. ]*)"', drawn)  # the script finds the way back
    line = re.sub(r"[\d.]+", lambda found: str(round(float(found[0]))), there)
    places = [round(float(number)) for pair in _PLACE.findall(drawn) for number in pair]
    rule = truncated(edge.rule, labels.MEDIUM)
    return [edge.source, edge.target, edge.argument, int(edge.asked), rule, _bends(line) or line, *places[:2], *places[3:]]


_BEND = re.compile(r"C(\d+) (\d+) \1 (\d+) (\d+) \3H(\d+)")


def _bends(line: str) -> list[int]:
    """The numbers of a line of level pieces and bends from which the script writes it; none, if it is another."""
    found = re.fullmatch(r"M(\d+) (\d+)H(\d+)(.*)", line)
    if found is None:
        return []
    numbers, level, rest = [int(number) for number in found.groups()[:3]], found[2], found[4]
    while (bend := _BEND.match(rest)) and bend[2] == level:
        numbers += [int(bend[k]) for k in (1, 4, 3, 5)]
        level, rest = bend[3], rest[bend.end() :]
    return [] if rest else numbers
