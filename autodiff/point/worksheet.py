"""What is shown of a formula at a point: its steps and their names, the reading and the notes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from autodiff.numbers.wide import Wide
from autodiff.passes.evaluate import evaluate, resume
from autodiff.point.evaluation import Evaluation, Forward, Prepared
from autodiff.point.showing import Shown, shortened, some
from autodiff.primitives import CONDITIONS
from autodiff.tape import Apply, Const, Span, Tape, Var, ancestors
from autodiff.trust.cancellation import suspicious
from autodiff.writing.formulas import step
from autodiff.writing.names import step_names

if TYPE_CHECKING:
    from autodiff.point.higher import Second


class Step(NamedTuple):
    """One node of a worksheet, ready to be shown. `gradient` is None where nothing is differentiated."""

    place: int
    name: str
    kind: str
    value: float
    gradient: float | None
    operation: str = ""
    formula: str = ""
    inputs: tuple[int, ...] = ()
    partials: tuple[float | None, ...] = ()
    span: Span = (0, 0)


new = tuple.__new__  # of a step: a long formula has many


class Use(NamedTuple):
    """A later step that uses a node as its argument of that number, and differentiates it: `slope` is the local derivative."""

    step: int
    slope: float
    argument: int


def _shown(tape: Tape, values: Sequence[Any]) -> list[int]:
    flags, found = ancestors(tape, [*tape.names, tape.output], values), list[int]()
    for i, node in enumerate(tape.nodes):
        is_seen = flags[i] and not (type(node) is Apply and node.op in CONDITIONS)
        if (is_seen or type(node) is Var) and values[i] is not None and i != tape.output:
            found.append(i)
    return [*found, tape.output]


def steps_called(tape: Tape, point: Mapping[str, float]) -> dict[str, int]:
    """The steps that are shown at a point, by the names that they have there."""
    names = step_names(tape, _shown(tape, evaluate(tape, point)))
    return {name: place for place, name in names.items() if isinstance(tape.nodes[place], Apply)}


class Worksheet(Shown, Evaluation):
    """The values and derivatives of a formula at a point, and what is shown of them. It does not change.

    `output` is the name of the result, `text` what was written.

    >>> sheet = parse("u = abs(x); u*y").at(x=0, y=2)
    >>> sheet.value, sheet.value_status, sheet.gradient
    (0.0, 'ok', {'x': 0.0, 'y': 0.0})
    >>> found = sheet.status["x"]
    >>> found.status, found.left, found.right, sheet.names[found.node]
    ('kink', -2.0, 2.0, 'u')
    """

    def __init__(
        self,
        prepared: Prepared,
        point: Mapping[str, float],
        text: str = "",
        notes: Sequence[str] = (),
        known: Forward | None = None,
    ) -> None:
        super().__init__(prepared, point, known)
        self.text, self._given = text, tuple(notes)
        self.output = prepared.output

    def __repr__(self) -> str:
        point = some((f"{name}={x!r}" for name, x in self.point.items()), len(self.point))
        return f"Worksheet({shortened(self.output)}={self.value!r}{' at ' if point else ''}{point})"

    @cached_property
    def notes(self) -> list[str]:
        """What the user should know about the reading, and stable spellings for naive ones.

        >>> parse("log(1 + exp(x))").at(x=1).notes[-1]
        'log(1 + exp(x)) is softplus(x), which is exact in both tails, in generated code and columns too'
        """
        naive = self.prepared.advice(self.text) if self.point else ()
        return [*self._given, *naive, *self.lost()]

    def lost(self) -> Iterator[str]:
        """What is said of numbers that have few right digits."""
        if self.value == self.value and (self.cancelled or suspicious(self.tape, self.values, self.partials)):
            from autodiff.point.surviving import losses, remarks

            yield from remarks(self.tape, self.text, losses(self))

    @cached_property
    def second(self) -> Second:
        """All second derivatives, with their statuses. Raises AutodiffError where they are too many (E018).

        >>> parse("x*abs(x)").at(x=0).second.status["x"]["x"].status
        'kink'
        """
        from autodiff.point.higher import second

        return second(self)

    @property
    def hessian(self) -> dict[str, dict[str, float]]:
        """All second derivatives; `second.status` says which are not simply right.

        >>> parse("x^2*y").at(x=3, y=2).hessian
        {'x': {'x': 4.0, 'y': 6.0}, 'y': {'x': 6.0, 'y': 0.0}}
        """
        return self.second.values

    @cached_property
    def reading(self) -> str:
        """The formula as it was understood, written out.

        >>> parse("3(a+bc)").at(a=5, b=3, c=2).reading
        '3*(a + b*c)'
        """
        return self.prepared.reading

    @cached_property
    def owned(self) -> set[str]:
        """The names that are the user's own."""
        return {*self.point, *self.tape.names.values()}

    @cached_property
    def shown(self) -> list[int]:
        """The places of all nodes that were needed, in order of evaluation; conditions are part of their `if`."""
        return _shown(self.tape, self.values)

    @cached_property
    def names(self) -> dict[int, str]:
        """The name of every shown node, by its place on the tape: a constant is called by its text.

        >>> sorted(parse("3*x").at(x=2).names.items())
        [(0, '3'), (1, 'x'), (2, 'J')]
        """
        names = step_names(self.tape, self.shown)
        for i in self.shown:
            node = self.tape.nodes[i]
            if not isinstance(node, Apply):
                names[i] = node.text if isinstance(node, Const) else node.name
        return names

    def step(self, place: int) -> Step:
        """One node."""
        node, value = self.tape.nodes[place], self.values[place]
        if isinstance(node, Const):
            return Step(place, node.text, "constant", value, None, span=node.span)
        gradient = self.shown_gradient(place)
        if isinstance(node, Var):
            return Step(place, node.name, "variable", value, gradient, span=node.span)
        args, partials = node.args, self._local(place, node)
        taken = None
        if node.op == "if":
            taken = bool(self.values[args[0]])
            args, partials = (args[1 if taken else 2],), (partials[1 if taken else 2],)
        names = self.names
        return new(Step, (
            place, names[place], "operation", value, gradient, node.op,
            step(self.tape, place, names.get, taken), args, partials, node.span,
        ))  # fmt: skip

    def shown_gradient(self, place: int) -> float | None:
        """The derivative with respect to a node as it is shown: None where nothing is differentiated."""
        node = self.tape.nodes[place]
        if type(node) is Var or (self.free and place in self.free.values()):
            found = self.gradient.get(node.name if isinstance(node, Var) else self.names[place])
            return self.adjoint(place) if found == found and type(self.adjoints[place]) is Wide else found
        return self.adjoint(place) if self.active[place] or (self.wrt and place == self.tape.output) else None

    def _local(self, place: int, node: Apply) -> tuple[float | None, ...]:
        """The local derivatives, with the structural zeros towards active arguments written as 0."""
        local = self.partials[place]
        if local is None or None in local:
            local = local or (None,) * len(node.args)
        else:
            return local
        return tuple([0.0 if d is None and self.active[j] else d for d, j in zip(local, node.args)])

    def steps(self) -> Iterator[Step]:
        """All nodes in order of evaluation, the output last.

        >>> [(step.name, step.value) for step in parse("3*(a + b*c)").at(a=5, b=3, c=2).steps() if step.kind == "operation"]
        [('u', 6.0), ('v', 11.0), ('J', 33.0)]
        """
        return map(self.step, self.shown)

    @cached_property
    def reverse(self) -> list[int]:
        """The differentiated steps from right to left, then the variables in the order in which they are reached."""
        places = [i for i in self.shown if self.shown_gradient(i) is not None]
        variables = [i for i in places if isinstance(self.tape.nodes[i], Var)]
        variables.sort(key=lambda i: -min((use.step for use in self.uses.get(i, ())), default=-1))
        return [i for i in reversed(places) if not isinstance(self.tape.nodes[i], Var)] + variables

    def backward(self) -> Iterator[Step]:
        """The nodes in the order of the backward pass.

        >>> [(step.name, step.gradient) for step in parse("3*(a + b*c)").at(a=5, b=3, c=2).backward()][:3]
        [('J', 1.0), ('v', 3.0), ('u', 3.0)]
        """
        return map(self.step, self.reverse)

    @cached_property
    def uses(self) -> dict[int, list[Use]]:
        """For every node the steps that use it and differentiate it.

        What a structural zero keeps out is left out too, if it is not finite: 0 times infinity does not count there.
        """
        uses: dict[int, list[Use]] = {}
        for i in self.shown:
            node, local = self.tape.nodes[i], self.partials[i]
            if isinstance(node, Apply) and local is not None:
                for k, (j, slope) in enumerate(zip(node.args, local, strict=True)):
                    if node.op == "if" and slope is None:
                        continue  # the branch that was not taken
                    if self.active[j] and (self.adjoints[i] is not None or slope is None or math.isfinite(slope)):
                        uses.setdefault(j, []).append(Use(i, slope or 0.0, k))
        return uses

    def nudged(self, name: str, size: float) -> list[Any]:
        """The value of every node after a variable has moved, or a step that is taken as free."""
        place = self.places[name]
        moved = self.values[place] + size
        if place not in self.free.values():
            return evaluate(self.tape, {**self.point, name: moved}, self.algebra)
        values = [None if isinstance(node, Apply) else x for node, x in zip(self.tape.nodes, self.values, strict=True)]
        values[place] = moved
        resume(self.tape, values, self.algebra)
        return values

    def derivative(self, name: str) -> float:
        """The derivative of the output with respect to what has this name in the tables, a variable or a step, taken as free.

        Raises KeyError for another name.

        >>> parse("3*(a + b*c)").at(a=5, b=3, c=2).derivative("v")
        3.0
        """
        if name in self.gradient:
            return self.gradient[name]
        place = next((place for place, other in self.names.items() if other == name), None)
        if place is None:
            raise KeyError(name)
        if self.active[place] or place == self.tape.output:
            return self.adjoint(place)
        return Prepared(self.tape, [name], {name: place}).at(self.point).gradient[name]
