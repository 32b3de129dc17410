"""An explanation in sentences and equations, in the order of a good teacher; a notation spells the mathematics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from autodiff.errors import enumerated
from autodiff.explanation import Chain, Derivation, Explanation, Kept, Term
from autodiff.language import N_, count, say
from autodiff.nudges import FEWER, Nudge, Trial
from autodiff.primitives import TABLE
from autodiff.render import rows
from autodiff.render.more import works
from autodiff.render.notation import FINE, Plain
from autodiff.tape import Apply

LINKS = 8  # of a path that is written in full
EXACT = 10**15  # a number of paths up to which every digit is shown


class Block(NamedTuple):
    """A piece of the account. Its kind says what `parts` are: a `heading`, a `sentence` or a `remark` on the equation before it is
    one text; an `equation` is two or more texts that are equal, a `path` one of the terms of the equation that follows; an `arrow`
    is a text and what it leads to.

    `tone` is the direction it belongs to: forward, backward, or neither.
    """

    kind: str
    parts: tuple[str, ...]
    tone: str = ""


def account(found: Explanation, notation: Plain) -> Iterator[Block]:
    """All of it, from the graph on."""
    teller = _Teller(found, notation)
    yield from teller.graph()
    yield from teller.forward()
    if found.sheet.wrt:
        yield from teller.backward()
        yield from teller.chains()
        yield from teller.nudges()
    yield from teller.special()
    if found.sheet.wrt:
        yield from teller.work()


class _Teller:
    def __init__(self, found: Explanation, notation: Plain) -> None:
        self.found, self.sheet, self.n = found, found.sheet, notation
        self.output = notation.inline(notation.name(self.sheet.tape.output))

    def graph(self) -> Iterator[Block]:
        yield Block("heading", (say("The graph: every value, and the steps that it feeds"),))
        for node in self._all(self.found.graph):
            if isinstance(node, Block):
                yield node
                continue
            more = [self.n.dots] if node.more else []
            yield Block("arrow", (self._equal(node.place), ", ".join([*map(self.n.name, node.feeds), *more])))

    def forward(self) -> Iterator[Block]:
        yield Block("heading", (say("Forward, from left to right: each step uses values that are known"),), "forward")
        for place in self._all(self.found.steps, "forward"):
            if isinstance(place, Block):
                yield place
                continue
            n, value = self.n, self.n.number(self.sheet.values[place])
            yield _equation("forward", n.name(place), n.formula(place), n.numbers(place), value)

    def backward(self) -> Iterator[Block]:
        title = say("Backward, from right to left: how much does {output} change when a step changes?", output=self.output)
        yield Block("heading", (title,), "backward")
        for derivation in self._all(self.found.derivations, "backward"):
            if isinstance(derivation, Block):
                yield derivation
            else:
                yield from self._derivation(derivation)

    def _derivation(self, one: Derivation) -> Iterator[Block]:
        n, terms, number = self.n, one.terms, len(one.uses)
        name, short, long = n.inline(n.name(one.place)), n.derivative(one.place), n.total(one.place)
        head = [short, long] if one is self.found.derivations.head[min(1, len(self.found.derivations.head) - 1)] else [short]
        yield _equation("backward", *head, *(n.chain(one.place, one.uses) if terms else ()), n.number(one.value))
        if one.place == self.sheet.tape.output:
            yield Block("remark", (say("the output follows itself"),), "backward")
        elif not terms:
            yield Block("remark", (say("{output} does not change with {name}", output=self.output, name=name),), "backward")
        if number > 1:
            text = say("{name} is used {number} times, so the terms are added", name=name, number=number)
            yield Block("remark", (text,), "backward")
        told: set[int] = set()
        for term in terms:
            yield Block("remark", (self._local(one.place, term),), "backward")
            if term.use.step not in told:
                yield Block("remark", (self._known(term),), "backward")
            told.add(term.use.step)

    def _local(self, place: int, term: Term) -> str:
        n, step = self.n, term.use.step
        parts = (n.partial(step, place), n.rule(term.formula), n.number(term.use.slope))
        node = self.sheet.tape.nodes[step]
        operation = TABLE[node.op].spelled or node.op if isinstance(node, Apply) else ""
        rule = say(term.rule) if term.rule else say("chain rule through {name}", name=n.prose(operation))
        said = {"formula": n.inline(self._equal(step)), "rule": rule, "derivative": n.inline(" = ".join(dict.fromkeys(parts)))}
        if term.number:
            name = n.inline(n.name(place))
            return say("{formula}, place {number} of {name}, {rule}: {derivative}", name=name, number=term.number, **said)
        return say("{formula}, {rule}: {derivative}", **said)

    def _known(self, term: Term) -> str:
        n, step = self.n, term.use.step
        known, value = n.inline(n.derivative(step)), n.inline(n.number(self.sheet.adjoint(step)))
        if not term.also:
            return say("{known} is known: {value}", known=known, value=value)
        others = enumerated([n.inline(n.derivative(place)) for place in term.also])
        return say("{known} is known: {value}; it is also used for {others}", known=known, value=value, others=others)

    def chains(self) -> Iterator[Block]:
        title = say("The chain rule: along each path the local derivatives are multiplied, and the paths are added")
        yield Block("heading", (title,), "backward")
        for chain in self._all(self.found.chains, "backward"):
            if isinstance(chain, Block):
                yield chain
            else:
                yield from self._chain(chain)

    def _chain(self, chain: Chain) -> Iterator[Block]:
        n, total, value = self.n, self.n.total(chain.place), self.n.number(chain.value)
        said = {"name": n.inline(n.name(chain.place)), "output": self.output}
        written = [self._path(chain.place, path.uses) for path in chain.paths]
        if chain.ways == 1 and written:
            yield _equation("backward", total, *written[0], value)
            return
        if chain.ways == 0:
            yield _equation("backward", total, value)
            yield Block("remark", (say("no path leads from {name} to {output}", **said),), "backward")
            return
        ways = n.inline(_size(chain.ways, n))
        yield Block("sentence", (say("From {name} to {output} there are {number} paths:", number=ways, **said),), "backward")
        for parts, path in zip(written, chain.paths):
            yield _equation("backward", *parts, n.number(path.product))._replace(kind="path")
        products = [n.number(path.product) for path in chain.paths]
        texts = [text if k == 0 else n.bracketed(text) for k, text in enumerate(products)]
        rest = [n.dots] if chain.ways > len(written) else []
        yield _equation("backward", total, " + ".join([*texts, *rest]), value)

    def _path(self, place: int, uses: Sequence[Any]) -> tuple[str, str]:
        """The links of a path as symbols and as numbers; of a long one the first and the last."""
        n = self.n
        places = [use.step for use in uses] + [place]
        symbols = [n.partial(a, b) for a, b in pairwise(places)]
        numbers = [n.number(use.slope) for use in uses]
        if len(uses) > LINKS:
            symbols, numbers = ([*texts[: LINKS // 2], n.dots, *texts[-LINKS // 2 :]] for texts in (symbols, numbers))
        return n.product(symbols), n.product(numbers)

    def nudges(self) -> Iterator[Block]:
        found = self.found.nudges
        yield Block("heading", (say("The nudge: does {output} move as the derivatives say?", output=self.output),))
        for nudge in found:
            yield from self._nudge(nudge)
        if left := len(self.sheet.wrt) - len(found):
            option = self.n.words(f"--wrt {self.sheet.wrt[-1]}")
            text = count(
                left,
                "… {number} more variable; {option} nudges it",
                "… {number} more variables; {option} nudges that one",
                option=option,
            )
            yield Block("sentence", (text,))

    def _nudge(self, nudge: Nudge) -> Iterator[Block]:
        n = self.n
        said = {"name": n.inline(n.name(nudge.place)), "size": self._number(nudge.size), "output": self.output}
        if nudge.verdict == "stuck":
            value = self._number(self.sheet.point[nudge.variable])
            yield Block(
                "sentence", (say("Nudge {name} by {size}: too little to change {value}; try a larger one", value=value, **said),)
            )
            return
        moves = ", ".join(
            n.inline(f"{n.name(m.place)}: {n.number(m.before, FINE)} {n.arrow} {n.number(m.after, FINE)}") for m in nudge.moves
        )
        yield Block("sentence", (say("Nudge {name} by {size}: {moves}", moves=moves, **said),))
        if nudge.turned:
            text = say("on the other side {output} has no value, so {name} is nudged to this one", **said)
            yield Block("remark", (text,))
        if nudge.verdict in STATUSES:
            yield from (self._rate(trial) for trial in nudge.trials)
            yield Block("remark", (say(STATUSES[nudge.verdict], **said),))
        else:
            yield from self._judged(nudge, said)

    def _rate(self, trial: Trial) -> Block:
        said = {
            "size": self._number(trial.size),
            "change": self._number(trial.change),
            "rate": self._number(trial.change / trial.size),
        }
        return Block("remark", (say("by {size}: {output} moves by {change}, {rate} for each unit", output=self.output, **said),))

    def _judged(self, nudge: Nudge, said: dict[str, str]) -> Iterator[Block]:
        n, (first, second) = self.n, nudge.trials
        product = n.product([n.number(self.sheet.gradient[nudge.variable]), n.number(first.size)])
        predicted = n.inline(f"{n.derivative(nudge.place)}{n.times}h = {product} = {n.number(first.predicted)}")
        said |= {"change": self._number(first.change), "predicted": predicted, "remainder": self._number(first.remainder, -3)}
        if nudge.verdict == "exact":
            text = say(
                "{output} moves by {change}, as the derivative predicts: {predicted}; what remains is no more than rounding", **said
            )
            yield Block("remark", (text,))
            return
        yield Block(
            "remark", (say("{output} moves by {change}, the derivative predicts {predicted}; {remainder} remains", **said),)
        )
        smaller = {"smaller": self._number(second.size), "rest": self._number(second.remainder, -3), "fewer": f"{FEWER:.0f}"}
        if nudge.verdict == "square":
            ratio = self._number(abs(first.remainder / second.remainder), -3)
            text = say(
                "by {smaller}, {fewer} times less: {rest} remains, {ratio} times less; it shrinks as h² or faster, "
                "as it must where the derivative is right", ratio=ratio, **smaller,
            )  # fmt: skip
        elif nudge.verdict == "faint":
            text = say("by {smaller}: what remains is no more than rounding", **smaller)
        else:
            text = say("by {smaller}: {rest} remains, which does not shrink as it should yet; try a smaller --nudge", **smaller)
        yield Block("remark", (text,))

    def _number(self, value: float, more: int = 0) -> str:
        return self.n.inline(self.n.number(value, max(more, 1 - self.n.digits)))

    def special(self) -> Iterator[Block]:
        texts = list(rows.remarks(self.sheet, self.n.digits))
        if texts:
            yield Block("heading", (say("Special points"),))
        for text in texts:
            yield Block("sentence", (self.n.prose(text),))

    def work(self) -> Iterator[Block]:
        found = self.found.work
        yield Block("heading", (say("Why from right to left?"),))
        for text in works(found):
            yield Block("sentence", (text,))
        if "forward" not in found.shown:
            sweeps = found.forward.sweeps
            text = say("forward mode would need a sweep over the same steps for each of the {number} variables", number=sweeps)
            yield Block("sentence", (text,))
        elif found.forward.multiplications <= found.reverse.multiplications:
            text = say("here both take the same work; with more variables, reverse mode still needs one sweep")
            yield Block("sentence", (text,))

    def _equal(self, place: int) -> str:
        """A step with its formula; a variable alone."""
        n = self.n
        return f"{n.name(place)} = {n.formula(place)}" if isinstance(self.sheet.tape.nodes[place], Apply) else n.name(place)

    def _all(self, kept: Kept[Any], tone: str = "") -> Iterator[Any]:
        """What is kept, and in its place a sentence on what is not."""
        yield from kept.head
        if kept.left_out:
            option = self.n.words("--steps all")
            one, many = "… {number} more; {option} shows it", "… {number} more; {option} shows them"
            yield Block("sentence", (count(kept.left_out, one, many, option=option),), tone)
        yield from kept.tail


def _equation(tone: str, *parts: str) -> Block:
    return Block("equation", tuple(dict.fromkeys(parts)), tone)


def _size(number: int, notation: Plain) -> str:
    """A number of paths; one that is very large, roughly."""
    if number <= EXACT:
        return str(number)
    exponent = int(number.bit_length() * 0.30103) - 2
    leading = str(number // 10**exponent)  # its first digits
    return notation.power_of_ten(f"{leading[0]}.{leading[1]}", exponent + len(leading) - 1)


STATUSES = {
    "kink": N_("a corner: on both sides {output} moves at different rates, so no number predicts both"),
    "jump": N_("a step: on one side the change does not shrink with the nudge"),
    "infinite": N_("the slope is infinite: the smaller the nudge, the more {output} moves for each unit of it"),
    "pole": N_("a pole: there is no finite change to predict"),
    "one_sided": N_("the domain ends here: {output} moves on one side only"),
    "overflow": N_("the numbers are too large for a double, so there is nothing to compare"),
    "undefined": N_("there is no derivative here, so there is nothing to compare"),
    "domain": N_("there is no derivative here, so there is nothing to compare"),
}
