"""Derivatives as formulas for people: differentiated in normal form, shortened, and written with the steps that they share."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from autodiff.errors import AutodiffError
from autodiff.messages import say
from autodiff.passes.evaluate import evaluate
from autodiff.passes.push_pull import active, linearize, places, pull, push
from autodiff.primitives import CONDITIONS
from autodiff.symbolic.building import Assembler, Extent, Ruler, TapeBuilder
from autodiff.symbolic.shorten import shortened
from autodiff.symbolic.terms import Terms
from autodiff.tape import Apply, Node, Tape
from autodiff.writing.formulas import expression
from autodiff.writing.names import owned_names, step_names
from autodiff.writing.styles import ATOM, BOOK

LARGEST = 20_000  # steps of a formula that is differentiated once more
SHORT = 30  # characters of a step that is written out wherever it stands
FORMS = 20_000  # terms that are made on the way to a derivative of an order beyond the second: some seconds of work
TOLD = 1_000  # terms from which on it can be told how many there will be
CHEAP = 200_000  # steps of forward mode; beyond, all derivatives come from one sweep of reverse mode

MultiIndex = tuple[str, ...]
"""Which derivative: its variables, one after the other, so (x, x) is the second one in x."""


class SharedStep(NamedTuple):
    """A step that several formulas share, or one formula uses more than once."""

    name: str
    formula: str


class Derivatives(NamedTuple):
    """Formulas on one tape: where each of them is, and the steps that have names."""

    nodes: list[Node]
    places: Mapping[MultiIndex, int]
    names: Mapping[int, str]

    def steps(self) -> Iterator[SharedStep]:
        """The shared steps, each after those that it uses."""
        for place in sorted(self.names):
            yield SharedStep(self.names[place], self._text(place))

    def formula(self, index: MultiIndex) -> str:
        """A derivative, in which the shared steps are called by their names."""
        return self._text(self.places[index])

    def program(self, index: MultiIndex) -> str:
        """A derivative with the steps before it."""
        return "; ".join([*(f"{name} = {text}" for name, text in self.steps()), self.formula(index)])

    def tape(self, index: MultiIndex) -> Tape:
        """A derivative as a formula of its own."""
        nodes, place = list(self.nodes), self.places[index]
        if not isinstance(nodes[place], Apply):
            nodes.append(Apply("copy", (place,), (0, 0)))
            place = len(nodes) - 1
        return Tape(nodes, place, {i: name for i, name in self.names.items() if i != place})

    def _text(self, place: int) -> str:
        return expression(Tape(self.nodes, place), place, self.names.get, BOOK)


def derivatives(tape: Tape, indices: Sequence[MultiIndex]) -> Derivatives:
    """The derivatives of a formula that some indices name. Raises AutodiffError where one of them would be too large."""
    terms = Terms()
    values = normal_forms(terms, tape)
    found: dict[MultiIndex, int] = {(): values[tape.output]}
    sizes, highest = [len(terms.forms)], max(map(len, indices))
    for length in range(highest):
        steps = list(dict.fromkeys(index[: length + 1] for index in indices if len(index) > length))
        for before in dict.fromkeys(step[:-1] for step in steps):
            names = [step[-1] for step in steps if step[:-1] == before]
            whole = tape if not before else _tape(terms, found[before])
            found |= {(*before, name): slope for name, slope in zip(names, slopes(terms, whole, names))}
        sizes.append(len(terms.forms))
        if highest > 2 and expected(sizes, highest) > FORMS:
            raise AutodiffError(
                "E018",
                say("the derivative of order {order} takes more than {number} terms", order=highest, number=FORMS),
                say("lower the order; for numbers, write autodiff eval --order"),
            )
    own = {values[i]: name for i, name in tape.names.items()}
    return spelled_out(terms, {index: found[index] for index in indices}, owned_names(tape), own)


def expected(sizes: Sequence[int], highest: int) -> float:
    """How many terms there will be after the highest order, if they go on growing as they did over the last three orders."""
    more = highest + 1 - len(sizes)
    back = min(3, len(sizes) - 2)  # over fewer orders only where there are many terms already
    if not more or back < 1 or sizes[-1] < (TOLD if back == 3 else 2 * TOLD):
        return sizes[-1]
    last, before = sizes[-1] - sizes[-2], sizes[-1 - back] - sizes[-2 - back]
    ratio: float = (last / max(before, 1)) ** (1 / back)
    return sizes[-1] + sum(last * ratio**k for k in range(1, more + 1))


def derivative(tape: Tape, name: str) -> Derivatives:
    """The first derivative with respect to one variable."""
    return derivatives(tape, [(name,)])


def normal_forms(terms: Terms, tape: Tape) -> list[Any]:
    """The nodes of a tape in normal form."""
    return evaluate(tape, {name: terms.variable(name) for name in tape.variables()}, terms)


def slopes(terms: Terms, tape: Tape, names: Sequence[str]) -> list[int]:
    """The first derivatives with respect to some variables: forward mode, which keeps the order of sums and choices.

    Where that would take long, reverse mode; its formulas are the same, but in another order.
    """
    values, where = normal_forms(terms, tape), places(tape)
    terms.settle()
    known = [name for name in names if name in where]
    if len(known) * len(tape.nodes) <= CHEAP:
        found = {name: _pushed(terms, tape, values, where[name], name) for name in known}
    else:
        adjoints = pull(tape, linearize(tape, values, terms, active(tape, known)), terms.one, terms)
        found = {name: adjoints[where[name]] for name in known}
    return shortened(terms, [terms.zero if found.get(name) is None else found[name] for name in names])


def _pushed(terms: Terms, tape: Tape, values: Sequence[Any], place: int, name: str) -> Any:
    partials = linearize(tape, values, terms, active(tape, [name]))
    return push(tape, partials, {place: terms.one}, terms)[tape.output]


def _tape(terms: Terms, place: int) -> Tape:
    builder = TapeBuilder()
    output = Assembler(terms, builder).place(place)
    if len(builder.recorder.nodes) > LARGEST:
        raise AutodiffError(
            "E018",
            say("the derivative has more than {number} steps", number=LARGEST),
            say("lower the order; for numbers, write autodiff eval --order"),
        )
    return Tape(builder.recorder.nodes, output)


def spelled_out(terms: Terms, found: Mapping[MultiIndex, int], taken: Collection[str], own: Mapping[int, str]) -> Derivatives:
    """Forms as formulas; those in `own` have names already, and the names in `taken` are not given to others."""
    builder = TapeBuilder()
    assembler = Assembler(terms, builder)
    at = {index: assembler.place(place) for index, place in found.items()}
    named = {assembler.built[place]: name for place, name in own.items() if place in assembler.built}
    nodes = builder.recorder.nodes
    shared = _shared(nodes, list(at.values()))
    tape = Tape(nodes, len(nodes) - 1, {i: named[i] for i in shared if i in named})
    names = step_names(tape, shared, [*taken, *(f"d{name}" for name in taken)])
    return Derivatives(nodes, at, {i: names[i] for i in shared})


def _shared(nodes: Sequence[Node], roots: Sequence[int]) -> list[int]:
    """The steps that are used more than once and too long to be written out each time."""
    ruler, lengths, shared = Ruler(), list[Extent](), list[int]()
    uses = _uses(nodes, roots)
    for i, node in enumerate(nodes):
        lengths.append(ruler.apply(node.op, *[lengths[j] for j in node.args]) if isinstance(node, Apply) else ruler.leaf(node))
        if uses[i] > 1 and lengths[i].length > SHORT and isinstance(node, Apply) and node.op not in CONDITIONS:
            shared.append(i)
            lengths[i] = Extent(2, ATOM)
    return shared


def _uses(nodes: Sequence[Node], roots: Sequence[int]) -> list[int]:
    """How often each node is used by those that the roots need, and by them."""
    uses = [0] * len(nodes)
    for root in roots:
        uses[root] += 1
    for i in range(len(nodes) - 1, -1, -1):
        node = nodes[i]
        if uses[i] and isinstance(node, Apply):
            for j in node.args:
                uses[j] += 1
    return uses
