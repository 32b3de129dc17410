"""The reasons of local derivatives for the page, in every language."""

from __future__ import annotations

from autodiff.messages import LANGUAGES, speaking
from autodiff.passes.reasons import reasons
from autodiff.primitives import TABLE
from autodiff.study.graph import Graph
from autodiff.tape import Apply, Tape, Var


def told(tape: Tape, graph: Graph) -> tuple[dict[str, list[str]], dict[int, list[int]]]:
    """The sentences by language, each once; and for every step the place of one for all arguments, or of one for each."""
    by_language = [_told(tape, graph, language) for language in LANGUAGES]
    known: dict[tuple[str, ...], int] = {}
    places = {
        place: [known.setdefault(texts, len(known)) for texts in zip(*[found[place] for found in by_language], strict=True)]
        for place in by_language[0]
    }
    return dict(zip(LANGUAGES, map(list, zip(*known)))), places


def _told(tape: Tape, graph: Graph, language: str) -> dict[int, list[str]]:
    names, found = {node.place: node.name for node in graph.nodes}, dict[int, list[str]]()
    with speaking(language):
        for place in names:
            node = tape.nodes[place]
            if isinstance(node, Apply):
                leaves = [Var(names[j], (0, 0)) if j in names else tape.nodes[j] for j in (*node.args, place)]
                found[place] = reasons(node.op, dict(zip((*TABLE[node.op].names, "out"), leaves)))
    return found
