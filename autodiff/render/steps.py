"""The explanation as JSON: the same steps as data. Its words are never translated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from autodiff.primitives import TABLE
from autodiff.render.notation import Plain
from autodiff.render.supplements import counts
from autodiff.study.explanation import Chain, Derivation, ExplainedNode, Explanation, Kept, Term
from autodiff.study.nudges import Nudge, Trial
from autodiff.study.paths import Path
from autodiff.tape import Apply
from autodiff.writing.numbers import quoted, shortest, strict

T = TypeVar("T")
LARGEST = 2**53  # whole numbers that every reader of JSON can hold


def json(found: Explanation) -> Iterator[str]:
    """The member of the JSON of a worksheet."""
    yield '"explanation": {' + ",\n  ".join(_Steps(found).members()) + "}"


class _Steps:
    def __init__(self, found: Explanation) -> None:
        self.found, self.sheet, self.n = found, found.sheet, _Exact(found.sheet, 17)

    def members(self) -> Iterator[str]:
        found = self.found
        yield f'"graph": {_kept(found.graph, self.node)}'
        yield f'"forward": {_kept(found.steps, self.step)}'
        yield f'"backward": {_kept(found.derivations, self.derivation)}'
        yield f'"paths": {_kept(found.chains, self.chain)}'
        yield f'"nudges": {_list(map(self.nudge, found.nudges))}'
        work = {"forward": found.work.forward, "reverse": found.work.reverse}
        yield '"work": {' + ", ".join(f'"{mode}": {{{counts(work[mode])}}}' for mode in found.work.shown) + "}"

    def name(self, place: int) -> str:
        return quoted(self.sheet.names[place])

    def formula(self, place: int) -> str:
        is_step = isinstance(self.sheet.tape.nodes[place], Apply)
        return f', "formula": {quoted(self.n.formula(place))}' if is_step else ""

    def node(self, node: ExplainedNode) -> str:
        more = f', "more": {node.more}' if node.more else ""
        return f'{{"name": {self.name(node.place)}{self.formula(node.place)}, "feeds": {_list(map(self.name, node.feeds))}{more}}}'

    def step(self, place: int) -> str:
        numbers, value = quoted(self.n.numbers(place)), strict(self.sheet.values[place])
        return f'{{"name": {self.name(place)}{self.formula(place)}, "numbers": {numbers}, "value": {value}}}'

    def derivation(self, one: Derivation) -> str:
        more = f', "more": {len(one.uses) - len(one.terms)}' if len(one.uses) > len(one.terms) else ""
        terms = _list(self.term(one.place, term) for term in one.terms)
        label = quoted(self.n.derivative(one.place))
        return f'{{"name": {self.name(one.place)}, "label": {label}, "terms": {terms}{more}, "gradient": {strict(one.value)}}}'

    def term(self, place: int, term: Term) -> str:
        known = self.sheet.adjoint(term.use.step)
        return (
            f'{{"through": {self.name(term.use.step)}{self.formula(term.use.step)}, "argument": {term.use.argument}, '
            f'"rule": {quoted(term.rule or f"chain rule through {self.operation(term.use.step)}")}, '
            f'"partial": {quoted(self.n.rule(term.formula))}, "partial_value": {strict(term.use.slope)}, '
            f'"known": {quoted(self.n.derivative(term.use.step))}, "known_value": {strict(known)}, '
            f'"also_used_for": {_list(quoted(self.n.derivative(j)) for j in term.also)}}}'
        )

    def operation(self, place: int) -> str:
        node = self.sheet.tape.nodes[place]
        assert isinstance(node, Apply)
        return TABLE[node.op].spelled or node.op

    def chain(self, chain: Chain) -> str:
        number = str(chain.ways) if chain.ways <= LARGEST else quoted(_large(chain.ways))
        paths = _list(self.path(chain.place, path) for path in chain.paths)
        return f'{{"name": {self.name(chain.place)}, "count": {number}, "first": {paths}, "gradient": {strict(chain.value)}}}'

    def path(self, place: int, path: Path) -> str:
        through = _list(self.name(use.step) for use in path.uses)
        partials = _list(strict(use.slope) for use in path.uses)
        return f'{{"through": {through}, "partials": {partials}, "product": {strict(path.product)}}}'

    def nudge(self, nudge: Nudge) -> str:
        moves = (f'{{"name": {self.name(m.place)}, "before": {strict(m.before)}, "after": {strict(m.after)}}}' for m in nudge.moves)
        return (
            f'{{"name": {quoted(nudge.variable)}, "verdict": {quoted(nudge.verdict)}, "moves": {_list(moves)}, '
            f'"left_out": {nudge.left_out}, "trials": {_list(map(_trial, nudge.trials))}, "order": {strict(nudge.order)}}}'
        )


class _Exact(Plain):
    """Numbers in the shortest form that reads back the same."""

    def _value(self, place: int) -> str | None:
        value = self.sheet.values[place]
        return None if value is None or isinstance(value, bool) else shortest(value)


def _trial(trial: Trial) -> str:
    return (
        f'{{"size": {strict(trial.size)}, "change": {strict(trial.change)}, "predicted": {strict(trial.predicted)}, '
        f'"remainder": {strict(trial.remainder)}}}'
    )


def _large(number: int) -> str:
    """A whole number in all its digits, or in the first ones where there are very many."""
    if number.bit_length() < 1000:
        return str(number)
    exponent = int(number.bit_length() * 0.30103) - 17
    leading = str(number // 10**exponent)
    return f"{leading[0]}.{leading[1:16]}e+{exponent + len(leading) - 1}"


def _kept(kept: Kept[T], write: Callable[[T], str]) -> str:
    """The first ones, how many are left out, and the last ones."""
    parts = [
        f'"first": {_lines(map(write, kept.head))}',
        f'"left_out": {kept.left_out}',
        f'"last": {_lines(map(write, kept.tail))}',
    ]
    return "{" + ", ".join(parts) + "}"


def _lines(texts: Iterable[str]) -> str:
    return "[" + ",".join(f"\n    {text}" for text in texts) + "]"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(texts)}]"
