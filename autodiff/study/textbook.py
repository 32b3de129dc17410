"""The rules of differentiation in the order in which they are applied, one for each step of a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from autodiff.messages import N_, translated
from autodiff.passes.push_pull import active, linearize, places, push
from autodiff.passes.rules import local
from autodiff.primitives import CONDITIONS, TABLE
from autodiff.study.explanation import named
from autodiff.symbolic.derivatives import Derivatives, normal_forms, spelled_out
from autodiff.symbolic.shorten import Shortener, shortened
from autodiff.symbolic.terms import Terms
from autodiff.tape import Apply, Const, Tape, Var, ancestors
from autodiff.writing.formulas import nameable, step
from autodiff.writing.names import step_names

LONG = 80  # characters of a result that is written out
STRUCTURE = frozenset(["add", "sub", "mul", "div", "neg", "copy", "if"])
"""Steps whose own rule says all: what stands inside them is differentiated as it is."""


class Rule(NamedTuple):
    """A step, the rule for it, its derivative in the derivatives of the steps before, and written out where that is short."""

    place: int
    name: str
    formula: str
    kinds: tuple[str, ...]
    function: str
    slope: Derivatives
    whole: Derivatives | None

    @property
    def derivative(self) -> str:
        """In the derivatives of the steps before: u' is that of u."""
        return self.slope.program(())

    @property
    def result(self) -> str:
        """Written out, if that is short and something else."""
        return self.whole.program(()) if self.whole else ""

    def called(self, language: str) -> str:
        """The name of the rule."""
        return " + ".join([translated(kind, language, function=self.function) for kind in self.kinds])


class Rules(NamedTuple):
    """The rules for the derivative with respect to one variable, and what the steps are called."""

    rules: list[Rule]
    names: Mapping[int, str]


def rules(tape: Tape, name: str) -> Rules:
    """One rule for each step."""
    traced = _Traced(tape, name)
    return Rules(list(map(traced.rule, traced.shown)), traced.names)


class _Traced:
    """Forward mode with its steps kept."""

    def __init__(self, tape: Tape, name: str) -> None:
        self.tape, self.variable, self.terms = tape, name, Terms()
        self.active, self.varies = active(tape, [name]), active(tape, tape.variables())
        self.values = normal_forms(self.terms, tape)
        self.terms.settle()
        self.shortener = Shortener(self.terms)  # one for all steps, which share what they are made of
        partials = linearize(tape, self.values, self.terms, self.active)
        self.tangents: list[Any] = push(tape, partials, {places(tape)[name]: self.terms.one}, self.terms)
        needed = ancestors(tape, [tape.output])
        self.shown = [i for i, node in enumerate(tape.nodes) if needed[i] and nameable(node)]
        self.names = step_names(tape, self.shown)
        self.names |= {i: node.text for i, node in enumerate(tape.nodes) if isinstance(node, Const)}
        self.names |= {i: node.name for i, node in enumerate(tape.nodes) if isinstance(node, Var)}

    def rule(self, place: int) -> Rule:
        """What is done at one step."""
        node = self.tape.nodes[place]
        assert isinstance(node, Apply)
        slope, whole = self._local(node), self._result(place)
        if whole and whole.program(()) == slope.program(()):
            whole = None
        formula = step(self.tape, place, self.names.get)
        kinds = self._kinds(node) if self.active[place] else (N_("constant"),)
        return Rule(place, self.names[place], formula, kinds, TABLE[node.op].spelled or node.op, slope, whole)

    def _kinds(self, node: Apply) -> tuple[str, ...]:
        moving = [k for k, j in enumerate(node.args) if self.active[j] and not (node.op == "if" and k == 0)]
        found = dict.fromkeys(named(node.op, k, len(moving) == 1) or N_("derivative of {function}") for k in moving)
        inner = any(isinstance(self.tape.nodes[node.args[k]], Apply) for k in moving)
        return (*found, N_("chain rule")) if inner and node.op not in STRUCTURE else tuple(found)

    def _local(self, node: Apply) -> Derivatives:
        """u'*v + u*v' for u*v."""
        terms = Terms()
        args, primes = [], []
        for j in node.args:
            primes.append(self._prime(terms, j))
            args.append(self._argument(terms, j))
        if node.op == "div" and None not in primes:
            return _spelled(terms, _of_quotient(terms, *args, *primes))
        out = terms.functions[node.op](*args)
        wanted = [prime is not None for prime in primes]
        slopes = local(node.op, args, out, terms, not self.varies[node.args[-1]], wanted)
        total = terms.zero
        for slope, prime in zip(slopes, primes):
            if slope is not None and prime is not None:
                total = terms.add(total, terms.mul(slope, prime))
        return _spelled(terms, shortened(terms, [total])[0])

    def _argument(self, terms: Terms, place: int) -> int:
        node = self.tape.nodes[place]
        if isinstance(node, Const):
            return terms.lift(node.value, node.text)
        if isinstance(node, Apply) and node.op in CONDITIONS:
            return terms.call(node.op, *[self._argument(terms, j) for j in node.args])
        return terms.variable(self.names[place])

    def _prime(self, terms: Terms, place: int) -> int | None:
        node = self.tape.nodes[place]
        if not self.active[place] or not (isinstance(node, Var) or nameable(node)):
            return None
        return terms.one if isinstance(node, Var) else terms.variable(f"{self.names[place]}'")

    def _result(self, place: int) -> Derivatives | None:
        tangent = self.tangents[place]
        result = self.shortener.rebuilt([self.terms.zero if tangent is None else tangent])[0]
        if self.shortener.measured(result).length > LONG:
            return None  # known before it is spelled out: that takes as long as the formula is
        found = _spelled(self.terms, result)
        return found if len(found.program(())) <= LONG and not found.names else None


def _spelled(terms: Terms, place: int) -> Derivatives:
    return spelled_out(terms, {(): place}, (), {})


def _of_quotient(terms: Terms, f: int, g: int, df: int, dg: int) -> int:
    """(f'*g - f*g')/g^2 as every textbook has it, though two fractions are sometimes shorter."""
    above = terms.sub(terms.mul(df, g), terms.mul(f, dg))
    return terms.div(above, terms.power(g, terms.number(2)))
