"""Why the numbers of a worksheet are what they are, as data: what a good teacher would say, for renderers to spell."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from autodiff.point.worksheet import Use, Worksheet
from autodiff.primitives import TABLE
from autodiff.study.local import Rules, arguments
from autodiff.study.modes import Modes, Work, modes, reverse_work
from autodiff.study.nudges import Nudge, nudge
from autodiff.study.paths import Path, Paths
from autodiff.tape import Apply, Tape, Var

TERMS = 6  # of a sum, and of what a node feeds
NUDGES = 6  # variables that are nudged
FULL = 12  # derivatives up to which each is told in full
PATHS, EVERY = 4, 100  # of a variable; the same where all is asked for
CHEAP = 2_000_000  # steps of forward mode that are carried out to be counted

T = TypeVar("T")
S = TypeVar("S")


class Kept(NamedTuple, Generic[T]):
    """The first and the last of many, and how many are left out between them; `gaps` says where else in the tail."""

    head: Sequence[T]
    left_out: int
    tail: Sequence[T]
    gaps: frozenset[int] = frozenset()

    def map(self, make: Callable[[T], S]) -> Kept[S]:
        """The same of something else."""
        return Kept([make(x) for x in self.head], self.left_out, [make(x) for x in self.tail], self.gaps)

    def all(self) -> Iterable[T]:
        """Those that are kept."""
        return (*self.head, *self.tail)


class ExplainedNode(NamedTuple):
    """A variable or a step of the graph, and the first of the steps that it feeds."""

    place: int
    feeds: tuple[int, ...]
    more: int


class Term(NamedTuple):
    """A use of a node, which sends back the derivative of the later step, known already, times the local derivative.

    `formula` is the local derivative in the names of steps. `number` tells apart the uses by one step, from 1; 0 if it is
    the only one.
    `also` are the other nodes that the same known derivative is used for.
    """

    use: Use
    rule: str
    formula: Tape
    number: int
    also: tuple[int, ...]


class Derivation(NamedTuple):
    """A step of the backward pass: the derivative of the output with respect to a node, its uses, and more on the first of them.

    The uses of which there is more come first.
    """

    place: int
    value: float
    uses: Sequence[Use]
    terms: tuple[Term, ...]


class Chain(NamedTuple):
    """The chain rule for one variable along every path."""

    place: int
    value: float
    ways: int
    paths: tuple[Path, ...]


class Explanation(NamedTuple):
    """All of it. In `work` forward mode is not shown where it would take too long to be carried out and counted."""

    sheet: Worksheet
    graph: Kept[ExplainedNode]
    steps: Kept[int]
    derivations: Kept[Derivation]
    chains: Kept[Chain]
    nudges: tuple[Nudge, ...]
    work: Modes

    @property
    def is_long(self) -> bool:
        """Whether steps are left out."""
        return self.graph.left_out > 0

    @property
    def is_brief(self) -> bool:
        """Whether there are so many derivatives that each is told in a line, and of what is alike one example."""
        return len(self.sheet.reverse) > FULL


def explain(sheet: Worksheet, size: float, most: int | None) -> Explanation:
    """Explain a worksheet: at most so many steps of a pass, or all; nudges are of this size."""
    few, ways = (sys.maxsize, EVERY) if most is None else (TERMS, PATHS)
    nodes, paths, written = sheet.tape.nodes, Paths(sheet), _Written(sheet, few)
    drawn = [i for i in sheet.shown if isinstance(nodes[i], (Apply, Var))]
    variables = [sheet.places[name] for name in sheet.wrt if sheet.places[name] != sheet.tape.output]
    feeds = _feeds(sheet)
    own = sheet.tape.names
    return Explanation(
        sheet,
        _kept(drawn, most, own).map(lambda i: _explained(i, feeds.get(i, []), few, own)),
        _kept([i for i in drawn if isinstance(nodes[i], Apply)], most, own),
        _kept(sheet.reverse, most, own).map(written.derivation),
        _kept(variables, most, own).map(lambda i: _chain(sheet, paths, i, ways)),
        tuple([nudge(sheet, i, size) for i in variables[:NUDGES]]),
        _work(sheet),
    )


def _work(sheet: Worksheet) -> Modes:
    if len(sheet.wrt) * len(sheet.tape.nodes) <= CHEAP:
        return modes(sheet)
    return Modes({}, {}, Work(len(sheet.wrt), 0, 0), reverse_work(sheet), ("reverse",))


def _chain(sheet: Worksheet, paths: Paths, place: int, most: int) -> Chain:
    return Chain(place, sheet.gradient[sheet.names[place]], paths.count(place), tuple(paths.first(place, most)))


def _explained(place: int, feeds: Sequence[int], few: int, own: Collection[int]) -> ExplainedNode:
    chosen = preferred(feeds, few, own)
    return ExplainedNode(place, tuple([feeds[k] for k in chosen]), len(feeds) - len(chosen))


def preferred(places: Sequence[int], most: int, own: Collection[int], ends: bool = False) -> list[int]:
    """Which of many to show, as indices: those that the user named, if there is room for them, then the first, or both `ends`."""
    if len(places) <= most:
        return list(range(len(places)))
    named = [k for k, place in enumerate(places) if place in own]
    chosen = set(named if len(named) < most else ())
    rest, room = [k for k in range(len(places)) if k not in chosen], most - len(chosen)
    tail = room // 3 if ends else 0
    return sorted({*chosen, *rest[: room - tail], *rest[len(rest) - tail :]})


def _kept(items: Sequence[int], most: int | None, own: Collection[int]) -> Kept[int]:
    """The first two thirds and the last third of what may be shown, and above all what the user named."""
    if most is None or len(items) <= most:
        return Kept(items, 0, ())
    chosen = preferred(items, most, own, ends=True)
    first = next(at for at, k in enumerate([*chosen, -1]) if at != k)
    gaps = [at for at in range(first + 1, len(chosen)) if chosen[at] != chosen[at - 1] + 1]
    kept = [items[k] for k in chosen]
    return Kept(kept[:first], len(items) - len(kept), kept[first:], frozenset(at - first for at in gaps))


def _feeds(sheet: Worksheet) -> dict[int, list[int]]:
    """The steps that use a node, each once, whether they are differentiated or not."""
    feeds: dict[int, list[int]] = {}
    for i in sheet.shown:
        node = sheet.tape.nodes[i]
        if isinstance(node, Apply):
            taken = bool(sheet.values[node.args[0]]) if node.op == "if" else None
            for j in dict.fromkeys(j for _, j in arguments(sheet.tape, node, taken)):
                feeds.setdefault(j, []).append(i)
    return feeds


class _Written:
    """Says of every use which rule gives its derivative, and by which formula."""

    def __init__(self, sheet: Worksheet, terms: int) -> None:
        self.sheet, self.terms = sheet, terms
        self.rules = Rules(sheet.tape, sheet.names, sheet.values)

    def derivation(self, place: int) -> Derivation:
        """How the derivative with respect to a node comes about."""
        uses: Sequence[Use] = () if place == self.sheet.tape.output else self.sheet.uses.get(place, ())
        if len(uses) > self.terms:
            chosen = preferred([use.step for use in uses], self.terms, self.sheet.tape.names)
            uses = [*[uses[k] for k in chosen], *[use for k, use in enumerate(uses) if k not in chosen]]
        shown = uses[: self.terms]
        total, met = Counter(use.step for use in shown), Counter[int]()
        terms = []
        for use in shown:
            met[use.step] += 1
            terms.append(self._term(place, use, met[use.step] if total[use.step] > 1 else 0))
        return Derivation(place, self.sheet.shown_gradient(place) or 0.0, uses, tuple(terms))

    def _term(self, place: int, use: Use, number: int) -> Term:
        node = self.sheet.tape.nodes[use.step]
        assert isinstance(node, Apply)
        varying = [j for k, j in enumerate(node.args) if self.sheet.active[j] and (node.op != "if" or k == use.argument)]
        also = tuple([j for j in dict.fromkeys(varying) if j != place])
        formula = self.rules.formulas(use.step, node)[use.argument]
        return Term(use, named(node.op, use.argument, len(varying) == 1), formula, number, also)


def named(op: str, argument: int, alone: bool) -> str:
    """The name of a rule; empty where it is the chain rule through a function."""
    row = TABLE[op]
    rules = (row.alone if alone else ()) or row.rule
    return rules[min(argument, len(rules) - 1)] if rules else ""
