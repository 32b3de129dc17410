"""The reasons of local derivatives for the page, in every language."""

from __future__ import annotations

from autodiff.messages import LANGUAGES, speaking
from autodiff.passes.reasons import reasons
from autodiff.primitives import TABLE
from autodiff.study.graph import Graph
from autodiff.tape import Apply, Tape, Var


def told(tape: Tape, graph: Graph) -> dict[str, dict[int, list[str]]]:
    """By language and step: one sentence for all arguments, or one for each."""
    return {language: _told(tape, graph, language) for language in LANGUAGES}


def _told(tape: Tape, graph: Graph, language: str) -> dict[int, list[str]]:
    names, found = {node.place: node.name for node in graph.nodes}, dict[int, list[str]]()
    with speaking(language):
        for place in names:
            node = tape.nodes[place]
            if isinstance(node, Apply):
                leaves = [Var(names[j], (0, 0)) if j in names else tape.nodes[j] for j in (*node.args, place)]
                found[place] = reasons(node.op, dict(zip((*TABLE[node.op].names, "out"), leaves)))
    return found
