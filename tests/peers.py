"""How JAX, PyTorch and SymPy answer the special cases: our tape, read in their functions.

python tests/peers.py --record writes autodiff/peers.json, which docs/conventions.md shows and tests/test_peers.py proves.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from cases import CASES, Case
from foreign import ERROR, Foreign, by_jax, by_sympy, by_torch, jax_algebra, sympy_algebra, torch_algebra

import autodiff
from autodiff.passes.evaluate import evaluate
from autodiff.tape import Apply

RECORD = Path(__file__).parent.parent / "autodiff/peers.json"
Answer = dict[str, Any] | None
"""A value and a gradient, of numbers or of words where there is no number; None where the peer lacks a function."""


class Peer(NamedTuple):
    """A library: the package it comes in, its algebra, and how it differentiates a function of named variables at a point."""

    package: str
    algebra: Callable[[], Foreign]
    differentiate: Callable[[Callable[[Mapping[str, Any]], Any], Mapping[str, float]], tuple[Any, Mapping[str, Any]]]

    @property
    def version(self) -> str:
        """Without the name of a build."""
        return version(self.package).partition("+")[0]

    def answer(self, case: Case) -> Answer:
        """What the peer says of a case."""
        tape, algebra = autodiff.parse(case.text, names=case.at).tape, self.algebra()
        if any(isinstance(node, Apply) and node.op not in algebra.functions for node in tape.nodes):
            return None
        try:
            value, gradient = self.differentiate(lambda variables: evaluate(tape, variables, algebra)[tape.output], case.at)
        except (TypeError, ValueError):  # an argument that the peer does not differentiate
            value, gradient = ERROR, dict.fromkeys(case.at, ERROR)
        return {"value": value, "gradient": gradient}

    def answers(self) -> dict[str, Answer]:
        """By the title of the case."""
        return {case.title: self.answer(case) for case in CASES}


PEERS = {
    "JAX": Peer("jax", jax_algebra, by_jax),
    "PyTorch": Peer("torch", torch_algebra, by_torch),
    "SymPy": Peer("sympy", sympy_algebra, by_sympy),
}


def strict(found: Any) -> Any:
    """For strict JSON: what is not finite as a word."""
    if isinstance(found, dict):
        return {name: strict(inner) for name, inner in found.items()}
    if isinstance(found, float) and not math.isfinite(found):
        return "NaN" if found != found else "Infinity" if found > 0 else "-Infinity"
    return found


def document(recorded: Mapping[str, Any]) -> str:
    """The record as JSON, a case a line."""
    peers = []
    for name, peer in recorded.items():
        lines = [
            f"  {json.dumps(title)}: {json.dumps(strict(answer), allow_nan=False)}" for title, answer in peer["answers"].items()
        ]
        peers.append(f'"{name}": {{"version": "{peer["version"]}", "answers": {{\n' + ",\n".join(lines) + "}}")
    return "{" + ",\n ".join(peers) + "}\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--record"]:
        sys.exit("usage: python tests/peers.py --record")
    found = {name: {"version": peer.version, "answers": peer.answers()} for name, peer in PEERS.items()}
    RECORD.write_text(document(found), encoding="utf-8")
