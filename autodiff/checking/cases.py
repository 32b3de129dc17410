"""The derivative at one point with a known mistake put in, at one node or wherever it can be made, to be compared with a claim."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property

from autodiff.checking.mistakes import Mistake, formula, known
from autodiff.numbers.algebra import FLOATS
from autodiff.passes.evaluate import evaluate
from autodiff.point.evaluation import Evaluation
from autodiff.tape import Apply, Const, Tape


class Case:
    """A claim at one point: what is right there, and the tangent of every node."""

    def __init__(self, here: Evaluation, place: int, claimed: float) -> None:
        self.here, self.place, self.claimed = here, place, claimed
        self.right = here.adjoint(place)

    @property
    def is_finite(self) -> bool:
        """Whether claim and derivative are numbers in doubles."""
        return math.isfinite(self.right) and math.isfinite(self.claimed)

    @cached_property
    def tangents(self) -> list[float | None]:
        """How every node changes with the variable, or the step, that the claim is about."""
        return self.here.pushed({self.place: 1.0})

    def off(self, i: int, mistake: Mistake) -> float | None:
        """How far the derivative is off if a mistake is made at one node; None if it cannot be made there."""
        wrong = self.wrong(i, mistake, self.tangents)
        return None if wrong is None else self.here.adjoint(i) * (wrong - (self.tangents[i] or 0.0))

    def wrong(self, i: int, mistake: Mistake, tangents: Sequence[float | None]) -> float | None:
        """The wrong tangent of a node."""
        node, slopes = self.here.tape.nodes[i], self.here.partials[i]
        if not isinstance(node, Apply) or slopes is None or len(node.args) > 2 or self.here.values[i] is None:
            return None
        moving = [tangents[j] if slope is not None else None for j, slope in zip(node.args, slopes)]
        if mistake.varies != "".join(name for name, d in zip("xy", moving) if d is not None):
            return None
        args = [self.here.values[j] for j in node.args]
        env = {"x": args[0], "y": args[-1], "dx": moving[0] or 0.0, "dy": moving[-1] or 0.0}
        env |= {"out": self.here.values[i], "p": slopes[0] or 0.0, "q": slopes[-1] or 0.0}
        tape = formula(mistake.wrong)
        return float(evaluate(tape, env, FLOATS)[tape.output])

    def throughout(self, mistake: Mistake) -> float | None:
        """The derivative if a mistake is made at every node where it can be made; None if there are fewer than two."""
        tangents: list[float | None] = [None] * len(self.tangents)
        tangents[self.place] = 1.0
        made = 0
        for i, node in enumerate(self.here.tape.nodes):
            slopes = self.here.partials[i]
            if i == self.place or slopes is None or not isinstance(node, Apply):
                continue
            wrong = self.wrong(i, mistake, tangents) if mistake in eligible(self.here.tape, i, mistake) else None
            made += wrong is not None
            terms = [slope * d for j, slope in zip(node.args, slopes) if slope is not None and (d := tangents[j]) is not None]
            tangents[i] = wrong if wrong is not None else sum(terms) if terms else None
        return tangents[self.here.tape.output] if made > 1 else None


def eligible(tape: Tape, i: int, only: Mistake | None = None) -> list[Mistake]:
    """The mistakes that can be made at a node; an inner factor is missing only where there is an inner formula."""
    node = tape.nodes[i]
    if not isinstance(node, Apply) or _is_bare(tape, node):
        return []
    rows = known(node.op, len(node.args)) if only is None else [only] if only in known(node.op, len(node.args)) else []
    return [row for row in rows if row.kind != "chain rule" or isinstance(tape.nodes[node.args["xy".index(row.varies)]], Apply)]


def _is_bare(tape: Tape, node: Apply) -> bool:
    """Whether a node is u^1 or u/1: it hides no mistake about powers."""
    last = tape.nodes[node.args[-1]]
    return node.op in ("pow", "div") and isinstance(last, Const) and last.value == 1
