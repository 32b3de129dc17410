"""A formula as one interactive page: the graph, the tape as data, and an engine that runs it again whenever a number changes."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from autodiff import __version__
from autodiff.calculus import active
from autodiff.events import NO_ROOT, SPELLED
from autodiff.graph import Edge, Graph, symbolic
from autodiff.language import LANGUAGES, translated
from autodiff.primitives import TABLE
from autodiff.render import mathml, svg
from autodiff.render.metrics import shortened
from autodiff.render.numbers import strict
from autodiff.status import ORDER
from autodiff.tape import Apply, Const, Tape, Var
from autodiff.worksheet import Worksheet

SCRIPTS = ("numbers", "words", "engine", "sides", "judge", "elements", "picture", "inputs", "tables", "walk", "nudge", "quiz", "page")
ENGINE = ("engine", "sides", "judge")
"""The part that computes; it needs no page."""
LONG = 160  # letters of a formula: what is longer is written as text, which can be broken into lines
ROUND = (1, 2, 5, 10)
GRAPH = "graph-svg"
ROOM = 7  # characters for every number of the picture


def document(sheet: Worksheet, title: str, language: str) -> str:
    """The whole page."""
    graph = symbolic(sheet.tape, sheet.wrt)
    drawing, rules = _drawing(graph)
    css, script = f"{rules}\n{asset('page.css')}", _script(sheet.tape)
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    return Template(asset("page.html")).substitute(
        language=language, policy=policy, version=__version__, title=escape(_clean(title or graph.reading)), css=css, heading=_heading(sheet, graph, title),
        graph=drawing, templates="\n".join(_templates(sheet.tape, graph)), data=_data(sheet, graph, language), script=script,
    )  # fmt: skip


@cache
def asset(name: str) -> str:
    """A file of the page, without comments and indentation."""
    text = (files("autodiff.render") / "web" / name).read_text("utf-8")
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line and not line.startswith(("//", "/*")))


def phrases() -> list[str]:
    """All messages of the page, in English."""
    scripts = "\n".join(asset(f"{name}.js") for name in SCRIPTS)
    said = re.findall(r'\b(?:say|told|N_)\(\s*"((?:[^"\\]|\\.)*)"|\btext: "((?:[^"\\]|\\.)*)"', scripts)
    shown = re.findall(r'data-(?:say|label)="([^"]*)"', asset("page.html"))
    return list(dict.fromkeys([*(a or b for a, b in said), *shown]))


def _script(tape: Tape) -> str:
    from stub import rows  # TODO the generated rows

    used = {node.op for node in tape.nodes if isinstance(node, Apply)}
    parts = [f"const ORDER = {json.dumps(ORDER)}, NO_ROOT = {json.dumps(NO_ROOT)};", rows(used), PREPARE, *(asset(f"{name}.js") for name in SCRIPTS)]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();"


PREPARE = """const DATA = JSON.parse(document.getElementById("data").textContent);
DATA.owned = new Set(DATA.owned);"""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _clean(text: str) -> str:
    """A text that UTF-8 can write."""
    return text.encode(errors="replace").decode()


def _heading(sheet: Worksheet, graph: Graph, title: str) -> str:
    long = len(graph.reading) > LONG
    lines = [f"<code>{escape(graph.reading)}</code>"] if long else [mathml.math(text) for text in mathml.reading(sheet.tape, graph.output)]
    formula = "<br>".join(lines)
    if title:
        return f"<h1>{escape(_clean(title))}</h1><p>{formula}</p>"
    return f'<h1 aria-label="{escape(graph.reading)}" class="{"text" if long else "formula"}">{formula}</h1>'


def _data(sheet: Worksheet, graph: Graph, language: str) -> str:
    """What the scripts work with. As JSON in an element that is no script; without < nothing in it can end the element."""
    tape, labels = sheet.tape, {node.place: node.label for node in graph.nodes}
    data = {
        "language": language,
        "words": {other: {text: translated(text, other) for text in _said(tape)} for other in LANGUAGES if other != "en"},
        "tape": tape_data(tape, sheet.wrt),
        "named": list(tape.names),
        "names": {node.place: node.name for node in graph.nodes},
        "owned": [place for place, label in labels.items() if "/" in label],
        "nodes": [{"place": node.place, "name": node.name, "formula": bool(node.formula), "label": node.label} for node in graph.nodes],
        "edges": [_edge(graph, edge) for edge in graph.edges],
        "inputs": [_input(tape, node.place, sheet.point) for node in graph.nodes if isinstance(tape.nodes[node.place], Var)],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _said(tape: Tape) -> Iterator[str]:
    yield from phrases()
    yield from ORDER
    yield NO_ROOT
    yield from SPELLED.values()
    for op in {node.op: None for node in tape.nodes if isinstance(node, Apply)}:
        yield from (point.reason for point in TABLE[op].points)


def _edge(graph: Graph, edge: Edge) -> dict[str, Any]:
    source, target = graph.nodes[edge.source].place, graph.nodes[edge.target].place
    return {"from": source, "to": target, "argument": edge.argument, "symbol": edge.symbol, "rule": shortened(edge.rule, svg.MEDIUM)}


def tape_data(tape: Tape, wrt: tuple[str, ...]) -> dict[str, Any]:
    """A tape for the engine."""
    return {
        "nodes": [_node(node) for node in tape.nodes],
        "output": tape.output,
        "runs": {start: {"stop": run.stop, "condition": run.condition, "when": run.when} for start, run in tape.runs.items()},
        "active": [bool(flag) for flag in active(tape, wrt)],
        "varies": [bool(flag) for flag in active(tape, tape.variables())],
    }


def _node(node: object) -> dict[str, Any]:
    if isinstance(node, Const):
        return {"value": _number(node.value)}
    if isinstance(node, Var):
        return {"name": node.name}
    assert isinstance(node, Apply)
    return {"op": node.op, "args": node.args}


def _number(value: float) -> Any:
    """A number as JSON has it: those that are not finite, and -0, as strings."""
    return value if math.isfinite(value) and (value or math.copysign(1, value) > 0) else strict(value).strip('"')


def _input(tape: Tape, place: int, point: Any) -> dict[str, Any]:
    node = tape.nodes[place]
    assert isinstance(node, Var)
    value = point[node.name]
    reach = _round(2 * abs(value)) if value and math.isfinite(value) else 2.0
    middle = value if math.isfinite(value) else 0.0
    low, high = _tidy(middle - reach), _tidy(middle + reach)
    return {"place": place, "name": node.name, "value": _number(value), "low": low, "high": high, "step": _tidy(10.0 ** math.floor(math.log10(reach / 50)))}


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
    return f'<template id="{identifier}"><math>{body.replace("<mtext>otherwise", chr(60) + "mtext data-say=" + chr(34) + "otherwise" + chr(34) + ">otherwise")}</math></template>'


def _drawing(graph: Graph) -> tuple[str, str]:
    """The picture with room for numbers, and its rules apart: the policy allows no style but that of the page."""
    nodes = [node._replace(value=0.0, gradient=0.0 if node.label else None) for node in graph.nodes]
    edges = [edge._replace(partial=0.0, share=0.0) if edge.symbol else edge for edge in graph.edges]
    drawing = svg.document(graph._replace(nodes=tuple(nodes), edges=tuple(edges)), prefix=GRAPH, room=ROOM, framed=False)
    rules = svg.style(GRAPH)
    return drawing.replace(f"<style>\n{rules}\n</style>", ""), rules
